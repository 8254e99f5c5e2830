"""`codes import`: which files it understands, what it refuses, and that no code is added twice."""

import random
import signal
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers.cli._csv_file import read_csv
from mews_vouchers.mock import faults

from tests.support.command import Shell
from tests.support.hypothesis_profiles import examples
from tests.support.waiting import TIMEOUT, wait_until

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}


@pytest.fixture
def voucher(shell: Shell) -> str:
    """Return a voucher."""
    return shell.mock.add_voucher()


def codes(shell: Shell) -> list[tuple[object, object, object]]:
    """Return the codes that were added: value, start, end."""
    names = ("Value", "ValidityStartUtc", "ValidityEndUtc")
    return [(code[names[0]], code[names[1]], code[names[2]]) for code in shell.mock.codes]


def importing(shell: Shell, voucher: str, content: str | bytes, *options: str) -> tuple[str, ...]:
    """Write a file; return the arguments that import it."""
    return ("codes", "import", shell.file("a.csv", content), "--voucher", voucher, *options)


# --- what is understood


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom"])
@pytest.mark.parametrize("delimiter", DELIMITERS.values())
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_files_of_spreadsheets(
    shell: Shell, voucher: str, encoding: str, delimiter: str, newline: str
) -> None:
    """Any delimiter and any encoding with a BOM is found out; columns may have any order."""
    rows = [("End", "Code ", "START"), ("31/12/2026 18:00", "Zimní 冬", ""), ("", "B", "")]
    text = newline.join(delimiter.join(row) for row in rows) + newline
    data = text.encode("utf-16" if encoding == "utf-16" else "utf-8")
    if encoding == "utf-8-sig":
        data = text.encode("utf-8-sig")
    if encoding == "utf-16-le-bom":
        data = b"\xfe\xff" + text.encode("utf-16-be")
    shell.succeed(*importing(shell, voucher, data, "--zone", "Europe/Prague"))
    assert codes(shell) == [("Zimní 冬", None, "2026-12-31T17:00:00Z"), ("B", None, None)]


@given(
    rows=st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1).filter(
                str.strip
            ),
            st.text(st.characters(codec="utf-8", exclude_characters="\0\r")),
        ),
        min_size=1,
    ),
    delimiter=st.sampled_from(list(DELIMITERS.values())),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@settings(max_examples=examples(100), deadline=None)
def test_every_file_of_csv_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str]],
    delimiter: str,
    encoding: str,
) -> None:
    """What Python's csv writes is read again, each row with the line where it starts."""
    import csv  # noqa: PLC0415

    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(["value", "start"])
        writer.writerows(rows)
    read = read_csv(path, ["value", "start"], encoding=None, delimiter=None).lines
    assert [line.cells for line in read] == [{"value": a, "start": b} for a, b in rows]
    breaks = [sum(cell.count("\n") for cell in row) + 1 for row in rows]
    assert [line.number for line in read] == [2 + sum(breaks[:n]) for n in range(len(rows))]


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("sep=|\nvalue|start\nA|\n", ()),
        ("value,start\nA,\n", ("--delimiter", "comma")),
        ('"value","start"\n"A",""\n', ()),
        ("value,start\n\n,\nA,\n  ,\n", ()),
        ("value,note\nA,whatever\n", ("--ignore-column", "Note")),
        ("value\nA\n", ()),
        ('value\n"A"\n', ()),
        ("value,start\nA,\n".encode("utf-16-le"), ("--encoding", "utf-16-le")),
        ("value,end\nA,\n", ("--allow-duplicates",)),
    ],
)
def test_other_files(
    shell: Shell, voucher: str, content: str | bytes, options: tuple[str, ...]
) -> None:
    """A hint of Excel, quotes, empty rows, a single column, and what an option says."""
    shell.succeed(*importing(shell, voucher, content, *options))
    assert codes(shell) == [("A", None, None)]


def test_an_old_encoding(shell: Shell, voucher: str) -> None:
    """A file in an old encoding of Windows is refused, and read once it is named."""
    data = "value\nCafé €\n".encode("cp1252")
    line = shell.fail(3, *importing(shell, voucher, data))
    assert line == "a.csv is not utf-8: pass --encoding, such as cp1252, or save it as CSV UTF-8"
    shell.succeed(*importing(shell, voucher, data, "--encoding", "cp1252"))
    assert codes(shell) == [("Café €", None, None)]


@pytest.mark.parametrize(
    ("content", "options", "expected"),
    [
        ("A,2026-01-31T10:00Z,", (), ("2026-01-31T10:00:00Z", None)),
        ("A,31.1.2026 10:00,", ("--zone", "UTC"), ("2026-01-31T10:00:00Z", None)),
        ("A,1/2/2026,", ("--zone", "UTC", "--dates", "day-first"), ("2026-02-01T00:00:00Z", None)),
        (
            "A,1/2/2026,",
            ("--zone", "UTC", "--dates", "month-first"),
            ("2026-01-02T00:00:00Z", None),
        ),
        (
            "A,,31.1.2026",
            ("--zone", "Europe/Paris", "--last-day", "included"),
            (None, "2026-01-31T22:59:59Z"),
        ),
        (
            "A,,31.1.2026",
            ("--zone", "Europe/Paris", "--last-day", "excluded"),
            (None, "2026-01-30T23:00:00Z"),
        ),
    ],
)
def test_times(
    shell: Shell,
    voucher: str,
    content: str,
    options: tuple[str, ...],
    expected: tuple[str | None, str | None],
) -> None:
    """Times are those of the zone; the end of a day is what the option says."""
    arguments = importing(shell, voucher, f"value,start,end\n{content}\n", *options)
    shell.succeed(*arguments)
    assert codes(shell) == [("A", *expected)]


def test_an_export_can_be_imported(shell: Shell, voucher: str) -> None:
    """An exported file is imported with its vouchers and times."""
    shell.mock.add_code(voucher, "A", ValidityStartUtc="2026-01-31T10:00:00Z")
    shell.succeed("codes", "export", "a.csv")
    ignored = ("id", "activity_state", "is_active", "created_utc", "updated_utc")
    options = [option for name in ignored for option in ("--ignore-column", name)]
    shell.succeed("codes", "import", "a.csv", *options)
    assert codes(shell) == [("A", "2026-01-31T10:00:00Z", None)] * 2


# --- what is refused


@pytest.mark.parametrize(
    ("content", "options", "code", "message"),
    [
        ("", (), 3, "a.csv, line 1: the first line has to name the columns, of value, code, "),
        ("\n\n", (), 3, "a.csv, line 1: the first line has to name the columns"),
        ("sep=;\n", (), 3, "a.csv is empty: the first line has to name the columns"),
        ("A,B\n1,2\n", (), 3, "a.csv, line 1: the first line has to name the columns"),
        ("value\n", (), 3, "the file has no rows below its header"),
        ("start,end\n,2026-01-01T00:00Z\n", (), 3, "the file has no column 'value'"),
        ("value,start\nA\n", (), 3, "1 of 1 row wrong; this run has sent nothing"),
        ("value,code\nA,B\n", (), 3, "the file has two columns for the same"),
        ("value,value\nA,B\n", (), 3, "a.csv: the header has a column twice"),
        (
            "value,begin\nA,\n",
            ("--delimiter", "comma"),
            3,
            (
                "a.csv: unknown column 'begin': the first line has to name the columns, of value, "
                "code, voucher_id, validity_start_utc, start, validity_end_utc, end; to leave a "
                "column out, pass --ignore-column with its name"
            ),
        ),
        ("value\nA;B\n", (), 3, "a.csv has one column, and a row with a delimiter in it: pass --d"),
        ('value\n"A\n', (), 3, "a.csv, line 2: unexpected end of data"),
        ("value\nA\0\n", (), 3, "a.csv is not utf-8: pass --encoding"),
        ("value\nA\n", ("--encoding", "x"), 2, "--encoding x is unknown"),
        ("value,voucher_id\nA,B\n", (), 2, "name the voucher once: with --voucher, or in a colu"),
        (
            "value,start\nA,2026-01-01\n",
            (),
            2,
            "the file has times without a time zone: pass --zone, such as Europe/Paris",
        ),
        (
            "value,end\nA,2026-01-01\n",
            ("--zone", "UTC"),
            2,
            "the file has ends without a time: pass --last-day included if the codes are valid",
        ),
        (
            "value,end\nA,1/1/2026 10:00\n",
            ("--zone", "UTC"),
            2,
            "all dates can start with the day or with the month: pass --dates day-first or month",
        ),
        (
            "value,start,end\nA,13/1/2026 10:00,1/13/2026 10:00\n",
            ("--zone", "UTC"),
            2,
            "some dates start with the day, others with the month: pass --dates",
        ),
        (
            "value\nA\n",
            ("--zone", "Paris"),
            2,
            "Invalid value for '--zone': 'Paris' is no known time zone, such as Europe/Paris",
        ),
    ],
)
def test_what_is_not_clear_is_refused(
    shell: Shell,
    voucher: str,
    *,
    content: str,
    options: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    """What can be meant in several ways is refused with the option that says it."""
    ended = shell.run(*importing(shell, voucher, content, *options))
    assert ended.code == code
    assert ended.messages.splitlines()[-1].startswith(f"error: {message}")
    assert shell.mock.requests == []


def test_a_voucher_is_needed(shell: Shell) -> None:
    """Without an option and a column for the voucher, nothing is sent."""
    line = shell.fail(2, "codes", "import", shell.file("a.csv", "value\nA\n"))
    assert line == "name the voucher once: with --voucher, or in a column 'voucher_id'"


def test_wrong_rows_have_their_lines(shell: Shell, voucher: str) -> None:
    """Each wrong row is named with its line and reason, and then nothing at all is sent."""
    content = (
        'value,start,end\nA,,\n"B\nB",,\n'
        f"{'x' * 129},,\n"
        ",2026-01-01T00:00Z,\n"
        "C,soon,\n"
        "D,2026-01-02T00:00Z,2026-01-01T00:00Z\n"
        "E,\n"
        "A,,\n"
        "F,2026-03-29T02:30,\n"
    )
    ended = shell.run(*importing(shell, voucher, content, "--zone", "Europe/Paris"))
    assert (ended.code, shell.mock.requests) == (3, [])
    assert ended.messages.splitlines() == [
        "line 5: value is longer than 128 characters",
        "line 6: value is empty",
        (
            "line 7: validity_start_utc: 'soon' is no time such as 2026-01-31 10:00 or "
            "31/01/2026 10:00"
        ),
        "line 8: validity_end_utc is before validity_start_utc",
        "line 9: has another number of cells than the header",
        "line 10: has the code of line 2 again",
        (
            "line 11: validity_start_utc: '2026-03-29T02:30' does not exist in Europe/Paris, "
            "because the clocks change: write it with its offset, such as 2026-10-25T02:30+02:00"
        ),
        "error: 7 of 9 rows wrong; this run has sent nothing",
    ]


@pytest.mark.parametrize("verbose", [False, True])
def test_many_wrong_rows(shell: Shell, voucher: str, *, verbose: bool) -> None:
    """Of many wrong rows the first ones are shown, all with `--verbose`."""
    arguments = importing(shell, voucher, "value,start\n" + ",x\n" * 1_050)
    ended = shell.run_process(*arguments, *(("--verbose",) * verbose))
    assert ended.code == 3
    lines = ended.messages.splitlines()
    if verbose:
        assert len(lines) == 1_051
    else:
        assert len(lines) == 22
        assert lines[-2] == "... and 1,030 more: see --verbose"


def test_a_dry_run(shell: Shell, voucher: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--dry-run` shows how rows are understood, sends nothing, and needs no tokens."""
    monkeypatch.delenv("MEWS_ACCESS_TOKEN")
    content = "value,start\nA,2026-01-31 10:00\nB,\nC,\n"
    options = ("--zone", "Europe/Paris", "--dry-run")
    ended = shell.succeed(*importing(shell, voucher, content, *options))
    assert ended.messages.splitlines() == [
        "line 2: 'A', valid from 2026-01-31T09:00:00Z to no limit",
        "line 4: 'C', valid from no limit to no limit",
        "3 codes of 1 voucher right; nothing was sent",
    ]
    assert shell.mock.requests == []
    assert sorted(path.name for path in shell.folder.iterdir()) == ["a.csv"]


# --- how it ends, and goes on


def test_a_second_run_adds_nothing(shell: Shell, voucher: str) -> None:
    """A finished import says so again, and adds nothing."""
    arguments = importing(shell, voucher, "value\nA\nB\n")
    first = shell.succeed(*arguments).messages
    assert first == "2 codes added; the journal is a.csv.journal\n"
    again = "2 codes added, 2 of them by earlier runs; the journal is a.csv.journal\n"
    assert shell.succeed(*arguments).messages == again
    assert shell.succeed(*arguments, "--quiet").messages == ""
    assert len(shell.mock.codes) == 2


def test_another_file_needs_another_journal(shell: Shell, voucher: str) -> None:
    """Rows that were changed after they were added are no continuation; a new journal is."""
    shell.succeed(*importing(shell, voucher, "value\nA\nB\n"))
    changed = importing(shell, voucher, "value\nA\nC\n")
    assert "a.csv.journal belongs to another input" in shell.fail(2, *changed)
    shell.succeed(*changed, "--journal", "other.journal")
    assert len(shell.mock.codes) == 4


def test_rejected_rows_are_corrected(shell: Shell, voucher: str) -> None:
    """What the server rejects is named with its line; corrected, it is added, and nothing else."""
    other = "00000000-0000-4000-8000-000000000000"
    content = f"value,voucher_id\nA,{voucher}\nB,{other}\nC,{voucher}\n"
    arguments = ("codes", "import", shell.file("a.csv", content))
    ended = shell.run(*arguments)
    assert ended.code == 3
    first, last = ended.messages.splitlines()
    assert first.startswith("line 3: voucherCodes/add: 400")
    assert last == "error: 2 of 3 codes added, 1 rejected: correct them, and run it again"
    shell.file("a.csv", content.replace(other, voucher))
    shell.succeed(*arguments)
    assert sorted(str(code["Value"]) for code in shell.mock.codes) == ["A", "B", "C"]


@pytest.mark.parametrize(("status", "code"), [(401, 4), (429, 1)], ids=["tokens", "rate limit"])
def test_a_failure_is_continued(shell: Shell, voucher: str, status: int, code: int) -> None:
    """If the server fails, one line says what was added and why; the next run ends it."""
    arguments = importing(shell, voucher, "value\n" + "".join(f"{n}\n" for n in range(2_500)))
    fault = faults.error(status, retry_after=5000 if status == 429 else None)
    shell.mock.inject(fault, "voucherCodes/add", calls=[2])
    line = shell.fail(code, *arguments, "--concurrency", "1")
    assert line.startswith(f"1,000 of 2,500 codes added: voucherCodes/add: {status} ")
    assert line.endswith("; run the same command again")
    # A 429 pauses the token in this process, so that another one continues.
    ended = shell.run_process(*arguments)
    assert ended.code == 0
    assert ended.messages.startswith("2,500 codes added, 1,000 of them by earlier runs; ")
    assert len(shell.mock.codes) == 2_500


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_killed_import_is_continued(shell: Shell, voucher: str, concurrency: int) -> None:
    """Killed at any time and run again, an import adds each code exactly once."""
    values = [f"CODE-{number}" for number in range(8_000)]
    shell.mock.inject(faults.slow(0.1), "voucherCodes/add")
    arguments = importing(shell, voucher, "\n".join(["value", *values]), "--settle", "0.5")
    arguments += ("--concurrency", str(concurrency))
    chance = random.Random(concurrency)  # noqa: S311 - repeatable
    for _ in range(4):
        number = len(shell.mock.requests) + chance.randint(1, 3)
        with shell.process(*arguments) as process:
            wait_until(
                lambda process=process, number=number: (
                    process.poll() is not None  # type: ignore[misc]
                    or len(shell.mock.requests) >= number
                ),
                TIMEOUT,
            )
            process.kill()
    ended = shell.run_process(*arguments)
    assert ended.code == 0, ended
    assert Counter(code["Value"] for code in shell.mock.codes) == Counter(values)


def test_ctrl_c_says_how_to_continue(shell: Shell, voucher: str) -> None:
    """After Ctrl-C one line says how far it is; the next run completes it."""
    arguments = importing(shell, voucher, "value\n" + "".join(f"{n}\n" for n in range(2_500)))
    shell.mock.inject(faults.slow(2.0), "voucherCodes/add", calls=[2])
    with shell.process(*arguments, "--concurrency", "1") as process:
        wait_until(lambda: len(shell.mock.requests) == 2, TIMEOUT)
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 130
    assert messages.endswith(" of 2,500 codes added; run the same command again to continue\n")
    assert messages.startswith("interrupted: ")
    assert len(messages.splitlines()) == 1
    shell.succeed(*arguments, "--settle", "0")
    assert len(shell.mock.codes) == 2_500


def test_a_terminal_shows_the_wait(shell: Shell, voucher: str, tmp_path: Path) -> None:
    """On a terminal, the wait for requests of a run that was killed is explained."""
    assert tmp_path == shell.folder
    arguments = importing(shell, voucher, "value\nA\n", "--settle", "3")
    shell.mock.inject(faults.drop_before(), "voucherCodes/add", calls=[1])
    shell.mock.inject(faults.slow(5.0), "voucherCodes/add", calls=[1])
    with shell.process(*arguments) as process:
        wait_until(lambda: shell.mock.requests, TIMEOUT)
        process.kill()
    code, shown = shell.run_on_terminal(*arguments)
    assert code == 0, shown
    assert "for requests of an earlier run" in shown
    assert len(shell.mock.codes) == 1
