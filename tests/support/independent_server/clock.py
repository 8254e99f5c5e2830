"""The server's own clock, and the text form of times. It may be hours off, like a real server's."""

import re
import time
from calendar import monthrange
from datetime import MAXYEAR, UTC, datetime
from email.utils import formatdate
from functools import lru_cache

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z")


class ServerClock:
    """The time of this machine plus an offset in seconds, which can be changed at any time."""

    def __init__(self, offset: float) -> None:
        self.offset = offset
        #: Seconds by which the header `Date`, of a front end, is ahead of this clock.
        self.date_ahead = 0.0

    def now(self) -> int:
        """Return the time in full seconds since 1970."""
        return int(time.time() + self.offset)

    def date_header(self) -> str:
        """Return the time as the value of a `Date` header."""
        return formatdate(self.now() + self.date_ahead, usegmt=True)


@lru_cache(maxsize=100_000)
def text_of(seconds: int) -> str:
    """Return a time as the API writes it: full seconds, with `Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def datetime_of(text: object) -> datetime | None:
    """Return the datetime that the text stands for, None if the API would not accept it."""
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def months_later(start: datetime, months: int) -> datetime:
    """Return the same day and time some months later, or the last day of a shorter month."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    if year > MAXYEAR:
        return datetime.max.replace(tzinfo=UTC)
    day = min(start.day, monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)
