"""How programs reach a mock: tokens, ready clients, a transport, an ASGI application, a port.

It is the only module of the mock that uses the client, to create one: nothing that the mock does
may depend on it.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from itertools import count
from typing import TypedDict, Unpack

from mews_vouchers_client.http_library import HttpLibraryName
from mews_vouchers_client.http_types import Phases

from mews_vouchers import (
    AsyncVoucherClient,
    CircuitBreaker,
    Credentials,
    RateLimit,
    RetryPolicy,
    VoucherClient,
)
from mews_vouchers._http.events import OnEvent
from mews_vouchers._settings.config import Priority

from ._api.dispatch import Dispatcher
from ._contract.responses import MockResponse
from ._serving.asgi import AsgiApp
from ._serving.server import serve
from ._serving.transport import InProcessTransport
from ._state.reference_data import ReferenceData

_CLIENT = "Sample Client 1.0.0"
_numbers = count(1)


class ClientOptions(TypedDict, total=False):
    """The options of `MockMews.client()` and `async_client()`: those of `VoucherClient`.

    Those that say where a server is are left out: the mock is the server.
    """

    http_library: HttpLibraryName | None
    headers: Mapping[str, str] | None
    timeout: float | Phases
    retry: RetryPolicy
    rate_limit: RateLimit | None
    rate_limit_wait: float
    priority: Priority
    circuit_breaker: CircuitBreaker | None
    on_event: OnEvent | None
    max_response_size: int
    redis_url: str | None
    language_code: str | None
    culture_code: str | None


class Connections:
    """The base class of `MockMews`, which describes it."""

    def __init__(self, dispatcher: Dispatcher, reference_data: ReferenceData) -> None:
        self._dispatcher = dispatcher
        self._reference_data = reference_data
        self._transport = InProcessTransport(dispatcher.handle)
        self._asgi = AsgiApp(dispatcher.handle)
        # Not the same for all: with the same seed, and so the same tokens, they would share the
        # rate limit of the client, and its pause after a 429.
        self._base_url = f"http://mock-{next(_numbers)}"

    # --- tokens

    @property
    def client_token(self) -> str:
        """The only valid client token."""
        return self._reference_data.client_token

    @property
    def access_token(self) -> str:
        """The access token for the first enterprise."""
        return self._reference_data.access_token

    @property
    def portfolio_access_token(self) -> str:
        """The access token for all enterprises; writes with it must name one."""
        return self._reference_data.portfolio_access_token

    @property
    def credentials(self) -> Credentials:
        """The credentials for the first enterprise, for a client that you create yourself."""
        return self._credentials(self.access_token)

    @property
    def portfolio_credentials(self) -> Credentials:
        """The credentials for all enterprises; writes with them must name one."""
        return self._credentials(self.portfolio_access_token)

    # --- clients

    def client(self, *, portfolio: bool = False, **options: Unpack[ClientOptions]) -> VoucherClient:
        """Return a sync client of this mock, in process: it opens no connection.

        Without other options it makes the usual decisions without waiting between attempts, and
        has no rate limit: `retry=RetryPolicy(sleep=False)`, `rate_limit=None`.

        Args:
            portfolio: Whether it has access to all enterprises, not only to the first one.
            options: Those of `VoucherClient`, such as `retry` or `on_event`.

        Raises:
            TypeError: An option is of another type, or unknown; see `VoucherClient`.
            ValueError: An option is out of range; see `VoucherClient`.

        Example:
            mock = MockMews()
            with mock.client() as client:
                client.voucher_codes.get_all(voucher_ids=mock.seed(codes_per_voucher=3))
        """
        credentials = self.portfolio_credentials if portfolio else self.credentials
        return VoucherClient(
            credentials,
            base_url=self._base_url,
            transport=self._transport,
            **_with_defaults(options),
        )

    def async_client(
        self, *, portfolio: bool = False, **options: Unpack[ClientOptions]
    ) -> AsyncVoucherClient:
        """Return an async client of this mock, in process, for asyncio or trio; see `client()`.

        Example:
            async with mock.async_client() as client:
                await client.voucher_codes.add(codes)
        """
        credentials = self.portfolio_credentials if portfolio else self.credentials
        return AsyncVoucherClient(
            credentials,
            base_url=self._base_url,
            transport=self._transport,
            **_with_defaults(options),
        )

    # --- connections

    @property
    def transport(self) -> InProcessTransport:
        """A transport for sync and async clients of httpx and httpx2: it opens no connection."""
        return self._transport

    @property
    def asgi(self) -> AsgiApp:
        """An ASGI application, for tools that take one.

        Where a fault breaks the connection, it raises `ConnectionResetError`: ASGI has no message
        for it. `httpx.ASGITransport` passes that on to the client, and ignores timeouts.
        """
        return self._asgi

    def serve(
        self, port: int = 0, *, host: str = "127.0.0.1", idle_timeout: float = 30.0
    ) -> AbstractContextManager[str]:
        """Serve on a port while the `with` block runs; its value is the base URL.

        Args:
            port: The port to listen on; 0 takes a free one.
            host: The address or name to listen on. By default only this machine can connect;
                "0.0.0.0" or "::" is open to the network, and the base URL is then that for this
                machine.
            idle_timeout: Close a connection when its client sends nothing for so many seconds.

        Raises:
            OSError: The port or the host is not available.
        """
        return serve(self._dispatcher, host, port, idle_timeout)

    def handle(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> MockResponse:
        """Return the response to a request given as plain data; all connections use this.

        Raises:
            DroppedError: A fault breaks the connection.
        """
        return self._dispatcher.handle(method, path, headers, body)

    def _credentials(self, access_token: str) -> Credentials:
        return Credentials(
            client_token=self.client_token, access_token=access_token, client=_CLIENT
        )


def _with_defaults(options: ClientOptions) -> ClientOptions:
    return {"retry": RetryPolicy(sleep=False), "rate_limit": None, **options}
