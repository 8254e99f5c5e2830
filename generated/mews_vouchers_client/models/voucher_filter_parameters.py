# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..models.activity_state import ActivityState
from ..models.limitation import Limitation
from ..models.time_filter_interval import TimeFilterInterval
from ..models.voucher_extent import VoucherExtent
from ..serialization import (
    split_known,
    unexpected,
    unknown_value,
)
from ..types import UNSET, Model, Secret, Unset, as_secret, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "ClientToken",
    "AccessToken",
    "Client",
    "Limitation",
    "Extent",
    "ServiceIds",
    "LanguageCode",
    "CultureCode",
    "EnterpriseIds",
    "VoucherIds",
    "CompanyIds",
    "VoucherCodeValues",
    "ActivityStates",
    "UpdatedUtc",
    "ExternalIdentifiers",
)
_fetch: Final = itemgetter(*_NAMES)
_ActivityState: Final = {member.value: member for member in ActivityState}


@_attrs_define
class VoucherFilterParameters(Model):
    """The body of `vouchers/getAll`.

    Attributes:
        client_token: The token of the integration; it identifies the caller.
        access_token: The token of the connection between the integration and a property or
            portfolio.
        client: Name and version of the calling program, such as `My Hotel App 2.1.0`.
        limitation: Which page to return, counted in vouchers.
        extent: What to return about the vouchers.
        service_ids: Only vouchers of these services.
        language_code: Language of localized strings and error messages. Use together with
            `CultureCode`.
        culture_code: Culture of localized strings and error messages. Use together with
            `LanguageCode`.
        enterprise_ids: Only vouchers of these enterprises. Without it, all that the access
            token opens.
        voucher_ids: Only these vouchers.
        company_ids: Only vouchers of these companies and travel agencies.
        voucher_code_values: Only vouchers that have a code with one of these values.
        activity_states: Only vouchers in one of these states. Without it, active and deleted
            ones.
        updated_utc: Only vouchers last changed in this interval, which spans at most three
            months.
        external_identifiers: Only vouchers that have one of these ids in an external system.
    """

    client_token: Secret = _attrs_field(converter=as_secret, repr=False)
    access_token: Secret = _attrs_field(converter=as_secret, repr=False)
    client: str
    limitation: Limitation
    extent: VoucherExtent
    service_ids: list[str]
    language_code: str | Unset = UNSET
    culture_code: str | Unset = UNSET
    enterprise_ids: list[str] | None | Unset = UNSET
    voucher_ids: list[str] | None | Unset = UNSET
    company_ids: list[str] | None | Unset = UNSET
    voucher_code_values: list[str] | None | Unset = UNSET
    activity_states: list[ActivityState] | None | Unset = UNSET
    updated_utc: None | TimeFilterInterval | Unset = UNSET
    external_identifiers: list[str] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 15:
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
        ) = values
        self = cls.__new__(cls)
        self.client_token = as_secret(
            x1 if type(x1) is str else unexpected(x1, "VoucherFilterParameters", "ClientToken")
        )
        self.access_token = as_secret(
            x2 if type(x2) is str else unexpected(x2, "VoucherFilterParameters", "AccessToken")
        )
        self.client = x3 if type(x3) is str else unexpected(x3, "VoucherFilterParameters", "Client")
        self.limitation = (
            Limitation.from_dict(x4)
            if type(x4) is dict
            else unexpected(x4, "VoucherFilterParameters", "Limitation")
        )
        self.extent = (
            VoucherExtent.from_dict(x5)
            if type(x5) is dict
            else unexpected(x5, "VoucherFilterParameters", "Extent")
        )
        self.service_ids = (
            [
                item0
                if type(item0) is str
                else unexpected(item0, "VoucherFilterParameters", "ServiceIds")
                for item0 in x6
            ]
            if type(x6) is list
            else unexpected(x6, "VoucherFilterParameters", "ServiceIds")
        )
        self.language_code = (
            x7
            if type(x7) is str
            else x7
            if x7 is UNSET
            else unexpected(x7, "VoucherFilterParameters", "LanguageCode")
        )
        self.culture_code = (
            x8
            if type(x8) is str
            else x8
            if x8 is UNSET
            else unexpected(x8, "VoucherFilterParameters", "CultureCode")
        )
        self.enterprise_ids = (
            [
                item0
                if type(item0) is str
                else unexpected(item0, "VoucherFilterParameters", "EnterpriseIds")
                for item0 in x9
            ]
            if type(x9) is list
            else x9
            if x9 is UNSET or x9 is None
            else unexpected(x9, "VoucherFilterParameters", "EnterpriseIds")
        )
        self.voucher_ids = (
            [
                item0
                if type(item0) is str
                else unexpected(item0, "VoucherFilterParameters", "VoucherIds")
                for item0 in x10
            ]
            if type(x10) is list
            else x10
            if x10 is UNSET or x10 is None
            else unexpected(x10, "VoucherFilterParameters", "VoucherIds")
        )
        self.company_ids = (
            [
                item0
                if type(item0) is str
                else unexpected(item0, "VoucherFilterParameters", "CompanyIds")
                for item0 in x11
            ]
            if type(x11) is list
            else x11
            if x11 is UNSET or x11 is None
            else unexpected(x11, "VoucherFilterParameters", "CompanyIds")
        )
        self.voucher_code_values = (
            [
                item0
                if type(item0) is str
                else unexpected(item0, "VoucherFilterParameters", "VoucherCodeValues")
                for item0 in x12
            ]
            if type(x12) is list
            else x12
            if x12 is UNSET or x12 is None
            else unexpected(x12, "VoucherFilterParameters", "VoucherCodeValues")
        )
        self.activity_states = (
            [
                _ActivityState.get(item0)
                or unknown_value(item0, "VoucherFilterParameters", "ActivityStates")
                if type(item0) is str
                else unexpected(item0, "VoucherFilterParameters", "ActivityStates")
                for item0 in x13
            ]
            if type(x13) is list
            else x13
            if x13 is UNSET or x13 is None
            else unexpected(x13, "VoucherFilterParameters", "ActivityStates")
        )
        self.updated_utc = (
            TimeFilterInterval.from_dict(x14)
            if type(x14) is dict
            else x14
            if x14 is UNSET or x14 is None
            else unexpected(x14, "VoucherFilterParameters", "UpdatedUtc")
        )
        self.external_identifiers = (
            [
                item0
                if type(item0) is str
                else unexpected(item0, "VoucherFilterParameters", "ExternalIdentifiers")
                for item0 in x15
            ]
            if type(x15) is list
            else x15
            if x15 is UNSET or x15 is None
            else unexpected(x15, "VoucherFilterParameters", "ExternalIdentifiers")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("VoucherFilterParameters", rest)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.client_token) is not UNSET:
            d["ClientToken"] = x
        if (x := this.access_token) is not UNSET:
            d["AccessToken"] = x
        if (x := this.client) is not UNSET:
            d["Client"] = x
        if (x := this.limitation) is not UNSET:
            d["Limitation"] = x.to_dict() if isinstance(x, Limitation) else x
        if (x := this.extent) is not UNSET:
            d["Extent"] = x.to_dict() if isinstance(x, VoucherExtent) else x
        if (x := this.service_ids) is not UNSET:
            d["ServiceIds"] = x
        if (x := this.language_code) is not UNSET:
            d["LanguageCode"] = x
        if (x := this.culture_code) is not UNSET:
            d["CultureCode"] = x
        if (x := this.enterprise_ids) is not UNSET:
            d["EnterpriseIds"] = x
        if (x := this.voucher_ids) is not UNSET:
            d["VoucherIds"] = x
        if (x := this.company_ids) is not UNSET:
            d["CompanyIds"] = x
        if (x := this.voucher_code_values) is not UNSET:
            d["VoucherCodeValues"] = x
        if (x := this.activity_states) is not UNSET:
            d["ActivityStates"] = (
                [item0.value if isinstance(item0, ActivityState) else item0 for item0 in x]
                if isinstance(x, list | tuple)
                else x
            )
        if (x := this.updated_utc) is not UNSET:
            d["UpdatedUtc"] = x.to_dict() if isinstance(x, TimeFilterInterval) else x
        if (x := this.external_identifiers) is not UNSET:
            d["ExternalIdentifiers"] = x
        return d
