"""`make release`: what is wrong with the sources is found, and it says what to do about it."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import examples
from tests.support.paths import ROOT
from tests.support.release_project import TODAY, ReleaseProject, create

pytestmark = pytest.mark.source

PYPROJECT, CHANGELOG = "pyproject.toml", "CHANGELOG.md"
PACKAGE = "overlay/mews_vouchers/__init__.py"


@pytest.fixture
def project(tmp_path: Path) -> ReleaseProject:
    """Return a project that is ready."""
    return create(tmp_path / "project")


@pytest.mark.parametrize("wrong", ["1.0", "1.0.0rc1", "01.0.0", "1.0.0.dev1", "v1.0.0"])
def test_a_version_has_three_numbers(project: ReleaseProject, wrong: str) -> None:
    """Neither a pre-release nor another form of a version can be released."""
    project.edit(PYPROJECT, "0.3.0", wrong)
    assert "is no version" in project.todo("version")


def test_the_readme_shows_the_version(project: ReleaseProject) -> None:
    """The version that the README shows is this one."""
    project.edit("README.md", "0.3.0", "0.2.1")
    assert "shows mews-vouchers/0.2.1 -> put 0.3.0 there" in project.todo("version")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[Unreleased]\n", "[Unreleased]\n\n- `left()`\n", "[Unreleased] has entries"),
        ("## [0.3.0] - 2026-12-03", "## [0.4.0] - 2026-12-03", "no entries for 0.3.0"),
        ("### Added\n\n- `size()`\n", "", "no entries for 0.3.0"),
        ("2026-12-03", "2026-11-30", "dated 2026-11-30, the commit 2026-12-03"),
        ("2026-12-03", "2026-12-31", "dated 2026-12-31"),
        (" - 2026-12-03", "", "dated nothing"),
        ("2026-12-03", "3.12.2026", "dated 3.12.2026"),
    ],
)
def test_the_changelog_has_the_release(
    project: ReleaseProject, before: str, after: str, said: str
) -> None:
    """The first section is that of the version, with entries and the date of the commit."""
    project.edit(CHANGELOG, before, after)
    found = project.todo("changelog")
    assert said in found
    assert '"## [0.3.0] - 2026-12-03"' in found


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_a_date_may_be_that_of_another_time_zone(project: ReleaseProject, days: int) -> None:
    """One day more or less is the same release."""
    project.edit(CHANGELOG, "2026-12-03", str(TODAY + timedelta(days)))
    assert project.found("changelog").startswith("1 entries")


def test_a_changelog_needs_no_section_of_what_is_unreleased(project: ReleaseProject) -> None:
    """It may be left out."""
    project.edit(CHANGELOG, "## [Unreleased]\n\n", "")
    assert project.found("changelog")


def test_the_tag_of_the_commit_is_accepted(project: ReleaseProject) -> None:
    """The workflow runs when the tag is there: as the commit's own tag, of either kind."""
    assert project.found("tag") == "v0.3.0 does not exist yet"
    project.git("tag", "--annotate", "-m", "A release", "v0.3.0")
    assert project.found("tag") == "v0.3.0 is this commit"


def test_a_version_is_released_once(project: ReleaseProject) -> None:
    """A tag of this version on another commit fails."""
    project.git("tag", "v0.3.0")
    project.write({})
    assert "v0.3.0 is another commit" in project.todo("tag")


def test_a_tag_of_another_version_fails(project: ReleaseProject) -> None:
    """A tag with a typing error does not publish: the tag that starts the workflow is here."""
    project.git("tag", "v0.4.0")
    assert "this commit is v0.4.0, and not v0.3.0" in project.todo("tag")
    project.git("tag", "v0.3.0")
    assert "git tag --delete v0.4.0" in project.todo("tag")


@pytest.mark.parametrize("name", ["new.txt", PACKAGE])
def test_everything_is_committed(project: ReleaseProject, name: str) -> None:
    """A file that is new or changed fails."""
    (project.root / name).write_text("", encoding="utf-8")
    assert "1 files differ" in project.todo("clean tree")


@pytest.mark.parametrize(
    ("new", "needed"),
    [("0.2.2", ""), ("0.3.0", ""), ("1.0.0", ""), ("0.2.1", "0.2.2"), ("0.5.0", "0.2.2")],
)
def test_a_version_follows_the_one_before(project: ReleaseProject, new: str, needed: str) -> None:
    """Something was added: one step of any size is enough; none, or two, fail."""
    project.edit(PYPROJECT, 'version = "0.3.0"', f'version = "{new}"')
    project.edit(CHANGELOG, "[0.3.0]", f"[{new}]")
    if needed:
        assert f"put {needed} into pyproject.toml" in project.todo("step of the version")
    else:
        assert f"1 changes since v0.2.1 allow {new}" in project.found("step of the version")


@pytest.mark.parametrize(("new", "is_enough"), [("0.2.2", False), ("0.3.0", True)])
def test_a_breaking_change_needs_a_larger_step(
    project: ReleaseProject, new: str, *, is_enough: bool
) -> None:
    """Before 1.0, a change that breaks users is a step of the second number."""
    project.edit(PACKAGE, "def limit(count: int)", "def limit(amount: int)")
    project.edit(PYPROJECT, 'version = "0.3.0"', f'version = "{new}"')
    project.edit(CHANGELOG, "[0.3.0]", f"[{new}]")
    if is_enough:
        assert project.found("step of the version")
    else:
        found = project.todo("step of the version")
        assert "make api-diff OLD=v0.2.1, and put 0.3.0 into" in found


def test_a_release_without_a_change_of_names_is_a_small_step(project: ReleaseProject) -> None:
    """Corrections change no name."""
    project.git("tag", "--force", "v0.2.1")
    assert project.found("step of the version") == "0 changes since v0.2.1 allow 0.3.0"


def test_the_tag_of_the_release_before_is_needed(project: ReleaseProject) -> None:
    """A clone without tags is not taken for a first release."""
    project.git("tag", "--delete", "v0.2.1")
    assert "git fetch --tags" in project.todo("step of the version")


def test_a_first_release_follows_nothing(project: ReleaseProject) -> None:
    """If the CHANGELOG has no other version, no tag is needed."""
    text = (project.root / CHANGELOG).read_text(encoding="utf-8")
    project.write({CHANGELOG: text.partition("## [0.2.1]")[0]})
    project.git("tag", "--delete", "v0.2.1")
    assert project.found("step of the version") == "the first release"


@given(st.integers(0, 60))
@settings(max_examples=examples(5), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_somebody_has_looked_at_the_vendors_documentation(
    project: ReleaseProject, age: int
) -> None:
    """The record, or the date of the last look, is at most 30 days older than the commit."""
    day = TODAY + timedelta(days=age)
    project.write({"openapi/comparison/vendor.date": f"{age}\n"}, TODAY)
    project.git("commit", "--quiet", "--allow-empty", "-m", "Later", day=day)
    if age <= 30:
        assert project.found("vendor's documentation") == f"recorded on {TODAY}"
    else:
        assert "make docs-diff RECORD=1" in project.todo("vendor's documentation")
    project.write({"openapi/comparison/vendor.date": "now\n"}, day)
    assert project.found("vendor's documentation") == f"recorded on {day}"


def test_a_clone_without_history_knows_no_dates(project: ReleaseProject, tmp_path: Path) -> None:
    """In it, the last commit seems to have written all files."""
    project.git("clone", "--depth=1", project.root.as_uri(), str(tmp_path / "clone"))
    clone = ReleaseProject(tmp_path / "clone")
    assert "git fetch --unshallow --tags" in clone.todo("vendor's documentation")


@pytest.mark.parametrize(
    "dead",
    [
        "[a](CHANGELOG.md)",
        "![a](a.svg)",
        "[a](#a)",
        "[a][b]\n\n[b]: docs/b.md",
        "[a](http://acme.dev)",
        "| a |\n| --- |\n| [a](b.md) |",
    ],
)
def test_the_page_of_the_package_has_no_dead_links(project: ReleaseProject, dead: str) -> None:
    """Relative links, pictures and anchors fail; code that looks like one does not."""
    project.edit(
        "README.md", "# A client", f"# A client\n\n`[a](b)` [c](https://acme.dev/)\n\n{dead}"
    )
    assert project.todo("links of the README").count("dead on") == 1


def test_the_readme_of_this_project_has_no_dead_links() -> None:
    """It does not take a release to find them."""
    assert ReleaseProject(ROOT).found("links of the README")


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("Issues", ""),
        ("Changelog", "CHANGELOG.md"),
        ("Source", "http://git.acme.dev/vouchers"),
        ("Source", "https://example.com/vouchers"),
        ("Source", "https://git.acme.example/vouchers"),
        ("Source", "https://<repository>/"),
        ("Source", "https://github.com/"),
        ("Source", "https://github.com/{owner}/vouchers"),
    ],
)
def test_the_page_of_the_package_leads_to_the_repository(
    project: ReleaseProject, name: str, wrong: str
) -> None:
    """Each address is there and no placeholder; else it says what to write, and where."""
    file = project.root / PYPROJECT
    lines = file.read_text(encoding="utf-8").splitlines()
    kept = [f'{name} = "{wrong}"' if line.startswith(f"{name} =") else line for line in lines]
    file.write_text("\n".join(kept), encoding="utf-8")
    found = project.todo("addresses")
    assert f'no address for {name} -> add to [project.urls] in pyproject.toml: {name} = "' in found
