# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from attrs.setters import NO_OP as _NO_OP

from ..deviations import report_unknown
from ..models.voucher_type_enum import VoucherTypeEnum
from ..serialization import (
    split_known,
    unexpected,
    unknown_value,
)
from ..types import UNSET, Model, Unset, own_properties

_NAMES: Final[tuple[str, ...]] = ("Value",)
_VoucherTypeEnum: Final = {member.value: member for member in VoucherTypeEnum}


@_attrs_define(on_setattr=_NO_OP)
class VoucherTypeUpdateValue(Model):
    """A new type for a voucher.

    Attributes:
        value: The type to set. A voucher always has one, so it cannot be cleared.
    """

    value: VoucherTypeEnum | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values, rest = split_known(src_dict, _NAMES)
        (x1,) = values
        self = cls.__new__(cls)
        self.value = (
            _VoucherTypeEnum.get(x1) or unknown_value(x1, "VoucherTypeUpdateValue", "Value")
            if type(x1) is str
            else x1
            if x1 is UNSET
            else unexpected(x1, "VoucherTypeUpdateValue", "Value")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("VoucherTypeUpdateValue", rest)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.value) is not UNSET:
            d["Value"] = x.value if isinstance(x, VoucherTypeEnum) else x
        return d
