"""Replaces GitHub: a remote repository, `gh`, and a comparison with or without news.

Nothing is checked here: tests/openapi/test_vendor_news.py does that.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.paths import ROOT

PROGRAM = ROOT / ".github" / "vendor_news.py"
BRANCH, STATE = "vendor-docs", "openapi/comparison/vendor.json"
TOKEN = "ghs_invalid"
GIT = ("git", "-c", "user.name=Nobody", "-c", "user.email=nobody@example.com")

#: The vendor as the comparison sees it, from a file: what is said and recorded, and how it ends.
COMPARISON = """
import json, os, sys
from pathlib import Path
vendor = json.loads(Path(sys.argv[1]).read_text("utf-8"))
assert not {"GH_TOKEN", "GITHUB_TOKEN"} & set(os.environ), "the comparison was given a token"
Path("openapi/comparison/vendor.json").write_text(vendor["state"], "utf-8")
sys.stdout.buffer.write(vendor["report"].encode())
sys.stderr.buffer.write(vendor["error"].encode())
sys.exit(vendor["status"])
"""

#: `gh api`, as far as pull requests go, on the files of a folder.
GH = """#!{python}
import json, os, sys
from pathlib import Path
folder = Path({folder!r})
arguments, given = sys.argv[1:], sys.stdin.read()
assert os.environ["GH_TOKEN"] == {token!r}
with (folder / "calls.jsonl").open("a") as calls:
    calls.write(json.dumps(arguments) + "\\n")
if (folder / "refusal").exists():
    sys.exit((folder / "refusal").read_text())
pulls = json.loads((folder / "pulls.json").read_text("utf-8"))
command, _, method, endpoint, *rest = arguments
assert command == "api"
path, _, query = endpoint.partition("?")
if method == "GET":
    asked = dict(part.split("=") for part in query.split("&"))
    assert asked == {{"head": "{{owner}}:vendor-docs", "state": "all", "per_page": "100"}}
    head = asked["head"].replace("{{owner}}", "us")
    print(json.dumps([pull for pull in reversed(pulls) if pull["head"]["label"] == head]))
    sys.exit()
fields = json.loads(given)
assert rest == ["--input", "-"]
if len(fields["body"]) > 65_536:
    sys.exit("gh: Validation Failed (HTTP 422): body is too long (maximum is 65536 characters)")
if method == "POST":
    assert path == "repos/{{owner}}/{{repo}}/pulls"
    head = {{"label": "us:" + fields.pop("head"), "sha": None}}
    number = len(pulls) + 1
    pull = {{"number": number, "state": "open", "html_url": f"https://github.test/{{number}}"}}
    pull |= fields | {{"head": head}}
    pulls.append(pull)
else:
    assert method == "PATCH"
    pull = pulls[int(path.removeprefix("repos/{{owner}}/{{repo}}/pulls/")) - 1]
    pull |= fields
(folder / "pulls.json").write_text(json.dumps(pulls), "utf-8")
print(json.dumps(pull))
"""


class FakeGitHub:
    """A repository whose main branch has one commit, and what happens to it week by week."""

    def __init__(self, folder: Path) -> None:
        """Create everything below a folder."""
        self.folder = folder
        self.remote, self.work, self.bin = folder / "remote", folder / "work", folder / "bin"
        self._weeks = 0
        self.bin.mkdir()
        self.add_program("gh", GH.format(python=sys.executable, folder=str(folder), token=TOKEN))
        (folder / "comparison.py").write_text(COMPARISON, encoding="utf-8")
        self.calls_file.touch()
        self.pulls = []
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.remote))
        git(folder, "clone", "--quiet", str(self.remote), str(self.work))
        git(self.work, "switch", "--quiet", "--orphan", "main")
        self.commit("openapi/comparison/departures.yaml", "openapi: 3.1.0\n", branch="main")

    @property
    def calls_file(self) -> Path:
        """The file in which `gh` records its arguments."""
        return self.folder / "calls.jsonl"

    @property
    def calls(self) -> list[list[str]]:
        """The arguments of each call of `gh`."""
        return [json.loads(line) for line in self.calls_file.read_text("utf-8").splitlines()]

    @property
    def writes(self) -> list[str]:
        """The methods of the calls of `gh` that change something."""
        return [call[2] for call in self.calls if call[2] != "GET"]

    @property
    def pulls(self) -> list[dict[str, Any]]:
        """The pull requests, the oldest first."""
        found: list[dict[str, Any]] = json.loads((self.folder / "pulls.json").read_text("utf-8"))
        return found

    @pulls.setter
    def pulls(self, pulls: list[dict[str, Any]]) -> None:
        (self.folder / "pulls.json").write_text(json.dumps(pulls), encoding="utf-8")

    def add_program(self, name: str, text: str) -> None:
        """Put a program before any other of that name on the path."""
        program = self.bin / name
        program.write_text(text, encoding="utf-8")
        program.chmod(0o755)

    def change_pull(self, number: int, **changes: object) -> None:
        """Change a pull request like a user on the site."""
        pulls = self.pulls
        pulls[number - 1] |= changes
        self.pulls = pulls

    def close(self, number: int) -> None:
        """Close a pull request; GitHub still knows its last commit."""
        head = self.pulls[number - 1]["head"] | {"sha": self.tip(BRANCH)}
        self.change_pull(number, state="closed", head=head)

    def commit(self, file: str, text: str, *, branch: str) -> None:
        """Push a commit of another person to a branch; a new branch starts at main."""
        if self.tip("main"):
            start = branch if self.tip(branch) else "main"
            git(self.work, "fetch", "--quiet", "origin")
            git(self.work, "checkout", "--quiet", "-B", branch, f"origin/{start}")
        (self.work / file).parent.mkdir(parents=True, exist_ok=True)
        (self.work / file).write_text(text, encoding="utf-8")
        git(self.work, "add", ".")
        git(self.work, "commit", "--quiet", "-m", "Work")
        git(self.work, "push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")

    def tip(self, branch: str) -> str:
        """Return the last commit of a branch, or an empty string if there is no such branch."""
        return git(self.remote, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")

    def delete_branch(self) -> None:
        """Delete the branch of the pull request."""
        git(self.remote, "branch", "--quiet", "-D", BRANCH)

    def git(self, *arguments: str) -> str:
        """Run git in the remote repository."""
        return git(self.remote, *arguments)

    def week(
        self, report: str = "", state: str = "{}", *, status: int = 1, error: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run the program once, like the workflow: in a fresh clone with one commit."""
        self._weeks += 1
        clone, vendor = (self.folder / f"{name}-{self._weeks}" for name in ("clone", "vendor"))
        git(self.folder, "clone", "--quiet", "--depth=1", self.remote.as_uri(), str(clone))
        response = {"report": report, "state": state, "status": status, "error": error}
        vendor.write_text(json.dumps(response), encoding="utf-8")
        path = f"{self.bin}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            [sys.executable, PROGRAM, sys.executable, self.folder / "comparison.py", vendor],
            cwd=clone,
            env=os.environ | {"PATH": path, "GH_TOKEN": TOKEN},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )


def git(folder: Path, *arguments: str) -> str:
    """Run git as somebody who is not the workflow."""
    command = [*GIT, "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout.strip()
