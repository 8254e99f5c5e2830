"""Partitions: the listings that the API accepts, and which add up to the listing of the user.

The API accepts at most 1,000 values in a filter and three months of `UpdatedUtc`. A listing with
more is split into partitions, and into still more of them if they are to be fetched concurrently.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from math import ceil, prod
from typing import Any

from mews_vouchers_client import models
from mews_vouchers_client.types import Model

from .._http.operation import FilterKind
from .._limits import MAX_FILTER_VALUES
from .intervals import Interval, split_by_months, split_evenly, to_utc_seconds


@dataclass(frozen=True, slots=True)
class Partition:
    """One listing that the API accepts. Any: properties of a request model."""

    properties: Mapping[str, Any]
    #: The end of its interval: an item updated at this time or later is not part of it.
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a listing, each value once.

    Args:
        lists: The list filters, by the name of the request's property.
        updated: The interval of `UpdatedUtc`, in full seconds of UTC.
        fixed: Properties that are the same in every partition.
        kinds: What kind each list filter is.
    """

    lists: Mapping[str, list[str]]
    updated: Interval | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    kinds: Mapping[str, FilterKind] = field(kw_only=True)

    def partitions(self, target: int = 1) -> list[Partition]:
        """Return the partitions in the order of the listing; none if a filter is an empty list.

        Args:
            target: The desired number, if the filters can be split that far. More than necessary
                are not cheaper: each partition costs at least one request.
        """
        if target == 1 and self.updated is None and self._is_accepted:
            return [Partition({**self.fixed, **self.lists})]  # the common case, 20 times faster
        intervals = [] if self.updated is None else split_by_months(*self.updated)
        chunks = {name: _chunked(values) for name, values in self.lists.items()}
        if target > 1 and not self.overlap:
            intervals = self._split_further(chunks, intervals, target)
        combinations = [
            dict(zip(chunks, combination, strict=True)) for combination in product(*chunks.values())
        ]
        if self.updated is None:
            return [Partition({**self.fixed, **lists}) for lists in combinations]
        return [
            Partition(
                {**self.fixed, **lists, "updated_utc": models.TimeFilterInterval(start, end)},
                before=end if start < end else None,
            )
            for start, end in intervals
            for lists in combinations
        ]

    def _split_further(
        self, chunks: dict[str, list[list[str]]], intervals: list[Interval], target: int
    ) -> list[Interval]:
        """Split the longest list in place, and return the split intervals: `target` in all."""
        needed = prod(map(len, chunks.values())) * max(1, len(intervals))
        if not 0 < needed < target:
            return intervals
        splittable = [name for name in chunks if self.kinds[name] is FilterKind.SPLITTABLE]
        if splittable:
            longest = max(splittable, key=lambda name: len(self.lists[name]))
            others = needed // len(chunks[longest])
            chunks[longest] = _distribute(self.lists[longest], ceil(target / others))
            needed = others * len(chunks[longest])
        return [
            piece
            for interval in intervals
            for piece in split_evenly(*interval, ceil(target / needed))
        ]

    @property
    def _is_accepted(self) -> bool:
        """Whether the API accepts the lists as they are, and none is empty."""
        return all(0 < len(values) <= MAX_FILTER_VALUES for values in self.lists.values())

    @property
    def overlap(self) -> bool:
        """Whether an item can be in several partitions, other than by its time."""
        return any(
            len(values) > MAX_FILTER_VALUES and self.kinds[name] is FilterKind.OVERLAPPING
            for name, values in self.lists.items()
        )

    def fingerprint(self) -> str:
        """Return a short string that differs for different filters."""
        # The intervals, not the whole: another release may split it in another way.
        intervals = None if self.updated is None else split_by_months(*self.updated)
        filters = [dict(self.lists), intervals, dict(self.fixed)]
        text = json.dumps(filters, default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def create_filters(
    kinds: Mapping[str, FilterKind],
    updated: Interval | None,
    fixed: Mapping[str, Any] | None = None,
    **lists: Iterable[str] | None,
) -> Filters:
    """Check the filters that the user passed. Any: properties of a request that are no filters.

    Raises:
        TypeError: A filter is a string instead of a list, or has values that are no strings.
        ValueError: The interval is invalid.
    """
    values = {
        name: _unique_values(name, given) for name, given in lists.items() if given is not None
    }
    interval = None if updated is None else to_utc_seconds(updated)
    return Filters(values, interval, fixed or {}, kinds=kinds)


def _unique_values(name: str, values: Iterable[str]) -> list[str]:
    """Return each value once: in two partitions it would list its items twice."""
    kind = type(values).__name__
    if isinstance(values, str | bytes | Model):
        raise TypeError(f"{name} takes several values: put {values!r} into a list")
    if not isinstance(values, Iterable):
        raise TypeError(f"{name} must be a list or another iterable of strings, not of type {kind}")
    found = list(values)
    for value in found:  # before they are compared: not all values can be hashed
        if not isinstance(value, str):
            raise TypeError(f"{name}: every value must be a string, not {value!r}")
    unique = list(dict.fromkeys(found))
    if name.endswith("_ids"):  # the API ignores the case of ids
        return list({value.lower(): value for value in unique}.values())
    return unique


def _chunked(values: list[str]) -> list[list[str]]:
    """Split values into as few lists as possible."""
    return [
        values[first : first + MAX_FILTER_VALUES]
        for first in range(0, len(values), MAX_FILTER_VALUES)
    ]


def _distribute(values: list[str], count: int) -> list[list[str]]:
    """Distribute values round-robin, because adjacent ones tend to have similarly many items."""
    count = max(ceil(len(values) / MAX_FILTER_VALUES), min(count, len(values)))
    return [values[first::count] for first in range(count)]
