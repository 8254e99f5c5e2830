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
from ..types import UNSET, Model, Unset, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "Message",
    "RequestId",
    "Details",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define(kw_only=True, on_setattr=_NO_OP)
class ConnectorApiExceptionResult(Model):
    """The body of every error.

    Attributes:
        message: A message that explains the error.
        request_id: Id of the request, the same as in the header `Request-Id`.
        details: Details of the error, for development only. Any JSON value, null included.
    """

    message: None | str | Unset = UNSET
    request_id: None | str | Unset = UNSET
    details: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 3:
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
        ) = values
        self = cls.__new__(cls)
        self.message = (
            x1
            if type(x1) is str
            else x1
            if x1 is UNSET or x1 is None
            else unexpected(x1, "ConnectorApiExceptionResult", "Message")
        )
        self.request_id = (
            x2
            if type(x2) is str
            else x2
            if x2 is UNSET or x2 is None
            else unexpected(x2, "ConnectorApiExceptionResult", "RequestId")
        )
        self.details = x3
        self.additional_properties = rest
        if rest:
            report_unknown("ConnectorApiExceptionResult", rest)
        return self

    _json_names: ClassVar[Mapping[str, str]] = {
        "message": "Message",
        "request_id": "RequestId",
        "details": "Details",
    }

    @classmethod
    def _from_struct(cls, struct: Any) -> Self:
        """Read a struct that `fast_json.py` decoded."""
        self = cls.__new__(cls)
        self.message = struct.message
        self.request_id = struct.request_id
        self.details = struct.details
        self.additional_properties = unknown_properties(struct) if struct._unknown else {}
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.message) is not UNSET:
            d["Message"] = x
        if (x := this.request_id) is not UNSET:
            d["RequestId"] = x
        if (x := this.details) is not UNSET:
            d["Details"] = x
        return d
