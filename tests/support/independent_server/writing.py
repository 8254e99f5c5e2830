"""The five operations that change something: the rules of their items, then the change itself.

A change takes any part of the items of a request, at any time and any number of times, because a
fault may apply a request by halves, late, or twice.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from .fields import Rejection, invalid
from .spelling import Spelling, spelled
from .store import Code, Item, Store, Voucher

#: An item of a request, which was checked against the contract: JSON.
Given = Any
Shown = dict[str, Any]

_PROPERTIES = (
    "Name",
    "Type",
    "CompanyId",
    "OccupiableIntervalStartUtc",
    "OccupiableIntervalEndUtc",
    "ExternalIdentifier",
)


def check_items(
    store: Store, operation: str, name: str, items: list[Given], refused: Mapping[str, int]
) -> None:
    """Reject items that name what does not exist or is deleted, or that break a rule.

    Args:
        store: What is stored.
        operation: The operation.
        name: The name of the list.
        items: The items.
        refused: The values and names that a rule of the property forbids, and the status for each.
    """
    for index, item in enumerate(items):
        place = f"{name}[{index}]"
        if operation == "voucherCodes/delete":
            _check_active(store.codes, item, place)
            _check_allowed(store.codes[item.lower()].value, place, refused)
        elif operation == "vouchers/delete":
            _check_active(store.vouchers, item, place)
        elif operation == "vouchers/add":
            _check_voucher(store, item, place, refused)
        elif operation == "vouchers/update":
            _check_active(store.vouchers, item["VoucherId"], f"{place}.VoucherId")
            updated = _updated(store.vouchers[item["VoucherId"].lower()], item)
            _check_company(updated, place)
            _check_allowed(updated["Name"], f"{place}.Name", refused)
        else:
            _check_active(store.vouchers, item["VoucherId"], f"{place}.VoucherId")
            _check_allowed(item["Value"], f"{place}.Value", refused)


def _check_active(items: Mapping[str, Item], item_id: str, place: str) -> None:
    found = items.get(item_id.lower())
    if found is None or not found.active:
        raise invalid(place)


def _check_allowed(value: str, place: str, refused: Mapping[str, int]) -> None:
    status = refused.get(value)
    if status is not None:
        raise Rejection(status, "The property does not allow this", place)


def _check_voucher(store: Store, item: Given, place: str, refused: Mapping[str, int]) -> None:
    if item["ServiceId"].lower() != store.service_id:
        raise invalid(f"{place}.ServiceId")
    _check_company(item, place)
    _check_allowed(item["Name"], f"{place}.Name", refused)


def _check_company(properties: Mapping[str, Any], place: str) -> None:
    if properties["Type"] != "Public" and properties.get("CompanyId") is None:
        raise invalid(f"{place}.CompanyId")


def apply_items(
    store: Store, operation: str, items: list[Given], spelling: Spelling | None
) -> list[Shown]:
    """Change what is stored; return the vouchers or codes that the response shows.

    An item that another request has deleted meanwhile is left alone.
    """
    if not items:
        return []
    if operation == "voucherCodes/add":
        return _add_codes(store, items, spelling)
    if operation == "vouchers/add":
        return [_add_voucher(store, item, spelling).shown() for item in items]
    if operation == "vouchers/update":
        return _update(store, items)
    stored: Mapping[str, Item] = (
        store.codes if operation == "voucherCodes/delete" else store.vouchers
    )
    for item in items:
        store.delete(stored[item.lower()])
    return []


def _add_codes(store: Store, items: list[Given], spelling: Spelling | None) -> list[Shown]:
    by_voucher: dict[str, list[Code]] = defaultdict(list)
    added = []
    now = store.clock.now()
    for item in items:
        code = store.new_code(item["VoucherId"].lower(), spelled(item["Value"], spelling), now)
        code.start, code.end = item.get("ValidityStartUtc"), item.get("ValidityEndUtc")
        by_voucher[code.voucher_id].append(code)
        added.append(code)
    for voucher_id, codes in by_voucher.items():
        store.add_codes(voucher_id, codes)
    return [code.shown() for code in added]


def _add_voucher(store: Store, item: Given, spelling: Spelling | None) -> Voucher:
    properties = {name: item.get(name) for name in _PROPERTIES}
    properties |= {"ServiceId": store.service_id, "Name": spelled(item["Name"], spelling)}
    return store.add_voucher(_normal(properties), _lowered(item.get("AssignedRateIds")))


def _update(store: Store, items: list[Given]) -> list[Shown]:
    updated = []
    for item in items:
        voucher = store.vouchers[item["VoucherId"].lower()]
        if voucher.active:
            voucher.properties = _updated(voucher, item)
            if item.get("AssignedRateIds") is not None:
                voucher.rate_ids = _lowered(item["AssignedRateIds"].get("Value"))
            voucher.updated = store.clock.now()
        updated.append(voucher)
    return [voucher.shown() for voucher in updated]


def _updated(voucher: Voucher, item: Given) -> dict[str, Any]:
    """Return the properties after an update."""
    given = {name: item[name] for name in _PROPERTIES if item.get(name) is not None}
    changes = {name: one.get("Value") for name, one in given.items()}
    return _normal({**voucher.properties, **changes})


def _normal(properties: dict[str, Any]) -> dict[str, Any]:
    company = properties["CompanyId"]
    return {**properties, "CompanyId": company and company.lower()}


def _lowered(ids: list[str] | None) -> list[str]:
    return [one.lower() for one in ids or ()]
