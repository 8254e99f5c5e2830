"""The pages that are read, and the request that is written. The readers are elsewhere.

An item is that of the document's examples, with all its properties and unique values.
"""

import json

from tests.support import documented

ITEMS = 1_000
#: Two times for all items of one request, as in a campaign, and four for the rest.
TIMES = [f"2026-0{month}-01T15:08:14Z" for month in range(1, 7)]
#: A JSON object.
Properties = documented.JsonObject
_RATE: Properties = documented.EXAMPLES["VouchersEveryExtentPage"]["Rates"][0]
_COMPANY: Properties = documented.EXAMPLES["VouchersEveryExtentPage"]["Companies"][0]


def _id(kind: int, number: int) -> str:
    return f"{kind:08x}-c7ae-4972-b67f-{number:012x}"


def code(number: int) -> Properties:
    """Return a voucher code."""
    return documented.CODE | {
        "Id": _id(1, number),
        "VoucherId": _id(2, number),
        "Value": f"CODE-{number:016}",
        "ValidityStartUtc": TIMES[0],
        "CreatedUtc": TIMES[0],
        "UpdatedUtc": TIMES[1],
    }


def voucher(number: int) -> Properties:
    """Return a voucher."""
    return documented.VOUCHER | {
        "Id": _id(2, number),
        "Name": f"Voucher {number}",
        "CreatedUtc": TIMES[number % 6],
        "UpdatedUtc": TIMES[number % 5 + 1],
        "CompanyId": _id(4, number % 100),
        "OccupiableIntervalEndUtc": TIMES[5],
        "ExternalIdentifier": f"VCHR-{number}",
    }


def rate(number: int) -> Properties:
    """Return a rate."""
    return _RATE | {
        "Id": _id(5, number),
        "Names": {"en-US": f"Rate {number}", "cs-CZ": f"Sazba {number}"},
        "UpdatedUtc": TIMES[3],
        "Name": f"Rate {number}",
        "ShortName": f"R{number}",
    }


def company(number: int) -> Properties:
    """Return a company."""
    return _COMPANY | {
        "Id": _id(4, number),
        "Name": f"Company {number}",
        "Number": number,
        "CreatedUtc": TIMES[2],
        "UpdatedUtc": TIMES[3],
    }


def codes_page(items: int = ITEMS) -> bytes:
    """Return a page of voucher codes, by default a full one."""
    codes = [code(number) for number in range(items)]
    return json.dumps({"VoucherCodes": codes, "Cursor": codes[-1]["Id"]}).encode()


def vouchers_page(**more: object) -> bytes:
    """Return a full page of vouchers with all extents: a code and two rates each, 100 companies.

    Each voucher also has the properties `more`.
    """
    numbers = range(ITEMS)
    page = {
        "Vouchers": [voucher(number) | more for number in numbers],
        "VoucherCodes": [code(number) for number in numbers],
        "VoucherAssignments": [
            {"VoucherId": _id(2, number), "RateId": _id(5, (number + other) % 50)}
            for number in numbers
            for other in (0, 1)
        ],
        "Rates": [rate(number) for number in range(50)],
        "Companies": [company(number) for number in range(100)],
        "Cursor": _id(2, ITEMS - 1),
    }
    return json.dumps(page).encode()


def code_to_add(number: int) -> Properties:
    """Return the parameters of a new code."""
    return {
        "VoucherId": _id(2, 1),
        "Value": f"CODE-{number:016}",
        "ValidityStartUtc": TIMES[0],
        "ValidityEndUtc": None,
    }


def codes_to_add() -> Properties:
    """Return a request with the maximum number of new codes."""
    return {
        "ClientToken": "c",
        "AccessToken": "a",
        "Client": "Benchmark 1.0",
        "VoucherCodeParameters": [code_to_add(number) for number in range(ITEMS)],
    }
