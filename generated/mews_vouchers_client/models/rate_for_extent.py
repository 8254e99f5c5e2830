# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..models.localized_text import LocalizedText
from ..models.rate_type_enum import RateTypeEnum
from ..types import UNSET, Model, Unset
from ..wire import odd, read_datetime, read_enum, write_datetime


@_attrs_define
class RateForExtent(Model):
    """A rate, without its prices.

    Attributes:
        id: Id of the rate.
        group_id: The group that the rate belongs to.
        service_id: The service that the rate belongs to.
        is_base_rate: Whether other rates can be derived from this one.
        is_active: True while the rate is in use, false once it is deleted.
        is_enabled: Whether customers can get the rate at present.
        is_public: Whether the rate is offered to everybody.
        type_: Who is offered the rate.
        names: Name of the rate, by language.
        updated_utc: When the rate was last changed.
        base_rate_id: The rate that this one is derived from; null if there is none.
        business_segment_id: The business segment of the rate; null if there is none.
        name: What the rate is called in the default language. Use `Names` instead.
        short_name: Abbreviation of the rate's name, in the default language.
        external_names: Name of the rate as customers see it, by language.
        description: Description of the rate, by language.
        external_identifier: Id of the rate in an external system, at most 255 characters.
    """

    id: str
    group_id: str
    service_id: str
    is_base_rate: bool
    is_active: bool
    is_enabled: bool
    is_public: bool
    type_: RateTypeEnum
    names: LocalizedText
    updated_utc: datetime.datetime
    base_rate_id: None | str | Unset = UNSET
    business_segment_id: None | str | Unset = UNSET
    name: None | str | Unset = UNSET
    short_name: None | str | Unset = UNSET
    external_names: LocalizedText | None | Unset = UNSET
    description: LocalizedText | None | Unset = UNSET
    external_identifier: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        d = dict(src_dict)
        pop: Any = d.pop
        self = cls.__new__(cls)
        self.id = x if type(x := pop("Id", UNSET)) is str else odd(x, "RateForExtent", "Id")
        self.group_id = (
            x if type(x := pop("GroupId", UNSET)) is str else odd(x, "RateForExtent", "GroupId")
        )
        self.service_id = (
            x if type(x := pop("ServiceId", UNSET)) is str else odd(x, "RateForExtent", "ServiceId")
        )
        self.is_base_rate = (
            x
            if type(x := pop("IsBaseRate", UNSET)) is bool
            else odd(x, "RateForExtent", "IsBaseRate")
        )
        self.is_active = (
            x if type(x := pop("IsActive", UNSET)) is bool else odd(x, "RateForExtent", "IsActive")
        )
        self.is_enabled = (
            x
            if type(x := pop("IsEnabled", UNSET)) is bool
            else odd(x, "RateForExtent", "IsEnabled")
        )
        self.is_public = (
            x if type(x := pop("IsPublic", UNSET)) is bool else odd(x, "RateForExtent", "IsPublic")
        )
        self.type_ = (
            read_enum(RateTypeEnum, x, "RateForExtent", "Type")
            if type(x := pop("Type", UNSET)) is str
            else odd(x, "RateForExtent", "Type")
        )
        self.names = (
            LocalizedText.from_dict(x)
            if type(x := pop("Names", UNSET)) is dict
            else odd(x, "RateForExtent", "Names")
        )
        self.updated_utc = (
            read_datetime(x, "RateForExtent", "UpdatedUtc")
            if type(x := pop("UpdatedUtc", UNSET)) is str
            else odd(x, "RateForExtent", "UpdatedUtc")
        )
        self.base_rate_id = (
            x
            if type(x := pop("BaseRateId", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "RateForExtent", "BaseRateId")
        )
        self.business_segment_id = (
            x
            if type(x := pop("BusinessSegmentId", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "RateForExtent", "BusinessSegmentId")
        )
        self.name = (
            x
            if type(x := pop("Name", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "RateForExtent", "Name")
        )
        self.short_name = (
            x
            if type(x := pop("ShortName", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "RateForExtent", "ShortName")
        )
        self.external_names = (
            LocalizedText.from_dict(x)
            if type(x := pop("ExternalNames", UNSET)) is dict
            else x
            if x is UNSET or x is None
            else odd(x, "RateForExtent", "ExternalNames")
        )
        self.description = (
            LocalizedText.from_dict(x)
            if type(x := pop("Description", UNSET)) is dict
            else x
            if x is UNSET or x is None
            else odd(x, "RateForExtent", "Description")
        )
        self.external_identifier = (
            x
            if type(x := pop("ExternalIdentifier", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "RateForExtent", "ExternalIdentifier")
        )
        self.additional_properties = d
        if d:
            report_unknown("RateForExtent", d)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
        if (x := this.id) is not UNSET:
            d["Id"] = x
        if (x := this.group_id) is not UNSET:
            d["GroupId"] = x
        if (x := this.service_id) is not UNSET:
            d["ServiceId"] = x
        if (x := this.is_base_rate) is not UNSET:
            d["IsBaseRate"] = x
        if (x := this.is_active) is not UNSET:
            d["IsActive"] = x
        if (x := this.is_enabled) is not UNSET:
            d["IsEnabled"] = x
        if (x := this.is_public) is not UNSET:
            d["IsPublic"] = x
        if (x := this.type_) is not UNSET:
            d["Type"] = x.value if isinstance(x, RateTypeEnum) else x
        if (x := this.names) is not UNSET:
            d["Names"] = x.to_dict() if isinstance(x, LocalizedText) else x
        if (x := this.updated_utc) is not UNSET:
            d["UpdatedUtc"] = write_datetime(x, "RateForExtent.updated_utc", "auto")
        if (x := this.base_rate_id) is not UNSET:
            d["BaseRateId"] = x
        if (x := this.business_segment_id) is not UNSET:
            d["BusinessSegmentId"] = x
        if (x := this.name) is not UNSET:
            d["Name"] = x
        if (x := this.short_name) is not UNSET:
            d["ShortName"] = x
        if (x := this.external_names) is not UNSET:
            d["ExternalNames"] = x.to_dict() if isinstance(x, LocalizedText) else x
        if (x := this.description) is not UNSET:
            d["Description"] = x.to_dict() if isinstance(x, LocalizedText) else x
        if (x := this.external_identifier) is not UNSET:
            d["ExternalIdentifier"] = x
        return d
