# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..types import UNSET, Model, Unset
from ..wire import odd, read_datetime, write_datetime


@_attrs_define
class TimeFilterInterval(Model):
    """An interval of time, both ends included. As a filter it spans at most three months.

    Attributes:
        start_utc: First moment of the interval.
        end_utc: Last moment of the interval.
    """

    start_utc: datetime.datetime | None | Unset = UNSET
    end_utc: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        d = dict(src_dict)
        pop: Any = d.pop
        self = cls.__new__(cls)
        self.start_utc = (
            read_datetime(x, "TimeFilterInterval", "StartUtc")
            if type(x := pop("StartUtc", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "TimeFilterInterval", "StartUtc")
        )
        self.end_utc = (
            read_datetime(x, "TimeFilterInterval", "EndUtc")
            if type(x := pop("EndUtc", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "TimeFilterInterval", "EndUtc")
        )
        self.additional_properties = d
        if d:
            report_unknown("TimeFilterInterval", d)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
        if (x := this.start_utc) is not UNSET:
            d["StartUtc"] = write_datetime(x, "TimeFilterInterval.start_utc")
        if (x := this.end_utc) is not UNSET:
            d["EndUtc"] = write_datetime(x, "TimeFilterInterval.end_utc")
        return d
