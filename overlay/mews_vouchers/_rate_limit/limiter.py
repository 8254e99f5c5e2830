"""The rate limiter: a sliding window, and a pause after a 429. It never sleeps.

All clients, threads and event loops of the process that use the same token at the same base URL
share their state; `redis_limiter.py` shares it between processes. `try_acquire()` returns how long
to wait; the caller sleeps and calls it again.
"""

import hashlib
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from .._config import Credentials, RateLimit

if TYPE_CHECKING:
    from pyrate_limiter import InMemoryBucket, Rate

#: The server counts requests when they arrive, and requests of one window may travel longer than
#: those of the next. A slightly longer window keeps them apart.
_MARGIN = 1.01


class TokenState:
    """The state that all limiters of one token at one base URL share, whatever their limit."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.paused_until = 0.0
        #: One window for each limit in use: every request counts in all of them.
        self.buckets: list[InMemoryBucket] = []


class RateLimiter:
    """Lets requests through as fast as the limit allows.

    The window is the bucket of pyrate-limiter without its `Limiter`, which sleeps by itself, in
    other ways for threads and event loops, and keeps a thread. pyrate-limiter is imported with the
    first limit: it imports asyncio, sqlite3 and multiprocessing, and takes longer than all other
    imports of this package.
    """

    #: Whether asking it does I/O, so that an event loop must not be blocked by it.
    does_io = False

    def __init__(
        self,
        limit: RateLimit | None,
        clock: Callable[[], float] = time.monotonic,
        state: TokenState | None = None,
    ) -> None:
        self._clock = clock
        self._state = state or TokenState()
        self._bucket = None
        if limit is not None:
            from pyrate_limiter import InMemoryBucket  # noqa: PLC0415 - see the docstring

            self._bucket = InMemoryBucket([to_rate(limit)])
            self._state.buckets.append(self._bucket)

    def try_acquire(self, *, ignore_pause: bool = False) -> float:
        """Return 0.0 if a request may be sent now, else the seconds until the next try."""
        with self._state.lock:
            now = self._clock()
            if not ignore_pause and now < self._state.paused_until:
                return self._state.paused_until - now
            if not self._state.buckets:
                return 0.0
            from pyrate_limiter import RateItem  # noqa: PLC0415

            item = RateItem("request", int(now * 1_000))
            for bucket in self._state.buckets:
                bucket.leak(item.timestamp)
            if self._bucket is not None and not self._bucket.put(item):
                wait = self._bucket.waiting(item)
                return max(1, wait if isinstance(wait, int) else 1) / 1_000  # never awaitable here
            for bucket in self._state.buckets:
                if bucket is not self._bucket:
                    bucket.items.append(item)
            return 0.0

    def pause(self, seconds: float) -> None:
        """Let no request through for this long, because of a 429."""
        with self._state.lock:
            self._state.paused_until = max(self._state.paused_until, self._clock() + seconds)

    def paused_for(self) -> float:
        """Return the remaining seconds of the pause after a 429."""
        return max(0.0, self._state.paused_until - self._clock())

    def close(self) -> None:
        """Close the connections of this limiter, if it has any; the next call reopens them."""

    def after_fork(self) -> None:
        """Replace what a child process must not share with its parent."""


def to_rate(limit: RateLimit) -> "Rate":
    """Convert a limit to pyrate-limiter's type, with the margin."""
    from pyrate_limiter import Rate  # noqa: PLC0415 - see `RateLimiter`

    return Rate(limit.requests, max(1, round(limit.window * 1_000 * _MARGIN)))


#: Creates a limiter from its limit, the shared state, and a digest of base URL and token.
LimiterFactory: TypeAlias = Callable[[RateLimit | None, TokenState, bytes], RateLimiter]

_states: dict[tuple[str, bytes], TokenState] = {}
_limiters: dict[tuple[str, bytes, RateLimit | None, LimiterFactory], RateLimiter] = {}
_registry_lock = threading.Lock()


def local_limiter(limit: RateLimit | None, state: TokenState, _: bytes) -> RateLimiter:
    """Create a limiter that is shared within the process."""
    return RateLimiter(limit, state=state)


def get_limiter(
    base_url: str,
    credentials: Credentials,
    limit: RateLimit | None,
    create: LimiterFactory = local_limiter,
) -> RateLimiter:
    """Return the limiter of this token at this base URL, with this limit or none.

    The registry is keyed by a digest, so that it keeps no token in memory. Limiters of equal
    factories are shared.
    """
    text = f"{base_url}\n{credentials.access_token.reveal()}"
    digest = hashlib.sha256(text.encode(errors="replace")).digest()
    key = (base_url, digest, limit, create)
    with _registry_lock:
        if key not in _limiters:
            state = _states.setdefault((base_url, digest), TokenState())
            with state.lock:
                _limiters[key] = create(limit, state, digest)
        return _limiters[key]


def _after_fork() -> None:
    """Replace all locks: a thread of the parent, which is not here, may have held one."""
    global _registry_lock  # noqa: PLW0603 - there is one per process
    _registry_lock = threading.Lock()
    for state in _states.values():
        state.lock = threading.Lock()
    for limiter in _limiters.values():
        limiter.after_fork()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no fork
    os.register_at_fork(after_in_child=_after_fork)
