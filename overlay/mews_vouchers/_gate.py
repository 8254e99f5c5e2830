"""The gate that every request passes: a sliding window, and a lock after a 429. It never sleeps.

Gates are shared by all clients, threads and event loops of the process that use the same token
with the same limit at the same address. A gate answers how long to wait; whoever asks does the
waiting, in his own way, and asks again.
"""

import hashlib
import threading
import time
from collections.abc import Callable

from pyrate_limiter import InMemoryBucket, Rate, RateItem

from ._settings import Credentials, RateLimit

#: The server counts when requests arrive, and those of one window may have travelled longer than
#: the one after it: a window that is a little wider keeps them apart.
_MARGIN = 1.01


class Closing:
    """Until when a token is not welcome: shared by all gates of the token, whatever their limit."""

    def __init__(self) -> None:
        self.until = 0.0


class Gate:
    """Lets requests through, one at a time, as fast as the limit allows.

    The window is pyrate-limiter's bucket without its `Limiter`: that one sleeps itself, in one way
    for threads and another for event loops, and keeps a thread of its own.
    """

    def __init__(
        self,
        limit: RateLimit | None,
        clock: Callable[[], float] = time.monotonic,
        closing: Closing | None = None,
    ) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._closing = closing or Closing()
        self._bucket = None
        if limit is not None:
            milliseconds = max(1, round(limit.window * 1_000 * _MARGIN))
            self._bucket = InMemoryBucket([Rate(limit.requests, milliseconds)])

    def enter(self) -> float:
        """Take a place in the window: 0.0 if there is one, else the seconds until asking again."""
        with self._lock:
            now = self._clock()
            if now < self._closing.until:
                return self._closing.until - now
            if self._bucket is None:
                return 0.0
            item = RateItem("request", int(now * 1_000))
            self._bucket.leak(item.timestamp)
            if self._bucket.put(item):
                return 0.0
            wait = self._bucket.waiting(item)
            return max(1, wait if isinstance(wait, int) else 1) / 1_000  # never awaitable here

    def close(self, seconds: float) -> None:
        """Let nobody through for so long: the server said so."""
        with self._lock:
            self._closing.until = max(self._closing.until, self._clock() + seconds)


_gates: dict[tuple[str, bytes, RateLimit | None], Gate] = {}
_closings: dict[tuple[str, bytes], Closing] = {}
_gates_lock = threading.Lock()


def shared_gate(base_url: str, credentials: Credentials, limit: RateLimit | None) -> Gate:
    """Return the gate for this token at this address, with this limit or none.

    The key holds a digest, so that no token stays in memory because of it.
    """
    digest = hashlib.sha256(credentials.access_token.reveal().encode(errors="replace")).digest()
    with _gates_lock:
        closing = _closings.setdefault((base_url, digest), Closing())
        return _gates.setdefault((base_url, digest, limit), Gate(limit, closing=closing))
