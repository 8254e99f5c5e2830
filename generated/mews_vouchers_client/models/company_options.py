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
    "Invoiceable",
    "AddFeesToInvoices",
    "AddTaxDeductedPaymentToInvoices",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define(kw_only=True, on_setattr=_NO_OP)
class CompanyOptions(Model):
    """Settings for invoices to a company.

    Attributes:
        invoiceable: Whether the company can pay by invoice.
        add_fees_to_invoices: Whether a fee is added to its invoices.
        add_tax_deducted_payment_to_invoices: Whether a payment for deducted tax is added to its
            invoices.
    """

    invoiceable: bool | Unset = UNSET
    add_fees_to_invoices: bool | Unset = UNSET
    add_tax_deducted_payment_to_invoices: bool | Unset = UNSET
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
        self.invoiceable = (
            x1
            if type(x1) is bool
            else x1
            if x1 is UNSET
            else unexpected(x1, "CompanyOptions", "Invoiceable")
        )
        self.add_fees_to_invoices = (
            x2
            if type(x2) is bool
            else x2
            if x2 is UNSET
            else unexpected(x2, "CompanyOptions", "AddFeesToInvoices")
        )
        self.add_tax_deducted_payment_to_invoices = (
            x3
            if type(x3) is bool
            else x3
            if x3 is UNSET
            else unexpected(x3, "CompanyOptions", "AddTaxDeductedPaymentToInvoices")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("CompanyOptions", rest)
        return self

    _json_names: ClassVar[Mapping[str, str]] = {
        "invoiceable": "Invoiceable",
        "add_fees_to_invoices": "AddFeesToInvoices",
        "add_tax_deducted_payment_to_invoices": "AddTaxDeductedPaymentToInvoices",
    }

    @classmethod
    def _from_struct(cls, struct: Any) -> Self:
        """Read a struct that `fast_json.py` decoded."""
        self = cls.__new__(cls)
        self.invoiceable = struct.invoiceable
        self.add_fees_to_invoices = struct.add_fees_to_invoices
        self.add_tax_deducted_payment_to_invoices = struct.add_tax_deducted_payment_to_invoices
        self.additional_properties = unknown_properties(struct) if struct._unknown else {}
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
        if (x := this.invoiceable) is not UNSET:
            d["Invoiceable"] = x
        if (x := this.add_fees_to_invoices) is not UNSET:
            d["AddFeesToInvoices"] = x
        if (x := this.add_tax_deducted_payment_to_invoices) is not UNSET:
            d["AddTaxDeductedPaymentToInvoices"] = x
        return d
