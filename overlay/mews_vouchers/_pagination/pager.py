"""What both pagers share: how far their user has come, as a checkpoint. No I/O."""

from typing import Generic, TypeVar

from .checkpoints import ListingState, encode_checkpoint
from .listing import Listing
from .query import FetchedPage, ListQuery

Item = TypeVar("Item")
Result = TypeVar("Result")


class PagerState(Generic[Item, Result]):
    """The state of one iteration of a listing."""

    def __init__(self, query: ListQuery[Item, Result]) -> None:
        self._query = query
        #: The state without the current page.
        self._state = ListingState(1, 1)
        self._has_started = False
        self._listing: Listing[Item, Result] | None = None
        #: The page that the user works on, and the index of the last item that the user got.
        self.current: tuple[FetchedPage[Item, Result], int] | None = None

    @property
    def checkpoint(self) -> str | None:
        """See `BasePager.checkpoint`."""
        if not self._has_started:
            return self._query.initial_checkpoint
        state = self._state
        if self.current is not None:
            fetched, index = self.current
            state = state.advanced_to(fetched.position_after(index))
        return encode_checkpoint(state, self._query.fingerprint)

    def start(self) -> Listing[Item, Result]:
        """Start the listing.

        Raises:
            PaginationError: The checkpoint is invalid.
        """
        self._state = self._query.start()
        self._listing = Listing(self._query, self._state)
        return self._listing

    @property
    def counts(self) -> tuple[int, int, float]:
        """The requests, the retries and the seconds waited so far."""
        listing = self._listing
        return (
            (0, 0, 0.0) if listing is None else (listing.requests, listing.retries, listing.waited)
        )

    def accept(self, fetched: FetchedPage[Item, Result]) -> bool:
        """Return whether a page is for the user, who has finished the page before it."""
        if self.current is not None:
            self._finish(self.current[0])
        self.current = None
        if not fetched.is_visible:
            self._finish(fetched)
        self._has_started |= fetched.is_visible
        return fetched.is_visible

    def _finish(self, fetched: FetchedPage[Item, Result]) -> None:
        self._state = self._state.advanced_to(fetched.end)
        if fetched.is_last:
            self._state = self._state.completed(fetched.end.partition)


class BasePager(Generic[Item, Result]):
    """Base class of both pagers."""

    def __init__(self, query: ListQuery[Item, Result]) -> None:
        self._query = query
        #: The iteration that advanced last.
        self._last = PagerState(query)

    @property
    def checkpoint(self) -> str | None:
        """Where the listing is: right after the last item, or page, that was returned.

        `get_all(checkpoint=...)` with the same filters continues with the next item; page size and
        concurrency may differ. Before the first item it is what the listing was started with.
        """
        return self._last.checkpoint

    @property
    def requests(self) -> int:
        """Number of requests of the iteration that advanced last, including retries."""
        return self._last.counts[0]

    @property
    def retries(self) -> int:
        """How many of the `requests` were retries."""
        return self._last.counts[1]

    @property
    def waited(self) -> float:
        """Seconds that the `requests` spent waiting: for the rate limit, and between retries.

        Those in flight at the same time wait at the same time, and each counts.
        """
        return self._last.counts[2]
