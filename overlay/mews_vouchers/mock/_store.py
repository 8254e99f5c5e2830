"""Vouchers and codes, in the order of their creation. No rule of any operation, no wire format.

Nothing is ever taken out: deleting is a mark. A page costs about its own size, however many items
there are, because each list is in order and is entered by bisection.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import count, islice
from operator import attrgetter
from typing import Protocol, TypeVar

from ._ids import Ids


@dataclass(frozen=True, slots=True)
class VoucherDetails:
    """What an update can change about a voucher."""

    name: str
    type: str
    company_id: str | None
    rate_ids: tuple[str, ...]
    interval_start: str | None
    interval_end: str | None
    external_identifier: str | None


@dataclass(slots=True, eq=False)
class Voucher:
    """A voucher, with its codes from old to new."""

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

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._sequence = count()
        self.vouchers: dict[str, Voucher] = {}
        self.codes: dict[str, VoucherCode] = {}
        self._by_service: dict[str, list[Voucher]] = {}
        self._by_value: dict[str, tuple[Voucher, ...]] = {}
        self._not_by_value: list[VoucherCode] = []

    def add_voucher(
        self, enterprise_id: str, service_id: str, details: VoucherDetails, now: str
    ) -> Voucher:
        """Add a voucher, as the newest item of all."""
        voucher = Voucher(
            id=self._ids.new(),
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
        """Add a code to a voucher, as the newest item of all."""
        code = VoucherCode(
            id=self._ids.new(),
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
        self._not_by_value.append(code)
        return code

    def vouchers_of_service(self, service_id: str) -> Sequence[Voucher]:
        """Return the vouchers of a service from old to new."""
        return self._by_service.get(service_id, ())

    def vouchers_with_code(self, value: str) -> Sequence[Voucher]:
        """Return the vouchers that have, or had, a code of this value."""
        # Only now: it is a quarter of the memory of a code, and few ask for it.
        while self._not_by_value:
            code = self._not_by_value.pop()
            holders = self._by_value.get(code.value, ())
            if code.voucher not in holders:
                self._by_value[code.value] = (*holders, code.voucher)
        return self._by_value.get(value, ())


class _InSequence(Protocol):
    @property
    def sequence(self) -> int: ...


_Item = TypeVar("_Item", bound=_InSequence)
_by_sequence = attrgetter("sequence")


def in_sequence(items: Iterable[_Item]) -> list[_Item]:
    """Return items from old to new."""
    return sorted(items, key=_by_sequence)


def page(
    runs: Iterable[Sequence[_Item]],
    *,
    before: _Item | None,
    size: int,
    keep: Callable[[_Item], bool],
) -> list[_Item]:
    """Return the newest items of all runs that are older than `before`, newest first.

    Each run is in order from old to new; no item is in two of them.
    """
    end = None if before is None else before.sequence
    from_new = [_from_new(run, end) for run in runs]
    merged = merge(*from_new, key=_by_sequence, reverse=True) if len(from_new) != 1 else from_new[0]
    return list(islice(filter(keep, merged), size))


def _from_new(run: Sequence[_Item], end: int | None) -> Iterator[_Item]:
    stop = len(run) if end is None else bisect_left(run, end, key=_by_sequence)
    return map(run.__getitem__, range(stop - 1, -1, -1))
