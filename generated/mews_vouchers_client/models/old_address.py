# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..types import UNSET, Model, Unset
from ..wire import odd


@_attrs_define
class OldAddress(Model):
    """An address, in the older form that is still part of a company.

    Attributes:
        id: Id of the address.
        line_1: First line of the address, mostly street and number.
        line_2: What comes after the first line, such as a floor.
        city: City or town.
        postal_code: Postal code.
        country_code: Country, as an ISO 3166-1 code such as `NL`.
        country_subdivision_code: State or province, as an ISO 3166-2 code such as `NL-NH`.
        latitude: Latitude in degrees, north positive.
        longitude: Longitude in degrees, east positive.
    """

    id: str | Unset = UNSET
    line_1: None | str | Unset = UNSET
    line_2: None | str | Unset = UNSET
    city: None | str | Unset = UNSET
    postal_code: None | str | Unset = UNSET
    country_code: None | str | Unset = UNSET
    country_subdivision_code: None | str | Unset = UNSET
    latitude: float | None | Unset = UNSET
    longitude: float | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        d = dict(src_dict)
        pop: Any = d.pop
        self = cls.__new__(cls)
        self.id = (
            x
            if type(x := pop("Id", UNSET)) is str
            else x
            if x is UNSET
            else odd(x, "OldAddress", "Id")
        )
        self.line_1 = (
            x
            if type(x := pop("Line1", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "OldAddress", "Line1")
        )
        self.line_2 = (
            x
            if type(x := pop("Line2", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "OldAddress", "Line2")
        )
        self.city = (
            x
            if type(x := pop("City", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "OldAddress", "City")
        )
        self.postal_code = (
            x
            if type(x := pop("PostalCode", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "OldAddress", "PostalCode")
        )
        self.country_code = (
            x
            if type(x := pop("CountryCode", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "OldAddress", "CountryCode")
        )
        self.country_subdivision_code = (
            x
            if type(x := pop("CountrySubdivisionCode", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "OldAddress", "CountrySubdivisionCode")
        )
        self.latitude = (
            x
            if type(x := pop("Latitude", UNSET)) is float or type(x) is int
            else x
            if x is UNSET or x is None
            else odd(x, "OldAddress", "Latitude")
        )
        self.longitude = (
            x
            if type(x := pop("Longitude", UNSET)) is float or type(x) is int
            else x
            if x is UNSET or x is None
            else odd(x, "OldAddress", "Longitude")
        )
        self.additional_properties = d
        if d:
            report_unknown("OldAddress", d)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
        if (x := this.id) is not UNSET:
            d["Id"] = x
        if (x := this.line_1) is not UNSET:
            d["Line1"] = x
        if (x := this.line_2) is not UNSET:
            d["Line2"] = x
        if (x := this.city) is not UNSET:
            d["City"] = x
        if (x := this.postal_code) is not UNSET:
            d["PostalCode"] = x
        if (x := this.country_code) is not UNSET:
            d["CountryCode"] = x
        if (x := this.country_subdivision_code) is not UNSET:
            d["CountrySubdivisionCode"] = x
        if (x := this.latitude) is not UNSET:
            d["Latitude"] = x
        if (x := this.longitude) is not UNSET:
            d["Longitude"] = x
        return d
