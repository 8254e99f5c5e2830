# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from attrs.setters import NO_OP as _NO_OP

from ..serialization import (
    split_known,
    unexpected,
)
from ..types import Model, own_properties

_NAMES: Final[tuple[str, ...]] = ()


@_attrs_define(kw_only=True, on_setattr=_NO_OP)
class LocalizedText(Model):
    """A string in several languages. The keys are language codes such as `en-US`."""

    additional_properties: dict[str, str] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values, rest = split_known(src_dict, _NAMES)
        self = cls.__new__(cls)
        self.additional_properties = {
            name: x if type(x) is str else unexpected(x, "LocalizedText", "*")
            for name, x in rest.items()
        }
        return self

    _json_names: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def _from_struct(cls, struct: Any) -> Self:
        """Read a struct that `fast_json.py` decoded."""
        return cls.from_dict(struct)

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        return d
