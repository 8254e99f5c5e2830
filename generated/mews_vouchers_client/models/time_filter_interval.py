# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..types import UNSET, Model, Unset
from ..wire import (
    known_times,
    odd,
    read_datetime,
    take_apart,
    write_datetime,
)

_NAMES: Final[tuple[str, ...]] = (
    "StartUtc",
    "EndUtc",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define
class TimeFilterInterval(Model):
    """An interval of time that filters: it includes its start and excludes its end. Where both are the
    same, it matches exactly that moment. It spans at most three months.

    Attributes:
        start_utc: First moment of the interval, included.
        end_utc: End of the interval, excluded unless it is the start as well.
    """

    start_utc: datetime.datetime | None | Unset = UNSET
    end_utc: datetime.datetime | None | Unset = UNSET
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
        self.start_utc = (
            known_times.get(x1) or read_datetime(x1, "TimeFilterInterval", "StartUtc")
            if type(x1) is str
            else x1
            if x1 is UNSET or x1 is None
            else odd(x1, "TimeFilterInterval", "StartUtc")
        )
        self.end_utc = (
            known_times.get(x2) or read_datetime(x2, "TimeFilterInterval", "EndUtc")
            if type(x2) is str
            else x2
            if x2 is UNSET or x2 is None
            else odd(x2, "TimeFilterInterval", "EndUtc")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("TimeFilterInterval", rest)
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
