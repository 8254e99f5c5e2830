"""Faults as plain objects, and the plans that say which request meets which fault."""

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from .spelling import Spelling

#: What a response does to its list: another order; one item twice and another one missing; one
#: item missing; an item that nobody added in place of one; all items without their ids.
Change = Literal["reorder", "double", "forget", "foreign", "anonymous"]
#: Which items of a request are applied: "scattered" is a half that depends on the seed.
Part = Literal["all", "half", "scattered", "none"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What the server does with one request. The default is what a correct server does.

    Attributes:
        reset_after_read: Reset the connection after this many bytes of the request, unapplied;
            also if the request is shorter.
        wait_before: Seconds from the request to its application.
        part: The items that are applied.
        times: How often they are applied; the response shows the first time.
        late_by: Seconds after which they are applied while the response is sent at once. Such a
            response shows no items.
        rest_after: Seconds after which the other items are applied, when `part` is no "all".
        stored_as: The spelling in which a new value is stored (and shown).
        shown_as: The spelling in which the response shows values.
        changes: What else the response does to its list, in this order.
        status: The status of the response, instead of success.
        retry_after: Seconds in the header `Retry-After`.
        wait_after: Seconds from the application to the response.
        drip: Seconds over which the response is sent, in ten pieces.
        chunked: Send the response with `Transfer-Encoding: chunked`.
        end_after: Close the connection after this many bytes of the response.
        reset: Close by a reset, when `end_after` closes it.
    """

    reset_after_read: int | None = None
    wait_before: float = 0
    part: Part = "all"
    times: int = 1
    late_by: float = 0
    rest_after: float = 0
    stored_as: Spelling | None = None
    shown_as: Spelling | None = None
    changes: tuple[Change, ...] = ()
    status: int | None = None
    retry_after: int | None = None
    wait_after: float = 0
    drip: float = 0
    chunked: bool = False
    end_after: int | None = None
    reset: bool = False


def refuse(status: int, retry_after: int | None = None) -> Fault:
    """Respond with an error, and apply nothing."""
    return Fault(part="none", status=status, retry_after=retry_after)


def fail_after(part: Part = "all", status: int = 500, times: int = 1) -> Fault:
    """Apply the items or a half of them, then respond with an error."""
    return Fault(part=part, status=status, times=times)


def late(seconds: float, status: int | None = 504) -> Fault:
    """Respond with an error, or without a status reset the connection; apply the request later."""
    if status is None:
        return Fault(late_by=seconds, end_after=0, reset=True)
    return Fault(late_by=seconds, status=status)


def reset_before(read: int = 0) -> Fault:
    """Reset the connection after some bytes of the request, which is not applied."""
    return Fault(part="none", reset_after_read=read)


def reset_unapplied() -> Fault:
    """Read the whole request, apply nothing, and reset the connection."""
    return Fault(part="none", end_after=0, reset=True)


def end_after(sent: int, *, reset: bool = False) -> Fault:
    """Apply the request, and close the connection after some bytes of the response."""
    return Fault(end_after=sent, reset=reset)


class Plan(Protocol):
    """Chooses the fault of a request; None leaves the choice to the next plan."""

    def choose(self, operation: str, number: int) -> Fault | None:
        """Return the fault of the n-th request of an operation, from 1."""


@dataclass(frozen=True)
class At:
    """The fault of the n-th request of an operation, from 1; without a number, of all of them."""

    operation: str
    fault: Fault
    number: int | None = 1

    def choose(self, operation: str, number: int) -> Fault | None:
        """Return the fault if this is the request."""
        is_it = operation == self.operation and self.number in (None, number)
        return self.fault if is_it else None


def _size(chance: random.Random) -> int:
    """Return a number of bytes: as often below a hundred as above ten thousand."""
    return int(2 ** chance.uniform(0, 17)) - 1


#: The kinds of faults of `RandomFaults`.
KINDS: dict[str, Callable[[random.Random], Fault]] = {
    "refuse": lambda chance: refuse(chance.choice((429, 500, 503)), retry_after=0),
    "reject": lambda chance: refuse(chance.choice((400, 403, 408, 413))),
    "fail_after": lambda chance: fail_after("all", chance.choice((500, 502, 503, 504))),
    "half": lambda chance: fail_after(chance.choice(("half", "scattered"))),
    "half_and_end": lambda chance: Fault(part="scattered", end_after=0, reset=True),
    "half_and_late": lambda chance: Fault(part="scattered", rest_after=0.05, status=504),
    "late": lambda chance: late(chance.uniform(0.01, 0.1)),
    "late_reset": lambda chance: late(chance.uniform(0.01, 0.1), None),
    "end_after": lambda chance: end_after(_size(chance), reset=chance.random() < 0.5),
    "reset_before": lambda chance: reset_before(_size(chance)),
    "reset_unapplied": lambda chance: reset_unapplied(),
    "slow": lambda chance: Fault(wait_before=0.02, wait_after=0.02, drip=0.02),
    "chunked": lambda chance: Fault(chunked=True, end_after=_size(chance)),
    "shown_as": lambda chance: Fault(shown_as=_spelling(chance)),
    "stored_as": lambda chance: Fault(stored_as=_spelling(chance)),
    "reorder": lambda chance: Fault(changes=("reorder",)),
    "double": lambda chance: Fault(changes=("reorder", "double")),
    "forget": lambda chance: Fault(changes=("forget",)),
    "foreign": lambda chance: Fault(changes=("foreign",)),
    # No client can repair this one, so that a run for "0 doubled" has to leave it out.
    "twice": lambda chance: Fault(times=2),
}


def _spelling(chance: random.Random) -> Spelling:
    return chance.choice(("upper", "lower", "swapped", "trimmed", "NFC", "NFD"))


def _with_delay(fault: Fault, seconds: float) -> Fault:
    if fault.rest_after:
        return replace(fault, rest_after=seconds)
    return replace(fault, late_by=seconds) if fault.late_by else fault


@dataclass(frozen=True)
class RandomFaults:
    """Faults by chance. The choice depends on the seed, the operation and the number alone.

    Attributes:
        seed: Repeats the choices.
        probabilities: The probability of each kind, a key of `KINDS`. Their sum is at most 1.
        operations: The operations that have faults; all without it.
        late_by: Seconds for the kinds that are late, instead of a few hundredths.
    """

    seed: int
    probabilities: Mapping[str, float]
    operations: Collection[str] | None = None
    late_by: float | None = None

    def choose(self, operation: str, number: int) -> Fault | None:
        """Return a fault, or None for most requests."""
        if self.operations is not None and operation not in self.operations:
            return None
        chance = random.Random(f"{self.seed}/{operation}/{number}")  # noqa: S311 - repeatable
        left = chance.random()
        for kind, probability in self.probabilities.items():
            left -= probability
            if left < 0:
                fault = KINDS[kind](chance)
                return fault if self.late_by is None else _with_delay(fault, self.late_by)
        return None
