"""How far the user of a listing has come. No I/O."""

from typing import Generic, TypeVar

from ._checkpoints import Front, write_checkpoint
from ._flow import Stream
from ._listing import Listing, Page

Item = TypeVar("Item")


class Iteration(Generic[Item]):
    """One iteration of a listing, from its beginning, and how far it is."""

    def __init__(self, listing: Listing[Item]) -> None:
        self._listing = listing
        #: How far it is without the page that is being handed out.
        self._front = Front(1, 1)
        #: The page that is being handed out, and the index of the last item that the user got.
        self.at: tuple[Page[Item], int] | None = None
        self._has_begun = False

    @property
    def checkpoint(self) -> str | None:
        """See `Consumption.checkpoint`."""
        if not self._has_begun:
            return self._listing.cursor
        front = self._front
        if self.at is not None:
            page, index = self.at
            front = front.at(page._places(index))
        return write_checkpoint(front, self._listing.fingerprint)

    def pages(self) -> Stream[Page[Item]]:
        """List page by page."""
        self._front = self._listing.start()
        return self._listing.pages(self._front)

    def is_shown(self, page: Page[Item]) -> bool:
        """Tell whether a page is for the user, who is done with the one before."""
        if self.at is not None:
            self._note(self.at[0])
        self.at = None
        if not page._is_shown:
            self._note(page)
        self._has_begun |= page._is_shown
        return page._is_shown

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
