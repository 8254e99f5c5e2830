"""Which faults happen to which calls: counting only. What a fault does is in `faults`."""

import json
from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace

from ._answers import Answer, JsonObject
from .faults import Call, Fault


@dataclass(slots=True)
class _Injection:
    fault: Fault
    operation: str | None
    calls: Container[int] | None
    seen: int = field(default=0)

    def counts(self, operation: str) -> bool:
        """Count a call, and tell whether the fault happens to it."""
        if self.operation not in {None, operation}:
            return False
        self.seen += 1
        return self.calls is None or self.seen in self.calls


class Script:
    """The faults that are injected, in their order: the first one sees a call first."""

    def __init__(self) -> None:
        self._injections: list[_Injection] = []

    def add(self, fault: Fault, operation: str | None, calls: int | Container[int] | None) -> None:
        """Let a fault happen to calls of an operation, counted from 1 and from now."""
        # What can never work is the test's mistake: in a request it would pass for a fault.
        if not callable(fault):
            raise TypeError(f"a fault is a function, not {fault!r}")
        self._injections.append(_Injection(fault, operation, _numbers(calls)))

    def clear(self) -> None:
        """Forget all faults."""
        self._injections.clear()

    def meet(
        self, operation: str, size: int, carry_out: Callable[[JsonObject], Answer]
    ) -> Callable[[JsonObject], Answer]:
        """Count a call; return what carries its body out, through the faults that it meets."""
        # All of them count it, also those that an earlier one keeps it from.
        met = [one for one in self._injections if one.counts(operation)]
        for one in reversed(met):
            carry_out = _through(one.fault, Call(operation, one.seen, {}, size, carry_out))
        return carry_out


def _numbers(calls: int | Container[int] | None) -> Container[int] | None:
    if isinstance(calls, int):
        if calls < 1:
            raise ValueError("calls are counted from 1")
        return (calls,)
    if calls is not None and (isinstance(calls, str) or not isinstance(calls, Container)):
        raise TypeError(f"calls are one number or several, not {calls!r}")
    return calls


def _through(fault: Fault, call: Call) -> Callable[[JsonObject], Answer]:
    def carry_out(body: JsonObject) -> Answer:
        # A copy: a fault may change it in place, and what is remembered of the call stays.
        copy = json.loads(json.dumps(body))
        answer: object = fault(replace(call, body=copy))
        if not isinstance(answer, Answer):
            name = getattr(fault, "__qualname__", repr(fault))
            raise TypeError(f"the fault {name} must return an Answer, not {answer!r}")
        return answer

    return carry_out
