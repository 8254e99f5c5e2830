"""The server's clock, as far as its responses tell."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

#: How far the clocks of two servers may differ.
TOLERANCE = timedelta(seconds=5)


class ServerClock:
    """Remembers the `Date` of the response that was received last. Any thread may use it."""

    def __init__(self) -> None:
        #: The server's time, and the local and the monotonic time of the response. One object: no
        #: lock is needed.
        self._last: tuple[datetime, datetime, float] | None = None

    @property
    def now(self) -> datetime | None:
        """A lower bound of the server's time, in UTC; None if no response had a `Date`.

        It is the `Date` of the last response, and the time since then.
        """
        last = self._last
        if last is None:
            return None
        date, _, received_at = last
        return date + timedelta(seconds=max(0.0, time.monotonic() - received_at))

    @property
    def offset(self) -> timedelta | None:
        """How far the server's clock was ahead of the local one when that response arrived.

        It is too small by the time that the response travelled, and by up to a second.
        """
        last = self._last
        return None if last is None else last[0] - last[1]

    def observe(self, date: str | None, received_at: datetime) -> datetime | None:
        """Take in the `Date` of a response, and return it; one that is malformed counts as missing.

        Args:
            date: The header.
            received_at: The local time at which the response arrived, in UTC.
        """
        parsed = None if date is None else _parse(date)
        if parsed is not None:
            self._last = parsed, received_at, time.monotonic()
        return parsed


def earliest(times: Sequence[datetime | None]) -> datetime | None:
    """Return the first of some times; None if there are none, or one of them is unknown."""
    known = [one for one in times if one is not None]
    return min(known) if known and len(known) == len(times) else None


@lru_cache(maxsize=4)  # responses of one second have the same date
def _parse(date: str) -> datetime | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - it takes long to import

    try:
        parsed = parsedate_to_datetime(date)
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
