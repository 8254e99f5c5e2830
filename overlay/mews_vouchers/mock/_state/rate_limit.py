"""The sliding window of the server-side rate limit. It knows nothing of requests but their time."""

import math
import time
from collections import deque
from collections.abc import Callable


class SlidingWindow:
    """Allows a number of requests per access token within any interval of the given length.

    A request that is refused does not count (our choice: the vendor does not say).
    """

    def __init__(
        self, requests: int, seconds: float, timer: Callable[[], float] = time.monotonic
    ) -> None:
        if requests < 1 or not 0 < seconds < math.inf:
            raise ValueError("a rate limit needs at least 1 request and more than 0 seconds")
        self._requests = requests
        self._seconds = seconds
        self._timer = timer
        self._arrivals: dict[str, deque[float]] = {}

    def try_acquire(self, access_token: str) -> int | None:
        """Count a request and return None, or return the whole seconds until one is allowed."""
        now = self._timer()
        arrivals = self._arrivals.setdefault(access_token, deque())
        while arrivals and arrivals[0] <= now - self._seconds:
            arrivals.popleft()
        if len(arrivals) < self._requests:
            arrivals.append(now)
            return None
        return max(1, math.ceil(arrivals[0] + self._seconds - now))
