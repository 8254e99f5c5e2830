"""What the tests of the independent server share: a server without faults, and calls to it."""

from collections.abc import Iterator

import pytest

from tests.support.independent_calls import Caller, calling
from tests.support.independent_server import IndependentServer


@pytest.fixture
def server() -> Iterator[IndependentServer]:
    """Yield a server without faults."""
    with IndependentServer() as server:
        yield server


@pytest.fixture
def caller(server: IndependentServer) -> Iterator[Caller]:
    """Yield what sends it requests."""
    with calling(server) as caller:
        yield caller
