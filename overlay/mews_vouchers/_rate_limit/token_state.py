"""What all limiters of one token at one base URL share: its requests, its limits, its pause.

The caller holds the lock. No clock, no I/O.
"""

import random
import threading
from bisect import bisect_right
from collections.abc import Hashable, Iterable
from itertools import count
from typing import Protocol
from weakref import ref

from .._settings.config import RateLimit
from .availability import Availability
from .places import interval_of, wait_for_place, window_of

#: The record has no more requests than this, unless a limit is higher: a token without any limit
#: could send millions in a window.
_MAX_RECORDED = 10_000
#: The number of a request is that of its process, followed by this many bits.
_NUMBER_BITS = 32


class Limited(Protocol):
    """A limiter, seen from its token."""

    @property
    def limit(self) -> RateLimit | None:
        """The limit that it keeps."""


class TokenState:
    """The state of one token, whatever the limits of its clients.

    A limit applies as long as a limiter has it that is neither closed nor garbage. Requests are
    recorded until the longest window has passed.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        #: When requests were sent, oldest first, and their numbers.
        self.times: list[float] = []
        self.numbers: list[int] = []
        self.paused_until = float("-inf")
        #: By URL: whether each Redis that shares the limit is available.
        self.availability: dict[Hashable, Availability] = {}
        self._longest_window = window_of(RateLimit())
        self._max_recorded = _MAX_RECORDED
        self._limiters: list[ref[Limited]] = []
        self._limits: frozenset[RateLimit] = frozenset()
        #: Whether `_limits` was computed before a limiter came or went.
        self._is_outdated = False
        #: After a pause: when the next request may be sent.
        self._next_slot = float("-inf")
        self._new_numbers()

    def after_fork(self) -> None:
        """Replace what a child process must not share with its parent: the lock, new numbers."""
        self.lock = threading.Lock()
        self._new_numbers()

    def _new_numbers(self) -> None:
        # Not from a seed that programs set: two processes would give the same numbers.
        self.process = random.SystemRandom().getrandbits(64)
        self._numbers = count(self.process << _NUMBER_BITS)

    # --- limits

    def add_limiter(self, limiter: Limited) -> None:
        """Let the limit of a limiter apply."""
        self._limiters.append(ref(limiter, self._on_garbage))
        self._is_outdated = True
        if limiter.limit is not None:
            self._longest_window = max(self._longest_window, window_of(limiter.limit))
            self._max_recorded = max(self._max_recorded, limiter.limit.requests)

    def remove_limiter(self, limiter: Limited) -> None:
        """Let the limit of a limiter no longer apply."""
        self._limiters = [one for one in self._limiters if one() is not limiter]
        self._is_outdated = True

    def _on_garbage(self, _: ref[Limited]) -> None:
        self._is_outdated = True  # any thread may be here, whether or not it has the lock

    @property
    def limits(self) -> frozenset[RateLimit]:
        """All limits that apply."""
        if self._is_outdated:
            self._is_outdated = False
            living = {one: limiter for one in self._limiters if (limiter := one()) is not None}
            self._limiters = list(living)
            self._limits = frozenset(
                limiter.limit for limiter in living.values() if limiter.limit is not None
            )
        return self._limits

    def is_unused(self, now: float) -> bool:
        """Return whether nobody can notice that this state is forgotten."""
        return (
            all(limiter() is None for limiter in self._limiters)
            and (not self.times or self.times[-1] <= now - self._longest_window)
            and self.paused_until <= now - self._longest_window
        )

    # --- requests

    @property
    def longest_window(self) -> float:
        """The seconds for which requests are recorded."""
        return self._longest_window

    def new_number(self) -> int:
        """Return a number that no other request of this token has, in any process."""
        return next(self._numbers)

    def own_times(self) -> list[float]:
        """Return the times of what this process has sent, without those of its parent."""
        sent = zip(self.times, self.numbers, strict=True)
        return [time for time, number in sent if number >> _NUMBER_BITS == self.process]

    def record(self, now: float, number: int) -> None:
        """Record a request that is sent now."""
        self.times.append(now)
        self.numbers.append(number)
        ended = bisect_right(self.times, now - self._longest_window)
        ended = max(ended, len(self.times) - self._max_recorded)
        del self.times[:ended], self.numbers[:ended]

    def wait_for_place(
        self, now: float, limits: Iterable[RateLimit], *, is_background: bool
    ) -> float:
        """Return 0.0 if a request keeps all limits, else the seconds until the next try."""
        return max(
            (wait_for_place(self.times, now, one, is_background=is_background) for one in limits),
            default=0.0,
        )

    # --- a pause after a 429

    @property
    def spread_interval(self) -> float:
        """The seconds between two requests after a pause."""
        return max(map(interval_of, self.limits or {RateLimit()}))

    def wait_after_429(self, now: float) -> float:
        """Return 0.0 if neither a pause nor another request after it delays this one.

        Those who waited for the end of a pause would otherwise all come in the same instant, and
        get the next 429. So one window of requests follows it evenly.
        """
        if now < self.paused_until:
            return self.paused_until - now
        if now < self.paused_until + self._longest_window:
            return max(0.0, self._next_slot - now)
        return 0.0

    def use_slot(self, now: float) -> None:
        """Delay the next request, if a pause was not long ago."""
        if now < self.paused_until + self._longest_window:
            self._next_slot = now + self.spread_interval
