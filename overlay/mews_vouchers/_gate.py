"""The gate that every request passes: a sliding window, and a lock after a 429. It never sleeps.

Gates are shared by all clients, threads and event loops of the process that use the same token at
the same address; the gate that several processes share is in `_fleet.py`. A gate answers how long
to wait; whoever asks does the waiting, in his own way, and asks again.
"""

import hashlib
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from ._settings import Credentials, RateLimit

if TYPE_CHECKING:
    from pyrate_limiter import InMemoryBucket, Rate

#: The server counts when requests arrive, and those of one window may have travelled longer than
#: the one after it: a window that is a little wider keeps them apart.
_MARGIN = 1.01


class Token:
    """What all gates of a token at an address share, whatever their limit."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.closed_until = 0.0
        #: The windows of the limits that are in use: every request counts in all of them.
        self.buckets: list[InMemoryBucket] = []


class Gate:
    """Lets requests through, one at a time, as fast as the limit allows.

    The window is pyrate-limiter's bucket without its `Limiter`: that one sleeps itself, in one way
    for threads and another for event loops, and keeps a thread of its own. It is imported with the
    first limit: it brings along asyncio, sqlite3 and multiprocessing, and takes more time than all
    else that is imported here.
    """

    #: Whether asking it may take a moment, so that a flow asks with a `Call`.
    is_remote = False

    def __init__(
        self,
        limit: RateLimit | None,
        clock: Callable[[], float] = time.monotonic,
        token: Token | None = None,
    ) -> None:
        self._clock = clock
        self._token = token or Token()
        self._bucket = None
        if limit is not None:
            from pyrate_limiter import InMemoryBucket  # noqa: PLC0415 - see the docstring

            self._bucket = InMemoryBucket([rate_of(limit)])
            self._token.buckets.append(self._bucket)

    def enter(self, *, ignore_closing: bool = False) -> float:
        """Take a place in the window: 0.0 if there is one, else the seconds until asking again."""
        with self._token.lock:
            now = self._clock()
            if not ignore_closing and now < self._token.closed_until:
                return self._token.closed_until - now
            if not self._token.buckets:
                return 0.0
            from pyrate_limiter import RateItem  # noqa: PLC0415

            item = RateItem("request", int(now * 1_000))
            for bucket in self._token.buckets:
                bucket.leak(item.timestamp)
            if self._bucket is not None and not self._bucket.put(item):
                wait = self._bucket.waiting(item)
                return max(1, wait if isinstance(wait, int) else 1) / 1_000  # never awaitable here
            for bucket in self._token.buckets:
                if bucket is not self._bucket:
                    bucket.items.append(item)
            return 0.0

    def close(self, seconds: float) -> None:
        """Let nobody through for so long: the server said so."""
        with self._token.lock:
            self._token.closed_until = max(self._token.closed_until, self._clock() + seconds)

    def closed_for(self) -> float:
        """Return for how many seconds a 429 still lets nobody through."""
        return max(0.0, self._token.closed_until - self._clock())

    def release(self) -> None:
        """Close the connections of this gate, if it has any; asking it opens them again."""

    def after_fork(self) -> None:
        """Renew what a new process must not share with its parent."""


def rate_of(limit: RateLimit) -> "Rate":
    """Return a limit as pyrate-limiter has it, with the margin."""
    from pyrate_limiter import Rate  # noqa: PLC0415 - see `Gate`

    return Rate(limit.requests, max(1, round(limit.window * 1_000 * _MARGIN)))


#: Makes a gate from its limit, what it shares, and a digest of address and token.
Maker: TypeAlias = Callable[[RateLimit | None, Token, bytes], Gate]

_tokens: dict[tuple[str, bytes], Token] = {}
_gates: dict[tuple[str, bytes, RateLimit | None, Maker], Gate] = {}
_gates_lock = threading.Lock()


def for_process(limit: RateLimit | None, token: Token, _: bytes) -> Gate:
    """Make a gate that is shared within the process."""
    return Gate(limit, token=token)


def shared_gate(
    base_url: str, credentials: Credentials, limit: RateLimit | None, make: Maker = for_process
) -> Gate:
    """Return the gate for this token at this address, with this limit or none.

    The key holds a digest, so that no token stays in memory because of it. What equal makers make
    is shared.
    """
    text = f"{base_url}\n{credentials.access_token.reveal()}"
    digest = hashlib.sha256(text.encode(errors="replace")).digest()
    key = (base_url, digest, limit, make)
    with _gates_lock:
        if key not in _gates:
            token = _tokens.setdefault((base_url, digest), Token())
            with token.lock:
                _gates[key] = make(limit, token, digest)
        return _gates[key]


def _after_fork() -> None:
    """Renew all locks: another thread of the parent may have held one, and is not here."""
    global _gates_lock  # noqa: PLW0603 - there is one of each process
    _gates_lock = threading.Lock()
    for token in _tokens.values():
        token.lock = threading.Lock()
    for gate in _gates.values():
        gate.after_fork()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows knows no fork
    os.register_at_fork(after_in_child=_after_fork)
