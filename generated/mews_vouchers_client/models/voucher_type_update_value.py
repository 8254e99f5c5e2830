# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..models.voucher_type_enum import VoucherTypeEnum
from ..types import UNSET, Model, Unset
from ..wire import (
    odd,
    take_apart,
    unknown_value,
)

_NAMES: Final[tuple[str, ...]] = ("Value",)
_VoucherTypeEnum: Final = {member.value: member for member in VoucherTypeEnum}


@_attrs_define
class VoucherTypeUpdateValue(Model):
    """A new type for a voucher.

    Attributes:
        value: The type to set. A voucher always has one, so it cannot be cleared.
    """

    value: VoucherTypeEnum | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        values, rest = take_apart(src_dict, _NAMES)
        (x1,) = values
        self = cls.__new__(cls)
        self.value = (
            _VoucherTypeEnum.get(x1) or unknown_value(x1, "VoucherTypeUpdateValue", "Value")
            if type(x1) is str
            else x1
            if x1 is UNSET
            else odd(x1, "VoucherTypeUpdateValue", "Value")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("VoucherTypeUpdateValue", rest)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
        if (x := this.value) is not UNSET:
            d["Value"] = x.value if isinstance(x, VoucherTypeEnum) else x
        return d
