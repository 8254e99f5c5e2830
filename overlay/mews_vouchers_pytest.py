"""The pytest plugin: fixtures that are available once the package is installed.

It is not part of `mews_vouchers`, because pytest imports it in every run, even if no test uses a
fixture: it must not import anything heavy.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mews_vouchers import AsyncVoucherClient, VoucherClient
    from mews_vouchers.mock import MockMews


@pytest.fixture
def mock_mews() -> "MockMews":
    """Return a fresh in-memory Mews, whose ids and tokens are the same in every run.

    Its time is the system's, like that of the code under test: if a test freezes the clock, with
    freezegun or time-machine, the time of the mock is frozen as well.
    """
    from mews_vouchers.mock import MockMews  # noqa: PLC0415 - only if it is used

    return MockMews(seed=1, clock=lambda: datetime.now(UTC))


@pytest.fixture
def mews_client(mock_mews: "MockMews") -> "Iterator[VoucherClient]":
    """Yield a sync client of `mock_mews`, which neither waits between attempts nor has a limit."""
    with mock_mews.client() as client:
        yield client


@pytest.fixture
def async_mews_client(mock_mews: "MockMews") -> "AsyncVoucherClient":
    """Return an async client of `mock_mews`, for the event loop of the test.

    It has no connections, and so needs no `async with` block.
    """
    return mock_mews.async_client()
