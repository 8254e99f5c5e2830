# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, ClassVar, Final, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from attrs.setters import NO_OP as _NO_OP

from ..datetimes import datetime_cache, read_datetime, write_datetime
from ..deviations import report_unknown
from ..fast_json import unknown_properties
from ..models.company_options import CompanyOptions
from ..models.credit_rating import CreditRating
from ..models.old_address import OldAddress
from ..serialization import (
    read_integer,
    split_known,
    unexpected,
)
from ..types import UNSET, Model, Unset, hash_ids, own_properties

_NAMES: Final[tuple[str, ...]] = (
    "Id",
    "ChainId",
    "Name",
    "Options",
    "CreditRating",
    "IsActive",
    "Number",
    "MotherCompanyId",
    "InvoicingEmail",
    "WebsiteUrl",
    "InvoiceDueInterval",
    "Department",
    "DunsNumber",
    "ReferenceIdentifier",
    "AccountingCode",
    "AdditionalTaxIdentifier",
    "BillingCode",
    "Contact",
    "ContactPerson",
    "ElectronicInvoiceIdentifier",
    "Identifier",
    "Iata",
    "Notes",
    "TaxIdentifier",
    "Telephone",
    "CreatedUtc",
    "UpdatedUtc",
    "Address",
    "AddressId",
    "MergeTargetId",
    "TaxIdentificationNumber",
    "ExternalIdentifier",
)
_fetch: Final = itemgetter(*_NAMES)


@_attrs_define(kw_only=True, on_setattr=_NO_OP)
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
    additional_properties: dict[str, Any] = _attrs_field(
        kw_only=True, factory=dict, converter=own_properties, repr=False
    )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Values that are not as documented are kept as received."""
        values: Any = None
        rest: dict[str, Any] = {}
        if len(src_dict) == 32:
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
            x4,
            x5,
            x6,
            x7,
            x8,
            x9,
            x10,
            x11,
            x12,
            x13,
            x14,
            x15,
            x16,
            x17,
            x18,
            x19,
            x20,
            x21,
            x22,
            x23,
            x24,
            x25,
            x26,
            x27,
            x28,
            x29,
            x30,
            x31,
            x32,
        ) = values
        self = cls.__new__(cls)
        self.id = x1 if type(x1) is str else unexpected(x1, "Company", "Id")
        self.chain_id = x2 if type(x2) is str else unexpected(x2, "Company", "ChainId")
        self.name = x3 if type(x3) is str else unexpected(x3, "Company", "Name")
        self.options = (
            CompanyOptions.from_dict(x4)
            if type(x4) is dict
            else unexpected(x4, "Company", "Options")
        )
        self.credit_rating = (
            CreditRating.from_dict(x5)
            if type(x5) is dict
            else unexpected(x5, "Company", "CreditRating")
        )
        self.is_active = x6 if type(x6) is bool else unexpected(x6, "Company", "IsActive")
        self.number = x7 if type(x7) is int else read_integer(x7, "Company", "Number")
        self.mother_company_id = (
            x8
            if type(x8) is str
            else x8
            if x8 is UNSET or x8 is None
            else unexpected(x8, "Company", "MotherCompanyId")
        )
        self.invoicing_email = (
            x9
            if type(x9) is str
            else x9
            if x9 is UNSET or x9 is None
            else unexpected(x9, "Company", "InvoicingEmail")
        )
        self.website_url = (
            x10
            if type(x10) is str
            else x10
            if x10 is UNSET or x10 is None
            else unexpected(x10, "Company", "WebsiteUrl")
        )
        self.invoice_due_interval = (
            x11
            if type(x11) is str
            else x11
            if x11 is UNSET or x11 is None
            else unexpected(x11, "Company", "InvoiceDueInterval")
        )
        self.department = (
            x12
            if type(x12) is str
            else x12
            if x12 is UNSET or x12 is None
            else unexpected(x12, "Company", "Department")
        )
        self.duns_number = (
            x13
            if type(x13) is str
            else x13
            if x13 is UNSET or x13 is None
            else unexpected(x13, "Company", "DunsNumber")
        )
        self.reference_identifier = (
            x14
            if type(x14) is str
            else x14
            if x14 is UNSET or x14 is None
            else unexpected(x14, "Company", "ReferenceIdentifier")
        )
        self.accounting_code = (
            x15
            if type(x15) is str
            else x15
            if x15 is UNSET or x15 is None
            else unexpected(x15, "Company", "AccountingCode")
        )
        self.additional_tax_identifier = (
            x16
            if type(x16) is str
            else x16
            if x16 is UNSET or x16 is None
            else unexpected(x16, "Company", "AdditionalTaxIdentifier")
        )
        self.billing_code = (
            x17
            if type(x17) is str
            else x17
            if x17 is UNSET or x17 is None
            else unexpected(x17, "Company", "BillingCode")
        )
        self.contact = (
            x18
            if type(x18) is str
            else x18
            if x18 is UNSET or x18 is None
            else unexpected(x18, "Company", "Contact")
        )
        self.contact_person = (
            x19
            if type(x19) is str
            else x19
            if x19 is UNSET or x19 is None
            else unexpected(x19, "Company", "ContactPerson")
        )
        self.electronic_invoice_identifier = (
            x20
            if type(x20) is str
            else x20
            if x20 is UNSET or x20 is None
            else unexpected(x20, "Company", "ElectronicInvoiceIdentifier")
        )
        self.identifier = (
            x21
            if type(x21) is str
            else x21
            if x21 is UNSET or x21 is None
            else unexpected(x21, "Company", "Identifier")
        )
        self.iata = (
            x22
            if type(x22) is str
            else x22
            if x22 is UNSET or x22 is None
            else unexpected(x22, "Company", "Iata")
        )
        self.notes = (
            x23
            if type(x23) is str
            else x23
            if x23 is UNSET or x23 is None
            else unexpected(x23, "Company", "Notes")
        )
        self.tax_identifier = (
            x24
            if type(x24) is str
            else x24
            if x24 is UNSET or x24 is None
            else unexpected(x24, "Company", "TaxIdentifier")
        )
        self.telephone = (
            x25
            if type(x25) is str
            else x25
            if x25 is UNSET or x25 is None
            else unexpected(x25, "Company", "Telephone")
        )
        self.created_utc = (
            datetime_cache.get(x26) or read_datetime(x26, "Company", "CreatedUtc")
            if type(x26) is str
            else x26
            if x26 is UNSET or x26 is None
            else unexpected(x26, "Company", "CreatedUtc")
        )
        self.updated_utc = (
            datetime_cache.get(x27) or read_datetime(x27, "Company", "UpdatedUtc")
            if type(x27) is str
            else x27
            if x27 is UNSET or x27 is None
            else unexpected(x27, "Company", "UpdatedUtc")
        )
        self.address = (
            OldAddress.from_dict(x28)
            if type(x28) is dict
            else x28
            if x28 is UNSET or x28 is None
            else unexpected(x28, "Company", "Address")
        )
        self.address_id = (
            x29
            if type(x29) is str
            else x29
            if x29 is UNSET or x29 is None
            else unexpected(x29, "Company", "AddressId")
        )
        self.merge_target_id = (
            x30
            if type(x30) is str
            else x30
            if x30 is UNSET or x30 is None
            else unexpected(x30, "Company", "MergeTargetId")
        )
        self.tax_identification_number = (
            x31
            if type(x31) is str
            else x31
            if x31 is UNSET or x31 is None
            else unexpected(x31, "Company", "TaxIdentificationNumber")
        )
        self.external_identifier = (
            x32
            if type(x32) is str
            else x32
            if x32 is UNSET or x32 is None
            else unexpected(x32, "Company", "ExternalIdentifier")
        )
        self.additional_properties = rest
        if rest:
            report_unknown("Company", rest)
        return self

    def __hash__(self) -> int:
        return hash_ids(self.id)

    _json_names: ClassVar[Mapping[str, str]] = {
        "id": "Id",
        "chain_id": "ChainId",
        "name": "Name",
        "options": "Options",
        "credit_rating": "CreditRating",
        "is_active": "IsActive",
        "number": "Number",
        "mother_company_id": "MotherCompanyId",
        "invoicing_email": "InvoicingEmail",
        "website_url": "WebsiteUrl",
        "invoice_due_interval": "InvoiceDueInterval",
        "department": "Department",
        "duns_number": "DunsNumber",
        "reference_identifier": "ReferenceIdentifier",
        "accounting_code": "AccountingCode",
        "additional_tax_identifier": "AdditionalTaxIdentifier",
        "billing_code": "BillingCode",
        "contact": "Contact",
        "contact_person": "ContactPerson",
        "electronic_invoice_identifier": "ElectronicInvoiceIdentifier",
        "identifier": "Identifier",
        "iata": "Iata",
        "notes": "Notes",
        "tax_identifier": "TaxIdentifier",
        "telephone": "Telephone",
        "created_utc": "CreatedUtc",
        "updated_utc": "UpdatedUtc",
        "address": "Address",
        "address_id": "AddressId",
        "merge_target_id": "MergeTargetId",
        "tax_identification_number": "TaxIdentificationNumber",
        "external_identifier": "ExternalIdentifier",
    }

    @classmethod
    def _from_struct(cls, struct: Any) -> Self:
        """Read a struct that `fast_json.py` decoded."""
        self = cls.__new__(cls)
        self.id = struct.id
        self.chain_id = struct.chain_id
        self.name = struct.name
        x = struct.options
        self.options = CompanyOptions._from_struct(x)
        x = struct.credit_rating
        self.credit_rating = CreditRating._from_struct(x)
        self.is_active = struct.is_active
        x = struct.number
        self.number = x if type(x) is int else read_integer(x, "Company", "Number")
        self.mother_company_id = struct.mother_company_id
        self.invoicing_email = struct.invoicing_email
        self.website_url = struct.website_url
        self.invoice_due_interval = struct.invoice_due_interval
        self.department = struct.department
        self.duns_number = struct.duns_number
        self.reference_identifier = struct.reference_identifier
        self.accounting_code = struct.accounting_code
        self.additional_tax_identifier = struct.additional_tax_identifier
        self.billing_code = struct.billing_code
        self.contact = struct.contact
        self.contact_person = struct.contact_person
        self.electronic_invoice_identifier = struct.electronic_invoice_identifier
        self.identifier = struct.identifier
        self.iata = struct.iata
        self.notes = struct.notes
        self.tax_identifier = struct.tax_identifier
        self.telephone = struct.telephone
        x = struct.created_utc
        self.created_utc = (
            x
            if x is UNSET or x is None
            else datetime_cache.get(x) or read_datetime(x, "Company", "CreatedUtc")
        )
        x = struct.updated_utc
        self.updated_utc = (
            x
            if x is UNSET or x is None
            else datetime_cache.get(x) or read_datetime(x, "Company", "UpdatedUtc")
        )
        x = struct.address
        self.address = x if x is UNSET or x is None else OldAddress._from_struct(x)
        self.address_id = struct.address_id
        self.merge_target_id = struct.merge_target_id
        self.tax_identification_number = struct.tax_identification_number
        self.external_identifier = struct.external_identifier
        self.additional_properties = unknown_properties(struct) if struct._unknown else {}
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a JSON object. Attributes that are `UNSET` are omitted."""
        d: dict[str, Any] = {**self.additional_properties}
        this: Any = self  # tolerant reading may have kept a value of any type
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
