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
#: How many ids of items without a readable time are remembered. A server that keeps its contract
#: has none of them.
_MOST_TIMELESS = 100_000
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


#: Its start is included, its end excluded; the same moment twice is exactly that moment: the
#: vendor's rule for a time filter since January 2026. A server that includes the end as well gives
#: too much, which `Sieve` leaves out.
Interval: TypeAlias = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Part:
    """One listing that the API takes. Any: properties of a request model."""

    properties: Mapping[str, Any]
    #: The end of its interval: items updated at this moment or later are not of this part.
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a listing, as the user gave them, each value once.

    Args:
        lists: Filters that are lists and may be cut, by the name of the request's property.
        updated: The interval of `UpdatedUtc`, in full seconds of UTC.
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
                before=end if start < end else None,
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
        # The windows, not their whole: a release may cut otherwise than the one before.
        times = None if self.updated is None else windows(*self.updated)
        filters = [dict(self.lists), times, dict(self.fixed)]
        text = json.dumps(filters, default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


class Sieve:
    """Lets each item of a listing through once, whichever of its parts have it.

    Args:
        overlap: Whether an item can come in several parts other than by its time.
    """

    def __init__(self, *, overlap: bool) -> None:
        self.overlap = overlap
        #: Ids that came already: all where parts overlap, else those of items whose time cannot be
        #: read. Only its id tells that such an item, updated exactly where two windows meet, came
        #: from both; after a checkpoint it may come again.
        self.seen: set[str] = set()

    def lets_through(self, item: Any, part: Part) -> bool:
        """Tell whether an item is one of a part, and came from no other. Any: as it was read."""
        updated = getattr(item, "updated_utc", None)
        if isinstance(updated, datetime):
            if part.before is not None and updated >= part.before:
                return False
            if not self.overlap:
                return True
        item_id = id_of(item)
        if item_id is None:
            return True
        if item_id in self.seen:
            return False
        if len(self.seen) >= _MOST_TIMELESS and not self.overlap:
            self.seen.clear()  # what comes twice does less harm than memory without a bound
        self.seen.add(item_id)
        return True


def id_of(item: Any) -> str | None:
    """Return the id of an item, if it has one. Any: as it was read."""
    found = getattr(item, "id", None)
    return found if isinstance(found, str) else None


def windows(start: datetime, end: datetime) -> list[Interval]:
    """Cut an interval into ones of at most three calendar months, the newest first.

    The months are counted from the start, as the vendor does: from 29 November 00:00 they reach
    28 February 00:00, but from a second before that they reach 28 February 23:59:59.

    Each ends where the next begins: the server's clock may be finer than the seconds that it shows,
    and between two ends a second apart an item could hide.
    """
    begins = [start]
    while (begin := _three_months_after(begins[-1])) < end:
        begins.append(begin)
    return list(pairwise([*begins, end]))[::-1]


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


def _three_months_after(begin: datetime) -> datetime:
    """Return the latest moment that three months reach from `begin`."""
    try:
        return begin + _LONGEST_WINDOW
    except ValueError:  # there is no later time to go to
        return _LAST_SECOND


def interval(updated: Interval) -> Interval:
    """Check an interval given by the user; return it in UTC, to the full seconds that hold it.

    Only these can be sent. The very last second of time has no end that can, and is left out.
    """
    start, end = map(_in_utc, updated)
    if start > end:
        raise ValueError("updated: the interval ends before it starts")
    if end.microsecond and end < _LAST_SECOND:
        end += timedelta(seconds=1)  # what happened within the second belongs to it
    return start.replace(microsecond=0), end.replace(microsecond=0)


def _in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC: Python compares two of one zone by the clock on the wall."""
    if moment.utcoffset() is None:
        raise ValueError(f"updated: {moment.isoformat()} has no time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"updated: {moment.isoformat()} has no date in UTC") from None


def values(name: str, given: Iterable[str]) -> list[str]:
    """Return a filter's values, each once: in two parts it would list its items twice."""
    if isinstance(given, str):
        raise TypeError(f"{name} takes several values: put {given!r} into a list")
    if name.endswith("_ids"):  # the API takes ids in any case
        return list({value.lower(): value for value in given}.values())
    return list(dict.fromkeys(given))
