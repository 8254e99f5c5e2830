"""An import with a journal that is killed at random times: each code once, and all results."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import UNSHRUNK, examples
from tests.support.kills import Import, killed_and_finished

IMPORTS = st.builds(
    Import,
    codes=st.sampled_from([3_000, 8_000]),
    concurrency=st.integers(1, 16),
    is_async=st.booleans(),
    has_faults=st.booleans(),
    seed=st.integers(0, 10**9),
    kills=st.integers(1, 3),
    longest=st.just(0.6),
)


@settings(max_examples=examples(3), phases=UNSHRUNK)
@given(one=IMPORTS)
def test_a_killed_import_adds_each_code_once(one: Import) -> None:
    """With the sync and the async client, also while the server has faults."""
    with TemporaryDirectory() as folder:
        killed_and_finished(one, Path(folder, "spring.journal"))


@pytest.mark.slow
def test_many_kills() -> None:
    """Not one code is lost or doubled; with `--hypothesis-profile=fuzz`, in many more kills."""
    killed = seed = 0
    with TemporaryDirectory() as folder:
        while killed < examples(30):
            one = Import(8_000, seed % 16 + 1, seed % 2 == 0, seed % 3 == 0, seed, kills=5)
            killed += killed_and_finished(one, Path(folder, str(seed)))[0]
            seed += 1
