"""Rate limiters that share a window in Redis, and a clock for Redis and all of them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

import pytest
from mews_vouchers import RateLimit
from mews_vouchers._rate_limit import redis_window
from mews_vouchers._rate_limit.limiter import RateLimiter
from mews_vouchers._rate_limit.redis_limiter import RedisRateLimiter
from mews_vouchers._rate_limit.redis_window import RedisSlidingWindow
from mews_vouchers._rate_limit.token_state import TokenState
from mews_vouchers_client import Secret
from redis.commands.core import Script

from tests.support.clocks import Clock

LIMIT = RateLimit(6, 30.0)
#: The largest difference between the waits of members, for a window of 30 seconds.
STAGGER = 0.15


@contextmanager
def own_clock() -> Iterator[Clock]:
    """Make Redis use a clock of the test, which for Redis is an hour later; yield it."""
    clock = Clock(1_000_000.0)
    run = RedisSlidingWindow._run  # noqa: SLF001

    # Any: the reply of a script.
    def run_at(window: RedisSlidingWindow, script: Script, *arguments: str | float) -> Any:
        return run(window, script, *arguments, round((clock.now + 3_600) * 1_000))

    with pytest.MonkeyPatch.context() as patch:
        for name in ("ACQUIRE", "RESTORE", "PAUSE"):
            script = getattr(redis_window, name)
            assert "redis.call('TIME')" in script
            script = script.replace("redis.call('TIME')", "{0, ARGV[#ARGV] * 1000}")
            patch.setattr(redis_window, name, script)
        patch.setattr(RedisSlidingWindow, "_run", run_at)
        yield clock


class Members:
    """Creates rate limiters that share one window, each as in a process of its own."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = f"{id(self)}-{time.monotonic_ns()}"
        self._url = url
        self._clock = clock
        self._made: list[RedisRateLimiter] = []

    def __call__(
        self, limit: RateLimit = LIMIT, state: TokenState | None = None
    ) -> RedisRateLimiter:
        """Return another member, or another limiter of a member with this state."""
        window = RedisSlidingWindow(Secret(self._url), self.name)
        self._made.append(RedisRateLimiter(limit, window, self._clock, state))
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
