"""The lines for the shell that the documentation site shows: they are executed in their order."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from mews_vouchers.cli._failures import EXIT_CODES
from mews_vouchers.mock import MockMews

from tests.support.example_processes import environment, settings_of
from tests.support.mock_process import running
from tests.support.mock_process import settings_of as settings_of_process
from tests.support.text_examples import DOCS, blocks_of

pytestmark = pytest.mark.source


@pytest.fixture
def shell(tmp_path: Path) -> Callable[[str, dict[str, str]], str]:
    """Return a function that runs a line of a shell in a folder with the files of the pages."""
    program = tmp_path / "bin" / "mews-vouchers"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mews_vouchers.cli "$@"\n')
    program.chmod(0o700)
    sources = blocks_of(DOCS / "how-to/import-a-campaign.md", "text")["With the command"]
    (tmp_path / "spring.csv").write_text(sources[0], encoding="utf-8")
    (file,) = blocks_of(DOCS / "how-to/command.md", "text")["Tokens"]
    (tmp_path / "old-codes.csv").write_text("value\nCODE-1-000001\nCODE-1-000002\n")

    def run(line: str, settings: dict[str, str]) -> str:
        names = re.findall(r"^(\w+)=", file, re.MULTILINE)
        tokens = "".join(f"{name}={settings[name]}\n" for name in names)
        (tmp_path / "mews.env").write_text(tokens)
        (tmp_path / "mews.env").chmod(0o600)
        path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", "-c", line],  # noqa: S607
            cwd=tmp_path,
            env=environment() | settings | {"PATH": path},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, (line, done.stderr)
        return done.stdout

    return run


@pytest.mark.skipif(os.name == "nt", reason="the lines are for POSIX shells")
def test_the_lines_for_the_shell_work(
    shell: Callable[[str, dict[str, str]], str], tmp_path: Path
) -> None:
    """Each line of each page that runs `mews-vouchers` succeeds, one after the other."""
    pages = ("import-a-campaign.md", "command.md", "keep-a-copy.md")
    mock = MockMews(rate_limit=None)
    (voucher_id,) = mock.seed(vouchers=1, codes_per_voucher=30)
    output: dict[str, str] = {}
    with mock.serve() as base_url:
        settings = settings_of(mock, base_url) | {"VOUCHER_ID": voucher_id}
        for line in (line for page in pages for line in shell_lines(page)):
            output[line] = shell(line, settings)
    values = {code["Value"]: code["IsActive"] for code in mock.codes}
    deleted = {value for value, is_active in values.items() if not is_active}
    assert deleted == {"SPRING-0001", "CODE-1-000001", "CODE-1-000002"}
    assert values["SPRING-0002"]
    assert len((tmp_path / "codes.jsonl").read_text("utf-8").splitlines()) == 32
    assert len((tmp_path / "hotel.jsonl").read_text("utf-8").splitlines()) == 33
    assert voucher_id in output["mews-vouchers vouchers list --value SPRING-0001"]
    assert len(output) == 12


def shell_lines(page: str) -> Iterator[str]:
    """Yield the lines of a page that run the command."""
    for sources in blocks_of(DOCS / "how-to" / page, "console").values():
        for line in "".join(sources).splitlines():
            if line.startswith("$ mews-vouchers "):
                yield line.removeprefix("$ ")


def test_the_table_of_exit_codes_is_that_of_the_command() -> None:
    """The page has the exit codes that the help of the command has."""
    page = (DOCS / "how-to/command.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| (\d+) \| (.+) \|$", page, re.MULTILINE)
    assert shown == re.findall(r"^ +(\d+) +(.+)$", EXIT_CODES, re.MULTILINE)


@pytest.mark.parametrize("page", ["tutorial.md", "how-to/testing.md"])
def test_the_mock_starts_as_shown(page: str) -> None:
    """The line that starts the mock has arguments that it accepts."""
    text = (DOCS / page).read_text(encoding="utf-8")
    (arguments,) = re.findall(r"^\$ python -m mews_vouchers\.mock (.+)$", text, re.MULTILINE)
    with running(*arguments.split()) as process:
        assert set(settings_of_process(process)) >= set(settings_of(MockMews(), ""))


def test_the_mock_starts_in_a_container() -> None:
    """The service of the compose file publishes the port, and has arguments that are accepted."""
    ((source,),) = blocks_of(DOCS / "how-to/testing.md", "yaml").values()
    service = yaml.safe_load(source)["services"]["mews"]
    assert service["ports"] == ["127.0.0.1:8080:8080"]
    (arguments,) = re.findall(r"-m mews_vouchers\.mock (.+)\"", service["command"])
    assert "--host 0.0.0.0" in arguments
    with running(*arguments.replace("0.0.0.0", "127.0.0.1").split()) as process:  # noqa: S104
        assert process.stdout is not None
        assert process.stdout.readline().startswith("MEWS_BASE_URL=")
