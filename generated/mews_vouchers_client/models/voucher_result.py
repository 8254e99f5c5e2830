# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, ClassVar, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from attrs.setters import NO_OP as _NO_OP

from ..deviations import report_unknown
from ..fast_json import unknown_properties
from ..models.company import Company
from ..models.rate_for_extent import RateForExtent
from ..models.voucher import Voucher
from ..models.voucher_assignment import VoucherAssignment
from ..models.voucher_code import VoucherCode
from ..serialization import (
    split_known,
    unexpected,
)
from ..types import UNSET, Model, Unset, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "Vouchers",
    "VoucherCodes",
    "VoucherAssignments",
    "Rates",
    "Companies",
    "Cursor",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define(kw_only=True, on_setattr=_NO_OP)
class VoucherResult(Model):
    """One page of vouchers. A list whose extent was not asked for is null or missing.

    Attributes:
        vouchers: The vouchers, newest first.
        voucher_codes: The codes of the vouchers on this page.
        voucher_assignments: Which voucher on this page opens which rate.
        rates: The rates that the vouchers on this page open.
        companies: The companies and travel agencies of the vouchers on this page.
        cursor: Id of the oldest voucher of this page, to be sent for the next one; null if
            there is none.
    """

    vouchers: list[Voucher] | None | Unset = UNSET
    voucher_codes: list[VoucherCode] | None | Unset = UNSET
    voucher_assignments: list[VoucherAssignment] | None | Unset = UNSET
    rates: list[RateForExtent] | None | Unset = UNSET
    companies: list[Company] | None | Unset = UNSET
    cursor: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 6:
            try:
                values = _fetch(src_dict)
            except KeyError:
                pass
        if values is None:  # a property is missing or unknown
            values, rest = split_known(src_dict, _NAMES)
        (
            x1,
            x2,
            x3,
            x4,
            x5,
            x6,
        ) = values
        self = cls.__new__(cls)
        self.vouchers = (
            [
                Voucher.from_dict(item0)
                if type(item0) is dict
                else unexpected(item0, "VoucherResult", "Vouchers")
                for item0 in x1
            ]
            if type(x1) is list
            else x1
            if x1 is UNSET or x1 is None
            else unexpected(x1, "VoucherResult", "Vouchers")
        )
        self.voucher_codes = (
            [
                VoucherCode.from_dict(item0)
                if type(item0) is dict
                else unexpected(item0, "VoucherResult", "VoucherCodes")
                for item0 in x2
            ]
            if type(x2) is list
            else x2
            if x2 is UNSET or x2 is None
            else unexpected(x2, "VoucherResult", "VoucherCodes")
        )
        self.voucher_assignments = (
            [
                VoucherAssignment.from_dict(item0)
                if type(item0) is dict
                else unexpected(item0, "VoucherResult", "VoucherAssignments")
                for item0 in x3
            ]
            if type(x3) is list
            else x3
            if x3 is UNSET or x3 is None
            else unexpected(x3, "VoucherResult", "VoucherAssignments")
        )
        self.rates = (
            [
                RateForExtent.from_dict(item0)
                if type(item0) is dict
                else unexpected(item0, "VoucherResult", "Rates")
                for item0 in x4
            ]
            if type(x4) is list
            else x4
            if x4 is UNSET or x4 is None
            else unexpected(x4, "VoucherResult", "Rates")
        )
        self.companies = (
            [
                Company.from_dict(item0)
                if type(item0) is dict
                else unexpected(item0, "VoucherResult", "Companies")
                for item0 in x5
            ]
            if type(x5) is list
            else x5
            if x5 is UNSET or x5 is None
            else unexpected(x5, "VoucherResult", "Companies")
        )
        self.cursor = (
            x6
            if type(x6) is str
            else x6
            if x6 is UNSET or x6 is None
            else unexpected(x6, "VoucherResult", "Cursor")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("VoucherResult", rest)
        return self

    _json_names: ClassVar[Mapping[str, str]] = {
        "vouchers": "Vouchers",
        "voucher_codes": "VoucherCodes",
        "voucher_assignments": "VoucherAssignments",
        "rates": "Rates",
        "companies": "Companies",
        "cursor": "Cursor",
    }

    @classmethod
    def _from_struct(cls, struct: Any) -> Self:
        """Read a struct that `fast_json.py` decoded."""
        self = cls.__new__(cls)
        x = struct.vouchers
        self.vouchers = x if x is UNSET or x is None else list(map(Voucher._from_struct, x))
        x = struct.voucher_codes
        self.voucher_codes = (
            x if x is UNSET or x is None else list(map(VoucherCode._from_struct, x))
        )
        x = struct.voucher_assignments
        self.voucher_assignments = (
            x if x is UNSET or x is None else list(map(VoucherAssignment._from_struct, x))
        )
        x = struct.rates
        self.rates = x if x is UNSET or x is None else list(map(RateForExtent._from_struct, x))
        x = struct.companies
        self.companies = x if x is UNSET or x is None else list(map(Company._from_struct, x))
        self.cursor = struct.cursor
        self.additional_properties = unknown_properties(struct) if struct._unknown else {}
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.vouchers) is not UNSET:
            d["Vouchers"] = (
                [item0.to_dict() if isinstance(item0, Voucher) else item0 for item0 in x]
                if isinstance(x, list | tuple)
                else x
            )
        if (x := this.voucher_codes) is not UNSET:
            d["VoucherCodes"] = (
                [item0.to_dict() if isinstance(item0, VoucherCode) else item0 for item0 in x]
                if isinstance(x, list | tuple)
                else x
            )
        if (x := this.voucher_assignments) is not UNSET:
            d["VoucherAssignments"] = (
                [item0.to_dict() if isinstance(item0, VoucherAssignment) else item0 for item0 in x]
                if isinstance(x, list | tuple)
                else x
            )
        if (x := this.rates) is not UNSET:
            d["Rates"] = (
                [item0.to_dict() if isinstance(item0, RateForExtent) else item0 for item0 in x]
                if isinstance(x, list | tuple)
                else x
            )
        if (x := this.companies) is not UNSET:
            d["Companies"] = (
                [item0.to_dict() if isinstance(item0, Company) else item0 for item0 in x]
                if isinstance(x, list | tuple)
                else x
            )
        if (x := this.cursor) is not UNSET:
            d["Cursor"] = x
        return d
