"""What both resources are made of: filters, writes, and how items and answers are matched.

What users can do with each of them, and its documentation, is in `_voucher_codes.py` and
`_vouchers.py`.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from ._bulk import Batches, Match, OnProgress, Write
from ._parts import Filters, interval, values
from ._session import Session
from .errors import BatchError, Outcome

Item = TypeVar("Item")
Result = TypeVar("Result")

#: An interval of time, both ends included, of any zone.
Updated: TypeAlias = tuple[datetime, datetime]


class Resource:
    """The base of both resources.

    A method that returns a `Flow[T]` is a call that gives a `T`, one that returns a `Stream[T]` an
    iterator, one that returns a `Listing[T]` a pager: the two clients make them so.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def _batches(
        self,
        write: Write[Item, Result],
        items: Iterable[Item],
        enterprise_id: str | None,
        on_progress: OnProgress | None,
    ) -> Batches[Item, Result]:
        if isinstance(items, str):
            raise TypeError(
                f"{write.operation.name} takes several items: put {items!r} into a list"
            )
        return Batches(
            self._session,
            write,
            enumerate(items),
            enterprise_id=enterprise_id,
            on_progress=on_progress,
            total=len(items) if isinstance(items, Sequence) else None,
        )


def filters(
    updated: Updated | None, fixed: dict[str, Any] | None = None, **lists: Iterable[str] | None
) -> Filters:
    """Return the filters that are given. Any: properties of a request that are no filters."""
    given = {name: values(name, some) for name, some in lists.items() if some is not None}
    return Filters(given, None if updated is None else interval(updated), fixed or {})


def matching(
    items: str,
    key_of_item: Callable[[Item], Hashable],
    key_of_result: Callable[[Result], Hashable],
) -> Match[Item, Result]:
    """Return a function that finds each item's result in an answer, in whatever order they are."""

    def match(sent: Sequence[Item], answer: Any) -> list[Result | None]:
        found = getattr(answer, items, None)
        results: list[Result] = found if isinstance(found, list) else []
        by_key: dict[Hashable, deque[Result]] = defaultdict(deque)
        for result in results:
            by_key[key_of_result(result)].append(result)
        matched: list[Result | None] = []
        for key in map(key_of_item, sent):
            some = by_key[key]
            # The last one serves again: several updates of a voucher get one result.
            matched.append(some.popleft() if len(some) > 1 else next(iter(some), None))
        return matched

    return match


def results(outcomes: Iterable[Outcome[Any, Result]]) -> list[Result]:
    """Return what the server made of the items."""
    return [one.result for one in outcomes if one.result is not None]


def check_resumable(error: BatchError[Any, Any], write: Write[Any, Any]) -> None:
    """Raise `ValueError` for an error that is not one of this write."""
    if error.operation != write.operation.name:
        raise ValueError(
            f"this is an error of {error.operation}: only {write.operation.name} is resumed here; "
            "an update or a delete can simply be called again"
        )
