"""The demo is what a newcomer runs and copies first: it works as it stands."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from mews_vouchers.mock import MockMews

from tests.support.paths import ROOT

DEMO = ROOT / "overlay" / "examples" / "demo.py"

pytestmark = pytest.mark.source


def demo(**settings: str) -> subprocess.CompletedProcess[str]:
    """Run the demo as a program, with only these settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MEWS_")}
    return subprocess.run(
        [sys.executable, DEMO],
        env=clean | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def settings() -> Iterator[dict[str, str]]:
    """Yield the settings of a mock behind a real socket."""
    mock = MockMews()
    with mock.serve() as base_url:
        yield {
            "MEWS_BASE_URL": base_url,
            "MEWS_CLIENT_TOKEN": mock.client_token,
            "MEWS_ACCESS_TOKEN": mock.access_token,
            "MEWS_SERVICE_ID": mock.enterprises[0].service_ids[0],
        }


def test_it_runs_alone() -> None:
    """Without settings it starts a mock, and prints a summary."""
    done = demo()
    assert done.returncode == 0
    summary = {line[:24].strip(): line[24:].strip() for line in done.stdout.splitlines()}
    assert summary["codes added"] == summary["found again"] == "2500"
    assert summary["deleted"] == "1000"
    assert summary["still active"] == "1500"
    assert "100%" in done.stderr


def test_it_runs_against_an_environment(settings: dict[str, str]) -> None:
    """With the settings of an environment it runs there, and shows no token."""
    done = demo(**settings)
    assert done.returncode == 0
    assert f"Running against {settings['MEWS_BASE_URL']}" in done.stdout
    assert settings["MEWS_ACCESS_TOKEN"] not in done.stdout + done.stderr


@pytest.mark.parametrize("name", ["MEWS_CLIENT_TOKEN", "MEWS_ACCESS_TOKEN", "MEWS_SERVICE_ID"])
def test_a_missing_setting_is_one_clear_line(settings: dict[str, str], name: str) -> None:
    """A missing token or service is named, and nothing is sent."""
    del settings[name]
    done = demo(**settings)
    assert done.returncode == 1
    assert done.stderr == f"error: set {name} as well, or none of them to use the mock\n"


def test_a_wrong_token_is_one_clear_line(settings: dict[str, str]) -> None:
    """The server's message is shown with status and request id, and no token."""
    done = demo(**settings | {"MEWS_ACCESS_TOKEN": "wrong-token"})
    assert done.returncode == 1
    assert done.stderr.startswith("error: vouchers/add stopped: 0 succeeded, 0 rejected")
    assert "401 (request " in done.stderr
    assert "Invalid AccessToken" in done.stderr
    assert "wrong-token" not in done.stderr
