"""What is there before the first request and never changes: enterprises, what they own, tokens.

No vouchers: these are in the store.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from ._answers import JsonObject, Refusal
from ._ids import Ids

_SERVICES = 2
_RATES_PER_SERVICE = 3
_COMPANIES = 3
_MADE = "2025-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A property (such as a hotel) of the mock, with the ids that vouchers can refer to."""

    id: str
    service_ids: tuple[str, ...]
    rate_ids: tuple[str, ...]
    company_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Access:
    """What an access token opens."""

    enterprises: tuple[Enterprise, ...]
    is_portfolio: bool


class World:
    """The enterprises with their services, rates and companies, and the tokens that open them."""

    def __init__(self, ids: Ids, enterprises: int) -> None:
        if enterprises < 1:
            raise ValueError("a mock needs at least one enterprise")
        self.client_token = ids.token()
        self.access_token = ids.token()
        self.portfolio_access_token = ids.token()
        #: Rates and companies by id, as they go over the wire.
        self.rates: dict[str, JsonObject] = {}
        self.companies: dict[str, JsonObject] = {}
        numbers = count(1)
        chain_id = ids.new()
        self.enterprises = tuple(
            self._new_enterprise(ids, chain_id, numbers) for _ in range(enterprises)
        )
        self._accesses = {
            self.access_token: Access(self.enterprises[:1], is_portfolio=False),
            self.portfolio_access_token: Access(self.enterprises, is_portfolio=True),
        }

    def check_tokens(self, body: JsonObject) -> None:
        """Refuse wrong tokens. Missing ones, and such as are no text, are left to the schema."""
        client_token, access_token = body.get("ClientToken"), body.get("AccessToken")
        if isinstance(client_token, str) and client_token != self.client_token:
            raise Refusal(401, "Invalid ClientToken")
        if isinstance(access_token, str) and access_token not in self._accesses:
            raise Refusal(401, "Invalid AccessToken")

    def access(self, access_token: str) -> Access:
        """Return what a token opens that has been checked before."""
        return self._accesses[access_token]

    def _new_enterprise(self, ids: Ids, chain_id: str, numbers: Iterator[int]) -> Enterprise:
        services = tuple(ids.new() for _ in range(_SERVICES))
        rates = [
            _rate(ids, service, number)
            for service in services
            for number in range(1, _RATES_PER_SERVICE + 1)
        ]
        companies = [_company(ids, chain_id, next(numbers)) for _ in range(_COMPANIES)]
        self.rates |= {rate["Id"]: rate for rate in rates}
        self.companies |= {company["Id"]: company for company in companies}
        return Enterprise(
            id=ids.new(),
            service_ids=services,
            rate_ids=tuple(rate["Id"] for rate in rates),
            company_ids=tuple(company["Id"] for company in companies),
        )


def _rate(ids: Ids, service_id: str, number: int) -> JsonObject:
    """Return a rate that only a voucher opens; some properties are null in every second one."""
    is_odd = number % 2 == 1
    name = f"Voucher rate {number}"
    return {
        "Id": ids.new(),
        "GroupId": ids.new(),
        "ServiceId": service_id,
        "BaseRateId": None,
        "IsBaseRate": True,
        "BusinessSegmentId": ids.new() if is_odd else None,
        "IsActive": True,
        "IsEnabled": True,
        "IsPublic": False,
        "Type": "Private",
        "Name": name,
        "Names": {"en-US": name},
        "ShortName": f"V{number}",
        "UpdatedUtc": _MADE,
        "ExternalNames": {"en-US": f"Special offer {number}"} if is_odd else None,
        "Description": {"en-US": "With a voucher only."} if is_odd else None,
        "ExternalIdentifier": f"RATE-{number}" if is_odd else None,
    }


def _company(ids: Ids, chain_id: str, number: int) -> JsonObject:
    """Return a company; every second one has an address and the properties that others lack."""
    is_odd = number % 2 == 1
    address = _address(ids) if is_odd else None
    return {
        "Id": ids.new(),
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
        "CreatedUtc": _MADE,
        "UpdatedUtc": _MADE,
        "Address": address,
        "AddressId": address["Id"] if address else None,
        "MergeTargetId": None,
        "TaxIdentificationNumber": f"TAX-{number}" if is_odd else None,
        "ExternalIdentifier": None,
    }


def _address(ids: Ids) -> JsonObject:
    return {
        "Id": ids.new(),
        "Line1": "Main Street 1",
        "Line2": None,
        "City": "Amsterdam",
        "PostalCode": "1011 AA",
        "CountryCode": "NL",
        "CountrySubdivisionCode": "NL-NH",
        "Latitude": 52.37,
        "Longitude": 4.89,
    }
