# Copied from openapi/runtime/client.py by `make generate`: do not edit.
"""The HTTP client that is passed to the operations."""

import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

from .borrowed import borrow, borrow_async, without_cookies_of_servers
from .environment import create_with_environment
from .http_library import HttpLibraryName, choose, library_of
from .http_types import AsyncHttpClient, HttpClient, HttpLibrary, Phases, Timeout

if TYPE_CHECKING:
    import httpx

__all__ = ["DEFAULT_TIMEOUT", "Client"]

#: Seconds. The server aborts a request that takes too long with a 408, after some tens of seconds.
#: A client with a shorter timeout would not learn whether a write was applied.
DEFAULT_TIMEOUT = Timeout(connect=10.0, read=90.0, write=90.0, pool=90.0)
#: What httpx and httpx2 send by default, so that no program has chosen it.
_DEFAULT_USER_AGENT = ("python-httpx/", "python-httpx2/")


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
    #: Timeouts, such as an `httpx.Timeout`; finite by default. A request that exceeds one raises
    #: `httpx.TimeoutException`.
    timeout: Phases = field(default_factory=lambda: DEFAULT_TIMEOUT, kw_only=True)
    #: The argument `verify` of httpx.
    verify_ssl: str | bool | ssl.SSLContext = field(default=True, kw_only=True)
    #: Further arguments for the client of httpx, such as `transport`.
    httpx_args: dict[str, Any] = field(default_factory=dict, kw_only=True, repr=False)
    #: A client of httpx that the requests are sent with. It is not closed here, and what it is made
    #: of applies, except for its base URL, timeouts, cookies of servers, and redirects.
    http_client: HttpClient | AsyncHttpClient | None = field(default=None, kw_only=True, repr=False)
    #: The library that sends the requests; default: that of `http_client` and `httpx_args`, or
    #: httpx. Everything that is said of httpx here is true of httpx2.
    http_library: HttpLibraryName | None = field(default=None, kw_only=True)
    #: Returns the `User-Agent` if neither `headers` nor `http_client` has one. Called on first use.
    user_agent: Callable[[], str] | None = field(default=None, kw_only=True, repr=False)
    _library: HttpLibrary = field(init=False, repr=False)
    _client: HttpClient | None = field(default=None, init=False, repr=False)
    _async_client: AsyncHttpClient | None = field(default=None, init=False, repr=False)
    #: Ensures that concurrent threads create only one client.
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        self._library = choose(
            self.http_library, {"http_client": self.http_client, **self.httpx_args}
        )

    def _httpx_arguments(self) -> dict[str, Any]:
        return {**self._shared_arguments(), "verify": self.verify_ssl, **self.httpx_args}

    def _shared_arguments(self) -> dict[str, Any]:
        """Return the settings that also apply to requests through `http_client`."""
        owned = {} if self.http_client is None else self.http_client.headers
        user_agent = owned.get("User-Agent", _DEFAULT_USER_AGENT[0])
        is_own = any(name.lower() == "user-agent" for name in self.headers)
        headers = dict(self.headers)
        is_default = not is_own and user_agent.startswith(_DEFAULT_USER_AGENT)
        if self.user_agent is not None and is_default:
            headers["User-Agent"] = self.user_agent()
        timeout = Timeout.of(self.timeout)
        return {"base_url": self.base_url, "headers": headers, "timeout": timeout}

    def get_http_client(self) -> HttpClient:
        """Return the client of httpx or httpx2, which is created on first use.

        Raises:
            TypeError: `http_client` is an async client.
            ValueError: A variable of the environment that the library reads cannot be used.
        """
        with self._lock:
            if self._client is None:
                self._client = self._create_client()
            return self._client

    def _create_client(self) -> HttpClient:
        create = self._library.Client
        if self.http_client is None:
            created = create_with_environment(self._library, create, self._httpx_arguments())
            return without_cookies_of_servers(created)
        if not isinstance(self.http_client, HttpClient):
            raise TypeError("http_client is async: it cannot send the requests of sync functions")
        return borrow(create, self.http_client, **self._shared_arguments())

    def get_async_http_client(self) -> AsyncHttpClient:
        """Return the async client, which is created on first use. See `get_http_client`."""
        with self._lock:
            if self._async_client is None:
                self._async_client = self._create_async_client()
            return self._async_client

    def _create_async_client(self) -> AsyncHttpClient:
        create = self._library.AsyncClient
        if self.http_client is None:
            created = create_with_environment(self._library, create, self._httpx_arguments())
            return without_cookies_of_servers(created)
        if not isinstance(self.http_client, AsyncHttpClient):
            raise TypeError("http_client is sync: it cannot send the requests of async functions")
        return borrow_async(create, self.http_client, **self._shared_arguments())

    def get_httpx_client(self) -> "httpx.Client":
        """Return `get_http_client()`, which has to be an `httpx.Client`: else a `TypeError`."""
        return cast("httpx.Client", _of_httpx(self.get_http_client()))

    def get_async_httpx_client(self) -> "httpx.AsyncClient":
        """Return `get_async_http_client()`, which has to be an `httpx.AsyncClient`."""
        return cast("httpx.AsyncClient", _of_httpx(self.get_async_http_client()))

    def set_httpx_client(self, client: HttpClient) -> Self:
        """Use `client` for sync requests; its own settings apply, not those of this object."""
        self._client = client
        return self

    def set_async_httpx_client(self, client: AsyncHttpClient) -> Self:
        """Use `client` for async requests; its own settings apply, not those of this object."""
        self._async_client = client
        return self

    def close(self) -> None:
        """Close the connection pool for sync requests, or a transport that was never used.

        No pool is created for this.
        """
        with self._lock:
            opened: Any = self._client or self.httpx_args.get("transport")
        if opened is not None:
            opened.close()

    async def aclose(self) -> None:
        """Close the connection pool for async requests; see `close`."""
        with self._lock:
            opened: Any = self._async_client or self.httpx_args.get("transport")
        if opened is not None:
            await opened.aclose()

    def __enter__(self) -> Self:
        self.get_http_client().__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.get_http_client().__exit__(exc_type, exc_value, traceback)

    async def __aenter__(self) -> Self:
        await self.get_async_http_client().__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.get_async_http_client().__aexit__(exc_type, exc_value, traceback)


def _of_httpx(client: object) -> object:
    if library_of(client) != "httpx":
        raise TypeError("the client is not of httpx: use get_http_client()")
    return client
