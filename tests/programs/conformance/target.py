"""One of the two servers that steps run on: its connection, a client, and its names."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from mews_vouchers import Credentials, RateLimit, RetryPolicy, VoucherClient
from mews_vouchers.mock import MockMews
from mews_vouchers_client.client import DEFAULT_TIMEOUT

from tests.support.clients import credentials_of

from .names import Names
from .wire import Wire

#: A retry or two suffice if others use the rate limit, too; a server that is down stays down.
_RETRY = RetryPolicy(max_attempts=3)


@dataclass(frozen=True, slots=True)
class Target:
    """What a step needs."""

    wire: Wire
    client: VoucherClient
    names: Names


@contextmanager
def connect(
    base_url: str,
    credentials: Credentials,
    names: Names,
    *,
    pace: float = 0.0,
    transport: httpx.BaseTransport | None = None,
) -> Iterator[Target]:
    """Connect to a server; `pace` is the minimum number of seconds between two requests."""
    with (
        httpx.Client(base_url=base_url, timeout=DEFAULT_TIMEOUT, transport=transport) as http,
        VoucherClient(
            credentials,
            base_url=base_url,
            transport=transport,
            retry=_RETRY,
            rate_limit=RateLimit(1, pace) if pace else None,
        ) as client,
    ):
        yield Target(Wire(http, credentials, pace=pace), client, names)


@contextmanager
def reference_mock(run: str) -> Iterator[Target]:
    """Yield a fresh mock, in process: its results are the expected ones."""
    mock = MockMews()
    names = Names(run, mock.enterprises[0].service_ids[0])
    with connect("http://mock", credentials_of(mock), names, transport=mock.transport) as made:
        yield made
