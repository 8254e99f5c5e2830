"""Imports codes with a journal: a process of its own, which a test may kill and start again.

    python -m tests.support.importer http://127.0.0.1:8080 50000 16 spring.journal

The codes are the same in each run. The tokens and the id of the voucher are in the environment:
`environment_of(server)`. It prints "importing" once everything is loaded, and "imported" with the
number of results at the end. `--async` takes the async client; `--keywords '{"settle": 0}'` passes
further arguments to `add`. An error ends it with its traceback and status 1.
"""

import argparse
import asyncio
import json
import os
from typing import Any

from mews_vouchers import AsyncVoucherClient, Credentials, VoucherClient
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.independent_server import IndependentServer

_VOUCHER_ID = "MEWS_VOUCHER_ID"


def environment_of(server: IndependentServer) -> dict[str, str]:
    """Return the environment for a process that imports codes to the server's first voucher."""
    return os.environ | {
        "MEWS_CLIENT_TOKEN": server.client_token,
        "MEWS_ACCESS_TOKEN": server.access_token,
        "MEWS_CLIENT": "Importer 1.0.0",
        _VOUCHER_ID: server.voucher_id,
    }


def values(count: int) -> list[str]:
    """Return the values of the codes, in the order of the input."""
    return [f"CODE-{number:06}" for number in range(count)]


def run_sync(url: str, codes: list[VoucherCodeAddParameters], keywords: dict[str, Any]) -> int:
    """Import with the sync client; return the number of results."""
    with VoucherClient(Credentials.from_environment(), base_url=url, rate_limit=None) as client:
        print("importing", flush=True)
        return len(client.voucher_codes.add(codes, **keywords))


async def run_async(
    url: str, codes: list[VoucherCodeAddParameters], keywords: dict[str, Any]
) -> int:
    """Import with the async client; return the number of results."""
    credentials = Credentials.from_environment()
    async with AsyncVoucherClient(credentials, base_url=url, rate_limit=None) as client:
        print("importing", flush=True)
        return len(await client.voucher_codes.add(codes, **keywords))


def main() -> None:
    """Run the program."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    parser.add_argument("concurrency", type=int)
    parser.add_argument("journal")
    parser.add_argument("--async", action="store_true", dest="is_async")
    parser.add_argument("--keywords", type=json.loads, default={})
    arguments = parser.parse_args()
    voucher_id = os.environ[_VOUCHER_ID]
    codes = [VoucherCodeAddParameters(voucher_id, value) for value in values(arguments.count)]
    # `Any`: tests choose the arguments of `add`.
    keywords: dict[str, Any] = {
        "journal": arguments.journal,
        "concurrency": arguments.concurrency,
        **arguments.keywords,
    }
    if arguments.is_async:
        count = asyncio.run(run_async(arguments.url, codes, keywords))
    else:
        count = run_sync(arguments.url, codes, keywords)
    print("imported", count, flush=True)


if __name__ == "__main__":
    main()
