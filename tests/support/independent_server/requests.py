"""Reading HTTP/1.1 requests from a socket, as far as the plan allows."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass

_LINE = 8_192
_HEAD = 65_536


class ReadEnoughError(Exception):
    """As many bytes as the plan allows have been read."""


class MalformedError(Exception):
    """The bytes are no HTTP/1.1 request."""


@dataclass(frozen=True)
class Request:
    """A request. The names of headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def keeps_alive(self) -> bool:
        """Whether the client wants to use the connection again."""
        return self.headers.get("connection", "").lower() != "close"


class RequestReader:
    """Reads the requests of one connection, one after the other."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = b""
        self._read = 0
        self._limit: int | None = None

    def wait(self) -> bool:
        """Wait for the first byte of a request without reading it; return False at the end."""
        return bool(self._buffer or self._connection.recv(1, socket.MSG_PEEK))

    def next_target(self) -> str:
        """Read the first line of a request; return its target."""
        self._limit = None
        self._read = len(self._buffer)
        # In small pieces, so that nearly all of the request can stay unread.
        line = self._peek(b"\r\n", _LINE, size=64)
        parts = line.decode("latin-1").split(" ")
        if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
            raise MalformedError
        return parts[1]

    def read(self, limit: int | None = None) -> Request:
        """Read the request whose first line has come.

        Args:
            limit: The number of bytes after which reading ends with `ReadEnoughError`.

        Raises:
            ReadEnoughError: The request is longer than the limit.
            EOFError: The client closed the connection within the request.
            MalformedError: The bytes are no HTTP/1.1 request.
        """
        self._limit = limit
        if limit is not None and limit <= self._read:
            raise ReadEnoughError
        lines = self._take(b"\r\n\r\n", _HEAD).decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ")
        pairs = (line.partition(":") for line in lines[1:])
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        if headers.get("expect", "").lower() == "100-continue":
            self._connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        return Request(method, target, headers, self._body(headers))

    def _body(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return self._chunks()
        length = headers.get("content-length", "0")
        if not length.isdecimal():
            raise MalformedError
        return self._take_bytes(int(length))

    def _chunks(self) -> bytes:
        chunks = []
        while True:
            size_text = self._take(b"\r\n", _LINE).partition(b";")[0]
            try:
                size = int(size_text, 16)
            except ValueError:
                raise MalformedError from None
            if size == 0:
                break
            chunks.append(self._take_bytes(size))
            self._take(b"\r\n", _LINE)
        while self._take(b"\r\n", _LINE):
            pass  # trailers
        return b"".join(chunks)

    def _take(self, end: bytes, maximum: int) -> bytes:
        """Return what comes before the end, and drop the end."""
        found = self._peek(end, maximum)
        self._buffer = self._buffer[len(found) + len(end) :]
        return found

    def _peek(self, end: bytes, maximum: int, size: int = 65_536) -> bytes:
        while (at := self._buffer.find(end)) < 0:
            if len(self._buffer) > maximum:
                raise MalformedError
            self._buffer += self._receive(size)
        return self._buffer[:at]

    def _take_bytes(self, count: int) -> bytes:
        pieces = [self._buffer]
        missing = count - len(self._buffer)
        while missing > 0:
            pieces.append(self._receive(65_536))
            missing -= len(pieces[-1])
        found = b"".join(pieces)
        self._buffer = found[count:]
        return found[:count]

    def _receive(self, size: int) -> bytes:
        if self._limit is not None:
            size = min(size, self._limit - self._read)
            if size <= 0:
                raise ReadEnoughError
        received = self._connection.recv(size)
        if not received:
            raise EOFError
        self._read += len(received)
        return received
