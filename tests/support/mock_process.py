"""Runs the command of the mock as a process, and connects to it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from click.testing import CliRunner, Result
from mews_vouchers.mock import MockMews
from mews_vouchers.mock.__main__ import command

from .mock_api import MockApi
from .waiting import TIMEOUT

#: The last variable that is printed.
LAST = "MEWS_PORTFOLIO_ACCESS_TOKEN"


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command line on a free port while the `with` block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mews_vouchers.mock", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
            process.terminate()
            process.communicate(timeout=TIMEOUT)
        finally:
            process.kill()


def settings_of(process: subprocess.Popen[str]) -> dict[str, str]:
    """Return the variables that a process prints in the form of POSIX shells."""
    assert process.stdout is not None
    variables: dict[str, str] = {}
    while LAST not in variables:
        found = re.fullmatch(r"export (\w+)='?(.*?)'?\n", process.stdout.readline())
        assert found, process.communicate()
        variables[found[1]] = found[2]
    return variables


@contextmanager
def serving(
    *arguments: str, enterprises: int = 1, portfolio: bool = False
) -> Iterator[tuple[MockApi, httpx.Client]]:
    """Serve a mock; yield a client that checks its responses, and one that does not."""
    options = ("--seed", "7", "--enterprises", str(enterprises), "--format", "posix")
    with running(*options, *arguments) as process:
        base_url = settings_of(process)["MEWS_BASE_URL"]
        api = MockApi(MockMews(seed=7, enterprises=enterprises), base_url, portfolio=portfolio)
        with httpx.Client(base_url=f"{base_url}/api/connector/v1/", trust_env=False) as client:
            yield api, client
        api.close()


def refusal(*arguments: str) -> Result:
    """Return what the command prints if it refuses to start; if it does not, a port is in use."""
    with MockMews().serve() as base_url:
        port = str(httpx.URL(base_url).port)
        result = CliRunner().invoke(command, ["--port", port, *arguments])
    assert (result.exit_code, result.stdout) == (2, "")
    return result
