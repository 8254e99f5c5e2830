"""What tests of the clients do to a mock beyond what it offers itself, and how they look at it.

Written against the wire, not with the client: a mistake of the client's could hide in its own help.
"""

import json
from collections.abc import Callable, Container, Iterable
from copy import deepcopy
from datetime import UTC, datetime
from itertools import count
from typing import Any

from mews_vouchers.mock import Answer, MockMews
from mews_vouchers.mock.faults import Call, Fault, error

#: A JSON object. Any: the OpenAPI document says what is in it.
JsonObject = dict[str, Any]

CODES = "voucherCodes/getAll"
VOUCHERS = "vouchers/getAll"
_PREFIX = "/api/connector/v1/"


class SetClock:
    """A mock's clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


def post(mock: MockMews, operation: str, **body: object) -> JsonObject:
    """Carry out an operation on a mock, and return its result."""
    tokens = {
        "ClientToken": mock.client_token,
        "AccessToken": mock.access_token,
        "Client": "Seeds 1.0",
    }
    sent = json.dumps(tokens | body).encode()
    answer = mock.handle("POST", _PREFIX + operation, {"Content-Type": "application/json"}, sent)
    result: JsonObject = json.loads(answer.body)
    assert answer.status == 200, result
    return result


def add_codes(mock: MockMews, voucher_id: str, values: Iterable[object]) -> list[str]:
    """Add codes of these values to a voucher, and return their ids, the newest first."""
    return [mock.add_code(voucher_id, str(value)) for value in values][::-1]


def ids(items: Iterable[Any]) -> list[str]:
    """Return the ids of items, be they JSON objects or models."""
    return [item["Id"] if isinstance(item, dict) else item.id for item in items]


def nobodies(number: int) -> list[str]:
    """Return ids that nothing has."""
    return [f"{one:08x}-0000-4000-8000-000000000000" for one in range(number)]


def scattered(real: list[str], strangers: list[str]) -> list[str]:
    """Return the real values far apart among strangers: at the front, in the middle, at the end."""
    step = len(strangers) // max(1, len(real) - 1)
    mixed: list[str] = []
    for number, value in enumerate(real):
        mixed += [value, *strangers[number * step : (number + 1) * step]]
    return mixed


# --- what a mock was asked for


def listings(mock: MockMews) -> list[JsonObject]:
    """Return the bodies of all requests for a page, also of those that a fault kept from it."""
    return [one.body for one in mock.requests if one.operation.endswith("getAll")]


def counts(bodies: Iterable[JsonObject]) -> list[int]:
    """Return how many items each of some requests asked for."""
    return [body["Limitation"]["Count"] for body in bodies]


def items_in(body: JsonObject) -> list[Any]:
    """Return the items in the body of a write."""
    return next((some for some in body.values() if isinstance(some, list)), [])


# --- faults beyond those of the mock


def asked_otherwise(change: Callable[[JsonObject], object]) -> Fault:
    """Let the mock carry out another request: the body that came, changed in place."""

    def fault(call: Call) -> Answer:
        body = deepcopy(call.body)
        change(body)
        return call.carry_out(body)

    return fault


def where(is_so: Callable[[Call], bool], fault: Fault) -> Fault:
    """Let a fault happen to the calls of which something is so."""
    return lambda call: fault(call) if is_so(call) else call.carry_out()


def too_many_above(items: int) -> Fault:
    """Answer 413 to a write of more items than this at a time."""
    return where(
        lambda call: not call.operation.endswith("getAll") and len(items_in(call.body)) > items,
        error(413),
    )


def that_reach(calls: Container[int], fault: Fault) -> Fault:
    """Let a fault happen to some of the calls that earlier faults let through, counted from 1."""
    numbers = count(1)
    return where(lambda call: next(numbers) in calls, fault)
