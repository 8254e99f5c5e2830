"""The mock as an ASGI application, for tools and servers that take one."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import anyio

from mews_vouchers.mock._contract.responses import DroppedError, Handler, MockResponse

#: Any: ASGI messages are dictionaries with values of many types.
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class _ClientDisconnectedError(Exception):
    """The client disconnected before its request was complete: no response is needed."""


class AsgiApp:
    """An ASGI 3 application that serves a handler.

    ASGI cannot break a connection: where a fault does, the application raises
    `ConnectionResetError`, and its server decides what the client gets.
    """

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve a connection."""
        if scope["type"] == "lifespan":
            await _handle_lifespan(receive, send)
        elif scope["type"] == "http":
            await self._respond(scope, receive, send)
        else:
            raise ValueError(f"the mock does not support {scope['type']}")

    async def _respond(self, scope: Message, receive: Receive, send: Send) -> None:
        path: bytes = scope.get("raw_path") or scope["path"].encode()
        request = scope["method"], path.decode("latin-1"), _headers(scope["headers"])
        try:
            # The body is in no variable: it holds tokens, and tracebacks can show variables.
            response = self._handler(*request, await _read_body(receive))
        except _ClientDisconnectedError:
            return
        except DroppedError:
            raise ConnectionResetError("a fault dropped the connection") from None
        await anyio.sleep(response.delay)
        await _send(response, send)


async def _handle_lifespan(receive: Receive, send: Send) -> None:
    """Acknowledge the startup and the shutdown of a server; neither needs any work."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


async def _read_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _ClientDisconnectedError
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


async def _send(response: MockResponse, send: Send) -> None:
    headers = [(name.lower(), value) for name, value in response.raw_headers]
    if response.status != 204:
        headers.append((b"content-length", b"%d" % len(response.body)))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if response.disconnect_after is not None:
        part = response.body[: response.disconnect_after]
        await send({"type": "http.response.body", "body": part, "more_body": True})
        raise ConnectionResetError("a fault dropped the connection")
    await send({"type": "http.response.body", "body": response.body})
