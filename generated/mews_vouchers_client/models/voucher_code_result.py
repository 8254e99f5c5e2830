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
from ..models.voucher_code import VoucherCode
from ..serialization import (
    split_known,
    unexpected,
)
from ..types import UNSET, Model, Unset, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "VoucherCodes",
    "Cursor",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define(kw_only=True, on_setattr=_NO_OP)
class VoucherCodeResult(Model):
    """Voucher codes: one page of them from `voucherCodes/getAll`, the new ones from
    `voucherCodes/add`.

    Attributes:
        voucher_codes: The codes, at most 1000. A page has the newest first.
        cursor: Id of the oldest code of this page, to be sent for the next one; null if there
            is none.
    """

    voucher_codes: list[VoucherCode]
    cursor: None | str | Unset = UNSET
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
        self.voucher_codes = (
            [
                VoucherCode.from_dict(item0)
                if type(item0) is dict
                else unexpected(item0, "VoucherCodeResult", "VoucherCodes")
                for item0 in x1
            ]
            if type(x1) is list
            else unexpected(x1, "VoucherCodeResult", "VoucherCodes")
        )
        self.cursor = (
            x2
            if type(x2) is str
            else x2
            if x2 is UNSET or x2 is None
            else unexpected(x2, "VoucherCodeResult", "Cursor")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("VoucherCodeResult", rest)
        return self

    _json_names: ClassVar[Mapping[str, str]] = {
        "voucher_codes": "VoucherCodes",
        "cursor": "Cursor",
    }

    @classmethod
    def _from_struct(cls, struct: Any) -> Self:
        """Read a struct that `fast_json.py` decoded."""
        self = cls.__new__(cls)
        x = struct.voucher_codes
        self.voucher_codes = list(map(VoucherCode._from_struct, x))
        self.cursor = struct.cursor
        self.additional_properties = unknown_properties(struct) if struct._unknown else {}
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.voucher_codes) is not UNSET:
            d["VoucherCodes"] = (
                [item0.to_dict() if isinstance(item0, VoucherCode) else item0 for item0 in x]
                if isinstance(x, list | tuple)
                else x
            )
        if (x := this.cursor) is not UNSET:
            d["Cursor"] = x
        return d
