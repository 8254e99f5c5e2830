"""The sync client is generated from the async one, and a check notices when it is out of date."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.source

OVERLAY = ROOT / "overlay"


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """Return a copy of the hand-written package and its generator."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    copied = tmp_path / "overlay"
    (copied / "mews_vouchers").mkdir(parents=True)
    for name in ("unasync.py", "mews_vouchers/_async", "mews_vouchers/_sync"):
        copy = shutil.copytree if (OVERLAY / name).is_dir() else shutil.copy
        copy(OVERLAY / name, copied / name)
    return copied


def run(overlay: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the generator of a copy."""
    command = [sys.executable, str(overlay / "unasync.py"), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


def test_the_sync_client_is_up_to_date(overlay: Path) -> None:
    """What is in the repository is what the generator makes."""
    assert run(overlay, "--check").returncode == 0


@pytest.mark.parametrize("change", ["edited", "missing", "left over"])
def test_a_difference_is_an_error_that_generating_repairs(overlay: Path, change: str) -> None:
    """An edit by hand, a missing module and one too many are told, with the command to run."""
    target = overlay / "mews_vouchers" / "_sync" / "pager.py"
    if change == "edited":
        target.write_text(target.read_text().replace("yield item", "yield None"))
    elif change == "missing":
        target.unlink()
    else:
        target.with_name("old.py").write_text("")
    failed = run(overlay, "--check")
    assert failed.returncode == 1
    assert "run 'make generate'" in failed.stderr
    assert run(overlay).returncode == 0
    assert run(overlay, "--check").returncode == 0


def test_a_substitution_that_nothing_uses_is_an_error(overlay: Path) -> None:
    """The list of substitutions does not grow old."""
    script = overlay / "unasync.py"
    list_start = "SUBSTITUTIONS = [\n"
    unused = f"{list_start}    ('no module has this', ''),\n"
    script.write_text(script.read_text().replace(list_start, unused))
    failed = run(overlay, "--check")
    assert failed.returncode == 1
    assert "substitutions that nothing uses" in failed.stderr
