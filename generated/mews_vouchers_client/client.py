# Copied from openapi/runtime/client.py by `make generate`: do not edit.
"""The HTTP client that is passed to the operations."""

import ssl
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

__all__ = ["DEFAULT_TIMEOUT", "Client"]

#: Seconds. The server aborts a request that takes too long with a 408, after some tens of seconds.
#: A client with a shorter timeout would not learn whether a write was applied.
DEFAULT_TIMEOUT = httpx.Timeout(90.0, connect=10.0)

AnyClient = TypeVar("AnyClient", httpx.Client, httpx.AsyncClient)


class _ReadOnlyCookies(httpx.Cookies):
    """A cookie jar that ignores `Set-Cookie`.

    Requests are authenticated by the tokens in the body. A load balancer's cookie would only bind
    requests to one server, and looking for cookies takes httpx a tenth of the time of a call.
    """

    def extract_cookies(self, response: httpx.Response) -> None:
        """Do nothing."""


def _without_cookie_persistence(client: AnyClient) -> AnyClient:
    """Stop `client` from storing cookies; httpx has no setting for this."""
    client._cookies = _ReadOnlyCookies(client.cookies.jar)
    return client


@dataclass(eq=False, slots=True, weakref_slot=True)
class Client:
    """The base URL and the HTTP settings of all requests.

    The same class serves sync functions (`sync_detailed`) and async functions (`asyncio_detailed`).
    Each kind opens its own connection pool on first use. `with` closes the sync pool, `async with`
    the async pool:

        with Client("https://api.mews-demo.com") as client:
            response = vouchers.get_all.sync_detailed(client=client, body=body)

        async with Client("https://api.mews-demo.com") as client:
            response = await vouchers.get_all.asyncio_detailed(client=client, body=body)

    Tokens are part of each request body, not of the client.
    """

    #: Scheme and host, for example `https://api.mews-demo.com`.
    base_url: str
    #: Headers that are sent with every request.
    headers: dict[str, str] = field(default_factory=dict, kw_only=True, repr=False)
    #: Timeouts; finite by default. A request that exceeds one raises `httpx.TimeoutException`.
    timeout: httpx.Timeout = field(default_factory=lambda: DEFAULT_TIMEOUT, kw_only=True)
    #: The argument `verify` of httpx.
    verify_ssl: str | bool | ssl.SSLContext = field(default=True, kw_only=True)
    #: Further arguments for `httpx.Client` and `httpx.AsyncClient`, such as `transport`.
    httpx_args: dict[str, Any] = field(default_factory=dict, kw_only=True, repr=False)
    _client: httpx.Client | None = field(default=None, init=False, repr=False)
    _async_client: httpx.AsyncClient | None = field(default=None, init=False, repr=False)
    #: Ensures that concurrent threads create only one client.
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def _httpx_arguments(self) -> dict[str, Any]:
        return {
            "base_url": self.base_url,
            "headers": self.headers,
            "timeout": self.timeout,
            "verify": self.verify_ssl,
            **self.httpx_args,
        }

    def get_httpx_client(self) -> httpx.Client:
        """Return the `httpx.Client`, which is created on first use."""
        with self._lock:
            if self._client is None:
                self._client = _without_cookie_persistence(httpx.Client(**self._httpx_arguments()))
            return self._client

    def set_httpx_client(self, client: httpx.Client) -> Self:
        """Use `client` for sync requests; its own settings apply, not those of this object."""
        self._client = client
        return self

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """Return the `httpx.AsyncClient`, which is created on first use."""
        with self._lock:
            if self._async_client is None:
                self._async_client = _without_cookie_persistence(
                    httpx.AsyncClient(**self._httpx_arguments())
                )
            return self._async_client

    def set_async_httpx_client(self, client: httpx.AsyncClient) -> Self:
        """Use `client` for async requests; its own settings apply, not those of this object."""
        self._async_client = client
        return self

    def __enter__(self) -> Self:
        self.get_httpx_client().__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.get_httpx_client().__exit__(exc_type, exc_value, traceback)

    async def __aenter__(self) -> Self:
        await self.get_async_httpx_client().__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.get_async_httpx_client().__aexit__(exc_type, exc_value, traceback)
