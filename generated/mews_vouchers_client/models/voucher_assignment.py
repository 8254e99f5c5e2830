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
class VoucherAssignment(Model):
    """Says that a voucher opens a rate.

    Attributes:
        voucher_id: The voucher.
        rate_id: The rate that it opens.
    """

    voucher_id: str | Unset = UNSET
    rate_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        d = dict(src_dict)
        pop: Any = d.pop
        self = cls.__new__(cls)
        self.voucher_id = (
            x
            if type(x := pop("VoucherId", UNSET)) is str
            else x
            if x is UNSET
            else odd(x, "VoucherAssignment", "VoucherId")
        )
        self.rate_id = (
            x
            if type(x := pop("RateId", UNSET)) is str
            else x
            if x is UNSET
            else odd(x, "VoucherAssignment", "RateId")
        )
        self.additional_properties = d
        if d:
            report_unknown("VoucherAssignment", d)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
        if (x := this.voucher_id) is not UNSET:
            d["VoucherId"] = x
        if (x := this.rate_id) is not UNSET:
            d["RateId"] = x
        return d
