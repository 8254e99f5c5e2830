"""The async client: opening, closing, and its two resources."""

from collections.abc import Mapping
from math import inf
from types import TracebackType
from typing import Any, Self

from mews_vouchers_client.client import DEFAULT_TIMEOUT
from mews_vouchers_client.http import MAX_RESPONSE_SIZE
from mews_vouchers_client.http_library import HttpLibraryName
from mews_vouchers_client.http_types import AsyncHttpClient, AsyncTransport, Phases, Url

from .._base_client import BaseClient
from .._http.circuit_breaker import CircuitBreaker
from .._http.events import OnEvent
from .._http.retry import RetryPolicy
from .._operations.raw_call import RawCall
from .._runners.close_tasks import close_all
from .._runners.tasks import TaskRunner
from .._settings.config import Credentials, Environment, Priority, RateLimit
from .._settings.http_settings import hidden, hidden_headers
from .voucher_codes import AsyncVoucherCodes
from .vouchers import AsyncVouchers


class AsyncVoucherClient(BaseClient[AsyncHttpClient, AsyncTransport]):
    """The async client of the voucher endpoints of the Mews Connector API.

    Use it in an `async with` block, or call `close()`. After a fork, create a new client.
    It belongs to one event loop, whose tasks can share it.

    Args:
        credentials: The tokens, and the name of your program.
        environment: The demo or the production environment.
        base_url: Another server, such as a mock. Without either, `MEWS_BASE_URL` is used.
        http_client: An `httpx.AsyncClient` with your proxy, certificates, limits or event hooks.
            Its base URL, timeouts, redirects and new cookies do not apply. It is not closed here.
        transport: A transport of httpx, or of the mock.
        http_library: "httpx2" sends all requests with httpx2, the successor of httpx. So does an
            `http_client` or `transport` of httpx2. Needs `pip install "mews-vouchers[httpx2]"`.
        headers: Headers of every request, such as a `User-Agent` other than this package's.
        timeout: Seconds for a response, or a `Timeout` of httpx. Default: 90, and 10 to connect.
        retry: Which requests are retried, how often, and after how long.
        rate_limit: Maximum number of requests in a window, for all clients of the process with
            the same token. None: only obey the 429 of the server.
        rate_limit_wait: Seconds that a request may wait for the rate limit; by default only the
            `total_timeout` of the retry policy ends the wait.
        priority: "background" for exports, imports and synchronisation: they leave places in the
            rate limit, so that other requests of the token hardly wait.
        circuit_breaker: When requests fail at once, because the server has failed many times in a
            row. None: never.
        on_event: Called after each attempt of a request, in any thread. It must not block.
        max_response_size: Bytes, the maximum size of a response, as received and as decompressed.
            Default: 64 MiB; a page of 1,000 vouchers with all extents has a few MiB.
        redis_url: Share the limit with all processes and machines that use the same token, limit
            and Redis, such as `redis://host:6379/0`. While Redis is unavailable, each process
            uses an equal share of the limit, at most half. Needs
            `pip install "mews-vouchers[redis]"`.
        language_code: Language of messages, such as `en-US`. Pass both codes or neither.
        culture_code: Culture of messages, such as `en-US`. Pass both codes or neither.

    Raises:
        ImportError: The package `redis` or `httpx2` is needed, but not installed.
        TypeError: A setting is of another type, or `http_client` or `transport` is of the other
            library.
        ValueError: A setting is out of range, settings conflict, or no base URL was given. At the
            first request: a variable of the environment that httpx reads cannot be used.

    Warns:
        SettingsWarning: Tokens are sent without encryption, or `transport` ignores a proxy of the
            environment.

    Example:
        async with AsyncVoucherClient(credentials, environment=Environment.DEMO) as client:
            async for code in client.voucher_codes.get_all(voucher_ids=[voucher_id]):
                print(code.value)
    """

    _http_client_kind = AsyncHttpClient
    _transport_kind = AsyncTransport

    def __init__(
        self,
        credentials: Credentials,
        *,
        environment: Environment | None = None,
        base_url: str | Url | None = None,
        http_client: AsyncHttpClient | None = None,
        transport: AsyncTransport | None = None,
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
        redis_url: str | None = None,
        language_code: str | None = None,
        culture_code: str | None = None,
    ) -> None:
        base_url, redis_url = hidden(base_url), hidden(redis_url)  # also in tracebacks
        headers = hidden_headers(headers)
        super().__init__(
            credentials,
            environment=environment,
            base_url=base_url,
            http_client=http_client,
            transport=transport,
            http_library=http_library,
            headers=headers,
            timeout=timeout,
            retry=retry,
            rate_limit=rate_limit,
            rate_limit_wait=rate_limit_wait,
            priority=priority,
            circuit_breaker=circuit_breaker,
            on_event=on_event,
            max_response_size=max_response_size,
            redis_url=redis_url,
            language_code=language_code,
            culture_code=culture_code,
        )

    def _create_resources(self) -> None:
        self._vouchers = AsyncVouchers(self._state)
        self._voucher_codes = AsyncVoucherCodes(self._state)

    @property
    def vouchers(self) -> AsyncVouchers:
        """List, add, update, delete vouchers."""
        return self._vouchers

    @property
    def voucher_codes(self) -> AsyncVoucherCodes:
        """List, add, delete voucher codes."""
        return self._voucher_codes

    def with_options(
        self,
        *,
        timeout: float | Phases | None = None,
        retry: RetryPolicy | None = None,
        rate_limit_wait: float | None = None,
        priority: Priority | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Return a view of this client whose requests have other options, for one call or many.

        A view is cheap. It shares the connections and the rate limit, and is closed with the
        client. None leaves an option as it is.

        Args:
            timeout: See the client.
            retry: See the client.
            rate_limit_wait: See the client.
            priority: See the client.
            headers: Sent with each request, beside those of the client.

        Example:
            quick = client.with_options(timeout=5.0, rate_limit_wait=1.0)
            async for voucher in quick.vouchers.get_all(service_ids=[service_id]):
                print(voucher.name)
        """
        headers = hidden_headers(headers)  # hidden in tracebacks
        return self._view(
            timeout=timeout,
            retry=retry,
            rate_limit_wait=rate_limit_wait,
            priority=priority,
            headers=headers,
        )

    async def call(
        self, operation: str, body: Mapping[str, Any], *, idempotent: bool | None = None
    ) -> dict[str, Any]:
        """Call any operation of the vendor's API: one request, within the token's rate limit.

        The limit counts all operations of a token, so that other calls belong here as well. Any: a
        body is JSON as the vendor documents it.

        Args:
            operation: Its name, such as `services/getAll`.
            body: The properties of the request, without tokens and `Client`.
            idempotent: Whether it may be sent again if no response was received. None: if its name
                starts with `get`.

        Returns:
            The body of the response; an empty dict for a 204.

        Raises:
            ApiError, ConnectionFailedError, OutcomeUnknownError: The request failed for good.
            ValueError, TypeError: The arguments are not as described; nothing was sent.

        Example:
            result = await client.call("services/getAll", {"Limitation": {"Count": 100}})
            service_ids = [service["Id"] for service in result["Services"]]
        """
        call = RawCall(self._state.request_factory, operation, body, idempotent=idempotent)
        async with TaskRunner(self._state) as runner:
            while await runner.step(call):
                pass
        return call.result

    async def close(self) -> None:
        """Close all connections. The client and its views cannot be used afterwards.

        Requests in flight are cancelled.
        """
        self._state.lifetime.is_closed = True
        await close_all(self._state)

    async def __aenter__(self) -> Self:
        self._state.check()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()
