"""Cuts a listing into parts that the API takes. No I/O.

The API takes at most 1,000 ids in a filter and at most three months of `UpdatedUtc`. A listing with
more is cut into several, and one that is to be listed side by side into more of them; here is what
makes them add up to one listing, in which every item comes once.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from math import ceil, prod
from typing import Any, TypeAlias

from dateutil.relativedelta import relativedelta
from mews_vouchers_client import models

from ._sizes import MOST

#: Source: the vendor's reference, "max length 3 months".
_LONGEST_WINDOW = relativedelta(months=3)
_LAST_SECOND = datetime.max.replace(microsecond=0, tzinfo=UTC)
#: An item can match several values of these filters, and so come in several parts.
_SEVERAL_MATCH = frozenset({"company_ids", "voucher_code_values"})
#: An item matches one value of these at most.
_CUTTABLE = frozenset(
    {
        "enterprise_ids",
        "external_identifiers",
        "service_ids",
        "voucher_code_ids",
        "voucher_ids",
    }
)


#: Both ends included.
Interval: TypeAlias = tuple[datetime, datetime]


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

    lists: Mapping[str, list[str]]
    updated: Interval | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def parts(self, wanted: int = 1) -> list[Part]:
        """Return the parts in the order of the listing; none if a filter is an empty list.

        Args:
            wanted: Cut into so many, roughly, if the filters can be cut so fine. More than are
                needed do not make a listing cheaper: each part costs a request at least.
        """
        if wanted == 1 and self.updated is None and self._is_simple:
            return [Part({**self.fixed, **self.lists})]  # what comes out below, without the effort
        spans = [] if self.updated is None else windows(*self.updated)
        chunks = {name: _in_runs(values) for name, values in self.lists.items()}
        if wanted > 1 and not self.overlap:
            spans = self._cut_finer(chunks, spans, wanted)
        combinations = [
            dict(zip(chunks, combination, strict=True)) for combination in product(*chunks.values())
        ]
        if self.updated is None:
            return [Part({**self.fixed, **lists}) for lists in combinations]
        return [
            Part(
                {**self.fixed, **lists, "updated_utc": models.TimeFilterInterval(start, end)},
                before=None if end == self.updated[1] else end,
            )
            for start, end in spans
            for lists in combinations
        ]

    def _cut_finer(
        self, chunks: dict[str, list[list[str]]], spans: list[Interval], wanted: int
    ) -> list[Interval]:
        """Cut the longest list, and return the intervals cut as well, into so many in all."""
        needed = prod(map(len, chunks.values())) * max(1, len(spans))
        if not 0 < needed < wanted:
            return spans
        cuttable = [name for name in chunks if name in _CUTTABLE]
        if cuttable:
            longest = max(cuttable, key=lambda name: len(self.lists[name]))
            others = needed // len(chunks[longest])
            chunks[longest] = _dealt_out(self.lists[longest], ceil(wanted / others))
            needed = others * len(chunks[longest])
        return [piece for span in spans for piece in _cut(*span, ceil(wanted / needed))]

    @property
    def _is_simple(self) -> bool:
        """Whether the API takes the lists as they are, and none is empty."""
        return all(0 < len(values) <= MOST for values in self.lists.values())

    @property
    def overlap(self) -> bool:
        """Whether an item can come in several parts other than by its time."""
        return any(len(self.lists.get(name, ())) > MOST for name in _SEVERAL_MATCH)

    def fingerprint(self) -> str:
        """Return a short text that differs between different filters."""
        filters = [dict(self.lists), self.updated, dict(self.fixed)]
        text = json.dumps(filters, default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def windows(start: datetime, end: datetime) -> list[Interval]:
    """Cut an interval into ones of at most three calendar months, the newest first.

    They share their ends: the server's clock may be finer than the seconds that it shows, and
    between two ends a second apart an item could hide.
    """
    found: list[Interval] = []
    while (begin := _three_months_before(end)) > start:
        found.append((begin, end))
        end = begin
    return [*found, (start, end)]


def _in_runs(values: list[str]) -> list[list[str]]:
    """Cut values as seldom as can be."""
    return [values[first : first + MOST] for first in range(0, len(values), MOST)]


def _dealt_out(values: list[str], pieces: int) -> list[list[str]]:
    """Cut values so that neighbours, which may have much alike, come into different pieces."""
    pieces = max(ceil(len(values) / MOST), min(pieces, len(values)))
    return [values[first::pieces] for first in range(pieces)]


def _cut(start: datetime, end: datetime, pieces: int) -> list[Interval]:
    """Cut an interval into so many of full seconds, the newest first; they share their ends."""
    seconds = int((end - start).total_seconds())
    pieces = max(1, min(pieces, seconds))
    ends = [start + timedelta(seconds=seconds * piece // pieces) for piece in range(pieces + 1)]
    return list(pairwise(ends))[::-1]


def _three_months_before(end: datetime) -> datetime:
    """Return the earliest moment from which three months reach `end`."""
    if end.year == 1:  # there is no earlier time to go to
        return datetime.min.replace(tzinfo=UTC)
    begin = end - _LONGEST_WINDOW
    # 31 May less three months is 28 February, from which three months reach 28 May only.
    return begin if begin + _LONGEST_WINDOW >= end else begin + timedelta(days=1)


def interval(updated: Interval) -> Interval:
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


def values(name: str, given: Iterable[str]) -> list[str]:
    """Return a filter's values, each once: in two parts it would list its items twice."""
    if isinstance(given, str):
        raise TypeError(f"{name} takes several values: put {given!r} into a list")
    if name.endswith("_ids"):  # the API takes ids in any case
        return list({value.lower(): value for value in given}.values())
    return list(dict.fromkeys(given))
