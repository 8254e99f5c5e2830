# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..models.limitation import Limitation
from ..models.time_filter_interval import TimeFilterInterval
from ..serialization import (
    split_known,
    unexpected,
)
from ..types import UNSET, Model, Secret, Unset, as_secret, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "ClientToken",
    "AccessToken",
    "Client",
    "Limitation",
    "VoucherIds",
    "LanguageCode",
    "CultureCode",
    "EnterpriseIds",
    "VoucherCodeIds",
    "UpdatedUtc",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define
class VoucherCodeFilterParameters(Model):
    """The body of `voucherCodes/getAll`.

    Attributes:
        client_token: The token of the integration; it identifies the caller.
        access_token: The token of the connection between the integration and a property or
            portfolio.
        client: Name and version of the calling program, such as `My Hotel App 2.1.0`.
        limitation: Which page to return, counted in codes.
        voucher_ids: Only codes of these vouchers.
        language_code: Language of localized strings and error messages. Use together with
            `CultureCode`.
        culture_code: Culture of localized strings and error messages. Use together with
            `LanguageCode`.
        enterprise_ids: Only codes of these enterprises. Without it, all that the access token
            opens.
        voucher_code_ids: Only these codes.
        updated_utc: Only codes last changed in this interval, which spans at most three months.
    """

    client_token: Secret = _attrs_field(converter=as_secret, repr=False)
    access_token: Secret = _attrs_field(converter=as_secret, repr=False)
    client: str
    limitation: Limitation
    voucher_ids: list[str]
    language_code: str | Unset = UNSET
    culture_code: str | Unset = UNSET
    enterprise_ids: list[str] | None | Unset = UNSET
    voucher_code_ids: list[str] | None | Unset = UNSET
    updated_utc: None | TimeFilterInterval | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 10:
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
        ) = values
        self = cls.__new__(cls)
        self.client_token = as_secret(
            x1 if type(x1) is str else unexpected(x1, "VoucherCodeFilterParameters", "ClientToken")
        )
        self.access_token = as_secret(
            x2 if type(x2) is str else unexpected(x2, "VoucherCodeFilterParameters", "AccessToken")
        )
        self.client = (
            x3 if type(x3) is str else unexpected(x3, "VoucherCodeFilterParameters", "Client")
        )
        self.limitation = (
            Limitation.from_dict(x4)
            if type(x4) is dict
            else unexpected(x4, "VoucherCodeFilterParameters", "Limitation")
        )
        self.voucher_ids = (
            [
                item0
                if type(item0) is str
                else unexpected(item0, "VoucherCodeFilterParameters", "VoucherIds")
                for item0 in x5
            ]
            if type(x5) is list
            else unexpected(x5, "VoucherCodeFilterParameters", "VoucherIds")
        )
        self.language_code = (
            x6
            if type(x6) is str
            else x6
            if x6 is UNSET
            else unexpected(x6, "VoucherCodeFilterParameters", "LanguageCode")
        )
        self.culture_code = (
            x7
            if type(x7) is str
            else x7
            if x7 is UNSET
            else unexpected(x7, "VoucherCodeFilterParameters", "CultureCode")
        )
        self.enterprise_ids = (
            [
                item0
                if type(item0) is str
                else unexpected(item0, "VoucherCodeFilterParameters", "EnterpriseIds")
                for item0 in x8
            ]
            if type(x8) is list
            else x8
            if x8 is UNSET or x8 is None
            else unexpected(x8, "VoucherCodeFilterParameters", "EnterpriseIds")
        )
        self.voucher_code_ids = (
            [
                item0
                if type(item0) is str
                else unexpected(item0, "VoucherCodeFilterParameters", "VoucherCodeIds")
                for item0 in x9
            ]
            if type(x9) is list
            else x9
            if x9 is UNSET or x9 is None
            else unexpected(x9, "VoucherCodeFilterParameters", "VoucherCodeIds")
        )
        self.updated_utc = (
            TimeFilterInterval.from_dict(x10)
            if type(x10) is dict
            else x10
            if x10 is UNSET or x10 is None
            else unexpected(x10, "VoucherCodeFilterParameters", "UpdatedUtc")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("VoucherCodeFilterParameters", rest)
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
        if (x := this.voucher_ids) is not UNSET:
            d["VoucherIds"] = x
        if (x := this.language_code) is not UNSET:
            d["LanguageCode"] = x
        if (x := this.culture_code) is not UNSET:
            d["CultureCode"] = x
        if (x := this.enterprise_ids) is not UNSET:
            d["EnterpriseIds"] = x
        if (x := this.voucher_code_ids) is not UNSET:
            d["VoucherCodeIds"] = x
        if (x := this.updated_utc) is not UNSET:
            d["UpdatedUtc"] = x.to_dict() if isinstance(x, TimeFilterInterval) else x
        return d
