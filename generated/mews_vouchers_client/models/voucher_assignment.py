# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, ClassVar, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from attrs.setters import NO_OP as _NO_OP

from ..deviations import report_unknown
from ..fast_json import unknown_properties
from ..serialization import (
    split_known,
    unexpected,
)
from ..types import UNSET, Model, Unset, hash_ids, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "VoucherId",
    "RateId",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define(kw_only=True, on_setattr=_NO_OP)
class VoucherAssignment(Model):
    """Says that a voucher opens a rate.

    Attributes:
        voucher_id: The voucher.
        rate_id: The rate that it opens.
    """

    voucher_id: str | Unset = UNSET
    rate_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 2:
            try:
                values = _fetch(src_dict)
            except KeyError:
                pass
        if values is None:  # a property is missing or unknown
            values, rest = split_known(src_dict, _NAMES)
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
            else unexpected(x1, "VoucherAssignment", "VoucherId")
        )
        self.rate_id = (
            x2
            if type(x2) is str
            else x2
            if x2 is UNSET
            else unexpected(x2, "VoucherAssignment", "RateId")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("VoucherAssignment", rest)
        return self

    def __hash__(self) -> int:
        return hash_ids(self.voucher_id, self.rate_id)

    _json_names: ClassVar[Mapping[str, str]] = {
        "voucher_id": "VoucherId",
        "rate_id": "RateId",
    }

    @classmethod
    def _from_struct(cls, struct: Any) -> Self:
        """Read a struct that `fast_json.py` decoded."""
        self = cls.__new__(cls)
        self.voucher_id = struct.voucher_id
        self.rate_id = struct.rate_id
        self.additional_properties = unknown_properties(struct) if struct._unknown else {}
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.voucher_id) is not UNSET:
            d["VoucherId"] = x
        if (x := this.rate_id) is not UNSET:
            d["RateId"] = x
        return d
