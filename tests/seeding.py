"""Puts vouchers and codes into a mock, and looks at what it was asked for.

Written against the wire, not with the client: a mistake of the client's could hide in its own help.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import httpx
from faults import Call, Fault
from mews_vouchers.mock import MockMews

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


def add_vouchers(mock: MockMews, number: int = 1, **properties: object) -> list[str]:
    """Add vouchers to the first service, and return their ids, the newest first."""
    voucher = {"ServiceId": mock.enterprises[0].service_ids[0], "Name": "A voucher"}
    full = voucher | {"Type": "Public"} | properties
    added: list[str] = []
    for first in range(0, number, 1000):
        some = [full] * min(1000, number - first)
        added += ids(post(mock, "vouchers/add", VoucherParameters=some)["Vouchers"])
    return added[::-1]


def add_codes(mock: MockMews, voucher_id: str, values: int | Iterable[str]) -> list[str]:
    """Add codes of these values, or so many, to a voucher; return their ids, the newest first."""
    if isinstance(values, int):
        values = [f"CODE{number}" for number in range(values)]
    codes = [{"VoucherId": voucher_id, "Value": value} for value in values]
    if not codes:
        return []
    return ids(post(mock, "voucherCodes/add", VoucherCodeParameters=codes)["VoucherCodes"])[::-1]


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


def listings(mock: MockMews) -> list[JsonObject]:
    """Return the bodies of all requests for a page that came through to the mock."""
    return [one.body for one in mock.requests if one.operation.endswith("getAll")]


def counts(bodies: Iterable[JsonObject]) -> list[int]:
    """Return how many items each of some requests asked for."""
    return [body["Limitation"]["Count"] for body in bodies]


# --- faults that go with them


def watching(bodies: list[JsonObject]) -> Fault:
    """Write down the body of each call, also of one that a later fault answers."""

    def fault(call: Call) -> httpx.Response | None:
        bodies.append(call.body)
        return None

    return fault


def edited(edit: Callable[[JsonObject], object]) -> Fault:
    """Let the mock carry the call out, and change its answer in place."""

    def fault(call: Call) -> httpx.Response | None:
        body: JsonObject = call.carry_out().json()
        edit(body)
        return httpx.Response(200, json=body)

    return fault


def asked_otherwise(mock: MockMews, change: Callable[[JsonObject], object]) -> Fault:
    """Let the mock carry out another request: the body that came, changed in place."""

    def fault(call: Call) -> httpx.Response | None:
        body = call.body
        change(body)
        headers = {"Content-Type": "application/json"}
        answer = mock.handle("POST", _PREFIX + call.operation, headers, json.dumps(body).encode())
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body)

    return fault


def after(number: int, fault: Fault) -> Fault:
    """Let a fault happen to all calls of an operation from this number on, counted from 0."""

    def later_only(call: Call) -> httpx.Response | None:
        return fault(call) if call.number >= number else None

    return later_only
