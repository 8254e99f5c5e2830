# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
"""The connection that operations are called with."""

import ssl
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

__all__ = ["DEFAULT_TIMEOUT", "Client"]

#: Seconds. The server itself gives up on a heavy request (408) after some tens of seconds; a client
#: that gives up before it would not learn what became of a write.
DEFAULT_TIMEOUT = httpx.Timeout(90.0, connect=10.0)

AnyClient = TypeVar("AnyClient", httpx.Client, httpx.AsyncClient)


class _GivenCookies(httpx.Cookies):
    """The cookies that a client was given; servers add none.

    The tokens in a body say who asks. A cookie of some load balancer would tie requests to one
    another, and to look for one in each answer takes httpx a tenth of a call's time.
    """

    def extract_cookies(self, response: httpx.Response) -> None:
        """Take none."""


def _forgetful(client: AnyClient) -> AnyClient:
    """Return a client that keeps no cookies of servers; httpx has no setting for it."""
    client._cookies = _GivenCookies(client.cookies.jar)
    return client


@dataclass(eq=False, slots=True, weakref_slot=True)
class Client:
    """Where requests go, and how.

    One object serves the blocking functions (`sync_detailed`) and the awaiting ones
    (`asyncio_detailed`); each kind opens its own pool of connections when it is first used, and
    `with` or `async with` closes it.

        with Client("https://api.mews-demo.com") as client:
            response = vouchers.get_all.sync_detailed(client=client, body=...)

    Tokens are part of each body, not of the client.
    """

    #: Scheme and host, such as `https://api.mews-demo.com`.
    base_url: str
    #: Sent with every request.
    headers: dict[str, str] = field(default_factory=dict, kw_only=True, repr=False)
    #: Finite by default. A `TimeoutException` of httpx ends what takes longer.
    timeout: httpx.Timeout = field(default_factory=lambda: DEFAULT_TIMEOUT, kw_only=True)
    verify_ssl: str | bool | ssl.SSLContext = field(default=True, kw_only=True)
    #: More arguments for `httpx.Client` and `httpx.AsyncClient`, such as `transport`.
    httpx_args: dict[str, Any] = field(default_factory=dict, kw_only=True, repr=False)
    _client: httpx.Client | None = field(default=None, init=False, repr=False)
    _async_client: httpx.AsyncClient | None = field(default=None, init=False, repr=False)
    #: Of several threads that are the first to need a client, one makes it.
    _making: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def _settings(self) -> dict[str, Any]:
        return {
            "base_url": self.base_url,
            "headers": self.headers,
            "timeout": self.timeout,
            "verify": self.verify_ssl,
            **self.httpx_args,
        }

    def get_httpx_client(self) -> httpx.Client:
        """Return the blocking client of httpx, made when it is first needed."""
        with self._making:
            if self._client is None:
                self._client = _forgetful(httpx.Client(**self._settings()))
            return self._client

    def set_httpx_client(self, client: httpx.Client) -> Self:
        """Use this blocking client of httpx as it is: none of the settings above reaches it."""
        self._client = client
        return self

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """Return the awaiting client of httpx, made when it is first needed."""
        with self._making:
            if self._async_client is None:
                self._async_client = _forgetful(httpx.AsyncClient(**self._settings()))
            return self._async_client

    def set_async_httpx_client(self, client: httpx.AsyncClient) -> Self:
        """Use this awaiting client of httpx as it is: none of the settings above reaches it."""
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
