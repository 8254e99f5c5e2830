"""Whether the mock stays quick and flat in memory, from a thousand codes to a million.

    make bench

For each number of codes a process of its own, so that none inherits another's memory: a voucher is
seeded with the codes, then all of them are listed, 1,000 a page, through `MockMews.handle`, without
a client. Nothing here fails: a figure is for people. Times are of the processor, so that the other
work of the machine matters less.

Flat means that a ratio near 1 stands for "it does not matter how many there are": of the pages at
the end to those at the beginning, and of a page of many codes to one of the fewest.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from mews_vouchers.mock import MockMews

NUMBERS = (1_000, 10_000, 100_000, 1_000_000)
PAGE = 1_000
ADDRESS = "/api/connector/v1/voucherCodes/getAll"


def resident() -> float:
    """Return the memory of this process in MiB; 0 where the system does not tell."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
            (line,) = (line for line in status if line.startswith("VmRSS:"))
    except OSError:
        return 0.0
    return int(line.split()[1]) / 1024


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


def measure(codes: int) -> dict[str, float]:
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
    return {
        "seeding": seeding * 1_000 / codes * PAGE,
        "page": statistics.median(ms for full in rounds for ms in full),
        "first": statistics.median(ms for full in rounds for ms in full[:tenth]),
        "last": statistics.median(ms for full in rounds for ms in full[-tenth:]),
        "per_code": (seeded - before) * 2**20 / codes,
        "paging": resident() - seeded,
    }


def main() -> None:
    """Measure each number of codes, and print one line for it."""
    print(f"the mock with many codes, listed by {PAGE:,}, Python {sys.version.split()[0]}")
    print("pages: median in ms; ratio: last tenth / first tenth, and to the first line")
    print(
        f"{'codes':>10}{'seeding, ms / 1,000':>21}{'page':>8}{'last / first':>14}{'/ fewest':>10}"
        f"{'bytes / code':>14}{'paging adds, MiB':>18}"
    )
    fewest: float | None = None
    for codes in NUMBERS:
        command = [sys.executable, __file__, str(codes)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        fewest = fewest or found["page"]
        print(
            f"{codes:>10,}{found['seeding']:>21.2f}{found['page']:>8.2f}"
            f"{found['last'] / found['first']:>14.2f}{found['page'] / fewest:>10.2f}"
            f"{found['per_code']:>14,.0f}{found['paging']:>18.1f}"
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        main()
