# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, ClassVar, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..strict import unknown_properties
from ..types import UNSET, Model, Unset
from ..wire import (
    odd,
    take_apart,
)

_NAMES: Final[tuple[str, ...]] = (
    "Invoiceable",
    "AddFeesToInvoices",
    "AddTaxDeductedPaymentToInvoices",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define(kw_only=True)
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
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 3:
            try:
                values = _fetch(src_dict)
            except KeyError:
                pass
        if values is None:  # something is missing, or unknown
            values, rest = take_apart(src_dict, _NAMES)
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
            else odd(x1, "CompanyOptions", "Invoiceable")
        )
        self.add_fees_to_invoices = (
            x2
            if type(x2) is bool
            else x2
            if x2 is UNSET
            else odd(x2, "CompanyOptions", "AddFeesToInvoices")
        )
        self.add_tax_deducted_payment_to_invoices = (
            x3
            if type(x3) is bool
            else x3
            if x3 is UNSET
            else odd(x3, "CompanyOptions", "AddTaxDeductedPaymentToInvoices")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("CompanyOptions", rest)
        return self

    _wire_names: ClassVar[Mapping[str, str]] = {
        "invoiceable": "Invoiceable",
        "add_fees_to_invoices": "AddFeesToInvoices",
        "add_tax_deducted_payment_to_invoices": "AddTaxDeductedPaymentToInvoices",
    }

    @classmethod
    def _from_strict(cls, struct: Any) -> Self:
        """Read what `strict.py` decoded of an object that is as documented."""
        self = cls.__new__(cls)
        self.invoiceable = struct.invoiceable
        self.add_fees_to_invoices = struct.add_fees_to_invoices
        self.add_tax_deducted_payment_to_invoices = struct.add_tax_deducted_payment_to_invoices
        self.additional_properties = unknown_properties(struct) if struct._unknown else {}
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
