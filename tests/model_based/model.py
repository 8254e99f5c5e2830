"""What must be true of a mock's vouchers and codes, whatever happened on the way to it.

It holds the items as the wire has them, and believes only
what a clean listing of the mock shows and what was asked for allows. No client belongs here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: A JSON object. Any: the OpenAPI document says what is in it.
JsonObject = dict[str, Any]

#: What a delete makes of an item.
DELETED = {"IsActive": False, "ActivityState": "Deleted"}


class Asked(NamedTuple):
    """Something that was asked for: a new item, or a change of one."""

    properties: JsonObject
    #: Whether it must have happened; else it may have.
    must: bool


@dataclass
class Ledger:
    """All items of one kind, newest first, each exactly once."""

    items: list[JsonObject] = field(default_factory=list[JsonObject])

    def ids(self, *, active: bool | None = None) -> list[str]:
        """Return the ids of all items, or of the active or deleted ones only."""
        return [one["Id"] for one in self.items if active in {None, one["IsActive"]}]

    def find(self, **properties: object) -> JsonObject | None:
        """Return the active item with these properties, if there is one."""
        found = (one for one in self.items if one["IsActive"] and _has(one, properties))
        return next(found, None)

    def learn(
        self,
        truth: Sequence[JsonObject],
        added: Sequence[Asked] = (),
        changed: Mapping[str, Asked] | None = None,
    ) -> int:
        """Take over what a clean listing shows, if it is what was asked for and nothing else.

        Args:
            truth: All items that there are, newest first.
            added: New items in the order they were sent, with values of their own.
            changed: Changes by the id of the item.

        Returns:
            How many items are new.
        """
        new = len(truth) - len(self.items)
        assert new >= 0, "items are lost"
        _check_added([*reversed(truth[:new])], added)
        for before, now in zip(self.items, truth[new:], strict=True):
            _check_changed(before, now, (changed or {}).get(before["Id"]))
        self.items = [*truth]
        return new


def _check_added(new: list[JsonObject], asked: Sequence[Asked]) -> None:
    """Check that new items are some of those asked for, in order, none of them twice."""
    assert len({item["Id"] for item in new}) == len(new)
    positions: list[int] = []
    for item in new:
        (position,) = (n for n, one in enumerate(asked) if _has(item, one.properties))
        positions.append(position)
    assert positions == sorted(set(positions)), "added twice, or in another order"
    assert {n for n, one in enumerate(asked) if one.must} <= set(positions), "not added"
    assert all(item["IsActive"] for item in new)


def _check_changed(before: JsonObject, now: JsonObject, asked: Asked | None) -> None:
    """Check that an item is as it was, or has the change that was asked for."""
    if now == before:
        assert asked is None or not asked.must, "not changed"
        return
    assert asked is not None, "changed, although nobody asked for it"
    assert now["UpdatedUtc"] > before["UpdatedUtc"]
    assert now == {**before, **asked.properties, "UpdatedUtc": now["UpdatedUtc"]}


def _has(item: JsonObject, properties: Mapping[str, object]) -> bool:
    return all(item[name] == value for name, value in properties.items())


class Model:
    """The vouchers and codes that must exist."""

    def __init__(self) -> None:
        self.vouchers = Ledger()
        self.codes = Ledger()

    def matching_vouchers(self, wanted: Mapping[str, Any]) -> list[JsonObject]:
        """Return what a listing of vouchers with these filters must show, newest first.

        Any: the filters by their names in the client, moments as the wire has them.
        """
        holders = {
            code["VoucherId"]
            for code in self.codes.items
            if code["Value"] in wanted.get("voucher_code_values", ())
        }
        found = _matching(self.vouchers.items, wanted, _VOUCHER_FILTERS)
        return [one for one in found if "voucher_code_values" not in wanted or one["Id"] in holders]

    def matching_codes(self, wanted: Mapping[str, Any]) -> list[JsonObject]:
        """Return what a listing of codes with these filters must show, newest first."""
        return list(_matching(self.codes.items, wanted, _CODE_FILTERS))


_VOUCHER_FILTERS = {
    "service_ids": "ServiceId",
    "voucher_ids": "Id",
    "company_ids": "CompanyId",
    "external_identifiers": "ExternalIdentifier",
    "activity_states": "ActivityState",
}
_CODE_FILTERS = {"voucher_ids": "VoucherId", "voucher_code_ids": "Id"}


def _matching(
    items: Iterable[JsonObject], wanted: Mapping[str, Any], filters: Mapping[str, str]
) -> Iterable[JsonObject]:
    given = {filters[name]: set(values) for name, values in wanted.items() if name in filters}
    start, end = wanted.get("updated", ("", "~"))
    for item in items:
        in_time = start <= item["UpdatedUtc"] < end or start == item["UpdatedUtc"] == end
        if in_time and all(item[name] in values for name, values in given.items()):
            yield item
