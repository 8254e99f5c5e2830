# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, ClassVar, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..strict import unknown_properties
from ..types import UNSET, Model, Unset
from ..wire import (
    odd,
    take_apart,
)

_NAMES: Final[tuple[str, ...]] = (
    "VoucherId",
    "RateId",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define(kw_only=True)
class VoucherAssignment(Model):
    """Says that a voucher opens a rate.

    Attributes:
        voucher_id: The voucher.
        rate_id: The rate that it opens.
    """

    voucher_id: str | Unset = UNSET
    rate_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 2:
            try:
                values = _fetch(src_dict)
            except KeyError:
                pass
        if values is None:  # something is missing, or unknown
            values, rest = take_apart(src_dict, _NAMES)
        (
            x1,
            x2,
        ) = values
        self = cls.__new__(cls)
        self.voucher_id = (
            x1
            if type(x1) is str
            else x1
            if x1 is UNSET
            else odd(x1, "VoucherAssignment", "VoucherId")
        )
        self.rate_id = (
            x2 if type(x2) is str else x2 if x2 is UNSET else odd(x2, "VoucherAssignment", "RateId")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("VoucherAssignment", rest)
        return self

    _wire_names: ClassVar[Mapping[str, str]] = {
        "voucher_id": "VoucherId",
        "rate_id": "RateId",
    }

    @classmethod
    def _from_strict(cls, struct: Any) -> Self:
        """Read what `strict.py` decoded of an object that is as documented."""
        self = cls.__new__(cls)
        self.voucher_id = struct.voucher_id
        self.rate_id = struct.rate_id
        self.additional_properties = unknown_properties(struct) if struct._unknown else {}
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
