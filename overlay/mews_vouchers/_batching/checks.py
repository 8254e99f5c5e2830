"""Which inputs are refused as a whole, and which items are not sent: they break the contract."""

from collections.abc import AsyncIterable, Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Generic, TypeVar

from mews_vouchers_client.types import Model

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
        return Problem("", f"has the same id as the item at position {first}")

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
    """Return a batch without some of its items."""
    positions: set[int] = {one.position for one in left_out}
    kept = [one for one in batch.outcomes if one.position not in positions]
    return Batch(kept, batch.is_in_doubt)


def check_items(operation: BatchOperation[Item, Result], items: object) -> None:
    """Refuse what is no input of a write: a mistake of the program, not of its data.

    An item of an iterator is only known when it is read, and then refused as an invalid item.

    Raises:
        TypeError: The items are a single one, cannot be iterated, or a list has a dict or another
            model where a model or an id is meant.
    """
    name = operation.operation.name
    if isinstance(items, str | bytes | Model):
        raise TypeError(f"{name} takes several items: put {items!r} into a list")
    if not isinstance(items, Iterable) and not hasattr(items, "__getitem__"):
        hint = ", which only `async for` can iterate" * isinstance(items, AsyncIterable)
        found = "None" if items is None else f"of type {type(items).__name__}"
        raise TypeError(f"{name} takes a list or another iterable, not {found}{hint}")
    # A dict is a set of its keys, or a single item. A subclass may be read once, or never end.
    if isinstance(items, list | tuple | dict) and type(items) in (list, tuple, dict):
        _check_kinds(operation, items)


def _check_kinds(operation: BatchOperation[Item, Result], items: Iterable[object]) -> None:
    """Refuse what an item of this write never is; each type is looked at once.

    A string, a number or None may be a row of the data: it is an invalid item.
    """
    never = (Mapping, Model, str) if isinstance(items, dict) else (Mapping, Model)
    for kind in set(map(type, items)):
        if not issubclass(kind, never):
            continue
        position, item = next(pair for pair in enumerate(items) if type(pair[1]) is kind)
        problem = find_problem(operation.operation, item)
        if problem is not None and problem.is_wrong_type:
            name = operation.operation.name
            raise TypeError(f"{name}: the item at position {position} {problem.reason}")
