"""`codes delete`: which codes it deletes, when it asks, and how it goes on."""

import random

import pytest
from mews_vouchers.mock import faults

from tests.support.command import Shell
from tests.support.waiting import TIMEOUT, wait_until


@pytest.fixture
def vouchers(shell: Shell) -> tuple[str, str]:
    """Return two vouchers with the codes A and B, and A and C."""
    first, second = shell.mock.add_voucher(), shell.mock.add_voucher()
    for voucher_id, value in ((first, "A"), (first, "B"), (second, "A"), (second, "C")):
        shell.mock.add_code(voucher_id, value)
    return first, second


def active(shell: Shell) -> list[tuple[str, str]]:
    """Return the voucher and the value of each code that is not deleted."""
    return [
        (str(code["VoucherId"]), str(code["Value"]))
        for code in shell.mock.codes
        if code["IsActive"]
    ]


def id_of(shell: Shell, value: str) -> str:
    """Return the id of the first code with a value."""
    return str(next(code["Id"] for code in shell.mock.codes if code["Value"] == value))


def test_by_id(shell: Shell, vouchers: tuple[str, str]) -> None:
    """Codes are deleted by their ids, an id that is twice once."""
    first, second = vouchers
    ids = [id_of(shell, value) for value in ("B", "C", "B")]
    options = [option for one in ids for option in ("--id", one)]
    ended = shell.succeed("codes", "delete", *options, "--yes")
    assert ended.messages == "2 codes deleted\n"
    assert active(shell) == [(first, "A"), (second, "A")]


def test_by_value(shell: Shell, vouchers: tuple[str, str]) -> None:
    """Codes are looked up by value in the services, or in a voucher."""
    first, second = vouchers
    shell.succeed("codes", "delete", "--value", "B", "--value", "C", "--yes")
    assert active(shell) == [(first, "A"), (second, "A")]
    shell.succeed("codes", "delete", "--value", "A", "--voucher", second, "--yes")
    assert active(shell) == [(first, "A")]


@pytest.mark.usefixtures("vouchers")
def test_a_value_has_to_be_that_of_one_code(shell: Shell) -> None:
    """If a value has no code or several, nothing is deleted, and each is named."""
    ended = shell.run("codes", "delete", "--value", "A", "--value", "D", "--value", "B", "--yes")
    assert ended.code == 3
    assert ended.messages.splitlines() == [
        "'A': 2 codes have this value: delete them by id, or name one --voucher",
        "'D': no code has this value",
        "error: 2 values without one code of its own; nothing was deleted",
    ]
    assert len(active(shell)) == 4


@pytest.mark.usefixtures("vouchers")
@pytest.mark.parametrize("column", ["id", "value"])
def test_a_file_can_be_run_again(shell: Shell, column: str) -> None:
    """The codes of a file are deleted; another run finds them deleted."""
    cells = [id_of(shell, "B"), id_of(shell, "C")] if column == "id" else ["B", "C"]
    name = shell.file("a.csv", "\n".join([column, *cells, cells[0], ""]))
    first = shell.succeed("codes", "delete", name, "--yes").messages
    again = shell.succeed("codes", "delete", name, "--yes").messages
    if column == "id":
        assert first == "2 codes deleted; the journal is a.csv.journal\n"
        end = "2 codes deleted, 2 of them by earlier runs; the journal is a.csv.journal\n"
        assert again == end
    else:
        assert (first, again) == ("2 codes deleted\n", "2 codes deleted already\n")
        assert shell.succeed("codes", "delete", name, "--yes", "--quiet").messages == ""
    assert {value for _, value in active(shell)} == {"A"}


def test_an_export_names_codes_by_id(shell: Shell, vouchers: tuple[str, str]) -> None:
    """The rows of an export that are kept are deleted, though their values are not unique."""
    first, _ = vouchers
    shell.succeed("codes", "export", "all.csv")
    rows = (shell.folder / "all.csv").read_text().splitlines()
    kept = [row for row in rows if first not in row]
    shell.file("some.csv", "\n".join(kept))
    shell.succeed("codes", "delete", "some.csv", "--yes")
    assert {voucher for voucher, _ in active(shell)} == {first}


@pytest.mark.usefixtures("vouchers")
def test_wrong_ids_have_their_lines(shell: Shell) -> None:
    """Ids that are none, or that the server does not know, are named; the others are deleted."""
    unknown = "00000000-0000-4000-8000-000000000000"
    name = shell.file("a.csv", f"id\n{id_of(shell, 'B')}\nB\n{unknown}\n")
    ended = shell.run("codes", "delete", name, "--yes")
    assert ended.code == 3
    wrong, refused, last = ended.messages.splitlines()
    assert wrong.startswith("line 3: ")
    assert refused.startswith("line 4: voucherCodes/delete: 400")
    assert last == "error: 1 of 3 codes deleted, 2 rejected: correct them, and run it again"
    assert len(active(shell)) == 3


@pytest.mark.usefixtures("vouchers")
def test_wrong_values_have_their_lines(shell: Shell) -> None:
    """A value of a file without a code is named with its line."""
    ended = shell.run("codes", "delete", shell.file("a.csv", "value\nB\nD\n"), "--yes")
    assert ended.code == 3
    assert ended.messages.startswith("line 3: no code has this value\n")
    assert len(active(shell)) == 4


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        ("id\n", 3, "a.csv has no rows, or no column id or value"),
        ("is_active\ntrue\n", 3, "a.csv has no rows, or no column id or value"),
        ("id,value\nA\n", 3, "a.csv, line 2: has another number of cells than the header"),
        ("x\nA\n", 3, "a.csv, line 1: the first line has to name the columns"),
    ],
)
def test_a_wrong_file(shell: Shell, content: str, code: int, message: str) -> None:
    """A file that names no codes is refused before any request."""
    line = shell.fail(code, "codes", "delete", shell.file("a.csv", content), "--yes")
    assert line.startswith(message)
    assert shell.mock.requests == []


def test_codes_are_named_in_one_way(shell: Shell) -> None:
    """A file, ids and values are not mixed; one of them is needed."""
    file = shell.file("a.csv", "id\nx\n")
    for arguments in ((), (file, "--id", "x"), ("--id", "x", "--value", "y")):
        line = shell.fail(2, "codes", "delete", *arguments)
        assert line == "name codes in one way: with FILE, --id, or --value"


@pytest.mark.usefixtures("vouchers")
def test_nobody_can_be_asked(shell: Shell) -> None:
    """Where there is no terminal, `--yes` is needed."""
    ended = shell.run_process("codes", "delete", "--value", "B")
    assert (ended.code, len(active(shell))) == (2, 4)
    assert ended.messages == "error: nobody can be asked: pass --yes to delete\n"


@pytest.mark.usefixtures("vouchers")
@pytest.mark.parametrize(("typed", "left"), [("y\n", 3), ("n\n", 4), ("\n", 4), ("\x04", 4)])
def test_it_asks_on_a_terminal(shell: Shell, typed: str, left: int) -> None:
    """On a terminal it asks, with the number and the server; only a yes deletes."""
    code, shown = shell.run_on_terminal("codes", "delete", "--value", "B", typed=typed)
    assert f"Delete 1 code on {shell.settings['MEWS_BASE_URL']}? [y/N]" in shown
    assert code == {"y\n": 0, "\x04": 130}.get(typed, 2), shown
    assert len(active(shell)) == left


def test_a_killed_delete_is_continued(shell: Shell) -> None:
    """Killed at any time and run again, exactly the codes of the file are deleted."""
    # After a kill, those in flight are sent one by one: so few that the rate limit has room.
    shell.mock.seed(vouchers=1, codes_per_voucher=60)
    ids = [str(code["Id"]) for code in shell.mock.codes][:50]
    shell.mock.inject(faults.slow(0.02), "voucherCodes/delete")
    name = shell.file("a.csv", "\n".join(["id", *ids]))
    arguments = ("codes", "delete", name, "--yes", "--settle", "0.5")
    chance = random.Random(1)  # noqa: S311 - repeatable
    for _ in range(3):
        number = len(shell.mock.requests) + chance.randint(1, 2)
        with shell.process(*arguments) as process:
            wait_until(
                lambda process=process, number=number: (
                    process.poll() is not None  # type: ignore[misc]
                    or len(shell.mock.requests) >= number
                ),
                TIMEOUT,
            )
            process.kill()
    shell.mock.clear_faults()
    ended = shell.run_process(*arguments)
    assert ended.code == 0, ended
    deleted = {code["Id"] for code in shell.mock.codes if not code["IsActive"]}
    assert deleted == {*ids}
