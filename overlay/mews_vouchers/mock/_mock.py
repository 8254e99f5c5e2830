"""`MockMews`: puts the parts together. No behaviour of the API belongs here."""

import time
from collections.abc import Callable, Container

from ._api import seeding
from ._api.context import MockState
from ._api.dispatch import OPERATIONS, Dispatcher
from ._api.serialization import serialize_code, serialize_voucher
from ._connections import Connections
from ._contract.responses import JsonObject
from ._contract.validation import load_validator
from ._state.ids import IdGenerator
from ._state.rate_limit import SlidingWindow
from ._state.reference_data import Enterprise, ReferenceData
from ._state.request_log import RecordedRequest
from ._state.store import Store
from ._state.timestamps import Clock, TickingClock, system_clock
from .faults import Fault


class MockMews(Connections):
    """An in-memory Mews with the seven voucher operations.

    It starts with enterprises, each with services, rates and companies, and without vouchers.

    Args:
        enterprises: The number of enterprises.
        seed: Makes ids and tokens reproducible, and the time, unless there is a `clock`: it starts
            at 2026-01-01T00:00:00Z and advances by a second per request or direct addition.
        clock: Returns the time as an aware datetime. Without it and without a seed, it is the
            system's time, which freezegun and time-machine can freeze.
        rate_limit: The number of requests per access token, and the seconds in which they are
            allowed, such as the vendor's `(200, 30.0)`. One more gets a 429 with `Retry-After`.
            None: no limit.
        timer: Returns the seconds that the rate limit is measured in.
        time_filter_includes_end: Whether a time filter includes its end, as the vendor's did before
            January 2026. By default it excludes it; if start and end are equal, it matches exactly
            that timestamp.

    Raises:
        MockUnavailableError: A package that the mock needs is not installed.

    Example:
        mock = MockMews()
        (voucher_id,) = mock.seed(vouchers=1, codes_per_voucher=3)
        with mock.client() as client:
            codes = list(client.voucher_codes.get_all(voucher_ids=[voucher_id]))
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
        ids = IdGenerator(seed)
        reference_data = ReferenceData(ids, enterprises)
        self._store = Store(ids)
        window = None if rate_limit is None else SlidingWindow(*rate_limit, timer)
        state = MockState(
            load_validator(),
            reference_data,
            self._store,
            time_filter_includes_end=time_filter_includes_end,
        )
        clock = clock or (system_clock if seed is None else TickingClock())
        super().__init__(Dispatcher(state, ids, clock, window), reference_data)

    def __repr__(self) -> str:
        enterprises, store = len(self.enterprises), self._store
        return (
            f"<MockMews enterprises={enterprises} "
            f"vouchers={len(store.vouchers)} codes={len(store.codes)}>"
        )

    # --- contents

    @property
    def enterprises(self) -> tuple[Enterprise, ...]:
        """The enterprises, with the ids that vouchers can refer to."""
        return self._reference_data.enterprises

    @property
    def vouchers(self) -> list[JsonObject]:
        """All vouchers, oldest first, including deleted ones, as responses have them."""
        with self._dispatcher.lock:
            return list(map(serialize_voucher, self._store.vouchers.values()))

    @property
    def codes(self) -> list[JsonObject]:
        """All voucher codes, oldest first, including deleted ones, as responses have them."""
        with self._dispatcher.lock:
            return list(map(serialize_code, self._store.codes.values()))

    @property
    def requests(self) -> list[RecordedRequest]:
        """The last requests, oldest first: at most 10,000, with at most 32 MiB of bodies."""
        return self._dispatcher.requests()

    # --- initial data

    def seed(
        self, *, vouchers: int = 1, codes_per_voucher: int = 0, enterprise: Enterprise | None = None
    ) -> list[str]:
        """Add many vouchers and codes without a request; a million codes take seconds.

        Args:
            vouchers: The number of public vouchers, in the first service of the enterprise.
            codes_per_voucher: The number of codes per voucher; their values are unique.
            enterprise: One of `enterprises`; by default the first one.

        Returns:
            The ids of the vouchers, oldest first.

        Raises:
            ValueError: A number is below 0, or the enterprise belongs to another mock.

        Example:
            `voucher_ids = mock.seed(vouchers=3, codes_per_voucher=2_500)`
        """
        return seeding.seed(self._dispatcher, enterprise, vouchers, codes_per_voucher)

    def add_voucher(self, *, enterprise: Enterprise | None = None, **properties: object) -> str:
        """Add a voucher without a request, and return its id.

        Args:
            enterprise: One of `enterprises`; by default the first one.
            properties: Properties under the vendor's names, with their JSON values. By default it
                is a public voucher of the first service.

        Raises:
            ValueError: The API would not accept such a voucher.
            TypeError: A value is not JSON, such as a datetime.

        Example:
            `mock.add_voucher(Name="Weekend", ExternalIdentifier="W-1")`
        """
        return seeding.add_voucher(self._dispatcher, enterprise, properties)

    def add_code(self, voucher_id: str, value: str, **properties: object) -> str:
        """Add a code to a voucher without a request, and return its id.

        Args:
            voucher_id: The id of a voucher of any enterprise.
            value: The string that guests enter.
            properties: `ValidityStartUtc` and `ValidityEndUtc`, such as `2026-01-01T00:00:00Z`.

        Raises:
            ValueError: The API would not accept such a code.
            TypeError: A value is not JSON, such as a datetime.
        """
        return seeding.add_code(self._dispatcher, voucher_id, {"Value": value, **properties})

    # --- faults

    def inject(
        self,
        fault: Fault,
        operation: str | None = None,
        *,
        calls: int | Container[int] | None = None,
    ) -> None:
        """Apply a fault to calls from now on.

        Several faults see a call in the order in which they were injected.

        Args:
            fault: One of `mews_vouchers.mock.faults`, or your own function of the same type.
            operation: Such as `voucherCodes/add`; by default all calls.
            calls: The numbers of the calls, counted from 1 and from now: `2` is the second one,
                `[1, 3]` are two, `range(2, 5)` three; by default all of them.

        Raises:
            TypeError: The fault is not a function, or the calls are not numbers.
            ValueError: There is no such operation, or a number is below 1.

        Example:
            `mock.inject(faults.error(503), "voucherCodes/getAll", calls=2)`
        """
        if operation is not None and operation not in OPERATIONS:
            raise ValueError(f"no operation {operation!r}; there are {', '.join(OPERATIONS)}")
        with self._dispatcher.lock:
            self._dispatcher.faults.add(fault, operation, calls)

    def clear_faults(self) -> None:
        """Remove all faults."""
        with self._dispatcher.lock:
            self._dispatcher.faults.clear()
