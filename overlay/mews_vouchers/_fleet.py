"""The gate of a fleet: processes and machines that use the same token share one window in Redis.

Here is how a process uses that window, and what it does while Redis is away. The window itself is
in `_window.py`, the gate of a process alone in `_gate.py`. Only a client with a `redis_url` imports
these modules: they bring the client of Redis along.
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

from ._gate import Gate, Token
from ._settings import RateLimit
from ._window import Window

logger = logging.getLogger("mews_vouchers")

T = TypeVar("T")

#: Seconds from one attempt to the next while Redis is away.
_PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class Fleet:
    """Makes the gates of those who meet in a Redis."""

    url: Secret

    def __call__(self, limit: RateLimit | None, token: Token, digest: bytes) -> Gate:
        """Return a new gate; see `shared_gate`."""
        assert limit is not None
        return FleetGate(limit, Window(self.url, digest.hex(), limit), token=token)


class FleetGate(Gate):
    """A gate whose window is in Redis.

    While Redis is away, it is a gate of this process alone, with half the limit: it cannot know how
    many others there are. What is let through counts in both windows, so that going from one to the
    other forgets nothing.
    """

    is_remote = True

    def __init__(
        self,
        limit: RateLimit,
        window: Window,
        clock: Callable[[], float] = time.monotonic,
        token: Token | None = None,
    ) -> None:
        own = RateLimit(max(1, limit.requests // 2), limit.window)
        super().__init__(own, clock, token)
        self._own = own
        self._window = window
        self._asking = threading.Lock()
        #: When Redis is asked again; None while it answers.
        self._away_until: float | None = None

    def enter(self, *, ignore_closing: bool = False) -> float:
        """Take a place in the window of the fleet; else as `Gate.enter`."""
        if not ignore_closing and (closed := self.closed_for()):
            return closed
        wait = self._ask(partial(self._enter_window, ignore_closing=ignore_closing))
        return super().enter(ignore_closing=ignore_closing) if wait is None else wait

    def close(self, seconds: float) -> None:
        """Let nobody of the fleet through for so long."""
        super().close(seconds)
        if seconds > 0:
            self._ask(partial(self._window.close, seconds))

    def release(self) -> None:
        """Close the connection to Redis; who still uses this gate opens it again."""
        self._window.disconnect()

    def after_fork(self) -> None:
        """Renew the lock; the connection renews itself."""
        self._asking = threading.Lock()

    def _enter_window(self, *, ignore_closing: bool) -> float:
        if not self._window.is_joined:
            self._window.join(self._ages())
        if not ignore_closing and (closed := self._window.closed_for()):
            super().close(closed)
            return closed
        wait = self._window.enter()
        if not wait:
            self._count()
        return wait

    def _ask(self, question: Callable[[], T]) -> T | None:
        """Ask Redis, one thread at a time; None while it is away.

        While it is away, one thread at a time finds out whether it is back, and the others go on.
        """
        if self._is_away():
            return None
        with self._asking:
            if self._is_away():
                return None
            was_away = self._away_until is not None
            if was_away:
                self._away_until = self._clock() + _PAUSE
            try:
                answer = question()
            except Exception as error:  # noqa: BLE001 - Redis is an aid: nothing fails because of it
                self._lose(error, was_away=was_away)
                return None
            self._away_until = None
        if was_away:
            logger.info("Redis answers again: the limit is shared with the fleet")
        return answer

    def _is_away(self) -> bool:
        until = self._away_until
        return until is not None and self._clock() < until

    def _lose(self, error: Exception, *, was_away: bool) -> None:
        self._away_until = self._clock() + _PAUSE
        self._window.leave()
        if not was_away:
            # Without the error's own text: that may have something of the URL in it.
            logger.warning(
                "Redis cannot be asked (%s): this process keeps to %d requests in %g s by itself; "
                "see that Redis is reachable at the redis_url: it is asked every %g s",
                type(error).__name__,
                self._own.requests,
                self._own.window,
                _PAUSE,
            )

    def _count(self) -> None:
        """Count a request in the windows of this process."""
        with self._token.lock:
            item = RateItem("request", int(self._clock() * 1_000))
            for bucket in self._token.buckets:
                bucket.leak(item.timestamp)
                bucket.items.append(item)

    def _ages(self) -> list[int]:
        """Return how many milliseconds ago requests were let through, the oldest first."""
        assert self._bucket is not None
        with self._token.lock:
            now = int(self._clock() * 1_000)
            self._bucket.leak(now)
            return [now - item.timestamp for item in self._bucket.items]
