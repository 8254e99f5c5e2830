"""What is to be released: the last commit of a repository. Nothing is checked here."""

import re
import subprocess
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

_SECTION = re.compile(r"^## \[([^\]]+)\](?: - (\S+))?$", re.MULTILINE)

#: How much of the output of a program that fails is shown.
_LINES = 3


class NotReadyError(Exception):
    """A check fails."""

    def __init__(self, found: str, todo: str) -> None:
        """Take what is wrong, in few lines, and what to do about it, in one."""
        super().__init__(found, todo)
        self.found = found
        self.todo = todo


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the CHANGELOG."""

    #: A version, or "Unreleased".
    name: str
    #: As it is written; empty if there is none.
    date: str
    body: str


@dataclass(frozen=True, slots=True)
class Project:
    """A clone of the repository."""

    root: Path

    @property
    def dist(self) -> Path:
        """The folder for what is built."""
        return self.root / "dist"

    @property
    def metadata(self) -> dict[str, Any]:
        """The table `project` of pyproject.toml. Any: TOML of any shape."""
        found: dict[str, Any] = tomllib.loads(self.read("pyproject.toml"))["project"]
        return found

    @property
    def version(self) -> str:
        """The version to release: pyproject.toml is the only place that has it."""
        return str(self.metadata["version"])

    @property
    def tag(self) -> str:
        """The name of the tag of this version."""
        return f"v{self.version}"

    @property
    def date(self) -> date:
        """The date of the commit. Checks depend on the commit only, not on today."""
        return date.fromisoformat(self.git("log", "-1", "--format=%cs"))

    @property
    def sections(self) -> list[Section]:
        """The sections of the CHANGELOG, from the newest."""
        _, *parts = _SECTION.split(self.read("CHANGELOG.md"))
        return [
            Section(name, day or "", body.strip())
            for name, day, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
        ]

    @property
    def version_before(self) -> str | None:
        """The version that the CHANGELOG has before this one; None if this is the first."""
        names = [one.name for one in self.sections if one.name != "Unreleased"]
        if self.version in names:
            names = names[names.index(self.version) + 1 :]
        return names[0] if names else None

    def read(self, name: str) -> str:
        """Return the text of a file."""
        return (self.root / name).read_text(encoding="utf-8")

    def git(self, *arguments: str) -> str:
        """Return what git prints.

        Raises:
            NotReadyError: git fails, for example outside a repository.
        """
        return run(["git", *arguments], self.root, "run it in a clone of the repository")


def run(
    command: list[str], folder: Path, todo: str, environment: dict[str, str] | None = None
) -> str:
    """Run a program; return what it prints.

    Raises:
        NotReadyError: It fails. The end of its output says why, and `todo` what to do.
    """
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    lines = done.stdout.strip().splitlines()
    if done.returncode:
        raise NotReadyError("\n".join(lines[-_LINES:]) or f"{command[0]} failed", todo)
    return done.stdout.strip()
