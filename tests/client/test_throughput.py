"""An export uses the whole rate limit, and no more."""

import pytest

from tests.programs.benchmarks.export import export


@pytest.mark.slow
def test_an_export_is_as_fast_as_the_limit_allows() -> None:
    """At 500 ms per request, 95 % of the limit or more are used, and no request is rejected."""
    found = export(8, codes_per_voucher=8_000)
    assert found.requests > 2 * 200
    assert found.refused == 0
    assert 0.95 <= found.share <= 1.0
