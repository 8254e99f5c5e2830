"""The requests of the seven operations, as the vendor's contract describes them.

Written from the facts of the vendor's reference alone, not from any document of this repository: a
mistake there must not be repeated here.
"""

from .fields import (
    Check,
    array,
    boolean,
    fields,
    identifier,
    instant,
    integer,
    interval,
    one_of,
    string,
)

PATH = "/api/connector/v1/"

_TOKENS: dict[str, Check] = {
    "ClientToken": string(1),
    "AccessToken": string(1),
    "Client": string(1),
}
_TEXTS: dict[str, Check] = {"LanguageCode": string(1), "CultureCode": string(1)}
_LIMITATION = fields({"Count": integer(1, 1000)}, {"Cursor": identifier})
_IDS = array(identifier, 1, 1000)
_TYPE = one_of("Public", "PartnerCompany", "TravelAgency")
_RATES = array(identifier, 0, 10, unique=True)
_EXTENTS = ("Vouchers", "VoucherCodes", "VoucherAssignments", "Companies", "Rates")


def _set_to(check: Check) -> Check:
    """Accept `{"Value": …}` of a property that cannot be cleared."""
    return fields({"Value": check}, {})


def _set_or_cleared(check: Check) -> Check:
    """Accept `{"Value": …}` of a property that null clears."""
    return fields({}, {"Value": check})


def _write(items: str, item: Check) -> Check:
    return fields({**_TOKENS, items: array(item, 1, 1000)}, {**_TEXTS, "EnterpriseId": identifier})


_CODE = fields(
    {"VoucherId": identifier, "Value": string(1, 128)},
    {"ValidityStartUtc": instant, "ValidityEndUtc": instant},
)
_VOUCHER = fields(
    {"ServiceId": identifier, "Name": string(1, 128), "Type": _TYPE},
    {
        "CompanyId": identifier,
        "AssignedRateIds": _RATES,
        "OccupiableIntervalStartUtc": instant,
        "OccupiableIntervalEndUtc": instant,
        "ExternalIdentifier": string(0, 255),
    },
)
_UPDATE = fields(
    {"VoucherId": identifier},
    {
        "Name": _set_to(string(1, 128)),
        "Type": _set_to(_TYPE),
        "CompanyId": _set_or_cleared(identifier),
        "AssignedRateIds": _set_or_cleared(_RATES),
        "OccupiableIntervalStartUtc": _set_or_cleared(instant),
        "OccupiableIntervalEndUtc": _set_or_cleared(instant),
        "ExternalIdentifier": _set_or_cleared(string(0, 255)),
    },
)

#: The check of the whole body of each operation.
REQUESTS: dict[str, Check] = {
    "voucherCodes/add": _write("VoucherCodeParameters", _CODE),
    "voucherCodes/delete": _write("VoucherCodeIds", identifier),
    "voucherCodes/getAll": fields(
        {**_TOKENS, "Limitation": _LIMITATION, "VoucherIds": _IDS},
        {**_TEXTS, "EnterpriseIds": _IDS, "VoucherCodeIds": _IDS, "UpdatedUtc": interval},
    ),
    "vouchers/add": _write("VoucherParameters", _VOUCHER),
    "vouchers/delete": _write("VoucherIds", identifier),
    "vouchers/update": _write("VoucherUpdates", _UPDATE),
    "vouchers/getAll": fields(
        {
            **_TOKENS,
            "Limitation": _LIMITATION,
            "Extent": fields({}, dict.fromkeys(_EXTENTS, boolean)),
            "ServiceIds": _IDS,
        },
        {
            **_TEXTS,
            "EnterpriseIds": _IDS,
            "VoucherIds": _IDS,
            "CompanyIds": _IDS,
            "VoucherCodeValues": array(string(), 1, 1000),
            "ActivityStates": array(one_of("Active", "Deleted")),
            "UpdatedUtc": interval,
            "ExternalIdentifiers": array(string(), 1, 1000),
        },
    ),
}

#: The list of the items of each operation that changes something.
ITEMS = {
    "voucherCodes/add": "VoucherCodeParameters",
    "voucherCodes/delete": "VoucherCodeIds",
    "vouchers/add": "VoucherParameters",
    "vouchers/delete": "VoucherIds",
    "vouchers/update": "VoucherUpdates",
}
