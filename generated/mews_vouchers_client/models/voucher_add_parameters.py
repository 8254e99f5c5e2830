# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from attrs.setters import NO_OP as _NO_OP

from ..datetimes import datetime_cache, read_datetime, write_datetime
from ..deviations import report_unknown
from ..models.voucher_type_enum import VoucherTypeEnum
from ..serialization import (
    require_unique,
    split_known,
    unexpected,
    unknown_value,
)
from ..types import UNSET, Model, Unset, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "ServiceId",
    "Name",
    "Type",
    "CompanyId",
    "AssignedRateIds",
    "OccupiableIntervalStartUtc",
    "OccupiableIntervalEndUtc",
    "ExternalIdentifier",
)
_fetch: Final = itemgetter(*_NAMES)
_VoucherTypeEnum: Final = {member.value: member for member in VoucherTypeEnum}


@_attrs_define(on_setattr=_NO_OP)
class VoucherAddParameters(Model):
    """One voucher to create.

    Attributes:
        service_id: The service that the voucher belongs to.
        name: Name of the voucher for internal use, 1 to 128 characters.
        type_: Who can use the voucher. All types but `Public` need a `CompanyId`.
        company_id: The company or travel agency that can use the voucher; null for a public
            one.
        assigned_rate_ids: The rates that the voucher opens, at most 10, each of them once.
        occupiable_interval_start_utc: When the first night (or other time unit) begins that the
            voucher can be applied to; null for no limit.
        occupiable_interval_end_utc: When the last night (or other time unit) begins that the
            voucher can be applied to; null for no limit.
        external_identifier: Id of the voucher in a system of yours, at most 255 characters.
    """

    service_id: str
    name: str
    type_: VoucherTypeEnum
    company_id: None | str | Unset = UNSET
    assigned_rate_ids: list[str] | None | Unset = UNSET
    occupiable_interval_start_utc: datetime.datetime | None | Unset = UNSET
    occupiable_interval_end_utc: datetime.datetime | None | Unset = UNSET
    external_identifier: None | str | Unset = UNSET
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
        self.service_id = (
            x1 if type(x1) is str else unexpected(x1, "VoucherAddParameters", "ServiceId")
        )
        self.name = x2 if type(x2) is str else unexpected(x2, "VoucherAddParameters", "Name")
        self.type_ = (
            _VoucherTypeEnum.get(x3) or unknown_value(x3, "VoucherAddParameters", "Type")
            if type(x3) is str
            else unexpected(x3, "VoucherAddParameters", "Type")
        )
        self.company_id = (
            x4
            if type(x4) is str
            else x4
            if x4 is UNSET or x4 is None
            else unexpected(x4, "VoucherAddParameters", "CompanyId")
        )
        self.assigned_rate_ids = (
            [
                item0
                if type(item0) is str
                else unexpected(item0, "VoucherAddParameters", "AssignedRateIds")
                for item0 in x5
            ]
            if type(x5) is list
            else x5
            if x5 is UNSET or x5 is None
            else unexpected(x5, "VoucherAddParameters", "AssignedRateIds")
        )
        self.occupiable_interval_start_utc = (
            datetime_cache.get(x6)
            or read_datetime(x6, "VoucherAddParameters", "OccupiableIntervalStartUtc")
            if type(x6) is str
            else x6
            if x6 is UNSET or x6 is None
            else unexpected(x6, "VoucherAddParameters", "OccupiableIntervalStartUtc")
        )
        self.occupiable_interval_end_utc = (
            datetime_cache.get(x7)
            or read_datetime(x7, "VoucherAddParameters", "OccupiableIntervalEndUtc")
            if type(x7) is str
            else x7
            if x7 is UNSET or x7 is None
            else unexpected(x7, "VoucherAddParameters", "OccupiableIntervalEndUtc")
        )
        self.external_identifier = (
            x8
            if type(x8) is str
            else x8
            if x8 is UNSET or x8 is None
            else unexpected(x8, "VoucherAddParameters", "ExternalIdentifier")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("VoucherAddParameters", rest)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.service_id) is not UNSET:
            d["ServiceId"] = x
        if (x := this.name) is not UNSET:
            d["Name"] = x
        if (x := this.type_) is not UNSET:
            d["Type"] = x.value if isinstance(x, VoucherTypeEnum) else x
        if (x := this.company_id) is not UNSET:
            d["CompanyId"] = x
        if (x := this.assigned_rate_ids) is not UNSET:
            d["AssignedRateIds"] = require_unique(x, "VoucherAddParameters.assigned_rate_ids")
        if (x := this.occupiable_interval_start_utc) is not UNSET:
            d["OccupiableIntervalStartUtc"] = write_datetime(
                x, "VoucherAddParameters.occupiable_interval_start_utc"
            )
        if (x := this.occupiable_interval_end_utc) is not UNSET:
            d["OccupiableIntervalEndUtc"] = write_datetime(
                x, "VoucherAddParameters.occupiable_interval_end_utc"
            )
        if (x := this.external_identifier) is not UNSET:
            d["ExternalIdentifier"] = x
        return d
