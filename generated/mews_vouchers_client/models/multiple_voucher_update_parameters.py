# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..models.voucher_update_parameters import VoucherUpdateParameters
from ..types import UNSET, Model, Secret, Unset, as_secret
from ..wire import odd


@_attrs_define
class MultipleVoucherUpdateParameters(Model):
    """The body of `vouchers/update`.

    Attributes:
        client_token: The token of the integration. It says who is calling.
        access_token: The token of the connection between the integration and a property or
            portfolio.
        client: Name and version of the calling program, such as `My Hotel App 2.1.0`.
        voucher_updates: The changes to make, 1 to 1000.
        language_code: Language of texts and error messages. Goes together with `CultureCode`.
        culture_code: Culture of texts and error messages. Goes together with `LanguageCode`.
        enterprise_id: The enterprise to write to. A portfolio access token needs it; any other
            ignores it.
    """

    client_token: Secret = _attrs_field(converter=as_secret, repr=False)
    access_token: Secret = _attrs_field(converter=as_secret, repr=False)
    client: str
    voucher_updates: list[VoucherUpdateParameters]
    language_code: str | Unset = UNSET
    culture_code: str | Unset = UNSET
    enterprise_id: None | str | Unset = UNSET
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
            else odd(x, "MultipleVoucherUpdateParameters", "ClientToken")
        )
        self.access_token = as_secret(
            x
            if type(x := pop("AccessToken", UNSET)) is str
            else odd(x, "MultipleVoucherUpdateParameters", "AccessToken")
        )
        self.client = (
            x
            if type(x := pop("Client", UNSET)) is str
            else odd(x, "MultipleVoucherUpdateParameters", "Client")
        )
        self.voucher_updates = (
            [
                VoucherUpdateParameters.from_dict(item0)
                if type(item0) is dict
                else odd(item0, "MultipleVoucherUpdateParameters", "VoucherUpdates")
                for item0 in x
            ]
            if type(x := pop("VoucherUpdates", UNSET)) is list
            else odd(x, "MultipleVoucherUpdateParameters", "VoucherUpdates")
        )
        self.language_code = (
            x
            if type(x := pop("LanguageCode", UNSET)) is str
            else x
            if x is UNSET
            else odd(x, "MultipleVoucherUpdateParameters", "LanguageCode")
        )
        self.culture_code = (
            x
            if type(x := pop("CultureCode", UNSET)) is str
            else x
            if x is UNSET
            else odd(x, "MultipleVoucherUpdateParameters", "CultureCode")
        )
        self.enterprise_id = (
            x
            if type(x := pop("EnterpriseId", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "MultipleVoucherUpdateParameters", "EnterpriseId")
        )
        self.additional_properties = d
        if d:
            report_unknown("MultipleVoucherUpdateParameters", d)
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
        if (x := this.voucher_updates) is not UNSET:
            d["VoucherUpdates"] = (
                [
                    item0.to_dict() if isinstance(item0, VoucherUpdateParameters) else item0
                    for item0 in x
                ]
                if isinstance(x, list | tuple)
                else x
            )
        if (x := this.language_code) is not UNSET:
            d["LanguageCode"] = x
        if (x := this.culture_code) is not UNSET:
            d["CultureCode"] = x
        if (x := this.enterprise_id) is not UNSET:
            d["EnterpriseId"] = x
        return d
