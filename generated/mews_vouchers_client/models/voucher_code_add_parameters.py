# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from attrs.setters import NO_OP as _NO_OP

from ..datetimes import datetime_cache, read_datetime, write_datetime
from ..deviations import report_unknown
from ..serialization import (
    split_known,
    unexpected,
)
from ..types import UNSET, Model, Unset, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "VoucherId",
    "Value",
    "ValidityStartUtc",
    "ValidityEndUtc",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define(on_setattr=_NO_OP)
class VoucherCodeAddParameters(Model):
    """One voucher code to create.

    Attributes:
        voucher_id: The voucher that the code is for.
        value: The string that customers enter, 1 to 128 characters.
        validity_start_utc: When the code becomes valid; null for no limit.
        validity_end_utc: When the code expires; null for no limit.
    """

    voucher_id: str
    value: str
    validity_start_utc: datetime.datetime | None | Unset = UNSET
    validity_end_utc: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 4:
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
        ) = values
        self = cls.__new__(cls)
        self.voucher_id = (
            x1 if type(x1) is str else unexpected(x1, "VoucherCodeAddParameters", "VoucherId")
        )
        self.value = x2 if type(x2) is str else unexpected(x2, "VoucherCodeAddParameters", "Value")
        self.validity_start_utc = (
            datetime_cache.get(x3)
            or read_datetime(x3, "VoucherCodeAddParameters", "ValidityStartUtc")
            if type(x3) is str
            else x3
            if x3 is UNSET or x3 is None
            else unexpected(x3, "VoucherCodeAddParameters", "ValidityStartUtc")
        )
        self.validity_end_utc = (
            datetime_cache.get(x4)
            or read_datetime(x4, "VoucherCodeAddParameters", "ValidityEndUtc")
            if type(x4) is str
            else x4
            if x4 is UNSET or x4 is None
            else unexpected(x4, "VoucherCodeAddParameters", "ValidityEndUtc")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("VoucherCodeAddParameters", rest)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.voucher_id) is not UNSET:
            d["VoucherId"] = x
        if (x := this.value) is not UNSET:
            d["Value"] = x
        if (x := this.validity_start_utc) is not UNSET:
            d["ValidityStartUtc"] = write_datetime(x, "VoucherCodeAddParameters.validity_start_utc")
        if (x := this.validity_end_utc) is not UNSET:
            d["ValidityEndUtc"] = write_datetime(x, "VoucherCodeAddParameters.validity_end_utc")
        return d
