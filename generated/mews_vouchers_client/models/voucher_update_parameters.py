# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from attrs.setters import NO_OP as _NO_OP

from ..deviations import report_unknown
from ..models.assigned_rate_ids import AssignedRateIds
from ..models.guid_nullable_update_value import GuidNullableUpdateValue
from ..models.string_update_value import StringUpdateValue
from ..models.voucher_type_update_value import VoucherTypeUpdateValue
from ..serialization import (
    split_known,
    unexpected,
)
from ..types import UNSET, Model, Unset, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "VoucherId",
    "Name",
    "Type",
    "CompanyId",
    "AssignedRateIds",
    "OccupiableIntervalStartUtc",
    "OccupiableIntervalEndUtc",
    "ExternalIdentifier",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define(on_setattr=_NO_OP)
class VoucherUpdateParameters(Model):
    """The changes to one voucher. A property that is left out or null keeps what is there.

    Attributes:
        voucher_id: The voucher to change.
        name: New name of the voucher, at most 128 characters.
        type_: New type of the voucher.
        company_id: New company or travel agency of the voucher.
        assigned_rate_ids: The rates that the voucher opens from now on, at most 10. They
            replace the present ones.
        occupiable_interval_start_utc: New begin of the first night (or other time unit) that
            the voucher can be applied to, written `YYYY-MM-DDThh:mm:ssZ`.
        occupiable_interval_end_utc: New begin of the last night (or other time unit) that the
            voucher can be applied to, written `YYYY-MM-DDThh:mm:ssZ`.
        external_identifier: New id of the voucher in a system of yours, at most 255 characters.
    """

    voucher_id: str
    name: None | StringUpdateValue | Unset = UNSET
    type_: None | Unset | VoucherTypeUpdateValue = UNSET
    company_id: GuidNullableUpdateValue | None | Unset = UNSET
    assigned_rate_ids: AssignedRateIds | None | Unset = UNSET
    occupiable_interval_start_utc: None | StringUpdateValue | Unset = UNSET
    occupiable_interval_end_utc: None | StringUpdateValue | Unset = UNSET
    external_identifier: None | StringUpdateValue | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 8:
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
        ) = values
        self = cls.__new__(cls)
        self.voucher_id = (
            x1 if type(x1) is str else unexpected(x1, "VoucherUpdateParameters", "VoucherId")
        )
        self.name = (
            StringUpdateValue.from_dict(x2)
            if type(x2) is dict
            else x2
            if x2 is UNSET or x2 is None
            else unexpected(x2, "VoucherUpdateParameters", "Name")
        )
        self.type_ = (
            VoucherTypeUpdateValue.from_dict(x3)
            if type(x3) is dict
            else x3
            if x3 is UNSET or x3 is None
            else unexpected(x3, "VoucherUpdateParameters", "Type")
        )
        self.company_id = (
            GuidNullableUpdateValue.from_dict(x4)
            if type(x4) is dict
            else x4
            if x4 is UNSET or x4 is None
            else unexpected(x4, "VoucherUpdateParameters", "CompanyId")
        )
        self.assigned_rate_ids = (
            AssignedRateIds.from_dict(x5)
            if type(x5) is dict
            else x5
            if x5 is UNSET or x5 is None
            else unexpected(x5, "VoucherUpdateParameters", "AssignedRateIds")
        )
        self.occupiable_interval_start_utc = (
            StringUpdateValue.from_dict(x6)
            if type(x6) is dict
            else x6
            if x6 is UNSET or x6 is None
            else unexpected(x6, "VoucherUpdateParameters", "OccupiableIntervalStartUtc")
        )
        self.occupiable_interval_end_utc = (
            StringUpdateValue.from_dict(x7)
            if type(x7) is dict
            else x7
            if x7 is UNSET or x7 is None
            else unexpected(x7, "VoucherUpdateParameters", "OccupiableIntervalEndUtc")
        )
        self.external_identifier = (
            StringUpdateValue.from_dict(x8)
            if type(x8) is dict
            else x8
            if x8 is UNSET or x8 is None
            else unexpected(x8, "VoucherUpdateParameters", "ExternalIdentifier")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("VoucherUpdateParameters", rest)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.voucher_id) is not UNSET:
            d["VoucherId"] = x
        if (x := this.name) is not UNSET:
            d["Name"] = x.to_dict() if isinstance(x, StringUpdateValue) else x
        if (x := this.type_) is not UNSET:
            d["Type"] = x.to_dict() if isinstance(x, VoucherTypeUpdateValue) else x
        if (x := this.company_id) is not UNSET:
            d["CompanyId"] = x.to_dict() if isinstance(x, GuidNullableUpdateValue) else x
        if (x := this.assigned_rate_ids) is not UNSET:
            d["AssignedRateIds"] = x.to_dict() if isinstance(x, AssignedRateIds) else x
        if (x := this.occupiable_interval_start_utc) is not UNSET:
            d["OccupiableIntervalStartUtc"] = x.to_dict() if isinstance(x, StringUpdateValue) else x
        if (x := this.occupiable_interval_end_utc) is not UNSET:
            d["OccupiableIntervalEndUtc"] = x.to_dict() if isinstance(x, StringUpdateValue) else x
        if (x := this.external_identifier) is not UNSET:
            d["ExternalIdentifier"] = x.to_dict() if isinstance(x, StringUpdateValue) else x
        return d
