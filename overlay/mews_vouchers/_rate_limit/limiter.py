"""The rate limiter: a sliding window, and a pause after a 429. It never sleeps.

All clients, threads and event loops of the process that use the same token at the same base URL
share one record of requests; `redis_limiter.py` shares it between processes. `try_acquire()`
returns how long to wait; the caller sleeps and calls it again.
"""

import hashlib
import os
import threading
import time
from collections.abc import Callable
from typing import TypeAlias

from .._settings.config import Credentials, RateLimit
from .token_state import TokenState


class RateLimiter:
    """Lets requests of one client through as fast as the limits of all clients of its token allow.

    Args:
        limit: The client's limit; None to wait for pauses only.
        clock: Returns the seconds since any time in the past.
        state: What it shares with the other limiters of the token.
    """

    #: Whether asking it does I/O, so that an event loop must not be blocked by it.
    does_io = False

    def __init__(
        self,
        limit: RateLimit | None,
        clock: Callable[[], float] = time.monotonic,
        state: TokenState | None = None,
    ) -> None:
        self.limit = limit
        self._clock = clock
        self._state = state or TokenState()
        with self._state.lock:
            self._state.add_limiter(self)

    def try_acquire(self, *, is_background: bool = False, ignore_pause: bool = False) -> float:
        """Return 0.0 if a request may be sent now, else the seconds until the next try.

        Args:
            is_background: Whether it leaves some places to others, as a part of an export does.
            ignore_pause: Whether it does not wait for the end of a pause after a 429.
        """
        with self._state.lock:
            now = self._clock()
            if not ignore_pause and (wait := self._state.wait_after_429(now)):
                return wait
            wait = self._try_acquire_locally(now, self._state.new_number(), is_background)
            if not wait and not ignore_pause:
                self._state.use_slot(now)
            return wait

    def pause(self, seconds: float) -> None:
        """Let no request through for this long, because of a 429."""
        if seconds > 0:
            with self._state.lock:
                until = self._clock() + seconds
                self._state.paused_until = max(self._state.paused_until, until)

    def paused_for(self) -> float:
        """Return the remaining seconds of the pause after a 429."""
        return max(0.0, self._state.paused_until - self._clock())

    def close(self) -> None:
        """Let the limit no longer apply to others; close connections. The next call reopens them.

        A limiter that is garbage needs no `close()`.
        """
        with self._state.lock:
            self._state.remove_limiter(self)

    def _try_acquire_locally(self, now: float, number: int, is_background: bool) -> float:  # noqa: FBT001
        """Acquire without a pause. The caller holds the lock."""
        wait = self._wait_for_place(now, is_background)
        if not wait:
            self._state.record(now, number)
        return wait

    def _limits(self) -> frozenset[RateLimit]:
        """Return what requests of this client keep: also its own limit after `close()`."""
        if self.limit is None:
            return frozenset()
        return self._state.limits | {self.limit}

    def _wait_for_place(self, now: float, is_background: bool) -> float:  # noqa: FBT001
        """Return the seconds until the record of this process has a place. 0.0: it has one."""
        return self._state.wait_for_place(now, self._limits(), is_background=is_background)


#: Creates a limiter from its limit, the shared state, and a digest of base URL and token.
LimiterFactory: TypeAlias = Callable[[RateLimit | None, TokenState, bytes], RateLimiter]

_states: dict[tuple[str, bytes], TokenState] = {}
_registry_lock = threading.Lock()
#: Unused states are forgotten this often, in seconds, and whenever their number has doubled.
_SWEEP_INTERVAL = 30.0
_FEW_STATES = 64
_max_states = _FEW_STATES
_next_sweep = 0.0


def local_limiter(limit: RateLimit | None, state: TokenState, _: bytes) -> RateLimiter:
    """Create a limiter that is shared within the process."""
    return RateLimiter(limit, state=state)


def get_limiter(
    base_url: str,
    credentials: Credentials,
    limit: RateLimit | None,
    create: LimiterFactory = local_limiter,
) -> RateLimiter:
    """Return a limiter for a client of this token at this base URL.

    All of them share their state. The registry is keyed by a digest, so that it keeps no token in
    memory.

    Args:
        base_url: The normalised base URL.
        credentials: The credentials; only the access token counts.
        limit: The client's limit, or None.
        create: What creates the limiter.
    """
    digest = _digest(base_url, credentials)
    with _registry_lock:
        _forget_unused_states(time.monotonic())
        state = _states.get((base_url, digest))
        if state is None:
            state = _states[base_url, digest] = TokenState()
        return create(limit, state, digest)


def _digest(base_url: str, credentials: Credentials) -> bytes:
    # A function of its own, whose variables no traceback shows.
    text = f"{base_url}\n{credentials.access_token.reveal()}"
    return hashlib.sha256(text.encode(errors="replace")).digest()


def _forget_unused_states(now: float) -> None:
    """Forget tokens without clients and recent requests, but not at every call."""
    global _max_states, _next_sweep  # noqa: PLW0603 - there is one registry per process
    if now < _next_sweep and len(_states) < _max_states:
        return
    for key, state in list(_states.items()):
        with state.lock:
            is_unused = state.is_unused(now)
        if is_unused:
            del _states[key]
    _max_states = max(_FEW_STATES, 2 * len(_states))
    _next_sweep = now + _SWEEP_INTERVAL


def _after_fork() -> None:
    """Replace all locks: a thread of the parent, which is not here, may have held one."""
    global _registry_lock  # noqa: PLW0603 - there is one per process
    _registry_lock = threading.Lock()
    for state in _states.values():
        state.after_fork()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no fork
    os.register_at_fork(after_in_child=_after_fork)
