# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..types import UNSET, Model, Unset
from ..wire import odd, read_datetime, write_datetime


@_attrs_define
class VoucherCodeAddParameters(Model):
    """One voucher code to create.

    Attributes:
        voucher_id: The voucher that the code is for.
        value: The text that customers enter, 1 to 128 characters.
        validity_start_utc: From this moment on the code can be used; null for no limit.
        validity_end_utc: Until this moment the code can be used; null for no limit.
    """

    voucher_id: str
    value: str
    validity_start_utc: datetime.datetime | None | Unset = UNSET
    validity_end_utc: datetime.datetime | None | Unset = UNSET
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
            else odd(x, "VoucherCodeAddParameters", "VoucherId")
        )
        self.value = (
            x
            if type(x := pop("Value", UNSET)) is str
            else odd(x, "VoucherCodeAddParameters", "Value")
        )
        self.validity_start_utc = (
            read_datetime(x, "VoucherCodeAddParameters", "ValidityStartUtc")
            if type(x := pop("ValidityStartUtc", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherCodeAddParameters", "ValidityStartUtc")
        )
        self.validity_end_utc = (
            read_datetime(x, "VoucherCodeAddParameters", "ValidityEndUtc")
            if type(x := pop("ValidityEndUtc", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherCodeAddParameters", "ValidityEndUtc")
        )
        self.additional_properties = d
        if d:
            report_unknown("VoucherCodeAddParameters", d)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
        if (x := this.voucher_id) is not UNSET:
            d["VoucherId"] = x
        if (x := this.value) is not UNSET:
            d["Value"] = x
        if (x := this.validity_start_utc) is not UNSET:
            d["ValidityStartUtc"] = write_datetime(x, "VoucherCodeAddParameters.validity_start_utc")
        if (x := this.validity_end_utc) is not UNSET:
            d["ValidityEndUtc"] = write_datetime(x, "VoucherCodeAddParameters.validity_end_utc")
        return d
