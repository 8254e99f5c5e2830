"""All steps in CONTRIBUTING, on a copy: from the vendor's change to the release."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.vendor_docs import as_yaml, properties, published, recorded, schema

pytestmark = [pytest.mark.source, pytest.mark.slow]

BIN = Path(sys.executable).parent
#: What the report says of each edit, after the line.
NEW = "only adds: `vouchers/getAll 200 Vouchers[].Blorpwick`: `new: required string`"
SHORTER = "vouchers/add request VoucherParameters[].Name"
TIGHTER = f"breaks callers: `{SHORTER}`: `maxLength: 128 → 64`"
GIT = ("git", "-c", "user.name=Nobody", "-c", "user.email=nobody@example.com")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the project, under git as at a release."""
    root = tmp_path / "project"
    skipped = (".git", ".venv*", "node_modules", "__pycache__", ".*_cache", ".hypothesis", "dist")
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*skipped))
    (root / ".venv").mkdir()
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "Release"]):
        subprocess.run([*GIT, *command], cwd=root, check=True)
    return root


def make(project: Path, target: str, *variables: str) -> subprocess.CompletedProcess[str]:
    """Run a target of the copy with the tools of this environment; nothing is installed."""
    return subprocess.run(
        ["make", "--assume-old=.venv/.ready", f"BIN={BIN}", target, *variables],  # noqa: S607
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )


def published_by_the_vendor(folder: Path) -> Path:
    """Publish a document in which vouchers have a new property, and shorter names."""
    document = recorded()
    properties(document, "Voucher")["Blorpwick"] = {"type": "string"}
    schema(document, "Voucher")["required"].append("Blorpwick")
    properties(document, "VoucherAddParameters")["Name"]["maxLength"] = 64
    file = folder / "swagger.yaml"
    file.write_text(as_yaml(published(document)), encoding="utf-8")
    return file


def edit(document: Path, noticed: str) -> None:
    """Follow the report: make the edit at each place that it names."""
    places = {
        what: int(re.search(rf"mews-vouchers\.yaml:(\d+)` {re.escape(what)}", noticed)[1])  # type: ignore[index]
        for what in (NEW, TIGHTER)
    }
    lines = document.read_text(encoding="utf-8").splitlines()
    limit = places[TIGHTER] - 1
    assert lines[limit].endswith("maxLength: 128")
    lines[limit] = lines[limit].replace("128", "64")
    first = places[NEW]
    required = next(at for at in range(first, 0, -1) if "required: [" in lines[at])
    lines[required] = lines[required].replace("]", ", Blorpwick]")
    lines[first:first] = [
        "        Blorpwick:",
        "          description: A word.",
        "          type: string",
    ]
    document.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_the_steps_are_those_of_contributing() -> None:
    """CONTRIBUTING has the commands of the test below, in this order."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    _, _, chapter = text.partition("## When the vendor's documentation changes\n")
    commands = re.findall(
        r"^ +\$ make (\S+(?: RECORD=1)?)", chapter.partition("\n## ")[0], re.MULTILINE
    )
    assert commands == ["docs-diff", "generate", "check", "docs-diff RECORD=1", "api-diff"]


def test_a_change_goes_all_the_way(project: Path, tmp_path: Path) -> None:
    """Notice, edit the named lines, generate, check, record, and find out what it means.

    Of `make check` it runs the format, the types of the whole copy, and whether the generated
    code is up to date. It leaves out the linter of the document (a Node program that the copy
    would have to install), the tests, of which this is one, and the release.
    """
    source = f"SOURCE={published_by_the_vendor(tmp_path)}"

    noticed = make(project, "docs-diff", source)
    assert noticed.returncode
    news, _, differences = noticed.stdout.partition("\n## openapi/mews-vouchers.yaml and ")
    for part in (news, differences):
        assert "2 differences (1 breaks callers, 1 only adds)" in part

    edit(project / "openapi" / "mews-vouchers.yaml", differences)
    settled = make(project, "docs-diff", source)
    assert settled.returncode
    news, _, differences = settled.stdout.partition("\n## openapi/mews-vouchers.yaml and ")
    assert "2 differences (1 breaks callers, 1 only adds)" in news
    assert ": no differences\n" in differences

    assert make(project, "verify-generated").returncode
    for target in ("generate", "format-check", "types", "verify-generated"):
        done = make(project, target)
        assert (target, done.returncode, done.stderr) == (target, 0, "")

    assert make(project, "docs-diff", source, "RECORD=1").stdout.startswith("## New since ")
    done = make(project, "docs-diff", source)
    assert (done.returncode, done.stderr) == (0, "")

    meaning = make(project, "api-diff", "OLD=HEAD")
    assert (meaning.returncode, meaning.stderr) == (0, "")
    version = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    major, minor, _ = map(int, version.split("."))
    assert f"Version that follows: {major}.{minor + 1}.0" in meaning.stdout
    assert "### Added\n\n- `mews_vouchers_client.models.Voucher.blorpwick`" in meaning.stdout
    changed = f"### Changed\n\n- **Breaking:** `{SHORTER}`: maxLength: 128 → 64"
    assert changed in meaning.stdout
    assert "2 changes of names and of the contract, 1 of them breaking" in meaning.stdout
