"""What both clients are created from: settings, repr, and what must not be done with a client."""

from typing import Generic, NoReturn, TypeVar

import httpx
from mews_vouchers_client import Client
from mews_vouchers_client.client import DEFAULT_TIMEOUT
from mews_vouchers_client.types import Secret

from ._config import Credentials, Environment, RateLimit, language_fields, resolve_base_url
from ._http.request_factory import RequestFactory
from ._http.retry import RetryPolicy
from ._rate_limit.limiter import RateLimiter, get_limiter
from ._runners.client_state import ClientState

Transport = TypeVar("Transport", httpx.BaseTransport, httpx.AsyncBaseTransport)


class BaseClient(Generic[Transport]):
    """Base class of both clients; the arguments are described there."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        environment: Environment | None = None,
        base_url: str | None = None,
        transport: Transport | None = None,
        timeout: float | httpx.Timeout = DEFAULT_TIMEOUT,
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - it is frozen
        rate_limit: RateLimit | None = RateLimit(),  # noqa: B008 - it is frozen
        redis_url: Secret | None = None,
        language_code: str | None = None,
        culture_code: str | None = None,
    ) -> None:
        url = resolve_base_url(environment, base_url)
        #: The generated client, for direct calls of the API: no retries, no rate limit.
        self.api = Client(
            url,
            timeout=httpx.Timeout(timeout),
            httpx_args={} if transport is None else {"transport": transport},
        )
        request_factory = RequestFactory(
            credentials,
            language_fields(language_code, culture_code),
            _limiter(url, credentials, rate_limit, redis_url),
            retry,
        )
        self._state = ClientState(self.api, request_factory)

    def __repr__(self) -> str:
        is_closed = hasattr(self, "_state") and self._state.is_closed  # the constructor may fail
        return f"<{type(self).__name__} of {self.api.base_url}{', closed' * is_closed}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        name = type(self).__name__
        raise TypeError(f"{name} cannot be pickled; create it in the process that uses it")


def _limiter(
    url: str, credentials: Credentials, limit: RateLimit | None, redis_url: Secret | None
) -> RateLimiter:
    if redis_url is None:
        return get_limiter(url, credentials, limit)
    if limit is None:
        raise ValueError("redis_url requires a rate_limit")
    try:
        from ._rate_limit.redis_limiter import RedisLimiterFactory  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        message = 'redis_url needs the package redis: pip install "mews-vouchers[redis]"'
        raise ImportError(message) from None
    return get_limiter(url, credentials, limit, RedisLimiterFactory(redis_url))
