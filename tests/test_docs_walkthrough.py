"""The whole way that CONTRIBUTING describes, on a copy: from the vendor's change to the release."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from vendor_docs import ROOT, as_pages, ours, properties

pytestmark = [pytest.mark.source, pytest.mark.slow]

BIN = Path(sys.executable).parent
GIT = ("git", "-c", "user.name=Nobody", "-c", "user.email=nobody@example.com")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a copy of the project, under git as at a release."""
    root = tmp_path / "project"
    skipped = (".git", ".venv*", "node_modules", "__pycache__", ".*_cache", ".hypothesis", "dist")
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*skipped))
    (root / ".venv").mkdir()
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "Release"]):
        subprocess.run([*GIT, *command], cwd=root, check=True)
    return root


def make(project: Path, target: str, *variables: str) -> subprocess.CompletedProcess[str]:
    """Run a target of the copy with the tools of this environment; nothing is set up."""
    return subprocess.run(
        ["make", "--assume-old=.venv/.ready", f"BIN={BIN}", target, *variables],  # noqa: S607
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )


def page_of_the_vendor(folder: Path) -> Path:
    """Publish a page on which vouchers have a new property."""
    document = ours()
    properties(document, "Voucher")["Color"] = {"type": "string"}
    page = folder / "vouchers.md"
    page.write_text(as_pages(document)["vouchers.md"], encoding="utf-8")
    return page


def test_a_change_goes_all_the_way(project: Path, tmp_path: Path) -> None:
    """Notice, edit at the line that is named, generate, check, and know what it means for users.

    Of `make check` these run: the format, the types of all of the copy, and whether the generated
    code is what the document gives. Left out are the linter of the document, a Node program that
    the copy would have to install, and the tests, of which this is one.
    """
    page = page_of_the_vendor(tmp_path)
    (project / "openapi" / "departures.yaml").write_text("departures: []\n", encoding="utf-8")

    noticed = make(project, "docs-diff", f"SOURCE={page}")
    place = re.search(
        r"openapi/mews-vouchers\.yaml:(\d+) +only adds +200 Vouchers\[\]\.Color +new",
        noticed.stdout,
    )
    assert noticed.returncode
    assert "1 difference (1 only adds)" in noticed.stdout
    assert place

    document = project / "openapi" / "mews-vouchers.yaml"
    lines = document.read_text(encoding="utf-8").splitlines()
    edit = ["        Color:", "          description: Color of it.", "          type: string"]
    first = int(place[1])
    end = next(i for i, line in enumerate(lines[first:], first) if line[:8].strip())
    while not lines[end - 1].strip():
        end -= 1
    lines[end:end] = edit  # the last property: arguments keep their positions
    document.write_text("\n".join(lines) + "\n", encoding="utf-8")
    settled = make(project, "docs-diff", f"SOURCE={page}")
    assert (settled.returncode, settled.stderr) == (0, "")

    assert make(project, "verify-generated").returncode
    for target in ("generate", "format-check", "types", "verify-generated"):
        done = make(project, target)
        assert (target, done.returncode, done.stderr) == (target, 0, "")

    meaning = make(project, "api-diff", "OLD=HEAD")
    assert (meaning.returncode, meaning.stderr) == (0, "")
    assert "Version that follows: 0.1.1" in meaning.stdout
    assert "### Added\n\n- `mews_vouchers_client.models.Voucher.color`" in meaning.stdout
    assert "### Removed" not in meaning.stdout
