"""Fixtures for several modules of client tests: a mock, or a Redis server."""

from collections.abc import Iterator

import pytest
from mews_vouchers.mock import MockMews

from tests.support.redis_server import RedisServer, redis_server


@pytest.fixture
def mock() -> MockMews:
    """Return a mock without vouchers."""
    return MockMews(seed=7)


@pytest.fixture
def full(mock: MockMews) -> MockMews:
    """Return a mock with a voucher of five codes."""
    mock.seed(codes_per_voucher=5)
    return mock


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    """Yield a Redis server that keeps running."""
    with redis_server() as running:
        yield running


@pytest.fixture
def frail() -> Iterator[RedisServer]:
    """Yield a Redis server that the test may kill."""
    with redis_server() as running:
        yield running
