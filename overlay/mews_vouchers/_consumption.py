"""How far the user of a listing has come. No I/O."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Generic, TypeVar

from ._checkpoints import Front, write_checkpoint
from ._flow import Stream
from ._listing import Listing, Page
from .errors import MewsError

Item = TypeVar("Item")


class Consumption(Generic[Item]):
    """What both pagers know: how far their user has come."""

    def __init__(self, listing: Listing[Item]) -> None:
        self._listing = listing
        #: How far it is without the page that is being handed out.
        self._front = Front(1, 1)
        self._page: Page[Item] | None = None
        self._index = 0
        self._has_begun = False

    @property
    def checkpoint(self) -> str | None:
        """Where the listing is: right after the last item, or page, that was handed out.

        `get_all(cursor=checkpoint)` with the same filters goes on with the next item; page size and
        concurrency may differ. Before the first item it is the cursor that the listing began with.
        """
        if not self._has_begun:
            return self._listing.cursor
        front = self._front
        if self._page is not None:
            front = front.at(self._page._places(self._index))
        return write_checkpoint(front, self._listing.fingerprint)

    @contextmanager
    def _consuming(self) -> Generator[Stream[Page[Item]]]:
        """Begin anew, and let errors carry the checkpoint."""
        self._page, self._has_begun = None, False
        try:
            self._front = self._listing.start()
            yield self._listing.pages(self._front)
        except MewsError as error:
            error.checkpoint = self.checkpoint
            raise

    def _is_shown(self, page: Page[Item]) -> bool:
        """Tell whether a page is for the user, who is done with the one before."""
        if self._page is not None:
            self._note(self._page)
        self._page = None
        if not page._is_shown:
            self._note(page)
        self._has_begun |= page._is_shown
        return page._is_shown

    def _note(self, page: Page[Item]) -> None:
        place = page._places(len(page.items) - 1)
        self._front = self._front.at(place)
        if page._is_last and self._front.parts > 1:  # the only part stays: its text is a cursor
            self._front = self._front.without(place.part)

    def _hand_out(self, page: Page[Item], index: int) -> None:
        self._page, self._index = page, index
