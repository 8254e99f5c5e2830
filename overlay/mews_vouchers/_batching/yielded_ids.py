"""The ids of results that a stream has yielded, as long as a look-up may meet them. No I/O.

A look-up takes no result with such an id for an item whose response was lost: it may be that of
an equal item. It only meets what was created since the item was sent, so that older ids are
forgotten, and memory stays constant.
"""

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from .._http.server_clock import TOLERANCE
from ..batch_error import Outcome


class YieldedIds:
    """Ids, by the time at which the server created their results.

    Args:
        ids: Ids that are kept for good.
    """

    def __init__(self, ids: Iterable[str]) -> None:
        self._kept = [*ids]
        #: Of each batch, when the last result was created, and all ids.
        self._batches: deque[tuple[datetime, list[str]]] = deque()

    def add(self, outcomes: Iterable[Outcome[Any, Any]]) -> None:
        """Add the ids of outcomes. Any: of any write."""
        # Any: results of any write, or none.
        results: list[Any] = [one.result for one in outcomes]
        results = [one for one in results if isinstance(getattr(one, "id", None), str)]
        ids = [one.id for one in results]
        times = [getattr(one, "created_utc", None) for one in results]
        known = [one for one in times if isinstance(one, datetime)]
        if known and len(known) == len(times):
            self._batches.append((max(known), ids))
        else:
            self._kept += ids

    def forget_before(self, server_time: datetime | None) -> None:
        """Forget what was created long before a time of the server; None if it is unknown."""
        while server_time and self._batches and self._batches[0][0] < server_time - 2 * TOLERANCE:
            self._batches.popleft()

    def ids(self) -> list[str]:
        """Return all ids that were not forgotten."""
        return [*self._kept, *(one for _, ids in self._batches for one in ids)]
