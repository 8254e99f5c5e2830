"""Faults between a client and the mock, by operation and number of the call.

`Faulty` is a transport. Each of its faults sees every call and may answer it, drop it before or
after the mock has carried it out, or leave it to the next fault and in the end to the mock.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx
from mews_vouchers.mock import MockMews


@dataclass
class Call:
    """A request on its way, as faults see it."""

    #: The vendor's name, such as `voucherCodes/add`.
    operation: str
    #: How many calls of this operation there were before.
    number: int
    request: httpx.Request
    #: Lets the mock carry it out; may be called to commit before dropping the answer.
    carry_out: Callable[[], httpx.Response]

    @property
    def body(self) -> dict[str, Any]:
        """The request's body."""
        found: dict[str, Any] = json.loads(self.request.content)
        return found


class Fault(Protocol):
    """Answers a call, raises instead, or returns None to leave it alone."""

    def __call__(self, call: Call, /) -> httpx.Response | None:
        """Look at a call."""


@dataclass
class Faulty:
    """A mock behind faults; `transport` goes into a client of either kind."""

    mock: MockMews
    faults: Iterable[Fault]
    #: The operations that were called, in order; also those that were dropped.
    calls: list[str] = field(default_factory=list)

    @property
    def transport(self) -> httpx.MockTransport:
        """The transport for a client."""
        return httpx.MockTransport(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        operation = request.url.path.removeprefix("/api/connector/v1/")

        def carry_out() -> httpx.Response:
            return self.mock.transport.handle_request(request)

        call = Call(operation, self.calls.count(operation), request, carry_out)
        self.calls.append(operation)
        for fault in self.faults:
            response = fault(call)
            if response is not None:
                return response
        return carry_out()


def on(operation: str, numbers: Iterable[int], fault: Fault) -> Fault:
    """Let a fault happen to some calls of an operation, counted from 0."""
    chosen = set(numbers)

    def chosen_only(call: Call) -> httpx.Response | None:
        return fault(call) if call.operation == operation and call.number in chosen else None

    return chosen_only


def answer(status: int, content: bytes | str = b"", **headers: str) -> Fault:
    """Answer with a status; `Retry_After="3"` is a header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda call: httpx.Response(status, content=content, headers=named)


def error(status: int, message: str = "No.", **headers: str) -> Fault:
    """Answer with an error in the vendor's shape."""
    body = json.dumps({"Message": message, "RequestId": "r-1", "Details": None})
    return answer(status, body, Request_Id="r-1", **headers)


def drop_before(kind: type[httpx.RequestError] = httpx.ConnectError) -> Fault:
    """Fail before the mock hears of the call."""

    def fault(call: Call) -> httpx.Response | None:
        raise kind("dropped before", request=call.request)

    return fault


def drop_after(kind: type[httpx.RequestError] = httpx.ReadError) -> Fault:
    """Let the mock carry the call out, then lose the answer."""

    def fault(call: Call) -> httpx.Response | None:
        call.carry_out()
        raise kind("dropped after", request=call.request)

    return fault


def too_heavy_above(count: int) -> Fault:
    """Answer 408 to a listing that asks for more items than this at a time."""

    def fault(call: Call) -> httpx.Response | None:
        asked = call.body.get("Limitation", {}).get("Count", 0)
        return error(408)(call) if asked > count else None

    return fault


def too_large_above(items: int) -> Fault:
    """Answer 413 to a write of more items than this at a time."""

    def fault(call: Call) -> httpx.Response | None:
        written = max(
            (len(some) for some in call.body.values() if isinstance(some, list)), default=0
        )
        is_read = call.operation.endswith("getAll")
        return error(413)(call) if not is_read and written > items else None

    return fault
