"""How all that an answer lists looks on the wire, with each property of the document.

This is where one that the vendor adds goes. No rule of any operation.
"""

from ._answers import JsonObject
from ._ids import Ids
from ._store import Voucher, VoucherCode

_MADE = "2025-01-01T00:00:00Z"


def voucher_to_wire(voucher: Voucher) -> JsonObject:
    """Return a voucher as the contract has it."""
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


def assignment_to_wire(voucher: Voucher, rate_id: str) -> JsonObject:
    """Return the link of a voucher to a rate as the contract has it."""
    return {"VoucherId": voucher.id, "RateId": rate_id}


def activity_state(item: Voucher | VoucherCode) -> str:
    """Return the older way to say whether an item is active."""
    return "Active" if item.is_active else "Deleted"


def new_rate(ids: Ids, service_id: str, number: int) -> JsonObject:
    """Return a rate that only a voucher opens; some properties are null in every second one."""
    is_odd = number % 2 == 1
    name = f"Voucher rate {number}"
    return {
        "Id": ids.new(),
        "GroupId": ids.new(),
        "ServiceId": service_id,
        "BaseRateId": None,
        "IsBaseRate": True,
        "BusinessSegmentId": ids.new() if is_odd else None,
        "IsActive": True,
        "IsEnabled": True,
        "IsPublic": False,
        "Type": "Private",
        "Name": name,
        "Names": {"en-US": name},
        "ShortName": f"V{number}",
        "UpdatedUtc": _MADE,
        "ExternalNames": {"en-US": f"Special offer {number}"} if is_odd else None,
        "Description": {"en-US": "With a voucher only."} if is_odd else None,
        "ExternalIdentifier": f"RATE-{number}" if is_odd else None,
    }


def new_company(ids: Ids, chain_id: str, number: int) -> JsonObject:
    """Return a company; every second one has an address and the properties that others lack."""
    is_odd = number % 2 == 1
    address = _address(ids) if is_odd else None
    return {
        "Id": ids.new(),
        "ChainId": chain_id,
        "Name": f"Company {number}",
        "MotherCompanyId": None,
        "InvoicingEmail": f"invoices-{number}@example.com" if is_odd else None,
        "WebsiteUrl": f"https://example.com/{number}" if is_odd else None,
        "InvoiceDueInterval": "P0M14DT0H0M0S" if is_odd else None,
        "Options": {
            "Invoiceable": is_odd,
            "AddFeesToInvoices": False,
            "AddTaxDeductedPaymentToInvoices": False,
        },
        "CreditRating": {"Basic": "CreditOk" if is_odd else None},
        "Department": None,
        "DunsNumber": None,
        "ReferenceIdentifier": None,
        "AccountingCode": f"AC-{number}",
        "AdditionalTaxIdentifier": None,
        "BillingCode": f"BC-{number}",
        "Contact": None,
        "ContactPerson": None,
        "ElectronicInvoiceIdentifier": None,
        "Identifier": None,
        "Iata": None,
        "IsActive": True,
        "Notes": None,
        "Number": number,
        "TaxIdentifier": f"TAX-{number}" if is_odd else None,
        "Telephone": None,
        "CreatedUtc": _MADE,
        "UpdatedUtc": _MADE,
        "Address": address,
        "AddressId": address["Id"] if address else None,
        "MergeTargetId": None,
        "TaxIdentificationNumber": f"TAX-{number}" if is_odd else None,
        "ExternalIdentifier": None,
    }


def _address(ids: Ids) -> JsonObject:
    return {
        "Id": ids.new(),
        "Line1": "Main Street 1",
        "Line2": None,
        "City": "Amsterdam",
        "PostalCode": "1011 AA",
        "CountryCode": "NL",
        "CountrySubdivisionCode": "NL-NH",
        "Latitude": 52.37,
        "Longitude": 4.89,
    }
