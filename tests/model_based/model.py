"""What must be true of a mock's vouchers and codes, whatever has happened before.

It has the items as JSON, and accepts only what a listing without faults shows and the requests
allow. No client belongs here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: A JSON object. Any: the OpenAPI document says what is in it.
JsonObject = dict[str, Any]

#: The properties of a deleted item.
DELETED = {"IsActive": False, "ActivityState": "Deleted"}


class Requested(NamedTuple):
    """A requested new item, or a requested change of one."""

    properties: JsonObject
    #: Whether it must have been applied; otherwise it may have been.
    must: bool


@dataclass
class Ledger:
    """All items of one kind, newest first, each exactly once."""

    items: list[JsonObject] = field(default_factory=list[JsonObject])

    def ids(self, *, active: bool | None = None) -> list[str]:
        """Return the ids of all items, or only of the active or deleted ones."""
        return [one["Id"] for one in self.items if active in {None, one["IsActive"]}]

    def find(self, **properties: object) -> JsonObject | None:
        """Return the active item with these properties, if there is one."""
        found = (one for one in self.items if one["IsActive"] and _has(one, properties))
        return next(found, None)

    def learn(
        self,
        truth: Sequence[JsonObject],
        added: Sequence[Requested] = (),
        changed: Mapping[str, Requested] | None = None,
    ) -> int:
        """Take over a listing without faults, if it has what was requested and nothing else.

        Args:
            truth: All items, newest first.
            added: New items in the order of the request, each with unique values.
            changed: Changes by the id of the item.

        Returns:
            The number of new items.
        """
        new = len(truth) - len(self.items)
        assert new >= 0, "items are lost"
        _check_added([*reversed(truth[:new])], added)
        for before, now in zip(self.items, truth[new:], strict=True):
            _check_changed(before, now, (changed or {}).get(before["Id"]))
        self.items = [*truth]
        return new


def _check_added(new: list[JsonObject], requested: Sequence[Requested]) -> None:
    """Check that new items are some of those requested, in order, none of them twice."""
    assert len({item["Id"] for item in new}) == len(new)
    positions: list[int] = []
    for item in new:
        (position,) = (n for n, one in enumerate(requested) if _has(item, one.properties))
        positions.append(position)
    assert positions == sorted(set(positions)), "added twice, or in another order"
    assert {n for n, one in enumerate(requested) if one.must} <= set(positions), "not added"
    assert all(item["IsActive"] for item in new)


def _check_changed(before: JsonObject, now: JsonObject, requested: Requested | None) -> None:
    """Check that an item is unchanged, or has the requested change."""
    if now == before:
        assert requested is None or not requested.must, "not changed"
        return
    assert requested is not None, "changed without a request"
    assert now["UpdatedUtc"] > before["UpdatedUtc"]
    assert now == {**before, **requested.properties, "UpdatedUtc": now["UpdatedUtc"]}


def _has(item: JsonObject, properties: Mapping[str, object]) -> bool:
    return all(item[name] == value for name, value in properties.items())


class Model:
    """The vouchers and codes that must exist."""

    def __init__(self) -> None:
        self.vouchers = Ledger()
        self.codes = Ledger()

    def matching_vouchers(self, filters: Mapping[str, Any]) -> list[JsonObject]:
        """Return the vouchers that a listing with these filters must show, newest first.

        Any: the filters by their names in the client, datetimes as strings.
        """
        holders = {
            code["VoucherId"]
            for code in self.codes.items
            if code["Value"] in filters.get("voucher_code_values", ())
        }
        found = _matching(self.vouchers.items, filters, _VOUCHER_FILTERS)
        return [
            one for one in found if "voucher_code_values" not in filters or one["Id"] in holders
        ]

    def matching_codes(self, filters: Mapping[str, Any]) -> list[JsonObject]:
        """Return the codes that a listing with these filters must show, newest first."""
        return list(_matching(self.codes.items, filters, _CODE_FILTERS))


_VOUCHER_FILTERS = {
    "service_ids": "ServiceId",
    "voucher_ids": "Id",
    "company_ids": "CompanyId",
    "external_identifiers": "ExternalIdentifier",
    "activity_states": "ActivityState",
}
_CODE_FILTERS = {"voucher_ids": "VoucherId", "voucher_code_ids": "Id"}


def _matching(
    items: Iterable[JsonObject], filters: Mapping[str, Any], names: Mapping[str, str]
) -> Iterable[JsonObject]:
    given = {names[name]: set(values) for name, values in filters.items() if name in names}
    start, end = filters.get("updated", ("", "~"))
    for item in items:
        in_time = start <= item["UpdatedUtc"] < end or start == item["UpdatedUtc"] == end
        if in_time and all(item[name] in values for name, values in given.items()):
            yield item
