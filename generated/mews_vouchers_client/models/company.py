# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..deviations import report_unknown
from ..models.company_options import CompanyOptions
from ..models.credit_rating import CreditRating
from ..models.old_address import OldAddress
from ..types import UNSET, Model, Unset
from ..wire import odd, read_datetime, read_integer, write_datetime


@_attrs_define
class Company(Model):
    """A company or travel agency that does business with an enterprise.

    Attributes:
        id: Id of the company.
        chain_id: The chain of enterprises that keeps the company in its records.
        name: What the company is called.
        options: Settings for invoices to the company.
        credit_rating: How far the company is trusted to pay.
        is_active: True while the company is in use, false once it is deleted.
        number: The company's number. No other company has the same.
        mother_company_id: The company that owns this one; null if there is none.
        invoicing_email: E-mail address that invoices go to.
        website_url: Address of the company's website.
        invoice_due_interval: Time that the company has to pay an invoice, as an ISO 8601
            duration, for example `P0M14DT0H0M0S` for two weeks.
        department: Department of the company that is dealt with, for example sales.
        duns_number: Number of the company at Dun & Bradstreet, nine digits.
        reference_identifier: A free id of the company, for example from an external database.
        accounting_code: Code of the company in accounting.
        additional_tax_identifier: Second tax number of the company.
        billing_code: Code of the company in billing.
        contact: Further ways to reach the company.
        contact_person: Whom to ask for at the company.
        electronic_invoice_identifier: Id of the company for electronic invoices. Use
            `AdditionalTaxIdentifier` instead.
        identifier: Fiscal or legal number of the company, for example that in a public
            register.
        iata: Code of a travel agency at IATA.
        notes: Free notes.
        tax_identifier: Tax number of the company.
        telephone: Telephone number of the company.
        created_utc: When the company was created.
        updated_utc: When the company was last changed.
        address: Address of the company. Use `AddressId` instead.
        address_id: Id of the company's address; null if there is none.
        merge_target_id: The account that this company is linked to; null if there is none.
        tax_identification_number: Tax number of the company. Use `TaxIdentifier` instead.
        external_identifier: Id of the company in an external system, at most 255 characters.
    """

    id: str
    chain_id: str
    name: str
    options: CompanyOptions
    credit_rating: CreditRating
    is_active: bool
    number: int
    mother_company_id: None | str | Unset = UNSET
    invoicing_email: None | str | Unset = UNSET
    website_url: None | str | Unset = UNSET
    invoice_due_interval: None | str | Unset = UNSET
    department: None | str | Unset = UNSET
    duns_number: None | str | Unset = UNSET
    reference_identifier: None | str | Unset = UNSET
    accounting_code: None | str | Unset = UNSET
    additional_tax_identifier: None | str | Unset = UNSET
    billing_code: None | str | Unset = UNSET
    contact: None | str | Unset = UNSET
    contact_person: None | str | Unset = UNSET
    electronic_invoice_identifier: None | str | Unset = UNSET
    identifier: None | str | Unset = UNSET
    iata: None | str | Unset = UNSET
    notes: None | str | Unset = UNSET
    tax_identifier: None | str | Unset = UNSET
    telephone: None | str | Unset = UNSET
    created_utc: datetime.datetime | None | Unset = UNSET
    updated_utc: datetime.datetime | None | Unset = UNSET
    address: None | OldAddress | Unset = UNSET
    address_id: None | str | Unset = UNSET
    merge_target_id: None | str | Unset = UNSET
    tax_identification_number: None | str | Unset = UNSET
    external_identifier: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object `src_dict`; what is not as documented is kept as it came."""
        d = dict(src_dict)
        pop: Any = d.pop
        self = cls.__new__(cls)
        self.id = x if type(x := pop("Id", UNSET)) is str else odd(x, "Company", "Id")
        self.chain_id = (
            x if type(x := pop("ChainId", UNSET)) is str else odd(x, "Company", "ChainId")
        )
        self.name = x if type(x := pop("Name", UNSET)) is str else odd(x, "Company", "Name")
        self.options = (
            CompanyOptions.from_dict(x)
            if type(x := pop("Options", UNSET)) is dict
            else odd(x, "Company", "Options")
        )
        self.credit_rating = (
            CreditRating.from_dict(x)
            if type(x := pop("CreditRating", UNSET)) is dict
            else odd(x, "Company", "CreditRating")
        )
        self.is_active = (
            x if type(x := pop("IsActive", UNSET)) is bool else odd(x, "Company", "IsActive")
        )
        self.number = (
            x if type(x := pop("Number", UNSET)) is int else read_integer(x, "Company", "Number")
        )
        self.mother_company_id = (
            x
            if type(x := pop("MotherCompanyId", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "MotherCompanyId")
        )
        self.invoicing_email = (
            x
            if type(x := pop("InvoicingEmail", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "InvoicingEmail")
        )
        self.website_url = (
            x
            if type(x := pop("WebsiteUrl", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "WebsiteUrl")
        )
        self.invoice_due_interval = (
            x
            if type(x := pop("InvoiceDueInterval", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "InvoiceDueInterval")
        )
        self.department = (
            x
            if type(x := pop("Department", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "Department")
        )
        self.duns_number = (
            x
            if type(x := pop("DunsNumber", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "DunsNumber")
        )
        self.reference_identifier = (
            x
            if type(x := pop("ReferenceIdentifier", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "ReferenceIdentifier")
        )
        self.accounting_code = (
            x
            if type(x := pop("AccountingCode", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "AccountingCode")
        )
        self.additional_tax_identifier = (
            x
            if type(x := pop("AdditionalTaxIdentifier", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "AdditionalTaxIdentifier")
        )
        self.billing_code = (
            x
            if type(x := pop("BillingCode", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "BillingCode")
        )
        self.contact = (
            x
            if type(x := pop("Contact", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "Contact")
        )
        self.contact_person = (
            x
            if type(x := pop("ContactPerson", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "ContactPerson")
        )
        self.electronic_invoice_identifier = (
            x
            if type(x := pop("ElectronicInvoiceIdentifier", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "ElectronicInvoiceIdentifier")
        )
        self.identifier = (
            x
            if type(x := pop("Identifier", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "Identifier")
        )
        self.iata = (
            x
            if type(x := pop("Iata", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "Iata")
        )
        self.notes = (
            x
            if type(x := pop("Notes", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "Notes")
        )
        self.tax_identifier = (
            x
            if type(x := pop("TaxIdentifier", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "TaxIdentifier")
        )
        self.telephone = (
            x
            if type(x := pop("Telephone", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "Telephone")
        )
        self.created_utc = (
            read_datetime(x, "Company", "CreatedUtc")
            if type(x := pop("CreatedUtc", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "CreatedUtc")
        )
        self.updated_utc = (
            read_datetime(x, "Company", "UpdatedUtc")
            if type(x := pop("UpdatedUtc", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "UpdatedUtc")
        )
        self.address = (
            OldAddress.from_dict(x)
            if type(x := pop("Address", UNSET)) is dict
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "Address")
        )
        self.address_id = (
            x
            if type(x := pop("AddressId", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "AddressId")
        )
        self.merge_target_id = (
            x
            if type(x := pop("MergeTargetId", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "MergeTargetId")
        )
        self.tax_identification_number = (
            x
            if type(x := pop("TaxIdentificationNumber", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "TaxIdentificationNumber")
        )
        self.external_identifier = (
            x
            if type(x := pop("ExternalIdentifier", UNSET)) is str
            else x
            if x is UNSET or x is None
            else odd(x, "Company", "ExternalIdentifier")
        )
        self.additional_properties = d
        if d:
            report_unknown("Company", d)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this model, without what is `UNSET`."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have left any value in any attribute
        if (x := this.id) is not UNSET:
            d["Id"] = x
        if (x := this.chain_id) is not UNSET:
            d["ChainId"] = x
        if (x := this.name) is not UNSET:
            d["Name"] = x
        if (x := this.options) is not UNSET:
            d["Options"] = x.to_dict() if isinstance(x, CompanyOptions) else x
        if (x := this.credit_rating) is not UNSET:
            d["CreditRating"] = x.to_dict() if isinstance(x, CreditRating) else x
        if (x := this.is_active) is not UNSET:
            d["IsActive"] = x
        if (x := this.number) is not UNSET:
            d["Number"] = x
        if (x := this.mother_company_id) is not UNSET:
            d["MotherCompanyId"] = x
        if (x := this.invoicing_email) is not UNSET:
            d["InvoicingEmail"] = x
        if (x := this.website_url) is not UNSET:
            d["WebsiteUrl"] = x
        if (x := this.invoice_due_interval) is not UNSET:
            d["InvoiceDueInterval"] = x
        if (x := this.department) is not UNSET:
            d["Department"] = x
        if (x := this.duns_number) is not UNSET:
            d["DunsNumber"] = x
        if (x := this.reference_identifier) is not UNSET:
            d["ReferenceIdentifier"] = x
        if (x := this.accounting_code) is not UNSET:
            d["AccountingCode"] = x
        if (x := this.additional_tax_identifier) is not UNSET:
            d["AdditionalTaxIdentifier"] = x
        if (x := this.billing_code) is not UNSET:
            d["BillingCode"] = x
        if (x := this.contact) is not UNSET:
            d["Contact"] = x
        if (x := this.contact_person) is not UNSET:
            d["ContactPerson"] = x
        if (x := this.electronic_invoice_identifier) is not UNSET:
            d["ElectronicInvoiceIdentifier"] = x
        if (x := this.identifier) is not UNSET:
            d["Identifier"] = x
        if (x := this.iata) is not UNSET:
            d["Iata"] = x
        if (x := this.notes) is not UNSET:
            d["Notes"] = x
        if (x := this.tax_identifier) is not UNSET:
            d["TaxIdentifier"] = x
        if (x := this.telephone) is not UNSET:
            d["Telephone"] = x
        if (x := this.created_utc) is not UNSET:
            d["CreatedUtc"] = write_datetime(x, "Company.created_utc", "auto")
        if (x := this.updated_utc) is not UNSET:
            d["UpdatedUtc"] = write_datetime(x, "Company.updated_utc", "auto")
        if (x := this.address) is not UNSET:
            d["Address"] = x.to_dict() if isinstance(x, OldAddress) else x
        if (x := this.address_id) is not UNSET:
            d["AddressId"] = x
        if (x := this.merge_target_id) is not UNSET:
            d["MergeTargetId"] = x
        if (x := this.tax_identification_number) is not UNSET:
            d["TaxIdentificationNumber"] = x
        if (x := this.external_identifier) is not UNSET:
            d["ExternalIdentifier"] = x
        return d
