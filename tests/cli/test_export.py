"""`export`: its formats, and that a run that was stopped is continued without loss or doubles."""

import csv
import json
import random
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from mews_vouchers.mock import MockResponse, faults

from tests.support.command import Shell
from tests.support.waiting import TIMEOUT, wait_until

parquet = pytest.importorskip("pyarrow.parquet", reason="an extra")

ENDINGS = ["csv", "jsonl", "parquet"]


def ids_in(path: Path) -> list[str]:
    """Return the ids in an exported file."""
    if path.suffix == ".parquet":
        found: list[str] = parquet.read_table(path).column("id").to_pylist()
        return found
    text = path.read_text("utf-8").splitlines()
    if path.suffix == ".csv":
        return [row["id"] for row in csv.DictReader(text)]
    return [json.loads(line)["id"] for line in text]


def names(shell: Shell) -> list[str]:
    """Return the names of the files in the folder."""
    return sorted(path.name for path in shell.folder.iterdir())


@pytest.mark.parametrize("ending", [*ENDINGS, "ndjson", "CSV"])
@pytest.mark.parametrize("kind", ["codes", "vouchers"])
def test_an_export_has_everything(shell: Shell, kind: str, ending: str) -> None:
    """Each item is in the file once, deleted ones as well, and nothing else is left."""
    shell.mock.seed(vouchers=3, codes_per_voucher=700)
    shell.succeed("codes", "delete", "--yes", "--id", str(shell.mock.codes[0]["Id"]))
    ended = shell.succeed(kind, "export", f"a.{ending}")
    items = getattr(shell.mock, kind)
    path = shell.folder / f"a.{ending}"
    found = ids_in(path.rename(path.with_suffix(path.suffix.lower())))
    assert sorted(found) == sorted(item["Id"] for item in items)
    assert ended.messages.startswith(f"{len(items):,} {kind} in a.{ending}: ")
    assert names(shell) == [f"a.{ending.lower()}"]


def test_values_are_the_same_in_all_formats(shell: Shell) -> None:
    """Texts, times, flags and nothing are what the API has, in each format with its own types."""
    voucher_id = shell.mock.add_voucher()
    value = 'a "quoted", long; value\n冬'
    shell.mock.add_code(voucher_id, "x", ValidityStartUtc="2026-01-31T10:00:00Z")
    shell.mock.add_voucher(Name=value)
    for ending in ENDINGS:
        shell.succeed("codes", "export", f"c.{ending}")
        shell.succeed("vouchers", "export", f"v.{ending}", "--quiet")
    table = parquet.read_table(shell.folder / "c.parquet").to_pylist()
    row = json.loads((shell.folder / "c.jsonl").read_text("utf-8"))
    (cells,) = csv.DictReader((shell.folder / "c.csv").read_text("utf-8").splitlines())
    assert table[0].keys() == row.keys() == cells.keys()
    assert table[0]["validity_start_utc"].isoformat() == "2026-01-31T10:00:00+00:00"
    assert row["validity_start_utc"] == cells["validity_start_utc"] == "2026-01-31T10:00:00Z"
    assert (table[0]["is_active"], row["is_active"], cells["is_active"]) == (True, True, "true")
    assert (table[0]["validity_end_utc"], row["validity_end_utc"]) == (None, None)
    assert cells["validity_end_utc"] == ""
    with (shell.folder / "v.csv").open(encoding="utf-8", newline="") as file:
        assert value in [one["name"] for one in csv.DictReader(file)]
    assert value in parquet.read_table(shell.folder / "v.parquet").column("name").to_pylist()


def test_filters(shell: Shell) -> None:
    """An export has the items that the list with the same filters has."""
    first, second = shell.mock.seed(vouchers=2, codes_per_voucher=3)
    shell.succeed("codes", "delete", "--yes", "--id", str(shell.mock.codes[0]["Id"]))
    for options, count in (
        (("--voucher", first), 3),
        (("--active",), 5),
        (("--active", "--voucher", first, "--voucher", second), 5),
        (("--updated-since", "2020-01-01T00:00:00Z"), 6),
        (("--updated-until", "2020-01-01T00:00:00Z"), 0),
    ):
        shell.succeed("codes", "export", "a.csv", *options)
        assert len(ids_in(shell.folder / "a.csv")) == count


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_killed_export_is_continued(shell: Shell, ending: str, concurrency: int) -> None:
    """Killed at any time and run again, an export has each item once, and lists few pages again."""
    shell.mock.seed(vouchers=12, codes_per_voucher=1_100)
    shell.mock.inject(faults.slow(0.05))
    chance = random.Random(f"{ending}{concurrency}")  # noqa: S311 - repeatable
    target = shell.folder / f"a.{ending}"
    arguments = ("codes", "export", target.name, "--concurrency", str(concurrency))
    kills = 0
    while kills < 4:
        number = len(shell.mock.requests) + chance.randint(2, 5)
        with shell.process(*arguments) as process:
            wait_until(
                lambda process=process, number=number: (
                    process.poll() is not None  # type: ignore[misc]
                    or len(shell.mock.requests) >= number
                ),
                TIMEOUT,
            )
            process.kill()
            kills += 1
            if process.wait(TIMEOUT) == 0:
                break
        assert not target.exists()
    shell.mock.clear_faults()
    ended = shell.run(*arguments)
    assert ended.code == 0, ended
    found = ids_in(target)
    assert len(found) == len({*found})
    assert {*found} == {code["Id"] for code in shell.mock.codes}
    assert names(shell) == [target.name]
    # 14 pages, one of the vouchers, and for each kill those in flight and prefetched.
    assert len(shell.mock.requests) <= 15 + 12 + kills * (2 * concurrency + 2)


def test_a_kill_while_the_file_is_written(shell: Shell) -> None:
    """Killed while it writes the file, the old one is whole, and the next run writes the new."""
    shell.mock.seed(vouchers=1, codes_per_voucher=3)
    shell.succeed("codes", "export", "a.csv")
    before = (shell.folder / "a.csv").read_bytes()
    shell.file("a.csv.tmp", "half of an earl")
    shell.mock.seed(vouchers=1, codes_per_voucher=20_000)
    with shell.process("codes", "export", "a.csv") as process:
        temporary = shell.folder / "a.csv.tmp"
        wait_until(lambda: process.poll() is not None or temporary.stat().st_size > 100, TIMEOUT)
        process.kill()
        process.wait(TIMEOUT)
    assert (shell.folder / "a.csv").read_bytes() == before
    messages = shell.succeed("codes", "export", "a.csv").messages
    first, last = messages.splitlines()
    assert first == "continuing after 20,003 codes: remove a.csv.partial to begin again"
    assert last.startswith("20,003 codes in a.csv, 0 of them by this run: ")
    assert sorted(ids_in(shell.folder / "a.csv")) == sorted(map(str, _ids(shell)))
    assert names(shell) == ["a.csv"]


def _ids(shell: Shell) -> list[Any]:  # Any: JSON of the mock
    return [code["Id"] for code in shell.mock.codes]


def test_new_items_do_not_disturb(shell: Shell) -> None:
    """What is added after the beginning does not double or hide what was there."""
    shell.mock.seed(vouchers=2, codes_per_voucher=1_500)
    before = _ids(shell)
    shell.mock.inject(faults.error(403), "voucherCodes/getAll", calls=range(2, 100))
    assert shell.run("codes", "export", "a.csv", "--concurrency", "1").code == 4
    shell.mock.clear_faults()
    shell.mock.seed(vouchers=1, codes_per_voucher=5)
    shell.succeed("codes", "export", "a.csv", "--concurrency", "1")
    found = ids_in(shell.folder / "a.csv")
    assert sorted(found) == sorted(before)


def test_an_error_says_how_to_continue(shell: Shell) -> None:
    """If the server fails, one line has the reason, what is kept, and where."""
    shell.mock.seed(vouchers=1, codes_per_voucher=2_500)
    shell.mock.inject(faults.error(429, retry_after=5000), "voucherCodes/getAll", calls=[2])
    line = shell.fail(1, "codes", "export", "a.csv", "--concurrency", "1")
    assert "429" in line
    assert line.endswith("; 1,000 codes kept in a.csv.partial: run it again to continue")


def test_ctrl_c_says_how_to_continue(shell: Shell) -> None:
    """After Ctrl-C one line says what is kept, and the next run continues."""
    shell.mock.seed(vouchers=1, codes_per_voucher=2_500)
    shell.mock.inject(faults.slow(3.0), "voucherCodes/getAll", calls=[2])
    partial = shell.folder / "a.csv.partial"
    last_of_first_page = b"CODE-1-001501"
    with shell.process("codes", "export", "a.csv", "--concurrency", "1") as process:
        wait_until(lambda: len(shell.mock.requests) == 3, TIMEOUT)
        wait_until(lambda: last_of_first_page in partial.read_bytes(), TIMEOUT)
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 130
    message = "interrupted; 1,000 codes kept in a.csv.partial: run it again to continue\n"
    assert messages == message
    ended = shell.succeed("codes", "export", "a.csv")
    first, last = ended.messages.splitlines()
    assert first.startswith("continuing after 1,000 codes: ")
    assert last.startswith("2,500 codes in a.csv, 1,500 of them by this run: ")
    assert "continuing" not in shell.succeed("codes", "export", "a.csv", "--quiet").messages


def test_another_export_is_not_continued(shell: Shell) -> None:
    """A partial file of another export, server or program is refused, and stays as it is."""
    shell.mock.seed(vouchers=1, codes_per_voucher=3)
    shell.mock.inject(faults.error(403), "voucherCodes/getAll")
    assert shell.run("codes", "export", "a.csv").code == 4
    shell.mock.clear_faults()
    before = (shell.folder / "a.csv.partial").read_bytes()
    other = "is of an export with other options: repeat that one, or remove the file"
    assert shell.fail(2, "codes", "export", "a.csv", "--active") == f"a.csv.partial {other}"
    assert shell.fail(2, "vouchers", "export", "a.csv") == f"a.csv.partial {other}"
    assert (shell.folder / "a.csv.partial").read_bytes() == before
    shell.succeed("codes", "export", "a.csv")

    shell.file("b.csv.partial", "notes of mine, which are no database at all" * 100)
    mine = "b.csv.partial is no partial file of this release: move it away"
    assert shell.fail(2, "codes", "export", "b.csv") == mine
    with closing(sqlite3.connect(shell.folder / "c.csv.partial")) as database:
        database.execute("CREATE TABLE a (b)")
    assert "is no partial file" in shell.fail(2, "codes", "export", "c.csv")


def test_two_exports_to_one_file(shell: Shell) -> None:
    """While an export runs, a second one to the same file is refused."""
    shell.mock.seed(vouchers=1, codes_per_voucher=3)
    shell.mock.inject(faults.slow(3.0))
    with shell.process("codes", "export", "a.csv"):
        wait_until(lambda: shell.mock.requests, TIMEOUT)
        line = shell.fail(2, "codes", "export", "a.csv")
        assert "perhaps another export to it is running" in line


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.xlsx", "a.xlsx: the name must end with one of .csv, .jsonl, .ndjson, .parquet"),
        ("a", "a: the name must end with one of .csv, .jsonl, .ndjson, .parquet"),
        ("none/a.csv", "none is no folder"),
    ],
)
def test_a_file_that_cannot_be_written(shell: Shell, name: str, message: str) -> None:
    """A wrong name is found before any request."""
    assert shell.fail(2, "codes", "export", name) == message
    assert shell.mock.requests == []


def test_parquet_is_an_extra(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pyarrow, one line says what to install, before any request."""
    monkeypatch.setattr("mews_vouchers.cli._formats.find_spec", lambda name: None)
    line = shell.fail(2, "codes", "export", "a.parquet")
    assert line == 'Parquet needs pyarrow: pip install "mews-vouchers[parquet]"'


@pytest.mark.parametrize(
    "wrong", [{"IsActive": "x"}, {"CreatedUtc": "x"}, {"Value": 3}, {"CreatedUtc": 3}]
)
def test_parquet_refuses_what_it_cannot_hold(shell: Shell, wrong: dict[str, object]) -> None:
    """A value of another type is no silent loss: the other formats take it."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    code = {"Id": "1", "VoucherId": "2", "IsActive": True, "ActivityState": "Active", **wrong}
    body = json.dumps({"VoucherCodes": [code], "Cursor": None}).encode()
    shell.mock.inject(lambda call: MockResponse(200, headers, body))
    voucher = ("--voucher", "00000000-0000-4000-8000-000000000000")
    line = shell.fail(1, "codes", "export", "a.parquet", *voucher)
    assert "which Parquet cannot hold: export to a .csv or .jsonl file; 1 code kept" in line
    assert names(shell) == ["a.parquet.partial"]
    shell.succeed("codes", "export", "a.jsonl", *voucher)
    assert ids_in(shell.folder / "a.jsonl") == ["1"]
