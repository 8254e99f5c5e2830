"""The outcomes of a bulk write, collected by status, and the `BatchError` they make."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import Any, Generic, TypeGuard, TypeVar
from uuid import uuid4

from .._batch_error_json import STATUSES
from ..batch_error import BatchError, Outcome
from ..errors import (
    ApiError,
    BadRequestError,
    ClosedError,
    ConflictError,
    ContentTooLargeError,
    ForbiddenError,
    MewsError,
)
from .batch import Batch

Item = TypeVar("Item")
Result = TypeVar("Result")

#: The errors with which the server refuses the content of a request.
_REFUSALS = (BadRequestError, ConflictError, ContentTooLargeError, ForbiddenError)


@dataclass(frozen=True, slots=True)
class Write(Generic[Item, Result]):
    """What all reports on one write have in common, also after it was resumed."""

    operation: str
    enterprise_id: str | None = None
    #: Identifies it.
    id: str = field(default_factory=lambda: uuid4().hex)
    #: Ids of results that were left out of the reports before.
    known_ids: Collection[str] = ()
    #: The items of such results that had no id.
    known_items: Sequence[Item] = ()
    #: See `BatchError.date_ahead`.
    date_ahead: float = 0.0
    #: Number of items that were read from the input before.
    items_read: int = 0
    #: Outcomes of an earlier call, to be returned and reported with the others.
    succeeded: Sequence[Outcome[Item, Result]] = ()
    #: Items that are known to be bad since an earlier call.
    rejected: Sequence[Outcome[Item, Result]] = ()
    #: Number of items that succeeded in earlier calls.
    done: int = 0
    #: The absolute path of its journal, if it has one.
    journal: str | None = None


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
        is_foreign = not isinstance(error, MewsError)
        if batch.is_in_doubt or (was_delivered and is_foreign):
            outcomes = self.unknown
        elif is_refusal(error):
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
        self,
        write: Write[Item, Result],
        reason: str,
        cause: Exception | None,
        *,
        is_complete: bool,
        rejected_position: int | None,
        times: tuple[datetime, datetime | None],
        known_ids: Collection[str],
    ) -> BatchError[Item, Result]:
        """Return the error, with the outcomes in the order of the input.

        Args:
            write: The write.
            reason: Why it stopped.
            cause: The error that stopped it; None for an interruption.
            is_complete: Whether the input was read to its end.
            rejected_position: The position of the item that the server named.
            times: When all this was true, by the local clock, and the last known time of the server
                then.
            known_ids: Ids of results that were yielded before.
        """
        seen: set[int] = set()
        succeeded = _take([*self.succeeded, *write.succeeded], seen)
        rejected = _take([*self.rejected, *write.rejected], seen)
        unknown = _take(self.unknown, seen)
        not_sent = _take(self.not_sent, seen)
        return BatchError(
            write.operation,
            reason,
            succeeded=succeeded,
            rejected=rejected,
            unknown=unknown,
            not_sent=not_sent,
            enterprise_id=write.enterprise_id,
            cause=cause,
            items_read=max(write.items_read, max(seen, default=-1) + 1),
            is_complete=is_complete,
            rejected_position=rejected_position,
            id=write.id,
            created_at=times[0],
            server_time=times[1],
            known_ids=known_ids,
            journal=write.journal,
        )


by_position = attrgetter("position")


def results(outcomes: Iterable[Outcome[Item, Result]]) -> list[Result]:
    """Return what the server returned for the items."""
    return [outcome.result for outcome in outcomes if outcome.result is not None]


def is_refusal(error: object) -> TypeGuard[ApiError]:
    """Whether the server refused a request for its content: an item of it has to be corrected."""
    return isinstance(error, _REFUSALS)


def reason_of(error: Exception) -> str:
    """Return the text of an error, as the reason why a write stopped."""
    notes: list[str] = getattr(error, "__notes__", [])
    name = [] if isinstance(error, MewsError) else [f"{type(error).__name__}:"]
    return " ".join([*name, str(error), *notes])


def with_error(error: MewsError, outcomes: Iterable[Outcome[Any, Any]]) -> list[Outcome[Any, Any]]:
    """Return the outcomes of items that failed with an error. Any: of any write."""
    return [replace(outcome, error=error) for outcome in outcomes]


def without_yielded(
    error: BatchError[Item, Result], yielded: Sequence[Outcome[Item, Result]]
) -> BatchError[Item, Result]:
    """Return an error without the outcomes that a stream has yielded."""
    positions = {one.position for one in yielded}
    return error.without(positions & {one.position for one in error.succeeded})


def has_nothing_left(error: BatchError[Any, Any]) -> bool:
    """Return whether an error of a stream reports no item, and the input has no others."""
    return error.is_complete and not any(getattr(error, status) for status in STATUSES)


def _take(outcomes: Iterable[Outcome[Item, Result]], seen: set[int]) -> list[Outcome[Item, Result]]:
    """Return the outcomes of positions that were not seen, in order."""
    taken = []
    for outcome in sorted(outcomes, key=by_position):
        if outcome.position not in seen:
            seen.add(outcome.position)
            taken.append(outcome)
    return taken
