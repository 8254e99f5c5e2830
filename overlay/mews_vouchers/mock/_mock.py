"""`MockMews`: the parts put together. No behaviour of the API belongs here."""

import time
from collections.abc import Callable, Container, Mapping
from contextlib import AbstractContextManager

import httpx

from . import _seeding
from ._answers import Answer, JsonObject
from ._asgi import AsgiApp
from ._call import State
from ._contract import load_contract
from ._http import OPERATIONS, Api
from ._ids import Ids
from ._rate_limit import SlidingWindow
from ._request_log import RecordedRequest
from ._server import serve
from ._store import Store
from ._times import Clock, TickingClock, real_clock
from ._transport import MockTransport
from ._wire import code_to_wire, voucher_to_wire
from ._world import Enterprise, World
from .faults import Fault


class MockMews:
    """An in-memory Mews with the seven voucher operations.

    It starts with enterprises, each with services, rates and companies, and without vouchers.

    Args:
        enterprises: How many enterprises there are.
        seed: Makes ids, tokens and time the same on every run: the clock then starts at
            2026-01-01T00:00:00Z and moves on by a second with each request or direct addition.
        clock: Tells the time, as aware datetimes.
        rate_limit: How many requests of one access token are answered within how many seconds,
            such as `(200, 30.0)`, which is the vendor's; one more gets a 429 with `Retry-After`.
            Without it there is no limit.
        timer: Tells the seconds that the rate limit goes by.
        time_filter_includes_end: Whether a time filter includes its end, as the vendor's did before
            January 2026. Else it excludes it, and matches exactly that moment where start and end
            are the same.

    Raises:
        MockUnavailableError: Something the mock needs is not installed.
    """

    def __init__(
        self,
        *,
        enterprises: int = 1,
        seed: int | None = None,
        clock: Clock | None = None,
        rate_limit: tuple[int, float] | None = None,
        timer: Callable[[], float] = time.monotonic,
        time_filter_includes_end: bool = False,
    ) -> None:
        ids = Ids(seed)
        self._world = World(ids, enterprises)
        self._store = Store(ids)
        window = None if rate_limit is None else SlidingWindow(*rate_limit, timer)
        clock = clock or (real_clock if seed is None else TickingClock())
        state = State(
            load_contract(),
            self._world,
            self._store,
            time_filter_includes_end=time_filter_includes_end,
        )
        self._api = Api(state, ids, clock, window)
        self._transport = MockTransport(self._respond)
        self._asgi = AsgiApp(self._api.handle)

    def __repr__(self) -> str:
        enterprises, store = len(self.enterprises), self._store
        return (
            f"<MockMews enterprises={enterprises} "
            f"vouchers={len(store.vouchers)} codes={len(store.codes)}>"
        )

    # --- what is there

    @property
    def enterprises(self) -> tuple[Enterprise, ...]:
        """The enterprises, with the ids that vouchers can refer to."""
        return self._world.enterprises

    @property
    def client_token(self) -> str:
        """The only client token that is valid."""
        return self._world.client_token

    @property
    def access_token(self) -> str:
        """The access token that opens the first enterprise."""
        return self._world.access_token

    @property
    def portfolio_access_token(self) -> str:
        """The access token that opens all enterprises; writes with it must name one."""
        return self._world.portfolio_access_token

    @property
    def vouchers(self) -> list[JsonObject]:
        """All vouchers from old to new, deleted ones too, as the wire has them; no request."""
        with self._api.lock:
            return list(map(voucher_to_wire, self._store.vouchers.values()))

    @property
    def codes(self) -> list[JsonObject]:
        """All codes from old to new, deleted ones too, as the wire has them; no request."""
        with self._api.lock:
            return list(map(code_to_wire, self._store.codes.values()))

    @property
    def requests(self) -> list[RecordedRequest]:
        """The last requests, from old to new: at most 10,000, with at most 32 MiB of bodies."""
        return self._api.requests()

    # --- what a test starts with

    def seed(
        self, *, vouchers: int = 1, codes_per_voucher: int = 0, enterprise: Enterprise | None = None
    ) -> list[str]:
        """Add many vouchers and codes without a request; a million codes take seconds.

        Args:
            vouchers: How many public vouchers to add to the first service of the enterprise.
            codes_per_voucher: How many codes each of them gets, all with values of their own.
            enterprise: One of `enterprises`; without it the first one.

        Returns:
            The ids of the vouchers, from old to new.

        Raises:
            ValueError: A number is below 0, or the enterprise is that of another mock.

        Example:
            `voucher_ids = mock.seed(vouchers=3, codes_per_voucher=2_500)`
        """
        return _seeding.seed(self._api, self._or_first(enterprise), vouchers, codes_per_voucher)

    def add_voucher(self, *, enterprise: Enterprise | None = None, **properties: object) -> str:
        """Add a voucher without a request, and return its id.

        Args:
            enterprise: One of `enterprises`; without it the first one.
            properties: Properties under the vendor's names, with values as the wire has them.
                Without them it is a public voucher of the first service.

        Raises:
            ValueError: The API would not take such a voucher.
            TypeError: A property is no JSON, such as a datetime.

        Example:
            `mock.add_voucher(Name="Weekend", ExternalIdentifier="W-1")`
        """
        return _seeding.add_voucher(self._api, self._or_first(enterprise), properties)

    def add_code(self, voucher_id: str, value: str, **properties: object) -> str:
        """Add a code to a voucher without a request, and return its id.

        Args:
            voucher_id: The id of a voucher of any enterprise.
            value: What guests enter.
            properties: `ValidityStartUtc` and `ValidityEndUtc`, such as `2026-01-01T00:00:00Z`.

        Raises:
            ValueError: The API would not take such a code.
            TypeError: A property is no JSON, such as a datetime.
        """
        return _seeding.add_code(self._api, voucher_id, {"Value": value, **properties})

    # --- what goes wrong

    def inject(
        self,
        fault: Fault,
        operation: str | None = None,
        *,
        calls: int | Container[int] | None = None,
    ) -> None:
        """Let something go wrong from now on.

        Several faults that meet one call see it in the order in which they were injected.

        Args:
            fault: One of `mews_vouchers.mock.faults`, or a function like these.
            operation: Such as `voucherCodes/add`; without it all calls are meant.
            calls: Which of these calls, counted from 1 and from now: `2` is the second one,
                `[1, 3]` are two, `range(2, 5)` three; without it all of them.

        Raises:
            TypeError: The fault is no function, or the calls are no numbers.
            ValueError: There is no such operation, or no such call.

        Example:
            `mock.inject(faults.error(503), "voucherCodes/getAll", calls=2)`
        """
        if operation is not None and operation not in OPERATIONS:
            raise ValueError(f"no operation {operation!r}; there are {', '.join(OPERATIONS)}")
        with self._api.lock:
            self._api.faults.add(fault, operation, calls)

    def clear_faults(self) -> None:
        """Let nothing go wrong any more."""
        with self._api.lock:
            self._api.faults.clear()

    # --- ways to talk to it

    @property
    def transport(self) -> MockTransport:
        """A transport for `httpx.Client` and for `httpx.AsyncClient`, which opens no connection."""
        return self._transport

    @property
    def asgi(self) -> AsgiApp:
        """An ASGI application, for tools that take one.

        Where a fault breaks the connection, it raises `ConnectionResetError`: ASGI has no word
        for it. `httpx.ASGITransport` hands that on to the client, and knows no timeouts.
        """
        return self._asgi

    def serve(self, port: int = 0, *, patience: float = 30.0) -> AbstractContextManager[str]:
        """Serve on 127.0.0.1 while the `with` block runs, and give it the base URL.

        Args:
            port: The port to listen on; 0 takes a free one.
            patience: For how many seconds a client may stay silent before it is given up.

        Raises:
            OSError: The port cannot be listened on.
        """
        return serve(self._api, port, patience)

    def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer a request given as plain data: what all the other ways are made of.

        Raises:
            DroppedError: A fault breaks the connection.
        """
        return self._api.handle(method, path, headers, body)

    # --- how

    def _or_first(self, enterprise: Enterprise | None) -> Enterprise:
        if enterprise is None:
            return self.enterprises[0]
        if enterprise not in self.enterprises:
            raise ValueError("no enterprise of this mock; see `enterprises`")
        return enterprise

    def _respond(self, request: httpx.Request) -> Answer:
        path = request.url.raw_path.decode("ascii")
        return self._api.handle(request.method, path, request.headers, request.content)
