"""How the cost grows: with the number of items, of concurrent requests, of properties.

Only this client is measured, against a mock in another process.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack

from mews_vouchers import VoucherClient
from tqdm import tqdm

from tests.programs.benchmarks.export import Export, export
from tests.programs.benchmarks.memory import SETTLED, STEP, Step, added, growth, listed
from tests.programs.benchmarks.rows import Row, Table
from tests.programs.benchmarks.subprocesses import Server, Setting, run_in_subprocess, serving

ITEMS = (1_000, 10_000, 100_000, 1_000_000)
CONCURRENCY = (1, 2, 4, 8, 16)
PROPERTIES = (1, 2, 5, 10, 20, 50)
ROUNDS, ROUNDS_OF_PROPERTIES = 3, 20
#: The divisor of all times of the exports.
SCALE = 4
#: Each property has 1,000 codes.
VOUCHERS, CODES = 20, 50
LISTING, ADDING = "listing 1,000 codes", "adding 1,000 codes"
LISTING_MEMORY, ADDING_MEMORY = "memory, listing", "memory, adding"
SHARE, REFUSED = "share of the limit", "429 responses"
PROPERTY = "listing a property"
ITEMS_NOTE = f"""\
Codes streamed through `get_all` and `add_batches`, {ROUNDS} rounds: the client's processor time
for a thousand of the last codes, with the ratio to a thousand of the first {SETTLED:,}, and the
growth of its memory since then."""
REQUESTS_NOTE = f"""\
An export of 250,000 codes of 50 vouchers, {ROUNDS} rounds, with latency and limit as in the next
table, but all times divided by {SCALE}; the ratio is to one request after the other."""
PROPERTIES_NOTE = f"""\
{VOUCHERS} vouchers and {VOUCHERS * CODES:,} codes of each property, listed with the access token of
a portfolio, {ROUNDS_OF_PROPERTIES} rounds: the client's processor time per property. Each request
names all vouchers, so it grows with them."""


def items() -> Table:
    """Measure streams of up to a million codes."""
    most = ITEMS[-1]
    runs: dict[str, list[list[Step]]] = {LISTING: [], ADDING: []}
    for _ in tqdm(range(ROUNDS), desc="up to a million codes", leave=False):
        with serving(Setting(codes_per_voucher=most)) as (server, _requests):
            runs[LISTING].append(run_in_subprocess(listed, server))
        with serving(Setting()) as (server, _requests):
            runs[ADDING].append(run_in_subprocess(added, server, most))
    rows: list[Row] = []
    for what, memory in ((LISTING, LISTING_MEMORY), (ADDING, ADDING_MEMORY)):
        times = {size: [_typical(run, size) for run in runs[what]] for size in ITEMS}
        for size, values in times.items():
            rows.append(Row(what, f"the last of {size:,}", "ms", values, times[SETTLED], size))
        for size in ITEMS[ITEMS.index(SETTLED) :]:
            grown = [growth(run[: size // STEP]) for run in runs[what]]
            rows.append(Row(memory, f"after {size:,}", "MiB", grown, size=size))
    return Table("How cost grows with the items", ITEMS_NOTE, rows)


def _typical(steps: list[Step], size: int) -> float:
    """Return the milliseconds of a thousand items, among the last nine tenths of the items."""
    return statistics.median(
        step.seconds * 1_000 for step in steps[size // 10 // STEP : size // STEP]
    )


def requests() -> Table:
    """Measure exports with more and more concurrent requests."""
    found: dict[int, list[Export]] = {number: [] for number in CONCURRENCY}
    turns = [number for _ in range(ROUNDS) for number in CONCURRENCY]
    for number in tqdm(turns, desc="concurrent requests", leave=False):
        found[number].append(export(number, codes_per_voucher=5_000, scale=SCALE))
    shares = {number: [one.share * 100 for one in some] for number, some in found.items()}
    names = {number: f"{number} concurrent" for number in CONCURRENCY}
    rows = [
        Row(SHARE, name, "%", shares[number], shares[1], number) for number, name in names.items()
    ]
    rows += [
        Row(REFUSED, name, "", [one.refused for one in found[number]])
        for number, name in names.items()
    ]
    return Table("How cost grows with concurrent requests", REQUESTS_NOTE, rows)


def properties() -> Table:
    """Measure listings of more and more properties."""
    times: dict[int, list[float]] = {number: [] for number in PROPERTIES}
    with ExitStack() as stack:
        servers: dict[int, tuple[VoucherClient, Server]] = {}
        for number in PROPERTIES:
            setting = Setting(number, VOUCHERS, CODES)
            server, _ = stack.enter_context(serving(setting))
            servers[number] = stack.enter_context(server.client()), server
        for _ in tqdm(range(ROUNDS_OF_PROPERTIES + 1), desc="properties", leave=False):
            for number, (client, server) in servers.items():
                start = time.process_time()
                codes = sum(1 for _ in _all_codes(client, server))
                spent = (time.process_time() - start) * 1_000
                assert codes == number * VOUCHERS * CODES, codes
                times[number].append(spent / number)
    rows = [
        Row(PROPERTY, f"of {number}", "ms", times[number][1:], times[1][1:], number)
        for number in PROPERTIES
    ]
    return Table("How cost grows with the properties", PROPERTIES_NOTE, rows)


def _all_codes(client: VoucherClient, server: Server) -> Iterator[object]:
    vouchers = client.vouchers.get_all(service_ids=server.service_ids)
    return iter(client.voucher_codes.get_all(voucher_ids=[voucher.id for voucher in vouchers]))
