"""A server on the loopback whose connections are handled by a function of the test."""

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any

from tests.support.waiting import TIMEOUT


class Peer:
    """One connection of a client, as the server sees it."""

    def __init__(self, connection: socket.socket, number: int) -> None:
        self.socket = connection
        #: Counts the connections of the server, from 1.
        self.number = number
        self._rest = b""

    def read(self) -> bytes:
        """Read a request; return its body.

        Raises:
            EOFError: The client has closed the connection.
        """
        while b"\r\n\r\n" not in self._rest:
            self._receive()
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        while len(self._rest) < length:
            self._receive()
        body, self._rest = self._rest[:length], self._rest[length:]
        return body

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self.socket.sendall(data)

    def _receive(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise EOFError
        self._rest += data


def response(body: object, *headers: str, status: int = 200) -> bytes:
    """Return a response with a body: bytes as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", *headers, "", ""]
    return "\r\n".join(head).encode() + content


class ScriptedServer:
    """The URL of a running server, and its connections."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.connections: list[socket.socket] = []


@contextlib.contextmanager
def scripted_server(
    handle: Callable[[Peer], Any], *, tls: ssl.SSLContext | None = None
) -> Iterator[ScriptedServer]:
    """Yield a server that calls a function for each connection, in a thread of its own.

    The connection is closed when the function ends. At the end, all of them are closed.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        scheme = "http" if tls is None else "https"
        server = ScriptedServer(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}")
        threads: list[threading.Thread] = []

        def serve(connection: socket.socket, number: int) -> None:
            with contextlib.suppress(OSError, EOFError), connection:
                if tls is None:
                    handle(Peer(connection, number))
                    return
                with tls.wrap_socket(connection, server_side=True) as encrypted:
                    handle(Peer(encrypted, number))

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    # Else what is sent in two parts may arrive 40 ms apart.
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    server.connections.append(connection)
                    arguments = (connection, len(server.connections))
                    threads.append(threading.Thread(target=serve, args=arguments, daemon=True))
                    threads[-1].start()

        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        yield server
        with contextlib.suppress(OSError):  # of some systems
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in tuple(server.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in (acceptor, *threads):
            thread.join(TIMEOUT)
