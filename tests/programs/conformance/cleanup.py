"""Deletes what a run has added, and nothing else; reports what it cannot delete.

An item belongs to the run if its id was in the response to an add, or if its external identifier is
the marker of the run: so it is found even if no response to the add was received. The result of a
filter is checked.
"""

from tests.support.mock_api import JsonObject

from .names import Names
from .steps import CODES, DELETE_CODES, DELETE_VOUCHERS, VOUCHERS
from .wire import NoResponseError, Wire


def clean_up(wire: Wire, names: Names) -> list[str]:
    """Delete what is not deleted yet; return a line for each item that is left, or may be."""
    try:
        vouchers = _vouchers(wire, names)
        return [
            *_delete(wire, DELETE_CODES, "VoucherCodeIds", _codes(wire, vouchers)),
            *_delete(wire, DELETE_VOUCHERS, "VoucherIds", vouchers),
        ]
    except (NoResponseError, KeyboardInterrupt):
        known = [f"perhaps {name}: {item_id}" for item_id, name in names.added.items()]
        return [*known, f"perhaps vouchers with the external identifier {names.run}"]


def _vouchers(wire: Wire, names: Names) -> dict[str, JsonObject]:
    known = [item_id for item_id, name in names.added.items() if name == "voucher"]
    found: list[JsonObject] = []
    for ours in ({"ExternalIdentifiers": [names.run]}, {"VoucherIds": known}):
        if all(ours.values()):
            body = {"ServiceIds": [names.service_id], "Extent": {"Vouchers": True}, **ours}
            found += _listed(wire, VOUCHERS, "Vouchers", body)
    return {
        str(one["Id"]): one
        for one in found
        if one.get("Id") in known or one.get("ExternalIdentifier") == names.run
    }


def _codes(wire: Wire, vouchers: dict[str, JsonObject]) -> dict[str, JsonObject]:
    if not vouchers:
        return {}
    found = _listed(wire, CODES, "VoucherCodes", {"VoucherIds": list(vouchers)})
    return {str(one.get("Id")): one for one in found if one.get("VoucherId") in vouchers}


def _listed(wire: Wire, operation: str, name: str, body: JsonObject) -> list[JsonObject]:
    response = wire.send(operation, {**body, "Limitation": {"Count": 1000}})
    if response.status != 200:
        raise NoResponseError(str(response.status))
    return response.items(name)


def _delete(wire: Wire, operation: str, name: str, items: dict[str, JsonObject]) -> list[str]:
    active = [item_id for item_id, one in items.items() if one.get("IsActive") is not False]
    if not active:
        return []
    status = wire.send(operation, {name: active}).status
    return [] if status in (200, 204) else [f"{name}: {one} ({status})" for one in active]
