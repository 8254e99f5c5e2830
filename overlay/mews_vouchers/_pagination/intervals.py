"""Intervals of `UpdatedUtc`: checked, rounded, and split into those that the API accepts."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TypeAlias

from dateutil.relativedelta import relativedelta

from .._limits import MAX_INTERVAL_MONTHS

#: The start is included, the end excluded; twice the same datetime means exactly that datetime.
#: Source: the vendor's rule for time filters since January 2026. A server that includes the end
#: returns too much, which `Deduplicator` removes.
Interval: TypeAlias = tuple[datetime, datetime]

_MAX_LENGTH = relativedelta(months=MAX_INTERVAL_MONTHS)
_LAST_SECOND = datetime.max.replace(microsecond=0, tzinfo=UTC)


def to_utc_seconds(updated: Interval) -> Interval:
    """Check an interval of the user; return it in UTC, extended to full seconds.

    Only full seconds can be sent. The very last second of `datetime` has no end that can be sent,
    and is left out.

    Raises:
        TypeError: It is no tuple of two datetimes.
        ValueError: The end is before the start, or a datetime has no time zone.
    """
    bounds: object = updated
    if not isinstance(bounds, tuple | list) or len(bounds) != 2:
        raise TypeError(f"updated takes a start and an end, two datetimes, not {bounds!r}")
    start, end = map(_to_utc, bounds)
    if start > end:
        raise ValueError("updated: the interval ends before it starts")
    if end.microsecond and end < _LAST_SECOND:
        end += timedelta(seconds=1)  # a change within the second is part of the interval
    return start.replace(microsecond=0), end.replace(microsecond=0)


def split_by_months(start: datetime, end: datetime) -> list[Interval]:
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


def split_evenly(start: datetime, end: datetime, count: int) -> list[Interval]:
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
