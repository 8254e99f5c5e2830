"""What the operations have in common: whom a call concerns, which items, page and interval.

Where the vendor is silent, a comment says that the choice is ours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from ._answers import JsonObject, invalid
from ._contract import Contract
from ._store import Store
from ._times import within_months
from ._world import Access, Enterprise, World

_MONTHS = 3
_EARLIEST, _LATEST = "", "~"  # sorted before and after every moment


@dataclass(frozen=True, slots=True)
class State:
    """All that an operation can look at or change."""

    contract: Contract
    world: World
    store: Store
    time_filter_includes_end: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """A time filter: its start is in it; its end only where that is the start, or by a setting."""

    start: str
    end: str
    includes_end: bool

    def __contains__(self, moment: str) -> bool:
        if moment == self.end:
            return self.includes_end or self.start == self.end
        return self.start <= moment < self.end


class _Stored(Protocol):
    @property
    def enterprise_id(self) -> str: ...
    @property
    def is_active(self) -> bool: ...


_Item = TypeVar("_Item", bound=_Stored)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that matches the schema of its operation, with the rights of its token."""

    body: JsonObject = field(repr=False)
    access: Access
    now: str

    # --- for writes

    def enterprise(self) -> Enterprise:
        """Return the enterprise to write to."""
        enterprises = self.access.enterprises
        if not self.access.is_portfolio:
            return enterprises[0]
        asked = self.body.get("EnterpriseId")
        if asked is None:
            raise invalid("EnterpriseId", "is required with a portfolio access token")
        for enterprise in enterprises:
            if enterprise.id == asked.lower():
                return enterprise
        raise invalid("EnterpriseId", "is not in the scope of the access token")

    # --- for reads

    def scope(self) -> frozenset[str]:
        """Return the ids of all enterprises that the token opens."""
        return frozenset(enterprise.id for enterprise in self.access.enterprises)

    def enterprise_ids(self) -> frozenset[str]:
        """Return the ids of the enterprises to read from."""
        scope, asked = self.scope(), self.ids("EnterpriseIds")
        if asked is None:
            return scope
        if not scope.issuperset(asked):
            raise invalid("EnterpriseIds", "holds one outside the scope of the access token")
        return frozenset(asked)

    def ids(self, name: str) -> tuple[str, ...] | None:
        """Return a list of ids, each once; None if the list is not there."""
        listed = self.body.get(name)
        return None if listed is None else unique_ids(listed)

    def page_size(self) -> int:
        """Return how many items the page may have."""
        # 10.0 is an integer to JSON Schema, but not to a slice.
        return int(self.body["Limitation"]["Count"])

    def item_before(self, items: Mapping[str, _Item]) -> _Item | None:
        """Return the item that the cursor names: the page begins after it."""
        cursor = self.body["Limitation"].get("Cursor")
        if cursor is None:
            return None
        item = items.get(cursor.lower())
        # It need not match the filters, it only has to be one that the token can see (our choice).
        if item is None or item.enterprise_id not in self.scope():
            raise invalid("Cursor", "names no item of this list", "Limitation")
        return item

    def updated(self, state: State) -> Interval:
        """Return the interval of `UpdatedUtc`; an end left open is unbounded (our choice)."""
        asked: JsonObject = self.body.get("UpdatedUtc") or {}
        start, end = asked.get("StartUtc"), asked.get("EndUtc")
        if start is not None and end is not None:
            if start > end:
                raise invalid("UpdatedUtc", "ends before it starts")
            if not within_months(start, end, _MONTHS):
                raise invalid("UpdatedUtc", "spans more than three months")
        return Interval(start or _EARLIEST, end or _LATEST, state.time_filter_includes_end)


def active_item(
    items: Mapping[str, _Item],
    item_id: str,
    enterprise: Enterprise,
    parameter: str,
    where: str = "",
) -> _Item:
    """Return an item that can be written to."""
    item = items.get(item_id.lower())
    if item is None or item.enterprise_id != enterprise.id or not item.is_active:
        raise invalid(parameter, "is unknown or deleted", where)
    return item


def unique_ids(listed: Iterable[str]) -> tuple[str, ...]:
    """Return ids as they are stored, each once: a list of ids is a set to the mock (our choice)."""
    return tuple(dict.fromkeys(map(str.lower, listed)))
