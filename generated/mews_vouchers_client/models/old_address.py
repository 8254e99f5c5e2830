# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, ClassVar, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from attrs.setters import NO_OP as _NO_OP

from ..deviations import report_unknown
from ..fast_json import unknown_properties
from ..serialization import (
    split_known,
    unexpected,
)
from ..types import UNSET, Model, Unset, hash_ids, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "Id",
    "Line1",
    "Line2",
    "City",
    "PostalCode",
    "CountryCode",
    "CountrySubdivisionCode",
    "Latitude",
    "Longitude",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define(kw_only=True, on_setattr=_NO_OP)
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
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 9:
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
        ) = values
        self = cls.__new__(cls)
        self.id = (
            x1 if type(x1) is str else x1 if x1 is UNSET else unexpected(x1, "OldAddress", "Id")
        )
        self.line_1 = (
            x2
            if type(x2) is str
            else x2
            if x2 is UNSET or x2 is None
            else unexpected(x2, "OldAddress", "Line1")
        )
        self.line_2 = (
            x3
            if type(x3) is str
            else x3
            if x3 is UNSET or x3 is None
            else unexpected(x3, "OldAddress", "Line2")
        )
        self.city = (
            x4
            if type(x4) is str
            else x4
            if x4 is UNSET or x4 is None
            else unexpected(x4, "OldAddress", "City")
        )
        self.postal_code = (
            x5
            if type(x5) is str
            else x5
            if x5 is UNSET or x5 is None
            else unexpected(x5, "OldAddress", "PostalCode")
        )
        self.country_code = (
            x6
            if type(x6) is str
            else x6
            if x6 is UNSET or x6 is None
            else unexpected(x6, "OldAddress", "CountryCode")
        )
        self.country_subdivision_code = (
            x7
            if type(x7) is str
            else x7
            if x7 is UNSET or x7 is None
            else unexpected(x7, "OldAddress", "CountrySubdivisionCode")
        )
        self.latitude = (
            x8
            if type(x8) is float or type(x8) is int
            else x8
            if x8 is UNSET or x8 is None
            else unexpected(x8, "OldAddress", "Latitude")
        )
        self.longitude = (
            x9
            if type(x9) is float or type(x9) is int
            else x9
            if x9 is UNSET or x9 is None
            else unexpected(x9, "OldAddress", "Longitude")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("OldAddress", rest)
        return self

    def __hash__(self) -> int:
        return hash_ids(self.id)

    _json_names: ClassVar[Mapping[str, str]] = {
        "id": "Id",
        "line_1": "Line1",
        "line_2": "Line2",
        "city": "City",
        "postal_code": "PostalCode",
        "country_code": "CountryCode",
        "country_subdivision_code": "CountrySubdivisionCode",
        "latitude": "Latitude",
        "longitude": "Longitude",
    }

    @classmethod
    def _from_struct(cls, struct: Any) -> Self:
        """Read a struct that `fast_json.py` decoded."""
        self = cls.__new__(cls)
        self.id = struct.id
        self.line_1 = struct.line_1
        self.line_2 = struct.line_2
        self.city = struct.city
        self.postal_code = struct.postal_code
        self.country_code = struct.country_code
        self.country_subdivision_code = struct.country_subdivision_code
        x = struct.latitude
        self.latitude = (
            x
            if type(x) is float or type(x) is int
            else x
            if x is UNSET or x is None
            else unexpected(x, "OldAddress", "Latitude")
        )
        x = struct.longitude
        self.longitude = (
            x
            if type(x) is float or type(x) is int
            else x
            if x is UNSET or x is None
            else unexpected(x, "OldAddress", "Longitude")
        )
        self.additional_properties = unknown_properties(struct) if struct._unknown else {}
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
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
