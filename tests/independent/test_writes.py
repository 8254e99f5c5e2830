"""Each code is added exactly once, whatever fails or interrupts an add, and every report is true.

The server shares no code with the client: see `tests.support.independent_server`. How the adds
fail is in `tests.support.faulty_adds`.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.faulty_adds import FaultyAdd, Nothing, SystemUnderTest
from tests.support.hypothesis_profiles import UNSHRUNK, examples

pytestmark = pytest.mark.anywhere

#: The adds of one server: it lists all of their codes at each check.
_ADDS_PER_WORLD = 25


# An interruption in a destructor is ignored by Python, which warns of it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", ["sync", "async"])
@settings(max_examples=examples(6), phases=UNSHRUNK)
@given(seed=st.integers(0, 2**63))
def test_each_code_is_added_once(kind: str, seed: int) -> None:
    """After failures, interruptions at random times, and resumes of any copy of a report.

    Each report on the way is true: every code is in one sequence, and on the server if it
    succeeded, and not there if it was rejected or not sent.
    """
    system = SystemUnderTest(kind, seed)
    try:
        for number in range(_ADDS_PER_WORLD):
            try:
                FaultyAdd(system, seed + number).run()
            except Nothing:
                continue
            except BaseException as error:
                error.add_note(
                    f"SystemUnderTest({kind!r}, {seed}), FaultyAdd(system, {seed + number})"
                )
                raise
    finally:
        system.close()
