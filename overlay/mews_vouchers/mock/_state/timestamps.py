"""Timestamps as responses have them: strings `YYYY-MM-DDThh:mm:ssZ`, UTC, in whole seconds.

Such strings sort chronologically, so they are stored and compared as they are.
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


class TickingClock:
    """A clock that starts at the beginning of 2026 and advances by a second per call."""

    def __init__(self) -> None:
        self._next = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time and advance."""
        now = self._next
        self._next += timedelta(seconds=1)
        return now


def format_timestamp(time: datetime) -> str:
    """Return a datetime as a timestamp; fractions of a second are dropped."""
    if time.tzinfo is None:
        raise ValueError("the mock's clock must return aware datetimes")
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def within_months(start: str, end: str, months: int) -> bool:
    """Return whether `end` is at most this many calendar months after `start`.

    The limit is the same day and time of the later month, or the last day of a month that is too
    short.
    """
    extra_years, month = divmod(int(start[5:7]) - 1 + months, 12)
    year, month = int(start[:4]) + extra_years, month + 1
    day = min(int(start[8:10]), monthrange(year, month)[1])
    # Tuples, because the limit can be in the year 10000, which has no such timestamp.
    return _fields(end) <= (year, month, day, start[11:])


def _fields(timestamp: str) -> tuple[int, int, int, str]:
    return int(timestamp[:4]), int(timestamp[5:7]), int(timestamp[8:10]), timestamp[11:]
