"""How vouchers, codes and assignments look in responses, with every property of the document.

A property that the vendor adds to them is added here. Rates and companies: `_state/reference_data`.
"""

from mews_vouchers.mock._contract.responses import JsonObject
from mews_vouchers.mock._state.store import Voucher, VoucherCode


def serialize_voucher(voucher: Voucher) -> JsonObject:
    """Return a voucher as responses have it."""
    details = voucher.details
    is_agency = details.type == "TravelAgency"
    return {
        "Id": voucher.id,
        "EnterpriseId": voucher.enterprise_id,
        "ServiceId": voucher.service_id,
        "Name": details.name,
        "CreatedUtc": voucher.created,
        "UpdatedUtc": voucher.updated,
        "Type": details.type,
        "ActivityState": activity_state(voucher),
        "CompanyId": details.company_id,
        # A travel agency is a company: its id is in both properties (our choice).
        "TravelAgencyId": details.company_id if is_agency else None,
        "OccupiableIntervalStartUtc": details.interval_start,
        "OccupiableIntervalEndUtc": details.interval_end,
        "ExternalIdentifier": details.external_identifier,
        "IsActive": voucher.is_active,
    }


def serialize_code(code: VoucherCode) -> JsonObject:
    """Return a voucher code as responses have it."""
    return {
        "Id": code.id,
        "VoucherId": code.voucher.id,
        "Value": code.value,
        "ValidityStartUtc": code.validity_start,
        "ValidityEndUtc": code.validity_end,
        "CreatedUtc": code.created,
        "UpdatedUtc": code.updated,
        "ActivityState": activity_state(code),
        "IsActive": code.is_active,
    }


def serialize_assignment(voucher: Voucher, rate_id: str) -> JsonObject:
    """Return the assignment of a rate to a voucher as responses have it."""
    return {"VoucherId": voucher.id, "RateId": rate_id}


def activity_state(item: Voucher | VoucherCode) -> str:
    """Return the older form of `IsActive`."""
    return "Active" if item.is_active else "Deleted"
