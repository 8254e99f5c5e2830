"""Look-ups beside an export: they hardly wait, and both together use the limit.

What is measured here over simulated time, and over a socket by `make bench ONLY=priorities`.
"""

import pytest

from tests.programs.benchmarks.priorities import LIMIT, real, simulated


@pytest.mark.parametrize("look_ups", [0.2, 1.0, 3.0])
def test_a_look_up_beside_an_export_hardly_waits(look_ups: float) -> None:
    """With the vendor's limit, 95 % wait less than half a second; 95 % of the limit are used."""
    found = simulated(10, look_ups)
    assert found.wait() <= 0.5
    assert found.share(10) >= 0.95
    assert found.most() <= LIMIT.requests


@pytest.mark.slow
def test_a_real_look_up_beside_an_export_hardly_waits() -> None:
    """Of threads and tasks, in one process and through Redis, for a minute and a half."""
    for name, found in real().items():
        assert found.wait() <= 0.5, name
        assert found.share(3) >= 0.95, name
        assert found.most() <= LIMIT.requests, name
