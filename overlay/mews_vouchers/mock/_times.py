"""Moments as the wire has them: text `YYYY-MM-DDThh:mm:ssZ`, in UTC, of whole seconds.

Such texts sort in the order of time, so they are stored and compared as they are. Nothing here
knows what a moment is for.
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def real_clock() -> datetime:
    """Return the real time."""
    return datetime.now(UTC)


class TickingClock:
    """A clock that starts with 2026 and moves on by a second whenever it is read."""

    def __init__(self) -> None:
        self._next = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time, and move on."""
        now = self._next
        self._next += timedelta(seconds=1)
        return now


def to_wire(moment: datetime) -> str:
    """Write a moment as the wire has it; a fraction of a second is cut off."""
    if moment.tzinfo is None:
        raise ValueError("the mock's clock must return aware datetimes")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def within_months(start: str, end: str, months: int) -> bool:
    """Tell whether `end` is at most so many calendar months after `start`.

    The same day and time of a later month is still within; where that month is too short for the
    day, its last day is.
    """
    extra_years, month = divmod(int(start[5:7]) - 1 + months, 12)
    year, month = int(start[:4]) + extra_years, month + 1
    day = min(int(start[8:10]), monthrange(year, month)[1])
    # Tuples, because the limit of a start in 9999 has no text of this form.
    return _fields(end) <= (year, month, day, start[11:])


def _fields(moment: str) -> tuple[int, int, int, str]:
    return int(moment[:4]), int(moment[5:7]), int(moment[8:10]), moment[11:]
