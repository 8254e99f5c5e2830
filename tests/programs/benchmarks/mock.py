"""Whether the mock stays fast, and its memory flat, from a thousand codes to a million.

Each number of codes has a process of its own, so that none inherits another's memory: a voucher is
seeded with the codes, then all of them are listed, 1,000 per page, through `MockMews.handle`,
without a client. Times are processor time, so that other work of the machine matters less.

A ratio near 1 means that the number does not matter: of the pages at the end to those at the start,
and of a page of many codes to one of the fewest.
"""

import json
import statistics
import time
from collections.abc import Iterator
from typing import NamedTuple

from mews_vouchers.mock import MockMews
from tqdm import tqdm

from tests.programs.benchmarks.memory import resident
from tests.programs.benchmarks.rows import Row, Table
from tests.programs.benchmarks.subprocesses import run_in_subprocess

NUMBERS = (1_000, 10_000, 100_000, 1_000_000)
PAGE = 1_000
ADDRESS = "/api/connector/v1/voucherCodes/getAll"
NOTE = f"""\
The mock alone, without a client, its codes listed in pages of {PAGE:,}; processor time. Ratios are
to the fewest codes; at the end, of the last tenth of the pages to the first tenth."""


class Figures(NamedTuple):
    """For one number of codes: milliseconds, and bytes."""

    seeding: float
    page: float
    first: float
    last: float
    per_code: float
    paging: float


def pages(mock: MockMews, voucher_id: str) -> Iterator[float]:
    """List all codes; yield the milliseconds of each page."""
    body: dict[str, object] = {
        "ClientToken": mock.client_token,
        "AccessToken": mock.access_token,
        "Client": "Benchmark 1.0",
        "VoucherIds": [voucher_id],
    }
    cursor = None
    while True:
        body["Limitation"] = {"Count": PAGE, "Cursor": cursor}
        sent = json.dumps(body).encode()
        start = time.process_time()
        response = mock.handle("POST", ADDRESS, {"Content-Type": "application/json"}, sent)
        yield (time.process_time() - start) * 1_000
        cursor = json.loads(response.body)["Cursor"]
        if cursor is None:
            return


def measure(codes: int) -> Figures:
    """Seed and list this many codes."""
    MockMews().seed(codes_per_voucher=PAGE)  # warm-up: the document is read
    mock, before = MockMews(), resident()
    start = time.process_time()
    (voucher_id,) = mock.seed(codes_per_voucher=codes)
    seeding = time.process_time() - start
    next(pages(mock, voucher_id))
    seeded = resident()
    # Several times if there are few pages: a median of one page says little.
    rounds = [list(pages(mock, voucher_id))[:-1] for _ in range(max(1, 100 * PAGE // codes))]
    tenth = max(1, codes // PAGE // 10)
    return Figures(
        seeding * 1_000 / codes * PAGE,
        statistics.median(ms for full in rounds for ms in full),
        statistics.median(ms for full in rounds for ms in full[:tenth]),
        statistics.median(ms for full in rounds for ms in full[-tenth:]),
        (seeded - before) * 2**20 / codes,
        resident() - seeded,
    )


def run() -> Table:
    """Measure each number of codes."""
    found = {
        f"{codes:,} codes": run_in_subprocess(measure, codes)
        for codes in tqdm(NUMBERS, desc="the mock", leave=False)
    }
    fewest = next(iter(found.values()))
    rows = [
        row
        for name, one in found.items()
        for row in (
            Row("seeding 1,000", name, "ms", [one.seeding], [fewest.seeding]),
            Row("a page", name, "ms", [one.page], [fewest.page]),
            Row("a page, at the end", name, "ms", [one.last], [one.first]),
            Row("memory of a code", name, "bytes", [one.per_code]),
            Row("memory for listing", name, "MiB", [one.paging]),
        )
    ]
    rows.sort(key=lambda row: row.what)
    return Table("The mock with many codes", NOTE, rows)
