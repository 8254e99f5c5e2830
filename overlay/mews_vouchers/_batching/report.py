"""The outcomes of a bulk write, collected by status, and the `BatchError` they make."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Generic, TypeVar

from .._http.effects import Cancelled
from ..errors import ApiError, BatchError, ClosedError, MewsError, Outcome
from .batch import Batch

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class BatchReport(Generic[Item, Result]):
    """Lists of outcomes, in any order. An item that is in several counts in the first of these."""

    succeeded: list[Outcome[Item, Result]] = field(default_factory=list)
    rejected: list[Outcome[Item, Result]] = field(default_factory=list)
    unknown: list[Outcome[Item, Result]] = field(default_factory=list)
    not_sent: list[Outcome[Item, Result]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was sent."""
        return not (self.succeeded or self.rejected or self.unknown)

    def copy(self) -> "BatchReport[Item, Result]":
        """Return a report that can be extended."""
        return BatchReport([*self.succeeded], [*self.rejected], [*self.unknown], [*self.not_sent])

    def add_failed(
        self, batch: Batch[Item, Result], error: Exception, *, was_delivered: bool
    ) -> None:
        """Add a batch whose request failed for good.

        Args:
            batch: The batch.
            error: How its request failed.
            was_delivered: Whether the request may have reached the server.
        """
        is_foreign = not isinstance(error, MewsError | Cancelled)
        if batch.is_in_doubt or (was_delivered and is_foreign):
            outcomes = self.unknown
        elif was_delivered and isinstance(error, ApiError):
            outcomes = self.rejected
        else:
            outcomes = self.not_sent
        if isinstance(error, MewsError) and not isinstance(error, ClosedError):
            outcomes += with_error(error, batch.outcomes)
        else:
            outcomes += batch.outcomes

    def add_unfinished(
        self, batch: Batch[Item, Result], error: MewsError, *, is_in_doubt: bool = False
    ) -> None:
        """Add a batch that has no result: unknown with an error if in doubt, else not sent."""
        if batch.is_in_doubt or is_in_doubt:
            self.unknown += with_error(error, batch.outcomes)
        else:
            self.not_sent += batch.outcomes

    def to_error(
        self, operation: str, reason: str, enterprise_id: str | None
    ) -> BatchError[Item, Result]:
        """Return the error, with the outcomes in the order of the input."""
        seen: set[int] = set()
        return BatchError(
            operation,
            reason,
            succeeded=_take(self.succeeded, seen),
            rejected=_take(self.rejected, seen),
            unknown=_take(self.unknown, seen),
            not_sent=_take(self.not_sent, seen),
            enterprise_id=enterprise_id,
        )


by_position = attrgetter("position")


def results(outcomes: Iterable[Outcome[Item, Result]]) -> list[Result]:
    """Return what the server returned for the items."""
    return [outcome.result for outcome in outcomes if outcome.result is not None]


def with_error(
    error: MewsError, outcomes: Sequence[Outcome[Item, Result]]
) -> list[Outcome[Item, Result]]:
    """Return the outcomes of items that failed with an error."""
    return [Outcome(outcome.position, outcome.item, error=error) for outcome in outcomes]


def _take(outcomes: Iterable[Outcome[Item, Result]], seen: set[int]) -> list[Outcome[Item, Result]]:
    """Return the outcomes of positions that were not seen, in order."""
    taken = []
    for outcome in sorted(outcomes, key=by_position):
        if outcome.position not in seen:
            seen.add(outcome.position)
            taken.append(outcome)
    return taken
