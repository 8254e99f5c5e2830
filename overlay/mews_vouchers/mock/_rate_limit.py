"""The sliding window of the rate limit. It knows the time, and nothing of requests."""

import math
import time
from collections import deque
from collections.abc import Callable


class SlidingWindow:
    """At most so many requests of one access token within any window of so many seconds.

    A request that is refused does not count (our choice: the vendor says nothing about it).
    """

    def __init__(
        self, requests: int, seconds: float, timer: Callable[[], float] = time.monotonic
    ) -> None:
        if requests < 1 or not 0 < seconds < math.inf:
            raise ValueError("a rate limit is at least 1 request in more than 0 seconds")
        self._requests = requests
        self._seconds = seconds
        self._timer = timer
        self._arrivals: dict[str, deque[float]] = {}

    def wait(self, access_token: str) -> int | None:
        """Count a request, or return after how many whole seconds there is room for one."""
        now = self._timer()
        arrivals = self._arrivals.setdefault(access_token, deque())
        while arrivals and arrivals[0] <= now - self._seconds:
            arrivals.popleft()
        if len(arrivals) < self._requests:
            arrivals.append(now)
            return None
        return max(1, math.ceil(arrivals[0] + self._seconds - now))
