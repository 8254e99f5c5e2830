"""Reads times as people and spreadsheets write them, if there is only one way to understand them.

`31/01/2026 10:00`, `2026-01-31`, `31.1.2026 10:00:30`, `1/31/2026 10:00 AM`, and ISO 8601 with or
without an offset.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

#: Which number of `01/02/2026` is the day.
Order: TypeAlias = Literal["day-first", "month-first"]

_DATE = re.compile(
    r"(?P<first>\d{1,4})(?P<separator>[./-])(?P<second>\d{1,2})(?P=separator)(?P<third>\d{1,4})"
    r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<seconds>\d{2}))?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?"
)


class LocalTime(NamedTuple):
    """A time without its zone."""

    value: datetime
    #: Whether it is a date alone, at midnight.
    is_date: bool


class AmbiguousDatesError(ValueError):
    """The dates can be read in two ways."""


def find_order(texts: Iterable[str]) -> Order | None:
    """Return in which order all texts have day and month; None if none of them needs to know.

    Raises:
        AmbiguousDatesError: Both orders are possible for all of them, or neither.
    """
    possible: set[Order] = {"day-first", "month-first"}
    is_needed = False
    for text in texts:
        match = _DATE.fullmatch(text.strip())
        if match is None or match["separator"] == "." or len(match["first"]) == 4:
            continue  # the day is first before a dot, the year before others
        is_needed = True
        if int(match["first"]) > 12:
            possible.discard("month-first")
        if int(match["second"]) > 12:
            possible.discard("day-first")
    if not is_needed:
        return None
    if not possible:
        raise AmbiguousDatesError("some dates start with the day, others with the month")
    if len(possible) > 1:
        raise AmbiguousDatesError("all dates can start with the day or with the month")
    return possible.pop()


def read_time(text: str, order: Order | None) -> datetime | LocalTime:
    """Return a datetime if the text has an offset, else a local time.

    Raises:
        ValueError: It is no time; the message says what is expected.
    """
    text = text.strip()
    match = _DATE.fullmatch(text)
    if match is not None:
        return _local(match, order)
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is no time such as 2026-01-31 10:00 or 31/01/2026 10:00") from None
    return LocalTime(read, len(text) <= 10) if read.tzinfo is None else read


def _local(match: re.Match[str], order: Order | None) -> LocalTime:
    first, second, third = match["first"], match["second"], match["third"]
    if len(first) == 4 and len(third) <= 2:
        year, month, day = first, second, third
    elif len(third) == 4 and len(first) <= 2:
        is_month_first = order == "month-first" and match["separator"] != "."
        year, (day, month) = third, (second, first) if is_month_first else (first, second)
    else:
        raise ValueError("has a year without four digits")
    hour = int(match["hour"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("has an hour that is none of a half day")
        hour = hour % 12 + 12 * (match["half"] in "Pp")
    try:
        numbers = (int(year), int(month), int(day), hour)
        minute, seconds = int(match["minute"] or 0), int(match["seconds"] or 0)
        value = datetime(*numbers, minute, seconds)  # noqa: DTZ001 - its zone is applied later
    except ValueError as error:
        raise ValueError(f"is no time: {error}") from None
    return LocalTime(value, match["hour"] is None)


def in_zone(value: datetime, zone: ZoneInfo) -> datetime:
    """Return a local time with its zone.

    Raises:
        ValueError: The clocks of the zone leave it out, or have it twice.
    """
    earlier, later = (value.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if earlier.utcoffset() != later.utcoffset():
        exists = earlier.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == value
        reason = "is twice" if exists else "does not exist"
        raise ValueError(
            f"{reason} in {zone.key}, because the clocks change: write it with its offset, "
            "such as 2026-10-25T02:30+02:00"
        )
    return earlier


def end_of_day(value: datetime) -> datetime:
    """Return the last second of a day that starts at a local time."""
    return value + timedelta(days=1, seconds=-1)
