"""What users install: typed packages, and locked requirements for those who pin."""

import tomllib
from importlib import resources
from pathlib import Path

import pytest

from tests.support.paths import ROOT

LOCKED = ROOT / "overlay/requirements"


def extras() -> list[str]:
    """Return the extras of the package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return list(project["optional-dependencies"])


def locked(file: Path) -> dict[str, set[str]]:
    """Return the requirements of a lock file, without markers, and the hashes of each."""
    found: dict[str, set[str]] = {}
    hashes: set[str] = set()
    for line in file.read_text(encoding="utf-8").splitlines():
        if "==" in line:
            hashes = found[line.split()[0]] = set()
        else:
            hashes.add(line.strip(" \\"))
    return found


@pytest.mark.parametrize("package", ["mews_vouchers", "mews_vouchers_client"])
def test_both_packages_are_typed(package: str) -> None:
    """Type checkers read the types of a package only if it has this file."""
    assert resources.files(package).joinpath("py.typed").is_file()


@pytest.mark.source
def test_each_extra_has_locked_requirements() -> None:
    """There is a file for the package alone, and one for each extra, which has all of that."""
    names = {file.stem for file in LOCKED.glob("*.txt")}
    assert names == {"base", *extras()}
    for name in extras():
        assert locked(LOCKED / f"{name}.txt").keys() > locked(LOCKED / "base.txt").keys()


@pytest.mark.source
def test_locked_requirements_are_those_that_are_tested() -> None:
    """Each version is that of the tests, with the same hashes; nothing is without a hash."""
    tested = locked(ROOT / ".requirements.lock")
    for file in LOCKED.glob("*.txt"):
        for requirement, hashes in locked(file).items():
            assert hashes
            assert hashes == tested[requirement], requirement
