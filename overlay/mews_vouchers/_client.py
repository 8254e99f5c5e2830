"""What both clients are set up with; `_blocking.py` and `_awaiting.py` are made of it."""

import os
from typing import Any, Generic, NoReturn, TypeVar

import httpx
from mews_vouchers_client import Client
from mews_vouchers_client.client import DEFAULT_TIMEOUT
from mews_vouchers_client.types import Secret

from ._gate import Gate, shared_gate
from ._retry import RetryPolicy
from ._session import Session
from ._settings import Credentials, Environment, RateLimit, address_of, languages
from .errors import ClosedError

Transport = TypeVar("Transport", httpx.BaseTransport, httpx.AsyncBaseTransport)


class BaseClient(Generic[Transport]):
    """A client of the Mews voucher API. A process that was forked makes one of its own.

    Args:
        credentials: The tokens, and the name of your program.
        environment: Where to: the demo or the production environment.
        base_url: Where to instead, such as a mock's address; without either, `MEWS_BASE_URL`.
        transport: Any transport of httpx, such as the mock's.
        timeout: Seconds for an answer, or httpx's own `Timeout`; 90 by default, 10 to connect.
        retry: What is sent again, how often, and after how long.
        rate_limit: At most so many requests in a window, over all clients of the process with the
            same token; None to rely on the server's 429 alone.
        redis_url: Share the limit with all processes and machines that give the same token, limit
            and Redis, such as `redis://host:6379/0`. While Redis is away, each keeps to half of the
            limit by itself. Needs `pip install "mews-vouchers[redis]"`.
        language_code: Language of texts and error messages, such as `en-US`. Both or neither.
        culture_code: Culture of texts and error messages, such as `en-US`. Both or neither.

    Raises:
        ImportError: There is a `redis_url`, but the package `redis` is not installed.
        ValueError: The settings contradict each other, or say not where to.
    """

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
        redis_url: str | None = None,
        language_code: str | None = None,
        culture_code: str | None = None,
    ) -> None:
        redis_url = None if redis_url is None else Secret(redis_url)  # it may have a password
        address = address_of(environment, base_url)
        #: The generated client, for calls of your own: `vouchers.get_all.sync_detailed(client=…)`.
        self.api = Client(
            address,
            timeout=httpx.Timeout(timeout),
            httpx_args={} if transport is None else {"transport": transport},
        )
        self._closed = False
        self._session = Session(
            credentials,
            languages(language_code, culture_code),
            _gate(address, credentials, rate_limit, redis_url),
            retry,
        )
        #: The drivers of calls and iterations that have begun and not ended. Any: one of two.
        self._running = set[Any]()
        #: What is under way in the background, and its driver. Any: threads and theirs, or tasks'.
        self._background = dict[Any, Any]()
        self._process = os.getpid()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.api.base_url}{', closed' * self._closed}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a client is not pickled: make one where it is used")

    def _check_process(self) -> None:
        """Raise `ClosedError` in a process that was forked.

        Its connections are the parent's as well: each would read answers that are for the other.
        """
        if os.getpid() != self._process:
            raise ClosedError("this client was made before the process was forked: make a new one")

    def _check_open(self) -> None:
        if self._closed:
            raise ClosedError(f"this {type(self).__name__} is closed: make a new one")


def _gate(
    address: str, credentials: Credentials, limit: RateLimit | None, redis_url: Secret | None
) -> Gate:
    if redis_url is None:
        return shared_gate(address, credentials, limit)
    if limit is None:
        raise ValueError("redis_url shares a rate limit: give one, or no redis_url")
    try:
        from ._fleet import Fleet  # noqa: PLC0415 - it needs an extra
    except ModuleNotFoundError:
        message = 'redis_url needs the package redis: pip install "mews-vouchers[redis]"'
        raise ImportError(message) from None
    return shared_gate(address, credentials, limit, Fleet(redis_url))
