"""Deletes what a run has made, and nothing else; says what is left where it cannot.

An item is ours if we were told its id when we added it, or if its external identifier is the marker
of the run: so it is found even if the answer to the add was lost. What a filter gives is checked.
"""

from tests.support.mock_api import JsonObject

from .names import Names
from .steps import CODES, DELETE_CODES, DELETE_VOUCHERS, VOUCHERS
from .wire import NoAnswerError, Wire


def clean_up(wire: Wire, names: Names) -> list[str]:
    """Delete what is not deleted yet; return a line for each item that is left, or may be."""
    try:
        vouchers = _vouchers(wire, names)
        return [
            *_delete(wire, DELETE_CODES, "VoucherCodeIds", _codes(wire, vouchers)),
            *_delete(wire, DELETE_VOUCHERS, "VoucherIds", vouchers),
        ]
    except (NoAnswerError, KeyboardInterrupt):
        known = [f"perhaps {name}: {item_id}" for item_id, name in names.made.items()]
        return [*known, f"perhaps vouchers with the external identifier {names.run}"]


def _vouchers(wire: Wire, names: Names) -> dict[str, JsonObject]:
    known = [item_id for item_id, name in names.made.items() if name == "voucher"]
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
    answer = wire.send(operation, {**body, "Limitation": {"Count": 1000}})
    if answer.status != 200:
        raise NoAnswerError(str(answer.status))
    return answer.items(name)


def _delete(wire: Wire, operation: str, name: str, items: dict[str, JsonObject]) -> list[str]:
    active = [item_id for item_id, one in items.items() if one.get("IsActive") is not False]
    if not active:
        return []
    status = wire.send(operation, {name: active}).status
    return [] if status in (200, 204) else [f"{name}: {one} ({status})" for one in active]
