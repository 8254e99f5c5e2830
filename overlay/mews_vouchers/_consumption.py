"""How far the user of a listing has come. No I/O."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Generic, TypeVar

from ._checkpoints import Front, write_checkpoint
from ._flow import Stream
from ._listing import Listing, Page
from .errors import MewsError

Item = TypeVar("Item")


class Iteration(Generic[Item]):
    """One iteration of a listing, from its beginning, and how far it is."""

    def __init__(self, listing: Listing[Item]) -> None:
        self._listing = listing
        #: How far it is without the page that is being handed out.
        self._front = Front(1, 1)
        self._page: Page[Item] | None = None
        self._index = 0
        self._has_begun = False

    @property
    def checkpoint(self) -> str | None:
        """See `Consumption.checkpoint`."""
        if not self._has_begun:
            return self._listing.cursor
        front = self._front
        if self._page is not None:
            front = front.at(self._page._places(self._index))
        return write_checkpoint(front, self._listing.fingerprint)

    def pages(self) -> Stream[Page[Item]]:
        """List page by page."""
        self._front = self._listing.start()
        return self._listing.pages(self._front)

    def is_shown(self, page: Page[Item]) -> bool:
        """Tell whether a page is for the user, who is done with the one before."""
        if self._page is not None:
            self._note(self._page)
        self._page = None
        if not page._is_shown:
            self._note(page)
        self._has_begun |= page._is_shown
        return page._is_shown

    def hand_out(self, page: Page[Item], index: int) -> None:
        """Note which item the user gets."""
        self._page, self._index = page, index

    def _note(self, page: Page[Item]) -> None:
        place = page._places(len(page.items) - 1)
        self._front = self._front.at(place)
        if page._is_last and self._front.parts > 1:  # the only part stays: its text is a cursor
            self._front = self._front.without(place.part)


class Consumption(Generic[Item]):
    """What both pagers know: how far their user has come."""

    def __init__(self, listing: Listing[Item]) -> None:
        self._listing = listing
        #: The iteration that moved last.
        self._last = Iteration(listing)

    @property
    def checkpoint(self) -> str | None:
        """Where the listing is: right after the last item, or page, that was handed out.

        `get_all(cursor=checkpoint)` with the same filters goes on with the next item; page size and
        concurrency may differ. Before the first item it is the cursor that the listing began with.
        """
        return self._last.checkpoint

    @contextmanager
    def _iterating(self) -> Generator[Iteration[Item]]:
        """Begin anew, and let errors carry the checkpoint."""
        iteration = Iteration(self._listing)
        try:
            yield iteration
        except MewsError as error:
            error.checkpoint = iteration.checkpoint
            raise

    def _hand_out(self, iteration: Iteration[Item], page: Page[Item], index: int) -> None:
        iteration.hand_out(page, index)
        self._last = iteration
