# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..models.activity_state import ActivityState
from ..models.voucher_type_enum import VoucherTypeEnum
from ..types import UNSET, Model, Unset
from ..wire import odd, read_datetime, read_enum, write_datetime


@_attrs_define
class Voucher(Model):
    """A voucher, which opens rates of a service.

    Attributes:
        id: Id of the voucher.
        service_id: The service that the voucher belongs to.
        name: Name of the voucher for internal use, 1 to 128 characters.
        created_utc: When the voucher was created.
        updated_utc: When the voucher was last changed.
        type_: Who can use the voucher.
        is_active: True while the voucher is in use, false once it is deleted.
        activity_state: Whether the voucher is in use or deleted. Use `IsActive` instead.
        company_id: The company that can use the voucher; null if there is none.
        travel_agency_id: The travel agency that can use the voucher; null if there is none.
        occupiable_interval_start_utc: When the first night (or other time unit) begins that the
            voucher can be applied to; null for no limit.
        occupiable_interval_end_utc: When the last night (or other time unit) begins that the
            voucher can be applied to; null for no limit.
        external_identifier: Id of the voucher in an external system, at most 255 characters.
    """

    id: str
    service_id: str
    name: str
    created_utc: datetime.datetime
    updated_utc: datetime.datetime
    type_: VoucherTypeEnum
    is_active: bool
    activity_state: ActivityState | None | Unset = UNSET
    company_id: None | str | Unset = UNSET
    travel_agency_id: None | str | Unset = UNSET
    occupiable_interval_start_utc: datetime.datetime | None | Unset = UNSET
    occupiable_interval_end_utc: datetime.datetime | None | Unset = UNSET
    external_identifier: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        d = dict(src_dict)
        pop: Any = d.pop
        self = cls.__new__(cls)
        self.id = x if type(x := pop("Id", UNSET)) is str else odd(x, "Voucher", "Id")
        self.service_id = (
            x if type(x := pop("ServiceId", UNSET)) is str else odd(x, "Voucher", "ServiceId")
        )
        self.name = x if type(x := pop("Name", UNSET)) is str else odd(x, "Voucher", "Name")
        self.created_utc = (
            read_datetime(x, "Voucher", "CreatedUtc")
            if type(x := pop("CreatedUtc", UNSET)) is str
            else odd(x, "Voucher", "CreatedUtc")
        )
        self.updated_utc = (
            read_datetime(x, "Voucher", "UpdatedUtc")
            if type(x := pop("UpdatedUtc", UNSET)) is str
            else odd(x, "Voucher", "UpdatedUtc")
        )
        self.type_ = (
            read_enum(VoucherTypeEnum, x, "Voucher", "Type")
            if type(x := pop("Type", UNSET)) is str
            else odd(x, "Voucher", "Type")
        )
        self.is_active = (
            x if type(x := pop("IsActive", UNSET)) is bool else odd(x, "Voucher", "IsActive")
        )
        self.activity_state = (
            read_enum(ActivityState, x, "Voucher", "ActivityState")
            if type(x := pop("ActivityState", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Voucher", "ActivityState")
        )
        self.company_id = (
            x
            if type(x := pop("CompanyId", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Voucher", "CompanyId")
        )
        self.travel_agency_id = (
            x
            if type(x := pop("TravelAgencyId", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Voucher", "TravelAgencyId")
        )
        self.occupiable_interval_start_utc = (
            read_datetime(x, "Voucher", "OccupiableIntervalStartUtc")
            if type(x := pop("OccupiableIntervalStartUtc", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Voucher", "OccupiableIntervalStartUtc")
        )
        self.occupiable_interval_end_utc = (
            read_datetime(x, "Voucher", "OccupiableIntervalEndUtc")
            if type(x := pop("OccupiableIntervalEndUtc", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Voucher", "OccupiableIntervalEndUtc")
        )
        self.external_identifier = (
            x
            if type(x := pop("ExternalIdentifier", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Voucher", "ExternalIdentifier")
        )
        self.additional_properties = d
        if d:
            report_unknown("Voucher", d)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
        if (x := this.id) is not UNSET:
            d["Id"] = x
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
        if (x := this.is_active) is not UNSET:
            d["IsActive"] = x
        if (x := this.activity_state) is not UNSET:
            d["ActivityState"] = x.value if isinstance(x, ActivityState) else x
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
