"""The async client: opening, closing, and its two resources."""

from types import TracebackType
from typing import Self

import httpx
from mews_vouchers_client.client import DEFAULT_TIMEOUT
from mews_vouchers_client.types import Secret

from .._base_client import BaseClient
from .._config import Credentials, Environment, RateLimit
from .._http.retry import RetryPolicy
from .._runners.close_tasks import close_all
from .voucher_codes import AsyncVoucherCodes
from .vouchers import AsyncVouchers


class AsyncVoucherClient(BaseClient[httpx.AsyncBaseTransport]):
    """The async client of the voucher endpoints of the Mews Connector API.

    Use it in an `async with` block, or call `close()`. After a fork, create a new client.
    It belongs to one event loop, whose tasks can share it.

    Args:
        credentials: The tokens, and the name of your program.
        environment: The demo or the production environment.
        base_url: Another server, such as a mock. Without either, `MEWS_BASE_URL` is used.
        transport: A transport of httpx, such as that of the mock.
        timeout: Seconds for a response, or a `Timeout` of httpx. Default: 90, and 10 to connect.
        retry: Which requests are retried, how often, and after how long.
        rate_limit: Maximum number of requests in a window, for all clients of the process with
            the same token. None: only obey the 429 of the server.
        redis_url: Share the limit with all processes and machines that use the same token, limit
            and Redis, such as `redis://host:6379/0`. While Redis is unavailable, each process
            uses half of the limit. Needs `pip install "mews-vouchers[redis]"`.
        language_code: Language of messages, such as `en-US`. Pass both codes or neither.
        culture_code: Culture of messages, such as `en-US`. Pass both codes or neither.

    Raises:
        ImportError: `redis_url` is passed, but the package `redis` is not installed.
        ValueError: The settings conflict, or no base URL was given.

    Example:
        async with AsyncVoucherClient(credentials, environment=Environment.DEMO) as client:
            async for code in client.voucher_codes.get_all(voucher_ids=[voucher_id]):
                print(code.value)
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        environment: Environment | None = None,
        base_url: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout: float | httpx.Timeout = DEFAULT_TIMEOUT,
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - it is frozen
        rate_limit: RateLimit | None = RateLimit(),  # noqa: B008 - it is frozen
        redis_url: str | None = None,
        language_code: str | None = None,
        culture_code: str | None = None,
    ) -> None:
        redis_url = None if redis_url is None else Secret(redis_url)  # hidden in tracebacks
        super().__init__(
            credentials,
            environment=environment,
            base_url=base_url,
            transport=transport,
            timeout=timeout,
            retry=retry,
            rate_limit=rate_limit,
            redis_url=redis_url,
            language_code=language_code,
            culture_code=culture_code,
        )
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

    async def close(self) -> None:
        """Close all connections. The client cannot be used afterwards.

        Requests in flight are cancelled.
        """
        self._state.is_closed = True
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
