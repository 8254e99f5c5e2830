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
from ..models.voucher import Voucher
from ..serialization import (
    split_known,
    unexpected,
)
from ..types import UNSET, Model, Unset, own_properties

_NAMES: Final[tuple[str, ...]] = ("Vouchers",)


@_attrs_define(kw_only=True, on_setattr=_NO_OP)
class VoucherWriteResult(Model):
    """The vouchers that were written, as they are now.

    Attributes:
        vouchers: The vouchers created or changed.
    """

    vouchers: list[Voucher] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values, rest = split_known(src_dict, _NAMES)
        (x1,) = values
        self = cls.__new__(cls)
        self.vouchers = (
            [
                Voucher.from_dict(item0)
                if type(item0) is dict
                else unexpected(item0, "VoucherWriteResult", "Vouchers")
                for item0 in x1
            ]
            if type(x1) is list
            else x1
            if x1 is UNSET or x1 is None
            else unexpected(x1, "VoucherWriteResult", "Vouchers")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("VoucherWriteResult", rest)
        return self

    _json_names: ClassVar[Mapping[str, str]] = {
        "vouchers": "Vouchers",
    }

    @classmethod
    def _from_struct(cls, struct: Any) -> Self:
        """Read a struct that `fast_json.py` decoded."""
        self = cls.__new__(cls)
        x = struct.vouchers
        self.vouchers = x if x is UNSET or x is None else list(map(Voucher._from_struct, x))
        self.additional_properties = unknown_properties(struct) if struct._unknown else {}
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.vouchers) is not UNSET:
            d["Vouchers"] = (
                [item0.to_dict() if isinstance(item0, Voucher) else item0 for item0 in x]
                if isinstance(x, list | tuple)
                else x
            )
        return d
