"""`make release`: only a commit that is ready passes, and each failure says what to do."""

import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.programs.release.__main__ import CHECKS, main
from tests.programs.release.project import NotReadyError
from tests.support.release_project import TODAY, ReleaseProject, create

pytestmark = pytest.mark.source

PYPROJECT = "pyproject.toml"
PACKAGE = "overlay/mews_vouchers/__init__.py"


@pytest.fixture
def project(tmp_path: Path) -> ReleaseProject:
    """Return a project that is ready."""
    return create(tmp_path / "project")


def state(root: Path) -> tuple[str, str]:
    """Return all that a release could change in a repository: its references and its files."""
    commands = (["git", "show-ref"], ["git", "status", "--porcelain"])
    references, changed = (subprocess.check_output(one, cwd=root, text=True) for one in commands)
    return references, changed


# --- the whole


def test_a_commit_that_is_ready_passes(
    project: ReleaseProject, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each check has a line; the files are in dist/; nothing is tagged, changed or committed."""
    before = state(project.root)
    assert main(["--root", str(project.root)]) == 0
    lines = capsys.readouterr().out.splitlines()
    passed = [line[5:29].strip() for line in lines if line.startswith("ok")]
    assert passed == list(CHECKS)
    assert lines[-1].startswith("Ready, and not published yet.")
    assert state(project.root) == before
    names = {file.name for file in (project.root / "dist").iterdir()}
    assert names == {"mews_vouchers-0.3.0-py3-none-any.whl", "mews_vouchers-0.3.0.tar.gz"}


def test_all_that_fails_is_listed_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even outside a repository, each check has a line, with what to do, and the status is 1."""
    (tmp_path / PYPROJECT).write_text("[project]\nversion = '1'\n", encoding="utf-8")
    assert main(["--root", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    failed = [line[5:29].strip() for line in lines if line.startswith("FAIL")]
    assert failed == list(CHECKS)
    assert sum(line.strip().startswith("-> ") for line in lines) == len(failed)
    assert lines[-1] == f"Not ready: {len(failed)} of {len(failed)} checks fail."


# --- what is built


def test_the_build_is_that_of_the_commit(project: ReleaseProject) -> None:
    """Files that are not committed are not in the wheel; what was built before is gone."""
    dist = project.root / "dist"
    dist.mkdir()
    (dist / "mews_vouchers-0.1.0-py3-none-any.whl").touch()
    (project.root / "overlay/mews_vouchers/new.py").touch()
    assert project.found("reproducible build").count("sha256") == 2
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        files = packed.infolist()
    assert not any("new.py" in file.filename for file in files)
    assert {date(*file.date_time[:3]) for file in files} == {TODAY}


@pytest.mark.parametrize("varying", ["time.time_ns()", "os.environ['TZ']", "os.getcwd()"])
def test_a_build_that_varies_fails(project: ReleaseProject, varying: str) -> None:
    """What depends on the time, the time zone or the folder is found, and nothing is kept."""
    project.write(
        {
            "hatch_build.py": f"""
import os, time
from pathlib import Path
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
class Hook(BuildHookInterface):
    def initialize(self, version, build_data):
        Path("made.txt").write_text(str({varying}))
        build_data["force_include"]["made.txt"] = "mews_vouchers/made.txt"
"""
        }
    )
    project.edit(PYPROJECT, "[tool.check", "[tool.hatch.build.hooks.custom]\n\n[tool.check")
    with pytest.raises(NotReadyError, match="differs from build to build"):
        project.found("reproducible build")
    assert list((project.root / "dist").iterdir()) == []


@pytest.mark.parametrize(
    ("edit", "check", "said"),
    [
        ((PYPROJECT, 'readme = "README.md"', ""), "package's page", "long_description"),
        ((PYPROJECT, '["mews_vouchers", "', '["'), "contents of the wheel", "W2"),
        ((PACKAGE, 'version("mews-vouchers")', '"0.2.9"'), "installation", "0.2.9"),
        ((PACKAGE, "from", "import nothing_like_this\nfrom"), "installation", "nothing_like_this"),
        (("overlay/requirements/base.txt", "# nothing", "attrs"), "installation", "attrs"),
        (
            (PYPROJECT, "[project.urls]", 'dependencies = ["attrs"]\n[project.urls]'),
            "installation",
            "attrs",
        ),
    ],
)
def test_a_mistake_in_the_package_is_found(
    project: ReleaseProject, edit: tuple[str, str, str], check: str, said: str
) -> None:
    """No page, an unexpected module, a wrong version, a failing import, an unlocked dependency."""
    project.edit(*edit)
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", "dist"],
        cwd=project.root,
        check=True,
        capture_output=True,
    )
    assert said in project.todo(check)
