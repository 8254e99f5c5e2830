"""Clients of the independent server, codes for it, and checks of what became of them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from mews_vouchers import BatchError, Credentials
from mews_vouchers_client.models import VoucherCode, VoucherCodeAddParameters

from tests.support.clients import Connect
from tests.support.independent_calls import values_of
from tests.support.independent_server import IndependentServer

ADD, LIST, DELETE = "voucherCodes/add", "voucherCodes/getAll", "voucherCodes/delete"


def credentials_of(server: IndependentServer) -> Credentials:
    """Return the credentials of its enterprise."""
    return Credentials(
        client_token=server.client_token, access_token=server.access_token, client="Tests 1.0"
    )


def client_of(connect: Connect, server: IndependentServer, **settings: Any) -> Any:
    """Return a client of the server. Any: of either kind, or a facade."""
    full: dict[str, Any] = {"base_url": server.url, "timeout": 10.0} | settings
    return connect.to(credentials_of(server), **full)


def numbered(server: IndependentServer, count: int) -> list[VoucherCodeAddParameters]:
    """Return codes for its first voucher."""
    return [VoucherCodeAddParameters(server.voucher_id, f"C{at:05}") for at in range(count)]


def stored(server: IndependentServer) -> Counter[str]:
    """Return how often each value is among its active codes, once nothing is left to do."""
    server.wait_until_idle()
    return Counter(values_of(server.active_codes()))


def sizes(server: IndependentServer, operation: str = ADD) -> list[int]:
    """Return the number of items of each request of an operation."""
    requests = [one for one in server.requests if one.operation == operation]
    return [
        len(value)
        for one in requests
        for value in (one.body or {}).values()
        if isinstance(value, list)
    ]


def check_true(
    error: BatchError[VoucherCodeAddParameters, VoucherCode],
    codes: Sequence[VoucherCodeAddParameters],
    server: IndependentServer,
) -> None:
    """Check that an error reports each code of an `add` once, and nothing that is not true."""
    reported = sorted(
        [*error.succeeded, *error.rejected, *error.unknown, *error.not_sent],
        key=lambda one: one.position,
    )
    assert [one.position for one in reported] == list(range(len(codes)))
    assert [one.item for one in reported] == list(codes)
    server.wait_until_idle()
    there = {one["Id"]: one["Value"] for one in server.active_codes()}
    for one in error.succeeded:
        assert one.result is not None
        assert there.pop(one.result.id) == one.item.value
    absent = {one.item.value for one in (*error.rejected, *error.not_sent)}
    assert absent.isdisjoint(there.values())
    assert set(there.values()) <= {one.item.value for one in error.unknown}
