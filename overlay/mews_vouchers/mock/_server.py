"""The mock behind a loopback port: bytes to requests, answers to bytes. No behaviour of the API.

The standard library's server does the work. Changed are: one answer for every method, answers in
the mock's own shape throughout, each in one send, no log, and an end that leaves nothing behind.
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

from ._answers import Answer, DroppedError
from ._http import Api

#: More than 100 times the largest request that makes sense.
MAX_BODY = 32 * 1024 * 1024
_FAREWELL = 1.0  # seconds for a client to finish sending, and for all connections to end


@contextmanager
def serve(api: Api, port: int, patience: float) -> Generator[str]:
    """Serve on 127.0.0.1, give the base URL, and stop at the end."""
    with _Server(api, port, patience) as server:
        loop = threading.Thread(
            target=server.serve_forever, args=(0.05,), name="mews-mock", daemon=True
        )
        loop.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            loop.join()
            server.hang_up()


class _Server(ThreadingHTTPServer):
    """Accepts connections, each in a thread of its own, and knows them all, to end them."""

    daemon_threads = True
    request_queue_size = 128
    # Elsewhere than on POSIX this would let two servers share a port.
    allow_reuse_address = os.name == "posix"

    def __init__(self, api: Api, port: int, patience: float) -> None:
        self._connections: dict[threading.Thread, socket.socket] = {}
        self._is_over = threading.Event()
        connection = partial(_Connection, api, patience, self._is_over)
        super().__init__(("127.0.0.1", port), connection)

    def server_bind(self) -> None:
        # Not the one of HTTPServer: it asks a name server for our name, which can take seconds.
        socketserver.TCPServer.server_bind(self)

    # Any: the annotations of the base class, which serves datagrams, too.
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
        # A client that goes away is no error. Anything else is a bug in the mock, and is shown.
        if not isinstance(sys.exception(), OSError):  # pragma: no cover - we know of none
            super().handle_error(request, client_address)

    def hang_up(self) -> None:
        """End all connections: those that wait for a request, then those that still answer."""
        self._is_over.set()
        for how in (socket.SHUT_RD, socket.SHUT_RDWR):
            connections = dict(self._connections)
            for connection in connections.values():
                with suppress(OSError):
                    connection.shutdown(how)
            deadline = time.monotonic() + _FAREWELL
            for thread in connections:
                thread.join(max(0.0, deadline - time.monotonic()))


class _UnreadableError(Exception):
    """The body of a request cannot be read, so the connection is of no more use."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class _Connection(BaseHTTPRequestHandler):
    """One connection, with one request after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(
        self, api: Api, patience: float, is_over: threading.Event, *connection: Any
    ) -> None:
        self._api = api
        self._patience = patience
        self._is_over = is_over
        super().__init__(*connection)  # which does all the work

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self._patience)

    def __getattr__(self, name: str) -> Callable[[], None]:
        # http.server looks for `do_` and the method, which can be any word.
        if name.startswith("do_"):
            return self._respond
        raise AttributeError(name)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what http.server itself could not read, in the mock's shape instead of HTML."""
        del message, explain  # they quote the request
        phrase, _ = self.responses.get(code, ("Bad request", ""))
        self._refuse(code, phrase)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Stay quiet."""

    def _respond(self) -> None:
        try:
            body = self._read_body()
        except _UnreadableError as error:
            self._refuse(error.status, str(error))
            return
        headers = {name: ", ".join(self.headers.get_all(name, ())) for name in self.headers}
        try:
            answer = self._api.handle(self.command, self.path, headers, body)
        except DroppedError:
            self.close_connection = True
            return
        except Exception:  # noqa: BLE001 - whatever a fault or a clock of the caller's raises
            traceback.print_exc()
            self._refuse(500, "The mock failed: see its standard error")
            return
        if answer.delay:
            self._is_over.wait(answer.delay)  # no longer than the server lives
        self._send(answer)

    def _read_body(self) -> bytes:
        if "Transfer-Encoding" in self.headers:
            raise _UnreadableError(400, "Invalid Transfer-Encoding: send a Content-Length")
        lengths = set(self.headers.get_all("Content-Length", ["0"]))
        length = lengths.pop().strip()
        if lengths or not (length.isascii() and length.isdigit()):
            raise _UnreadableError(400, "Invalid Content-Length")
        # The number of digits first: Python refuses to read a number of thousands of them.
        if len(length) > len(str(MAX_BODY)) or int(length) > MAX_BODY:
            raise _UnreadableError(413, "The body is too large")
        body = b""
        with suppress(TimeoutError):
            body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise _UnreadableError(400, "The body is shorter than its Content-Length")
        return body

    def _refuse(self, status: int, message: str) -> None:
        """Answer, and end the connection."""
        self.close_connection = True
        self._send(self._api.refuse(status, message))
        self._let_finish()

    def _send(self, answer: Answer) -> None:
        # In one piece: head and body in two would wait for each other's acknowledgement.
        if answer.cut is not None:
            self.close_connection = True
        phrase, _ = self.responses.get(answer.status, ("", ""))
        lines = [f"HTTP/1.1 {answer.status} {phrase}", f"Date: {self.date_time_string()}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        if answer.status != 204:
            lines.append(f"Content-Length: {len(answer.body)}")
        lines.append(f"Connection: {'close' if self.close_connection else 'keep-alive'}")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        body = b"" if self.command == "HEAD" else answer.body[: answer.cut]
        self.wfile.write(head + body)

    def _let_finish(self) -> None:
        """Read what the client is still sending: closing now would make it lose the answer."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            deadline = time.monotonic() + _FAREWELL
            # Mostly it is `recv` that meets the deadline.
            while (left := deadline - time.monotonic()) > 0:  # pragma: no branch
                self.connection.settimeout(left)
                if not self.connection.recv(65536):
                    break
