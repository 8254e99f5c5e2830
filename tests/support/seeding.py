"""What tests of the clients do to a mock beyond its own methods, and how they inspect it.

It uses HTTP, not the client: a mistake of the client could hide itself.
"""

import json
from collections.abc import Callable, Container, Iterable
from copy import deepcopy
from datetime import UTC, datetime
from itertools import count
from typing import Any

from mews_vouchers.mock import MockMews, MockResponse
from mews_vouchers.mock.faults import Fault, FaultedCall, error

#: A JSON object. Any: the OpenAPI document says what is in it.
JsonObject = dict[str, Any]

CODES = "voucherCodes/getAll"
VOUCHERS = "vouchers/getAll"
_PREFIX = "/api/connector/v1/"


class SetClock:
    """A clock of a mock that moves only when it is set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


def post(mock: MockMews, operation: str, **body: object) -> JsonObject:
    """Execute an operation of a mock, and return its result."""
    tokens = {
        "ClientToken": mock.client_token,
        "AccessToken": mock.access_token,
        "Client": "Seeds 1.0",
    }
    sent = json.dumps(tokens | body).encode()
    response = mock.handle("POST", _PREFIX + operation, {"Content-Type": "application/json"}, sent)
    result: JsonObject = json.loads(response.body)
    assert response.status == 200, result
    return result


def add_codes(mock: MockMews, voucher_id: str, values: Iterable[object]) -> list[str]:
    """Add codes with these values to a voucher; return their ids, newest first."""
    return [mock.add_code(voucher_id, str(value)) for value in values][::-1]


def ids(items: Iterable[Any]) -> list[str]:
    """Return the ids of items, JSON objects or models."""
    return [item["Id"] if isinstance(item, dict) else item.id for item in items]


def unknown_ids(number: int) -> list[str]:
    """Return ids that no item has."""
    return [f"{one:08x}-0000-4000-8000-000000000000" for one in range(number)]


def scattered(real: list[str], others: list[str]) -> list[str]:
    """Return the real values far apart among others: at the start, in the middle, at the end."""
    step = len(others) // max(1, len(real) - 1)
    mixed: list[str] = []
    for number, value in enumerate(real):
        mixed += [value, *others[number * step : (number + 1) * step]]
    return mixed


# --- requests


def listings(mock: MockMews) -> list[JsonObject]:
    """Return the bodies of all listing requests, even if a fault prevented the response."""
    return [one.body for one in mock.requests if one.operation.endswith("getAll")]


def counts(bodies: Iterable[JsonObject]) -> list[int]:
    """Return the number of items that each request asks for."""
    return [body["Limitation"]["Count"] for body in bodies]


def items_in(body: JsonObject) -> list[Any]:
    """Return the items in the body of a write."""
    return next((some for some in body.values() if isinstance(some, list)), [])


# --- faults


def edit_request(change: Callable[[JsonObject], object]) -> Fault:
    """Make the mock apply another request: the body, changed in place."""

    def fault(call: FaultedCall) -> MockResponse:
        body = deepcopy(call.body)
        change(body)
        return call.proceed(body)

    return fault


def where(is_so: Callable[[FaultedCall], bool], fault: Fault) -> Fault:
    """Apply a fault to the calls for which a condition holds."""
    return lambda call: fault(call) if is_so(call) else call.proceed()


def too_many_above(items: int) -> Fault:
    """Respond 413 to a write of more items than this."""
    return where(
        lambda call: not call.operation.endswith("getAll") and len(items_in(call.body)) > items,
        error(413),
    )


def that_reach(calls: Container[int], fault: Fault) -> Fault:
    """Apply a fault to some of the calls that earlier faults let through, counted from 1."""
    numbers = count(1)
    return where(lambda call: next(numbers) in calls, fault)
