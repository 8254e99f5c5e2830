"""Rate limiters that share a window in Redis, and a clock for Redis and all of them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

import pytest
from mews_vouchers import RateLimit
from mews_vouchers._rate_limit import redis_window
from mews_vouchers._rate_limit.limiter import RateLimiter
from mews_vouchers._rate_limit.redis_limiter import RedisRateLimiter
from mews_vouchers._rate_limit.redis_window import RedisSlidingWindow
from mews_vouchers_client import Secret

LIMIT = RateLimit(6, 30.0)
#: The largest difference between the waits of members, for a window of 30 seconds.
STAGGER = 0.303


class Clock:
    """A clock that moves only when it is set."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now


class SharedClock(Clock):
    """The clock of Redis and of all members; valid only inside `own_clock()`."""

    @property
    def now(self) -> float:
        """The time in seconds."""
        return self._now

    @now.setter
    def now(self, now: float) -> None:
        self._now = now
        redis_window._NOW = int(now * 1_000)  # noqa: SLF001


@contextmanager
def own_clock() -> Iterator[SharedClock]:
    """Make windows use a clock of the test, which for Redis is an hour later."""
    with pytest.MonkeyPatch.context() as patch:
        script, now = redis_window._SCRIPT, redis_window._NOW  # noqa: SLF001
        of_redis = "redis.call('TIME')"
        assert of_redis in script
        script = script.replace(of_redis, f"{{{now // 1_000 + 3_600}, 0}}")
        patch.setattr(redis_window, "_SCRIPT", script)
        patch.setattr(redis_window, "_NOW", 0)
        yield SharedClock()


class Members:
    """Creates rate limiters that share one window, each as in a process of its own."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = f"{id(self)}-{time.monotonic_ns()}"
        self._url = url
        self._clock = clock
        self._made: list[RedisRateLimiter] = []

    def __call__(self, limit: RateLimit = LIMIT) -> RedisRateLimiter:
        """Return another member."""
        window = RedisSlidingWindow(Secret(self._url), self.name, limit)
        self._made.append(RedisRateLimiter(limit, window, self._clock))
        return self._made[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for limiter in self._made:
            limiter.close()


def acquire(limiter: RateLimiter, times: int = 1) -> list[bool]:
    """Acquire this often; return each time whether the request was let through.

    Short waits, after which other members may come first, do not count.
    """
    results = []
    for _ in range(times):
        while 0 < (wait := limiter.try_acquire()) <= 0.005:
            pass
        results.append(not wait)
    return results
