"""Says what the state of the packages means for their users, since a revision of git.

    python -m comparison.api_diff REVISION    # make api-diff OLD=<revision>

Prints the public names that were added, changed and removed in both packages, what changed in the
contract that they ship, which version follows from that, and an entry for the CHANGELOG to be put
into words. What the public names are is the business of `api_surface`, what the contract says that
of `api_contract`.
"""

import argparse
import ast
import io
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import griffe
from pipeline.paths import ROOT

from .api_contract import ContractChange, contract_changes
from .api_surface import PACKAGES, Name, surface


class RevisionError(Exception):
    """The old state cannot be had; the text says why in one line."""


@dataclass(frozen=True, slots=True)
class Change:
    """What has become of one public name: `before` is missing when it is new, `after` when gone."""

    before: Name | None
    after: Name | None
    breaking: bool

    @property
    def path(self) -> str:
        """How users name it."""
        name = self.after or self.before
        return name.path if name else ""

    @property
    def section(self) -> str:
        """The part of the CHANGELOG it belongs to."""
        return "Removed" if self.after is None else "Changed" if self.before else "Added"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("revision", help="what to compare with: a tag, a branch or a commit")
    parser.add_argument("--root", type=Path, default=ROOT, help="a copy of the project")
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as folder:
            unpack(options.root, options.revision, Path(folder))
            names = compare(surface(Path(folder)), surface(options.root))
            changes = reconciled(names, contract_changes(Path(folder), options.root))
            version = version_of(Path(folder))
    except (RevisionError, OSError, griffe.GriffeError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print(report(options.revision, version, changes), end="")
    return 0


def unpack(root: Path, revision: str, folder: Path) -> None:
    """Put the packages as they were at a revision into a folder."""
    wanted = ["pyproject.toml", *PACKAGES.values()]
    archive = ("archive", "--format=zip", "--end-of-options", revision, *wanted)
    done = subprocess.run(
        ["git", "-C", str(root), *archive],  # noqa: S607
        capture_output=True,
        check=False,
    )
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines() or ["git failed"]
        raise RevisionError(
            f"{revision}: {reason[0].removeprefix('fatal: ')}; name a revision of git"
        )
    with zipfile.ZipFile(io.BytesIO(done.stdout)) as packed:
        packed.extractall(folder)


def version_of(root: Path) -> str:
    """Return the version that a copy of the project has."""
    return str(tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def compare(old: dict[str, Name], new: dict[str, Name]) -> list[Change]:
    """Return what has changed, by name; what is inside of something new or gone is left out."""
    changes = [Change(name, None, breaking=True) for path, name in old.items() if path not in new]
    for path, name in new.items():
        known = old.get(path)
        if known is None:
            changes.append(Change(None, name, breaking=name.needed))
        elif name.is_second:
            continue  # what changed about it is said once
        elif not same(known, name) or moved(known, name):
            changes.append(Change(known, name, breaking=breaks(known, name)))
    outer = {change.path for change in changes if change.section != "Changed"}
    outer |= {one.path for one in (*old.values(), *new.values()) if one.is_second}
    kept = [change for change in changes if change.path.rpartition(".")[0] not in outer]
    return sorted(kept, key=lambda change: change.path)


def moved(old: Name, new: Name) -> bool:
    """Return whether arguments of a constructor have other positions, because of a new one or so.

    Without those that are gone: these are changes of their own.
    """
    kept = tuple(name for name in old.order if name in new.fields)
    return new.order[: len(kept)] != kept


def same(old: Name, new: Name) -> bool:
    """Return whether a name is what it was. A type that is written in another way is the same."""
    if old.shown == new.shown:
        return True
    before, after = old.target, new.target
    if isinstance(before, griffe.Attribute) and isinstance(after, griffe.Attribute):
        same_value = str(before.value) == str(after.value)
        return same_value and options(before.annotation) == options(after.annotation)
    if not isinstance(before, griffe.Function) or not isinstance(after, griffe.Function):
        return False
    shapes = [
        [(one.name, one.kind, str(one.default), options(one.annotation)) for one in it.parameters]
        for it in (before, after)
    ]
    return shapes[0] == shapes[1] and options(before.returns) == options(after.returns)


def breaks(old: Name, new: Name) -> bool:
    """Return whether users of the old name may have to change something.

    griffe knows the rules of calls. Types are stricter here: only a parameter may become wider. A
    field is read by some and written by others, so any other type of it counts.
    """
    before, after = old.target, new.target
    if not isinstance(before, griffe.Function) or not isinstance(after, griffe.Function):
        return True
    holders = griffe.Module("old"), griffe.Module("new")
    for holder, function in zip(holders, (before, after), strict=True):
        # Under one public name, and without a new parent: griffe judges what it is called as.
        holder.members["function"] = function
    calls = any(griffe.find_breaking_changes(*holders))
    wider = all(
        options(parameter.annotation) <= options(after.parameters[parameter.name].annotation)
        for parameter in before.parameters
        if parameter.name in after.parameters
    )
    return calls or not wider or options(before.returns) != options(after.returns)


def options(annotation: object) -> frozenset[str]:
    """Return what a union is made of, whatever its order, its spelling and the way to its names."""
    try:
        node = ast.parse(str(annotation), mode="eval").body
    except SyntaxError:
        return frozenset({str(annotation)})
    return frozenset(_parts(node))


def _parts(node: ast.expr) -> set[str]:
    match node:
        case ast.BinOp(left, ast.BitOr(), right):
            return _parts(left) | _parts(right)
        case ast.Constant(str(text)):
            return set(options(text))
        case ast.Attribute(_, name) | ast.Name(name):
            return {name}
        case ast.Subscript(of, inner):
            (name,) = _parts(of)
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            if name in ("Optional", "Union"):
                return set().union(*map(_parts, parts), {"None"} if name == "Optional" else ())
            shown = ", ".join(" | ".join(sorted(_parts(part))) for part in parts)
            return {f"{name.lower() if name in ('List', 'Dict') else name}[{shown}]"}
        case _:
            return {ast.unparse(node)}


def reconciled(
    names: list[Change], contract: list[ContractChange]
) -> list[Change | ContractChange]:
    """Return both kinds of changes, in one judgement.

    An attribute of a model that differs because the contract does is judged by the contract: a
    property that responses always have is no break for those who read them.
    """
    by_name: dict[str, list[ContractChange]] = {}
    for one in contract:
        for name in one.names:
            by_name.setdefault(name, []).append(one)
    made: list[Change | ContractChange] = []
    told: set[int] = set()
    for change in names:
        causes = by_name.get(change.path, [])
        told |= {id(one) for one in causes if one.section == change.section != "Changed"}
        breaking = any(one.breaking for one in causes) if causes else change.breaking
        made.append(replace(change, breaking=breaking))
    rest = [one for one in contract if id(one) not in told]
    return [*made, *sorted(rest, key=lambda one: one.path)]


def next_version(version: str, changes: Sequence[Change | ContractChange]) -> str:
    """Return what follows by Semantic Versioning; before 1.0, one place further right."""
    major, minor, patch = (int(part) for part in version.split(".")[:3])
    breaking = any(change.breaking for change in changes)
    if breaking and major:
        return f"{major + 1}.0.0"
    if breaking or (changes and major):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + bool(changes)}"


def report(revision: str, version: str, changes: Sequence[Change | ContractChange]) -> str:
    """Lay out the outcome and the skeleton of the CHANGELOG's entry."""
    if not changes:
        since = f"Names and contract since {revision} ({version})"
        return f"{since} are the same: no new version needed.\n"
    breaking = sum(change.breaking for change in changes)
    differ = f"{len(changes)} change{'s' * (len(changes) != 1)} of names and of the contract"
    lines = [
        f"Since {revision} ({version}): {differ}, {breaking} of them breaking.",
        f"Version that follows: {next_version(version, changes)}",
        "",
        "For the CHANGELOG, to be put into words (what users can do now, or must do):",
    ]
    for section in ("Added", "Changed", "Removed"):
        entries = [change for change in changes if change.section == section]
        lines += ["", f"### {section}", ""] if entries else []
        lines += [f"- {_entry(change)}" for change in entries]
    return "\n".join(lines) + "\n"


def _entry(change: Change | ContractChange) -> str:
    mark = "**Breaking:** " if change.breaking else ""
    if isinstance(change, ContractChange):
        return f"{mark}`{change.path}`: {change.words}"
    match change.before, change.after:
        case Name() as before, Name() as after if moved(before, after):
            was, now = (", ".join(name.order) or "none" for name in (before, after))
            return f"{mark}`{change.path}`: positional arguments were `{was}`, are `{now}`"
        case Name() as before, Name() as after:
            return f"{mark}`{change.path}`: was `{before.shown}`, is `{after.shown}`"
        case None, Name() as after if after.shown:
            return f"{mark}`{change.path}`: `{after.shown}`"
        case _:
            return f"{mark}`{change.path}`"


if __name__ == "__main__":
    sys.exit(main())
