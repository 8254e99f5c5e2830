# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..types import Model
from ..wire import (
    take_apart,
)

_NAMES: Final[tuple[str, ...]] = ()


@_attrs_define(kw_only=True)
class Unit(Model):
    """An empty object. It says that the operation has been carried out."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        values, rest = take_apart(src_dict, _NAMES)
        self = cls.__new__(cls)
        self.additional_properties = rest
        if rest:
            report_unknown("Unit", rest)
        return self

    _wire_names: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def _from_strict(cls, struct: Any) -> Self:
        """Read what `strict.py` decoded of an object that is as documented."""
        return cls.from_dict(struct)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        return d
