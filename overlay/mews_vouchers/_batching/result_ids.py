"""The ids of the results of an `add`: which item has which? No I/O.

A result is that of one item. A response that names it again vouches for no other item: it may be
the response to an earlier request once more. Nor does a look-up take it for another item.

A stream forgets the ids of what it has yielded as soon as no look-up can meet them: it only meets
what was created since an item was sent. So memory stays constant.
"""

from collections import deque
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from .._http.server_clock import TOLERANCE
from ..batch_error import Outcome
from .matching import normalized_id_of

# Any, in this module: items and results of any write.


def is_without_id(result: object) -> bool:
    """Return whether a result lacks its id, against the contract."""
    return result is not None and normalized_id_of(result) is None


#: Stands for an item that is not in the reports any more.
_LEFT_OUT = -1


class ResultIds:
    """Ids, and the positions of the items that have them. Threads may share it."""

    def __init__(self) -> None:
        #: Only changed by single calls of methods written in C.
        self._positions: dict[str, int] = {}
        #: Left out of the reports for good.
        self._left_out: list[str] = []
        #: The items of results without an id that are left out. They are not forgotten: no server
        #: that keeps its contract has them.
        self.items_without_id: list[Any] = []
        #: Of each batch that was yielded, when the last result was created, and all ids.
        self._yielded: deque[tuple[datetime, list[str]]] = deque()

    def begin(self, left_out: Iterable[str], succeeded: Iterable[Outcome[Any, Any]]) -> None:
        """Add what is known from earlier reports: ids that they leave out, and outcomes."""
        self._left_out += left_out
        for one in self._left_out:
            self._positions[one.lower()] = _LEFT_OUT
        for outcome in succeeded:
            self.take(outcome.position, outcome.result)

    def is_of_others(self, result: object, positions: Collection[int]) -> bool:
        """Return whether a result is that of an item at none of the positions."""
        result_id = normalized_id_of(result)
        position = None if result_id is None else self._positions.get(result_id)
        return position is not None and position not in positions

    def take(self, position: int, result: object) -> bool:
        """Note that an item has a result; return whether no other one had it before."""
        result_id = normalized_id_of(result)
        return result_id is None or self._positions.setdefault(result_id, position) == position

    def note_yielded(self, outcomes: Iterable[Outcome[Any, Any]]) -> None:
        """Note that outcomes are left out of the reports from now on."""
        given = [*outcomes]
        self.items_without_id += [one.item for one in given if is_without_id(one.result)]
        results: list[Any] = [one.result for one in given]
        results = [one for one in results if normalized_id_of(one) is not None]
        times = [getattr(one, "created_utc", None) for one in results]
        known = [one for one in times if isinstance(one, datetime)]
        ids = [one.id for one in results]
        if known and len(known) == len(times):
            self._yielded.append((max(known), ids))
        else:
            self._left_out += ids

    @property
    def newest_yielded(self) -> datetime | None:
        """When the server created the newest result that was yielded; None if it is unknown."""
        return max((created for created, _ in self._yielded), default=None)

    def forget_before(self, server_time: datetime | None) -> None:
        """Forget what was created long before a time of the server; None if it is unknown."""
        while server_time and self._yielded and self._yielded[0][0] < server_time - 2 * TOLERANCE:
            _, ids = self._yielded.popleft()
            for one in ids:
                self._positions.pop(one.lower(), None)

    def left_out(self) -> list[str]:
        """Return the ids that the reports leave out, and that were not forgotten."""
        return [*self._left_out, *(one for _, ids in self._yielded for one in ids)]
