"""How clients reach the mock: through an httpx transport, as an ASGI application, on a port."""
