"""A small project in a repository of its own, in which everything is ready for a release."""

import os
import subprocess
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tests.programs.release.__main__ import CHECKS
from tests.programs.release.project import NotReadyError, Project

#: The date of the last commit.
TODAY = date(2026, 12, 3)
FILES = {
    "pyproject.toml": """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "mews-vouchers"
version = "0.3.0"
description = "A client."
readme = "README.md"
requires-python = ">=3.11"

[project.urls]
Source = "https://git.acme.dev/vouchers"
Issues = "https://git.acme.dev/vouchers/issues"
Changelog = "https://git.acme.dev/vouchers/blob/main/CHANGELOG.md"

[tool.hatch.build.targets.wheel]
packages = ["generated/mews_vouchers_client", "overlay/mews_vouchers"]

[tool.check-wheel-contents]
toplevel = ["mews_vouchers", "mews_vouchers_client"]
""",
    "README.md": "# A client\n\nIt sends `mews-vouchers/0.3.0`, see [there](https://acme.dev/).\n",
    "CHANGELOG.md": """
# Changelog

## [Unreleased]

## [0.3.0] - 2026-12-03

### Added

- `size()`

## [0.2.1] - 2026-11-01

- `limit()`
""",
    ".gitignore": "dist/\n",
    "overlay/requirements/base.txt": "# nothing\n",
    "openapi/comparison/vendor.json": "{}\n",
    "generated/mews_vouchers_client/__init__.py": "__all__ = ()\n",
    "generated/mews_vouchers_client/py.typed": "",
    "overlay/mews_vouchers/__init__.py": """
from importlib.metadata import version

__all__ = ["limit"]
__version__ = version("mews-vouchers")


def limit(count: int) -> int:
    return count
""",
    "overlay/mews_vouchers/py.typed": "",
}


@dataclass(frozen=True, slots=True)
class ReleaseProject:
    """The project; each method changes it, and commits the change."""

    root: Path

    def git(self, *arguments: str, day: date = TODAY) -> None:
        """Run git as nobody in particular, at noon of a day."""
        noon = f"{day}T12:00:00+00:00"
        names = {f"GIT_{who}_NAME": "Nobody" for who in ("AUTHOR", "COMMITTER")}
        names |= {f"GIT_{who}_EMAIL": "nobody@acme.dev" for who in ("AUTHOR", "COMMITTER")}
        dates = {"GIT_AUTHOR_DATE": noon, "GIT_COMMITTER_DATE": noon}
        subprocess.run(
            ["git", "-c", "init.defaultBranch=main", *arguments],  # noqa: S607
            cwd=self.root,
            env=os.environ | names | dates,
            check=True,
            capture_output=True,
        )

    def write(self, files: dict[str, str], day: date = TODAY) -> None:
        """Write files, and commit them on a day."""
        for name, text in files.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text, encoding="utf-8")
        self.git("add", ".")
        self.git("commit", "--quiet", "--allow-empty", "-m", "A change", day=day)

    def edit(self, name: str, before: str, after: str) -> None:
        """Replace a text in a file."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert before in text
        self.write({name: text.replace(before, after)})

    def found(self, check: str) -> str:
        """Return what a check finds; it passes."""
        return CHECKS[check](Project(self.root))

    def todo(self, check: str) -> str:
        """Return what a check that fails has found, and says that there is to do."""
        try:
            found = self.found(check)
        except NotReadyError as error:
            return f"{error.found} -> {error.todo}"
        raise AssertionError(f"{check} passes: {found}")


def create(root: Path) -> ReleaseProject:
    """Create the project, with the tag of the release before."""
    project = ReleaseProject(root)
    root.mkdir()
    project.git("init", "--quiet")
    old = {"pyproject.toml": FILES["pyproject.toml"].replace("0.3.0", "0.2.1")}
    project.write(FILES | old, TODAY - timedelta(days=30))
    project.git("tag", "v0.2.1")
    added = FILES["overlay/mews_vouchers/__init__.py"].replace('["limit"]', '["limit", "size"]')
    project.write(
        {
            "pyproject.toml": FILES["pyproject.toml"],
            "overlay/mews_vouchers/__init__.py": f"{added}\n\nsize = 1\n",
        }
    )
    return project
