"""The workflows of GitHub Actions have few permissions, and `make lint` finds mistakes in them."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.paths import ROOT

pytestmark = pytest.mark.source

WORKFLOWS = Path(".github") / "workflows"
FILES = {file.name: file for file in (ROOT / WORKFLOWS).glob("*.yml")}
PIN = re.compile(r"uses: *(?P<action>[\w-]+/[\w-]+)@(?P<commit>[0-9a-f]{40}) # v\d+\.\d+\.\d+$")

ACTIONS = {
    "actions/checkout",
    "actions/deploy-pages",
    "actions/download-artifact",
    "actions/setup-python",
    "actions/upload-artifact",
    "actions/upload-pages-artifact",
    "pypa/gh-action-pypi-publish",
}
#: Workflow and job of those that may write, and what.
WRITING = {
    ("docs.yml", "publish"): {"pages": "write", "id-token": "write"},
    ("release.yml", "publish"): {"id-token": "write"},
    ("vendor-docs.yml", "propose"): {"contents": "write", "pull-requests": "write"},
}


def workflow(name: str) -> dict[Any, Any]:
    """Read a workflow. Any: YAML of any shape, in which the key `on` is True."""
    read: dict[Any, Any] = yaml.safe_load(FILES[name].read_text(encoding="utf-8"))
    return read


def steps(name: str) -> list[dict[str, Any]]:
    """Return the steps of all jobs of a workflow."""
    return [step for job in workflow(name)["jobs"].values() for step in job.get("steps", ())]


def test_each_supported_python_is_checked() -> None:
    """ci.yml has the Python versions that the package supports."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    assert workflow("ci.yml")["jobs"]["check"]["strategy"]["matrix"]["python"] == named


@pytest.mark.parametrize("name", FILES)
def test_jobs_have_minimal_permissions(name: str) -> None:
    """Jobs get permissions one by one; only those that publish something may write."""
    assert workflow(name)["permissions"] == {}
    for job_name, job in workflow(name)["jobs"].items():
        assert job["permissions"] == WRITING.get((name, job_name), {"contents": "read"})
        assert job.get("timeout-minutes", 0) <= 60
        assert ("timeout-minutes" in job) is ("steps" in job)


def test_only_the_main_branch_is_published() -> None:
    """The site of a pull request is built and checked, and goes nowhere."""
    is_main = "github.ref == 'refs/heads/main'"
    jobs = workflow("docs.yml")["jobs"]
    assert jobs["publish"]["if"] == is_main
    upload = jobs["build"]["steps"][-1]
    assert (upload["if"], upload["with"]) == (is_main, {"path": "build/docs"})


def test_a_release_is_checked_and_built_before_it_is_published() -> None:
    """Only a version's tag publishes, after all checks; that job runs no code of the repository.

    It has an environment, whose reviewers agree, no password, and signs what it publishes.
    """
    assert workflow("release.yml")[True] == {"push": {"tags": ["v[0-9]*"]}}
    jobs = workflow("release.yml")["jobs"]
    assert jobs["check"]["uses"].endswith("/.github/workflows/ci.yml")
    assert "workflow_call" in workflow("ci.yml")[True]
    assert any("make" in step.get("run", "") for step in jobs["build"]["steps"])
    publish = jobs["publish"]
    assert set(publish["needs"]) == {"check", "build"}
    assert publish["environment"]["name"] == "pypi"
    assert not any("run" in step for step in publish["steps"])
    given = publish["steps"][-1]["with"]
    assert given["attestations"] is True
    assert "password" not in given


@pytest.mark.parametrize("name", FILES)
def test_only_one_step_has_the_token(name: str) -> None:
    """Only the step that needs the token has it: not the ones that clone and install."""
    found = steps(name)
    given = [step for step in found if re.search("token|secrets", str(step))]
    assert given == (found[-1:] if name == "vendor-docs.yml" else [])
    (clone,) = (step for step in found if "actions/checkout" in step.get("uses", ""))
    assert clone["with"]["persist-credentials"] is False


def test_actions_are_pinned_in_one_way() -> None:
    """Each action is a full commit with its version in a comment, the same one everywhere."""
    lines = [line for file in FILES.values() for line in file.read_text("utf-8").splitlines()]
    used = [line for line in lines if "uses:" in line]
    pins = {found["action"]: found["commit"] for line in used if (found := PIN.search(line))}
    assert set(pins) == ACTIONS
    own = "uses: $/.github/workflows/"
    assert all(
        own in line or any(f"{name}@{pins[name]} #" in line for name in pins) for line in used
    )


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("ci.yml", "fail-fast:", "fail-fast:", ""),
        ("ci.yml", "runs-on:", "run-on:", "run-on"),
        ("ci.yml", "timeout-minutes:", "timeout-minute:", "timeout-minute"),
        ("ci.yml", "  pull_request:", "  pull_requests:", "pull_requests"),
        ("ci.yml", "  pull_request:", "  pull_request_target:", "dangerous-triggers"),
        ("ci.yml", "run: .ci/run", "run: .ci/run ${{ github.head_ref }}", "template-injection"),
        ("ci.yml", "permissions: {}", "permissions: write-all", "excessive-permissions"),
        ("ci.yml", "persist-credentials: false", "fetch-depth: 1", "artipacked"),
        ("vendor-docs.yml", "permissions: {}", "", "excessive-permissions"),
        ("vendor-docs.yml", "@3d3c42e5aac5ba805825da76410c181273ba90b1", "@v7", "unpinned-uses"),
        ("vendor-docs.yml", "jobs:", "jobs: [", "vendor-docs.yml"),
        (
            "release.yml",
            "permissions: {}",
            "permissions:\n  id-token: write",
            "excessive-permissions",
        ),
        (
            "release.yml",
            "attestations: true",
            "password: ${{ secrets.PYPI }}",
            "trusted-publishing",
        ),
    ],
)
def test_a_mistake_does_not_pass_the_linters(
    tmp_path: Path, name: str, before: str, after: str, said: str
) -> None:
    """A misspelled key or an insecure setting fails `make lint`, which names it."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / WORKFLOWS, tmp_path / WORKFLOWS)
    (tmp_path / ".venv").mkdir()
    text = FILES[name].read_text(encoding="utf-8")
    assert before in text
    (tmp_path / WORKFLOWS / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    tools = f"BIN={Path(sys.executable).parent}"
    made = subprocess.run(
        ["make", "--assume-old=.venv/.ready", tools, "lint-workflows"],  # noqa: S607
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (made.returncode == 0) is (not said)
    assert said in made.stdout + made.stderr
