"""The server as tests use it."""

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from .clock import ServerClock
from .connections import Connections
from .faults import Plan
from .pending import Pending
from .records import Records, RequestRecord
from .service import Service, Settings
from .store import Store


class IndependentServer:
    """A server of the voucher endpoints on a port of 127.0.0.1, with one voucher.

    Args:
        seed: For the ids, and for what faults choose by chance.
        clock_offset: Seconds by which the server's clock is ahead of this machine's.
        faults: The plans, such as `At` and `RandomFaults`; the first that has a fault for a request
            is taken.
        rate_limit: Requests and seconds of the window; None for no limit.
        max_body: The longest body in bytes; None for no limit.

    Example:
        with IndependentServer(faults=[At("voucherCodes/add", fail_after("half"), 2)]) as server:
            ...
            server.wait_until_idle()
            assert len(server.active_codes()) == 1500
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        clock_offset: float = 0,
        faults: Sequence[Plan] = (),
        rate_limit: tuple[int, float] | None = None,
        max_body: int | None = None,
    ) -> None:
        self.clock = ServerClock(clock_offset)
        self.settings = Settings(seed, rate_limit=rate_limit, max_body=max_body)
        self._store = Store(seed, self.clock)
        self._pending = Pending()
        self._service = Service(self._store, self.settings, self._pending)
        self._records = Records()
        self._connections = Connections(self._service, self._records, self.clock, self._pending)
        self._connections.plans = list(faults)
        self.client_token = self._service.client_token
        self.access_token = self._service.access_token
        self.service_id = self._store.service_id
        self.enterprise_id = self._store.enterprise_id
        self.voucher_id = self.add_voucher()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._listener.settimeout(0)
        self._address = ("127.0.0.1", self._listener.getsockname()[1])
        self._is_closing = False
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    @property
    def url(self) -> str:
        """The address of the platform, without a path."""
        return f"http://127.0.0.1:{self._address[1]}"

    @property
    def requests(self) -> list[RequestRecord]:
        """The records of all requests up to now, in the order of arrival."""
        return list(self._records.all)

    def plan(self, *faults: Plan) -> None:
        """Replace the plans. The numbers of requests go on."""
        self._connections.plans = list(faults)

    def add_voucher(self, name: str = "A voucher", **properties: object) -> str:
        """Store a public voucher; return its id. Properties have their names of the API."""
        empty = ("CompanyId", "ExternalIdentifier")
        interval = ("OccupiableIntervalStartUtc", "OccupiableIntervalEndUtc")
        defaults = {**dict.fromkeys((*empty, *interval)), "Type": "Public", "Name": name}
        with self._store.lock:
            own = {**defaults, "ServiceId": self.service_id, **properties}
            return self._store.add_voucher(own, []).id

    def add_codes(
        self, voucher_id: str, values: Iterable[str], *, created: datetime | None = None
    ) -> list[str]:
        """Store codes, also many thousands; return their ids.

        Args:
            voucher_id: Their voucher.
            values: Their values.
            created: When they were created, by the server's clock, with a time zone; now without.
        """
        with self._store.lock:
            at = self.clock.now() if created is None else int(created.timestamp())
            codes = [self._store.new_code(voucher_id, value, at) for value in values]
            self._store.add_codes(voucher_id, codes)
            return [code.id for code in codes]

    def delete_codes(self, code_ids: Iterable[str]) -> None:
        """Delete codes, as another user of the property would."""
        with self._store.lock:
            for code_id in code_ids:
                self._store.delete(self._store.codes[code_id])

    def active_codes(self) -> list[dict[str, Any]]:
        """Return the codes that are not deleted, oldest first, as the API shows them."""
        with self._store.lock:
            return [code.shown() for code in self._store.codes.values() if code.active]

    def active_vouchers(self) -> list[dict[str, Any]]:
        """Return the vouchers that are not deleted, oldest first, as the API shows them."""
        with self._store.lock:
            return [one.shown() for one in self._store.vouchers.values() if one.active]

    def hurry(self) -> None:
        """End the pauses of faults, and apply at once what is to be applied later."""
        self._pending.hurry()

    def wait_for(self, operation: str, number: int = 1, seconds: float = 10) -> RequestRecord:
        """Wait until the n-th request of an operation has been read; return its record.

        Raises:
            TimeoutError: It did not come.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for one in self.requests:
                if (one.operation, one.number) == (operation, number) and one.body is not None:
                    return one
            time.sleep(0.002)
        raise TimeoutError(f"request {number} of {operation} did not come")

    def forget_requests(self) -> None:
        """Forget the records of requests, in a long run. Their numbers go on."""
        self._records.all.clear()

    def wait_until_idle(self, seconds: float = 10) -> None:
        """Wait until no request is in progress and every late one is applied.

        Raises:
            TimeoutError: That took longer.
        """
        end = time.monotonic() + seconds
        # In this order: what is read after the first check is in progress at the second one.
        while self._connections.has_unread(self._listener) or not self._pending.is_idle():
            if time.monotonic() > end:
                raise TimeoutError("the server is not idle")
            time.sleep(0.002)

    def close(self) -> None:
        """Close all sockets and end all threads. What was to be applied later is not."""
        if self._is_closing:
            return
        self._is_closing = True
        self._pending.close()
        # Wakes `accept`: closing the listener from here does not, on some systems.
        socket.create_connection(self._address).close()
        self._acceptor.join()
        self._listener.close()
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            while selector.select() and not self._is_closing:
                # Counted before it is accepted, like a request before it is read.
                self._pending.begin()
                # On some systems, nothing is left to accept if the client has gone away.
                with contextlib.suppress(BlockingIOError, ConnectionAbortedError):
                    self._connections.start(self._listener.accept()[0])
                self._pending.end()
