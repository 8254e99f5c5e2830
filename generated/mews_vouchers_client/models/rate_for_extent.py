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
from ..models.localized_text import LocalizedText
from ..models.rate_type_enum import RateTypeEnum
from ..serialization import (
    split_known,
    unexpected,
    unknown_value,
)
from ..types import UNSET, Model, Unset, hash_ids, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "Id",
    "GroupId",
    "ServiceId",
    "IsBaseRate",
    "IsActive",
    "IsEnabled",
    "IsPublic",
    "Type",
    "Names",
    "UpdatedUtc",
    "BaseRateId",
    "BusinessSegmentId",
    "Name",
    "ShortName",
    "ExternalNames",
    "Description",
    "ExternalIdentifier",
)
_fetch: Final = itemgetter(*_NAMES)
_RateTypeEnum: Final = {member.value: member for member in RateTypeEnum}


@_attrs_define(kw_only=True, on_setattr=_NO_OP)
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
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 17:
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
            x15,
            x16,
            x17,
        ) = values
        self = cls.__new__(cls)
        self.id = x1 if type(x1) is str else unexpected(x1, "RateForExtent", "Id")
        self.group_id = x2 if type(x2) is str else unexpected(x2, "RateForExtent", "GroupId")
        self.service_id = x3 if type(x3) is str else unexpected(x3, "RateForExtent", "ServiceId")
        self.is_base_rate = (
            x4 if type(x4) is bool else unexpected(x4, "RateForExtent", "IsBaseRate")
        )
        self.is_active = x5 if type(x5) is bool else unexpected(x5, "RateForExtent", "IsActive")
        self.is_enabled = x6 if type(x6) is bool else unexpected(x6, "RateForExtent", "IsEnabled")
        self.is_public = x7 if type(x7) is bool else unexpected(x7, "RateForExtent", "IsPublic")
        self.type_ = (
            _RateTypeEnum.get(x8) or unknown_value(x8, "RateForExtent", "Type")
            if type(x8) is str
            else unexpected(x8, "RateForExtent", "Type")
        )
        self.names = (
            LocalizedText.from_dict(x9)
            if type(x9) is dict
            else unexpected(x9, "RateForExtent", "Names")
        )
        self.updated_utc = (
            datetime_cache.get(x10) or read_datetime(x10, "RateForExtent", "UpdatedUtc")
            if type(x10) is str
            else unexpected(x10, "RateForExtent", "UpdatedUtc")
        )
        self.base_rate_id = (
            x11
            if type(x11) is str
            else x11
            if x11 is UNSET or x11 is None
            else unexpected(x11, "RateForExtent", "BaseRateId")
        )
        self.business_segment_id = (
            x12
            if type(x12) is str
            else x12
            if x12 is UNSET or x12 is None
            else unexpected(x12, "RateForExtent", "BusinessSegmentId")
        )
        self.name = (
            x13
            if type(x13) is str
            else x13
            if x13 is UNSET or x13 is None
            else unexpected(x13, "RateForExtent", "Name")
        )
        self.short_name = (
            x14
            if type(x14) is str
            else x14
            if x14 is UNSET or x14 is None
            else unexpected(x14, "RateForExtent", "ShortName")
        )
        self.external_names = (
            LocalizedText.from_dict(x15)
            if type(x15) is dict
            else x15
            if x15 is UNSET or x15 is None
            else unexpected(x15, "RateForExtent", "ExternalNames")
        )
        self.description = (
            LocalizedText.from_dict(x16)
            if type(x16) is dict
            else x16
            if x16 is UNSET or x16 is None
            else unexpected(x16, "RateForExtent", "Description")
        )
        self.external_identifier = (
            x17
            if type(x17) is str
            else x17
            if x17 is UNSET or x17 is None
            else unexpected(x17, "RateForExtent", "ExternalIdentifier")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("RateForExtent", rest)
        return self

    def __hash__(self) -> int:
        return hash_ids(self.id)

    _json_names: ClassVar[Mapping[str, str]] = {
        "id": "Id",
        "group_id": "GroupId",
        "service_id": "ServiceId",
        "is_base_rate": "IsBaseRate",
        "is_active": "IsActive",
        "is_enabled": "IsEnabled",
        "is_public": "IsPublic",
        "type_": "Type",
        "names": "Names",
        "updated_utc": "UpdatedUtc",
        "base_rate_id": "BaseRateId",
        "business_segment_id": "BusinessSegmentId",
        "name": "Name",
        "short_name": "ShortName",
        "external_names": "ExternalNames",
        "description": "Description",
        "external_identifier": "ExternalIdentifier",
    }

    @classmethod
    def _from_struct(cls, struct: Any) -> Self:
        """Read a struct that `fast_json.py` decoded."""
        self = cls.__new__(cls)
        self.id = struct.id
        self.group_id = struct.group_id
        self.service_id = struct.service_id
        self.is_base_rate = struct.is_base_rate
        self.is_active = struct.is_active
        self.is_enabled = struct.is_enabled
        self.is_public = struct.is_public
        x = struct.type_
        self.type_ = _RateTypeEnum.get(x) or unknown_value(x, "RateForExtent", "Type")
        x = struct.names
        self.names = LocalizedText._from_struct(x)
        x = struct.updated_utc
        self.updated_utc = datetime_cache.get(x) or read_datetime(x, "RateForExtent", "UpdatedUtc")
        self.base_rate_id = struct.base_rate_id
        self.business_segment_id = struct.business_segment_id
        self.name = struct.name
        self.short_name = struct.short_name
        x = struct.external_names
        self.external_names = x if x is UNSET or x is None else LocalizedText._from_struct(x)
        x = struct.description
        self.description = x if x is UNSET or x is None else LocalizedText._from_struct(x)
        self.external_identifier = struct.external_identifier
        self.additional_properties = unknown_properties(struct) if struct._unknown else {}
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
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
