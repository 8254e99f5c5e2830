"""The four operations on vouchers, for bodies that match the schema.

Where the vendor does not say how the API behaves, a comment says "our choice".
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from mews_vouchers.mock._contract.responses import JsonObject, invalid_parameter
from mews_vouchers.mock._contract.validation import RequestValidator
from mews_vouchers.mock._state.reference_data import Enterprise, ReferenceData
from mews_vouchers.mock._state.store import Store, Voucher, VoucherDetails, page, sorted_by_sequence

from .context import Context, MockState, active_item, unique_ids
from .serialization import activity_state, serialize_assignment, serialize_code, serialize_voucher

# --- writes


def add(state: MockState, context: Context) -> JsonObject:
    """Handle `vouchers/add`."""
    enterprise, requested = context.target_enterprise(), context.body["VoucherParameters"]
    drafts = [
        _draft(enterprise, one, f"VoucherParameters[{position}]")
        for position, one in enumerate(requested)
    ]
    # Nothing below can fail: a batch is applied completely or not at all.
    added = [
        state.store.add_voucher(enterprise.id, service_id, details, context.now)
        for service_id, details in drafts
    ]
    return {"Vouchers": [serialize_voucher(voucher) for voucher in added]}


def update(state: MockState, context: Context) -> JsonObject:
    """Handle `vouchers/update`.

    Several updates of a voucher are applied in order, and the response has it once (our choice).
    """
    enterprise, vouchers = context.target_enterprise(), state.store.vouchers
    updates: dict[Voucher, VoucherDetails] = {}
    for position, one in enumerate(context.body["VoucherUpdates"]):
        location = f"VoucherUpdates[{position}]"
        voucher = active_item(vouchers, one["VoucherId"], enterprise, "VoucherId", location)
        values = _updated_fields(state.validator, one, location)
        details = replace(updates.get(voucher, voucher.details), **values)
        updates[voucher] = _checked(details, enterprise, location)
    # Nothing below can fail: a batch is applied completely or not at all.
    for voucher, details in updates.items():
        voucher.details = details
        voucher.updated = context.now
    return {"Vouchers": [serialize_voucher(voucher) for voucher in updates]}


def delete(state: MockState, context: Context) -> JsonObject:
    """Handle `vouchers/delete`. The codes of the vouchers stay active (our choice)."""
    enterprise = context.target_enterprise()
    vouchers = [
        active_item(state.store.vouchers, voucher_id, enterprise, "VoucherIds")
        for voucher_id in context.ids("VoucherIds") or ()
    ]
    for voucher in vouchers:
        voucher.is_active = False
        voucher.updated = context.now
    return {}


def _draft(
    enterprise: Enterprise, requested: JsonObject, location: str
) -> tuple[str, VoucherDetails]:
    """Return the service and the details of a voucher to add."""
    service_id = requested["ServiceId"].lower()
    if service_id not in enterprise.service_ids:
        raise invalid_parameter("ServiceId", "is unknown", location)
    values = {field: parse(requested.get(name)) for name, (field, parse) in _FIELDS.items()}
    return service_id, _checked(VoucherDetails(**values), enterprise, location)


def _updated_fields(
    validator: RequestValidator, requested: JsonObject, location: str
) -> JsonObject:
    """Return the fields that an update sets; `{}` clears like `{"Value": null}` (our choice)."""
    values: JsonObject = {}
    for name, (field, parse) in _FIELDS.items():
        wrapper = requested.get(name)
        if wrapper is not None:
            value = wrapper.get("Value")
            if not validator.accepts_voucher_property(name, value):
                raise invalid_parameter(name, "cannot have this value", location)
            values[field] = parse(value)
    return values


def _checked(details: VoucherDetails, enterprise: Enterprise, location: str) -> VoucherDetails:
    """Return the details, or raise a 400.

    A public voucher may have a company, a rate may belong to another service of the enterprise, and
    an interval may end before it starts (our choice: the vendor documents no such rule).
    """
    if details.company_id is None and details.type != "Public":
        raise invalid_parameter("CompanyId", "is required by the type of the voucher", location)
    if details.company_id is not None and details.company_id not in enterprise.company_ids:
        raise invalid_parameter("CompanyId", "is unknown", location)
    if not set(enterprise.rate_ids).issuperset(details.rate_ids):
        raise invalid_parameter("AssignedRateIds", "contains an unknown rate", location)
    return details


# These convert a property of a request to what is stored. Any: it is parsed JSON.


def _unchanged(value: Any) -> Any:
    return value


def _parse_id(value: Any) -> Any:
    return None if value is None else value.lower()


def _parse_ids(value: Any) -> Any:
    return unique_ids(value or ())


_FIELDS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "Name": ("name", _unchanged),
    "Type": ("type", _unchanged),
    "CompanyId": ("company_id", _parse_id),
    "AssignedRateIds": ("rate_ids", _parse_ids),
    "OccupiableIntervalStartUtc": ("interval_start", _unchanged),
    "OccupiableIntervalEndUtc": ("interval_end", _unchanged),
    "ExternalIdentifier": ("external_identifier", _unchanged),
}

# --- reads


def get_all(state: MockState, context: Context) -> JsonObject:
    """Handle `vouchers/getAll`."""
    vouchers = page(
        _candidates(state.store, context),
        before=context.cursor_item(state.store.vouchers),
        size=context.page_size(),
        predicate=_predicate(state, context),
    )
    requested = context.body["Extent"]
    # Only requested extents are built: they can be many times larger than the page.
    extents = {
        name: list(build(state.reference_data, vouchers)) if requested.get(name) else None
        for name, build in _EXTENTS.items()
    }
    return {**extents, "Cursor": vouchers[-1].id if vouchers else None}


def _candidates(store: Store, context: Context) -> list[Sequence[Voucher]]:
    """Return sorted lists that contain all matches; unknown ids match nothing (our choice)."""
    filtered: list[set[Voucher]] = []
    voucher_ids, values = context.ids("VoucherIds"), context.body.get("VoucherCodeValues")
    if voucher_ids is not None:
        filtered.append(set(filter(None, map(store.vouchers.get, voucher_ids))))
    if values is not None:
        # Deleted codes match, because they are still listed (our choice).
        filtered.append(
            {voucher for value in values for voucher in store.vouchers_with_code(value)}
        )
    if filtered:
        return [sorted_by_sequence(filtered[0].intersection(*filtered[1:]))]
    return [store.vouchers_of_service(one) for one in context.ids("ServiceIds") or ()]


def _predicate(state: MockState, context: Context) -> Callable[[Voucher], bool]:
    """Return the filters that `_candidates` does not apply."""
    enterprise_ids, service_ids = context.enterprise_ids(), set(context.ids("ServiceIds") or ())
    company_ids, external_ids = context.ids("CompanyIds"), context.body.get("ExternalIdentifiers")
    # An empty list of states is treated as a missing one (our choice).
    states = context.body.get("ActivityStates") or ()
    updated = context.updated_filter(state)

    def matches(voucher: Voucher) -> bool:
        return (
            voucher.enterprise_id in enterprise_ids
            and voucher.service_id in service_ids
            and voucher.updated in updated
            and (not states or activity_state(voucher) in states)
            and (company_ids is None or voucher.details.company_id in company_ids)
            and (external_ids is None or voucher.details.external_identifier in external_ids)
        )

    return matches


def _vouchers(_data: ReferenceData, vouchers: Iterable[Voucher]) -> Iterator[JsonObject]:
    return map(serialize_voucher, vouchers)


def _codes(_data: ReferenceData, vouchers: Iterable[Voucher]) -> Iterator[JsonObject]:
    return (serialize_code(code) for voucher in vouchers for code in reversed(voucher.codes))


def _assignments(_data: ReferenceData, vouchers: Iterable[Voucher]) -> Iterator[JsonObject]:
    for voucher in vouchers:
        for rate_id in voucher.details.rate_ids:
            yield serialize_assignment(voucher, rate_id)


def _rates(data: ReferenceData, vouchers: Iterable[Voucher]) -> Iterator[JsonObject]:
    rate_ids = (rate_id for voucher in vouchers for rate_id in voucher.details.rate_ids)
    return (data.rates[rate_id] for rate_id in dict.fromkeys(rate_ids))


def _companies(data: ReferenceData, vouchers: Iterable[Voucher]) -> Iterator[JsonObject]:
    company_ids = dict.fromkeys(voucher.details.company_id for voucher in vouchers)
    return (data.companies[company_id] for company_id in company_ids if company_id is not None)


_EXTENTS: dict[str, Callable[[ReferenceData, Iterable[Voucher]], Iterator[JsonObject]]] = {
    "Vouchers": _vouchers,
    "VoucherCodes": _codes,
    "VoucherAssignments": _assignments,
    "Rates": _rates,
    "Companies": _companies,
}
