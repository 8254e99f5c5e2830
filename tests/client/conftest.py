"""What several modules of tests of the clients start with: a mock, or a Redis."""

from collections.abc import Iterator

import pytest
from mews_vouchers.mock import MockMews

from tests.support.redis_server import RedisServer, redis_server


@pytest.fixture
def mock() -> MockMews:
    """Give a mock without vouchers."""
    return MockMews(seed=7)


@pytest.fixture
def full(mock: MockMews) -> MockMews:
    """Give a mock with a voucher of five codes."""
    mock.seed(codes_per_voucher=5)
    return mock


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    """Give a Redis that stays."""
    with redis_server() as running:
        yield running


@pytest.fixture
def frail() -> Iterator[RedisServer]:
    """Give a Redis that may be killed."""
    with redis_server() as running:
        yield running
