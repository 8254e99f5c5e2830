"""`MockMews`: the parts put together. No behaviour of the API belongs here."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

import httpx

from ._answers import Answer
from ._call import State
from ._contract import load_contract
from ._http import Api
from ._ids import Ids
from ._request_log import RecordedRequest
from ._server import serve
from ._store import Store
from ._times import Clock, TickingClock, real_clock
from ._world import Enterprise, World


class MockMews:
    """An in-memory Mews with the seven voucher operations.

    It starts with enterprises, each with services, rates and companies, and without vouchers.

    Args:
        enterprises: How many enterprises there are.
        seed: Makes ids, tokens and time the same on every run: the clock then starts at
            2026-01-01T00:00:00Z and moves on by a second with each request.
        clock: Tells the time, as aware datetimes.

    Raises:
        MockUnavailableError: Something the mock needs is not installed.
    """

    def __init__(
        self, *, enterprises: int = 1, seed: int | None = None, clock: Clock | None = None
    ) -> None:
        ids = Ids(seed)
        self._world = World(ids, enterprises)
        self._store = Store(ids)
        clock = clock or (real_clock if seed is None else TickingClock())
        self._api = Api(State(load_contract(), self._world, self._store), ids, clock)
        self._transport = httpx.MockTransport(self._respond)

    def __repr__(self) -> str:
        enterprises, store = len(self.enterprises), self._store
        return (
            f"<MockMews enterprises={enterprises} "
            f"vouchers={len(store.vouchers)} codes={len(store.codes)}>"
        )

    @property
    def enterprises(self) -> tuple[Enterprise, ...]:
        """The enterprises, with the ids that vouchers can refer to."""
        return self._world.enterprises

    @property
    def client_token(self) -> str:
        """The only client token that is valid."""
        return self._world.client_token

    @property
    def access_token(self) -> str:
        """The access token that opens the first enterprise."""
        return self._world.access_token

    @property
    def portfolio_access_token(self) -> str:
        """The access token that opens all enterprises; writes with it must name one."""
        return self._world.portfolio_access_token

    @property
    def requests(self) -> list[RecordedRequest]:
        """The last requests, from old to new: at most 10,000, with at most 32 MiB of bodies."""
        return self._api.requests()

    @property
    def transport(self) -> httpx.MockTransport:
        """A transport for `httpx.Client` and for `httpx.AsyncClient`, which opens no connection."""
        return self._transport

    def serve(self, port: int = 0, *, patience: float = 30.0) -> AbstractContextManager[str]:
        """Serve on 127.0.0.1 while the `with` block runs, and give it the base URL.

        Args:
            port: The port to listen on; 0 takes a free one.
            patience: For how many seconds a client may stay silent before it is given up.

        Raises:
            OSError: The port cannot be listened on.
        """
        return serve(self._api, port, patience)

    def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer a request given as plain data: what the transport and the server are made of."""
        return self._api.handle(method, path, headers, body)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode("ascii")
        answer = self.handle(request.method, path, request.headers, request.content)
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body)
