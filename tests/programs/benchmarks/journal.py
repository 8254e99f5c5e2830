"""What the journal of an import costs: its time, also of an import at the full rate limit."""

import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from mews_vouchers import RateLimit, VoucherClient
from mews_vouchers_client.models import VoucherCodeAddParameters
from tqdm import tqdm

from tests.programs.benchmarks.rows import Row, Table, Variants, compare
from tests.programs.benchmarks.subprocesses import Setting, serving

#: Codes per import; a row is per 1,000 of them.
CODES = 10_000
ROUNDS = 15
#: The rate of the vendor's limit, in a fifth of its window.
LIMIT = RateLimit(requests=40, window=6.0)
CODES_AT_LIMIT = 80_000
ROUNDS_AT_LIMIT = 3
WITHOUT, WITH = "without a journal", "with a journal"
NOTE = (
    f"{CODES:,} codes, one request at a time, {ROUNDS} rounds; per 1,000 codes. Below, "
    f"{CODES_AT_LIMIT:,} codes at the rate of the vendor's limit, a request every 150 ms on "
    f"average, {ROUNDS_AT_LIMIT} rounds; per 1,000 codes."
)


def run() -> Table:
    """Import codes with and without a journal."""
    with serving(Setting()) as (server, _requests), TemporaryDirectory() as folder:
        numbers = count()

        def codes(size: int) -> list[VoucherCodeAddParameters]:
            start = next(numbers) * CODES_AT_LIMIT
            return [
                VoucherCodeAddParameters(server.voucher_ids[0], f"CODE-{start + number:010}")
                for number in range(size)
            ]

        def journals() -> Iterator[Path]:
            for number in count():
                yield Path(folder, str(number))

        paths = journals()

        def variants(client: VoucherClient, size: int, concurrency: int) -> Variants:
            add = partial(client.voucher_codes.add, concurrency=concurrency)
            return {
                WITHOUT: lambda: add(codes(size)),
                WITH: lambda: add(codes(size), journal=next(paths)),
            }

        with server.client() as client:
            rows = compare("importing codes", variants(client, CODES, 1), ROUNDS, WITHOUT)
        with server.client(LIMIT) as client:
            limited = _at_limit(variants(client, CODES_AT_LIMIT, 4))
    return Table(
        "The journal of an import",
        NOTE,
        [
            *_per_thousand("importing codes", [row.values for row in rows], CODES),
            *_per_thousand("importing at the limit", limited, CODES_AT_LIMIT),
        ],
    )


def _at_limit(variants: Variants) -> list[list[float]]:
    """Measure variants in turn, in milliseconds, after a run that uses up the limit."""
    variants[WITHOUT]()
    times: list[list[float]] = [[] for _ in variants]
    for _ in tqdm(range(ROUNDS_AT_LIMIT), desc="importing at the limit", leave=False):
        for values, run in zip(times, variants.values(), strict=True):
            start = time.perf_counter()
            run()
            values.append((time.perf_counter() - start) * 1_000)
    return times


def _per_thousand(what: str, times: Sequence[Sequence[float]], size: int) -> list[Row]:
    """Return the rows of both variants."""
    without, with_ = ([value / size * 1_000 for value in values] for values in times)
    return [Row(what, WITHOUT, "ms", without, without), Row(what, WITH, "ms", with_, without)]
