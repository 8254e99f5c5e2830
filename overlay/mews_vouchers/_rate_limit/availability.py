"""Is Redis available, and who tries whether it is back? Decisions; no clock, no I/O."""

from enum import Enum, auto

from .share import Share

#: Seconds between two attempts to reach Redis while it is unavailable.
RETRY_INTERVAL = 5.0
#: Seconds that an attempt takes at most: to connect, to log in and to run a script.
_LONGEST_ATTEMPT = 3.0


def longest_recovery(longest_window: float) -> float:
    """Return the seconds after which Redis knows all requests of the last window again.

    Until each process has noticed that it is back, they send without it: one attempt may just have
    failed, another one succeeds.
    """
    return longest_window + RETRY_INTERVAL + 2 * _LONGEST_ATTEMPT


class Attempt(Enum):
    """What a caller does with Redis."""

    #: It asks: Redis was available the last time.
    ASK = auto()
    #: It tries whether Redis is back, while all others go on without.
    PROBE = auto()
    #: It goes on without.
    SKIP = auto()


class Availability:
    """Whether one Redis is available. The caller holds the lock of the token's state."""

    def __init__(self) -> None:
        #: When to try it again; None while it is available.
        self._retry_at: float | None = None
        #: What a process may use without it.
        self.share = Share()

    @property
    def is_available(self) -> bool:
        """Whether the last attempt to use Redis succeeded."""
        return self._retry_at is None

    def until_retry(self, now: float) -> float:
        """Return the seconds until the next attempt."""
        return 0.0 if self._retry_at is None else max(0.0, self._retry_at - now)

    def begin(self, now: float) -> Attempt:
        """Return what a caller does at this time."""
        if self._retry_at is None:
            return Attempt.ASK
        if now < self._retry_at:
            return Attempt.SKIP
        self._retry_at = now + RETRY_INTERVAL
        return Attempt.PROBE

    def fail(self, now: float) -> bool:
        """Note a failure; return whether it is the first since Redis was available."""
        is_first = self._retry_at is None
        self._retry_at = now + RETRY_INTERVAL
        return is_first

    def succeed(self, attempt: Attempt) -> bool:
        """Note a reply; return whether Redis is back with it.

        A reply to a caller that asked before another one failed proves nothing.
        """
        is_back = attempt is Attempt.PROBE and self._retry_at is not None
        if is_back:
            self._retry_at = None
        return is_back
