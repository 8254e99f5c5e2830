"""Intervals of `UpdatedUtc`: checked, rounded, and split into those that the API accepts."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TypeAlias

from dateutil.relativedelta import relativedelta

#: The start is included, the end excluded; twice the same datetime means exactly that datetime.
#: Source: the vendor's rule for time filters since January 2026. A server that includes the end
#: returns too much, which `Deduplicator` removes. None: there is no such bound.
Interval: TypeAlias = tuple[datetime | None, datetime | None]
ClosedInterval: TypeAlias = tuple[datetime, datetime]

#: Source: the vendor's reference, "max length 3 months".
_MAX_LENGTH = relativedelta(months=3)
#: How far back an interval without an end begins at most, if the listing started now. It grows
#: while a listing waits to be continued, and the clock may be wrong: for both there is a month.
_MAX_OPEN_LENGTH = relativedelta(months=2)
MAX_AGE = timedelta(days=28)
_LAST_SECOND = datetime.max.replace(microsecond=0, tzinfo=UTC)


def to_utc_seconds(updated: Interval) -> Interval | None:
    """Check an interval of the user; return it in UTC, extended to full seconds.

    Only full seconds can be sent. The very last second of `datetime` has no end that can be sent,
    and is left out. None: there is neither a start nor an end.

    Raises:
        TypeError: It is no tuple of two datetimes, or None.
        ValueError: The end is before the start, or a datetime has no time zone.
    """
    bounds: object = updated
    if not isinstance(bounds, tuple | list) or len(bounds) != 2:
        raise TypeError(f"updated takes a start and an end, datetimes or None, not {bounds!r}")
    start, end = (None if bound is None else _to_utc(bound) for bound in bounds)
    if start is not None and end is not None and start > end:
        raise ValueError("updated: the interval ends before it starts")
    if start is not None:
        start = start.replace(microsecond=0)
    if end is not None:
        if end.microsecond and end < _LAST_SECOND:
            end += timedelta(seconds=1)  # a change within the second is part of the interval
        end = end.replace(microsecond=0)
    return None if start is None and end is None else (start, end)


def split(interval: Interval, now: datetime) -> list[Interval]:
    """Split an interval into intervals that the API accepts, the newest first.

    One without a start cannot be split: it is sent as it is.

    Args:
        interval: The interval.
        now: The time by which one without an end is split: only its newest part has none.
    """
    start, end = interval
    if start is None:
        return [interval]
    if end is not None:
        return [*split_by_months(start, end)]
    middle = now - _MAX_OPEN_LENGTH
    if start >= middle:
        return [interval]
    return [(middle, None), *split_by_months(start, middle)]


def split_for_example(interval: Interval) -> list[Interval]:
    """Split an interval; if it has no end, by the time 400 days after its start."""
    start, end = interval
    if start is None or end is not None:
        return split(interval, _LAST_SECOND)
    days = timedelta(days=400)
    return split(interval, min(start, _LAST_SECOND - days) + days)


def split_further(interval: Interval, count: int, now: datetime) -> list[Interval]:
    """Split an interval into about `count` intervals of full seconds, the newest first."""
    start, end = interval
    if start is None:
        return [interval]
    pieces: list[Interval] = [*split_evenly(start, end or max(start, now), count)]
    pieces[0] = (pieces[0][0], end)
    return pieces


def split_by_months(start: datetime, end: datetime) -> list[ClosedInterval]:
    """Split an interval into intervals of at most three calendar months, the newest first.

    The months are counted from the start, as the vendor does: from 29 November 00:00 they reach
    28 February 00:00, but from a second earlier they reach 28 February 23:59:59.

    Each ends where the next starts. The clock of the server may be finer than the seconds that it
    shows: between two bounds that are a second apart, an item could be missed.
    """
    starts = [start]
    while (begin := _three_months_after(starts[-1])) < end:
        starts.append(begin)
    return list(pairwise([*starts, end]))[::-1]


def split_evenly(start: datetime, end: datetime, count: int) -> list[ClosedInterval]:
    """Split an interval into `count` intervals of full seconds, the newest first."""
    seconds = int((end - start).total_seconds())
    count = max(1, min(count, seconds))
    bounds = [start + timedelta(seconds=seconds * index // count) for index in range(count + 1)]
    return list(pairwise(bounds))[::-1]


def _three_months_after(start: datetime) -> datetime:
    try:
        return start + _MAX_LENGTH
    except ValueError:  # later than the last datetime
        return _LAST_SECOND


def _to_utc(bound: object) -> datetime:
    """Convert to UTC: Python compares two datetimes of one time zone by their local time."""
    if not isinstance(bound, datetime):
        raise TypeError(f"updated takes datetimes with a time zone, not {bound!r}")
    if bound.utcoffset() is None:
        raise ValueError(f"updated: {bound.isoformat()} has no time zone")
    try:
        return bound.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"updated: {bound.isoformat()} is out of range in UTC") from None
