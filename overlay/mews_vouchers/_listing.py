"""Listings: which page comes next, and where the end is. No I/O."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Generic, TypeVar

from mews_vouchers_client import UNSET, models

from ._checkpoints import Front, Position, read_checkpoint
from ._flow import Asking, Chain, Do, Emit, Stream, heed
from ._parts import Filters, Part, Sieve, id_of
from ._session import Meter, Operation, Session
from ._sizes import MOST, Size
from ._team import check_concurrency, side_by_side
from .errors import PaginationError, RequestTooHeavyError, UnexpectedResponseError

#: How many parts take turns with each that is under way: they are not equally long, and one that is
#: left alone at the end does not use the rate limit.
_PARTS_EACH = 4

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
    #: Whether nothing comes after it in its part.
    _is_last: bool = field(repr=False)
    #: Whether it is for users: one that has nothing only says that its part has ended.
    _is_shown: bool = field(repr=False)


@dataclass
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
    #: Whether the next page is asked for while its user works on one.
    prefetch: bool = True
    #: How many parts are listed at the same time.
    concurrency: int = 1
    #: What the filters were cut into already, by how many parts were wanted.
    _cuts: dict[int, list[Part]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if not 1 <= self.page_size <= MOST:
            raise ValueError(f"page_size must be from 1 to {MOST}, not {self.page_size}")
        check_concurrency(self.concurrency)
        if self.max_items is not None and self.max_items < 0:
            raise ValueError(f"max_items must not be negative, but is {self.max_items}")
        if self.max_items is not None and not self.counted:
            raise ValueError("max_items counts vouchers: ask for them with extent.vouchers=True")
        if self.max_items is not None and self.concurrency > 1:
            raise ValueError("max_items takes the newest, and concurrency gives up the order")

    @cached_property
    def fingerprint(self) -> str:
        """A short text that differs between different filters."""
        return self.filters.fingerprint()

    def start(self) -> Front:
        """Return where it begins.

        Raises:
            PaginationError: The cursor is of another listing.
        """
        if self.cursor is not None:
            return read_checkpoint(self.cursor, self.fingerprint, self._number_of_parts)
        cut = _PARTS_EACH * self.concurrency if self.concurrency > 1 else 1
        return Front(cut, self._number_of_parts(cut))

    def pages(self, front: Front | None = None) -> Stream[Page[Item]]:
        """List page by page, from the start or from where it was."""
        front = front or self.start()
        parts = self._parts(front.cut)
        sieve = Sieve(overlap=len(parts) > 1 and self.filters.overlap)
        pages = partial(_Pages[Item], self, parts, Size(self.page_size), sieve)
        chains = iter([pages().in_order(front)])
        if self.concurrency > 1 and not self.filters.overlap:
            chains = (pages().part(start) for start in front.positions())
        most = _PARTS_EACH * self.concurrency
        return side_by_side(chains, self.concurrency, most=most, ahead=self.prefetch)

    def _number_of_parts(self, cut: int) -> int:
        return len(self._parts(cut))

    def _parts(self, cut: int) -> list[Part]:
        if cut not in self._cuts:
            self._cuts[cut] = self.filters.parts(cut)
        return self._cuts[cut]


class _Pages(Generic[Item]):
    """The state of a listing that is under way, or of one of its parts."""

    def __init__(
        self, listing: Listing[Item], parts: Sequence[Part], size: Size, sieve: Sieve
    ) -> None:
        self._listing = listing
        self._parts = parts
        self._size = size
        self._left = listing.max_items
        self._meter = Meter()
        self._sieve = sieve

    def in_order(self, front: Front) -> Chain[Page[Item]]:
        """Emit the pages of all parts that are not done, one part after the other."""
        if self._left == 0:
            return
        seen_later: set[str] = set()
        if self._sieve.overlap and front.begun:
            # What came before the start is read again: it says what to leave out.
            for number in range(front.begun):
                is_open = number in (one.part for one in front.open)
                yield from self.part(Position(number), seen_later if is_open else self._sieve.seen)
        for start in front.positions():
            yield from self.part(start)
            self._sieve.seen |= seen_later

    def part(self, start: Position, quiet: set[str] | None = None) -> Chain[Page[Item]]:
        """Emit the pages of a part; or only note its ids, if there is a set for them."""
        cursors = set() if start.cursor is None else {start.cursor}
        while quiet is not None or self._left != 0:
            result, asked = yield from self._request(start, limited=quiet is None)
            found, cursor = self._read(result, asked)
            if cursor in cursors:  # before the page is given out: its items may have come before
                name = self._listing.operation.name
                raise PaginationError(f"{name}: the server gave the cursor {cursor} twice")
            length = len(found)
            is_short = self._listing.counted and 0 < length < asked
            is_last = is_short or cursor is None
            pages: list[Page[Item]] = []
            if quiet is None:
                pages.append(self._page(found, cursor, result, start, is_last=is_last))
            else:
                quiet.update(filter(None, map(id_of, found)))
            del result, found  # a part that waits for its turn keeps no page
            while pages:
                heed((yield Emit(pages.pop())))
            if is_last or cursor is None:
                return
            cursors.add(cursor)
            start = Position(start.part, cursor, max(0, start.skip - length))

    def _request(self, start: Position, *, limited: bool) -> Asking[Do, tuple[Any, int]]:
        """Ask for a page, and for ever smaller ones while they are too heavy for the server."""
        while True:
            asked = self._size.now
            if self._left is not None and limited:
                asked = min(asked, self._left + start.skip)
            try:
                request = self._listing.session.request(
                    self._listing.operation,
                    self._meter,
                    limitation=models.Limitation(asked, start.cursor or UNSET),
                    **self._parts[start.part].properties,
                )
                result = heed((yield Do(request)))
            except RequestTooHeavyError:
                if not self._size.shrink(asked):
                    raise
            else:
                self._size.succeed()
                return result, asked

    def _read(self, result: Any, asked: int) -> tuple[list[Any], str | None]:
        """Return the items and the cursor of a page. Any: see the generated `serialization.py`."""
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
            cursor = id_of(found[-1]) or ("" if len(found) >= asked else None)
        if cursor is UNSET or cursor is None:
            return found, None
        if not isinstance(cursor, str) or not cursor:
            name = self._listing.operation.name
            raise PaginationError(f"{name}: the cursor names nothing, so the listing cannot go on")
        return found, cursor

    def _page(
        self,
        found: list[Any],
        cursor: str | None,
        result: Any,
        start: Position,
        *,
        is_last: bool,
    ) -> Page[Item]:
        part = self._parts[start.part]
        found = found.copy()  # users see the result, and may do with it what they like
        kept: Sequence[int] = range(start.skip, len(found))
        if part.before is not None or self._sieve.overlap:
            kept = [index for index in kept if self._sieve.lets_through(found[index], part)]
        if self._left is not None:
            kept = kept[: self._left]
            self._left -= len(kept)

        def place(index: int) -> Position:
            if kept:
                return _place(found, kept[index], start)
            if cursor is None:
                return start
            return Position(start.part, cursor, max(0, start.skip - len(found)))

        is_shown = bool(kept) or (result is not None and not self._listing.counted)
        return Page([*map(found.__getitem__, kept)], cursor, result, place, is_last, is_shown)


def _place(found: list[Any], index: int, start: Position) -> Position:
    """Return the place right after an item: its id is a cursor, so the page size does not matter.

    Source: the vendor's guidelines, by which a cursor is the id of the item before.
    """
    for back in range(index, -1, -1):
        item_id = id_of(found[back])
        if item_id is not None:
            return Position(start.part, item_id, index - back)
    return Position(start.part, start.cursor, index + 1)
