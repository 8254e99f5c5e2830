"""What all tests share: repeatable property tests, a clean slate of deviations, fresh mocks.

And what comes before all of them: whether mock and examples have all that the document lists.
"""

from collections.abc import Iterator

import pytest
from mews_vouchers.mock import MockMews
from mews_vouchers_client import Deviation, on_deviation

from tests.support.clients import Connect
from tests.support.completeness import gaps
from tests.support.hypothesis_profiles import register_profiles
from tests.support.mock_api import MockApi
from tests.support.paths import ROOT
from tests.support.transports import ALL, CONNECTED, Transport, open_transport

#: What reads the document or imports the tools, which are not there beside an installed wheel.
SOURCES = ROOT / "openapi"
collect_ignore = [] if SOURCES.exists() else ["openapi"]

register_profiles()

#: Not tests, but they hold a good part of what tests assert.
pytest.register_assert_rewrite("tests.support.harness", "tests.model_based")


def pytest_sessionstart(session: pytest.Session) -> None:
    """End the run here, in words, where a property is missing: else hundreds of tests fail."""
    if hasattr(session.config, "workerinput"):
        return  # a worker of xdist: the question has been answered
    try:
        found = gaps()
    except Exception:  # noqa: BLE001 - the tests of the mock tell better what else is wrong with it
        return
    if found:
        pytest.exit("\n".join(found), returncode=1)


@pytest.fixture
def deviations() -> Iterator[list[Deviation]]:
    """Collect what reading reports while the test runs."""
    reports: list[Deviation] = []
    on_deviation(reports.append)
    yield reports
    on_deviation(None)


@pytest.fixture(params=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Make sync and async clients, in turn."""
    made = Connect(request.param)
    yield made
    made.close()


@pytest.fixture
def mock_api() -> Iterator[MockApi]:
    """Give a client of a fresh mock, whose ids and times are the same on every run."""
    api = MockApi()
    yield api
    api.close()


@pytest.fixture
def portfolio_api() -> Iterator[MockApi]:
    """Give a client of a fresh mock with three enterprises and a token that opens them all."""
    api = MockApi(MockMews(seed=7, enterprises=3), portfolio=True)
    yield api
    api.close()


@pytest.fixture(params=ALL)
def transport(request: pytest.FixtureRequest) -> Iterator[Transport]:
    """Give each transport to a mock, in turn."""
    with open_transport(request.param, MockMews(seed=7)) as opened:
        yield opened


@pytest.fixture(params=CONNECTED)
def connected(request: pytest.FixtureRequest) -> Iterator[Transport]:
    """Give each transport whose connections can break, in turn."""
    with open_transport(request.param, MockMews(seed=7)) as opened:
        yield opened
