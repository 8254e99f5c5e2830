# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from attrs.setters import NO_OP as _NO_OP

from ..datetimes import datetime_cache, read_datetime, write_datetime
from ..deviations import report_unknown
from ..serialization import (
    split_known,
    unexpected,
)
from ..types import UNSET, Model, Unset, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "StartUtc",
    "EndUtc",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define(on_setattr=_NO_OP)
class TimeFilterInterval(Model):
    """A time interval to filter by. It includes its start and excludes its end; if both are equal, it
    matches exactly that second. It spans at most three months.

    Attributes:
        start_utc: Start of the interval, included.
        end_utc: End of the interval, excluded unless it equals the start.
    """

    start_utc: datetime.datetime | None | Unset = UNSET
    end_utc: datetime.datetime | None | Unset = UNSET
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
        self.start_utc = (
            datetime_cache.get(x1) or read_datetime(x1, "TimeFilterInterval", "StartUtc")
            if type(x1) is str
            else x1
            if x1 is UNSET or x1 is None
            else unexpected(x1, "TimeFilterInterval", "StartUtc")
        )
        self.end_utc = (
            datetime_cache.get(x2) or read_datetime(x2, "TimeFilterInterval", "EndUtc")
            if type(x2) is str
            else x2
            if x2 is UNSET or x2 is None
            else unexpected(x2, "TimeFilterInterval", "EndUtc")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("TimeFilterInterval", rest)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.start_utc) is not UNSET:
            d["StartUtc"] = write_datetime(x, "TimeFilterInterval.start_utc")
        if (x := this.end_utc) is not UNSET:
            d["EndUtc"] = write_datetime(x, "TimeFilterInterval.end_utc")
        return d
