"""An export of many codes at 500 ms per request: how much of what the rate limit allows is used.

The mock has the vendor's sliding window, 200 requests in 30 seconds, and answers 500 ms late; both
are scaled down together, so that it takes a minute or so. What a request costs the two processes is
not, and so weighs more than in earnest.

The share is of the steady rate. A limit lets 200 requests through at once and then none for a
while, so that the first ones say nothing of how fast it goes on. So the time between two requests
is taken that are as many whole windows apart as there are: it cannot be less than these windows.
"""

import statistics
import time
from typing import NamedTuple

import httpx
from mews_vouchers import RateLimit

from tests.programs.benchmarks.rows import Row, Table
from tests.programs.benchmarks.subprocesses import Arrival, Server, Setting, serving

SCALE = 2
CONCURRENCY = 8
NOTE = f"""\
A million codes of 50 vouchers, each request answered after 500 ms by a server that takes 200 in 30
seconds, with all times divided by {SCALE}. The share is the steady rate of requests, of the one
that the limit allows. The loop is that of a script over httpx: a page, then the next."""
LATENCY = 0.5
LIMIT = RateLimit(requests=200, window=30.0)
PATH = "/api/connector/v1/voucherCodes/getAll"


class Export(NamedTuple):
    """What an export came to."""

    codes: int
    #: In earnest it would be longer by the scale.
    seconds: float
    requests: int
    #: Requests that were answered 429.
    refused: int
    #: The steady rate of requests, of the one that the limit allows; 1.0 at most.
    share: float


def export(
    concurrency: int,
    *,
    vouchers: int = 50,
    codes_per_voucher: int = 20_000,
    scale: float = SCALE,
) -> Export:
    """List all codes of all vouchers with our client.

    Args:
        concurrency: How many requests may be under way at a time.
        vouchers: How many vouchers there are.
        codes_per_voucher: How many codes each of them has.
        scale: By what all times are divided.
    """
    limit = _limit(scale)
    setting = _setting(vouchers, codes_per_voucher, scale)
    with serving(setting) as (server, arrivals), server.client(limit) as client:
        start = time.monotonic()
        voucher_ids = server.voucher_ids
        listing = client.voucher_codes.get_all(voucher_ids=voucher_ids, concurrency=concurrency)
        codes = sum(1 for _ in listing)
        seconds = time.monotonic() - start
    assert codes == vouchers * codes_per_voucher, codes
    return _figures(codes, seconds, arrivals, limit)


def sequential(*, codes_per_voucher: int = 220_000) -> Export:
    """List codes with a plain loop over httpx: a page, then the next. It waits for no limit."""
    with serving(_setting(1, codes_per_voucher, SCALE)) as (server, arrivals):
        start = time.monotonic()
        codes = _loop(server)
        seconds = time.monotonic() - start
    assert codes == codes_per_voucher, codes
    return _figures(codes, seconds, arrivals, _limit(SCALE))


def _loop(server: Server) -> int:
    credentials, codes, cursor = server.credentials, 0, None
    body: dict[str, object] = {
        "ClientToken": credentials.client_token.reveal(),
        "AccessToken": credentials.access_token.reveal(),
        "Client": credentials.client,
        "VoucherIds": server.voucher_ids,
    }
    with httpx.Client(base_url=server.base_url) as client:
        while True:
            body["Limitation"] = {"Count": 1_000, "Cursor": cursor}
            page = client.post(PATH, json=body).raise_for_status().json()
            codes += len(page["VoucherCodes"])
            cursor = page["Cursor"]
            if len(page["VoucherCodes"]) < 1_000:
                return codes


def _limit(scale: float) -> RateLimit:
    return RateLimit(LIMIT.requests, LIMIT.window / scale)


def _setting(vouchers: int, codes_per_voucher: int, scale: float) -> Setting:
    return Setting(
        vouchers=vouchers,
        codes_per_voucher=codes_per_voucher,
        latency=LATENCY / scale,
        limit=(LIMIT.requests, LIMIT.window / scale),
    )


def _figures(codes: int, seconds: float, arrivals: list[Arrival], limit: RateLimit) -> Export:
    refused = sum(arrival.status == 429 for arrival in arrivals)
    return Export(codes, seconds, len(arrivals), refused, share_of_limit(arrivals, limit))


def share_of_limit(arrivals: list[Arrival], limit: RateLimit) -> float:
    """Return the steady rate of the requests that were answered, of the one that a limit allows.

    Raises:
        ValueError: There are no more requests than one window takes.
    """
    times = sorted(arrival.at for arrival in arrivals if arrival.status == 200)
    windows = (len(times) - 1) // limit.requests
    if not windows:
        raise ValueError("nothing is steady before the first window is full")
    pairs = zip(times, times[windows * limit.requests :], strict=False)
    return statistics.median(windows * limit.window / (last - first) for first, last in pairs)


def run() -> Table:
    """Measure an export of a million codes, and the loop."""
    loop = sequential()
    found = {f"ours, {CONCURRENCY} at a time": export(CONCURRENCY), "a loop": loop}
    shares = [
        Row("share of the limit", name, "%", [one.share * 100], [loop.share * 100])
        for name, one in found.items()
    ]
    refused = [Row("answered 429", name, "", [one.refused]) for name, one in found.items()]
    return Table("The export of a million codes", NOTE, shares + refused)
