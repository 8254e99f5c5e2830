"""The pytest plugin with the fixtures `mock_mews`, `mews_client` and `async_mews_client`."""

import subprocess
import sys
from pathlib import Path

#: A user's test, with no import of ours.
TESTS = """
def test_one(mock_mews, request):
    assert mock_mews.requests == []
    (voucher_id,) = mock_mews.seed(codes_per_voucher=2)
    request.config.stash["seen"] = voucher_id, mock_mews.access_token

def test_other(mock_mews, request):
    assert repr(mock_mews) == "<MockMews enterprises=1 vouchers=0 codes=0>"
    (voucher_id,) = mock_mews.seed(codes_per_voucher=2)
    assert request.config.stash["seen"] == (voucher_id, mock_mews.access_token)
"""
#: A user's tests with the ready clients, on each event loop.
CLIENT_TESTS = """
import asyncio
import pytest
import trio

def test_sync(mock_mews, mews_client):
    voucher_ids = mock_mews.seed(codes_per_voucher=2)
    assert len(list(mews_client.voucher_codes.get_all(voucher_ids=voucher_ids))) == 2

@pytest.mark.parametrize("run", [asyncio.run, lambda coroutine: trio.run(lambda: coroutine)])
def test_async(mock_mews, async_mews_client, run):
    voucher_ids = mock_mews.seed(codes_per_voucher=2_500)
    async def values():
        codes = async_mews_client.voucher_codes.get_all(voucher_ids=voucher_ids, concurrency=4)
        return [code.value async for code in codes]
    assert len(run(values())) == 2_500
"""
#: A user's tests of what depends on the time. As freezegun does, they replace `datetime` wherever
#: it has been imported to; the clock is frozen before the fixtures are created, or after.
FROZEN_TESTS = """
import datetime
import sys
import pytest

REAL = datetime.datetime

class Frozen(REAL):
    @classmethod
    def now(cls, tz=None):
        return cls(2027, 3, 4, 5, 6, 7, tzinfo=tz)

@pytest.fixture
def freeze(monkeypatch):
    def freeze():
        for module in list(sys.modules.values()):
            if vars(module).get("datetime") is REAL:
                monkeypatch.setattr(module, "datetime", Frozen)
    return freeze

@pytest.fixture(params=[True, False])
def frozen_first(request, freeze):
    if request.param:
        freeze()

def test_times(frozen_first, mock_mews, mews_client, freeze):
    freeze()
    (voucher_id,) = mock_mews.seed(codes_per_voucher=1)
    (code,) = mews_client.voucher_codes.get_all(voucher_ids=[voucher_id])
    assert code.created_utc == REAL(2027, 3, 4, 5, 6, 7, tzinfo=datetime.UTC)
    from mews_vouchers.mock import MockMews
    mock = MockMews()
    mock.seed()
    assert mock.vouchers[0]["CreatedUtc"] == "2027-03-04T05:06:07Z"
    mock = MockMews(seed=1)
    mock.seed()
    assert mock.vouchers[0]["CreatedUtc"] == "2026-01-01T00:00:00Z"
"""
#: Other plugins take seconds to load, and are of no matter here.
ALONE = [f"-pno:{name}" for name in ("schemathesis", "hypothesispytest", "anyio", "cacheprovider")]
#: What pytest loads in every run must not cost anything.
LIGHT = """
import sys, pytest
before = set(sys.modules)
import mews_vouchers_pytest
heavy = {"httpx", "anyio", "attrs", "jsonschema_rs", "mews_vouchers", "mews_vouchers_client"}
print(sorted(heavy & (set(sys.modules) - before)))
"""


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_fixture_needs_no_import(tmp_path: Path) -> None:
    """A test that only names `mock_mews` gets a new mock, which is the same in every run."""
    (tmp_path / "test_user.py").write_text(TESTS, encoding="utf-8")
    found = run("-m", "pytest", "-q", "-W", "error", *ALONE, folder=tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "2 passed" in found.stdout


def test_fixtures_are_ready_clients(tmp_path: Path) -> None:
    """A test that only names a client gets one of its mock, which leaves nothing open."""
    (tmp_path / "test_user.py").write_text(CLIENT_TESTS, encoding="utf-8")
    found = run("-m", "pytest", "-q", "-W", "error", *ALONE, folder=tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "3 passed" in found.stdout


def test_times_of_the_fixture_follow_a_frozen_clock(tmp_path: Path) -> None:
    """A frozen clock is that of `mock_mews` and of a mock without a seed; a seed has its own."""
    (tmp_path / "test_user.py").write_text(FROZEN_TESTS, encoding="utf-8")
    found = run("-m", "pytest", "-q", "-W", "error", *ALONE, folder=tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "2 passed" in found.stdout


def test_plugin_is_light(tmp_path: Path) -> None:
    """Pytest loads the plugin in every run, so it does not import the mock until it is used."""
    found = run("-c", LIGHT, folder=tmp_path)
    assert (found.stdout, found.stderr) == ("[]\n", "")


def test_fixture_says_what_is_not_installed(tmp_path: Path) -> None:
    """Without the extra, a test that uses the fixture fails with what to install."""
    hidden = "import sys\nsys.modules['jsonschema_rs'] = None\n"
    (tmp_path / "conftest.py").write_text(hidden, encoding="utf-8")
    (tmp_path / "test_user.py").write_text(TESTS, encoding="utf-8")
    found = run("-m", "pytest", "-q", *ALONE, folder=tmp_path)
    assert found.returncode == 1
    assert 'the mock needs jsonschema-rs: pip install "mews-vouchers[mock]"' in found.stdout
