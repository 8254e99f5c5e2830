"""Which faults apply to which calls. What a fault does is in `faults`."""

import json
from collections.abc import Container
from dataclasses import dataclass, field, replace

from mews_vouchers.mock._contract.responses import JsonObject, MockResponse
from mews_vouchers.mock.faults import Fault, FaultedCall, Proceed


@dataclass(slots=True)
class _Injection:
    fault: Fault
    operation: str | None
    calls: Container[int] | None
    seen: int = field(default=0)

    def matches_next(self, operation: str) -> bool:
        """Count a call, and return whether the fault applies to it."""
        if self.operation not in {None, operation}:
            return False
        self.seen += 1
        return self.calls is None or self.seen in self.calls


class FaultInjector:
    """The injected faults, in their order: the first one sees a call first."""

    def __init__(self) -> None:
        self._injections: list[_Injection] = []

    def add(self, fault: Fault, operation: str | None, calls: int | Container[int] | None) -> None:
        """Apply a fault to calls of an operation, counted from 1 and from now."""
        # Checked here: during a request, the error would look like one of the fault.
        if not callable(fault):
            raise TypeError(f"a fault must be a function, not {fault!r}")
        self._injections.append(_Injection(fault, operation, _call_numbers(calls)))

    def clear(self) -> None:
        """Remove all faults."""
        self._injections.clear()

    def wrap(self, operation: str, size: int, proceed: Proceed) -> Proceed:
        """Count a call, and return `proceed` wrapped in the faults that apply to the call."""
        # A fault also counts a call that an earlier fault keeps from it.
        matching = [one for one in self._injections if one.matches_next(operation)]
        for one in reversed(matching):
            proceed = _wrapped(one.fault, FaultedCall(operation, one.seen, {}, size, proceed))
        return proceed


def _call_numbers(calls: int | Container[int] | None) -> Container[int] | None:
    if isinstance(calls, int):
        if calls < 1:
            raise ValueError("calls are counted from 1")
        return (calls,)
    if calls is not None and (isinstance(calls, str) or not isinstance(calls, Container)):
        raise TypeError(f"calls must be a number or a container of numbers, not {calls!r}")
    return calls


def _wrapped(fault: Fault, call: FaultedCall) -> Proceed:
    def proceed(body: JsonObject) -> MockResponse:
        # A copy: a fault may change it in place, and the recorded request must not change.
        copy = json.loads(json.dumps(body))
        response: object = fault(replace(call, body=copy))
        if not isinstance(response, MockResponse):
            name = getattr(fault, "__qualname__", repr(fault))
            raise TypeError(f"the fault {name} must return a MockResponse, not {response!r}")
        return response

    return proceed
