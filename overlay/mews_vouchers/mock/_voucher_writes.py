"""The three operations that write vouchers: their rules, for a body that matches the schema.

Where the vendor is silent, a comment says that the choice is ours.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ._answers import JsonObject, invalid
from ._call import Call, State, active_item, unique_ids
from ._contract import Contract
from ._store import Voucher, VoucherDetails
from ._wire import voucher_to_wire
from ._world import Enterprise


def add(state: State, call: Call) -> JsonObject:
    """Carry out `vouchers/add`."""
    enterprise, asked = call.enterprise(), call.body["VoucherParameters"]
    drafts = [
        _draft(enterprise, one, f"VoucherParameters[{position}]")
        for position, one in enumerate(asked)
    ]
    # From here on nothing can fail: a batch is added as a whole or not at all.
    added = [
        state.store.add_voucher(enterprise.id, service_id, details, call.now)
        for service_id, details in drafts
    ]
    return {"Vouchers": [voucher_to_wire(voucher) for voucher in added]}


def update(state: State, call: Call) -> JsonObject:
    """Carry out `vouchers/update`.

    Several updates of one voucher follow each other, and the answer has it once (our choice).
    """
    enterprise, vouchers = call.enterprise(), state.store.vouchers
    planned: dict[Voucher, VoucherDetails] = {}
    for position, one in enumerate(call.body["VoucherUpdates"]):
        where = f"VoucherUpdates[{position}]"
        voucher = active_item(vouchers, one["VoucherId"], enterprise, "VoucherId", where)
        values = _new_values(state.contract, one, where)
        details = replace(planned.get(voucher, voucher.details), **values)
        planned[voucher] = _checked(details, enterprise, where)
    # As above: all of the batch, or nothing.
    for voucher, details in planned.items():
        voucher.details = details
        voucher.updated = call.now
    return {"Vouchers": [voucher_to_wire(voucher) for voucher in planned]}


def delete(state: State, call: Call) -> JsonObject:
    """Carry out `vouchers/delete`. The codes of the vouchers stay as they are (our choice)."""
    enterprise = call.enterprise()
    vouchers = [
        active_item(state.store.vouchers, voucher_id, enterprise, "VoucherIds")
        for voucher_id in call.ids("VoucherIds") or ()
    ]
    for voucher in vouchers:
        voucher.is_active = False
        voucher.updated = call.now
    return {}


def _draft(enterprise: Enterprise, asked: JsonObject, where: str) -> tuple[str, VoucherDetails]:
    """Return the service and the details of a voucher to add."""
    service_id = asked["ServiceId"].lower()
    if service_id not in enterprise.service_ids:
        raise invalid("ServiceId", "is unknown", where)
    values = {field: read(asked.get(name)) for name, (field, read) in _FIELDS.items()}
    return service_id, _checked(VoucherDetails(**values), enterprise, where)


def _new_values(contract: Contract, asked: JsonObject, where: str) -> JsonObject:
    """Return the fields that an update sets. `{}` clears as `{"Value": null}` does (our choice)."""
    values: JsonObject = {}
    for name, (field, read) in _FIELDS.items():
        wrapper = asked.get(name)
        if wrapper is not None:
            value = wrapper.get("Value")
            if not contract.accepts(name, value):
                raise invalid(name, "cannot have this value", where)
            values[field] = read(value)
    return values


def _checked(details: VoucherDetails, enterprise: Enterprise, where: str) -> VoucherDetails:
    """Return the details, or refuse them.

    A public voucher may have a company, a rate may be of another service of the enterprise, and an
    interval may end before it starts (our choices: the vendor names no rule against it).
    """
    if details.company_id is None and details.type != "Public":
        raise invalid("CompanyId", "is required by the type of the voucher", where)
    if details.company_id is not None and details.company_id not in enterprise.company_ids:
        raise invalid("CompanyId", "is unknown", where)
    if not set(enterprise.rate_ids).issuperset(details.rate_ids):
        raise invalid("AssignedRateIds", "holds a rate that is unknown", where)
    return details


# The readers turn what a request has for a property into what is stored. Any: it is parsed JSON.


def _as_it_is(value: Any) -> Any:
    return value


def _id(value: Any) -> Any:
    return None if value is None else value.lower()


def _ids(value: Any) -> Any:
    return unique_ids(value or ())


_FIELDS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "Name": ("name", _as_it_is),
    "Type": ("type", _as_it_is),
    "CompanyId": ("company_id", _id),
    "AssignedRateIds": ("rate_ids", _ids),
    "OccupiableIntervalStartUtc": ("interval_start", _as_it_is),
    "OccupiableIntervalEndUtc": ("interval_end", _as_it_is),
    "ExternalIdentifier": ("external_identifier", _as_it_is),
}
