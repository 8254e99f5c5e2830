"""What is there before the first request and never changes: enterprises, what they own, tokens.

No vouchers: these are in the store.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from ._answers import JsonObject, Refusal
from ._ids import Ids
from ._wire import new_company, new_rate

_SERVICES = 2
_RATES_PER_SERVICE = 5  # so that a voucher can have as many as the contract allows
_COMPANIES = 3


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
            new_rate(ids, service, number)
            for service in services
            for number in range(1, _RATES_PER_SERVICE + 1)
        ]
        companies = [new_company(ids, chain_id, next(numbers)) for _ in range(_COMPANIES)]
        self.rates |= {rate["Id"]: rate for rate in rates}
        self.companies |= {company["Id"]: company for company in companies}
        return Enterprise(
            id=ids.new(),
            service_ids=services,
            rate_ids=tuple(rate["Id"] for rate in rates),
            company_ids=tuple(company["Id"] for company in companies),
        )
