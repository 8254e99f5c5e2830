"""Completes a failed `add`: what was added already is not added again. No I/O."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

from mews_vouchers_client import models

from .._http.request_factory import RequestFactory
from .._options import CallOptions
from ..errors import BatchError, Outcome
from .batch import BatchOperation
from .report import by_position
from .writer import BatchWriter

Item = TypeVar("Item")
Result = TypeVar("Result")


class AddResumer(Generic[Item, Result]):
    """Finds the items of a failed `add` that were added, and adds the others.

    Args:
        operation: The `add`.
        key: What an item and its result are recognised by.
        error: The error of the `add`.

    Raises:
        ValueError: The error is of another operation.
    """

    def __init__(
        self,
        operation: BatchOperation[Item, Result],
        key: Callable[[Item | Result], Hashable],
        error: BatchError[Item, Result],
    ) -> None:
        name = operation.operation.name
        if error.operation != name:
            raise ValueError(
                f"this is an error of {error.operation}: only {name} is resumed here; "
                "call an update or a delete again instead"
            )
        self._operation = operation
        self._key = key
        self._error = error
        #: The items that may have been added, in the order of the input.
        self.possibly_added = possibly_added(error)
        self._candidates: dict[Hashable, deque[Outcome[Item, Result]]] = defaultdict(deque)
        for one in self.possibly_added:
            self._candidates[key(one.item)].append(one)
        self._already_added = _AlreadyAdded(
            key, [one.result for one in error.succeeded if one.result is not None]
        )
        self._succeeded = {one.position: one for one in error.succeeded}

    def take(self, result: Result) -> None:
        """Take in one result of the look-up: it may be that of an item."""
        key = self._key(result)
        candidates = self._candidates.get(key)
        if candidates and _is_active(result) and not self._already_added.take(result):
            one = candidates.popleft()
            self._succeeded[one.position] = Outcome(one.position, one.item, result)

    def writer(
        self, request_factory: RequestFactory, options: CallOptions
    ) -> BatchWriter[Item, Result]:
        """Return the write of the missing items; all results are among its outcomes.

        From here on the error counts as resumed.
        """
        missing = [
            (one.position, one.item)
            for one in _unfinished(self._error)
            if one.position not in self._succeeded
        ]
        writer = BatchWriter(
            request_factory,
            self._operation,
            missing,
            options,
            total=len(missing),
            succeeded=self._succeeded.values(),
        )
        self._error.was_resumed = True
        return writer


def possibly_added(error: BatchError[Item, Result]) -> list[Outcome[Item, Result]]:
    """Return the items that may have been added, in the order of the input.

    Once a `resume` has started to add, these are all that had not succeeded.
    """
    return _unfinished(error) if error.was_resumed else [*error.unknown]


def _unfinished(error: BatchError[Item, Result]) -> list[Outcome[Item, Result]]:
    """Return the items that had not succeeded, in the order of the input."""
    return sorted([*error.rejected, *error.unknown, *error.not_sent], key=by_position)


class _AlreadyAdded:
    """Results of the `add`: each is one entry of the look-up, and cannot be that of another item.

    They are recognised by their id where both have it, else by their key.
    """

    def __init__(self, key: Callable[[Any], Hashable], results: Iterable[object]) -> None:
        self._key = key
        self._with_id: dict[str, Hashable] = {}
        self._without_id: Counter[Hashable] = Counter()
        for result in results:
            if (result_id := _id(result)) is not None:
                self._with_id[result_id] = key(result)
            else:
                self._without_id[key(result)] += 1

    def take(self, result: object) -> bool:
        """Tell whether an entry of the look-up is one of them, and count it off."""
        key, result_id = self._key(result), _id(result)
        if result_id is None:  # then any with the same key
            result_id = next((one for one, its in self._with_id.items() if its == key), None)
        if result_id is not None and self._with_id.pop(result_id, None) is not None:
            return True
        self._without_id[key] -= 1
        return self._without_id[key] >= 0


def _id(result: object) -> str | None:
    result_id = getattr(result, "id", None)
    return result_id.lower() if isinstance(result_id, str) else None


def _is_active(result: object) -> bool:
    state = getattr(result, "activity_state", None)
    return getattr(result, "is_active", None) is not False and state != models.ActivityState.DELETED
