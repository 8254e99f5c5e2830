# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from attrs.setters import NO_OP as _NO_OP

from ..deviations import report_unknown
from ..serialization import (
    read_integer,
    split_known,
    unexpected,
)
from ..types import UNSET, Model, Unset, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "Count",
    "Cursor",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define(on_setattr=_NO_OP)
class Limitation(Model):
    """Which page of a list to return.

    Attributes:
        count: Number of items on the page, 1 to 1000.
        cursor: The `Cursor` of the page before, for the next older items. Without it, or with
            null, the newest items are returned.
    """

    count: int
    cursor: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 2:
            try:
                values = _fetch(src_dict)
            except KeyError:
                pass
        if values is None:  # a property is missing or unknown
            values, rest = split_known(src_dict, _NAMES)
        (
            x1,
            x2,
        ) = values
        self = cls.__new__(cls)
        self.count = x1 if type(x1) is int else read_integer(x1, "Limitation", "Count")
        self.cursor = (
            x2
            if type(x2) is str
            else x2
            if x2 is UNSET or x2 is None
            else unexpected(x2, "Limitation", "Cursor")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("Limitation", rest)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.count) is not UNSET:
            d["Count"] = x
        if (x := this.cursor) is not UNSET:
            d["Cursor"] = x
        return d
