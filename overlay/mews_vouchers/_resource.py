"""What both resources are made of: filters, writes, and how items and answers are matched.

What users can do with each of them, and its documentation, is in `_voucher_codes.py` and
`_vouchers.py`.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence, Sized
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from mews_vouchers_client.datetimes import write_datetime
from mews_vouchers_client.types import Model

from ._bulk import Batches, OnProgress
from ._lane import Match, Write
from ._parts import Filters, Interval, interval, values
from ._session import Session
from .errors import BatchError, Outcome

Item = TypeVar("Item")
Result = TypeVar("Result")

#: An interval of time, of any zone: its start is included, its end excluded; the same moment twice
#: is exactly that moment.
Updated: TypeAlias = Interval


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
        concurrency: int = 1,
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
            total=len(items) if isinstance(items, Sized) else None,
            concurrency=concurrency,
        )


def filters(
    updated: Updated | None, fixed: dict[str, Any] | None = None, **lists: Iterable[str] | None
) -> Filters:
    """Return the filters that are given. Any: properties of a request that are no filters."""
    given = {name: values(name, some) for name, some in lists.items() if some is not None}
    return Filters(given, None if updated is None else interval(updated), fixed or {})


def matching(
    items: str,
    *keys: tuple[Callable[[Item], Hashable], Callable[[Result], Hashable]],
    several: bool = False,
) -> Match[Item, Result]:
    """Return a function that finds each item's result in an answer, in whatever order they are.

    Args:
        items: The name of the result's property that has the results.
        keys: What an item and its result are recognised by: the most exact way first, because the
            server may spell a value in another way than it was sent. The last of several counts
            only if as many results came as items were sent. None recognises nothing.
        several: Whether one result may be that of several items.
    """

    def match(sent: Sequence[Item], answer: Any) -> list[Result | None]:
        listed = getattr(answer, items, None)
        found = listed if isinstance(listed, list) else []
        left: list[Any] = [one for one in found if isinstance(one, Model)]
        usable = keys if len(left) == len(sent) else keys[:-1] or keys
        matched: list[Result | None] = [None] * len(sent)
        for key_of_item, key_of_result in usable:
            by_key: dict[Hashable, deque[Any]] = defaultdict(deque)
            for result in left:
                by_key[key_of_result(result)].append(result)
            for index, item in enumerate(sent):
                key = key_of_item(item)
                some = by_key[key]
                if matched[index] is None and key is not None and some:
                    matched[index] = some[0] if several else some.popleft()
            left = [result for some in by_key.values() for result in some]
        return matched

    return match


def spelt(value: object) -> str | None:
    """Return what a value is recognised by; None for one that is missing or odd.

    Moments are compared as they are sent, to the second.
    """
    if isinstance(value, datetime):
        return str(write_datetime(value, "value"))
    return value if isinstance(value, str) else None


def spelt_id(value: object) -> str | None:
    """Return what an id is recognised by: its case does not matter."""
    return value.lower() if isinstance(value, str) else None


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
