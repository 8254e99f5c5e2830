"""A copy of the project, and its tests run there. What is planted, and what it means: elsewhere."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tests.support.paths import ROOT

#: It holds that every mutant applies, and so fails wherever one is planted.
_NOT_RUN = "*/test_mutants.py"
_PACKAGES = ("generated", "overlay", "openapi")
_WHERE = (
    "import mews_vouchers, mews_vouchers_client as c; print(mews_vouchers.__file__, c.__file__)"
)
#: Takes two seconds to load; the tests that are named for a mutant do without it.
_SLOW_PLUGIN = "schemathesis"
#: The line of a test that failed, or why no test ran at all: see `tests/conftest.py`.
_FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$|^Exit: (.+)$", re.MULTILINE)
#: What runs at the moment.
_running: set[subprocess.Popen[str]] = set()


class BrokenError(Exception):
    """Something else than a test went wrong."""


class Run(NamedTuple):
    """How the tests ended."""

    #: The first test that failed; None if none did.
    failed: str | None
    is_late: bool = False


@contextmanager
def workshop() -> Generator[Path]:
    """Give a temporary copy of the project as it is now, and make sure that it is what runs."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as name:
        folder = Path(name).resolve()
        for file in _files():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, folder / file)
        status, output = _run(folder, ["-c", _WHERE])
        places = output.split()
        if status or not all(Path(place).is_relative_to(folder) for place in places):
            raise BrokenError(f"the tests would not run on the copy, but on {output}")
        yield folder


def regenerate(folder: Path, command: Sequence[str]) -> None:
    """Run the Python command that generates modules of the copy."""
    status, output = _run(folder, command)
    if status:
        raise BrokenError(f"it cannot be generated: {output.strip()}")


def run_tests(folder: Path, tests: Sequence[str], limit: float) -> Run:
    """Run tests of the copy, all without a list, up to the first that fails.

    Args:
        folder: The copy.
        tests: Files or node ids.
        limit: After so many seconds they count as hanging.
    """
    options = ["-x", "-q", "--tb=no", "-p", "no:cacheprovider", f"--ignore-glob={_NOT_RUN}"]
    if tests:
        options += ["-p", f"no:{_SLOW_PLUGIN}"]
    try:
        status, output = _run(folder, ["-m", "pytest", *options, *tests], limit)
    except TimeoutError:
        return Run(None, is_late=True)
    failed = _FAILED.search(output)
    if status == 1 and failed:
        return Run(failed[1] or failed[2])
    if status == 0:
        return Run(None)
    lines = output.strip().splitlines() or ["no output"]
    raise BrokenError(f"pytest ended with status {status}: {lines[-1]}")


def stop() -> None:
    """End what is running: in a session of its own, it does not hear a Ctrl-C."""
    for process in set(_running):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _files() -> list[str]:
    """Return all files of the project, also ones that git does not know yet."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    return [file for file in os.fsdecode(listed).split("\0") if file and (ROOT / file).is_file()]


def _run(folder: Path, arguments: Sequence[str], limit: float = 120.0) -> tuple[int, str]:
    """Run Python in the copy; return its status and what it printed.

    Raises:
        TimeoutError: It took longer; neither it nor what it started is left.
    """
    # Before the editable install, which would lead to the sources.
    path = os.pathsep.join(str(folder / package) for package in _PACKAGES)
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        _running.add(process)
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            raise TimeoutError from None
        finally:
            _running.discard(process)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, output
