# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from attrs.setters import NO_OP as _NO_OP

from ..deviations import report_unknown
from ..serialization import (
    split_known,
    unexpected,
)
from ..types import UNSET, Model, Unset, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "Vouchers",
    "VoucherCodes",
    "VoucherAssignments",
    "Companies",
    "Rates",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define(on_setattr=_NO_OP)
class VoucherExtent(Model):
    """What to return about the vouchers found. What is left out, null or false is not returned. Each
    extent costs the server a look-up.

    Attributes:
        vouchers: Return the vouchers themselves.
        voucher_codes: Return the codes of the vouchers. Deprecated; use `voucherCodes/getAll`
            instead.
        voucher_assignments: Return which voucher opens which rate.
        companies: Return the companies and travel agencies of the vouchers. Deprecated; use the
            vendor's operation `companies/getAll` (not part of this document) instead.
        rates: Return the rates that the vouchers open.
    """

    vouchers: bool | None | Unset = UNSET
    voucher_codes: bool | None | Unset = UNSET
    voucher_assignments: bool | None | Unset = UNSET
    companies: bool | None | Unset = UNSET
    rates: bool | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 5:
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
        ) = values
        self = cls.__new__(cls)
        self.vouchers = (
            x1
            if type(x1) is bool
            else x1
            if x1 is UNSET or x1 is None
            else unexpected(x1, "VoucherExtent", "Vouchers")
        )
        self.voucher_codes = (
            x2
            if type(x2) is bool
            else x2
            if x2 is UNSET or x2 is None
            else unexpected(x2, "VoucherExtent", "VoucherCodes")
        )
        self.voucher_assignments = (
            x3
            if type(x3) is bool
            else x3
            if x3 is UNSET or x3 is None
            else unexpected(x3, "VoucherExtent", "VoucherAssignments")
        )
        self.companies = (
            x4
            if type(x4) is bool
            else x4
            if x4 is UNSET or x4 is None
            else unexpected(x4, "VoucherExtent", "Companies")
        )
        self.rates = (
            x5
            if type(x5) is bool
            else x5
            if x5 is UNSET or x5 is None
            else unexpected(x5, "VoucherExtent", "Rates")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("VoucherExtent", rest)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.vouchers) is not UNSET:
            d["Vouchers"] = x
        if (x := this.voucher_codes) is not UNSET:
            d["VoucherCodes"] = x
        if (x := this.voucher_assignments) is not UNSET:
            d["VoucherAssignments"] = x
        if (x := this.companies) is not UNSET:
            d["Companies"] = x
        if (x := this.rates) is not UNSET:
            d["Rates"] = x
        return d
