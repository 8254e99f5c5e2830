"""What both clients are created from: settings, repr, and what must not be done with a client."""

from abc import abstractmethod
from collections.abc import Mapping
from functools import partial
from math import inf
from typing import Any, ClassVar, Generic, NoReturn, Self, TypeVar

from mews_vouchers_client import Client
from mews_vouchers_client.client import DEFAULT_TIMEOUT
from mews_vouchers_client.http import MAX_RESPONSE_SIZE
from mews_vouchers_client.http_library import HttpLibraryName, choose
from mews_vouchers_client.http_types import (
    AsyncHttpClient,
    AsyncTransport,
    HttpClient,
    Phases,
    Transport,
)
from mews_vouchers_client.types import Secret

from ._http.circuit_breaker import Circuit, CircuitBreaker, get_circuit
from ._http.events import OnEvent
from ._http.request_factory import RequestFactory
from ._http.request_options import RequestOptions
from ._http.retry import RetryPolicy
from ._rate_limit.limiter import RateLimiter, get_limiter
from ._runners.client_state import ClientState
from ._settings.base_url import warn_of_plain_http
from ._settings.config import (
    Credentials,
    Environment,
    Priority,
    RateLimit,
    check_type,
    language_fields,
    resolve_base_url,
)
from ._settings.http_settings import (
    check_headers,
    check_http_client,
    check_timeout,
    check_transport,
    uses_network,
    warn_of_unused_proxy,
)
from ._settings.version import user_agent

ClientT = TypeVar("ClientT", HttpClient, AsyncHttpClient)
TransportT = TypeVar("TransportT", Transport, AsyncTransport)
#: From a warning here to the line that creates a client.
_STACKLEVEL = 4


class BaseClient(Generic[ClientT, TransportT]):
    """Base class of both clients; the arguments are described there."""

    #: The kind of client and of transport that its requests are sent with.
    _http_client_kind: ClassVar[type]
    _transport_kind: ClassVar[type]

    def __init__(
        self,
        credentials: Credentials,
        *,
        environment: Environment | None = None,
        base_url: Secret | None = None,
        http_client: ClientT | None = None,
        transport: TransportT | None = None,
        http_library: HttpLibraryName | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | Phases = DEFAULT_TIMEOUT,
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - it is frozen
        rate_limit: RateLimit | None = RateLimit(),  # noqa: B008 - it is frozen
        rate_limit_wait: float = inf,
        priority: Priority = "normal",
        circuit_breaker: CircuitBreaker | None = CircuitBreaker(),  # noqa: B008 - it is frozen
        on_event: OnEvent | None = None,
        max_response_size: int = MAX_RESPONSE_SIZE,
        redis_url: Secret | None = None,
        language_code: str | None = None,
        culture_code: str | None = None,
    ) -> None:
        check_type("credentials", credentials, Credentials, "Credentials(...)")
        check_type("rate_limit", rate_limit, RateLimit | None, "RateLimit(requests=100) or None")
        library = choose(http_library, {"http_client": http_client, "transport": transport})
        check_http_client(http_client, self._http_client_kind, transport, library)
        check_transport(transport, self._transport_kind, library)
        url = resolve_base_url(environment, base_url, library)
        #: The generated client, for direct calls of the API: no retries, no rate limit.
        self.api = Client(
            url,
            headers=check_headers(headers),
            timeout=check_timeout(timeout),
            httpx_args={} if transport is None else {"transport": transport},
            http_client=http_client,
            http_library=http_library,
            user_agent=partial(user_agent, credentials.client),
        )
        options = RequestOptions(
            retry,
            check_timeout(timeout),
            rate_limit_wait,
            priority,
            circuit_breaker,
            on_event=on_event,
            max_response_size=max_response_size,
        )
        request_factory = RequestFactory(
            credentials,
            url,
            language_fields(language_code, culture_code),
            options,
            _limiter(url, credentials, rate_limit, redis_url),
            get_circuit(url) if transport is None else Circuit(),
        )
        self._state = ClientState(self.api, request_factory)
        self._create_resources()
        if uses_network(http_client, transport):
            warn_of_plain_http(url, stacklevel=_STACKLEVEL)
            warn_of_unused_proxy(url, transport, stacklevel=_STACKLEVEL)

    @abstractmethod
    def _create_resources(self) -> None:
        """Create the resources, such as `vouchers`, from the state."""

    def _view(self, **changes: Any) -> Self:
        """Return a view of this client. Any: some fields of `RequestOptions`."""
        view = object.__new__(type(self))
        vars(view).update(vars(self))
        options = self._state.request_factory.options.changed(**changes)
        view._state = self._state.view(options)
        view._create_resources()
        return view

    def __repr__(self) -> str:
        name = type(self).__name__
        if not hasattr(self, "_state"):  # the constructor has failed, and a traceback shows it
            return f"<{name}, not created>"
        is_closed = self._state.lifetime.is_closed
        return f"<{name} of {self.api.base_url}{', closed' * is_closed}>"

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
    if not isinstance(redis_url, Secret):
        raise TypeError(f"redis_url must be a string, not of type {type(redis_url).__name__}")
    try:
        from ._rate_limit.redis_limiter import RedisLimiterFactory  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        message = 'redis_url needs the package redis: pip install "mews-vouchers[redis]"'
        raise ImportError(message) from None
    return get_limiter(url, credentials, limit, RedisLimiterFactory(redis_url))
