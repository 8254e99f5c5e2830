"""Servers on the loopback for tests that need a real socket to misbehave."""

import contextlib
import socket
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def raw_server(response: bytes, heads: list[str] | None = None) -> Iterator[str]:
    """Accept connections, read a request, send exactly `response` and close; yield the URL.

    The request line and the headers of each request are added to `heads`.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        head = _read_request(connection)
                        if heads is not None:
                            heads.append(head)
                        connection.sendall(response)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _read_request(connection: socket.socket) -> str:
    """Read until the announced body is complete; return the request line and the headers."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split()[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head.decode()
