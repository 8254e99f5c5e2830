"""Cuts a listing into parts that the API takes, and reads and writes checkpoints. No I/O.

The API takes at most 1,000 ids in a filter and at most three months of `UpdatedUtc`. A listing with
more is cut into several; here is what makes them add up to one listing, in which every item comes
once.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta
from mews_vouchers_client import models

from ._sizes import MOST
from .errors import PaginationError

#: Source: the vendor's reference, "max length 3 months".
_LONGEST_WINDOW = relativedelta(months=3)
_LAST_SECOND = datetime.max.replace(microsecond=0, tzinfo=UTC)
#: An item can match several values of these filters, and so come in several parts.
_SEVERAL_MATCH = frozenset({"company_ids", "voucher_code_values"})


class Position(NamedTuple):
    """A place in a listing: in this part, after the item `cursor` and `skip` items more."""

    part: int = 0
    cursor: str | None = None
    #: Only items without an id need it: they cannot be named by a cursor.
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One listing that the API takes. Any: properties of a request model."""

    properties: Mapping[str, Any]
    #: Items updated at this moment or later were in the part before.
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a listing, as the user gave them, each value once.

    Args:
        lists: Filters that are lists and may be cut, by the name of the request's property.
        updated: The interval of `UpdatedUtc`, both ends included.
        fixed: Properties that are the same in every part.
    """

    lists: Mapping[str, tuple[str, ...]]
    updated: tuple[datetime, datetime] | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def parts(self) -> list[Part]:
        """Return the parts in the order of the listing; none if a filter is an empty list."""
        chunks = [
            [(name, list(values[first : first + MOST])) for first in range(0, len(values), MOST)]
            for name, values in self.lists.items()
        ]
        combinations = [dict(combination) for combination in product(*chunks)]
        if self.updated is None:
            return [Part({**self.fixed, **lists}) for lists in combinations]
        return [
            Part(
                {**self.fixed, **lists, "updated_utc": models.TimeFilterInterval(start, end)},
                before=None if end == self.updated[1] else end,
            )
            for start, end in windows(*self.updated)
            for lists in combinations
        ]

    @property
    def overlap(self) -> bool:
        """Whether an item can come in several parts other than by its time."""
        return any(len(self.lists.get(name, ())) > MOST for name in _SEVERAL_MATCH)

    def fingerprint(self) -> str:
        """Return a short text that differs between different filters."""
        filters = [dict(self.lists), self.updated, dict(self.fixed)]
        text = json.dumps(filters, default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def windows(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Cut an interval into ones of at most three calendar months, the newest first.

    They share their ends: the server's clock may be finer than the seconds that it shows, and
    between two ends a second apart an item could hide.
    """
    found: list[tuple[datetime, datetime]] = []
    while (begin := _three_months_before(end)) > start:
        found.append((begin, end))
        end = begin
    return [*found, (start, end)]


def _three_months_before(end: datetime) -> datetime:
    """Return the earliest moment from which three months reach `end`."""
    if end.year == 1:  # there is no earlier time to go to
        return datetime.min.replace(tzinfo=UTC)
    begin = end - _LONGEST_WINDOW
    # 31 May less three months is 28 February, from which three months reach 28 May only.
    return begin if begin + _LONGEST_WINDOW >= end else begin + timedelta(days=1)


def interval(updated: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    """Check an interval given by the user; return it to the full seconds that hold it, as sent."""
    start, end = updated
    for moment in (start, end):
        if moment.utcoffset() is None:
            raise ValueError(f"updated: {moment.isoformat()} has no time zone")
    if start > end:
        raise ValueError("updated: the interval ends before it starts")
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end.microsecond and end < _LAST_SECOND:
        end += timedelta(seconds=1)  # what happened within the second belongs to it
    return start.replace(microsecond=0), end.replace(microsecond=0)


def values(name: str, given: Iterable[str]) -> tuple[str, ...]:
    """Return a filter's values, each once: in two parts it would list its items twice."""
    if isinstance(given, str):
        raise TypeError(f"{name} takes several values: put {given!r} into a list")
    if name.endswith("_ids"):  # the API takes ids in any case
        return tuple({value.lower(): value for value in given}.values())
    return tuple(dict.fromkeys(given))


def write_checkpoint(position: Position, fingerprint: str, parts: Sequence[Part]) -> str | None:
    """Return a position as text: the vendor's own cursor where that says it all."""
    if len(parts) == 1 and not position.skip:
        return position.cursor
    return f"{fingerprint}.{position.part}.{position.skip}.{position.cursor or ''}"


def read_checkpoint(text: str, fingerprint: str, parts: Sequence[Part]) -> Position:
    """Return the position that a text stands for, for a listing with the same filters.

    Raises:
        PaginationError: It was written by a listing with other filters.
    """
    if text and "." not in text and len(parts) == 1:
        return Position(cursor=text)
    found = re.fullmatch(rf"{fingerprint}\.([0-9]{{1,9}})\.([0-9]{{1,9}})\.(.*)", text)
    if found is None or int(found[1]) >= len(parts):
        raise PaginationError("the checkpoint is none, or belongs to a listing with other filters")
    return Position(int(found[1]), found[3] or None, int(found[2]))
