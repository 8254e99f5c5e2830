"""How vouchers and codes look on the wire. No rule of any operation."""

from ._answers import JsonObject
from ._store import Voucher, VoucherCode


def voucher_to_wire(voucher: Voucher) -> JsonObject:
    """Return a voucher as the contract has it."""
    details = voucher.details
    is_agency = details.type == "TravelAgency"
    return {
        "Id": voucher.id,
        "ServiceId": voucher.service_id,
        "Name": details.name,
        "CreatedUtc": voucher.created,
        "UpdatedUtc": voucher.updated,
        "Type": details.type,
        "ActivityState": activity_state(voucher),
        "CompanyId": details.company_id,
        # A travel agency is a company: the voucher names it in both properties (our choice).
        "TravelAgencyId": details.company_id if is_agency else None,
        "OccupiableIntervalStartUtc": details.interval_start,
        "OccupiableIntervalEndUtc": details.interval_end,
        "ExternalIdentifier": details.external_identifier,
        "IsActive": voucher.is_active,
    }


def code_to_wire(code: VoucherCode) -> JsonObject:
    """Return a code as the contract has it."""
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


def activity_state(item: Voucher | VoucherCode) -> str:
    """Return the older way to say whether an item is active."""
    return "Active" if item.is_active else "Deleted"
