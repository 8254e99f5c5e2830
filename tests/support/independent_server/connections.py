"""Connections: one thread each, that sends responses whole, slowly, in part, or resets."""

import contextlib
import os
import selectors
import socket
import struct
import threading
from uuid import uuid4

from .clock import ServerClock
from .faults import Fault, Plan
from .pending import Pending
from .records import Records, RequestRecord
from .requests import MalformedError, ReadEnoughError, RequestReader
from .responses import Response
from .service import Service, operation_of

_NO_FAULT = Fault()
#: `struct linger`: on, zero seconds. Its fields are short on Windows.
_RESET = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class Connections:
    """Responds on connections until the client or the server closes them."""

    def __init__(
        self, service: Service, records: Records, clock: ServerClock, pending: Pending
    ) -> None:
        self._service = service
        self._records = records
        self._clock = clock
        self._pending = pending
        self._lock = threading.Lock()
        self._open: dict[int, socket.socket] = {}
        self._threads: list[threading.Thread] = []
        self._count = 0
        self.plans: list[Plan] = []

    def start(self, connection: socket.socket) -> None:
        """Respond on a connection, in a thread of its own."""
        self._count += 1
        thread = threading.Thread(target=self._run, args=(connection, self._count), daemon=True)
        with self._lock:
            self._open[self._count] = connection
        thread.start()
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]

    def has_unread(self, listener: socket.socket) -> bool:
        """Return whether bytes or new connections wait to be read."""
        with selectors.DefaultSelector() as selector, self._lock:
            for one in (listener, *self._open.values()):
                selector.register(one, selectors.EVENT_READ)
            return bool(selector.select(0))

    def close(self) -> None:
        """Close all connections, and wait for their threads."""
        with self._lock:
            for connection in self._open.values():
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _run(self, connection: socket.socket, number: int) -> None:
        reader = RequestReader(connection)
        connection.settimeout(None)
        try:
            # The client may go away at any time, and that is no error of the server.
            with contextlib.suppress(OSError, EOFError, MalformedError):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while self._respond_once(connection, reader, number):
                    pass
        finally:
            with self._lock:
                connection.close()
                del self._open[number]

    def _respond_once(self, connection: socket.socket, reader: RequestReader, number: int) -> bool:
        """Respond to a request; return whether the connection stays open."""
        if not reader.wait():
            return False
        # Counted before it is read, so that there is no time at which the server seems idle.
        self._pending.begin()
        try:
            record = self._open_record(reader.next_target(), number)
            return self._respond(connection, reader, record)
        finally:
            self._pending.end()

    def _open_record(self, target: str, connection: int) -> RequestRecord:
        record = self._records.open(operation_of(target), connection)
        for plan in self.plans:
            record.fault = plan.choose(record.operation, record.number)
            if record.fault is not None:
                break
        return record

    def _respond(
        self, connection: socket.socket, reader: RequestReader, record: RequestRecord
    ) -> bool:
        fault = record.fault or _NO_FAULT
        try:
            request = reader.read(fault.reset_after_read)
        except ReadEnoughError:
            return _reset(connection)
        if fault.reset_after_read is not None:
            return _reset(connection)
        response = self._service.respond(request, record, fault)
        data = self._encoded(response, fault)
        if fault.end_after != 0:
            record.status = response.status
        for piece in _pieces(data[: fault.end_after], fault):
            connection.sendall(piece)
            record.sent += len(piece)
            self._pending.pause(fault.drip / 10)
        if fault.end_after is None:
            return request.keeps_alive
        return _reset(connection) if fault.reset else False

    def _encoded(self, response: Response, fault: Fault) -> bytes:
        request_id = str(uuid4())
        if response.body is not None and "RequestId" in response.body:
            response.body["RequestId"] = request_id
        headers = {"Date": self._clock.date_header(), "Request-Id": request_id}
        return response.encode(headers, chunked=fault.chunked)


def _pieces(data: bytes, fault: Fault) -> list[bytes]:
    size = -(-len(data) // 10) if fault.drip else len(data)
    return [data[at : at + size] for at in range(0, len(data), max(size, 1))]


def _reset(connection: socket.socket) -> bool:
    """Make closing send a reset; return that the connection does not stay open."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    return False
