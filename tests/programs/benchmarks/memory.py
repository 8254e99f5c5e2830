"""What a stream of many items costs the client over time: processor time, and memory.

Each stream runs in a process of its own: see `subprocesses.py`.
"""

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.programs.benchmarks.subprocesses import Server

#: The number of items per step: a page, or a batch.
STEP = 1_000
#: After this many items everything is loaded, and the memory has settled.
SETTLED = 10_000


class Step(NamedTuple):
    """The resources that a process used for another thousand items."""

    #: Processor seconds for these thousand, in all threads.
    seconds: float
    #: MiB in memory.
    resident: float


def resident() -> float:
    """Return the memory of this process in MiB; 0 if the system does not report it."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def growth(steps: list[Step]) -> float:
    """Return by how many MiB the memory has grown, at most, since it settled."""
    settled = steps[SETTLED // STEP - 1].resident
    return max(step.resident for step in steps[SETTLED // STEP - 1 :]) - settled


def listed(server: Server) -> list[Step]:
    """List all codes of a server, item by item."""
    with server.client() as client:
        return _steps(client.voucher_codes.get_all(voucher_ids=server.voucher_ids))


def followed(server: Server) -> list[Step]:
    """List all codes of a server as changes, with the mark after each."""
    with server.client() as client:
        feed = client.voucher_codes.changes(voucher_ids=server.voucher_ids, since=None)
        return _steps((code, feed.mark) for code in feed)


def added(server: Server, items: int, journal: str | None = None) -> list[Step]:
    """Add this many codes to the first voucher of a server, in batches."""
    codes = (
        VoucherCodeAddParameters(server.voucher_ids[0], f"CODE-{number:016}")
        for number in range(items)
    )
    with server.client() as client:
        batches = client.voucher_codes.add_batches(codes, journal=journal)
        return _steps(outcome for batch in batches for outcome in batch)


def _steps(items: Iterable[object]) -> list[Step]:
    def step(rest: Iterator[object]) -> Iterator[Step]:
        before = time.process_time()
        while sum(1 for _ in islice(rest, STEP)) == STEP:
            now = time.process_time()
            yield Step(now - before, resident())
            before = now

    return list(step(iter(items)))
