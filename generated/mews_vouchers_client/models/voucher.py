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
from ..models.voucher_type_enum import VoucherTypeEnum
from ..serialization import (
    split_known,
    unexpected,
    unknown_value,
)
from ..types import UNSET, Model, Unset, hash_ids, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "Id",
    "EnterpriseId",
    "ServiceId",
    "Name",
    "CreatedUtc",
    "UpdatedUtc",
    "Type",
    "ActivityState",
    "IsActive",
    "CompanyId",
    "TravelAgencyId",
    "OccupiableIntervalStartUtc",
    "OccupiableIntervalEndUtc",
    "ExternalIdentifier",
)
_fetch: Final = itemgetter(*_NAMES)
_ActivityState: Final = {member.value: member for member in ActivityState}
_VoucherTypeEnum: Final = {member.value: member for member in VoucherTypeEnum}


@_attrs_define(kw_only=True, on_setattr=_NO_OP)
class Voucher(Model):
    """A voucher, which opens rates of a service.

    Attributes:
        id: Id of the voucher.
        enterprise_id: The enterprise that the voucher belongs to.
        service_id: The service that the voucher belongs to.
        name: Name of the voucher for internal use, 1 to 128 characters.
        created_utc: When the voucher was created.
        updated_utc: When the voucher was last changed.
        type_: Who can use the voucher.
        activity_state: Whether the voucher is in use or deleted. Use `IsActive` instead.
        is_active: True while the voucher is in use, false once it is deleted.
        company_id: The company that can use the voucher; null if there is none.
        travel_agency_id: The travel agency that can use the voucher; null if there is none.
        occupiable_interval_start_utc: When the first night (or other time unit) begins that the
            voucher can be applied to; null for no limit.
        occupiable_interval_end_utc: When the last night (or other time unit) begins that the
            voucher can be applied to; null for no limit.
        external_identifier: Id of the voucher in an external system, at most 255 characters.
    """

    id: str
    enterprise_id: str
    service_id: str
    name: str
    created_utc: datetime.datetime
    updated_utc: datetime.datetime
    type_: VoucherTypeEnum
    activity_state: ActivityState
    is_active: bool
    company_id: None | str | Unset = UNSET
    travel_agency_id: None | str | Unset = UNSET
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
        if len(src_dict) == 14:
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
            x10,
            x11,
            x12,
            x13,
            x14,
        ) = values
        self = cls.__new__(cls)
        self.id = x1 if type(x1) is str else unexpected(x1, "Voucher", "Id")
        self.enterprise_id = x2 if type(x2) is str else unexpected(x2, "Voucher", "EnterpriseId")
        self.service_id = x3 if type(x3) is str else unexpected(x3, "Voucher", "ServiceId")
        self.name = x4 if type(x4) is str else unexpected(x4, "Voucher", "Name")
        self.created_utc = (
            datetime_cache.get(x5) or read_datetime(x5, "Voucher", "CreatedUtc")
            if type(x5) is str
            else unexpected(x5, "Voucher", "CreatedUtc")
        )
        self.updated_utc = (
            datetime_cache.get(x6) or read_datetime(x6, "Voucher", "UpdatedUtc")
            if type(x6) is str
            else unexpected(x6, "Voucher", "UpdatedUtc")
        )
        self.type_ = (
            _VoucherTypeEnum.get(x7) or unknown_value(x7, "Voucher", "Type")
            if type(x7) is str
            else unexpected(x7, "Voucher", "Type")
        )
        self.activity_state = (
            _ActivityState.get(x8) or unknown_value(x8, "Voucher", "ActivityState")
            if type(x8) is str
            else unexpected(x8, "Voucher", "ActivityState")
        )
        self.is_active = x9 if type(x9) is bool else unexpected(x9, "Voucher", "IsActive")
        self.company_id = (
            x10
            if type(x10) is str
            else x10
            if x10 is UNSET or x10 is None
            else unexpected(x10, "Voucher", "CompanyId")
        )
        self.travel_agency_id = (
            x11
            if type(x11) is str
            else x11
            if x11 is UNSET or x11 is None
            else unexpected(x11, "Voucher", "TravelAgencyId")
        )
        self.occupiable_interval_start_utc = (
            datetime_cache.get(x12) or read_datetime(x12, "Voucher", "OccupiableIntervalStartUtc")
            if type(x12) is str
            else x12
            if x12 is UNSET or x12 is None
            else unexpected(x12, "Voucher", "OccupiableIntervalStartUtc")
        )
        self.occupiable_interval_end_utc = (
            datetime_cache.get(x13) or read_datetime(x13, "Voucher", "OccupiableIntervalEndUtc")
            if type(x13) is str
            else x13
            if x13 is UNSET or x13 is None
            else unexpected(x13, "Voucher", "OccupiableIntervalEndUtc")
        )
        self.external_identifier = (
            x14
            if type(x14) is str
            else x14
            if x14 is UNSET or x14 is None
            else unexpected(x14, "Voucher", "ExternalIdentifier")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("Voucher", rest)
        return self

    def __hash__(self) -> int:
        return hash_ids(self.id)

    _json_names: ClassVar[Mapping[str, str]] = {
        "id": "Id",
        "enterprise_id": "EnterpriseId",
        "service_id": "ServiceId",
        "name": "Name",
        "created_utc": "CreatedUtc",
        "updated_utc": "UpdatedUtc",
        "type_": "Type",
        "activity_state": "ActivityState",
        "is_active": "IsActive",
        "company_id": "CompanyId",
        "travel_agency_id": "TravelAgencyId",
        "occupiable_interval_start_utc": "OccupiableIntervalStartUtc",
        "occupiable_interval_end_utc": "OccupiableIntervalEndUtc",
        "external_identifier": "ExternalIdentifier",
    }

    @classmethod
    def _from_struct(cls, struct: Any) -> Self:
        """Read a struct that `fast_json.py` decoded."""
        self = cls.__new__(cls)
        self.id = struct.id
        self.enterprise_id = struct.enterprise_id
        self.service_id = struct.service_id
        self.name = struct.name
        x = struct.created_utc
        self.created_utc = datetime_cache.get(x) or read_datetime(x, "Voucher", "CreatedUtc")
        x = struct.updated_utc
        self.updated_utc = datetime_cache.get(x) or read_datetime(x, "Voucher", "UpdatedUtc")
        x = struct.type_
        self.type_ = _VoucherTypeEnum.get(x) or unknown_value(x, "Voucher", "Type")
        x = struct.activity_state
        self.activity_state = _ActivityState.get(x) or unknown_value(x, "Voucher", "ActivityState")
        self.is_active = struct.is_active
        self.company_id = struct.company_id
        self.travel_agency_id = struct.travel_agency_id
        x = struct.occupiable_interval_start_utc
        self.occupiable_interval_start_utc = (
            x
            if x is UNSET or x is None
            else datetime_cache.get(x) or read_datetime(x, "Voucher", "OccupiableIntervalStartUtc")
        )
        x = struct.occupiable_interval_end_utc
        self.occupiable_interval_end_utc = (
            x
            if x is UNSET or x is None
            else datetime_cache.get(x) or read_datetime(x, "Voucher", "OccupiableIntervalEndUtc")
        )
        self.external_identifier = struct.external_identifier
        self.additional_properties = unknown_properties(struct) if struct._unknown else {}
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.id) is not UNSET:
            d["Id"] = x
        if (x := this.enterprise_id) is not UNSET:
            d["EnterpriseId"] = x
        if (x := this.service_id) is not UNSET:
            d["ServiceId"] = x
        if (x := this.name) is not UNSET:
            d["Name"] = x
        if (x := this.created_utc) is not UNSET:
            d["CreatedUtc"] = write_datetime(x, "Voucher.created_utc", "auto")
        if (x := this.updated_utc) is not UNSET:
            d["UpdatedUtc"] = write_datetime(x, "Voucher.updated_utc", "auto")
        if (x := this.type_) is not UNSET:
            d["Type"] = x.value if isinstance(x, VoucherTypeEnum) else x
        if (x := this.activity_state) is not UNSET:
            d["ActivityState"] = x.value if isinstance(x, ActivityState) else x
        if (x := this.is_active) is not UNSET:
            d["IsActive"] = x
        if (x := this.company_id) is not UNSET:
            d["CompanyId"] = x
        if (x := this.travel_agency_id) is not UNSET:
            d["TravelAgencyId"] = x
        if (x := this.occupiable_interval_start_utc) is not UNSET:
            d["OccupiableIntervalStartUtc"] = write_datetime(
                x, "Voucher.occupiable_interval_start_utc", "auto"
            )
        if (x := this.occupiable_interval_end_utc) is not UNSET:
            d["OccupiableIntervalEndUtc"] = write_datetime(
                x, "Voucher.occupiable_interval_end_utc", "auto"
            )
        if (x := this.external_identifier) is not UNSET:
            d["ExternalIdentifier"] = x
        return d
