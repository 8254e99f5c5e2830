"""Processes: one that serves a mock, one that runs a function. Nothing is measured here.

With the server in another process, time and memory of this one are the client's alone. With the
client in another process, too, its memory contains nothing else.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import NamedTuple, ParamSpec, TypeVar

from mews_vouchers import Credentials, RateLimit, VoucherClient
from mews_vouchers.mock import MockMews, MockResponse, faults
from mews_vouchers_client import models

P = ParamSpec("P")
T = TypeVar("T")
#: Not forked: a copy of this process would start with its memory, and the locks of its threads.
_CONTEXT = multiprocessing.get_context("spawn")
#: Seconds for a server to end.
_TIMEOUT = 10.0


class Arrival(NamedTuple):
    """A request that reached the server."""

    #: Seconds of the monotonic clock.
    at: float
    status: int


@dataclass(frozen=True, slots=True)
class Setting:
    """The settings of a mock.

    Args:
        enterprises: The number of enterprises.
        vouchers: The number of vouchers of each enterprise.
        codes_per_voucher: The number of codes of each voucher.
        latency: Seconds before each response.
        limit: The number of requests in a number of seconds.
    """

    enterprises: int = 1
    vouchers: int = 1
    codes_per_voucher: int = 0
    latency: float = 0.0
    limit: tuple[int, float] | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """A mock that is served by another process."""

    base_url: str
    #: Of all enterprises.
    service_ids: list[str]
    voucher_ids: list[str]
    _tokens: dict[str, str] = field(repr=False)

    @property
    def credentials(self) -> Credentials:
        """Credentials for all enterprises."""
        return Credentials(**self._tokens)

    def client(self, limit: RateLimit | None = None) -> VoucherClient:
        """Return a client for it, with everything that its first request would create.

        Creating that delays the first request. In short windows, a request of the next
        window could then overtake it.
        """
        client = VoucherClient(self.credentials, base_url=self.base_url, rate_limit=limit)
        client.api.get_httpx_client()
        _ = models.VoucherCodeResult
        return client


def run_in_subprocess(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function of a module in a new process; return its result."""
    with ProcessPoolExecutor(1, mp_context=_CONTEXT) as pool:
        return pool.submit(function, *args, **kwargs).result()


@contextmanager
def serving(setting: Setting) -> Iterator[tuple[Server, list[Arrival]]]:
    """Serve a mock; yield the server, and a list that has all requests after the end."""
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_serve, args=(theirs, setting), daemon=True)
    process.start()
    theirs.close()
    arrivals: list[Arrival] = []
    try:
        yield ours.recv(), arrivals
        ours.send("the end")
        arrivals += ours.recv()
    finally:
        ours.close()  # this ends the server, too
        process.join(_TIMEOUT)
        process.kill()


def _serve(pipe: Connection, setting: Setting) -> None:
    mock = MockMews(seed=1, enterprises=setting.enterprises, rate_limit=setting.limit)
    vouchers = [
        mock.seed(
            vouchers=setting.vouchers,
            codes_per_voucher=setting.codes_per_voucher,
            enterprise=enterprise,
        )
        for enterprise in mock.enterprises
    ]
    arrivals: list[Arrival] = []

    def note(call: faults.FaultedCall) -> MockResponse:
        at = time.monotonic()
        response = call.proceed()
        arrivals.append(Arrival(at, response.status))
        time.sleep(setting.latency)
        return response

    mock.inject(note)
    with mock.serve() as base_url:
        pipe.send(_described(mock, base_url, [one for some in vouchers for one in some]))
        with suppress(EOFError):
            pipe.recv()
    with suppress(OSError):
        pipe.send(arrivals)


def _described(mock: MockMews, base_url: str, voucher_ids: list[str]) -> Server:
    enterprises = mock.enterprises
    tokens = {
        "client_token": mock.client_token,
        "access_token": mock.portfolio_access_token if enterprises[1:] else mock.access_token,
        "client": "Benchmark 1.0",
    }
    service_ids = [service_id for one in enterprises for service_id in one.service_ids]
    return Server(base_url, service_ids, voucher_ids, tokens)
