"""The options of a client that each of its requests follows. `with_options()` replaces them.

A new option is added here, and read where it takes effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any, Self, get_args

from mews_vouchers_client.http import MAX_RESPONSE_SIZE
from mews_vouchers_client.http_types import Phases, Timeout

from .._settings.config import Priority, check_type
from .._settings.http_settings import check_headers, check_timeout
from .._settings.numbers import check_count, check_seconds
from .circuit_breaker import CircuitBreaker
from .events import OnEvent
from .retry import RetryPolicy


@dataclass(frozen=True, slots=True)
class RequestOptions:
    """How each request is executed."""

    retry: RetryPolicy
    timeouts: Timeout
    #: Seconds that a request may wait for the rate limit.
    rate_limit_wait: float = inf
    priority: Priority = "normal"
    circuit_breaker: CircuitBreaker | None = None
    #: Sent with each request.
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    on_event: OnEvent | None = None
    #: Bytes.
    max_response_size: int = MAX_RESPONSE_SIZE

    def __post_init__(self) -> None:
        check_type("retry", self.retry, RetryPolicy, "RetryPolicy(max_attempts=3)")
        example = "CircuitBreaker(failures=50) or None"
        check_type("circuit_breaker", self.circuit_breaker, CircuitBreaker | None, example)
        if self.rate_limit_wait != inf:
            check_seconds("rate_limit_wait", self.rate_limit_wait, zero=True)
        check_count("max_response_size", self.max_response_size)
        if self.on_event is not None and not callable(self.on_event):
            raise TypeError("on_event must be a function of one argument, a RequestEvent")
        if self.priority not in get_args(Priority):
            raise ValueError("priority must be 'normal' or 'background'")

    def changed(
        self,
        *,
        timeout: float | Phases | None = None,
        headers: Mapping[str, str] | None = None,
        **changes: Any,
    ) -> Self:
        """Return these options with some changes; None leaves one as it is. Any: of any type."""
        given = {name: value for name, value in changes.items() if value is not None}
        if timeout is not None:
            given["timeouts"] = check_timeout(timeout)
        if headers is not None:
            new = check_headers(headers)
            names = {name.lower() for name in new}
            kept = {name: self.headers[name] for name in self.headers if name.lower() not in names}
            given["headers"] = kept | new
        return replace(self, **given)
