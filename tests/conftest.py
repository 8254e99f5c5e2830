"""What all tests share: repeatable property tests, and a clean slate of deviations."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from mews_vouchers_client import Deviation, on_deviation

# The same examples in every run: a failure on one machine is a failure on all of them.
settings.register_profile(
    "repeatable",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("repeatable")


@pytest.fixture
def deviations() -> Iterator[list[Deviation]]:
    """Collect what reading reports while the test runs."""
    reports: list[Deviation] = []
    on_deviation(reports.append)
    yield reports
    on_deviation(None)
