"""Creates the requests of a client. How a request is executed is in `request.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .._options import CallOptions
from .._rate_limit.limiter import RateLimiter
from .._settings.config import Credentials
from .circuit_breaker import Circuit
from .operation import Operation
from .request import Request
from .request_options import RequestOptions
from .server_clock import ServerClock

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class RequestFactory:
    """What all requests of a client share."""

    credentials: Credentials
    base_url: str
    languages: Mapping[str, str]
    options: RequestOptions
    limiter: RateLimiter
    circuit: Circuit
    clock: ServerClock = field(default_factory=ServerClock)

    def request(
        self, operation: Operation[Result], options: CallOptions, **properties: object
    ) -> Request[Result]:
        """Create a request. The credentials are inserted here and nowhere else.

        Raises:
            NaiveDatetimeError, TypeError, ValueError: The body cannot be serialised.
        """
        endpoint = operation.endpoint()
        if options.enterprise_id is not None:
            properties["enterprise_id"] = options.enterprise_id
        body = endpoint.request(
            client_token=self.credentials.client_token,
            access_token=self.credentials.access_token,
            client=self.credentials.client,
            **self.languages,
            **properties,
        )
        items = properties.get(operation.items)
        return Request(
            operation,
            endpoint,
            self._with_headers(endpoint.module.get_kwargs(body)),
            options=self.options,
            limiter=self.limiter,
            circuit=self.circuit,
            clock=self.clock,
            base_url=self.base_url,
            secrets=(self.credentials.client_token, self.credentials.access_token),
            items=len(items) if isinstance(items, list) else None,
        )

    def _with_headers(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments of a request with the headers of a view. Any: as `get_kwargs()`."""
        if self.options.headers:
            kwargs["headers"] = {**self.options.headers, **kwargs["headers"]}
        return kwargs
