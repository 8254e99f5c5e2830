"""Which items of a batch are not sent, because the server would have to refuse them?"""

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Any, Generic, TypeVar

from .._validation.items import find_problem
from .._validation.problem import Problem
from ..batch_error import Outcome
from ..errors import InvalidItemError
from .batch import Batch, BatchOperation

Item = TypeVar("Item")
Result = TypeVar("Result")


class ItemChecks(Generic[Item, Result]):
    """The checks of one call. It remembers the keys of operations that take each item once.

    Args:
        operation: What to do with the items.
        sent_before: The items that earlier calls of the same write have sent: another one with the
            key of one of them is refused again.
    """

    def __init__(
        self,
        operation: BatchOperation[Item, Result],
        sent_before: Iterable[Outcome[Item, Result]] = (),
    ) -> None:
        self._operation = operation
        #: The positions of the items, by their keys.
        self._positions: dict[Hashable, int] = {}
        for outcome in sent_before:
            self._first_position(outcome)

    def invalid(self, batch: Batch[Item, Result]) -> list[Outcome[Item, Result]]:
        """Return the items that must not be sent, each with its error."""
        found = []
        for outcome in batch.outcomes:
            problem = find_problem(self._operation.operation, outcome.item)
            problem = problem or self._find_repetition(outcome)
            if problem is not None:
                found.append(self._with_problem(outcome, problem))
        return found

    def unserialisable(self, batch: Batch[Item, Result]) -> list[Outcome[Item, Result]]:
        """Return the items that cannot be written as JSON, each with its error."""
        problem = Problem("", "cannot be written as JSON")
        return [self._with_problem(one, problem) for one in batch.unserialisable()]

    def _find_repetition(self, outcome: Outcome[Item, Result]) -> Problem | None:
        first = self._first_position(outcome)
        if first == outcome.position:
            return None
        return Problem("", f"names the same as the item at position {first}")

    def _first_position(self, outcome: Outcome[Item, Result]) -> int:
        """Return where the key of an item was first."""
        unique_key = self._operation.unique_key
        if unique_key is None:
            return outcome.position
        return self._positions.setdefault(unique_key(outcome.item), outcome.position)

    def _with_problem(
        self, outcome: Outcome[Item, Result], problem: Problem
    ) -> Outcome[Item, Result]:
        name = self._operation.operation.name
        error = InvalidItemError(name, outcome.position, problem.property, problem.reason)
        return replace(outcome, error=error)


def without(
    batch: Batch[Item, Result], left_out: list[Outcome[Item, Result]]
) -> Batch[Item, Result]:
    """Return a batch without some of its items. Any: positions of any write."""
    positions: set[Any] = {one.position for one in left_out}
    kept = [one for one in batch.outcomes if one.position not in positions]
    return Batch(kept, batch.is_in_doubt)
