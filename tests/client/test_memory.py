"""Streams use constant memory, however long they are."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.programs.benchmarks.memory import STEP, Step, added, followed, growth, listed, resident
from tests.programs.benchmarks.subprocesses import Server, Setting, run_in_subprocess, serving

pytestmark = pytest.mark.skipif(not resident(), reason="the system tells no memory")

#: The number of codes, and how many MiB more than for ten thousand they may take.
STREAMS = pytest.mark.parametrize(
    ("codes", "limit"), [(100_000, 8), pytest.param(1_000_000, 32, marks=pytest.mark.slow)]
)


@STREAMS
@pytest.mark.parametrize("read", [listed, followed])
def test_a_listing_uses_constant_memory(
    codes: int, limit: int, read: Callable[[Server], list[Step]]
) -> None:
    """`get_all` and `changes` yield a million codes with 32 MiB more than after ten thousand."""
    with serving(Setting(codes_per_voucher=codes)) as (server, _requests):
        steps = run_in_subprocess(read, server)
    assert len(steps) * STEP == codes
    assert growth(steps) <= limit


@STREAMS
@pytest.mark.parametrize("has_journal", [False, True])
def test_a_write_uses_constant_memory(
    codes: int, limit: int, tmp_path: Path, *, has_journal: bool
) -> None:
    """`add_batches` adds a million codes with 32 MiB more than after ten thousand.

    With a journal also in a second run, which reads all of them from it.
    """
    journal = str(tmp_path / "journal") if has_journal else None
    with serving(Setting()) as (server, requests):
        runs = [run_in_subprocess(added, server, codes, journal) for _ in range(1 + has_journal)]
    for steps in runs:
        assert len(steps) * STEP == codes
        assert growth(steps) <= limit
    assert len(requests) == codes / STEP
