"""News in the vendor's documentation becomes one pull request, and no commit of others is lost."""

import shutil
from pathlib import Path

import pytest
import vendor_news
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fake_github import BRANCH, STATE, TOKEN, FakeGitHub
from tests.support.hypothesis_profiles import examples

pytestmark = pytest.mark.source

REPORT = "### One difference\n\n- `Voucher.Zwmqk`: new\n"
#: What a shell, `gh`, git or the runner of GitHub would obey.
HOSTILE = """\
@/etc/passwd
::add-mask::e
`touch stolen` $(touch stolen) ${{ github.token }} "; touch stolen; ' && touch stolen
--force -F body=@/etc/passwd <!-- \\ %0A ü 🎁 \u2028
"""


@pytest.fixture
def hub(tmp_path: Path) -> FakeGitHub:
    """Yield a repository on a GitHub without news."""
    return FakeGitHub(tmp_path)


def test_without_news_nothing_happens(hub: FakeGitHub) -> None:
    """If the comparison finds nothing new, GitHub is not called and nothing is pushed."""
    run = hub.week(status=0)
    assert (run.returncode, run.stdout, run.stderr) == (0, "no news\n", "")
    assert (hub.calls, hub.tip(BRANCH)) == ([], "")


def test_news_become_a_pull_request(hub: FakeGitHub) -> None:
    """The branch is main and one commit, the state; the report is the description."""
    main = hub.tip("main")
    hub.git("update-ref", f"refs/heads/a/refs/heads/{BRANCH}", main)  # git lists it as well
    run = hub.week(REPORT, '{"Zwmqk": 1}')
    assert (run.returncode, run.stdout, run.stderr) == (0, "opened https://github.test/1\n", "")
    (pull,) = hub.pulls
    assert (pull["title"], pull["base"]) == ("The vendor's documentation has changed", "main")
    assert pull["body"].endswith(f"\n{REPORT}")
    assert hub.tip("main") == main == hub.git("rev-parse", f"{BRANCH}~1")
    assert hub.git("diff", "--name-only", "main", BRANCH) == STATE
    assert hub.git("show", f"{BRANCH}:{STATE}") == '{"Zwmqk": 1}'
    assert hub.git("log", "-1", "--format=%an %cn", BRANCH) == " ".join(2 * [vendor_news.NAME])


def test_news_that_are_already_reported_change_nothing(hub: FakeGitHub) -> None:
    """The same report and state push and edit nothing, even if main has moved on."""
    hub.week(REPORT)
    tip = hub.tip(BRANCH)
    hub.commit("README.md", "Work", branch="main")
    body = hub.pulls[0]["body"].replace("- `", "- [x] `").replace("\n", "\r\n")
    hub.change_pull(1, body=body)  # as edited on the site
    run = hub.week(REPORT)
    assert (run.returncode, run.stdout) == (0, "no news since https://github.test/1\n")
    assert (hub.writes, hub.tip(BRANCH), hub.pulls[0]["body"]) == (["POST"], tip, body)


@pytest.mark.parametrize(
    ("report", "state"), [(REPORT + "- more\n", "{}"), (REPORT, '{"the text changed": "again"}')]
)
def test_other_news_update_the_pull_request(hub: FakeGitHub, report: str, state: str) -> None:
    """Another report, or another state with the same report, replaces the proposal."""
    hub.week(REPORT)
    hub.commit("README.md", "Work", branch="main")
    run = hub.week(report, state)
    assert (run.returncode, run.stdout) == (0, "updated https://github.test/1\n")
    (pull,) = hub.pulls
    assert pull["body"].endswith(f"\n{report}")
    assert hub.git("show", f"{BRANCH}:{STATE}") == state
    assert hub.git("rev-parse", f"{BRANCH}~1") == hub.tip("main")


@pytest.mark.parametrize(
    ("status", "report", "error", "said"),
    [
        (2, "", "error: the vendor does not respond\n", "the vendor does not respond"),
        (2, REPORT, "", "exit status 2"),
        (1, "", "Traceback:\n  File\nKeyError: 'Zwmqk'\n", "KeyError: 'Zwmqk'"),
    ],
)
def test_a_comparison_that_fails_fails_the_run(
    hub: FakeGitHub, status: int, report: str, error: str, said: str
) -> None:
    """The run fails with the reason, in one line, and proposes nothing."""
    run = hub.week(report, status=status, error=error)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == f"error: could not compare: {said}\n"
    assert (hub.calls, hub.tip(BRANCH)) == ([], "")


@pytest.mark.parametrize("left", ["the branch", "the branch with work", "nothing"])
def test_closing_the_pull_request_does_not_end_the_news(hub: FakeGitHub, left: str) -> None:
    """Until main has the state, a closed pull request is followed by another."""
    hub.week(REPORT)
    if left == "the branch with work":
        hub.commit("openapi/comparison/departures.yaml", "Work", branch=BRANCH)
    hub.close(1)
    if left == "nothing":
        hub.delete_branch()
    run = hub.week(REPORT)
    assert (run.returncode, run.stdout) == (0, "opened https://github.test/2\n")
    assert [pull["state"] for pull in hub.pulls] == ["closed", "open"]
    assert hub.git("rev-parse", f"{BRANCH}~1") == hub.tip("main")


def test_what_is_merged_is_no_news(hub: FakeGitHub) -> None:
    """A state that main has is not proposed again, even if the document differs from it."""
    hub.week(REPORT)
    hub.close(1)
    hub.commit(STATE, "{}", branch="main")
    run = hub.week(REPORT)
    assert run.returncode == 0
    assert run.stdout.startswith("no news, but the document differs")
    assert hub.writes == ["POST"]


def test_work_on_the_branch_is_left_alone(hub: FakeGitHub) -> None:
    """Commits of others stay; the pull request gets the report, once, and says what is missing."""
    hub.week(REPORT)
    hub.commit("openapi/comparison/departures.yaml", "Work", branch=BRANCH)
    tip = hub.tip(BRANCH)
    for outcome in ("updated", "no news since"):
        run = hub.week("Other news\n", '{"other": "news"}')
        assert (run.returncode, run.stdout) == (0, f"{outcome} https://github.test/1\n")
        assert hub.tip(BRANCH) == tip
    body = hub.pulls[0]["body"]
    assert vendor_news.NOT_RECORDED in body
    assert body.endswith("\nOther news\n")
    assert hub.writes == ["POST", "PATCH"]


def test_an_amended_commit_is_work_of_others(hub: FakeGitHub) -> None:
    """An amended commit keeps the workflow as its author, but not as its committer."""
    hub.week(REPORT)
    tree = hub.git("rev-parse", f"{BRANCH}^{{tree}}")
    author = ["-c", f"author.name={vendor_news.NAME}", "-c", f"author.email={vendor_news.EMAIL}"]
    amended = hub.git(*author, "commit-tree", tree, "-p", "main", "-m", "Amended")
    hub.git("update-ref", f"refs/heads/{BRANCH}", amended)
    assert hub.git("log", "-1", "--format=%ae", BRANCH) == vendor_news.EMAIL
    assert hub.week("Other news").returncode == 0
    assert hub.tip(BRANCH) == amended


def test_work_without_a_pull_request_stops_the_run(hub: FakeGitHub) -> None:
    """Commits that no pull request keeps are not overwritten: the run fails and says so."""
    hub.commit("openapi/comparison/departures.yaml", "Work", branch=BRANCH)
    tip = hub.tip(BRANCH)
    run = hub.week(REPORT)
    assert (run.returncode, hub.tip(BRANCH), hub.writes) == (1, tip, [])
    assert (
        run.stderr == "error: vendor-docs has commits in no pull request: open one, or delete it\n"
    )


def test_a_concurrent_push_is_not_overwritten(hub: FakeGitHub) -> None:
    """A commit that is pushed after the branch was read stays; the run fails."""
    hub.week(REPORT)
    hub.commit("README.md", "Work", branch="elsewhere")
    late = hub.tip("elsewhere")
    hub.add_program(
        "git",
        f'#!/bin/sh\ncase " $* " in *" push "*)\n'
        f'{shutil.which("git")} -C "{hub.remote}" update-ref refs/heads/{BRANCH} {late};; esac\n'
        f'exec {shutil.which("git")} "$@"\n',
    )
    run = hub.week("Other news")
    assert (run.returncode, hub.tip(BRANCH), hub.writes) == (1, late, ["POST"])
    assert "stale info" in run.stderr


def test_a_pull_request_from_a_fork_is_not_ours(hub: FakeGitHub) -> None:
    """A pull request from a fork's branch of that name is neither edited nor used."""
    head = {"label": f"them:{BRANCH}", "sha": "0" * 40}
    theirs = {"number": 1, "state": "open", "html_url": "", "body": "Theirs", "head": head}
    hub.pulls = [theirs]
    assert hub.week(REPORT).stdout == "opened https://github.test/2\n"
    assert hub.pulls[0] == theirs


def test_a_hostile_report_is_only_text(hub: FakeGitHub) -> None:
    """No text of the report is run, is an argument, or reaches the log; it is shown unchanged."""
    run = hub.week(HOSTILE)
    assert (run.returncode, run.stdout, run.stderr) == (0, "opened https://github.test/1\n", "")
    assert hub.pulls[0]["body"].endswith(f"\n{HOSTILE}")
    assert not list(hub.folder.rglob("stolen"))
    assert not any("stolen" in argument for call in hub.calls for argument in call)


def test_a_refusal_of_github_fails_the_run(hub: FakeGitHub) -> None:
    """GitHub's message is in the log, the token is not; the next run repeats the attempt."""
    refusal = hub.folder / "refusal"
    refusal.write_text("gh: Resource not accessible by integration (HTTP 403)")
    run = hub.week(REPORT)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == f"error: {refusal.read_text()}\n"
    assert TOKEN not in run.stderr
    refusal.unlink()
    assert hub.week(REPORT).stdout == "opened https://github.test/1\n"


def test_a_report_that_is_too_long_is_truncated(hub: FakeGitHub) -> None:
    """GitHub gets the truncated report, which says so; a change of the rest is still news."""
    report = REPORT * 2_000
    assert hub.week(report).returncode == 0
    body = hub.pulls[0]["body"]
    assert (vendor_news.CUT in body, len(body)) == (True, 65_536)
    assert hub.week(report + "more").stdout == "updated https://github.test/1\n"


@given(
    st.text(max_size=99).map(lambda text: text * 700),
    st.sampled_from(["", vendor_news.NOT_RECORDED]),
)
@settings(max_examples=examples(50))
def test_a_description_has_all_that_fits(report: str, note: str) -> None:
    """A description has the whole report, or is truncated to the maximum length and says so."""
    body = vendor_news.description(report, "digest", note)
    assert all(part in body for part in ("digest", vendor_news.INTRODUCTION, note))
    if vendor_news.CUT in body:
        assert len(body) == vendor_news.LIMIT
        assert report.startswith(body.partition(vendor_news.CUT)[2][1:])
    else:
        assert len(body) <= vendor_news.LIMIT
        assert body.endswith(f"\n{report}")
