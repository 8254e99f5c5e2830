"""Does a rate limit have a place for another request? Decisions over times; no clock, no I/O.

The script in `redis_script.py` makes the same decisions over the times in Redis.

A background request (of an export) leaves a reserve to ordinary requests, and background requests
are spread over the window: a burst would leave the window as a burst, and until then nobody else
would get a place.
"""

from bisect import bisect_right
from collections.abc import Sequence

from .._settings.config import RateLimit

#: The server counts requests when they arrive, and requests of one window may travel longer than
#: those of the next. A slightly longer window keeps them apart.
_MARGIN = 1.01
#: The part of a limit that background requests leave to others.
_RESERVE = 0.025
#: Background requests are not spread while the window is filled to less than this part of theirs:
#: a short export of an idle token takes no longer than it must.
UNPACED = 0.5
#: How much faster than evenly the free places are filled, or else they would not all be used.
HASTE = 1.25
#: The window's part that is kept evenly filled. Less of it would be slow if Redis is far away.
_PARTS = 24
#: Seconds: less than that is not worth a wait, and might be lost in rounding.
SHORTEST_WAIT = 0.001


def window_of(limit: RateLimit) -> float:
    """Return the seconds for which a request counts."""
    return limit.window * _MARGIN


def interval_of(limit: RateLimit) -> float:
    """Return the seconds between requests that are spread evenly over the window."""
    return window_of(limit) / limit.requests


def places_of(limit: RateLimit, *, is_background: bool) -> int:
    """Return how many requests may be in the window, including one of this priority."""
    return limit.requests - (round(_RESERVE * limit.requests) if is_background else 0)


def group_of(places: int) -> int:
    """Return how many background requests may follow each other at once."""
    return max(1, places // _PARTS)


def wait_for_place(
    times: Sequence[float], now: float, limit: RateLimit, *, is_background: bool
) -> float:
    """Return 0.0 if a request keeps the limit, else the seconds until the next try.

    Args:
        times: When requests were sent, in seconds, oldest first; those before the window may be
            missing.
        now: The time, by the same clock.
        limit: The limit.
        is_background: Whether the request leaves a reserve to others.

    Example:
        wait_for_place([0.0, 1.0], 2.0, RateLimit(2, 30.0), is_background=False)  # 28.3
    """
    places = places_of(limit, is_background=is_background)
    start = now - window_of(limit)
    if len(times) >= places and times[-places] > start:
        return max(SHORTEST_WAIT, times[-places] - start)
    if not is_background:
        return 0.0
    current = times[bisect_right(times, start) :]
    if len(current) < UNPACED * places:
        return 0.0
    group = group_of(places)
    due = current[-group] + group / (HASTE * _even_rate(current, start, now, places))
    wait = min(due - now, current[0] - start)
    return max(SHORTEST_WAIT, wait) if wait > 0 else 0.0


def _even_rate(current: Sequence[float], start: float, now: float, places: int) -> float:
    """Return the requests per second with which the places last until others become free.

    Args:
        current: When the requests of the window were sent.
        start: When the window began.
        now: When it ends.
        places: How many requests may be in it.
    """
    free = places - len(current)
    until_each_leaves = ((free + left) / (time - start) for left, time in enumerate(current))
    return min(places / (now - start), *until_each_leaves)
