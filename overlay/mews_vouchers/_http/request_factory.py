"""Creates the requests of a client. How a request is executed is in `request.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from .._config import Credentials
from .._options import CallOptions
from .._rate_limit.limiter import RateLimiter
from .operation import Operation
from .request import Request
from .retry import RetryPolicy
from .server_clock import ServerClock

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class RequestFactory:
    """What all requests of a client share."""

    credentials: Credentials
    languages: Mapping[str, str]
    limiter: RateLimiter
    retry: RetryPolicy
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
        return Request(
            operation,
            endpoint,
            endpoint.module.get_kwargs(body),
            limiter=self.limiter,
            retry=self.retry,
            clock=self.clock,
            secrets=(self.credentials.client_token, self.credentials.access_token),
        )
