"""One run: what it lists, and from which moment on the next one has to list again.

Whatever changes after a run began may be missing in it, and comes in the next. So the next run
starts where this one began, by the server's clock: at a lower bound of its time when the first
request was sent. And it starts earlier than that by an overlap: the server may show a change later
than the time that it gives it.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from .._http.server_clock import ServerClock
from .._options import DEFAULT_SETTLE
from .._pagination.pager import BasePager
from .._pagination.query import ListQuery
from .._settings.numbers import check_seconds
from .marks import Mark, decode_mark, encode_mark

#: Seconds. A change has the time at which the server executed it, and is shown once it is
#: committed: at most as much later as a request can take. The clocks of the vendor's servers differ
#: by less than that.
DEFAULT_OVERLAP = DEFAULT_SETTLE
#: Seconds: 30 days.
_MAX_OVERLAP = 2_592_000.0


class Since:
    """What a run starts from.

    Args:
        mark: The mark that the user passed; None for everything.
        fingerprint: Of the filters.
        overlap: Seconds.
        clock: The server's.

    Raises:
        PaginationError: The mark is invalid.
        TypeError, ValueError: An argument is of another type, or out of range.
    """

    def __init__(
        self, mark: str | None, fingerprint: str, overlap: float, clock: ServerClock
    ) -> None:
        check_seconds("overlap", overlap, zero=True, maximum=_MAX_OVERLAP)
        self.text = mark
        self.mark = Mark(None) if mark is None else decode_mark(mark, fingerprint)
        self.fingerprint = fingerprint
        self.overlap = timedelta(seconds=overlap)
        self.clock = clock


class Run(ABC):
    """A run, as the pagers of its listings see it. The user iterates them one after the other."""

    def __init__(self, since: Since) -> None:
        self._since = since
        mark = since.mark
        #: Where it continues; None if it begins.
        self._resumed_at = mark.position
        #: It lists what changed since then; None for everything.
        self._start = self._before(mark.began) if mark.position is None else mark.start
        self._began = None if mark.position is None else mark.began
        self._created = time.monotonic()
        self._is_completed = False
        #: The pager of the listing in progress. Any: of items of either kind.
        self.pager: BasePager[Any, Any] | None = None

    @abstractmethod
    def queries(self) -> Iterator[ListQuery[Any, Any]]:
        """Yield the listings; each is read to its end before the next is asked for."""

    @abstractmethod
    def accept(self, item: Any) -> bool:
        """Take in an item; return whether it is for the user. Any: a voucher or a code."""

    @abstractmethod
    def _position(self) -> str | None:
        """Return where it is; None before its first item."""

    @property
    def mark(self) -> str | None:
        """The mark after the last item, or at the end."""
        if self._is_completed:
            return encode_mark(Mark(self._next_began()), self._since.fingerprint)
        position = self._position()
        if position is None:
            return self._since.text
        mark = Mark(self._began, position, self._start)
        return encode_mark(mark, self._since.fingerprint)

    def _observe(self) -> None:
        """Note when it began, by the server's clock, once there was a response.

        Not if it was continued: then it began in an earlier call.
        """
        now = self._since.clock.now
        if self._began is None and self._resumed_at is None and now is not None:
            began = now - timedelta(seconds=time.monotonic() - self._created)
            self._began = began.replace(microsecond=0)  # as a mark has it

    def _complete(self) -> None:
        self._observe()
        self._is_completed = True

    def _next_began(self) -> datetime | None:
        """Return from when on the next run lists: if the server tells no time, as this one does."""
        if self._began is None and self._start is not None:
            return self._start + self._since.overlap
        return self._began

    def _before(self, began: datetime | None) -> datetime | None:
        """Return the start of a run that follows one which began at some time."""
        return None if began is None else began - self._since.overlap
