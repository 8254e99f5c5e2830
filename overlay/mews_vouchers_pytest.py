"""The fixture that pytest finds by itself once the package is installed.

It is not inside of `mews_vouchers` because pytest imports it in every run, also where nobody asks
for the fixture: nothing heavy may be imported with it.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mews_vouchers.mock import MockMews


@pytest.fixture
def mock_mews() -> "MockMews":
    """Give a fresh in-memory Mews, whose ids, tokens and times are the same in every run."""
    from mews_vouchers.mock import MockMews  # noqa: PLC0415 - only for those who ask

    return MockMews(seed=1)
