"""A mock with a voucher and a client of it; the faults of a write, and checks of its error.

For all tests of what the clients do with a mock. No test belongs here.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import pytest
from mews_vouchers import (
    ApiError,
    BatchError,
    ConnectionFailedError,
    InvalidItemError,
    MewsError,
    NotFoundError,
    Outcome,
    TooManyRequestsError,
    UnauthorizedError,
    batch_error_of,
)
from mews_vouchers.mock import MockMews, MockResponse
from mews_vouchers.mock.faults import (
    Fault,
    FaultedCall,
    drop_after,
    drop_before,
    edit,
    error,
    respond,
)
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.clients import Connect
from tests.support.http_library import httpx
from tests.support.seeding import JsonObject, items_in, unknown_ids
from tests.support.waiting import TIMEOUT

ADD, DELETE, UPDATE = "voucherCodes/add", "voucherCodes/delete", "vouchers/update"


class Harness:
    """A mock with a voucher, and a client of it.

    Any: the client is of either kind, or a facade that looks like the sync one.
    """

    def __init__(
        self, connect: Connect, *, portfolio: bool = False, **client_settings: Any
    ) -> None:
        self.mock = MockMews(seed=7, enterprises=2)
        self.enterprise = self.mock.enterprises[0]
        self.service_id = self.enterprise.service_ids[0]
        self.voucher_id = self.mock.add_voucher()
        self.client: Any = connect(self.mock, portfolio=portfolio, **client_settings)

    @property
    def sent(self) -> list[tuple[str, int]]:
        """The operation and the number of items of each request of the client."""
        return [(one.operation, len(items_in(one.body))) for one in self.mock.requests]

    def sizes(self, operation: str) -> list[int]:
        """Return the number of items of each request of an operation."""
        return [size for name, size in self.sent if name == operation]

    def codes(self, values: Iterable[str]) -> list[VoucherCodeAddParameters]:
        """Return codes to add to the voucher."""
        return [VoucherCodeAddParameters(self.voucher_id, value) for value in values]

    def numbered(self, count: int) -> list[VoucherCodeAddParameters]:
        """Return codes with the values `0`, `1`, `2` and so on."""
        return self.codes(map(str, range(count)))

    def list_codes(self) -> list[Any]:
        """Return what a listing of the voucher's codes returns. Any: codes as they were read."""
        return list(self.client.voucher_codes.get_all(voucher_ids=[self.voucher_id]))

    def values(self) -> Counter[str]:
        """Return how often each value is among the active codes on the server."""
        return Counter(code["Value"] for code in self._active_codes())

    def add_codes(self, count: int) -> list[str]:
        """Add codes without the client; return their ids."""
        return [self.mock.add_code(self.voucher_id, str(number)) for number in range(count)]

    def active_ids(self) -> set[str]:
        """Return the ids of the active codes on the server."""
        return {code["Id"] for code in self._active_codes()}

    def _active_codes(self) -> Iterator[JsonObject]:
        ours = (code for code in self.mock.codes if code["VoucherId"] == self.voucher_id)
        return (code for code in ours if code["IsActive"])


def raising(make: Callable[[], BaseException], *, applied: bool = False) -> Fault:
    """Raise an exception that is not one of httpx."""

    def fault(call: FaultedCall) -> MockResponse:
        if applied:
            call.proceed()
        raise make()

    return fault


def change_items(change: Callable[[list[Any]], object]) -> Fault:
    """Apply a call, then change the list in its response."""

    def change_list(result: JsonObject) -> None:
        for name in set(result) & {"VoucherCodes", "Vouchers"}:
            result[name] = change(result[name])

    return edit(change_list)


def hold_until_concurrent(number: int) -> Fault:
    """Hold calls until this many are in flight at the same time."""
    barrier = threading.Barrier(number)

    def fault(call: FaultedCall) -> MockResponse:
        barrier.wait(TIMEOUT)
        return call.proceed()

    return fault


#: Faults of a request, each with the sequence of a `BatchError` that has the codes of an `add`
#: if the fault occurs in each attempt.
FAULTS: dict[str, tuple[Fault, str]] = {
    "400": (error(400), "rejected"),
    "401": (error(401), "not_sent"),
    "403": (error(403), "rejected"),
    "409": (error(409), "rejected"),
    "413": (error(413), "rejected"),
    "404": (error(404), "not_sent"),
    "429 for too long": (error(429, retry_after="99999"), "not_sent"),
    "408": (error(408), "unknown"),
    "500": (error(500), "unknown"),
    "520": (respond(520, "<html>"), "unknown"),
    "200 with HTML": (respond(200, "<html>"), "unknown"),
    "dropped before": (drop_before(httpx.ConnectError), "not_sent"),
    "read timeout": (drop_before(httpx.ReadTimeout), "unknown"),
    "done, then dropped": (drop_after(httpx.ReadError), "unknown"),
    "done, then read timeout": (drop_after(httpx.ReadTimeout), "unknown"),
    "done, then 204": (respond(204, applied=True), "unknown"),
    "done, then 408": (error(408, applied=True), "unknown"),
    "done, then 500": (error(500, applied=True), "unknown"),
    "done, then 200 with HTML": (respond(200, "<html>", applied=True), "unknown"),
}

faults_by_name = pytest.mark.parametrize("name", FAULTS)


#: The errors after which an item was certainly not applied, and need not be corrected.
NOT_APPLIED = (ConnectionFailedError, NotFoundError, TooManyRequestsError, UnauthorizedError)


def sequences(failed: BatchError[Any, Any]) -> list[tuple[Outcome[Any, Any], ...]]:
    """Return the four sequences of an error."""
    return [failed.succeeded, failed.rejected, failed.unknown, failed.not_sent]


def outcomes(failed: BatchError[Any, Any]) -> list[Outcome[Any, Any]]:
    """Return the outcomes of all items, in the order of the input."""
    return sorted(chain(*sequences(failed)), key=lambda one: one.position)


def check_report(failed: BatchError[Any, Any], items: Sequence[object]) -> None:
    """Check that an error reports each item once, in order, with the right attributes."""
    for some in sequences(failed):
        positions = [one.position for one in some]
        assert positions == sorted(positions)
    reported = outcomes(failed)
    assert [one.position for one in reported] == list(range(len(items)))
    assert all(one.item is items[one.position] for one in reported)
    assert all(one.error is None for one in failed.succeeded)
    assert all(isinstance(one.error, ApiError | InvalidItemError) for one in failed.rejected)
    assert all(isinstance(one.error, MewsError) for one in failed.unknown)
    assert all(one.error is None or isinstance(one.error, NOT_APPLIED) for one in failed.not_sent)


async def cancelled_batch_error(call: Awaitable[object]) -> BatchError[Any, Any]:
    """Await a call whose task was cancelled; return the report of the cancellation."""
    with pytest.raises(asyncio.CancelledError) as caught:
        await call
    return reported_by(caught.value)


def reported_by(exception: BaseException) -> BatchError[Any, Any]:
    """Return the report that an interruption carries; there must be one."""
    found = batch_error_of(exception)
    assert found is not None
    return found


def failure(call: Callable[..., object], *args: object, **kwargs: object) -> BatchError[Any, Any]:
    """Make a call that must fail; return its error."""
    with pytest.raises(BatchError) as caught:
        call(*args, **kwargs)
    found: BatchError[Any, Any] = caught.value
    return found


def attempted(call: Callable[..., Any], items: object) -> tuple[Any, BatchError[Any, Any] | None]:
    """Make a call that may fail; return its result, or its error."""
    try:
        return call(items), None
    except BatchError as failed:
        return None, failed


def ask(client: Any) -> None:
    """Send one request."""
    assert list(client.voucher_codes.get_all(voucher_ids=unknown_ids(1))) == []
