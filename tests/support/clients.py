"""Both clients behind one interface, so that each promise is tested once for both of them.

`Connect` creates a `VoucherClient`, or an `AsyncVoucherClient` in an event loop in a thread of its
own: its calls and iterators then look like the sync ones.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from inspect import isawaitable
from types import TracebackType
from typing import Any, Self

from anyio.from_thread import BlockingPortal, start_blocking_portal
from mews_vouchers import AsyncVoucherClient, Credentials, RetryPolicy, VoucherClient
from mews_vouchers.mock import MockMews

from tests.support.http_library import httpx

#: The usual decisions, without waits.
WITHOUT_SLEEP = RetryPolicy(sleep=False)


def credentials_of(mock: MockMews, *, portfolio: bool = False) -> Credentials:
    """Return credentials of a mock: for its first enterprise, or for all of them."""
    return Credentials(
        client_token=mock.client_token,
        access_token=mock.portfolio_access_token if portfolio else mock.access_token,
        client="Tests 1.0",
    )


def async_client(
    mock: MockMews, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncVoucherClient:
    """Return an async client of a mock, for tests of event loops and tasks."""
    return AsyncVoucherClient(
        credentials_of(mock),
        base_url="http://mock",
        transport=transport or mock.transport,
        retry=WITHOUT_SLEEP,
        rate_limit=None,
    )


class Connect:
    """Creates clients of one kind, and closes them at the end. Any: either kind, or the facade."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._stack = ExitStack()
        self._portal: BlockingPortal | None = None

    def __call__(self, mock: MockMews, *, portfolio: bool = False, **settings: Any) -> Any:
        """Return a client of a mock, in process, that neither waits nor limits unless told to."""
        full: dict[str, Any] = {"base_url": "http://mock", "transport": mock.transport} | settings
        credentials = full.pop("credentials", None) or credentials_of(mock, portfolio=portfolio)
        return self.to(credentials, **full)

    def to(self, credentials: Credentials, **settings: Any) -> Any:
        """Return a client of any server that neither waits nor limits unless told to."""
        full: dict[str, Any] = {"retry": WITHOUT_SLEEP, "rate_limit": None} | settings
        if self.kind == "sync":
            return self._stack.enter_context(VoucherClient(credentials, **full))
        if self._portal is None:
            self._portal = self._stack.enter_context(start_blocking_portal())
        client = AsyncVoucherClient(credentials, **full)
        self._stack.enter_context(self._portal.wrap_async_context_manager(client))
        return SyncFacade(client, self._portal)

    def close(self) -> None:
        """Close all clients."""
        self._stack.close()


class SyncFacade:
    """Any object of the async client, with the interface of its sync counterpart."""

    def __init__(self, target: Any, portal: BlockingPortal) -> None:
        self._target = target
        self._portal = portal

    def __getattr__(self, name: str) -> Any:
        is_close = name == "close" and not hasattr(self._target, name)
        found = getattr(self._target, "aclose" if is_close else name)
        return self._wrapped(found)

    def __enter__(self) -> Self:
        self._portal.call(self._target.__aenter__)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._portal.call(self._target.__aexit__, exc_type, exc_value, traceback)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the wrapped object, and wait for the result."""
        made = self._target(*args, **kwargs)
        if isawaitable(made):
            return self._portal.call(_awaited, made)
        return self._wrapped(made)

    def __iter__(self) -> Iterator[Any]:
        iterator: AsyncIterator[Any] = aiter(self._target)
        end = object()
        try:
            while (item := self._portal.call(_next, iterator, end)) is not end:
                yield item
        finally:
            close: Callable[[], Awaitable[None]] | None = getattr(iterator, "aclose", None)
            if close is not None:
                self._portal.call(close)

    def _wrapped(self, found: Any) -> Any:
        is_async = type(found).__name__.startswith("Async") or hasattr(found, "__aiter__")
        return SyncFacade(found, self._portal) if is_async or callable(found) else found


async def _awaited(made: Awaitable[Any]) -> Any:
    return await made


async def _next(iterator: AsyncIterator[Any], end: object) -> Any:
    return await anext(iterator, end)
