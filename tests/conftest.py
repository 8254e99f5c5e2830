"""What all tests share: repeatable property tests, no remembered deviations, fresh mocks.

Before all tests, it checks that the mock and the examples have everything in the document.
"""

import signal
from collections.abc import Iterator

import pytest
from mews_vouchers._rate_limit import limiter
from mews_vouchers.mock import MockMews
from mews_vouchers_client import Deviation, on_deviation

from tests.support.clients import Connect
from tests.support.completeness import gaps
from tests.support.hypothesis_profiles import register_profiles
from tests.support.interruptions import interruptions_in_destructors
from tests.support.mock_api import MockApi
from tests.support.paths import ROOT
from tests.support.transports import ALL, CONNECTED, Transport, open_transport

#: Tests of the document and the tools, which an installed wheel does not contain.
SOURCES = ROOT / "openapi"
collect_ignore_glob = (
    [] if SOURCES.exists() else ["openapi", "project/test_mutants.py", "project/test_release*.py"]
)

register_profiles()

#: Not tests, but they contain many assertions of tests.
pytest.register_assert_rewrite(
    "tests.support.harness",
    "tests.support.redis_members",
    "tests.support.redis_processes",
    "tests.model_based",
)


def pytest_configure() -> None:
    """Let Ctrl-C raise as usual, also where it is ignored, as in a background job of a shell."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionstart(session: pytest.Session) -> None:
    """End the run with a clear message if a property is missing: hundreds of tests would fail."""
    if hasattr(session.config, "workerinput"):
        return  # a worker of xdist: this has been checked
    try:
        found = gaps()
    except Exception:  # noqa: BLE001 - the tests of the mock report it better
        return
    if found:
        pytest.exit("\n".join(found), returncode=1)


@pytest.fixture(scope="session", autouse=True)
def _interruptions() -> Iterator[None]:
    """Let no Ctrl-C get lost: see `interruptions_in_destructors`."""
    with interruptions_in_destructors():
        yield


@pytest.fixture(autouse=True)
def _no_pauses() -> Iterator[None]:
    """Forget tokens after each test: many have the same, which a 429 may pause for an hour."""
    yield
    limiter._states.clear()  # noqa: SLF001


@pytest.fixture
def deviations() -> Iterator[list[Deviation]]:
    """Collect the deviations that are reported during the test."""
    reports: list[Deviation] = []
    on_deviation(reports.append)
    yield reports
    on_deviation(None)


@pytest.fixture(params=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Yield what creates sync clients, then async clients."""
    clients = Connect(request.param)
    yield clients
    clients.close()


@pytest.fixture
def mock_api() -> Iterator[MockApi]:
    """Yield a client of a fresh mock, whose ids and times are the same in every run."""
    api = MockApi()
    yield api
    api.close()


@pytest.fixture
def portfolio_api() -> Iterator[MockApi]:
    """Yield a client of a fresh mock with three enterprises and a token for all of them."""
    api = MockApi(MockMews(seed=7, enterprises=3), portfolio=True)
    yield api
    api.close()


@pytest.fixture(params=ALL)
def transport(request: pytest.FixtureRequest) -> Iterator[Transport]:
    """Yield each transport to a mock in turn."""
    with open_transport(request.param, MockMews(seed=7)) as opened:
        yield opened


@pytest.fixture(params=CONNECTED)
def connected(request: pytest.FixtureRequest) -> Iterator[Transport]:
    """Yield each transport whose connections can break in turn."""
    with open_transport(request.param, MockMews(seed=7)) as opened:
        yield opened
