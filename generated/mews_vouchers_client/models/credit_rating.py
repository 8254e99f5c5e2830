# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from attrs.setters import NO_OP as _NO_OP

from ..deviations import report_unknown
from ..fast_json import unknown_properties
from ..models.credit_rating_basic_enum import CreditRatingBasicEnum
from ..serialization import (
    split_known,
    unexpected,
    unknown_value,
)
from ..types import UNSET, Model, Unset, own_properties

_NAMES: Final[tuple[str, ...]] = ("Basic",)
_CreditRatingBasicEnum: Final = {member.value: member for member in CreditRatingBasicEnum}


@_attrs_define(kw_only=True, on_setattr=_NO_OP)
class CreditRating(Model):
    """How far a company is trusted to pay.

    Attributes:
        basic: The rating; null if there is none.
    """

    basic: CreditRatingBasicEnum | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values, rest = split_known(src_dict, _NAMES)
        (x1,) = values
        self = cls.__new__(cls)
        self.basic = (
            _CreditRatingBasicEnum.get(x1) or unknown_value(x1, "CreditRating", "Basic")
            if type(x1) is str
            else x1
            if x1 is UNSET or x1 is None
            else unexpected(x1, "CreditRating", "Basic")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("CreditRating", rest)
        return self

    _json_names: ClassVar[Mapping[str, str]] = {
        "basic": "Basic",
    }

    @classmethod
    def _from_struct(cls, struct: Any) -> Self:
        """Read a struct that `fast_json.py` decoded."""
        self = cls.__new__(cls)
        x = struct.basic
        self.basic = (
            x
            if x is UNSET or x is None
            else _CreditRatingBasicEnum.get(x) or unknown_value(x, "CreditRating", "Basic")
        )
        self.additional_properties = unknown_properties(struct) if struct._unknown else {}
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.basic) is not UNSET:
            d["Basic"] = x.value if isinstance(x, CreditRatingBasicEnum) else x
        return d
