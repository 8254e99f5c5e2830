"""How the mock responds to a request: the checks in their order, and the seven operations."""
