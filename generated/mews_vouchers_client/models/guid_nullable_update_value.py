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
class GuidNullableUpdateValue(Model):
    """A new id for a property.

    Attributes:
        value: The id to set; null clears the property.
    """

    value: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        d = dict(src_dict)
        pop: Any = d.pop
        self = cls.__new__(cls)
        self.value = (
            x
            if type(x := pop("Value", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "GuidNullableUpdateValue", "Value")
        )
        self.additional_properties = d
        if d:
            report_unknown("GuidNullableUpdateValue", d)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
        if (x := this.value) is not UNSET:
            d["Value"] = x
        return d
