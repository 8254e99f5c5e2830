"""Runs examples as programs, against a served mock; whatever happens, no process is left."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mews_vouchers.mock import MockMews

from .paths import ROOT
from .waiting import TIMEOUT, wait_until

EXAMPLES = ROOT / "overlay" / "examples"


class Program:
    """A running program, and what it has written."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    def __repr__(self) -> str:
        return self.output

    @property
    def output(self) -> str:
        """What it has written so far."""
        return self._log.read_text("utf-8", "replace")

    def find(self, pattern: str) -> str:
        """Wait until it writes something; return the first group of it."""
        wait_until(lambda: re.search(pattern, self.output) or self.process.poll(), TIMEOUT)
        found = re.search(pattern, self.output)
        assert found, self.output
        return found[1]

    def stop(self) -> None:
        """End it as a supervisor does, with SIGTERM, and wait for its end."""
        self.process.terminate()
        assert self.process.wait(TIMEOUT) in (0, -signal.SIGTERM), self.output


@contextmanager
def started(
    *arguments: str, settings: dict[str, str], folder: Path, cwd: Path = EXAMPLES
) -> Iterator[Program]:
    """Run a Python module as a program; at the end, kill it with all its children.

    Args:
        arguments: Those of Python.
        settings: Variables of its environment.
        folder: Where its output is kept.
        cwd: Where it runs: its modules can be imported.
    """
    log = folder / f"{len(list(folder.glob('*.log')))}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=cwd,
            env=environment() | settings,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Program(process, log)
    finally:
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait(TIMEOUT)


def environment() -> dict[str, str]:
    """Return the environment without settings of this package, and with absolute import paths."""
    own = ("MEWS_", "REDIS_URL", "WEB_CONCURRENCY")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return kept | {"PYTHONPATH": python_path()}


def python_path(*folders: Path) -> str:
    """Return a `PYTHONPATH` that starts with some folders."""
    known = [Path(one) for one in os.environ.get("PYTHONPATH", "").split(os.pathsep) if one]
    return os.pathsep.join(str(one.resolve()) for one in (*folders, *known))


def settings_of(mock: MockMews, base_url: str) -> dict[str, str]:
    """Return what `python -m mews_vouchers.mock` prints."""
    return {
        "MEWS_BASE_URL": base_url,
        "MEWS_CLIENT_TOKEN": mock.client_token,
        "MEWS_ACCESS_TOKEN": mock.access_token,
        "MEWS_CLIENT": "Examples 1.0",
        "MEWS_SERVICE_ID": mock.enterprises[0].service_ids[0],
    }
