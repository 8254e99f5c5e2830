"""`changes`: every change comes at least once, whenever it is killed."""

import json
import os
import random
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from mews_vouchers.mock import faults

from tests.support.command import PROGRAM, Shell
from tests.support.waiting import TIMEOUT, wait_until

ARGUMENTS = ("changes", "--mark", "hotel.mark")


def rows(text: str) -> list[dict[str, Any]]:  # Any: JSON
    """Return the changes in an output."""
    return [json.loads(line) for line in text.splitlines()]


def test_the_first_run_has_everything(shell: Shell) -> None:
    """Without a mark, all vouchers and codes are written, with their kind."""
    shell.mock.seed(vouchers=2, codes_per_voucher=3)
    ended = shell.succeed(*ARGUMENTS)
    found = rows(ended.output)
    assert [row["kind"] for row in found] == ["voucher"] * 2 + ["code"] * 6
    ids = [item["Id"] for item in (*shell.mock.vouchers, *shell.mock.codes)]
    assert {row["id"] for row in found} == {*ids}
    assert ended.messages == "8 changes written; the mark is in hotel.mark\n"
    assert (shell.folder / "hotel.mark").read_text().strip()
    assert sorted(os.listdir(shell.folder)) == ["hotel.mark"]  # noqa: PTH208


def test_the_next_run_has_what_is_new(shell: Shell) -> None:
    """With the mark of the run before, what was added, changed or deleted comes."""
    voucher_id = shell.mock.seed(vouchers=1, codes_per_voucher=3)[0]
    shell.succeed(*ARGUMENTS)
    new = shell.mock.add_code(voucher_id, "NEW")
    deleted = str(shell.mock.codes[0]["Id"])
    shell.succeed("codes", "delete", "--id", deleted, "--yes")
    found = {row["id"]: row for row in rows(shell.succeed(*ARGUMENTS, "--quiet").output)}
    assert {new, deleted} <= {*found}
    assert not found[deleted]["is_active"]


def test_output_in_a_pipe(shell: Shell) -> None:
    """In a pipe the changes are the same, and the mark is stored."""
    shell.mock.seed(vouchers=1, codes_per_voucher=3)
    ended = shell.run_process(*ARGUMENTS)
    assert (ended.code, len(rows(ended.output))) == (0, 4)
    assert (shell.folder / "hotel.mark").exists()


def test_a_mark_that_cannot_be_stored(shell: Shell) -> None:
    """If the mark cannot be stored, one line names the file."""
    line = shell.fail(1, "changes", "--mark", "none/hotel.mark")
    assert line.startswith("none/hotel.mark.tmp: No such file or directory; 0 changes written")


def test_a_mark_of_other_filters(shell: Shell) -> None:
    """A mark of other services or properties is refused, and stays as it is."""
    shell.succeed(*ARGUMENTS)
    before = (shell.folder / "hotel.mark").read_text()
    other = shell.mock.enterprises[0].service_ids[1]
    assert "mark" in shell.fail(1, *ARGUMENTS, "--service", other)
    assert shell.run(*ARGUMENTS, "--enterprise", shell.mock.enterprises[0].id).code == 1
    assert (shell.folder / "hotel.mark").read_text() == before


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff"])
def test_a_file_without_a_mark(shell: Shell, content: bytes) -> None:
    """An empty or foreign file is no first run: that would write everything again."""
    shell.file("hotel.mark", content)
    line = shell.fail(2, *ARGUMENTS)
    assert line == "hotel.mark has no mark: remove it to write everything"
    assert shell.mock.requests == []


def run_to_file(shell: Shell, path: Path) -> "subprocess.Popen[bytes]":
    """Start a process that appends to a file, as a shell does with `>>`."""
    with path.open("ab") as output:
        return subprocess.Popen(
            [*PROGRAM, *ARGUMENTS, "--quiet"],
            cwd=shell.folder,
            env=shell.environment,
            stdout=output,
            stderr=subprocess.DEVNULL,
        )


def test_a_kill_loses_nothing(shell: Shell) -> None:
    """Killed at any time and run again, the file has every item; a torn line is the only damage."""
    shell.mock.seed(vouchers=3, codes_per_voucher=2_000)
    shell.mock.inject(faults.slow(0.05))
    path = shell.folder / "hotel.jsonl"
    chance = random.Random(1)  # noqa: S311 - repeatable
    for _ in range(4):
        number = len(shell.mock.requests) + chance.randint(2, 5)
        process = run_to_file(shell, path)
        try:
            wait_until(
                lambda process=process, number=number: (
                    process.poll() is not None  # type: ignore[misc]
                    or len(shell.mock.requests) >= number
                ),
                TIMEOUT,
            )
        finally:
            process.kill()
            process.wait(TIMEOUT)
    assert run_to_file(shell, path).wait(TIMEOUT) == 0
    found = set()
    for line in path.read_text("utf-8").splitlines():
        if line.endswith("}") and line.count('"kind"') == 1:
            found.add(json.loads(line)["id"])
    assert found >= {item["Id"] for item in (*shell.mock.vouchers, *shell.mock.codes)}


def test_an_error_says_what_was_written(shell: Shell) -> None:
    """If the server fails, the line has the reason; the next run continues."""
    shell.mock.seed(vouchers=1, codes_per_voucher=2_500)
    shell.mock.inject(faults.error(403), "voucherCodes/getAll", calls=[2])
    ended = shell.run(*ARGUMENTS)
    assert ended.code == 4
    assert ended.messages.endswith("changes written, some of them perhaps again by the next run\n")
    rest = shell.succeed(*ARGUMENTS)
    found = {row["id"] for row in rows(ended.output) + rows(rest.output)}
    assert found == {item["Id"] for item in (*shell.mock.vouchers, *shell.mock.codes)}


def test_ctrl_c_is_one_line(shell: Shell) -> None:
    """After Ctrl-C one line says how much was written, and where the mark is."""
    shell.mock.seed(vouchers=1, codes_per_voucher=10)
    shell.mock.inject(faults.slow(2.0), "voucherCodes/getAll")
    with shell.process(*ARGUMENTS) as process:
        wait_until(lambda: len(shell.mock.requests) > 1, TIMEOUT)
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 130
    assert messages.startswith("interrupted; 1 change written, some of them perhaps again ")
    assert len(messages.splitlines()) == 1


def test_a_reader_that_leaves_gets_it_again(shell: Shell) -> None:
    """If the reader closes the pipe, the mark does not pass what it has not got."""
    shell.mock.seed(vouchers=1, codes_per_voucher=5_000)
    with shell.process(*ARGUMENTS) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = json.loads(process.stdout.readline())["id"]
        process.stdout.close()
        assert process.wait(TIMEOUT) == 141
        assert process.stderr.read() == ""
    found = {first, *(row["id"] for row in rows(shell.succeed(*ARGUMENTS).output))}
    assert len(found) == 5_001
