# Copied from openapi/runtime/borrowed.py by `make generate`: do not edit.
"""Sends requests through a client of httpx that belongs to the program.

Its connections, proxies, certificates, event hooks, authentication, headers and parameters apply.
Base URL, timeouts, cookies and redirects are those of this package: a timeout of 5 seconds, the
default of httpx, is too short for a write, and a redirect would send the tokens to another address.
"""

from collections.abc import Callable, Mapping
from copy import copy
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from .http_types import AsyncHttpClient, HttpClient, Timeout

if TYPE_CHECKING:
    # It stands for the classes of either library. A class with a real base class is made below.
    from http.cookiejar import CookieJar

    from httpx import URL, Request, Response
    from httpx._client import BaseClient as _Base
else:
    _Base = object

__all__ = ["borrow", "borrow_async", "without_cookies_of_servers"]

# Any: further arguments are passed to httpx unchanged.

AnyClient = TypeVar("AnyClient", HttpClient, AsyncHttpClient)


def without_cookies_of_servers(client: AnyClient) -> AnyClient:
    """Stop a client from storing cookies; httpx has no setting for this.

    Requests are authenticated by the tokens in the body. A load balancer's cookie would only bind
    requests to one server, and looking for cookies takes httpx a tenth of the time of a call.
    """
    vars(client.cookies)["extract_cookies"] = _extract_nothing
    return client


def _extract_nothing(_: object) -> None:
    """Ignore the `Set-Cookie` of a response."""


def borrow(create: Callable[..., HttpClient], owner: HttpClient, **settings: Any) -> HttpClient:
    """Return a client that sends through another one, and never closes it.

    Args:
        create: The class `Client` of the owner's library.
        owner: The client of the program.
        settings: `base_url`, `headers` and `timeout` of the requests.
    """
    created: HttpClient = _subclass(_BorrowedClient, create)(owner, **settings)
    return without_cookies_of_servers(created)


def borrow_async(
    create: Callable[..., AsyncHttpClient], owner: AsyncHttpClient, **settings: Any
) -> AsyncHttpClient:
    """Return an async client that sends through another one. See `borrow`."""
    created: AsyncHttpClient = _subclass(_BorrowedAsyncClient, create)(owner, **settings)
    return without_cookies_of_servers(created)


@cache
def _subclass(methods: type, base: Callable[..., object]) -> Callable[..., Any]:
    return type(methods.__name__, (methods, cast("type", base)), {})


class _Borrowed(_Base):
    """What both kinds have in common. It is created as a subclass of `Client` or `AsyncClient`."""

    # Any: only the two clients have transports, and not their common base class.
    def __init__(
        self, owner: Any, *, base_url: str, headers: dict[str, str], timeout: Timeout
    ) -> None:
        create: Any = super().__init__
        # With a transport, httpx loads no certificates. It is never used, only seen by others.
        create(base_url=base_url, timeout=timeout, transport=owner._transport, trust_env=False)
        self._mounts = owner._mounts
        self.cookies = _copied(owner.cookies.jar)
        self._owner = owner
        self._own_headers = headers

    @property
    def is_closed(self) -> bool:
        """Whether its owner has closed it."""
        is_closed: bool = self._owner.is_closed
        return is_closed

    def build_request(self, method: str, url: "URL | str", **kwargs: Any) -> "Request":
        """Build a request with the headers and parameters of both."""
        kwargs |= _merged(self._owner, self._own_headers, kwargs)
        return super().build_request(method, url, **kwargs)


class _BorrowedClient(_Borrowed):
    def send(self, request: "Request", **kwargs: Any) -> "Response":
        """Send a request; redirects are not followed."""
        kwargs["follow_redirects"] = False
        response: Response = self._owner.send(request, **kwargs)
        return response

    def close(self) -> None:
        """Do nothing: its owner closes it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        """Do nothing: its owner closes it."""


class _BorrowedAsyncClient(_Borrowed):
    async def send(self, request: "Request", **kwargs: Any) -> "Response":
        """Send a request; redirects are not followed."""
        kwargs["follow_redirects"] = False
        response: Response = await self._owner.send(request, **kwargs)
        return response

    async def aclose(self) -> None:
        """Do nothing: its owner closes it."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        """Do nothing: its owner closes it."""


def _copied(cookies: "CookieJar") -> "CookieJar":
    """Return the cookies that are there now: later ones are the server's."""
    from http.cookiejar import CookieJar  # imported late: it takes long

    jar = CookieJar()
    for cookie in cookies:
        jar.set_cookie(copy(cookie))
    return jar


def _merged(owner: _Base, own: Mapping[str, str], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return headers and parameters of a request; the owner may change its own at any time."""
    headers = owner.headers.copy()
    headers.update(own)
    headers.update(kwargs.get("headers"))
    return {"headers": headers, "params": owner.params.merge(kwargs.get("params")) or None}
