# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..models.activity_state import ActivityState
from ..models.limitation import Limitation
from ..models.time_filter_interval import TimeFilterInterval
from ..models.voucher_extent import VoucherExtent
from ..types import UNSET, Model, Secret, Unset, as_secret
from ..wire import odd, read_enum


@_attrs_define
class VoucherFilterParameters(Model):
    """The body of `vouchers/getAll`.

    Attributes:
        client_token: The token of the integration. It says who is calling.
        access_token: The token of the connection between the integration and a property or
            portfolio.
        client: Name and version of the calling program, such as `My Hotel App 2.1.0`.
        limitation: Which page to return, counted in vouchers.
        extent: What to return about the vouchers.
        service_ids: Only vouchers of these services.
        language_code: Language of texts and error messages. Goes together with `CultureCode`.
        culture_code: Culture of texts and error messages. Goes together with `LanguageCode`.
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
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        d = dict(src_dict)
        pop: Any = d.pop
        self = cls.__new__(cls)
        self.client_token = as_secret(
            x
            if type(x := pop("ClientToken", UNSET)) is str
            else odd(x, "VoucherFilterParameters", "ClientToken")
        )
        self.access_token = as_secret(
            x
            if type(x := pop("AccessToken", UNSET)) is str
            else odd(x, "VoucherFilterParameters", "AccessToken")
        )
        self.client = (
            x
            if type(x := pop("Client", UNSET)) is str
            else odd(x, "VoucherFilterParameters", "Client")
        )
        self.limitation = (
            Limitation.from_dict(x)
            if type(x := pop("Limitation", UNSET)) is dict
            else odd(x, "VoucherFilterParameters", "Limitation")
        )
        self.extent = (
            VoucherExtent.from_dict(x)
            if type(x := pop("Extent", UNSET)) is dict
            else odd(x, "VoucherFilterParameters", "Extent")
        )
        self.service_ids = (
            [
                item0 if type(item0) is str else odd(item0, "VoucherFilterParameters", "ServiceIds")
                for item0 in x
            ]
            if type(x := pop("ServiceIds", UNSET)) is list
            else odd(x, "VoucherFilterParameters", "ServiceIds")
        )
        self.language_code = (
            x
            if type(x := pop("LanguageCode", UNSET)) is str
            else x
            if x is UNSET
            else odd(x, "VoucherFilterParameters", "LanguageCode")
        )
        self.culture_code = (
            x
            if type(x := pop("CultureCode", UNSET)) is str
            else x
            if x is UNSET
            else odd(x, "VoucherFilterParameters", "CultureCode")
        )
        self.enterprise_ids = (
            [
                item0
                if type(item0) is str
                else odd(item0, "VoucherFilterParameters", "EnterpriseIds")
                for item0 in x
            ]
            if type(x := pop("EnterpriseIds", UNSET)) is list
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherFilterParameters", "EnterpriseIds")
        )
        self.voucher_ids = (
            [
                item0 if type(item0) is str else odd(item0, "VoucherFilterParameters", "VoucherIds")
                for item0 in x
            ]
            if type(x := pop("VoucherIds", UNSET)) is list
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherFilterParameters", "VoucherIds")
        )
        self.company_ids = (
            [
                item0 if type(item0) is str else odd(item0, "VoucherFilterParameters", "CompanyIds")
                for item0 in x
            ]
            if type(x := pop("CompanyIds", UNSET)) is list
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherFilterParameters", "CompanyIds")
        )
        self.voucher_code_values = (
            [
                item0
                if type(item0) is str
                else odd(item0, "VoucherFilterParameters", "VoucherCodeValues")
                for item0 in x
            ]
            if type(x := pop("VoucherCodeValues", UNSET)) is list
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherFilterParameters", "VoucherCodeValues")
        )
        self.activity_states = (
            [
                read_enum(ActivityState, item0, "VoucherFilterParameters", "ActivityStates")
                if type(item0) is str
                else odd(item0, "VoucherFilterParameters", "ActivityStates")
                for item0 in x
            ]
            if type(x := pop("ActivityStates", UNSET)) is list
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherFilterParameters", "ActivityStates")
        )
        self.updated_utc = (
            TimeFilterInterval.from_dict(x)
            if type(x := pop("UpdatedUtc", UNSET)) is dict
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherFilterParameters", "UpdatedUtc")
        )
        self.external_identifiers = (
            [
                item0
                if type(item0) is str
                else odd(item0, "VoucherFilterParameters", "ExternalIdentifiers")
                for item0 in x
            ]
            if type(x := pop("ExternalIdentifiers", UNSET)) is list
            else x
            if x is UNSET or x is None
            else odd(x, "VoucherFilterParameters", "ExternalIdentifiers")
        )
        self.additional_properties = d
        if d:
            report_unknown("VoucherFilterParameters", d)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
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
