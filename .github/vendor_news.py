"""Turns news in the vendor's documentation into one pull request; vendor-docs.yml runs it weekly.

    python .github/vendor_news.py COMMAND...

COMMAND compares, records what it has seen in openapi/comparison/vendor.json, and exits with 0
(nothing new), 1 (something new: the report is on its standard output) or anything else (it could
not compare).

This program runs at the top of a clone, on the branch that the pull request is for, with `gh`
signed in.

The branch `vendor-docs` gets one commit, the recorded state, and the pull request has the report as
its description. As long as both are up to date, nothing is changed. Commits of others on that
branch are never overwritten.

Parts of the report are the vendor's text. It is passed to `gh` through standard input, is never an
argument, and is not printed: GitHub executes lines of a log that start with two colons.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

STATE = "openapi/comparison/vendor.json"
BRANCH = "vendor-docs"
REF = f"refs/heads/{BRANCH}"
TITLE = "The vendor's documentation has changed"
#: The user that workflows act as; all other commits on the branch are the work of others.
NAME = "github-actions[bot]"
EMAIL = "41898282+github-actions[bot]@users.noreply.github.com"
#: `gh` replaces the braces with the current repository.
PULLS = "repos/{owner}/{repo}/pulls"
#: The maximum length of a description on GitHub.
LIMIT = 65_536
#: The credentials of `gh`. The comparison, which reads the text of others, does not get them.
TOKENS = ("GH_TOKEN", "GITHUB_TOKEN")

INTRODUCTION = """\
The commit records the state of the vendor's documentation that this report is about. CONTRIBUTING
says what to do with both, under "Continuous integration".
"""
NOT_RECORDED = """
**The state is not recorded yet**: this branch has commits that the workflow did not make, so it
left the branch alone. Record it with `make docs-diff RECORD=1`.
"""
CUT = """
**The report is truncated** at GitHub's limit. `make docs-diff FORMAT=markdown` prints all of it.
"""


class FailedError(Exception):
    """The run cannot continue; the message says why."""


def main(command: Sequence[str]) -> int:
    """Run the command line; return its exit status."""
    try:
        print(propose(command))
    except (FailedError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def propose(command: Sequence[str]) -> str:
    """Compare, and make sure that there is a pull request with the news; return what was done.

    Raises:
        FailedError: The comparison failed, or git, or GitHub; or the branch is in use.
    """
    report = compare(command)
    if report is None:
        return "no news"
    if not git("status", "--porcelain", "--", STATE):
        return "no news, but the document differs from the state recorded before: make docs-diff"
    digest = hashlib.sha256(report.encode() + Path(STATE).read_bytes()).hexdigest()
    pulls = github("GET", f"{PULLS}?head={{owner}}:{BRANCH}&state=all&per_page=100")
    pull = next((one for one in pulls if one["state"] == "open"), None)
    if pull and digest in (pull["body"] or ""):
        return f"no news since {pull['html_url']}"

    is_recorded = push(pulls, is_proposed=pull is not None)
    body = description(report, digest, "" if is_recorded else NOT_RECORDED)
    if pull:
        edited = github("PATCH", f"{PULLS}/{pull['number']}", {"body": body})
        return f"updated {edited['html_url']}"
    base = git("branch", "--show-current")
    opened = github("POST", PULLS, {"title": TITLE, "head": BRANCH, "base": base, "body": body})
    return f"opened {opened['html_url']}"


def compare(command: Sequence[str]) -> str | None:
    """Return the report of the comparison, or None if it found nothing new.

    Raises:
        FailedError: It could not compare. An unexpected exception also exits with 1, but without a
            report.
    """
    environment = {name: value for name, value in os.environ.items() if name not in TOKENS}
    done = subprocess.run(  # noqa: S603 - the command is the caller's
        command, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode == 0:
        return None
    if done.returncode == 1 and done.stdout.strip():
        return done.stdout
    last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
    raise FailedError(f"could not compare: {last.removeprefix('error: ')}")


def push(pulls: Sequence[Mapping[str, Any]], *, is_proposed: bool) -> bool:
    """Make the branch one commit with the recorded state, on top of what is checked out.

    Args:
        pulls: The pull requests of the branch so far.
        is_proposed: Whether one of them is open.

    Returns:
        False if the open pull request has the work of others: then nothing is pushed.

    Raises:
        FailedError: The work of others is on the branch, but in no pull request that would keep it;
            or the branch has moved since it was read.
    """
    tip = tip_of_branch()
    if tip and git("log", "-1", "--format=%ce", tip) != EMAIL:
        if is_proposed:
            return False
        if tip not in [pull["head"]["sha"] for pull in pulls]:
            raise FailedError(f"{BRANCH} has commits in no pull request: open one, or delete it")
    git("add", "--", STATE)
    author = ("-c", f"user.name={NAME}", "-c", f"user.email={EMAIL}")
    commit = git(*author, "commit-tree", git("write-tree"), "-p", "HEAD", "-m", TITLE)
    git("push", "--quiet", f"--force-with-lease={REF}:{tip}", "origin", f"{commit}:{REF}")
    return True


def tip_of_branch() -> str:
    """Fetch the branch; return its last commit, or an empty string if there is no such branch."""
    lines = [line.split() for line in git("ls-remote", "origin", REF).splitlines()]
    tip = next((commit for commit, name in lines if name == REF), "")
    if tip:
        git("fetch", "--quiet", "origin", tip)
    return tip


def description(report: str, digest: str, note: str = "") -> str:
    """Return the pull request's description; the digest in it shows whether it is up to date."""
    head = f"<!-- {digest} -->\n{INTRODUCTION}{note}"
    if len(head) + len(report) + 1 <= LIMIT:
        return f"{head}\n{report}"
    head += CUT
    return f"{head}\n{report[: LIMIT - len(head) - 1]}"


def git(*arguments: str) -> str:
    """Run git, which gets its credentials from `gh`; return what it prints."""
    helper = ("-c", "credential.helper=", "-c", "credential.helper=!gh auth git-credential")
    return run("git", *helper, *arguments)


def github(method: str, endpoint: str, fields: Mapping[str, str] | None = None) -> Any:
    """Call GitHub's API; return its response."""
    body = [] if fields is None else ["--input", "-"]
    response = run("gh", "api", "--method", method, endpoint, *body, given=json.dumps(fields))
    return json.loads(response)


def run(*command: str, given: str = "") -> str:
    """Run a program; return what it prints.

    Raises:
        FailedError: It failed.
    """
    done = subprocess.run(  # noqa: S603 - one of two programs, without a shell
        command, input=given, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise FailedError(done.stderr.strip() or f"{command[0]}: exit status {done.returncode}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
