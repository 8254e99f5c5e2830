"""How far is a write? Counts for `on_progress`."""

from collections.abc import Iterable
from typing import Any

from .._http.request import Request
from .._options import OnProgress, Progress

# Any, in this module: requests with any result.


class ProgressCounter:
    """Counts items and requests, and calls `on_progress`.

    Args:
        on_progress: The function of the user, if there is one.
        total: The number of all items, if it is known.
        done: Number of items that were completed before.
    """

    def __init__(self, on_progress: OnProgress | None, total: int | None, done: int) -> None:
        self._on_progress = on_progress
        self._total = total
        #: Number of completed items.
        self.done = done
        self._requests = 0
        self._waited = 0.0

    def on_success(self, number: int, in_flight: Iterable[Request[Any]]) -> None:
        """Count completed items, and call `on_progress`; what it raises goes to the caller."""
        self.done += number
        if self._on_progress is not None:
            requests = self._requests + sum(one.attempts for one in in_flight)
            waited = self._waited + sum(one.waited for one in in_flight)
            self._on_progress(Progress(self.done, self._total, requests, waited))

    def begin(self) -> None:
        """Call `on_progress` with what was done before."""
        if self._on_progress is not None:
            self._on_progress(Progress(self.done, self._total, 0, 0.0))

    def count(self, request: Request[Any]) -> None:
        """Count a request that has ended."""
        self._requests += request.attempts
        self._waited += request.waited

    def stop(self) -> None:
        """Do not call `on_progress` any more."""
        self._on_progress = None
