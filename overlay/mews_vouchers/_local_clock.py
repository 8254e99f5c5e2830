"""The time by the clock of this machine, and when that was: the clock may be set meanwhile.

Within a process, the monotonic clock orders the times and tells how long ago they were.
"""

import time
from collections import OrderedDict
from datetime import UTC, datetime, timedelta

#: So many times are remembered: those of an hour, at the full rate limit.
_REMEMBERED = 20_000
_RESOLUTION = timedelta(microseconds=1)

#: The monotonic times, in seconds. No lock: each change is a single call of a method written in C.
_monotonic_times: OrderedDict[datetime, float] = OrderedDict()


def local_now() -> datetime:
    """Return the time in UTC, and remember when that was; no two calls return the same."""
    reading, now = time.monotonic(), datetime.now(UTC)
    while _monotonic_times.setdefault(now, reading) != reading:
        now += _RESOLUTION
    while len(_monotonic_times) > _REMEMBERED:
        _monotonic_times.popitem(last=False)
    return now


def monotonic_at(local: datetime) -> float | None:
    """Return the monotonic time of a local time; None if it is of another process, or too old."""
    return _monotonic_times.get(local)
