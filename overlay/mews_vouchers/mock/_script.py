"""Which faults happen to which calls: counting only. What a fault does is in `faults`."""

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
        chosen = (calls,) if isinstance(calls, int) else calls
        self._injections.append(_Injection(fault, operation, chosen))

    def clear(self) -> None:
        """Forget all faults."""
        self._injections.clear()

    def meet(
        self, operation: str, body: JsonObject, size: int, carry_out: Callable[[JsonObject], Answer]
    ) -> Answer:
        """Return what comes of a call: from the faults it meets, or else from the mock."""
        # All of them count it, also those that an earlier one keeps it from.
        met = [one for one in self._injections if one.counts(operation)]
        answer = carry_out
        for one in reversed(met):
            answer = _through(one.fault, Call(operation, one.seen, body, size, answer))
        return answer(body)


def _through(fault: Fault, call: Call) -> Callable[[JsonObject], Answer]:
    # The body comes late, because a fault may hand on another one than it got.
    return lambda body: fault(replace(call, body=body))
