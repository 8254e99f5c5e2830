"""The mock behind a port: HTTP/1.1 over sockets. No behaviour of the API.

Compared with plain http.server, any method is accepted, all errors have the mock's JSON format,
each response is one `send`, logging is off, and shutdown closes every connection.
"""

import os
import socket
import socketserver
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from mews_vouchers.mock._api.dispatch import Dispatcher
from mews_vouchers.mock._contract.responses import DroppedError, MockResponse

#: More than 100 times the largest useful request.
MAX_BODY = 32 * 1024 * 1024
_LINGER = 1.0  # seconds for a client to finish sending, and for all connections to end
#: The addresses that stand for all addresses of a machine, and how it reaches itself.
_LOOPBACK_OF_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - only if the caller says so


@contextmanager
def serve(dispatcher: Dispatcher, host: str, port: int, idle_timeout: float) -> Generator[str]:
    """Serve on a host and port, yield the base URL, and shut down at the end."""
    with _Server(dispatcher, host, port, idle_timeout) as server:
        loop = threading.Thread(
            target=server.serve_forever, args=(0.05,), name="mews-mock", daemon=True
        )
        loop.start()
        try:
            yield server.base_url
        finally:
            server.shutdown()
            loop.join()


class _Server(ThreadingHTTPServer):
    """Handles each connection in its own thread, and can close all of them."""

    daemon_threads = True
    request_queue_size = 128
    # On other systems than POSIX this would let two servers share a port.
    allow_reuse_address = os.name == "posix"

    def __init__(self, dispatcher: Dispatcher, host: str, port: int, idle_timeout: float) -> None:
        self._connections: dict[threading.Thread, socket.socket] = {}
        self._stopping = threading.Event()
        connection = partial(_Connection, dispatcher, idle_timeout, self._stopping)
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), connection)

    @property
    def base_url(self) -> str:
        """Where it can be reached: on this machine, if it listens on all addresses."""
        host, port = str(self.server_address[0]), self.server_address[1]
        host = _LOOPBACK_OF_ANY.get(host, host)
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def server_bind(self) -> None:
        # Not `HTTPServer.server_bind`: it looks up the host name, which can take seconds.
        socketserver.TCPServer.server_bind(self)

    # Any: the annotations of the base class, which also handles datagrams.
    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name="mews-mock-connection",
            daemon=True,
        )
        self._connections[thread] = request
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._connections.pop(threading.current_thread(), None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that disconnects is not an error. Anything else is a bug in the mock: show it.
        if not isinstance(sys.exception(), OSError):  # pragma: no cover - no such bug is known
            super().handle_error(request, client_address)

    def shutdown(self) -> None:
        """Stop accepting connections, and close those that are idle, then those that are not."""
        super().shutdown()
        self._stopping.set()
        for how in (socket.SHUT_RD, socket.SHUT_RDWR):
            connections = dict(self._connections)
            for connection in connections.values():
                with suppress(OSError):
                    connection.shutdown(how)
            deadline = time.monotonic() + _LINGER
            for thread in connections:
                thread.join(max(0.0, deadline - time.monotonic()))


class _UnreadableBodyError(Exception):
    """The body of a request cannot be read, so the connection cannot be reused."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class _Connection(BaseHTTPRequestHandler):
    """One connection, which handles its requests one after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(
        self,
        dispatcher: Dispatcher,
        idle_timeout: float,
        stopping: threading.Event,
        *connection: Any,
    ) -> None:
        self._dispatcher = dispatcher
        self._idle_timeout = idle_timeout
        self._stopping = stopping
        super().__init__(*connection)  # handles the whole connection

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self._idle_timeout)

    def __getattr__(self, name: str) -> Callable[[], None]:
        # http.server looks up `do_<method>`, for any method that a client sends.
        if name.startswith("do_"):
            return self._handle_request
        raise AttributeError(name)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Respond to a request that http.server cannot parse, with JSON instead of HTML."""
        del message, explain  # they quote the request
        phrase, _ = self.responses.get(code, ("Bad request", ""))
        self._reject(code, phrase)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Log nothing."""

    def _handle_request(self) -> None:
        try:
            body = self._read_body()
        except _UnreadableBodyError as error:
            self._reject(error.status, str(error))
            return
        headers = {name: ", ".join(self.headers.get_all(name, ())) for name in self.headers}
        try:
            response = self._dispatcher.handle(self.command, self.path, headers, body)
        except DroppedError:
            self.close_connection = True
            return
        except Exception:  # noqa: BLE001 - a fault or clock of the caller can raise anything
            traceback.print_exc()
            self._reject(500, "The mock failed: see its standard error")
            return
        if response.delay:
            self._stopping.wait(response.delay)  # at most until the server shuts down
        self._send(response)

    def _read_body(self) -> bytes:
        if "Transfer-Encoding" in self.headers:
            raise _UnreadableBodyError(400, "Invalid Transfer-Encoding: send a Content-Length")
        lengths = set(self.headers.get_all("Content-Length", ["0"]))
        length = lengths.pop().strip()
        if lengths or not (length.isascii() and length.isdigit()):
            raise _UnreadableBodyError(400, "Invalid Content-Length")
        # Check the number of digits first: `int` raises ValueError for thousands of digits.
        if len(length) > len(str(MAX_BODY)) or int(length) > MAX_BODY:
            raise _UnreadableBodyError(413, "The body is too large")
        body = b""
        with suppress(TimeoutError):
            body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise _UnreadableBodyError(400, "The body is shorter than its Content-Length")
        return body

    def _reject(self, status: int, message: str) -> None:
        """Send an error, and close the connection."""
        self.close_connection = True
        self._send(self._dispatcher.reject(status, message))
        self._linger()

    def _send(self, response: MockResponse) -> None:
        # One send: the body must not wait until the client has acknowledged the head.
        if response.disconnect_after is not None:
            self.close_connection = True
        phrase, _ = self.responses.get(response.status, ("", ""))
        lines = [f"HTTP/1.1 {response.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        if response.status != 204:
            lines.append(f"Content-Length: {len(response.body)}")
        lines.append(f"Connection: {'close' if self.close_connection else 'keep-alive'}")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        body = b"" if self.command == "HEAD" else response.body[: response.disconnect_after]
        self.wfile.write(head + body)

    def _linger(self) -> None:
        """Read what the client is still sending: a reset would make it lose the response."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            deadline = time.monotonic() + _LINGER
            # Usually `recv` times out first.
            while (left := deadline - time.monotonic()) > 0:  # pragma: no branch
                self.connection.settimeout(left)
                if not self.connection.recv(65536):
                    break
