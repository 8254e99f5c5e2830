"""The fixture that pytest finds by itself."""

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
    """A test that only names `mock_mews` gets a mock: a fresh one, and the same in every run."""
    (tmp_path / "test_user.py").write_text(TESTS, encoding="utf-8")
    found = run("-m", "pytest", "-q", "-W", "error", *ALONE, folder=tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "2 passed" in found.stdout


def test_plugin_is_light(tmp_path: Path) -> None:
    """Pytest loads the plugin everywhere, so it imports nothing that is not asked for."""
    found = run("-c", LIGHT, folder=tmp_path)
    assert (found.stdout, found.stderr) == ("[]\n", "")


def test_fixture_says_what_is_not_installed(tmp_path: Path) -> None:
    """Without the extra, the test that asks for the fixture says what to install."""
    hidden = "import sys\nsys.modules['jsonschema_rs'] = None\n"
    (tmp_path / "conftest.py").write_text(hidden, encoding="utf-8")
    (tmp_path / "test_user.py").write_text(TESTS, encoding="utf-8")
    found = run("-m", "pytest", "-q", *ALONE, folder=tmp_path)
    assert found.returncode == 1
    assert 'the mock needs jsonschema-rs: pip install "mews-vouchers[mock]"' in found.stdout
