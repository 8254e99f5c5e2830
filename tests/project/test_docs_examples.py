"""What the documentation site shows is what happens: each of its Python blocks is executed.

Those of the how-to pages are executed in `test_docs_how_to.py`, lines for the shell in
`test_docs_commands.py`. Blocks that the README has as well are executed by its tests, programs that
pages include in `test_examples.py`.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from mews_vouchers.mock import MockMews

from tests.support.example_processes import environment, settings_of
from tests.support.paths import ROOT
from tests.support.text_examples import DOCS, Example, blocks_of, docs_block, served

pytestmark = pytest.mark.source

#: The Python blocks of pages: page, heading, number of blocks.
HERE = {
    ("index.md", "mews-vouchers"): 1,
    ("tutorial.md", "List"): 1,
    ("tutorial.md", "Add"): 1,
    ("tutorial.md", "See a write fail"): 1,
    ("tutorial.md", "Do the same with asyncio"): 1,
    ("how-to/import-a-campaign.md", "Ask the journal"): 1,
    ("how-to/keep-a-copy.md", "A time interval once"): 1,
    ("how-to/observe.md", "Metrics"): 1,
    ("how-to/portfolio.md", "List"): 1,
    ("how-to/portfolio.md", "Write"): 1,
    ("how-to/proxy-and-tls.md", "Use a proxy, or your own certificates"): 1,
    ("how-to/tables.md", "CSV"): 1,
    ("how-to/tables.md", "Data frames"): 1,
    ("how-to/tables.md", "JSON lines"): 1,
    ("how-to/testing.md", "Faults"): 1,
    ("how-to/testing.md", "With pytest"): 1,
    ("how-to/when-the-api-changes.md", "Get notified"): 1,
    ("how-to/when-the-api-changes.md", "Use what the package does not know yet"): 2,
    ("how-to/worker-queue.md", "One limit for all workers"): 1,
}
#: The Python blocks that the README has as well, under which heading.
IN_README = {
    ("how-to/import-a-campaign.md", "With a program"): "Importing a campaign",
    ("how-to/finish-a-write.md", "Resume"): "Resuming",
    ("how-to/finish-a-write.md", "Inputs that do not fit into memory"): "Streams",
    ("how-to/finish-a-write.md", "Ctrl-C, time limits and cancelled tasks"): "Interruptions",
    ("how-to/web-service.md", "Use it in a web service"): "In a service",
    ("how-to/when-the-api-changes.md", "Send a request as it is"): "Generated client",
    ("how-to/worker-queue.md", "A task of any queue"): "Errors",
}


def test_every_block_is_executed() -> None:
    """Each Python block of each page is known here, or is one of the README."""
    pages = {path.relative_to(DOCS).as_posix(): path for path in DOCS.rglob("*.md")}
    found = {
        (page, heading): len(sources)
        for page, path in pages.items()
        for heading, sources in blocks_of(path, "python").items()
    }
    assert found == HERE | dict.fromkeys(IN_README, 1)


@pytest.mark.parametrize(("page", "heading"), IN_README)
def test_blocks_of_the_readme_are_the_same(page: str, heading: str) -> None:
    """A block that the README has as well is the same there, where it is executed."""
    there = blocks_of(ROOT / "README.md", "python")[IN_README[page, heading]]
    assert docs_block(page, heading) in there


def test_included_programs_are_executed() -> None:
    """Each program that a how-to page includes is an example that `test_examples.py` executes."""
    included = [
        (path.parent / name).resolve()
        for path in DOCS.glob("how-to/*.md")
        for name in re.findall(r"\{literalinclude\} (\S+)", path.read_text("utf-8"))
    ]
    assert len(included) == 5
    assert {path.parent for path in included} == {ROOT / "overlay" / "examples"}
    tested = (ROOT / "tests" / "project" / "test_examples.py").read_text("utf-8")
    assert [path.stem for path in included if path.stem not in tested] == []


# --- the tutorial


def test_the_tutorial_runs_as_it_stands(tmp_path: Path) -> None:
    """Its programs, one after the other, print and do what it says."""
    mock = MockMews()
    mock.seed(vouchers=2, codes_per_voucher=3)
    with mock.serve() as base_url:
        settings = settings_of(mock, base_url)

        def run(heading: str) -> list[str]:
            program = tmp_path / "program.py"
            program.write_text(docs_block("tutorial.md", heading), encoding="utf-8")
            done = subprocess.run(
                [sys.executable, program],
                env=environment() | settings,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.stderr == ""
            return done.stdout.splitlines()

        assert len(run("List")) == 2 * (1 + 3)
        (added,) = run("Add")
        assert added == "2500 codes added, the first is SPRING-0000"
        stopped, rejected, resumed = run("See a write fail")
        assert stopped == "1000 added, 1499 not sent"
        assert rejected.startswith("position 1200: ")
        assert resumed == "2499 codes are added now"
        names = [voucher["Name"] for voucher in mock.vouchers]
        counts = [f"{names[0]} has 3 codes", f"{names[1]} has {3 + 4_999} codes"]
        assert sorted(run("Do the same with asyncio")) == sorted(counts)
    values = [code["Value"] for code in mock.codes]
    assert len(values) == len(set(values)) == 2 * 3 + 2_500 + 2_499


def test_the_tutorial_shows_the_command_and_the_settings_of_the_mock() -> None:
    """It names the variables that the mock's command prints, and starts it as the test does."""
    text = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    assert "--vouchers 2 --codes 3\n" in text
    assert set(re.findall(r"`(MEWS_\w+)`", text)) == set(settings_of(MockMews(), ""))


def test_the_landing_page_lists_vouchers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its program prints the name of the voucher, and that it is active."""
    example = Example()
    with served(monkeypatch, example):
        example.run(docs_block("index.md", "mews-vouchers"))
    assert capsys.readouterr().out.endswith(" True\n")
