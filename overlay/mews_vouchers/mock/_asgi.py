"""The mock as an ASGI application: for tools that take one, and servers other than our own."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

import anyio

from ._answers import Answer, DroppedError

#: Any: the messages of ASGI are dictionaries of all kinds of values.
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Handle = Callable[[str, str, Mapping[str, str], bytes], Answer]


class _GoneError(Exception):
    """The client has gone away before its request was complete: there is nothing to answer."""


class AsgiApp:
    """An ASGI 3 application around a function from a request to its answer.

    ASGI has no word for a broken connection: where a fault asks for one, the application raises
    `ConnectionResetError`, and its server decides what a client sees.
    """

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve a connection."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            await self._respond(scope, receive, send)
        else:
            raise ValueError(f"the mock does not speak {scope['type']}")

    async def _respond(self, scope: Message, receive: Receive, send: Send) -> None:
        path: bytes = scope.get("raw_path") or scope["path"].encode()
        request = scope["method"], path.decode("latin-1"), _headers(scope["headers"])
        try:
            # The body is in no variable: frames are shown, and tokens are in it.
            answer = self._handle(*request, await _read(receive))
        except _GoneError:
            return
        except DroppedError:
            raise ConnectionResetError("a fault dropped the connection") from None
        await anyio.sleep(answer.delay)
        await _send(answer, send)


async def _live(receive: Receive, send: Send) -> None:
    """Take part in the start and the end of a server; there is nothing to do at either."""
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


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _GoneError
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


async def _send(answer: Answer, send: Send) -> None:
    headers = [(name.lower(), value) for name, value in answer.raw_headers]
    if answer.status != 204:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if answer.cut is not None:
        await send(
            {"type": "http.response.body", "body": answer.body[: answer.cut], "more_body": True}
        )
        raise ConnectionResetError("a fault dropped the connection")
    await send({"type": "http.response.body", "body": answer.body})
