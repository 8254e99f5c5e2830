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
class ConnectorApiExceptionResult(Model):
    """The body of every error.

    Attributes:
        message: What went wrong, in words.
        request_id: Id of the request, the same as in the header `Request-Id`.
        details: More about the error, for development only. Any JSON value, null included.
    """

    message: None | str | Unset = UNSET
    request_id: None | str | Unset = UNSET
    details: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        d = dict(src_dict)
        pop: Any = d.pop
        self = cls.__new__(cls)
        self.message = (
            x
            if type(x := pop("Message", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "ConnectorApiExceptionResult", "Message")
        )
        self.request_id = (
            x
            if type(x := pop("RequestId", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "ConnectorApiExceptionResult", "RequestId")
        )
        self.details = pop("Details", UNSET)
        self.additional_properties = d
        if d:
            report_unknown("ConnectorApiExceptionResult", d)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
        if (x := this.message) is not UNSET:
            d["Message"] = x
        if (x := this.request_id) is not UNSET:
            d["RequestId"] = x
        if (x := this.details) is not UNSET:
            d["Details"] = x
        return d
