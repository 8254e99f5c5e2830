"""The two operations that list: filters, pages by cursor, and the extents of vouchers."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from .clock import datetime_of, text_of
from .fields import invalid
from .store import Code, Item, Store, Voucher

#: JSON of a request, which was checked against the contract.
Body = Mapping[str, Any]


def list_codes(store: Store, body: Body) -> dict[str, Any]:
    """Return a page of voucherCodes/getAll."""
    ids = _lowered(body.get("VoucherCodeIds"))
    is_in_time = _time_filter(body)
    vouchers = _lowered(body["VoucherIds"]) or set()
    key = _cursor_key(store.codes, body)
    if ids is None:
        codes = store.codes_older_than(vouchers, key)
    else:
        codes = iter(_codes_by_id(store, ids, vouchers, key))
    found = (code for code in codes if is_in_time(code))
    page = list(islice(found, body["Limitation"]["Count"])) if _is_ours(store, body) else []
    return {"VoucherCodes": [code.shown() for code in page], "Cursor": _cursor(page)}


def _codes_by_id(
    store: Store, ids: set[str], vouchers: set[str], key: tuple[int, int] | None
) -> list[Code]:
    codes = [store.codes[one] for one in ids if one in store.codes]
    found = [one for one in codes if one.voucher_id in vouchers and (not key or one.key < key)]
    return sorted(found, key=lambda code: code.key, reverse=True)


def list_vouchers(store: Store, body: Body) -> dict[str, Any]:
    """Return a page of vouchers/getAll, with the extents that are asked for."""
    page = list(islice(_vouchers(store, body), body["Limitation"]["Count"]))
    extent = body["Extent"]
    rates = sorted({rate for voucher in page for rate in voucher.rate_ids})
    companies = sorted({str(one) for v in page if (one := v.properties["CompanyId"])})
    extents: dict[str, Callable[[], list[dict[str, object]]]] = {
        "Vouchers": lambda: [voucher.shown() for voucher in page],
        "VoucherCodes": lambda: [code.shown() for code in _codes_of(store, page)],
        "VoucherAssignments": lambda: [
            {"VoucherId": voucher.id, "RateId": rate}
            for voucher in page
            for rate in voucher.rate_ids
        ],
        "Companies": lambda: [_company(store, one) for one in companies],
        "Rates": lambda: [_rate(store, one) for one in rates],
    }
    shown = {name: get() if extent.get(name) else None for name, get in extents.items()}
    return {**shown, "Cursor": _cursor(page)}


def _vouchers(store: Store, body: Body) -> Iterator[Voucher]:
    if not _is_ours(store, body) or store.service_id not in (_lowered(body["ServiceIds"]) or ()):
        return
    ids, companies = _lowered(body.get("VoucherIds")), _lowered(body.get("CompanyIds"))
    values, states = body.get("VoucherCodeValues"), body.get("ActivityStates")
    external = body.get("ExternalIdentifiers")
    is_in_time = _time_filter(body)
    with_values = {one for value in values or () for one in store.voucher_ids_with(value)}
    for voucher in store.vouchers_in_order.older_than(_cursor_key(store.vouchers, body)):
        if (
            (ids is None or voucher.id in ids)
            and (companies is None or voucher.properties["CompanyId"] in companies)
            and (values is None or voucher.id in with_values)
            and (external is None or voucher.properties["ExternalIdentifier"] in external)
            and (not states or voucher.shown_state()["ActivityState"] in states)
            and is_in_time(voucher)
        ):
            yield voucher


def _is_ours(store: Store, body: Body) -> bool:
    """Return whether the enterprise is among those that are asked for."""
    enterprises = _lowered(body.get("EnterpriseIds"))
    return enterprises is None or store.enterprise_id in enterprises


def _lowered(ids: list[str] | None) -> set[str] | None:
    return None if ids is None else {one.lower() for one in ids}


def _cursor_key(items: Mapping[str, Item], body: Body) -> tuple[int, int] | None:
    cursor = body["Limitation"].get("Cursor")
    if cursor is None:
        return None
    if cursor.lower() not in items:
        raise invalid("Limitation.Cursor")
    return items[cursor.lower()].key


def _cursor(page: list[Code] | list[Voucher]) -> str | None:
    return page[-1].id if page else None


def _time_filter(body: Body) -> Callable[[Item], bool]:
    """Return what tells whether an item is in the interval: the end of it is excluded."""
    bounds = body.get("UpdatedUtc") or {}
    start, end = datetime_of(bounds.get("StartUtc")), datetime_of(bounds.get("EndUtc"))
    first = start.timestamp() if start else float("-inf")
    last = end.timestamp() if end else float("inf")
    if first == last:
        return lambda item: item.updated == first
    return lambda item: first <= item.updated < last


def _codes_of(store: Store, page: list[Voucher]) -> Iterator[Code]:
    return store.codes_older_than([voucher.id for voucher in page], None)


def _company(store: Store, company_id: str) -> dict[str, object]:
    return {
        "Id": company_id,
        "ChainId": store.enterprise_id,
        "Name": "A company",
        "Options": {},
        "IsActive": True,
        "Number": 1,
    }


def _rate(store: Store, rate_id: str) -> dict[str, object]:
    return {
        "Id": rate_id,
        "GroupId": store.enterprise_id,
        "ServiceId": store.service_id,
        "IsBaseRate": True,
        "IsActive": True,
        "IsEnabled": True,
        "IsPublic": True,
        "Type": "Public",
        "Names": {"en-US": "A rate"},
        "UpdatedUtc": text_of(store.clock.now()),
    }
