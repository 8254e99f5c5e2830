"""What the README shows is what happens: each of its Python blocks is executed here."""

import ast
import asyncio
import inspect
import itertools
import os
import re
import subprocess
import sys
import textwrap
from collections import Counter, defaultdict
from collections.abc import Awaitable
from datetime import UTC, datetime
from functools import partialmethod
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from mews_vouchers import (
    AsyncVoucherClient,
    BatchError,
    Environment,
    VoucherClient,
    VoucherCodes,
    errors,
)
from mews_vouchers.mock import MockMews, MockResponse, faults
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.clients import WITHOUT_SLEEP, async_client, credentials_of
from tests.support.paths import ROOT

pytestmark = pytest.mark.source

#: The arguments whose defaults the table of settings tells in parts.
POLICIES = ("retry", "rate_limit", "circuit_breaker")


def readme() -> str:
    """Return the README."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> dict[str, list[str]]:
    """Return the blocks in a language, by the heading that they stand under."""
    found: dict[str, list[str]] = defaultdict(list)
    heading = ""
    pattern = r"^```(\w+)\n(.*?)^```$|^#+ ([^\n]+)$"
    for match in re.finditer(pattern, readme(), re.DOTALL | re.MULTILINE):
        kind, source, title = match.groups()
        heading = title or heading
        if kind == language:
            found[heading].append(source)
    return found


def block(heading: str, number: int = 0) -> str:
    """Return the source of a Python block."""
    return blocks("python")[heading][number]


class Example:
    """A mock, and the names that the README says its examples use."""

    def __init__(self, *, codes_of_voucher: int = 0, codes: int = 2_500) -> None:
        self.mock = MockMews(seed=1)
        (voucher_id,) = self.mock.seed(vouchers=1, codes_per_voucher=codes_of_voucher)
        self.listed = [code["Value"] for code in self.mock.codes]
        self.saved: list[Any] = []
        self.codes = [VoucherCodeAddParameters(voucher_id, f"NEW-{n:05}") for n in range(codes)]
        self.names: dict[str, Any] = {
            "service_id": self.mock.enterprises[0].service_ids[0],
            "voucher_id": voucher_id,
            "codes": self.codes,
            "save": self.saved.append,
        }

    def run(self, source: str) -> dict[str, Any]:
        """Execute a block; return the names that there are afterwards."""
        code = compile(source, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        if code.co_flags & inspect.CO_COROUTINE:
            asyncio.run(self._run_async(code))
        else:
            with VoucherClient(
                credentials_of(self.mock),
                base_url="http://mock",
                transport=self.mock.transport,
                retry=WITHOUT_SLEEP,
                rate_limit=None,
            ) as client:
                self.names["client"] = client
                exec(code, self.names)  # noqa: S102
        return self.names

    async def _run_async(self, code: Any) -> None:
        async with async_client(self.mock) as client:
            self.names["client"] = client
            running: Awaitable[None] = eval(code, self.names)  # noqa: S307
            await running

    @property
    def added(self) -> list[str]:
        """The values of the codes that were added through the API, in the order of the mock."""
        return [code["Value"] for code in self.mock.codes][len(self.listed) :]

    @property
    def expected(self) -> list[str]:
        """The values of `codes`."""
        return [code.value for code in self.codes]


def test_every_block_is_executed_here() -> None:
    """The tests below name each Python block by its heading; there is no other."""
    assert {heading: len(found) for heading, found in blocks("python").items()} == {
        "Quickstart": 2,
        "Listing": 1,
        "Checkpoints": 1,
        "Time intervals": 1,
        "Concurrency": 1,
        "Writing": 1,
        "Streams": 1,
        "Importing a campaign": 1,
        "Resuming": 1,
        "Interruptions": 1,
        "Errors": 1,
        "In a service": 1,
        "Testing": 1,
        "Generated client": 1,
        "Settings": 1,
    }


@pytest.mark.parametrize(("number", "prefix"), [(0, "SPRING"), (1, "SUMMER")])
def test_the_quickstart_runs_as_it_stands(tmp_path: Path, number: int, prefix: str) -> None:
    """Either program, with nothing but what the mock's command prints, lists and adds codes."""
    program = tmp_path / "quickstart.py"
    program.write_text(block("Quickstart", number), encoding="utf-8")
    mock = MockMews()
    mock.seed(vouchers=2, codes_per_voucher=30)
    with mock.serve() as base_url:
        done = subprocess.run(
            [sys.executable, program],
            env={name: value for name, value in os.environ.items() if name[:5] != "MEWS_"}
            | {
                "MEWS_BASE_URL": base_url,
                "MEWS_CLIENT_TOKEN": mock.client_token,
                "MEWS_ACCESS_TOKEN": mock.access_token,
                "MEWS_CLIENT": "Sample Client 1.0.0",
                "MEWS_SERVICE_ID": mock.enterprises[0].service_ids[0],
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.stderr == ""
    *listed, last = done.stdout.splitlines()
    assert last == "2500 codes added"
    values = [code["Value"] for code in mock.codes]
    assert Counter(line.split()[0] for line in listed) == Counter(values[:60])
    assert values[60:] == [f"{prefix}-{n:05}" for n in range(2_500)]


def test_the_settings_of_the_quickstart_are_those_of_the_mock() -> None:
    """The README names the variables that the mock's command prints, and says how many."""
    variables = re.findall(r"`(MEWS_\w+)`", readme().partition("Sync:")[0])
    source = (ROOT / "overlay/mews_vouchers/mock/__main__.py").read_text(encoding="utf-8")
    assert variables == re.findall(r'"(MEWS_\w+)"', source)
    assert len(variables) == 5
    assert "prints five `export` lines" in readme()


def test_pages_have_related_items(capsys: pytest.CaptureFixture[str]) -> None:
    """The example of `pages()` shows the number of vouchers and their rates."""
    Example().run(block("Listing"))
    assert capsys.readouterr().out.startswith("1 [")


def test_a_listing_continues_from_the_checkpoint() -> None:
    """After an error in the middle, each code is saved once."""
    example = Example(codes_of_voucher=2_500)
    failed = itertools.count(1)

    def fail_once(call: faults.FaultedCall) -> MockResponse:
        is_second_page = "Cursor" in call.body["Limitation"] and next(failed) == 1
        return faults.error(403)(call) if is_second_page else call.proceed()

    example.mock.inject(fail_once, "voucherCodes/getAll")
    example.run(block("Checkpoints"))
    assert next(failed) > 1
    assert Counter(code.value for code in example.saved) == Counter(example.listed)


def test_a_run_starts_where_the_one_before_ended() -> None:
    """The recipe lists what was changed since, and remembers where the next run starts."""
    example = Example(codes_of_voucher=3)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    example.names["since"] = since
    names = example.run(block("Time intervals"))
    assert [code.value for code in example.saved] == example.listed[::-1]
    assert names["since"] == names["until"] > since


def test_a_concurrent_listing_has_everything(capsys: pytest.CaptureFixture[str]) -> None:
    """The example of `concurrency` prints each code once."""
    example = Example(codes_of_voucher=2_500)
    example.run(block("Concurrency"))
    assert Counter(capsys.readouterr().out.split()) == Counter(example.listed)


def test_the_writes_do_what_they_say() -> None:
    """The codes are added and deleted, the voucher is renamed."""
    example = Example()
    example.run(block("Writing"))
    assert example.added == example.expected
    assert not any(code["IsActive"] for code in example.mock.codes)
    assert [voucher["Name"] for voucher in example.mock.vouchers] == ["Summer"]


def test_resume_completes_an_add(capsys: pytest.CaptureFixture[str]) -> None:
    """After a lost response, each code is added once."""
    example = Example()
    example.mock.inject(faults.drop_after(), "voucherCodes/add", calls=2)
    names = example.run(block("Resuming"))
    assert "1000 succeeded, 0 rejected, 1000 unknown, 500 not sent" in capsys.readouterr().out
    assert sorted(example.added) == [code.value for code in names["added"]] == example.expected


def test_a_refused_add_is_not_resumed() -> None:
    """Where the server refused items, the example raises the error."""
    example = Example()
    example.mock.inject(faults.error(400), "voucherCodes/add", calls=2)
    with pytest.raises(BatchError, match="1000 rejected"):
        example.run(block("Resuming"))


@pytest.mark.parametrize("is_interrupted", [False, True])
def test_an_interrupted_add_is_completed(
    monkeypatch: pytest.MonkeyPatch, *, is_interrupted: bool
) -> None:
    """Return whether the time is enough or not, each code is added once."""
    example = Example(codes=12_000)
    timeouts: list[tuple[asyncio.AbstractEventLoop, asyncio.Timeout]] = []

    def timeout(_seconds: float) -> asyncio.Timeout:
        timeouts.append((asyncio.get_running_loop(), asyncio.Timeout(None)))
        return timeouts[-1][1]

    def expire(call: faults.FaultedCall) -> MockResponse:
        loop, expiring = timeouts[0]
        loop.call_soon_threadsafe(expiring.reschedule, loop.time())
        return faults.slow(60.0)(call)  # applies it first

    monkeypatch.setattr(asyncio, "timeout", timeout)
    if is_interrupted:
        example.mock.inject(expire, "voucherCodes/add", calls=range(5, 9))
    names = example.run(block("Interruptions"))
    assert sorted(example.added) == example.expected
    assert [code.value for code in names["added"]] == example.expected
    assert ("stopped" in names) is is_interrupted


@pytest.fixture
def without_settling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for requests that may still be applied."""
    monkeypatch.setattr(VoucherCodes, "resume", partialmethod(VoucherCodes.resume, settle=0))


@pytest.mark.usefixtures("without_settling")
def test_a_stream_that_was_left_is_finished_later() -> None:
    """Each code is added once, and the id of each is saved."""
    example = Example(codes=4_500)
    names = example.run(block("Streams"))
    assert len(names["added"]) == 2_500
    assert sorted(example.added) == example.expected
    assert sorted(chain(*example.saved)) == sorted(code["Id"] for code in example.mock.codes)


def test_a_stream_that_has_ended_is_not_finished_again() -> None:
    """Its loop is not left: there is no error."""
    example = Example(codes=1_000)
    names = example.run(block("Streams"))
    assert "added" not in names
    assert example.added == example.expected


#: A job queue, as the example of it is used.
ATTEMPTS = """
kept, waits = None, []
while True:
    try:
        added = add_codes(kept)
        break
    except BatchError as error:
        kept = saved[-1]
        waits.append(seconds_until_next_attempt(error))
        if waits[-1] is None:
            break
"""


def run_job(example: Example, stored: str | None = None) -> dict[str, Any]:
    """Run the example of job queues until it gives up, or is done."""
    example.names["saved"] = example.saved
    return example.run(block("Errors") + ATTEMPTS.replace("None", repr(stored), 1))


@pytest.mark.usefixtures("without_settling")
def test_a_failed_job_is_tried_later() -> None:
    """The example of job queues keeps the error without tokens, and completes it later."""
    example = Example()
    example.mock.inject(faults.error(503), "voucherCodes/add", calls=2)
    example.mock.inject(faults.error(503, applied=True), "voucherCodes/add", calls=4)
    names = run_job(example)
    assert names["waits"] == [60.0, 60.0]
    assert example.mock.access_token not in names["kept"]
    assert sorted(example.added) == [code.value for code in names["added"]] == example.expected


@pytest.mark.usefixtures("without_settling")
def test_a_job_whose_look_up_fails_is_tried_later() -> None:
    """That is a failure like any other."""
    example = Example()
    example.mock.inject(faults.drop_after(), "voucherCodes/add", calls=2)
    example.mock.inject(faults.error(403), "voucherCodes/getAll", calls=1)
    names = run_job(example)
    assert names["waits"] == [60.0, None]
    run_job(example, names["kept"])
    assert sorted(example.added) == example.expected


def test_a_refused_job_is_not_tried_again() -> None:
    """Where the server refused the codes, the example of job queues says so, and keeps them."""
    example = Example()
    example.mock.inject(faults.error(403), "voucherCodes/add")
    names = run_job(example)
    assert names["waits"] == [None]
    assert len(BatchError.from_json(names["kept"]).rejected) == 1_000


@pytest.mark.usefixtures("without_settling")
@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_an_interrupted_job_is_kept(kind: type[BaseException]) -> None:
    """Without the error, the next attempt would add the codes again."""
    example = Example()

    def interrupt(call: faults.FaultedCall) -> MockResponse:
        call.proceed()
        raise kind

    example.mock.inject(interrupt, "voucherCodes/add", calls=2)
    with pytest.raises(kind):
        run_job(example)
    (kept,) = example.saved
    names = run_job(example, kept)
    assert sorted(example.added) == [code.value for code in names["added"]] == example.expected


class KilledError(BaseException):
    """Stands for the end of a process."""


def test_a_campaign_is_imported_once_although_it_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each good row is one code with its local times; bad rows are printed with their lines."""
    monkeypatch.chdir(tmp_path)
    times = "01/06/2026 09:00;31/08/2026 18:30"
    rows = [f"SUN-{number:06};{times}" for number in range(50_000)]
    rows[3] = f"{'X' * 300};{times}"
    rows[7_777] = "SUN-007777;31/08/2026 18:30;01/06/2026 09:00"
    rows[15_000] = f"REFUSED;{times}"
    campaign = "\n".join(["code;valid from;valid to", *rows])
    Path("campaign.csv").write_text(campaign, encoding="utf-8-sig")
    example = Example(codes=0)

    def kill(call: faults.FaultedCall) -> MockResponse:
        call.proceed()
        raise KilledError

    def refuse(call: faults.FaultedCall) -> MockResponse:
        values = [code["Value"] for code in call.body["VoucherCodeParameters"]]
        return faults.error(403, "Sold out.")(call) if "REFUSED" in values else call.proceed()

    example.mock.inject(refuse, "voucherCodes/add")
    example.mock.inject(kill, "voucherCodes/add", calls=9)
    with pytest.raises(KilledError):
        example.run(block("Importing a campaign"))
    assert 0 < len(example.added) < 49_997
    run_campaign(example)
    requests = len(example.mock.requests)
    bad = (3, 7_777, 15_000)
    good = [row.partition(";")[0] for number, row in enumerate(rows) if number not in bad]
    assert sorted(example.added) == good
    validity = {(code["ValidityStartUtc"], code["ValidityEndUtc"]) for code in example.mock.codes}
    assert validity == {("2026-06-01T07:00:00Z", "2026-08-31T16:30:00Z")}
    first, second, third = capsys.readouterr().out.splitlines()
    assert first.startswith("line 5: voucherCodes/add: the item at position 3 was not sent: its v")
    assert second.startswith("line 7779: ")
    assert "validity" in second
    assert third.startswith("line 15002: voucherCodes/add: 403 ")
    assert third.endswith(": Sold out.")
    # Once more: there is nothing left to do.
    run_campaign(example)
    assert len(example.mock.requests) == requests
    assert len(capsys.readouterr().out.splitlines()) == 3
    # With a corrected row: only that one is sent.
    rows[3] = f"SUN-000003;{times}"
    Path("campaign.csv").write_text("\n".join(["code;valid from;valid to", *rows]))
    run_campaign(example)
    assert sorted(example.added) == sorted([*good, "SUN-000003"])
    assert len(example.mock.requests) == requests + 1


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("SUN-3", "not enough values to unpack"),
        ("SUN-3;01/06/2026 09:00;31/06/2026 18:30", "day is out of range"),
        ("SUN-3;01/06/2026 09:00;tomorrow", "does not match format"),
    ],
)
def test_a_row_that_cannot_be_read_stops_a_campaign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: str, problem: str
) -> None:
    """It is named by its line; nothing is sent."""
    monkeypatch.chdir(tmp_path)
    Path("campaign.csv").write_text(f"code;valid from;valid to\nSUN-1;;\n\n{row}\n")
    example = Example(codes=0)
    with pytest.raises(SystemExit, match=f"line 4: .*{problem}.*; this run has added nothing"):
        example.run(block("Importing a campaign"))
    assert not example.mock.requests


def test_a_code_of_a_campaign_may_have_no_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty cell is no start, or no end; an empty line is no code."""
    monkeypatch.chdir(tmp_path)
    rows = ["code;valid from;valid to", "SUN-1;;", "", "SUN-2;01/06/2026 09:00;", ""]
    Path("campaign.csv").write_text("\n".join(rows))
    example = Example(codes=0)
    example.run(block("Importing a campaign"))
    found = [(one["ValidityStartUtc"], one["ValidityEndUtc"]) for one in example.mock.codes]
    assert found == [(None, None), ("2026-06-01T07:00:00Z", None)]


def run_campaign(example: Example) -> None:
    """Run the example of a campaign, in which some codes are rejected."""
    with pytest.raises(SystemExit, match="codes are not imported"):
        example.run(block("Importing a campaign"))


def test_the_tests_pass(tmp_path: Path) -> None:
    """The example of tests is a file that pytest runs, with the fixture of the package."""
    (tmp_path / "test_example.py").write_text(block("Testing"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", tmp_path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_the_generated_client_responds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The example of the generated client shows a success and its request id."""
    example = Example()
    monkeypatch.setenv("MEWS_CLIENT_TOKEN", example.mock.client_token)
    monkeypatch.setenv("MEWS_ACCESS_TOKEN", example.mock.access_token)
    monkeypatch.setenv("MEWS_CLIENT", "Tests 1.0")
    example.run(block("Generated client"))
    assert re.fullmatch(r"200 [-0-9a-f]{36}\n", capsys.readouterr().out)


def test_a_view_responds_in_time(capsys: pytest.CaptureFixture[str]) -> None:
    """The example of a service lists vouchers with the options of the view."""
    example = Example()
    vouchers = example.run(block("In a service"))["vouchers"]
    assert [voucher.id for voucher in vouchers] == [example.names["voucher_id"]]
    assert not capsys.readouterr().out


def test_the_settings_are_accepted() -> None:
    """The example of settings creates a client of the vendor's demo environment."""
    names: dict[str, Any] = {}
    exec(block("Settings"), names)  # noqa: S102
    assert repr(names["client"]) == "<VoucherClient of https://api.mews-demo.com, closed>"
    assert str(Environment.DEMO) == "https://api.mews-demo.com"


@pytest.mark.parametrize("kind", [VoucherClient, AsyncVoucherClient])
def test_the_table_of_settings_is_complete(kind: type) -> None:
    """It has the arguments of either client in their order, and the defaults of the policies."""
    table = readme().partition("| argument |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (`.+?) \| (.+?) \|", table, re.MULTILINE)
    names = [name for cell, _ in rows for name in re.findall(r"`(\w+)`", cell)]
    assert names == list(inspect.signature(kind).parameters)
    policies = re.findall(r"`(\w+)=([\d.]+)`", table)
    defaults = [inspect.signature(kind).parameters[name].default for name in POLICIES]
    for name, value in policies:
        (owner,) = (one for one in defaults if hasattr(one, name))
        assert getattr(owner, name) == float(value)
    assert len(policies) == 8


def test_the_tree_of_errors_is_that_of_the_code() -> None:
    """README and `errors.py` show the same tree."""
    (shown,) = blocks("text")["Errors"]
    assert shown.strip() == textwrap.dedent((errors.__doc__ or "").split("\n\n")[1])


def test_links_work_everywhere() -> None:
    """All links are absolute, and there are no images: a package index has no other files."""
    text = readme()
    targets = re.findall(r"\]\(([^)]*)\)", text)
    assert targets
    assert [target for target in targets if not target.startswith("https://")] == []
    assert re.findall(r"!\[|<(?!details|summary|code)\w|^\[[^]]+\]:", text, re.MULTILINE) == []


def test_it_says_first_that_it_is_not_official() -> None:
    """The first lines say that this is no product of Mews."""
    assert "not an official Mews product" in " ".join(readme().splitlines()[:5])
