"""The requests to send, and the expected results. Data only; `client_steps.py` has the others.

Strings with an `@` are names of `names.py`. The expected result is one line: the status, then the
returned items in order, then the cursor. It is what the document and the vendor's guidelines say,
and what the mock does: where they are silent, the mock's modules say "our choice".

A new step must change nothing that this run has not added, even on a server that accepts what it
should reject. So rejections are tested with reads, or with ids that no item has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.documented import UNKNOWN
from tests.support.mock_api import JsonObject

from .compare import Observation, observe
from .names import Names
from .target import Target
from .wire import WireResponse

CODES, ADD_CODES, DELETE_CODES = "voucherCodes/getAll", "voucherCodes/add", "voucherCodes/delete"
VOUCHERS, ADD_VOUCHERS = "vouchers/getAll", "vouchers/add"
UPDATE_VOUCHERS, DELETE_VOUCHERS = "vouchers/update", "vouchers/delete"
MINIMAL = {"Prefer": "return=minimal"}


@dataclass(frozen=True, slots=True)
class Step:
    """One request."""

    name: str
    operation: str
    #: The body without the tokens. Bytes go as they are.
    body: JsonObject | bytes | None
    expected: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    #: The names of the items that it adds, in their order.
    adds: tuple[str, ...] = ()

    def execute(self, on: Target) -> Observation:
        """Execute the step."""
        body = on.names.fill(self.body)
        response = on.wire.send(self.operation, body, method=self.method, headers=self.headers)
        if self.adds:
            _give_names(self.adds, body, response, on.names)
        return observe(response, self.operation, on.names)


def _give_names(
    adds: tuple[str, ...], body: JsonObject, response: WireResponse, names: Names
) -> None:
    """Name the added items by their properties, because their order is to be compared."""
    requested = body.get("VoucherParameters") or body["VoucherCodeParameters"]
    added = [*response.items("Vouchers"), *response.items("VoucherCodes")]
    for name, properties in zip(adds, requested, strict=True):
        (key,) = {"Name", "Value"} & properties.keys()
        for item in added:
            if item.get(key) == properties[key] and item.get("Id"):
                names.give(name, str(item["Id"]))


# Any: values of properties.
def codes(count: int = 10, cursor: str | None = None, **filters: Any) -> JsonObject:
    """Return the body that lists codes, by default those of our voucher."""
    limitation = {"Count": count, "Cursor": cursor}
    return {"VoucherIds": ["@voucher"], "Limitation": limitation, **filters}


def vouchers(*extents: str, **filters: Any) -> JsonObject:
    """Return the body that lists vouchers, by default ours."""
    return {
        "ServiceIds": ["@service"],
        "VoucherIds": ["@voucher"],
        "Extent": dict.fromkeys(extents, True),
        "Limitation": {"Count": 10},
        **filters,
    }


def code(value: str, voucher: str = "@voucher") -> JsonObject:
    """Return a code to add."""
    return {"VoucherId": voucher, "Value": value, "ValidityEndUtc": "2030-01-01T00:00:00Z"}


def update(**values: str | None) -> JsonObject:
    """Return the body that sets values of our voucher."""
    wrapped = {name: {"Value": value} for name, value in values.items()}
    return {"VoucherUpdates": [{"VoucherId": "@voucher", **wrapped}]}


def interval(start: str, end: str) -> JsonObject:
    """Return an interval."""
    return {"StartUtc": start, "EndUtc": end}


NOTHING = "200: nothing; cursor null"
NO_VOUCHER: JsonObject = {"VoucherIds": ["@unknown"]}
_NEW = {"ServiceId": "@service", "Name": "@run", "Type": "Public", "ExternalIdentifier": "@run"}
_MONTHS_3 = interval("2025-01-01T00:00:00Z", "2025-04-01T00:00:00Z")
_MONTHS_3_AND_1_S = interval("2025-01-01T00:00:00Z", "2025-04-01T00:00:01Z")

_READS_OF_NOTHING = (
    Step("codes of an unknown voucher", CODES, codes(**NO_VOUCHER), NOTHING),
    Step("the same, minimal", CODES, codes(**NO_VOUCHER), "204", headers=MINIMAL),
    Step("unknown vouchers", VOUCHERS, vouchers("Vouchers", **NO_VOUCHER), NOTHING),
    Step("three months", CODES, codes(**NO_VOUCHER, UpdatedUtc=_MONTHS_3), NOTHING),
)


def _rejected(name: str, **change: Any) -> Step:
    return Step(f"rejected: {name}", CODES, codes(**NO_VOUCHER) | change, "400")


_REFUSALS = (
    Step("rejected: no JSON", CODES, b'{"Client": ', "400"),
    Step("rejected: a trailing comma", CODES, b'{"Client": "A 1.0",}', "400"),
    Step("rejected: VoucherIds missing", CODES, {"Limitation": {"Count": 1}}, "400"),
    _rejected("VoucherIds is a string", VoucherIds="@unknown"),
    _rejected("VoucherIds is empty", VoucherIds=[]),
    _rejected("an unknown property", **{UNKNOWN: 1}),
    _rejected("Count 0", Limitation={"Count": 0}),
    _rejected("Count 1001", Limitation={"Count": 1001}),
    _rejected("an unknown cursor", Limitation={"Count": 1, "Cursor": "@unknown"}),
    _rejected("more than three months", UpdatedUtc=_MONTHS_3_AND_1_S),
    _rejected("LanguageCode alone", LanguageCode="en-US"),
    Step("rejected: GET", CODES, None, "404", method="GET"),
    Step("rejected: a trailing slash", f"{CODES}/", codes(**NO_VOUCHER), "404"),
    Step("rejected: another case", CODES.lower(), codes(**NO_VOUCHER), "404"),
    Step("rejected: a wrong token", CODES, codes(**NO_VOUCHER, AccessToken="wrong"), "401"),
    Step(
        "rejected: codes for an unknown voucher",
        ADD_CODES,
        {"VoucherCodeParameters": [code("@run-0", "@unknown")]},
        "400",
    ),
    Step(
        "rejected: delete of an unknown code", DELETE_CODES, {"VoucherCodeIds": ["@unknown"]}, "400"
    ),
)

_ADDS = (
    Step(
        "add a voucher",
        ADD_VOUCHERS,
        {"VoucherParameters": [_NEW]},
        "200: voucher",
        adds=("voucher",),
    ),
    Step(
        "add three codes",
        ADD_CODES,
        {"VoucherCodeParameters": [code("@run-1"), code("@run-2"), code("@run-3")]},
        "200: code1, code2, code3",
        adds=("code1", "code2", "code3"),
    ),
    Step(
        "add a value again",
        ADD_CODES,
        {"VoucherCodeParameters": [code("@run-1")]},
        "200: code4",
        adds=("code4",),
    ),
)

_READS = (
    Step("a page of one", CODES, codes(1), "200: code4; cursor code4"),
    Step("a page of two", CODES, codes(2), "200: code4, code3; cursor code3"),
    Step("a short last page", CODES, codes(3, "@code3"), "200: code2, code1; cursor code1"),
    Step("the page after the last", CODES, codes(2, "@code1"), NOTHING),
    Step(
        "codes by id",
        CODES,
        codes(VoucherCodeIds=["@code1", "@code3", "@unknown"]),
        "200: code3, code1; cursor code1",
    ),
    Step(
        "codes by time",
        CODES,
        codes(UpdatedUtc=interval("@yesterday", "@tomorrow")),
        "200: code4, code3, code2, code1; cursor code1",
    ),
    Step("codes of another time", CODES, codes(UpdatedUtc=_MONTHS_3), NOTHING),
    Step("no extent", VOUCHERS, vouchers(), "200: no list; cursor voucher"),
    Step(
        "related items",
        VOUCHERS,
        vouchers("Vouchers", "VoucherAssignments", "Rates"),
        "200: voucher; nothing; nothing; cursor voucher",
    ),
    Step(
        "vouchers by code",
        VOUCHERS,
        vouchers("Vouchers", VoucherCodeValues=["@run-2"]),
        "200: voucher; cursor voucher",
    ),
)

_UPDATES = (
    Step("rename", UPDATE_VOUCHERS, update(Name="@run renamed"), "200: voucher"),
    Step(
        "clear a value",
        UPDATE_VOUCHERS,
        update(ExternalIdentifier=None),
        "200: voucher",
    ),
)

_DELETES = (
    Step("delete two codes", DELETE_CODES, {"VoucherCodeIds": ["@code1", "@code2"]}, "200: {}"),
    Step("delete one again", DELETE_CODES, {"VoucherCodeIds": ["@code1"]}, "400"),
    Step("deleted codes stay", CODES, codes(2, "@code3"), "200: code2, code1; cursor code1"),
    Step(
        "delete the others, minimal",
        DELETE_CODES,
        {"VoucherCodeIds": ["@code3", "@code4"]},
        "204",
        headers=MINIMAL,
    ),
    Step("delete the voucher", DELETE_VOUCHERS, {"VoucherIds": ["@voucher"]}, "200: {}"),
    Step("delete it again", DELETE_VOUCHERS, {"VoucherIds": ["@voucher"]}, "400"),
    Step("it stays", VOUCHERS, vouchers("Vouchers"), "200: voucher; cursor voucher"),
    Step("not active", VOUCHERS, vouchers("Vouchers", ActivityStates=["Active"]), NOTHING),
)

STEPS = (*_READS_OF_NOTHING, *_REFUSALS, *_ADDS, *_READS, *_UPDATES, *_DELETES)
