"""Listings: which page comes next, where the end is, what a checkpoint stands for. No I/O."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from mews_vouchers_client import UNSET, models

from ._flow import Emit, Flow, Stream
from ._parts import Filters, Part, Position, read_checkpoint, write_checkpoint
from ._session import Meter, Operation, Session
from ._sizes import MOST, Size
from .errors import MewsError, PaginationError, RequestTooHeavyError, UnexpectedResponseError

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a listing."""

    #: The page's items, newest first.
    items: Sequence[Item]
    #: The vendor's cursor: the id of the oldest item. None where there was nothing.
    cursor: str | None
    #: The whole result, a model of the generated client: related items are here. Any: one of two.
    result: Any = field(repr=False)
    #: Gives the place right after an item; after the page, if that has none.
    _places: Callable[[int], Position] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """A listing that has not begun."""

    session: Session
    operation: Operation[Any]  # Any: the two results have nothing in common but what is read here
    filters: Filters
    #: The name of the result's property that has the items.
    items: str
    page_size: int
    max_items: int | None
    cursor: str | None
    #: Whether a page has as many items as were asked for, unless it is the last.
    counted: bool = True
    parts: list[Part] = field(init=False)

    def __post_init__(self) -> None:
        if not 1 <= self.page_size <= MOST:
            raise ValueError(f"page_size must be from 1 to {MOST}, not {self.page_size}")
        if self.max_items is not None and self.max_items < 0:
            raise ValueError(f"max_items must not be negative, but is {self.max_items}")
        if self.max_items is not None and not self.counted:
            raise ValueError("max_items counts vouchers: ask for them with extent.vouchers=True")
        object.__setattr__(self, "parts", self.filters.parts())

    def pages(self) -> Stream[Page[Item]]:
        """List page by page."""
        start = Position()
        if self.cursor is not None:
            start = read_checkpoint(self.cursor, self.filters.fingerprint(), self.parts)
        return _Pages(self, start).pages()

    def checkpoint(self, position: Position) -> str | None:
        """Return a place of this listing as text."""
        return write_checkpoint(position, self.filters.fingerprint(), self.parts)


class _Pages(Generic[Item]):
    """The state of a listing that is under way."""

    def __init__(self, listing: Listing[Item], start: Position) -> None:
        self._listing = listing
        self._start = start
        self._size = Size(listing.page_size)
        self._left = listing.max_items
        self._meter = Meter()
        #: Where parts overlap: ids that were listed already.
        self._seen: set[str] = set()

    def pages(self) -> Stream[Page[Item]]:
        """Emit all pages from the start on."""
        if self._left == 0:
            return
        start, seen_later = self._start, set[str]()
        if self._listing.filters.overlap and start != Position():
            # What came before the start is read again: it says what to leave out.
            for number in range(start.part):
                yield from self._part(Position(number), self._seen)
            yield from self._part(Position(start.part), seen_later)
        for number in range(start.part, len(self._listing.parts)):
            yield from self._part(start if number == start.part else Position(number))
            self._seen |= seen_later

    def _part(self, start: Position, quiet: set[str] | None = None) -> Stream[Page[Item]]:
        """Emit the pages of a part; or only note its ids, if there is a set for them."""
        cursors = set() if start.cursor is None else {start.cursor}
        while quiet is not None or self._left != 0:
            result, asked = yield from self._request(start, limited=quiet is None)
            found, cursor = self._read(result, asked)
            if cursor in cursors:  # before the page is given out: its items may have come before
                name = self._listing.operation.name
                raise PaginationError(f"{name}: the server gave the cursor {cursor} twice")
            if quiet is not None:
                quiet.update(filter(None, map(_id, found)))
            else:
                page = self._page(found, cursor, result, start)
                if page.items or (result is not None and not self._listing.counted):
                    yield Emit(page)
            if cursor is None or (self._listing.counted and 0 < len(found) < asked):
                return
            cursors.add(cursor)
            start = Position(start.part, cursor, max(0, start.skip - len(found)))

    def _request(self, start: Position, *, limited: bool) -> Flow[tuple[Any, int]]:
        """Ask for a page, and for ever smaller ones while they are too heavy for the server."""
        while True:
            asked = self._size.now
            if self._left is not None and limited:
                asked = min(asked, self._left + start.skip)
            try:
                result = yield from self._listing.session.send(
                    self._listing.operation,
                    self._meter,
                    limitation=models.Limitation(asked, start.cursor or UNSET),
                    **self._listing.parts[start.part].properties,
                )
            except RequestTooHeavyError:
                if not self._size.shrink(asked):
                    raise
            else:
                self._size.succeed()
                return result, asked

    def _read(self, result: Any, asked: int) -> tuple[list[Any], str | None]:
        """Return the items and the cursor of a page. Any: see `wire.py` of the generated client."""
        if result is None:
            return [], None
        found, cursor = getattr(result, self._listing.items), result.cursor
        if found is None or (found is UNSET and not self._listing.counted):
            found = []
        if not isinstance(found, list):
            raise UnexpectedResponseError(
                self._listing.operation.name,
                200,
                f"the answer has no list of {self._listing.items}",
            )
        if cursor is UNSET and self._listing.counted and found:
            # What it would be: only null says that there is nothing. A full page needs one.
            cursor = _id(found[-1]) or ("" if len(found) >= asked else None)
        if cursor is UNSET or cursor is None:
            return found, None
        if not isinstance(cursor, str) or not cursor:
            name = self._listing.operation.name
            raise PaginationError(f"{name}: the cursor names nothing, so the listing cannot go on")
        return found, cursor

    def _page(
        self, found: list[Any], cursor: str | None, result: Any, start: Position
    ) -> Page[Item]:
        before = self._listing.parts[start.part].before
        kept = list(range(start.skip, len(found)))
        if before is not None or self._listing.filters.overlap:
            kept = [index for index in kept if self._is_new(found[index], before)]
        if self._left is not None:
            kept = kept[: self._left]
            self._left -= len(kept)

        def place(index: int) -> Position:
            if not kept:
                return Position(start.part, cursor or start.cursor)
            return _place(found, kept[index], start)

        return Page([found[index] for index in kept], cursor, result, place)

    def _is_new(self, item: Any, before: datetime | None) -> bool:
        """Tell whether no part before this one has listed an item."""
        updated = getattr(item, "updated_utc", None)
        if before is not None and isinstance(updated, datetime) and updated >= before:
            return False
        item_id = _id(item)
        if not self._listing.filters.overlap or item_id is None:
            return True
        is_new = item_id not in self._seen
        self._seen.add(item_id)
        return is_new


def _place(found: list[Any], index: int, start: Position) -> Position:
    """Return the place right after an item: its id is a cursor, so the page size does not matter.

    Source: the vendor's guidelines, by which a cursor is the id of the item before.
    """
    for back in range(index, -1, -1):
        item_id = _id(found[back])
        if item_id is not None:
            return Position(start.part, item_id, index - back)
    return Position(start.part, start.cursor, index + 1)


def _id(item: Any) -> str | None:
    found = getattr(item, "id", None)
    return found if isinstance(found, str) else None


class Consumption(Generic[Item]):
    """What both pagers know: how far their user has come."""

    def __init__(self, listing: Listing[Item]) -> None:
        self._listing = listing
        self._page: Page[Item] | None = None
        self._index = 0

    @property
    def checkpoint(self) -> str | None:
        """Where the listing is: right after the last item, or page, that was handed out.

        `get_all(cursor=checkpoint)` with the same filters goes on with the next item; the page size
        may differ. Before the first item it is the cursor that the listing began with.
        """
        if self._page is None:
            return self._listing.cursor
        return self._listing.checkpoint(self._page._places(self._index))

    def _hand_out(self, page: Page[Item], index: int) -> None:
        self._page, self._index = page, index

    @contextmanager
    def _consuming(self) -> Generator[None]:
        """Begin anew, and let errors carry the checkpoint."""
        self._page = None
        try:
            yield
        except MewsError as error:
            error.checkpoint = self.checkpoint
            raise
