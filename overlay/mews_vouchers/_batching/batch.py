"""The operation of a bulk write, and one batch of it."""

import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from mews_vouchers_client.types import Model

from .._http.operation import Operation
from .._outcome_json import result_or_none
from ..batch_error import Outcome
from ..errors import BadRequestError

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Finds the result of each item in the response; None for an item that has none. It leaves out
#: results for which a function returns True. Any: the response is one of three models.
ResultMatcher: TypeAlias = Callable[
    [Sequence[Item], Any, Callable[[object], bool]], list[Result | None]
]


@dataclass(frozen=True, slots=True)
class BatchOperation(Generic[Item, Result]):
    """A write operation, and how its response is matched with the items."""

    operation: Operation[Any]  # Any: one of three models
    #: None for an operation without results.
    match: ResultMatcher[Item, Result] | None = None
    #: What an item must not share with another item of the same call; None: anything goes.
    unique_key: Callable[[Item], Hashable] | None = None
    #: Of an `add`: what an item and its result are recognised by, the most exact keys first.
    #: Any: items and results of one operation.
    keys: Sequence[tuple[Callable[[Any], Hashable], Callable[[Any], Hashable]]] = ()
    #: The attribute without which an item cannot be looked up; None if every item can.
    identified_by: str | None = None

    def results(
        self, items: Sequence[Item], response: Any, is_of_others: Callable[[object], bool]
    ) -> list[Result | None]:
        """Return the result of each item, none of which is that of other items."""
        if self.match is None:
            return [None] * len(items)
        return self.match(items, response, is_of_others)

    def may_be_gone(self, batch: "Batch[Item, Result]", error: Exception) -> bool:
        """Return whether a 400 may only mean that an earlier attempt has deleted the items."""
        marker = self.operation.not_found_marker
        if marker is None or not batch.is_in_doubt or not isinstance(error, BadRequestError):
            return False
        return marker in (error.message or "")


@dataclass(slots=True, eq=False)
class Batch(Generic[Item, Result]):
    """Items that are sent in one request."""

    outcomes: list[Outcome[Item, Result]]
    #: Whether a request with these items may have been applied before.
    is_in_doubt: bool = False

    def __len__(self) -> int:
        return len(self.outcomes)

    @property
    def items(self) -> list[Item]:
        """The items, in order."""
        return [outcome.item for outcome in self.outcomes]

    def note_sent(
        self, sent_at: datetime | None, server_time: datetime | None, request_id: str | None
    ) -> None:
        """Note when the items were sent, if they were, and the id of the request."""
        if sent_at is not None:
            self.outcomes = [
                replace(one, sent_at=sent_at, server_time=server_time, request_id=request_id)
                for one in self.outcomes
            ]

    def first(self, size: int) -> "Batch[Item, Result]":
        """Return the first `size` items as a batch."""
        return Batch(self.outcomes[:size], self.is_in_doubt)

    def after(self, size: int) -> "Batch[Item, Result] | None":
        """Return the items after the first `size` as a batch, if there are any."""
        rest = self.outcomes[size:]
        return Batch(rest, self.is_in_doubt) if rest else None

    def with_results(
        self, results: list[Result | None], *, is_complete: bool
    ) -> tuple[list[Outcome[Item, Result]], list[Outcome[Item, Result]]]:
        """Return the outcomes with their results, and the outcomes that have none.

        Args:
            results: The result of each item; None for none.
            is_complete: Whether an item without a result succeeded.
        """
        done: list[Outcome[Item, Result]] = []
        missing: list[Outcome[Item, Result]] = []
        for one, result in zip(self.outcomes, results, strict=True):
            found = missing if result is None and not is_complete else done
            found.append(replace(one, result=result))
        return done, missing

    def unserialisable(self) -> list[Outcome[Item, Result]]:
        """Return the items that cannot be written as JSON."""
        return [one for one in self.outcomes if not _is_serialisable(one.item)]


def _is_serialisable(item: object) -> bool:
    def write() -> str:
        return json.dumps(item.to_dict() if isinstance(item, Model) else item, allow_nan=False)

    return result_or_none(write, (TypeError, ValueError)) is not None
