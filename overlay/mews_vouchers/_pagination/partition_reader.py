"""Reads one partition: which page comes next, and where the end is. No I/O."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from mews_vouchers_client import UNSET, models

from .._batching.batch_size import AdaptiveBatchSize
from .._http.completion import Completion
from .._http.request import Request
from .._settings.local_variables import forget_variables
from ..errors import PaginationError, RequestTooHeavyError, UnexpectedResponseError
from .checkpoints import Position
from .deduplication import Deduplicator, id_of
from .partitions import Partition
from .progress_check import ProgressCheck
from .query import FetchedPage, ListQuery, Page

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class SharedState:
    """What the readers of one listing share."""

    partitions: Sequence[Partition]
    page_size: AdaptiveBatchSize
    deduplicator: Deduplicator
    #: How many more items the user wants; None for all.
    remaining: int | None


class PartitionReader(Generic[Item, Result]):
    """Reads the pages of a partition, from a position on.

    Args:
        query: The listing.
        shared: What the readers of the listing share.
        position: Where to start.
        record_into: Only add the ids to this set, and return no pages.
    """

    def __init__(
        self,
        query: ListQuery[Item, Result],
        shared: SharedState,
        position: Position,
        *,
        record_into: set[str] | None = None,
    ) -> None:
        self._query = query
        self._shared = shared
        self._partition = shared.partitions[position.partition]
        self._position = position
        self._record_into = record_into
        #: The cursors so far: a repeated one would never come to an end.
        self._cursors = set() if position.cursor is None else {position.cursor}
        self._progress = ProgressCheck(query.operation.name)
        self._requested = 0
        self._is_completed = False

    @property
    def is_recording(self) -> bool:
        """Whether it only records ids."""
        return self._record_into is not None

    def next_request(self) -> Request[Result] | None:
        """Return the request for the next page; None at the end."""
        limit = None if self.is_recording else self._shared.remaining
        if self._is_completed or limit == 0:
            return None
        self._requested = self._shared.page_size.current
        if limit is not None:
            self._requested = min(self._requested, limit + self._position.skip)
        return self._query.request_factory.request(
            self._query.operation,
            self._query.options,
            limitation=models.Limitation(self._requested, self._position.cursor or UNSET),
            **self._partition.properties,
        )

    def receive(self, completion: Completion[Result]) -> FetchedPage[Item, Result] | None:
        """Take in a response; return its page. None if there is none, and to ask again.

        Raises:
            MewsError: The listing cannot continue.
        """
        try:
            result = completion.unwrap()
        except RequestTooHeavyError as error:
            if not self._shared.page_size.on_error(error, self._requested, idempotent=True):
                raise
            return None
        self._shared.page_size.on_success()
        before = sys.exception()
        try:
            return self._take_in(result, completion.request.request_id)
        except Exception as error:  # the server may have echoed the tokens
            del result
            forget_variables(error, before)
            raise

    def _take_in(
        self, result: Result | None, request_id: str | None
    ) -> FetchedPage[Item, Result] | None:
        """Take in the result of a request; return its page. None if there is none."""
        items, cursor = self._parse(result)
        if cursor is not None and cursor in self._cursors:  # its items may have been listed
            raise self._pagination_error(f"the server repeated the cursor {cursor}")
        is_short = self._query.short_page_is_last and 0 < len(items) < self._requested
        self._is_completed = is_short or cursor is None
        page = None
        if self._record_into is None:
            page = self._create_page(items, cursor, result, request_id)
        else:
            self._record_into.update(filter(None, map(id_of, items)))
        if not self._is_completed:
            self._advance([id_of(item) for item in items], cursor)
        return page

    def _advance(self, ids: list[str | None], cursor: str | None) -> None:
        assert cursor is not None  # else the partition is completed
        self._progress.check(ids)
        self._cursors.add(cursor)
        skip = max(0, self._position.skip - len(ids))
        self._position = Position(self._position.partition, cursor, skip)

    def _parse(self, result: Any) -> tuple[list[Any], str | None]:
        """Return the items and the cursor of a page. Any: reading is tolerant of wrong types."""
        if result is None:
            return [], None
        operation, is_counted = self._query.operation, self._query.short_page_is_last
        items, cursor = getattr(result, operation.items), result.cursor
        if items is None or (items is UNSET and not is_counted):
            items = []
        if not isinstance(items, list):
            message = f"the response has no list of {operation.items}"
            raise UnexpectedResponseError(operation.name, 200, message)
        if cursor is UNSET and is_counted and items:
            # Only null marks the end. A full page needs a cursor: that is the id of its last item.
            cursor = id_of(items[-1])
            if cursor is None and len(items) >= self._requested:
                raise self._pagination_error("the server returned no cursor; cannot continue")
        if cursor is UNSET or cursor is None:
            return items, None
        if not isinstance(cursor, str) or not cursor:
            raise self._pagination_error("the server returned an empty cursor; cannot continue")
        return items, cursor

    def _create_page(
        self, items: list[Any], cursor: str | None, result: Any, request_id: str | None
    ) -> FetchedPage[Item, Result]:
        start = self._position
        kept: Sequence[int] = range(start.skip, len(items))
        deduplicator = self._shared.deduplicator
        if self._partition.before is not None or deduplicator.overlap:
            kept = [n for n in kept if deduplicator.accept(items[n], self._partition)]
        if self._shared.remaining is not None:
            kept = kept[: self._shared.remaining]
            self._shared.remaining -= len(kept)
        # The items of `result` belong to the user, who may change them.
        ids = [id_of(item) for item in items]

        def position_after(index: int) -> Position:
            if kept:
                return _position_after(ids, kept[index], start)
            if cursor is None:
                return start
            return Position(start.partition, cursor, max(0, start.skip - len(ids)))

        page: Page[Item, Result] = Page(
            [items[index] for index in kept], cursor, result, request_id
        )
        is_visible = bool(kept) or (result is not None and not self._query.short_page_is_last)
        return FetchedPage(page, position_after, self._is_completed, is_visible)

    def _pagination_error(self, message: str) -> PaginationError:
        return PaginationError(f"{self._query.operation.name}: {message}")


def _position_after(ids: list[str | None], index: int, start: Position) -> Position:
    """Return the position after an item. Its id is a cursor, so the page size does not matter.

    Source: the vendor's guidelines, by which a cursor is the id of the last item of a page.
    """
    for back in range(index, -1, -1):
        item_id = ids[back]
        if item_id is not None:
            return Position(start.partition, item_id, index - back)
    return Position(start.partition, start.cursor, index + 1)
