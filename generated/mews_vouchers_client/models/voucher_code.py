# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, ClassVar, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from attrs.setters import NO_OP as _NO_OP

from ..datetimes import datetime_cache, read_datetime, write_datetime
from ..deviations import report_unknown
from ..fast_json import unknown_properties
from ..models.activity_state import ActivityState
from ..serialization import (
    split_known,
    unexpected,
    unknown_value,
)
from ..types import UNSET, Model, Unset, hash_ids, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "Id",
    "VoucherId",
    "ActivityState",
    "IsActive",
    "Value",
    "ValidityStartUtc",
    "ValidityEndUtc",
    "CreatedUtc",
    "UpdatedUtc",
)
_fetch: Final = itemgetter(*_NAMES)
_ActivityState: Final = {member.value: member for member in ActivityState}


@_attrs_define(kw_only=True, on_setattr=_NO_OP)
class VoucherCode(Model):
    """A code that customers enter to use a voucher.

    Attributes:
        id: Id of the code.
        voucher_id: The voucher that the code is for.
        activity_state: Whether the code is in use or deleted. Use `IsActive` instead.
        is_active: True while the code is in use, false once it is deleted.
        value: The string that customers enter.
        validity_start_utc: When the code becomes valid; null for no limit.
        validity_end_utc: When the code expires; null for no limit.
        created_utc: When the code was created.
        updated_utc: When the code was last changed.
    """

    id: str
    voucher_id: str
    activity_state: ActivityState
    is_active: bool
    value: None | str | Unset = UNSET
    validity_start_utc: datetime.datetime | None | Unset = UNSET
    validity_end_utc: datetime.datetime | None | Unset = UNSET
    created_utc: datetime.datetime | None | Unset = UNSET
    updated_utc: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 9:
            try:
                values = _fetch(src_dict)
            except KeyError:
                pass
        if values is None:  # a property is missing or unknown
            values, rest = split_known(src_dict, _NAMES)
        (
            x1,
            x2,
            x3,
            x4,
            x5,
            x6,
            x7,
            x8,
            x9,
        ) = values
        self = cls.__new__(cls)
        self.id = x1 if type(x1) is str else unexpected(x1, "VoucherCode", "Id")
        self.voucher_id = x2 if type(x2) is str else unexpected(x2, "VoucherCode", "VoucherId")
        self.activity_state = (
            _ActivityState.get(x3) or unknown_value(x3, "VoucherCode", "ActivityState")
            if type(x3) is str
            else unexpected(x3, "VoucherCode", "ActivityState")
        )
        self.is_active = x4 if type(x4) is bool else unexpected(x4, "VoucherCode", "IsActive")
        self.value = (
            x5
            if type(x5) is str
            else x5
            if x5 is UNSET or x5 is None
            else unexpected(x5, "VoucherCode", "Value")
        )
        self.validity_start_utc = (
            datetime_cache.get(x6) or read_datetime(x6, "VoucherCode", "ValidityStartUtc")
            if type(x6) is str
            else x6
            if x6 is UNSET or x6 is None
            else unexpected(x6, "VoucherCode", "ValidityStartUtc")
        )
        self.validity_end_utc = (
            datetime_cache.get(x7) or read_datetime(x7, "VoucherCode", "ValidityEndUtc")
            if type(x7) is str
            else x7
            if x7 is UNSET or x7 is None
            else unexpected(x7, "VoucherCode", "ValidityEndUtc")
        )
        self.created_utc = (
            datetime_cache.get(x8) or read_datetime(x8, "VoucherCode", "CreatedUtc")
            if type(x8) is str
            else x8
            if x8 is UNSET or x8 is None
            else unexpected(x8, "VoucherCode", "CreatedUtc")
        )
        self.updated_utc = (
            datetime_cache.get(x9) or read_datetime(x9, "VoucherCode", "UpdatedUtc")
            if type(x9) is str
            else x9
            if x9 is UNSET or x9 is None
            else unexpected(x9, "VoucherCode", "UpdatedUtc")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("VoucherCode", rest)
        return self

    def __hash__(self) -> int:
        return hash_ids(self.id)

    _json_names: ClassVar[Mapping[str, str]] = {
        "id": "Id",
        "voucher_id": "VoucherId",
        "activity_state": "ActivityState",
        "is_active": "IsActive",
        "value": "Value",
        "validity_start_utc": "ValidityStartUtc",
        "validity_end_utc": "ValidityEndUtc",
        "created_utc": "CreatedUtc",
        "updated_utc": "UpdatedUtc",
    }

    @classmethod
    def _from_struct(cls, struct: Any) -> Self:
        """Read a struct that `fast_json.py` decoded."""
        self = cls.__new__(cls)
        self.id = struct.id
        self.voucher_id = struct.voucher_id
        x = struct.activity_state
        self.activity_state = _ActivityState.get(x) or unknown_value(
            x, "VoucherCode", "ActivityState"
        )
        self.is_active = struct.is_active
        self.value = struct.value
        x = struct.validity_start_utc
        self.validity_start_utc = (
            x
            if x is UNSET or x is None
            else datetime_cache.get(x) or read_datetime(x, "VoucherCode", "ValidityStartUtc")
        )
        x = struct.validity_end_utc
        self.validity_end_utc = (
            x
            if x is UNSET or x is None
            else datetime_cache.get(x) or read_datetime(x, "VoucherCode", "ValidityEndUtc")
        )
        x = struct.created_utc
        self.created_utc = (
            x
            if x is UNSET or x is None
            else datetime_cache.get(x) or read_datetime(x, "VoucherCode", "CreatedUtc")
        )
        x = struct.updated_utc
        self.updated_utc = (
            x
            if x is UNSET or x is None
            else datetime_cache.get(x) or read_datetime(x, "VoucherCode", "UpdatedUtc")
        )
        self.additional_properties = unknown_properties(struct) if struct._unknown else {}
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.id) is not UNSET:
            d["Id"] = x
        if (x := this.voucher_id) is not UNSET:
            d["VoucherId"] = x
        if (x := this.activity_state) is not UNSET:
            d["ActivityState"] = x.value if isinstance(x, ActivityState) else x
        if (x := this.is_active) is not UNSET:
            d["IsActive"] = x
        if (x := this.value) is not UNSET:
            d["Value"] = x
        if (x := this.validity_start_utc) is not UNSET:
            d["ValidityStartUtc"] = write_datetime(x, "VoucherCode.validity_start_utc", "auto")
        if (x := this.validity_end_utc) is not UNSET:
            d["ValidityEndUtc"] = write_datetime(x, "VoucherCode.validity_end_utc", "auto")
        if (x := this.created_utc) is not UNSET:
            d["CreatedUtc"] = write_datetime(x, "VoucherCode.created_utc", "auto")
        if (x := this.updated_utc) is not UNSET:
            d["UpdatedUtc"] = write_datetime(x, "VoucherCode.updated_utc", "auto")
        return d
