# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..types import UNSET, Model, Unset
from ..wire import odd


@_attrs_define
class VoucherExtent(Model):
    """What to return about the vouchers found. What is left out, null or false is not returned. Each
    extent costs the server a look-up.

    Attributes:
        vouchers: Return the vouchers themselves.
        voucher_codes: Return the codes of the vouchers. On its way out; use
            `voucherCodes/getAll` instead.
        voucher_assignments: Return which voucher opens which rate.
        companies: Return the companies and travel agencies of the vouchers. On its way out; use
            the vendor's operation `companies/getAll` (not part of this document) instead.
        rates: Return the rates that the vouchers open.
    """

    vouchers: bool | None | Unset = UNSET
    voucher_codes: bool | None | Unset = UNSET
    voucher_assignments: bool | None | Unset = UNSET
    companies: bool | None | Unset = UNSET
    rates: bool | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        d = dict(src_dict)
        pop: Any = d.pop
        self = cls.__new__(cls)
        self.vouchers = (
            x
            if type(x := pop("Vouchers", UNSET)) is bool
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherExtent", "Vouchers")
        )
        self.voucher_codes = (
            x
            if type(x := pop("VoucherCodes", UNSET)) is bool
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherExtent", "VoucherCodes")
        )
        self.voucher_assignments = (
            x
            if type(x := pop("VoucherAssignments", UNSET)) is bool
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherExtent", "VoucherAssignments")
        )
        self.companies = (
            x
            if type(x := pop("Companies", UNSET)) is bool
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherExtent", "Companies")
        )
        self.rates = (
            x
            if type(x := pop("Rates", UNSET)) is bool
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherExtent", "Rates")
        )
        self.additional_properties = d
        if d:
            report_unknown("VoucherExtent", d)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
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
