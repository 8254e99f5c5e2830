# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, ClassVar, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..models.voucher_code import VoucherCode
from ..strict import unknown_properties
from ..types import UNSET, Model, Unset
from ..wire import (
    odd,
    take_apart,
)

_NAMES: Final[tuple[str, ...]] = (
    "VoucherCodes",
    "Cursor",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define(kw_only=True)
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
        self.voucher_codes = (
            [
                VoucherCode.from_dict(item0)
                if type(item0) is dict
                else odd(item0, "VoucherCodeResult", "VoucherCodes")
                for item0 in x1
            ]
            if type(x1) is list
            else odd(x1, "VoucherCodeResult", "VoucherCodes")
        )
        self.cursor = (
            x2
            if type(x2) is str
            else x2
            if x2 is UNSET or x2 is None
            else odd(x2, "VoucherCodeResult", "Cursor")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("VoucherCodeResult", rest)
        return self

    _wire_names: ClassVar[Mapping[str, str]] = {
        "voucher_codes": "VoucherCodes",
        "cursor": "Cursor",
    }

    @classmethod
    def _from_strict(cls, struct: Any) -> Self:
        """Read what `strict.py` decoded of an object that is as documented."""
        self = cls.__new__(cls)
        x = struct.voucher_codes
        self.voucher_codes = list(map(VoucherCode._from_strict, x))
        self.cursor = struct.cursor
        self.additional_properties = unknown_properties(struct) if struct._unknown else {}
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
        if (x := this.voucher_codes) is not UNSET:
            d["VoucherCodes"] = (
                [item0.to_dict() if isinstance(item0, VoucherCode) else item0 for item0 in x]
                if isinstance(x, list | tuple)
                else x
            )
        if (x := this.cursor) is not UNSET:
            d["Cursor"] = x
        return d
