# Copied from openapi/runtime/datetimes.py by `make generate`: do not edit.
"""Reads and writes datetimes; the documented format is `YYYY-MM-DDThh:mm:ssZ`.

Reading is tolerant and always returns UTC. Writing converts to UTC and rejects ambiguous values.
Both are cached, because items that were added together have the same datetimes.
"""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from .deviations import Problem, report
from .errors import NaiveDatetimeError

#: Every third character of `YYYY-MM-DDThh:mm:ssZ`, starting at the first dash.
_DOCUMENTED_SEPARATORS = "--T::Z"
_CACHE_SIZE = 4_096

#: Datetimes by their documented string. `read_datetime` fills it; models look here first, because
#: that is faster than a function call.
datetime_cache: Final[dict[str, datetime]] = {}


def read_datetime(text: str, schema: str, name: str) -> Any:
    """Return `text` as a datetime in UTC, or unchanged if it is no datetime or has no time zone.

    Anything but the documented format is reported as a deviation.
    """
    try:
        value = datetime.fromisoformat(text)
        if text[4::3] == _DOCUMENTED_SEPARATORS:
            if len(datetime_cache) >= _CACHE_SIZE:
                datetime_cache.clear()
            datetime_cache[text] = value
            return value
        report(schema, name, Problem.MALFORMED)  # another zone or a fraction of a second
        return text if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError):  # no datetime, or one that overflows years 1-9999 in UTC
        report(schema, name, Problem.MALFORMED)
        return text


def write_datetime(value: Any, field: str, timespec: str = "seconds") -> Any:
    """Return a datetime with any time zone as `YYYY-MM-DDThh:mm:ssZ`; other values unchanged.

    Args:
        value: The value of an attribute.
        field: Model and attribute, for errors.
        timespec: The precision, as in `datetime.isoformat()`.

    Raises:
        NaiveDatetimeError: The datetime has no time zone.
        TypeError: The value is a date, not a datetime.
        ValueError: The datetime is outside the years 1 to 9999 in UTC.
    """
    if not isinstance(value, datetime):
        if isinstance(value, date):
            raise TypeError(f"{field}: {value} is a date; pass a datetime with a time zone")
        return value
    if value.tzinfo is not UTC:
        if value.utcoffset() is None:
            raise NaiveDatetimeError(field, value)
        try:
            value = value.astimezone(UTC)
        except OverflowError:
            raise ValueError(f"{field}: {value} is out of range in UTC") from None
    return _format_utc(value, timespec)


@lru_cache(maxsize=_CACHE_SIZE, typed=True)
def _format_utc(value: datetime, timespec: str) -> str:
    """Format a datetime in UTC. In other zones, equal datetimes can be different instants."""
    return value.isoformat(timespec=timespec).removesuffix("+00:00") + "Z"
