"""What the server stores: vouchers and codes, soft-deleted, and lists of them with newest first.

It knows nothing of requests, nor of what is valid.
"""

import random
import threading
import uuid
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import count
from operator import attrgetter
from typing import Generic, TypeVar

from .clock import ServerClock, text_of

_KEY = attrgetter("key")


@dataclass
class Item:
    """What vouchers and codes have in common. Times are full seconds since 1970."""

    id: str
    created: int
    updated: int
    number: int
    active: bool = field(default=True, kw_only=True)
    #: What items are ordered by: their age, and the order in which they came.
    key: tuple[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.key = (self.created, self.number)

    def shown_state(self) -> dict[str, object]:
        """Return the properties that tell the state, as the API writes them."""
        return {
            "Id": self.id,
            "CreatedUtc": text_of(self.created),
            "UpdatedUtc": text_of(self.updated),
            "ActivityState": "Active" if self.active else "Deleted",
            "IsActive": self.active,
        }


@dataclass
class Code(Item):
    """A voucher code."""

    voucher_id: str
    value: str
    start: str | None = None
    end: str | None = None

    def shown(self) -> dict[str, object]:
        """Return the code as the API writes it."""
        return {
            **self.shown_state(),
            "VoucherId": self.voucher_id,
            "Value": self.value,
            "ValidityStartUtc": self.start,
            "ValidityEndUtc": self.end,
        }


@dataclass
class Voucher(Item):
    """A voucher. Its other properties have their names of the API."""

    enterprise_id: str
    properties: dict[str, object]
    rate_ids: list[str]

    def shown(self) -> dict[str, object]:
        """Return the voucher as the API writes it."""
        own = {"EnterpriseId": self.enterprise_id, "TravelAgencyId": None}
        return {**self.shown_state(), **own, **self.properties}


_T = TypeVar("_T", bound=Item)


class NewestFirst(Generic[_T]):
    """Items that are kept in order, so that a page is found without a scan."""

    def __init__(self) -> None:
        self._items: list[_T] = []

    def add(self, item: _T) -> None:
        """Add an item where its age puts it."""
        insort(self._items, item, key=_KEY)

    def extend(self, items: Iterable[_T]) -> None:
        """Add many items at once."""
        self._items.extend(items)
        self._items.sort(key=_KEY)

    def older_than(self, key: tuple[int, int] | None) -> Iterator[_T]:
        """Yield the items from the newest on, or those that follow the one with the key."""
        end = len(self._items) if key is None else bisect_left(self._items, key, key=_KEY)
        for index in range(end - 1, -1, -1):
            yield self._items[index]


class Store:
    """All vouchers and codes of one enterprise. Its users hold its `lock`."""

    def __init__(self, seed: int, clock: ServerClock) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self._random = random.Random(seed)  # noqa: S311 - repeatable ids
        self._numbers = count()
        self.enterprise_id = self.new_id()
        self.service_id = self.new_id()
        self.vouchers: dict[str, Voucher] = {}
        self.codes: dict[str, Code] = {}
        self.vouchers_in_order: NewestFirst[Voucher] = NewestFirst()
        self._codes_of: dict[str, NewestFirst[Code]] = defaultdict(NewestFirst)
        self._vouchers_with: dict[str, set[str]] = defaultdict(set)

    def new_id(self) -> str:
        """Return an id that depends on the seed."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def add_voucher(self, properties: dict[str, object], rate_ids: list[str]) -> Voucher:
        """Store a voucher."""
        now = self.clock.now()
        voucher = Voucher(
            self.new_id(), now, now, next(self._numbers), self.enterprise_id, properties, rate_ids
        )
        self.vouchers[voucher.id] = voucher
        self.vouchers_in_order.add(voucher)
        return voucher

    def new_code(self, voucher_id: str, value: str, created: int) -> Code:
        """Create a code that is not stored yet."""
        number = next(self._numbers)
        return Code(self.new_id(), created, created, number, voucher_id, value)

    def add_codes(self, voucher_id: str, codes: list[Code]) -> None:
        """Store codes of one voucher."""
        self._codes_of[voucher_id].extend(codes)
        for code in codes:
            self.codes[code.id] = code
            self._vouchers_with[code.value].add(voucher_id)

    def delete(self, item: Item) -> bool:
        """Delete an item softly; return whether it was active."""
        if not item.active:
            return False
        item.active, item.updated = False, self.clock.now()
        return True

    def codes_older_than(
        self, voucher_ids: Iterable[str], key: tuple[int, int] | None
    ) -> Iterator[Code]:
        """Yield the codes of the vouchers, newest first, from the one that follows the key."""
        lists = [self._codes_of[one].older_than(key) for one in voucher_ids if one in self.vouchers]
        return merge(*lists, key=_KEY, reverse=True)

    def voucher_ids_with(self, value: str) -> set[str]:
        """Return the vouchers that have a code of this value."""
        return self._vouchers_with.get(value, set())
