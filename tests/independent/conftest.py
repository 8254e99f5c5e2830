"""What the tests of the independent server share: a server without faults, and its clients."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.clients import Connect
from tests.support.independent_calls import Caller, calling
from tests.support.independent_clients import client_of
from tests.support.independent_server import IndependentServer


@pytest.fixture
def server() -> Iterator[IndependentServer]:
    """Yield a server without faults."""
    with IndependentServer() as server:
        yield server


@pytest.fixture
def client(connect: Connect, server: IndependentServer) -> Any:
    """Return a client of either kind. Any: behind the interface of the sync one."""
    return client_of(connect, server)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the journal is."""
    return tmp_path / "spring.journal"


@pytest.fixture
def caller(server: IndependentServer) -> Iterator[Caller]:
    """Yield what sends it requests."""
    with calling(server) as caller:
        yield caller
