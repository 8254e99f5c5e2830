"""The rate limiter of several processes and machines: they share one window in Redis.

This module decides how a process uses that window, and what it does while Redis is unavailable; the
window itself is in `redis_window.py`. Only a client with a `redis_url` imports both: they import
the client of Redis.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from mews_vouchers_client.types import Secret
from pyrate_limiter import RateItem

from .._config import RateLimit
from .limiter import RateLimiter, TokenState
from .redis_window import RedisSlidingWindow

logger = logging.getLogger("mews_vouchers")

T = TypeVar("T")

#: Seconds between two attempts to reach Redis while it is unavailable.
_RETRY_INTERVAL = 5.0


@dataclass(frozen=True, slots=True)
class RedisLimiterFactory:
    """Creates the rate limiters of all processes that use the same Redis."""

    url: Secret

    def __call__(self, limit: RateLimit | None, state: TokenState, digest: bytes) -> RateLimiter:
        """Create a limiter; see `get_limiter`."""
        assert limit is not None
        return RedisRateLimiter(
            limit, RedisSlidingWindow(self.url, digest.hex(), limit), state=state
        )


class RedisRateLimiter(RateLimiter):
    """A rate limiter whose window is in Redis.

    While Redis is unavailable, it falls back to a local limiter with half of the limit: it cannot
    know how many other processes there are. Each request counts in both windows, so that no request
    is forgotten when it changes from one to the other.
    """

    does_io = True

    def __init__(
        self,
        limit: RateLimit,
        window: RedisSlidingWindow,
        clock: Callable[[], float] = time.monotonic,
        state: TokenState | None = None,
    ) -> None:
        fallback = RateLimit(max(1, limit.requests // 2), limit.window)
        super().__init__(fallback, clock, state)
        self._fallback = fallback
        self._window = window
        self._redis_lock = threading.Lock()
        #: When to try Redis again; None while it is available.
        self._retry_at: float | None = None

    def try_acquire(self, *, ignore_pause: bool = False) -> float:
        """Return 0.0 if a request may be sent now, else the seconds until the next try."""
        if not ignore_pause and (paused := self.paused_for()):
            return paused
        wait = self._ask_redis(partial(self._acquire_in_redis, ignore_pause=ignore_pause))
        return super().try_acquire(ignore_pause=ignore_pause) if wait is None else wait

    def pause(self, seconds: float) -> None:
        """Let no request of any process through for this long."""
        super().pause(seconds)
        if seconds > 0:
            self._ask_redis(partial(self._window.pause, seconds))

    def close(self) -> None:
        """Close the connection to Redis; other users of this limiter reopen it."""
        self._window.disconnect()

    def after_fork(self) -> None:
        """Replace the lock; the connection replaces itself."""
        self._redis_lock = threading.Lock()

    def _acquire_in_redis(self, *, ignore_pause: bool) -> float:
        if not self._window.is_prepared:
            self._window.prepare(self._request_ages())
        if not ignore_pause and (paused := self._window.paused_for()):
            super().pause(paused)
            return paused
        wait = self._window.try_acquire()
        if not wait:
            self._record()
        return wait

    def _ask_redis(self, question: Callable[[], T]) -> T | None:
        """Call a function that uses Redis, in one thread at a time; None while it is unavailable.

        While it is unavailable, one thread at a time tries whether it is back; the others go on.
        """
        if self._is_unavailable():
            return None
        with self._redis_lock:
            if self._is_unavailable():
                return None
            was_unavailable = self._retry_at is not None
            if was_unavailable:
                self._retry_at = self._clock() + _RETRY_INTERVAL
            try:
                answer = question()
            except Exception as error:  # noqa: BLE001 - Redis is optional: no call fails with it
                self._trip(error, was_unavailable=was_unavailable)
                return None
            self._retry_at = None
        if was_unavailable:
            logger.info("Redis is available again: the rate limit is shared")
        return answer

    def _is_unavailable(self) -> bool:
        retry_at = self._retry_at
        return retry_at is not None and self._clock() < retry_at

    def _trip(self, error: Exception, *, was_unavailable: bool) -> None:
        self._retry_at = self._clock() + _RETRY_INTERVAL
        self._window.reset()
        if not was_unavailable:
            # Without the error's message: it may contain parts of the URL.
            logger.warning(
                "Redis is unavailable (%s). Falling back to a local limit of %d requests per %g s; "
                "retrying every %g s. Check that Redis is reachable at the redis_url.",
                type(error).__name__,
                self._fallback.requests,
                self._fallback.window,
                _RETRY_INTERVAL,
            )

    def _record(self) -> None:
        """Count a request in the local windows."""
        with self._state.lock:
            item = RateItem("request", int(self._clock() * 1_000))
            for bucket in self._state.buckets:
                bucket.leak(item.timestamp)
                bucket.items.append(item)

    def _request_ages(self) -> list[int]:
        """Return the age of each request in the local window in milliseconds, oldest first."""
        assert self._bucket is not None
        with self._state.lock:
            now = int(self._clock() * 1_000)
            self._bucket.leak(now)
            return [now - item.timestamp for item in self._bucket.items]
