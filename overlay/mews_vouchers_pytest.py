"""The pytest plugin: a fixture that is available once the package is installed.

It is not part of `mews_vouchers`, because pytest imports it in every run, even if no test uses the
fixture: it must not import anything heavy.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mews_vouchers.mock import MockMews


@pytest.fixture
def mock_mews() -> "MockMews":
    """Return a fresh in-memory Mews, whose ids, tokens and times are the same in every run."""
    from mews_vouchers.mock import MockMews  # noqa: PLC0415 - only if it is used

    return MockMews(seed=1)
