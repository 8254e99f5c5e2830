"""An export of many codes at 500 ms per request: how much of the rate limit it uses.

The mock has the vendor's sliding window, 200 requests in 30 seconds, and responds after 500 ms;
both are scaled down together, so that it takes about a minute. What a request costs the two
processes is not scaled, and so has more weight than in reality.

The share is that of the steady rate. A limit lets 200 requests through at once and then none for a
while, so the first requests do not show the steady rate. So pairs of requests are used that are as
many whole windows apart as possible: their distance cannot be less than these windows.
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
A million codes of 50 vouchers, with a response time of 500 ms and a limit of 200 requests in 30
seconds, all times divided by {SCALE}. The share is the steady rate of requests, as a part of the
limit. The loop is that of a script over httpx: one page after the other."""
LATENCY = 0.5
LIMIT = RateLimit(requests=200, window=30.0)
PATH = "/api/connector/v1/voucherCodes/getAll"


class Export(NamedTuple):
    """The result of an export."""

    codes: int
    #: Scaled down.
    seconds: float
    requests: int
    #: The number of 429 responses.
    refused: int
    #: The steady rate of requests, as a part of the limit; 1.0 at most.
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
        concurrency: The maximum number of requests in flight.
        vouchers: The number of vouchers.
        codes_per_voucher: The number of codes of each voucher.
        scale: The divisor of all times.
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
    """List codes with a plain loop over httpx, page by page, without a rate limiter."""
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
    """Return the steady rate of the successful requests, as a share of the limit.

    Raises:
        ValueError: There are no more requests than in one window.
    """
    times = sorted(arrival.at for arrival in arrivals if arrival.status == 200)
    windows = (len(times) - 1) // limit.requests
    if not windows:
        raise ValueError("there is no steady rate before the first window is full")
    pairs = zip(times, times[windows * limit.requests :], strict=False)
    return statistics.median(windows * limit.window / (last - first) for first, last in pairs)


def run() -> Table:
    """Measure an export of a million codes, and the loop."""
    loop = sequential()
    found = {f"ours, {CONCURRENCY} concurrent": export(CONCURRENCY), "a loop": loop}
    shares = [
        Row("share of the limit", name, "%", [one.share * 100], [loop.share * 100])
        for name, one in found.items()
    ]
    refused = [Row("429 responses", name, "", [one.refused]) for name, one in found.items()]
    return Table("The export of a million codes", NOTE, shares + refused)
