"""One of several processes that share a rate limit: sends requests as fast as the limit allows.

    python redis_limiter_process.py sync http://127.0.0.1:8080 unix:///redis 40 2.0 100

Its tokens are in the environment. It prints "ready" once its connection is open, and starts when it
reads a line. At the end it prints the type of the error, if there was one.
"""

import asyncio
import sys
from typing import Any

from mews_vouchers import (
    AsyncVoucherClient,
    Credentials,
    MewsError,
    RateLimit,
    RetryPolicy,
    VoucherClient,
)

UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"


def wait_for_start() -> None:
    """Print that everything is ready, and wait for the others."""
    print("ready", flush=True)
    sys.stdin.readline()


def run_sync(settings: dict[str, Any], count: int) -> None:
    """Send requests with the sync client."""
    with VoucherClient(Credentials.from_environment(), **settings) as client:
        client.api.get_httpx_client().get("/")
        wait_for_start()
        for _ in range(count):
            assert list(client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID])) == []


async def run_async(settings: dict[str, Any], count: int) -> None:
    """Send requests with the async client."""
    async with AsyncVoucherClient(Credentials.from_environment(), **settings) as client:
        await client.api.get_async_httpx_client().get("/")
        wait_for_start()
        for _ in range(count):
            pager = client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID])
            assert [code async for code in pager] == []


def main() -> None:
    """Run the command line."""
    kind, base_url, redis_url, requests, window, count = sys.argv[1:]
    settings = {
        "base_url": base_url,
        "redis_url": redis_url,
        "rate_limit": RateLimit(int(requests), float(window)),
        "retry": RetryPolicy(max_attempts=1),
    }
    try:
        if kind == "sync":
            run_sync(settings, int(count))
        else:
            asyncio.run(run_async(settings, int(count)))
    except MewsError as error:
        print(type(error).__name__)


if __name__ == "__main__":
    main()
