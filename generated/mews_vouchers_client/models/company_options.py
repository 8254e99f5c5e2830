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
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        d = dict(src_dict)
        pop: Any = d.pop
        self = cls.__new__(cls)
        self.invoiceable = (
            x
            if type(x := pop("Invoiceable", UNSET)) is bool
            else x
            if x is UNSET
            else odd(x, "CompanyOptions", "Invoiceable")
        )
        self.add_fees_to_invoices = (
            x
            if type(x := pop("AddFeesToInvoices", UNSET)) is bool
            else x
            if x is UNSET
            else odd(x, "CompanyOptions", "AddFeesToInvoices")
        )
        self.add_tax_deducted_payment_to_invoices = (
            x
            if type(x := pop("AddTaxDeductedPaymentToInvoices", UNSET)) is bool
            else x
            if x is UNSET
            else odd(x, "CompanyOptions", "AddTaxDeductedPaymentToInvoices")
        )
        self.additional_properties = d
        if d:
            report_unknown("CompanyOptions", d)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
        if (x := this.invoiceable) is not UNSET:
            d["Invoiceable"] = x
        if (x := this.add_fees_to_invoices) is not UNSET:
            d["AddFeesToInvoices"] = x
        if (x := this.add_tax_deducted_payment_to_invoices) is not UNSET:
            d["AddTaxDeductedPaymentToInvoices"] = x
        return d
