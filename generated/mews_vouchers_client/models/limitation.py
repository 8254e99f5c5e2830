# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..types import UNSET, Model, Unset
from ..wire import (
    odd,
    read_integer,
    take_apart,
)

_NAMES: Final[tuple[str, ...]] = (
    "Count",
    "Cursor",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define
class Limitation(Model):
    """Which page of a list to return.

    Attributes:
        count: Number of items on the page, 1 to 1000.
        cursor: The `Cursor` of the page before, for the next older items. Without it, or with
            null, the newest items are returned.
    """

    count: int
    cursor: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 2:
            try:
                values = _fetch(src_dict)
            except KeyError:
                pass
        if values is None:  # something is missing, or unknown
            values, rest = take_apart(src_dict, _NAMES)
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
            else odd(x2, "Limitation", "Cursor")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("Limitation", rest)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
        if (x := this.count) is not UNSET:
            d["Count"] = x
        if (x := this.cursor) is not UNSET:
            d["Cursor"] = x
        return d
