"""Later states of the vendor's document that a comparison must understand, each made by an edit."""

import copy
from typing import NamedTuple

from tests.support.vendor_docs import (
    ADDS,
    API,
    CALLERS,
    READERS,
    REF,
    WORDS,
    Edit,
    Node,
    operation,
    properties,
    schema,
)


class State(NamedTuple):
    """A later state: the edit of the vendor, and the expected report.

    Pages show less; lines with a word of `silent` are not theirs.
    """

    edit: Edit
    expected: set[str]
    silent: tuple[str, ...] = (": required,", ": format,")


def adds_properties(document: Node) -> None:
    """Add a filter, a property of new vouchers, and one of responses."""
    channels = {"type": "array", "maxItems": 5, "items": {"type": "string"}, "nullable": True}
    properties(document, "VoucherFilterParameters")["Channels"] = channels
    for name in ("VoucherAddParameters", "Voucher"):
        properties(document, name)["Blorpwick"] = {"type": "string"}
        schema(document, name)["required"].append("Blorpwick")


def tightens(document: Node) -> None:
    """Accept less than before, and promise less."""
    properties(document, "VoucherAddParameters")["AssignedRateIds"]["maxItems"] = 5
    properties(document, "VoucherAddParameters")["Name"]["maxLength"] = 64
    properties(document, "VoucherFilterParameters")["UpdatedUtc"]["x-max-interval-in-months"] = 1
    properties(document, "Voucher")["ExternalIdentifier"]["maxLength"] = 300
    schema(document, "MultipleVoucherAddParameters")["required"].append("EnterpriseId")
    schema(document, "VoucherCodeResult")["required"].remove("VoucherCodes")


def renames(document: Node) -> None:
    """Rename a property of a response and one of a request."""
    for name, old, new in (
        ("OldAddress", "PostalCode", "ZipCode"),
        ("VoucherAddParameters", "ExternalIdentifier", "ExternalId"),
    ):
        found = properties(document, name)
        found[new] = found.pop(old)


def extends_enums(document: Node) -> None:
    """Add a type of voucher, and drop a rating."""
    schema(document, "VoucherTypeEnum")["enum"].append("Employee")
    schema(document, "CreditRatingBasicEnum")["enum"].remove("CreditOk")


def opens_an_enum(document: Node) -> None:
    """Declare that more types of rates may be added at any time."""
    schema(document, "RateTypeEnum")["x-extensible"] = True


def retires(document: Node) -> None:
    """Deprecate a property, and remove one that was deprecated long ago."""
    properties(document, "VoucherAddParameters")["CompanyId"]["deprecated"] = True
    del properties(document, "VoucherExtent")["Companies"]
    del properties(document, "Company")["TaxIdentificationNumber"]


def retypes(document: Node) -> None:
    """Send a number as string, an object instead of a string, and null where there was none."""
    properties(document, "Company")["Number"] = {"type": "string"}
    properties(document, "Company")["Department"] = {"$ref": f"{REF}CreditRating"}
    properties(document, "Voucher")["Name"]["nullable"] = True
    start = {"type": "string", "nullable": True}
    properties(document, "TimeFilterInterval")["StartUtc"] = start


def asks_for_one_of_several(document: Node) -> None:
    """Accept one of two sets of parameters."""
    ways = [{"required": ["VoucherIds"]}, {"required": ["CompanyIds", "Extent"]}]
    schema(document, "VoucherFilterParameters")["oneOf"] = ways


def reshapes_operations(document: Node) -> None:
    """Add an operation, remove one, and respond with a new status."""
    paths = document["paths"]
    paths[API + "vouchers/merge"] = copy.deepcopy(paths[API + "vouchers/delete"])
    del paths[API + "voucherCodes/delete"]
    responses = operation(document, "vouchers/add")["responses"]
    responses["422"] = responses["400"]
    del responses["429"]


OF_A_VOUCHER = ("vouchers/getAll", "vouchers/add", "vouchers/update")
STATES = {
    "properties": State(
        adds_properties,
        {
            f"vouchers/getAll request Channels: new, {ADDS}",
            f"vouchers/add request VoucherParameters[].Blorpwick: new, {CALLERS}",
            *(f"{name} 200 Vouchers[].Blorpwick: new, {ADDS}" for name in OF_A_VOUCHER),
        },
    ),
    "limits": State(
        tightens,
        {
            f"vouchers/add request VoucherParameters[].AssignedRateIds: maxItems, {CALLERS}",
            f"vouchers/add request VoucherParameters[].Name: maxLength, {CALLERS}",
            f"vouchers/getAll request UpdatedUtc: x-max-interval-in-months, {CALLERS}",
            f"vouchers/add request EnterpriseId: required, {CALLERS}",
            *(
                f"{name} 200 Vouchers[].ExternalIdentifier: maxLength, {READERS}"
                for name in OF_A_VOUCHER
            ),
            f"voucherCodes/getAll 200 VoucherCodes: required, {READERS}",
            f"voucherCodes/add 200 VoucherCodes: required, {READERS}",
        },
    ),
    "names": State(
        renames,
        {
            f"vouchers/getAll 200 Companies[].Address.PostalCode: gone, {READERS}",
            f"vouchers/getAll 200 Companies[].Address.ZipCode: new, {ADDS}",
            f"vouchers/add request VoucherParameters[].ExternalIdentifier: gone, {CALLERS}",
            f"vouchers/add request VoucherParameters[].ExternalId: new, {ADDS}",
        },
    ),
    "enums": State(
        extends_enums,
        {
            f"vouchers/add request VoucherParameters[].Type: enum, {ADDS}",
            f"vouchers/update request VoucherUpdates[].Type.Value: enum, {ADDS}",
            *(f"{name} 200 Vouchers[].Type: enum, {READERS}" for name in OF_A_VOUCHER),
            f"vouchers/getAll 200 Companies[].CreditRating.Basic: enum, {ADDS}",
        },
    ),
    "an open enum": State(
        opens_an_enum, {f"vouchers/getAll 200 Rates[].Type: x-extensible, {READERS}"}
    ),
    "deprecations": State(
        retires,
        {
            f"vouchers/add request VoucherParameters[].CompanyId: deprecated, {WORDS}",
            f"vouchers/getAll request Extent.Companies: gone, {CALLERS}",
            f"vouchers/getAll 200 Companies[].TaxIdentificationNumber: gone, {READERS}",
        },
    ),
    "types": State(
        retypes,
        {
            f"vouchers/getAll 200 Companies[].Number: type, {READERS}",
            f"vouchers/getAll 200 Companies[].Department: type, {READERS}",
            f"vouchers/getAll 200 Companies[].Department: nullable, {ADDS}",
            *(f"{name} 200 Vouchers[].Name: nullable, {READERS}" for name in OF_A_VOUCHER),
            f"vouchers/getAll request UpdatedUtc.StartUtc: format, {CALLERS}",
            f"voucherCodes/getAll request UpdatedUtc.StartUtc: format, {CALLERS}",
        },
    ),
    "sets of parameters": State(
        asks_for_one_of_several, {f"vouchers/getAll request: oneOf, {CALLERS}"}
    ),
    "operations": State(
        reshapes_operations,
        {
            f"vouchers/merge operation: new, {ADDS}",
            f"voucherCodes/delete operation: gone, {CALLERS}",
            f"vouchers/add 422: new, {ADDS}",
            f"vouchers/add 429: gone, {WORDS}",
        },
        (" 422", " 429"),
    ),
}
