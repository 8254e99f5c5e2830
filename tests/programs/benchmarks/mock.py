"""Whether the mock stays quick and flat in memory, from a thousand codes to a million.

For each number of codes a process of its own, so that none inherits another's memory: a voucher is
seeded with the codes, then all of them are listed, 1,000 a page, through `MockMews.handle`, without
a client. Times are of the processor, so that the other work of the machine matters less.

Flat means that a ratio near 1 stands for "it does not matter how many there are": of the pages at
the end to those at the beginning, and of a page of many codes to one of the fewest.
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
The mock alone, without a client, its codes listed by {PAGE:,}; time of the processor. A ratio is to
the fewest codes, and of the last tenth of the pages to the first tenth."""


class Figures(NamedTuple):
    """Of so many codes: milliseconds, and bytes."""

    seeding: float
    page: float
    first: float
    last: float
    per_code: float
    paging: float


def pages(mock: MockMews, voucher_id: str) -> Iterator[float]:
    """List all codes, and give the milliseconds of each page."""
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
        answer = mock.handle("POST", ADDRESS, {"Content-Type": "application/json"}, sent)
        yield (time.process_time() - start) * 1_000
        cursor = json.loads(answer.body)["Cursor"]
        if cursor is None:
            return


def measure(codes: int) -> Figures:
    """Seed and list so many codes."""
    MockMews().seed(codes_per_voucher=PAGE)  # warms up: the document is read
    mock, before = MockMews(), resident()
    start = time.process_time()
    (voucher_id,) = mock.seed(codes_per_voucher=codes)
    seeding = time.process_time() - start
    next(pages(mock, voucher_id))
    seeded = resident()
    # Several times where the pages are few: one page is no median.
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
