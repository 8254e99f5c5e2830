"""How much of a limit may a process use while Redis does not know what all processes have sent?

That is so while Redis is unavailable, and afterwards until all known processes have asked it again,
and so have restored their requests: the recovery. Decisions; no clock, no I/O.

Why the sum is not above the limit: before a loss of Redis, the last window has `sent` requests of
each process, together at most the limit. For one window after the loss, each process keeps to the
smaller one of `sent` and an equal share, so that a window with requests from before and after the
loss has at most `sent` of each. From then on, each keeps to its equal share.

The sum can be larger if processes use Redis that the others do not know: those that start while it
is unavailable, or that have not asked it for `KNOWN_WINDOWS`. The same goes for a loss that only
one process notices, until it asks Redis again.
"""

from collections.abc import Sequence

from .._settings.config import RateLimit
from .places import window_of

#: For how many windows after its last question a process counts as known.
KNOWN_WINDOWS = 10
#: A process expects that it is known for a little less: clocks differ.
_EXPECTED_WINDOWS = 9
#: With fewer processes known, half of the limit is left to unknown ones.
_FEWEST = 2


class Share:
    """The share of one process. The caller holds the lock of the token's state."""

    def __init__(self) -> None:
        #: How many processes were known at the last reply of Redis.
        self.processes = 1
        #: When the process noticed the loss, and the times of its requests before it.
        self._lost_at = float("-inf")
        self._sent: Sequence[float] = ()
        #: When Redis failed last; None if it has replied since.
        self._failed_at: float | None = None
        self._recovery_end = float("-inf")
        self._is_unannounced = False
        #: Which process received the last reply, and when: a fork changes the process.
        self._replied: tuple[int, float] | None = None

    def applies(self, now: float) -> bool:
        """Return whether a request has to keep the share."""
        return self._failed_at is not None or now < self._recovery_end

    @property
    def is_unannounced(self) -> bool:
        """Whether Redis must be told that a recovery begins."""
        return self._is_unannounced

    def is_known(self, process: int, now: float, longest_window: float) -> bool:
        """Return whether Redis must know this process, unless it has lost data."""
        if self._replied is None:
            return False
        who, when = self._replied
        return who == process and now < when + _EXPECTED_WINDOWS * longest_window

    def fail(self, now: float, sent: Sequence[float], recovery: float) -> None:
        """Note that Redis has failed.

        Args:
            now: The time.
            sent: The times of the requests of this process, oldest first.
            recovery: How many seconds a recovery takes at most. After a longer silence, it may have
                ended without this process, and others may have sent as much as the limit allows.
        """
        self._lose(now, sent, recovery)
        self._failed_at = now

    def forget(self, now: float, sent: Sequence[float], recovery: float) -> None:
        """Note that Redis replies, but has lost requests; see `fail`."""
        self._lose(now, sent, recovery)
        self._recovery_end = now + recovery

    def reply(self, now: float, process: int, processes: int, recovery: float) -> None:
        """Note a reply of Redis: how many processes it knows, and the seconds of the recovery."""
        self.processes = processes
        self._failed_at = None
        self._is_unannounced = False
        self._recovery_end = now + recovery
        self._replied = process, now

    def places(self, limit: RateLimit) -> int:
        """Return how many requests of this process a window may have: the equal share."""
        return max(1, limit.requests // max(_FEWEST, self.processes))

    def places_now(self, limit: RateLimit, now: float) -> int:
        """Return how many it may have at this time; it may be none for one window after a loss.

        A process that knows no other does not expect that others have sent anything.
        """
        places, window = self.places(limit), window_of(limit)
        if self.processes < _FEWEST or now >= self._lost_at + window:
            return places
        return min(places, sum(time > self._lost_at - window for time in self._sent))

    def wait(self, limit: RateLimit, now: float) -> float:
        """Return the seconds until a process without any places has some."""
        return self._lost_at + window_of(limit) - now

    def _lose(self, now: float, sent: Sequence[float], recovery: float) -> None:
        """Note a loss, unless it is still the last one: then all keep to their shares."""
        if self._failed_at is None or now > self._failed_at + recovery:
            self._lost_at = now
            self._sent = tuple(sent)
        self._is_unannounced = True
