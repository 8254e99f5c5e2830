"""Vouchers and codes, in the order of their creation. No rule of any operation, no wire format.

Nothing is ever removed: a deleted item is only marked. Each list is sorted and is searched by
bisection, so the cost of a page depends on its own size and not on the number of items.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import count, islice
from operator import attrgetter
from typing import Protocol, TypeVar

from .ids import IdGenerator


@dataclass(frozen=True, slots=True)
class VoucherDetails:
    """The properties of a voucher that an update can change."""

    name: str
    type: str
    company_id: str | None
    rate_ids: tuple[str, ...]
    interval_start: str | None
    interval_end: str | None
    external_identifier: str | None


@dataclass(slots=True, eq=False)
class Voucher:
    """A voucher, with its codes, oldest first."""

    id: str
    sequence: int
    enterprise_id: str
    service_id: str
    details: VoucherDetails
    created: str
    updated: str
    is_active: bool = True
    codes: "list[VoucherCode]" = field(default_factory=list["VoucherCode"], repr=False)


@dataclass(slots=True, eq=False)
class VoucherCode:
    """A code of a voucher."""

    id: str
    sequence: int
    voucher: Voucher
    value: str
    validity_start: str | None
    validity_end: str | None
    created: str
    updated: str
    is_active: bool = True

    @property
    def enterprise_id(self) -> str:
        """The enterprise of the voucher."""
        return self.voucher.enterprise_id


class Store:
    """All vouchers and codes of the mock."""

    def __init__(self, ids: IdGenerator) -> None:
        self._ids = ids
        self._sequence = count()
        self.vouchers: dict[str, Voucher] = {}
        self.codes: dict[str, VoucherCode] = {}
        self._by_service: dict[str, list[Voucher]] = {}
        self._by_value: dict[str, tuple[Voucher, ...]] = {}
        self._not_indexed: list[VoucherCode] = []

    def add_voucher(
        self, enterprise_id: str, service_id: str, details: VoucherDetails, now: str
    ) -> Voucher:
        """Add a voucher, as the newest item."""
        voucher = Voucher(
            id=self._ids.new_id(),
            sequence=next(self._sequence),
            enterprise_id=enterprise_id,
            service_id=service_id,
            details=details,
            created=now,
            updated=now,
        )
        self.vouchers[voucher.id] = voucher
        self._by_service.setdefault(service_id, []).append(voucher)
        return voucher

    def add_code(
        self, voucher: Voucher, value: str, start: str | None, end: str | None, now: str
    ) -> VoucherCode:
        """Add a code to a voucher, as the newest item."""
        code = VoucherCode(
            id=self._ids.new_id(),
            sequence=next(self._sequence),
            voucher=voucher,
            value=value,
            validity_start=start,
            validity_end=end,
            created=now,
            updated=now,
        )
        self.codes[code.id] = code
        voucher.codes.append(code)
        self._not_indexed.append(code)
        return code

    def vouchers_of_service(self, service_id: str) -> Sequence[Voucher]:
        """Return the vouchers of a service, oldest first."""
        return self._by_service.get(service_id, ())

    def vouchers_with_code(self, value: str) -> Sequence[Voucher]:
        """Return the vouchers that have a code with this value, active or deleted."""
        # Indexed on demand: the index is a quarter of the memory of a code, and rarely needed.
        while self._not_indexed:
            code = self._not_indexed.pop()
            holders = self._by_value.get(code.value, ())
            if code.voucher not in holders:
                self._by_value[code.value] = (*holders, code.voucher)
        return self._by_value.get(value, ())


class _HasSequence(Protocol):
    @property
    def sequence(self) -> int: ...


_Item = TypeVar("_Item", bound=_HasSequence)
_sequence_of = attrgetter("sequence")


def sorted_by_sequence(items: Iterable[_Item]) -> list[_Item]:
    """Return items, oldest first."""
    return sorted(items, key=_sequence_of)


def page(
    lists: Iterable[Sequence[_Item]],
    *,
    before: _Item | None,
    size: int,
    predicate: Callable[[_Item], bool],
) -> list[_Item]:
    """Return the newest matching items that are older than `before`, newest first.

    Each list must be sorted, oldest first; no item may be in two of them.
    """
    end = None if before is None else before.sequence
    newest_first = [_newest_first(one, end) for one in lists]
    if len(newest_first) == 1:
        (items,) = newest_first
    else:
        items = merge(*newest_first, key=_sequence_of, reverse=True)
    return list(islice(filter(predicate, items), size))


def _newest_first(items: Sequence[_Item], end: int | None) -> Iterator[_Item]:
    stop = len(items) if end is None else bisect_left(items, end, key=_sequence_of)
    return map(items.__getitem__, range(stop - 1, -1, -1))
