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
class VoucherCode(Model):
    """A code that customers enter to use a voucher.

    Attributes:
        id: Id of the code.
        voucher_id: The voucher that the code is for.
        value: The text that customers enter.
        validity_start_utc: From this moment on the code can be used; null for no limit.
        validity_end_utc: Until this moment the code can be used; null for no limit.
        created_utc: When the code was created.
        updated_utc: When the code was last changed.
        activity_state: Whether the code is in use (`Active`) or deleted (`Deleted`); a plain
            text here, unlike on a voucher. Use `IsActive` instead.
        is_active: True while the code is in use, false once it is deleted.
    """

    id: str | Unset = UNSET
    voucher_id: str | Unset = UNSET
    value: None | str | Unset = UNSET
    validity_start_utc: datetime.datetime | None | Unset = UNSET
    validity_end_utc: datetime.datetime | None | Unset = UNSET
    created_utc: datetime.datetime | None | Unset = UNSET
    updated_utc: datetime.datetime | None | Unset = UNSET
    activity_state: None | str | Unset = UNSET
    is_active: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        d = dict(src_dict)
        pop: Any = d.pop
        self = cls.__new__(cls)
        self.id = (
            x
            if type(x := pop("Id", UNSET)) is str
            else x
            if x is UNSET
            else odd(x, "VoucherCode", "Id")
        )
        self.voucher_id = (
            x
            if type(x := pop("VoucherId", UNSET)) is str
            else x
            if x is UNSET
            else odd(x, "VoucherCode", "VoucherId")
        )
        self.value = (
            x
            if type(x := pop("Value", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherCode", "Value")
        )
        self.validity_start_utc = (
            read_datetime(x, "VoucherCode", "ValidityStartUtc")
            if type(x := pop("ValidityStartUtc", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherCode", "ValidityStartUtc")
        )
        self.validity_end_utc = (
            read_datetime(x, "VoucherCode", "ValidityEndUtc")
            if type(x := pop("ValidityEndUtc", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherCode", "ValidityEndUtc")
        )
        self.created_utc = (
            read_datetime(x, "VoucherCode", "CreatedUtc")
            if type(x := pop("CreatedUtc", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherCode", "CreatedUtc")
        )
        self.updated_utc = (
            read_datetime(x, "VoucherCode", "UpdatedUtc")
            if type(x := pop("UpdatedUtc", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherCode", "UpdatedUtc")
        )
        self.activity_state = (
            x
            if type(x := pop("ActivityState", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherCode", "ActivityState")
        )
        self.is_active = (
            x
            if type(x := pop("IsActive", UNSET)) is bool
            else x
            if x is UNSET
            else odd(x, "VoucherCode", "IsActive")
        )
        self.additional_properties = d
        if d:
            report_unknown("VoucherCode", d)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
        if (x := this.id) is not UNSET:
            d["Id"] = x
        if (x := this.voucher_id) is not UNSET:
            d["VoucherId"] = x
        if (x := this.value) is not UNSET:
            d["Value"] = x
        if (x := this.validity_start_utc) is not UNSET:
            d["ValidityStartUtc"] = write_datetime(x, "VoucherCode.validity_start_utc", "auto")
        if (x := this.validity_end_utc) is not UNSET:
            d["ValidityEndUtc"] = write_datetime(x, "VoucherCode.validity_end_utc", "auto")
        if (x := this.created_utc) is not UNSET:
            d["CreatedUtc"] = write_datetime(x, "VoucherCode.created_utc", "auto")
        if (x := this.updated_utc) is not UNSET:
            d["UpdatedUtc"] = write_datetime(x, "VoucherCode.updated_utc", "auto")
        if (x := this.activity_state) is not UNSET:
            d["ActivityState"] = x
        if (x := this.is_active) is not UNSET:
            d["IsActive"] = x
        return d
