"""What the operations share: the target enterprise, items by id, page and time filter of a request.

Where the vendor does not say how the API behaves, a comment says "our choice".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from mews_vouchers.mock._contract.responses import JsonObject, invalid_parameter
from mews_vouchers.mock._contract.validation import RequestValidator
from mews_vouchers.mock._state.reference_data import Access, Enterprise, ReferenceData
from mews_vouchers.mock._state.store import Store
from mews_vouchers.mock._state.timestamps import within_months

_MAX_MONTHS = 3
_EARLIEST, _LATEST = "", "~"  # sort before and after every timestamp


@dataclass(frozen=True, slots=True)
class MockState:
    """All that an operation can read or change."""

    validator: RequestValidator
    reference_data: ReferenceData
    store: Store
    time_filter_includes_end: bool = False


@dataclass(frozen=True, slots=True)
class TimeFilter:
    """A time interval. It includes its end only if configured so, or if that equals its start."""

    start: str
    end: str
    includes_end: bool

    def __contains__(self, timestamp: str) -> bool:
        if timestamp == self.end:
            return self.includes_end or self.start == self.end
        return self.start <= timestamp < self.end


class _Stored(Protocol):
    @property
    def enterprise_id(self) -> str: ...
    @property
    def is_active(self) -> bool: ...


_Item = TypeVar("_Item", bound=_Stored)


@dataclass(frozen=True, slots=True)
class Context:
    """A request that matches the schema of its operation, and what its token gives access to."""

    body: JsonObject = field(repr=False)
    access: Access
    now: str

    # --- for writes

    def target_enterprise(self) -> Enterprise:
        """Return the enterprise to write to."""
        enterprises = self.access.enterprises
        if not self.access.is_portfolio:
            return enterprises[0]
        requested = self.body.get("EnterpriseId")
        if requested is None:
            raise invalid_parameter("EnterpriseId", "is required with a portfolio access token")
        for enterprise in enterprises:
            if enterprise.id == requested.lower():
                return enterprise
        raise invalid_parameter("EnterpriseId", "is not in the scope of the access token")

    # --- for reads

    def scope(self) -> frozenset[str]:
        """Return the ids of all enterprises that the token gives access to."""
        return frozenset(enterprise.id for enterprise in self.access.enterprises)

    def enterprise_ids(self) -> frozenset[str]:
        """Return the ids of the enterprises to read from."""
        scope, requested = self.scope(), self.ids("EnterpriseIds")
        if requested is None:
            return scope
        if not scope.issuperset(requested):
            reason = "contains an id outside the scope of the access token"
            raise invalid_parameter("EnterpriseIds", reason)
        return frozenset(requested)

    def ids(self, name: str) -> tuple[str, ...] | None:
        """Return a list of ids without duplicates; None if the list is missing."""
        ids = self.body.get(name)
        return None if ids is None else unique_ids(ids)

    def page_size(self) -> int:
        """Return the maximum number of items of the page."""
        # 10.0 is an integer in JSON Schema, but cannot be used in a slice.
        return int(self.body["Limitation"]["Count"])

    def cursor_item(self, items: Mapping[str, _Item]) -> _Item | None:
        """Return the item that the cursor identifies: the page begins after it."""
        cursor = self.body["Limitation"].get("Cursor")
        if cursor is None:
            return None
        item = items.get(cursor.lower())
        # It must be in the scope of the token, but need not match the filters (our choice).
        if item is None or item.enterprise_id not in self.scope():
            raise invalid_parameter(
                "Cursor", "does not identify an item of this list", "Limitation"
            )
        return item

    def updated_filter(self, state: MockState) -> TimeFilter:
        """Return the filter for `UpdatedUtc`; a bound that is missing is unlimited (our choice)."""
        interval: JsonObject = self.body.get("UpdatedUtc") or {}
        start, end = interval.get("StartUtc"), interval.get("EndUtc")
        if start is not None and end is not None:
            if start > end:
                raise invalid_parameter("UpdatedUtc", "ends before it starts")
            if not within_months(start, end, _MAX_MONTHS):
                raise invalid_parameter("UpdatedUtc", "spans more than three months")
        return TimeFilter(start or _EARLIEST, end or _LATEST, state.time_filter_includes_end)


def active_item(
    items: Mapping[str, _Item],
    item_id: str,
    enterprise: Enterprise,
    parameter: str,
    location: str = "",
) -> _Item:
    """Return an item that can be written to."""
    item = items.get(item_id.lower())
    if item is None or item.enterprise_id != enterprise.id or not item.is_active:
        raise invalid_parameter(parameter, "is unknown or deleted", location)
    return item


def unique_ids(ids: Iterable[str]) -> tuple[str, ...]:
    """Return ids in lower case without duplicates: a list of ids is a set (our choice)."""
    return tuple(dict.fromkeys(map(str.lower, ids)))
