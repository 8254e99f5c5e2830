"""Runs the command `mews-vouchers`: in this process, or as a process that can be killed."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from mews_vouchers.cli import main
from mews_vouchers.mock import MockMews

from .example_processes import environment, settings_of
from .waiting import TIMEOUT

#: How a process starts the command.
PROGRAM = [sys.executable, "-m", "mews_vouchers.cli"]


class Ended(NamedTuple):
    """How a command has ended."""

    code: int
    output: str
    #: What it wrote for people.
    messages: str


class Shell:
    """Runs the command with the settings of a served mock, in a folder.

    Args:
        mock: The mock.
        base_url: Its address.
        folder: Where files with relative names are.
        monkeypatch: Sets the environment of the command.
        capture: Reads what it writes.
    """

    def __init__(
        self,
        mock: MockMews,
        base_url: str,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        capture: pytest.CaptureFixture[str],
    ) -> None:
        self.mock = mock
        self.folder = folder
        self.settings = settings_of(mock, base_url)
        self.environment = (
            environment() | self.settings
        )  # with paths of the folder that is left below
        self._monkeypatch = monkeypatch
        self._capture = capture
        for name in [name for name in os.environ if name.startswith("MEWS_")]:
            monkeypatch.delenv(name)
        for name, value in self.settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(folder)

    def run(self, *arguments: str) -> Ended:
        """Run the command in this process."""
        self._capture.readouterr()
        self._monkeypatch.setattr(sys, "argv", ["mews-vouchers", *arguments])
        code = main()
        output, messages = self._capture.readouterr()
        return Ended(code, output, messages)

    def succeed(self, *arguments: str) -> Ended:
        """Run the command in this process; it has to succeed."""
        ended = self.run(*arguments)
        assert ended.code == 0, ended
        return ended

    def fail(self, code: int, *arguments: str) -> str:
        """Run the command in this process; it has to fail. Return the one line that it writes."""
        ended = self.run(*arguments)
        assert ended.code == code, ended
        (line,) = ended.messages.splitlines()
        assert line.startswith("error: ")
        return line.removeprefix("error: ")

    def file(self, name: str, content: str | bytes) -> str:
        """Write a file of the folder; return its name."""
        data = content.encode() if isinstance(content, str) else content
        (self.folder / name).write_bytes(data)
        return name

    @contextmanager
    def process(self, *arguments: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
        """Run the command as a process during the `with` block."""
        with subprocess.Popen(
            [*PROGRAM, *arguments],
            cwd=self.folder,
            env=self.environment | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def run_process(self, *arguments: str, **settings: str) -> Ended:
        """Run the command as a process, to its end."""
        with self.process(*arguments, **settings) as process:
            output, messages = process.communicate(timeout=TIMEOUT)
            return Ended(process.returncode, output, messages)

    def run_on_terminal(self, *arguments: str, typed: str = "", **settings: str) -> tuple[int, str]:
        """Run the command on a terminal; return its exit code, and all that the terminal shows."""
        import pty  # noqa: PLC0415 - not on Windows
        import termios  # noqa: PLC0415

        ours, its = pty.openpty()
        termios.tcsetwinsize(its, (24, 100))
        with subprocess.Popen(
            [*PROGRAM, *arguments],
            cwd=self.folder,
            env=self.environment | settings,
            stdin=its,
            stdout=its,
            stderr=its,
        ) as process:
            os.close(its)
            os.write(ours, typed.encode())
            killer = threading.Timer(TIMEOUT, process.kill)
            killer.start()
            shown = b""
            with contextlib.suppress(OSError):  # Linux reports the end of the process like this
                while block := os.read(ours, 65536):
                    shown += block
            killer.cancel()
            os.close(ours)
            return process.wait(TIMEOUT), shown.decode("utf-8", "replace")
