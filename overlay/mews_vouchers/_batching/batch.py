"""The operation of a bulk write, and one batch of it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from mews_vouchers_client.types import Model

from .._http.operation import Operation
from ..errors import BadRequestError, Outcome

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Finds the result of each item in the response; None for an item that has none. Any: the response
#: is one of three models.
ResultMatcher: TypeAlias = Callable[[Sequence[Item], Any], list[Result | None]]


@dataclass(frozen=True, slots=True)
class BatchOperation(Generic[Item, Result]):
    """A write operation, and how its response is matched with the items."""

    operation: Operation[Any]  # Any: one of three models
    #: None for an operation without results.
    match: ResultMatcher[Item, Result] | None = None

    def results(self, items: Sequence[Item], response: Any) -> list[Result | None]:
        """Return the result of each item."""
        return [None] * len(items) if self.match is None else self.match(items, response)

    def may_be_gone(self, batch: "Batch[Item, Result]", error: Exception) -> bool:
        """Whether a 400 may only mean that an earlier attempt has deleted the items already."""
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

    def first(self, size: int) -> "Batch[Item, Result]":
        """Return the first `size` items as a batch."""
        return Batch(self.outcomes[:size], self.is_in_doubt)

    def after(self, size: int) -> "Batch[Item, Result] | None":
        """Return the items after the first `size` as a batch, if there are any."""
        rest = self.outcomes[size:]
        return Batch(rest, self.is_in_doubt) if rest else None

    def first_unserialisable(self) -> Outcome[Item, Result] | None:
        """Return the first item that cannot be sent, if there is one."""
        return next((one for one in self.outcomes if not _is_serialisable(one.item)), None)


def _is_serialisable(item: object) -> bool:
    try:
        json.dumps(item.to_dict() if isinstance(item, Model) else item, allow_nan=False)
    except (TypeError, ValueError):
        return False
    return True
