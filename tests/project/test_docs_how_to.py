"""The Python blocks of the how-to pages of the documentation site: each is executed here."""

import csv
import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import certifi
import pytest
from mews_vouchers import VoucherClient
from mews_vouchers.mock import MockMews, faults
from mews_vouchers_client import on_deviation
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.example_processes import environment, settings_of
from tests.support.raw_server import raw_server
from tests.support.text_examples import Example, docs_block, served

pytestmark = pytest.mark.source


def test_an_interval_is_listed() -> None:
    """The example lists what was last changed in January, here by the clock of the mock."""
    example = Example(codes_of_voucher=3)
    example.run(docs_block("how-to/keep-a-copy.md", "A time interval once"))
    assert [code.value for code in example.saved] == example.listed[::-1]


def test_tables_have_every_item(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CSV, JSON lines and Parquet have a row for each item."""
    monkeypatch.chdir(tmp_path)
    example = Example(codes_of_voucher=3)
    for heading in ("CSV", "JSON lines", "Data frames"):
        example.run(docs_block("how-to/tables.md", heading))
    with Path("codes.csv").open(encoding="utf-8", newline="") as file:
        values = [row["value"] for row in csv.DictReader(file)]
    assert values == example.listed[::-1] == example.names["table"]["value"].to_pylist()
    (line,) = Path("vouchers.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["id"] == example.names["voucher_id"]


def test_the_tests_pass(tmp_path: Path) -> None:
    """The example of tests is a file that pytest runs, with the fixtures of the package."""
    source = docs_block("how-to/testing.md", "With pytest")
    (tmp_path / "test_example.py").write_text(source, encoding="utf-8")
    options = ("-q", "-W", "error", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, tmp_path],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_a_journal_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """After an import with a bad row, the journal has the number of codes, and the bad one."""
    monkeypatch.chdir(tmp_path)
    Path("campaign.csv").write_text(f"code;valid from;valid to\nSUN-1;;\n{'X' * 300};;\n")
    example = Example(codes=0)
    with pytest.raises(SystemExit, match="1 codes are not imported"):
        example.run(docs_block("how-to/import-a-campaign.md", "With a program"))
    capsys.readouterr()
    example.run(docs_block("how-to/import-a-campaign.md", "Ask the journal"))
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
        results = example.run(docs_block("how-to/observe.md", "Metrics"))["results"]
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
    example.run(docs_block("how-to/portfolio.md", "List"))
    lines = capsys.readouterr().out.splitlines()
    assert Counter(line.rpartition(" ")[2] for line in lines) == {"5": 6, "7": 1}


def test_each_property_of_a_portfolio_gets_a_voucher(capsys: pytest.CaptureFixture[str]) -> None:
    """The voucher of each property is added there."""
    example = Example(mock=MockMews(seed=1, enterprises=3))
    enterprises = example.mock.enterprises
    services = {one.id: one.service_ids[0] for one in enterprises}
    example.names["service_of_property"] = services
    example.run(docs_block("how-to/portfolio.md", "Write"))
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
    source = docs_block("how-to/proxy-and-tls.md", "Use a proxy, or your own certificates")
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
    example.run(docs_block("how-to/testing.md", "Faults"))
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
        coloured.run(docs_block("how-to/when-the-api-changes.md", "Get notified"))
        coloured.run("list(client.vouchers.get_all(service_ids=[service_id]))")
    finally:
        on_deviation(None)
    assert capsys.readouterr().out == "Voucher Colour is not in the document\n"


def test_an_unknown_property_is_used(coloured: Example, capsys: pytest.CaptureFixture[str]) -> None:
    """The example prints the value of a property that the document does not have."""
    coloured.run(
        docs_block("how-to/when-the-api-changes.md", "Use what the package does not know yet")
    )
    assert capsys.readouterr().out.endswith(" green\n")


def test_an_operation_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    """The example of `call()` prints the number of vouchers."""
    heading = "Use what the package does not know yet"
    Example().run(docs_block("how-to/when-the-api-changes.md", heading, 1))
    assert capsys.readouterr().out == "1\n"


def test_a_client_that_shares_its_limit_is_created(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example creates a client; nothing is sent before its first request."""
    example = Example()
    for name, value in settings_of(example.mock, "http://127.0.0.1:9").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9/0")
    client = example.run(docs_block("how-to/worker-queue.md", "One limit for all workers"))[
        "client"
    ]
    assert isinstance(client, VoucherClient)
    client.close()
    assert example.mock.requests == []
