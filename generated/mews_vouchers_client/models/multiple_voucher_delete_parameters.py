# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..serialization import (
    split_known,
    unexpected,
)
from ..types import UNSET, Model, Secret, Unset, as_secret, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "ClientToken",
    "AccessToken",
    "Client",
    "VoucherIds",
    "LanguageCode",
    "CultureCode",
    "EnterpriseId",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define
class MultipleVoucherDeleteParameters(Model):
    """The body of `vouchers/delete`.

    Attributes:
        client_token: The token of the integration; it identifies the caller.
        access_token: The token of the connection between the integration and a property or
            portfolio.
        client: Name and version of the calling program, such as `My Hotel App 2.1.0`.
        voucher_ids: The vouchers to delete, 1 to 1000.
        language_code: Language of localized strings and error messages. Use together with
            `CultureCode`.
        culture_code: Culture of localized strings and error messages. Use together with
            `LanguageCode`.
        enterprise_id: The enterprise to write to. A portfolio access token needs it; any other
            ignores it.
    """

    client_token: Secret = _attrs_field(converter=as_secret, repr=False)
    access_token: Secret = _attrs_field(converter=as_secret, repr=False)
    client: str
    voucher_ids: list[str]
    language_code: str | Unset = UNSET
    culture_code: str | Unset = UNSET
    enterprise_id: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 7:
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
        ) = values
        self = cls.__new__(cls)
        self.client_token = as_secret(
            x1
            if type(x1) is str
            else unexpected(x1, "MultipleVoucherDeleteParameters", "ClientToken")
        )
        self.access_token = as_secret(
            x2
            if type(x2) is str
            else unexpected(x2, "MultipleVoucherDeleteParameters", "AccessToken")
        )
        self.client = (
            x3 if type(x3) is str else unexpected(x3, "MultipleVoucherDeleteParameters", "Client")
        )
        self.voucher_ids = (
            [
                item0
                if type(item0) is str
                else unexpected(item0, "MultipleVoucherDeleteParameters", "VoucherIds")
                for item0 in x4
            ]
            if type(x4) is list
            else unexpected(x4, "MultipleVoucherDeleteParameters", "VoucherIds")
        )
        self.language_code = (
            x5
            if type(x5) is str
            else x5
            if x5 is UNSET
            else unexpected(x5, "MultipleVoucherDeleteParameters", "LanguageCode")
        )
        self.culture_code = (
            x6
            if type(x6) is str
            else x6
            if x6 is UNSET
            else unexpected(x6, "MultipleVoucherDeleteParameters", "CultureCode")
        )
        self.enterprise_id = (
            x7
            if type(x7) is str
            else x7
            if x7 is UNSET or x7 is None
            else unexpected(x7, "MultipleVoucherDeleteParameters", "EnterpriseId")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("MultipleVoucherDeleteParameters", rest)
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
        if (x := this.voucher_ids) is not UNSET:
            d["VoucherIds"] = x
        if (x := this.language_code) is not UNSET:
            d["LanguageCode"] = x
        if (x := this.culture_code) is not UNSET:
            d["CultureCode"] = x
        if (x := this.enterprise_id) is not UNSET:
            d["EnterpriseId"] = x
        return d
