"""The pages that are read, and models for them written by hand: pydantic's and msgspec's.

Both kinds are made of one table, so that they are the same but for the library.
"""

import json
from datetime import datetime
from types import GenericAlias
from typing import Any, NamedTuple

import msgspec
import pydantic
from mews_vouchers_client.models import (
    ActivityState,
    CreditRatingBasicEnum,
    RateTypeEnum,
    VoucherTypeEnum,
)
from pydantic.alias_generators import to_pascal

ITEMS = 1_000
#: Two times for all that was added in one request, as in a campaign, and four for the rest.
TIMES = [f"2026-0{month}-01T15:08:14Z" for month in range(1, 7)]
Properties = dict[str, Any]


def _id(kind: int, number: int) -> str:
    return f"{kind:08x}-c7ae-4972-b67f-{number:012x}"


def _code(number: int) -> Properties:
    return {
        "Id": _id(1, number),
        "VoucherId": _id(2, number),
        "Value": f"CODE-{number:016}",
        "ValidityStartUtc": TIMES[0],
        "ValidityEndUtc": None,
        "CreatedUtc": TIMES[0],
        "UpdatedUtc": TIMES[1],
        "ActivityState": "Active",
        "IsActive": True,
    }


def _voucher(number: int) -> Properties:
    return {
        "Id": _id(2, number),
        "ServiceId": _id(3, 1),
        "Name": f"Voucher {number}",
        "CreatedUtc": TIMES[number % 6],
        "UpdatedUtc": TIMES[number % 5 + 1],
        "Type": "PartnerCompany",
        "IsActive": True,
        "ActivityState": "Active",
        "CompanyId": _id(4, number % 100),
        "TravelAgencyId": None,
        "OccupiableIntervalStartUtc": None,
        "OccupiableIntervalEndUtc": TIMES[5],
        "ExternalIdentifier": f"VCHR-{number}",
    }


def _rate(number: int) -> Properties:
    return {
        "Id": _id(5, number),
        "GroupId": _id(6, 1),
        "ServiceId": _id(3, 1),
        "IsBaseRate": False,
        "IsActive": True,
        "IsEnabled": True,
        "IsPublic": False,
        "Type": "Private",
        "Names": {"en-US": f"Rate {number}", "cs-CZ": f"Sazba {number}"},
        "UpdatedUtc": TIMES[3],
        "BaseRateId": _id(5, 0),
        "BusinessSegmentId": None,
        "Name": f"Rate {number}",
        "ShortName": f"R{number}",
        "ExternalNames": {"en-US": "Offer"},
        "Description": {},
        "ExternalIdentifier": None,
    }


def _company(number: int) -> Properties:
    texts = dict.fromkeys(
        [
            "MotherCompanyId",
            "InvoicingEmail",
            "WebsiteUrl",
            "InvoiceDueInterval",
            "Department",
            "DunsNumber",
            "ReferenceIdentifier",
            "AccountingCode",
            "AdditionalTaxIdentifier",
            "BillingCode",
            "Contact",
            "ContactPerson",
            "ElectronicInvoiceIdentifier",
            "Identifier",
            "Iata",
            "Notes",
            "TaxIdentifier",
            "Telephone",
            "AddressId",
            "MergeTargetId",
            "TaxIdentificationNumber",
            "ExternalIdentifier",
        ]
    )
    return texts | {
        "Id": _id(4, number),
        "ChainId": _id(7, 1),
        "Name": f"Company {number}",
        "Options": {
            "Invoiceable": True,
            "AddFeesToInvoices": False,
            "AddTaxDeductedPaymentToInvoices": False,
        },
        "CreditRating": {"Basic": "CreditOk"},
        "IsActive": True,
        "Number": number,
        "InvoicingEmail": "invoices@example.com",
        "CreatedUtc": TIMES[2],
        "UpdatedUtc": TIMES[3],
        "Address": {
            "Id": _id(8, number),
            "City": "Prague",
            "PostalCode": "110 00",
            "CountryCode": "CZ",
            "CountrySubdivisionCode": None,
            "Latitude": 50.08,
            "Longitude": 14.42,
        },
    }


def codes_page() -> bytes:
    """Return a full page of voucher codes, with the properties that the vendor fills."""
    codes = [_code(number) for number in range(ITEMS)]
    return json.dumps({"VoucherCodes": codes, "Cursor": codes[-1]["Id"]}).encode()


def vouchers_page(**more: object) -> bytes:
    """Return a full page of vouchers with all extents: a code and two rates each, 100 companies.

    Each voucher has `more`, besides.
    """
    numbers = range(ITEMS)
    page = {
        "Vouchers": [_voucher(number) | more for number in numbers],
        "VoucherCodes": [_code(number) for number in numbers],
        "VoucherAssignments": [
            {"VoucherId": _id(2, number), "RateId": _id(5, (number + other) % 50)}
            for number in numbers
            for other in (0, 1)
        ],
        "Rates": [_rate(number) for number in range(50)],
        "Companies": [_company(number) for number in range(100)],
        "Cursor": _id(2, ITEMS - 1),
    }
    return json.dumps(page).encode()


class Models(NamedTuple):
    """The same models, made with one library."""

    codes: Any
    vouchers: Any


def _or_null(kind: Any) -> Any:
    return kind | None


def _list(kind: Any) -> Any:
    return GenericAlias(list, kind)


def by_hand(define: Any) -> Models:
    """Make the models with a function that takes a class's name and its fields, wire name first."""
    text, moment = _or_null(str), _or_null(datetime)

    def model(name: str, example: Properties, **types: Any) -> Any:
        """Every property is the text or time that its name says, unless its type is given."""
        usual = {wire: moment if wire.endswith("Utc") else text for wire in example}
        return define(name, usual | types)

    code = model("Code", _code(0), Id=str, VoucherId=str, IsActive=bool)
    voucher = model(
        "Voucher",
        _voucher(0),
        **dict.fromkeys(("Id", "ServiceId", "Name"), str),
        **dict.fromkeys(("CreatedUtc", "UpdatedUtc"), datetime),
        Type=VoucherTypeEnum,
        IsActive=bool,
        ActivityState=_or_null(ActivityState),
    )
    names = dict[str, str]
    rate = model(
        "Rate",
        _rate(0),
        **dict.fromkeys(("Id", "GroupId", "ServiceId"), str),
        **dict.fromkeys(("IsBaseRate", "IsActive", "IsEnabled", "IsPublic"), bool),
        Type=RateTypeEnum,
        Names=names,
        UpdatedUtc=datetime,
        ExternalNames=_or_null(names),
        Description=_or_null(names),
    )
    address = model(
        "Address",
        _company(0)["Address"],
        Latitude=_or_null(float),
        Longitude=_or_null(float),
    )
    company = model(
        "Company",
        _company(0),
        **dict.fromkeys(("Id", "ChainId", "Name"), str),
        Options=define("Options", dict.fromkeys(_company(0)["Options"], bool)),
        CreditRating=define("CreditRating", {"Basic": _or_null(CreditRatingBasicEnum)}),
        IsActive=bool,
        Number=int,
        Address=_or_null(address),
    )
    assignment = define("Assignment", {"VoucherId": str, "RateId": str})
    vouchers = define(
        "Vouchers",
        {
            "Vouchers": _list(voucher),
            "VoucherCodes": _list(code),
            "VoucherAssignments": _list(assignment),
            "Rates": _list(rate),
            "Companies": _list(company),
            "Cursor": text,
        },
    )
    return Models(define("Codes", {"VoucherCodes": _list(code), "Cursor": text}), vouchers)


def _attribute(wire: str) -> str:
    return "".join(
        "_" * (letter.isupper() and place > 0) + letter.lower() for place, letter in enumerate(wire)
    )


def pydantic_model(name: str, fields: Properties) -> Any:
    """Make a model of pydantic v2."""
    config = pydantic.ConfigDict(alias_generator=to_pascal)
    types: Any = {_attribute(wire): (type_, ...) for wire, type_ in fields.items()}
    return pydantic.create_model(name, __config__=config, **types)


def msgspec_struct(name: str, fields: Properties) -> Any:
    """Make a struct of msgspec."""
    types = [(_attribute(wire), type_) for wire, type_ in fields.items()]
    return msgspec.defstruct(name, types, rename="pascal")
