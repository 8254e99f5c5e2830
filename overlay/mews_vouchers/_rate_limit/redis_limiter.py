"""The rate limiter of several processes and machines: they share one window in Redis.

This module decides how a process uses that window, and what it does while Redis is unavailable; the
window itself is in `redis_window.py`. Only a client with a `redis_url` imports both: they import
the client of Redis.
"""

import logging
import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from mews_vouchers_client.types import Secret

from .._settings.config import RateLimit
from .availability import RETRY_INTERVAL, Attempt, Availability, longest_recovery
from .limiter import RateLimiter
from .places import SHORTEST_WAIT
from .redis_script import ACQUIRED, FORGOTTEN, PAUSED
from .redis_window import Question, RedisSlidingWindow, Reply
from .token_state import TokenState

logger = logging.getLogger("mews_vouchers")

T = TypeVar("T")

#: Waits are longer by a random part of the window, this at most. Or else the process nearest to
#: Redis would always be the first to try again.
_JITTER = 0.005
#: After a pause, a process asks for places at even intervals, which are less even when they reach
#: Redis: it demands only this part of the interval.
_PUNCTUALITY = 0.8
#: A request is in Redis for this part of the window at least, by the clock of the process, which
#: records it a little later.
_CERTAIN = 0.9
#: How often a process restores its requests for one question, before it goes on without Redis.
_RESTORE_ATTEMPTS = 3
#: Seconds after which a request that waits asks whether the recovery has ended.
_RECOVERY_POLL = 0.5


@dataclass(frozen=True, slots=True)
class RedisLimiterFactory:
    """Creates the rate limiters of all processes that use the same Redis."""

    url: Secret

    def __call__(self, limit: RateLimit | None, state: TokenState, digest: bytes) -> RateLimiter:
        """Create a limiter; see `get_limiter`."""
        assert limit is not None
        window = RedisSlidingWindow(self.url, digest.hex())
        with state.lock:
            availability = state.availability.setdefault(self.url, Availability())
        return RedisRateLimiter(limit, window, state=state, availability=availability)


class RedisRateLimiter(RateLimiter):
    """A rate limiter whose window is in Redis.

    While Redis is unavailable, and until all known processes have asked it again, it keeps to its
    share of each limit; see `share.py`. Each request is recorded in the process as well, so that no
    request is forgotten when it changes from one to the other, or when Redis forgets. Threads ask
    Redis concurrently.
    """

    does_io = True

    def __init__(
        self,
        limit: RateLimit,
        window: RedisSlidingWindow,
        clock: Callable[[], float] = time.monotonic,
        state: TokenState | None = None,
        availability: Availability | None = None,
    ) -> None:
        super().__init__(limit, clock, state)
        self._shared_limit = limit
        self._longest_jitter = _JITTER * limit.window
        self._window = window
        self._availability = availability or Availability()
        self._share = self._availability.share

    def try_acquire(self, *, is_background: bool = False, ignore_pause: bool = False) -> float:
        """Return 0.0 if a request may be sent now, else the seconds until the next try.

        Args:
            is_background: Whether it leaves some places to others, as a part of an export does.
            ignore_pause: Whether it does not wait for the end of a pause after a 429.
        """
        state = self._state
        with state.lock:
            now = self._clock()
            if not ignore_pause:
                if wait := state.wait_after_429(now):
                    return wait
                state.use_slot(now)  # meanwhile, no other caller asks Redis
            number = state.new_number()
        reply = self._use_redis(lambda: self._ask(number, is_background, ignore_pause))
        with state.lock:
            now = self._clock()
            # A late reply is not news: meanwhile, Redis has become unavailable.
            if reply is not None and self._availability.is_available:
                self._share.reply(now, state.process, reply.processes, reply.recovery)
            if reply is None or (reply.kind == ACQUIRED and self._share.applies(now)):
                # In the second case, Redis counts it even if the share has no place.
                wait = self._try_acquire_locally(now, number, is_background)
                return min(wait, self._until_change(now))
            if reply.kind == ACQUIRED:
                state.record(now, number)
                return 0.0
            if reply.kind == PAUSED:
                state.paused_until = max(state.paused_until, now + reply.seconds)
                return reply.seconds
            wait = min(reply.seconds, self._until_change(now))
        return wait + random.uniform(0, self._longest_jitter)  # noqa: S311 - guards nothing

    def pause(self, seconds: float) -> None:
        """Let no request of any process through for this long."""
        super().pause(seconds)
        if seconds > 0:
            longest = self._state.longest_window
            self._use_redis(lambda: self._window.pause(seconds, longest))

    def close(self) -> None:
        """Let the limit no longer apply to others; close connections. The next call reopens them.

        A limiter that is garbage needs no `close()`.
        """
        super().close()
        self._window.disconnect()

    def _wait_for_place(self, now: float, is_background: bool) -> float:  # noqa: FBT001
        """Return the seconds until the share of this process has a place. 0.0: it has one."""
        longest = 0.0
        for limit in self._limits():
            places = self._share.places_now(limit, now)
            if not places:
                longest = max(longest, self._share.wait(limit, now))
                continue
            part = [RateLimit(places, limit.window)]
            wait = self._state.wait_for_place(now, part, is_background=is_background)
            longest = max(longest, wait)
        return longest

    def _until_change(self, now: float) -> float:
        """Return the seconds after which Redis may be back, or know all requests."""
        if not self._availability.is_available:
            return max(SHORTEST_WAIT, self._availability.until_retry(now))
        return _RECOVERY_POLL if self._share.applies(now) else math.inf

    def _ask(self, number: int, is_background: bool, ignore_pause: bool) -> Reply:  # noqa: FBT001
        """Ask Redis for a place; if it has forgotten requests of this process, restore them."""
        for _ in range(_RESTORE_ATTEMPTS):
            reply = self._window.try_acquire(self._question(number, is_background, ignore_pause))
            if reply.kind != FORGOTTEN:
                return reply
            self._restore()
        raise RuntimeError("Redis lost the requests again right after they were restored")

    def _restore(self) -> None:
        """Record in Redis what this process has sent, and begin a recovery."""
        state = self._state
        with state.lock:
            now, ages = self._clock(), self._ages()
            self._share.forget(now, state.own_times(), longest_recovery(state.longest_window))
        self._window.restore(state.process, ages, state.longest_window)

    def _question(self, number: int, is_background: bool, ignore_pause: bool) -> Question:  # noqa: FBT001
        state, share = self._state, self._share
        with state.lock:
            now, limits = self._clock(), self._limits()
            certain = _CERTAIN * max(limit.window for limit in limits)
            is_recent = state.times and state.times[-1] > now - certain
            recovery = longest_recovery(state.longest_window) if share.is_unannounced else 0.0
            return Question(
                number=number,
                process=state.process,
                is_known=share.is_known(state.process, now, state.longest_window),
                known=state.numbers[-1] if is_recent else None,
                limits=limits,
                is_background=is_background,
                ignore_pause=ignore_pause,
                spread_interval=_PUNCTUALITY * state.spread_interval,
                share_wait=self._wait_for_place(now, is_background),
                recovery=recovery,
                participants=share.processes,
            )

    def _ages(self) -> dict[int, float]:
        """Return how many seconds ago each request was sent, by number: what limits count."""
        state, now = self._state, self._clock()
        most = max(limit.requests for limit in self._limits())
        sent = zip(state.numbers[-most:], state.times[-most:], strict=True)
        return {number: now - time for number, time in sent}

    def _use_redis(self, function: Callable[[], T]) -> T | None:
        """Call a function that uses Redis; None while it is unavailable.

        While it is unavailable, one thread at a time tries whether it is back; the others go on.
        """
        with self._state.lock:
            attempt = self._availability.begin(self._clock())
        if attempt is Attempt.SKIP:
            return None
        try:
            result = function()
        except Exception as error:  # noqa: BLE001 - Redis is optional: no call fails with it
            self._fail(error)
            return None
        with self._state.lock:
            is_back = self._availability.succeed(attempt)
        if is_back:
            logger.info("Redis is available again: the rate limit is shared")
        return result

    def _fail(self, error: Exception) -> None:
        state = self._state
        with state.lock:
            now = self._clock()
            is_first = self._availability.fail(now)
            self._share.fail(now, state.own_times(), longest_recovery(state.longest_window))
            places = self._share.places(self._shared_limit)
        self._window.disconnect()
        if is_first:
            # Without the error's message: it may contain parts of the URL.
            logger.warning(
                "Redis is unavailable (%s). Falling back to a local limit of %d requests per %g s; "
                "retrying every %g s. Check that Redis is reachable at the redis_url.",
                type(error).__name__,
                places,
                self._shared_limit.window,
                RETRY_INTERVAL,
            )
