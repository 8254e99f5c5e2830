# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..models.voucher import Voucher
from ..strict import unknown_properties
from ..types import UNSET, Model, Unset
from ..wire import (
    odd,
    take_apart,
)

_NAMES: Final[tuple[str, ...]] = ("Vouchers",)


@_attrs_define(kw_only=True)
class VoucherWriteResult(Model):
    """The vouchers that were written, as they are now.

    Attributes:
        vouchers: The vouchers created or changed.
    """

    vouchers: list[Voucher] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        values, rest = take_apart(src_dict, _NAMES)
        (x1,) = values
        self = cls.__new__(cls)
        self.vouchers = (
            [
                Voucher.from_dict(item0)
                if type(item0) is dict
                else odd(item0, "VoucherWriteResult", "Vouchers")
                for item0 in x1
            ]
            if type(x1) is list
            else x1
            if x1 is UNSET or x1 is None
            else odd(x1, "VoucherWriteResult", "Vouchers")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("VoucherWriteResult", rest)
        return self

    _wire_names: ClassVar[Mapping[str, str]] = {
        "vouchers": "Vouchers",
    }

    @classmethod
    def _from_strict(cls, struct: Any) -> Self:
        """Read what `strict.py` decoded of an object that is as documented."""
        self = cls.__new__(cls)
        x = struct.vouchers
        self.vouchers = x if x is UNSET or x is None else list(map(Voucher._from_strict, x))
        self.additional_properties = unknown_properties(struct) if struct._unknown else {}
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
        if (x := this.vouchers) is not UNSET:
            d["Vouchers"] = (
                [item0.to_dict() if isinstance(item0, Voucher) else item0 for item0 in x]
                if isinstance(x, list | tuple)
                else x
            )
        return d
