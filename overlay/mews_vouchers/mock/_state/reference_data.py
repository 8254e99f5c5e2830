"""What exists from the start and never changes: enterprises, rates, companies and tokens.

Rates and companies are stored as responses have them, with every property of the document: a
property that the vendor adds to them is added here. Vouchers are in `store`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from mews_vouchers.mock._contract.responses import JsonObject

from .ids import IdGenerator

_SERVICES = 2
_RATES_PER_SERVICE = 5  # so that a voucher can have as many as the document allows
_COMPANIES = 3
_CREATED = "2025-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A property (such as a hotel) of the mock, with the ids that vouchers can refer to."""

    id: str
    service_ids: tuple[str, ...]
    rate_ids: tuple[str, ...]
    company_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Access:
    """What an access token gives access to."""

    enterprises: tuple[Enterprise, ...]
    is_portfolio: bool


class ReferenceData:
    """The enterprises with their services, rates and companies, and the valid tokens."""

    def __init__(self, ids: IdGenerator, enterprises: int) -> None:
        if enterprises < 1:
            raise ValueError("a mock needs at least one enterprise")
        self.client_token = ids.new_token()
        self.access_token = ids.new_token()
        self.portfolio_access_token = ids.new_token()
        #: Rates and companies by id, as responses have them.
        self.rates: dict[str, JsonObject] = {}
        self.companies: dict[str, JsonObject] = {}
        numbers = count(1)
        chain_id = ids.new_id()
        self.enterprises = tuple(
            self._new_enterprise(ids, chain_id, numbers) for _ in range(enterprises)
        )
        #: What each valid access token gives access to.
        self.accesses = {
            self.access_token: Access(self.enterprises[:1], is_portfolio=False),
            self.portfolio_access_token: Access(self.enterprises, is_portfolio=True),
        }

    def _new_enterprise(
        self, ids: IdGenerator, chain_id: str, company_numbers: Iterator[int]
    ) -> Enterprise:
        services = tuple(ids.new_id() for _ in range(_SERVICES))
        rates = [
            _new_rate(ids, service, number)
            for service in services
            for number in range(1, _RATES_PER_SERVICE + 1)
        ]
        companies = [_new_company(ids, chain_id, next(company_numbers)) for _ in range(_COMPANIES)]
        self.rates |= {rate["Id"]: rate for rate in rates}
        self.companies |= {company["Id"]: company for company in companies}
        return Enterprise(
            id=ids.new_id(),
            service_ids=services,
            rate_ids=tuple(rate["Id"] for rate in rates),
            company_ids=tuple(company["Id"] for company in companies),
        )


def _new_rate(ids: IdGenerator, service_id: str, number: int) -> JsonObject:
    """Return a private rate; every second one has null for some properties."""
    is_odd = number % 2 == 1
    name = f"Voucher rate {number}"
    return {
        "Id": ids.new_id(),
        "GroupId": ids.new_id(),
        "ServiceId": service_id,
        "BaseRateId": None,
        "IsBaseRate": True,
        "BusinessSegmentId": ids.new_id() if is_odd else None,
        "IsActive": True,
        "IsEnabled": True,
        "IsPublic": False,
        "Type": "Private",
        "Name": name,
        "Names": {"en-US": name},
        "ShortName": f"V{number}",
        "UpdatedUtc": _CREATED,
        "ExternalNames": {"en-US": f"Special offer {number}"} if is_odd else None,
        "Description": {"en-US": "With a voucher only."} if is_odd else None,
        "ExternalIdentifier": f"RATE-{number}" if is_odd else None,
    }


def _new_company(ids: IdGenerator, chain_id: str, number: int) -> JsonObject:
    """Return a company; every second one has null for its address and some other properties."""
    is_odd = number % 2 == 1
    address = _new_address(ids) if is_odd else None
    return {
        "Id": ids.new_id(),
        "ChainId": chain_id,
        "Name": f"Company {number}",
        "MotherCompanyId": None,
        "InvoicingEmail": f"invoices-{number}@example.com" if is_odd else None,
        "WebsiteUrl": f"https://example.com/{number}" if is_odd else None,
        "InvoiceDueInterval": "P0M14DT0H0M0S" if is_odd else None,
        "Options": {
            "Invoiceable": is_odd,
            "AddFeesToInvoices": False,
            "AddTaxDeductedPaymentToInvoices": False,
        },
        "CreditRating": {"Basic": "CreditOk" if is_odd else None},
        "Department": None,
        "DunsNumber": None,
        "ReferenceIdentifier": None,
        "AccountingCode": f"AC-{number}",
        "AdditionalTaxIdentifier": None,
        "BillingCode": f"BC-{number}",
        "Contact": None,
        "ContactPerson": None,
        "ElectronicInvoiceIdentifier": None,
        "Identifier": None,
        "Iata": None,
        "IsActive": True,
        "Notes": None,
        "Number": number,
        "TaxIdentifier": f"TAX-{number}" if is_odd else None,
        "Telephone": None,
        "CreatedUtc": _CREATED,
        "UpdatedUtc": _CREATED,
        "Address": address,
        "AddressId": address["Id"] if address else None,
        "MergeTargetId": None,
        "TaxIdentificationNumber": f"TAX-{number}" if is_odd else None,
        "ExternalIdentifier": None,
    }


def _new_address(ids: IdGenerator) -> JsonObject:
    return {
        "Id": ids.new_id(),
        "Line1": "Main Street 1",
        "Line2": None,
        "City": "Amsterdam",
        "PostalCode": "1011 AA",
        "CountryCode": "NL",
        "CountrySubdivisionCode": "NL-NH",
        "Latitude": 52.37,
        "Longitude": 4.89,
    }
