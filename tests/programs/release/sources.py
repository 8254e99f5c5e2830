"""The checks of what is written: version, CHANGELOG, tags, documentation, the package's page.

A check takes the project, and returns what it found; it raises a `NotReadyError` if it fails.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlsplit

from comparison.api_diff import RevisionError, changes_since, next_version
from griffe import GriffeError
from markdown_it import MarkdownIt

from .project import NotReadyError, Project

#: After so long, somebody has to look at the vendor's documentation again.
_MAX_AGE = timedelta(days=30)
#: `make docs-diff RECORD=1` writes both.
_RECORD = ("openapi/comparison/vendor.json", "openapi/comparison/vendor.date")
#: What a reader of the package's page looks for. Nobody but the owner knows the addresses.
_URLS = {
    "Source": "https://<repository>",
    "Issues": "https://<repository>/issues",
    "Changelog": "https://<repository>/blob/main/CHANGELOG.md",
}
_RESERVED = re.compile(r"(^|\.)(example(\.(com|net|org))?|test|invalid|localhost)$")


def version(project: Project) -> str:
    """Three numbers, as in the User-Agent that the README shows."""
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", project.version):
        raise NotReadyError(
            f"{project.version} is no version such as 1.2.3", "correct it in pyproject.toml"
        )
    shown = set(re.findall(r"`mews-vouchers/(\d[\w.]*)", project.read("README.md")))
    if shown - {project.version}:
        raise NotReadyError(
            f"README.md shows mews-vouchers/{', '.join(sorted(shown))}",
            f"put {project.version} there",
        )
    return project.version


def changelog(project: Project) -> str:
    """A section of this version with entries, dated like the commit; nothing left unreleased."""
    wanted = f"## [{project.version}] - {project.date}"
    sections = project.sections
    if sections and sections[0].name == "Unreleased" and sections.pop(0).body:
        raise NotReadyError(
            "[Unreleased] has entries", f'move them below "{wanted}" in CHANGELOG.md'
        )
    if not sections or sections[0].name != project.version or not sections[0].body:
        raise NotReadyError(
            f"no entries for {project.version} at the top", f'add "{wanted}" to CHANGELOG.md'
        )
    try:
        dated = date.fromisoformat(sections[0].date)
    except ValueError:
        dated = date.min
    # Dates depend on the time zone.
    if not -1 <= (dated - project.date).days <= 1:
        raise NotReadyError(
            f"it is dated {sections[0].date or 'nothing'}, the commit {project.date}",
            f'write "{wanted}" in CHANGELOG.md',
        )
    return f"{len(re.findall('^- ', sections[0].body, re.MULTILINE))} entries, {dated}"


def tag(project: Project) -> str:
    """The tag of this version does not exist, or is this commit."""
    here = re.findall(r"^v\d\S*$", project.git("tag", "--points-at", "HEAD"), re.MULTILINE)
    if others := [name for name in here if name != project.tag]:
        raise NotReadyError(
            f"this commit is {', '.join(others)}, and not {project.tag}",
            f"git tag --delete {' '.join(others)}, or correct the version in pyproject.toml",
        )
    if not here and project.git("tag", "--list", project.tag):
        raise NotReadyError(
            f"{project.tag} is another commit", "put the next version into pyproject.toml"
        )
    return f"{project.tag} is this commit" if here else f"{project.tag} does not exist yet"


def clean_tree(project: Project) -> str:
    """Everything is committed."""
    if changed := project.git("status", "--porcelain").splitlines():
        raise NotReadyError(
            f"{len(changed)} files differ from the commit", "git status; commit or remove them"
        )
    return project.git("log", "-1", "--format=%h %s")


def step(project: Project) -> str:
    """The version is as far from the last one as the names and the contract have changed."""
    before = project.version_before
    if before is None:
        return "the first release"
    old = f"v{before}"
    if not project.git("tag", "--list", old):
        raise NotReadyError(
            f"CHANGELOG.md has {before}, but there is no tag {old}",
            f"git fetch --tags, or git tag {old} <the commit of that release>",
        )
    try:
        _, changes = changes_since(project.root, old)
    except (RevisionError, GriffeError) as error:
        raise NotReadyError(str(error), f"make api-diff OLD={old}") from error
    needed = next_version(before, changes)
    if project.version not in _following(before) or _numbers(project.version) < _numbers(needed):
        wanted = needed if changes else next(_following(before))
        raise NotReadyError(
            f"{project.version} after {before}, with {len(changes)} changes",
            f"make api-diff OLD={old}, and put {wanted} into pyproject.toml and CHANGELOG.md",
        )
    return f"{len(changes)} changes since {old} allow {project.version}"


def docs_state(project: Project) -> str:
    """Somebody has looked at the vendor's documentation within the last 30 days."""
    if project.git("rev-parse", "--is-shallow-repository") == "true":
        raise NotReadyError("this clone has no history", "git fetch --unshallow --tags")
    seen = project.git("log", "-1", "--format=%cs", "--", *_RECORD)
    found = f"recorded on {seen}" if seen else "nothing is recorded"
    if not seen or project.date - date.fromisoformat(seen) > _MAX_AGE:
        raise NotReadyError(found, "make docs-diff RECORD=1, and commit what it writes")
    return found


def links(project: Project) -> str:
    """The README is the package's page: there, only absolute links work, and no anchors."""
    found = list(_links(project.read("README.md")))
    if dead := [link for link in found if urlsplit(link).scheme not in {"https", "mailto"}]:
        raise NotReadyError(
            f"dead on the package's page: {', '.join(dead)}",
            "make them absolute, or name the file without a link, in README.md",
        )
    return f"{len(found)} links, all absolute"


def urls(project: Project) -> str:
    """A reader of the package's page finds the sources, the issues and the changes."""
    known = project.metadata.get("urls", {})
    if missing := [name for name in _URLS if not _is_address(str(known.get(name, "")))]:
        lines = "; ".join(f'{name} = "{_URLS[name]}"' for name in missing)
        raise NotReadyError(
            f"no address for {', '.join(missing)}",
            f"add to [project.urls] in pyproject.toml: {lines}",
        )
    return ", ".join(known)


def _links(text: str) -> Iterator[str]:
    for block in MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        for token in block.children or ():
            if target := token.attrs.get("href") or token.attrs.get("src"):
                yield str(target)


def _is_address(text: str) -> bool:
    """Say whether this can be the address of a page: no placeholder."""
    url = urlsplit(text)
    host = url.hostname or ""
    return (
        url.scheme == "https"
        and bool(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host))
        and (bool(re.fullmatch(r"(/[\w.@-]+)+/?", url.path)) and not _RESERVED.search(host))
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _following(version: str) -> Iterator[str]:
    """Yield the versions that may follow."""
    major, minor, patch = _numbers(version)
    yield from (f"{major}.{minor}.{patch + 1}", f"{major}.{minor + 1}.0", f"{major + 1}.0.0")
