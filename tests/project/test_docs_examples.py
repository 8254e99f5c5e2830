"""What the documentation site shows is what happens: each of its Python blocks is executed.

Blocks that the README has as well are executed by its tests. Programs that pages include are
executed in `test_examples.py`.
"""

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import certifi
import pytest
from mews_vouchers import VoucherClient
from mews_vouchers.mock import MockMews, faults
from mews_vouchers_client import on_deviation
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.example_processes import environment, settings_of
from tests.support.paths import ROOT
from tests.support.raw_server import raw_server
from tests.support.text_examples import Example, blocks_of

pytestmark = pytest.mark.source

DOCS = ROOT / "overlay" / "docs"

#: The Python blocks that are executed here: page, heading, number of blocks.
HERE = {
    ("index.md", "mews-vouchers"): 1,
    ("tutorial.md", "List"): 1,
    ("tutorial.md", "Add"): 1,
    ("tutorial.md", "See a write fail"): 1,
    ("tutorial.md", "Do the same with asyncio"): 1,
    ("how-to/import-a-campaign.md", "Ask the journal"): 1,
    ("how-to/observe.md", "Metrics"): 1,
    ("how-to/portfolio.md", "List"): 1,
    ("how-to/portfolio.md", "Write"): 1,
    ("how-to/proxy-and-tls.md", "Use a proxy, or your own certificates"): 1,
    ("how-to/testing.md", "Faults"): 1,
    ("how-to/when-the-api-changes.md", "Get notified"): 1,
    ("how-to/when-the-api-changes.md", "Use what the package does not know yet"): 2,
    ("how-to/worker-queue.md", "One limit for all workers"): 1,
}
#: The Python blocks that the README has as well, under which heading.
IN_README = {
    ("how-to/import-a-campaign.md", "The program"): "Importing a campaign",
    ("how-to/finish-a-write.md", "Resume"): "Resuming",
    ("how-to/finish-a-write.md", "Inputs that do not fit into memory"): "Streams",
    ("how-to/finish-a-write.md", "Ctrl-C, time limits and cancelled tasks"): "Interruptions",
    ("how-to/testing.md", "With pytest"): "Testing",
    ("how-to/web-service.md", "Use it in a web service"): "In a service",
    ("how-to/when-the-api-changes.md", "Send a request as it is"): "Generated client",
    ("how-to/worker-queue.md", "A task of any queue"): "Errors",
}


def block(page: str, heading: str, number: int = 0) -> str:
    """Return the source of a Python block of a page."""
    return blocks_of(DOCS / page, "python")[heading][number]


@contextmanager
def served(monkeypatch: pytest.MonkeyPatch, example: Example) -> Iterator[None]:
    """Serve the mock of an example, with its settings in the environment."""
    with example.mock.serve() as base_url:
        for name, value in settings_of(example.mock, base_url).items():
            monkeypatch.setenv(name, value)
        yield


def test_every_block_is_executed() -> None:
    """Each Python block of each page is executed here, or is one of the README."""
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
    assert block(page, heading) in there


def test_included_programs_are_executed() -> None:
    """Each program that a how-to page includes is an example that `test_examples.py` executes."""
    included = [
        (path.parent / name).resolve()
        for path in DOCS.glob("how-to/*.md")
        for name in re.findall(r"\{literalinclude\} (\S+)", path.read_text("utf-8"))
    ]
    assert len(included) == 4
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
            program.write_text(block("tutorial.md", heading), encoding="utf-8")
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
        example.run(block("index.md", "mews-vouchers"))
    assert capsys.readouterr().out.endswith(" True\n")


# --- how-to pages


def test_a_journal_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """After an import with a bad row, the journal has the number of codes, and the bad one."""
    monkeypatch.chdir(tmp_path)
    Path("campaign.csv").write_text(f"code;valid from;valid to\nSUN-1;;\n{'X' * 300};;\n")
    example = Example(codes=0)
    with pytest.raises(SystemExit, match="1 codes are not imported"):
        example.run(block("how-to/import-a-campaign.md", "The program"))
    capsys.readouterr()
    example.run(block("how-to/import-a-campaign.md", "Ask the journal"))
    first, second = capsys.readouterr().out.splitlines()
    assert first == "1 of 2"
    assert second.startswith("X" * 300 + " voucherCodes/add: ")


def test_requests_are_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each attempt is counted by its operation and its result."""
    example = Example()
    example.mock.inject(faults.error(503), "vouchers/getAll", calls=1)
    with served(monkeypatch, example):
        results = example.run(block("how-to/observe.md", "Metrics"))["results"]
    assert results == {
        ("vouchers/getAll", "ServerError"): 1,
        ("vouchers/getAll", "200"): 1,
    }
    assert capsys.readouterr().out.startswith("Counter({(")


def test_a_portfolio_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Each voucher of each property is printed, with the number of its codes."""
    mock = MockMews(seed=1, enterprises=3)
    for enterprise in mock.enterprises:
        mock.seed(vouchers=2, codes_per_voucher=5, enterprise=enterprise)
    example = Example(mock=mock, codes_of_voucher=7)
    example.names["service_ids"] = [one.service_ids[0] for one in mock.enterprises]
    example.run(block("how-to/portfolio.md", "List"))
    lines = capsys.readouterr().out.splitlines()
    assert Counter(line.rpartition(" ")[2] for line in lines) == {"5": 6, "7": 1}


def test_each_property_of_a_portfolio_gets_a_voucher(capsys: pytest.CaptureFixture[str]) -> None:
    """The voucher of each property is added there."""
    example = Example(mock=MockMews(seed=1, enterprises=3))
    enterprises = example.mock.enterprises
    services = {one.id: one.service_ids[0] for one in enterprises}
    example.names["service_of_property"] = services
    example.run(block("how-to/portfolio.md", "Write"))
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == list(services)
    assert [voucher["ExternalIdentifier"] for voucher in example.mock.vouchers[1:]] == [
        f"summer-{one}" for one in services
    ]


def test_the_proxy_gets_the_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a certificate file of that name, the request goes through the proxy."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(certifi.where(), "ca.pem")
    example = Example()
    for name, value in settings_of(example.mock, "http://mews.localhost").items():
        monkeypatch.setenv(name, value)
    source = block("how-to/proxy-and-tls.md", "Use a proxy, or your own certificates")
    body = b'{"Vouchers": [], "Cursor": null}'
    response = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    heads: list[str] = []
    with raw_server(response, heads) as proxy:
        names = example.run(source.replace("http://proxy.example:8080", proxy))
    assert names["vouchers"] == []
    (head,) = heads
    assert head.split()[1] == "http://mews.localhost/api/connector/v1/vouchers/getAll"


def test_a_fault_of_your_own_refuses_a_code(capsys: pytest.CaptureFixture[str]) -> None:
    """The example prints the message of its own fault."""
    example = Example(codes=0)
    example.names["mock_mews"] = example.mock
    example.names["VoucherCodeAddParameters"] = VoucherCodeAddParameters
    example.run(block("how-to/testing.md", "Faults"))
    assert capsys.readouterr().out == "Sold out.\n"
    assert example.added == []


@pytest.fixture
def coloured() -> Example:
    """Return an example whose server sends a property that the document does not have."""

    def paint(body: dict[str, Any]) -> None:
        for voucher in body["Vouchers"]:
            voucher["Colour"] = "green"

    example = Example()
    example.mock.inject(faults.edit(paint), "vouchers/getAll")
    return example


def test_a_deviation_is_reported(coloured: Example, capsys: pytest.CaptureFixture[str]) -> None:
    """The example prints the name of a property that the document does not have."""
    try:
        coloured.run(block("how-to/when-the-api-changes.md", "Get notified"))
        coloured.run("list(client.vouchers.get_all(service_ids=[service_id]))")
    finally:
        on_deviation(None)
    assert capsys.readouterr().out == "Voucher Colour is not in the document\n"


def test_an_unknown_property_is_used(coloured: Example, capsys: pytest.CaptureFixture[str]) -> None:
    """The example prints the value of a property that the document does not have."""
    coloured.run(block("how-to/when-the-api-changes.md", "Use what the package does not know yet"))
    assert capsys.readouterr().out.endswith(" green\n")


def test_an_operation_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    """The example of `call()` prints the number of vouchers."""
    heading = "Use what the package does not know yet"
    Example().run(block("how-to/when-the-api-changes.md", heading, 1))
    assert capsys.readouterr().out == "1\n"


def test_a_client_that_shares_its_limit_is_created(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example creates a client; nothing is sent before its first request."""
    example = Example()
    for name, value in settings_of(example.mock, "http://127.0.0.1:9").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9/0")
    client = example.run(block("how-to/worker-queue.md", "One limit for all workers"))["client"]
    assert isinstance(client, VoucherClient)
    client.close()
    assert example.mock.requests == []
