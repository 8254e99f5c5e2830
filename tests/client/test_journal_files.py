"""The file of a journal: who has it open, kills, full disks, damaged files, files of others."""

import os
import random
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from mews_vouchers import JournalError
from mews_vouchers._journal.file import JournalFile
from mews_vouchers._journal.opening import open_journal, read_journal
from mews_vouchers._journal.owner import JournalOwner
from mews_vouchers._journal.store import JournalStore

from tests.support import journal_process
from tests.support.hypothesis_profiles import examples
from tests.support.journal_process import PARAMETERS

PROCESS = [sys.executable, journal_process.__file__]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a new journal."""
    return tmp_path / "spring.journal"


@contextmanager
def running(what: str, path: Path, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Yield a process that has opened a journal; kill it at the end. Any: options of Popen."""
    command = [*PROCESS, what, str(path)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes, **options) as process:
        try:
            yield process
        finally:
            process.kill()


def both_ways(path: Path) -> list[Callable[[], JournalStore]]:
    """Return the two functions that open a journal."""
    return [lambda: open_journal(path, PARAMETERS), lambda: read_journal(path)]


def line_of(process: subprocess.Popen[str]) -> str:
    """Return the next line that a process prints."""
    assert process.stdout is not None
    return process.stdout.readline()


def fill(path: Path, number: int = 300, *, is_complete: bool = True) -> None:
    """Write a journal with items that were sent, succeeded or neither, and close it."""
    with open_journal(path, PARAMETERS) as journal:
        journal.register((position, f'"item {position}"' * 5) for position in range(number))
        if is_complete:
            journal.finish_input()
        journal.mark_sent(range(number // 2), 1.0, 2.0)
        journal.record(
            (position, "succeeded", f'"result {position}"' * 5, None)
            for position in range(number // 3)
        )


def read_all(path: Path) -> list[object]:
    """Open a journal, and ask it everything."""
    with open_journal(path, PARAMETERS) as journal:
        journal.counts()
        return [*journal.rows()]


# --- one at a time


def test_a_second_opening_in_a_process_is_refused(path: Path) -> None:
    """By whatever path; and the first keeps its lock against other processes."""
    link = path.with_name("link")
    link.symlink_to(path)
    with open_journal(path, PARAMETERS) as journal:
        for other in (path, path.parent / "." / path.name, os.path.relpath(path), link):
            with pytest.raises(JournalError, match="in use in this process"):
                open_journal(other, PARAMETERS)
        with running("hold", path) as process:
            assert "is in use" in line_of(process)
        journal.set("still", "works")
    read_all(link)


def test_a_dropped_journal_is_free(path: Path) -> None:
    """A journal that was never closed is free when nothing refers to it any more."""
    journal = open_journal(path, PARAMETERS)
    del journal
    read_all(path)


@pytest.mark.parametrize("is_new", [True, False])
def test_a_killed_process_frees_the_journal(path: Path, *, is_new: bool) -> None:
    """While another process has it open, it is refused at once; after a kill -9, it is free."""
    if not is_new:
        fill(path)
    with running("hold", path) as process:
        assert line_of(process) == "open 0\n"
        for opened in both_ways(path):
            with pytest.raises(JournalError, match="is in use: wait until"):
                opened()
    assert len(read_all(path)) == (0 if is_new else 300)


def test_one_of_several_processes_gets_the_journal(path: Path) -> None:
    """Of processes that start at the same time, exactly one has it."""
    with running("hold", path) as a, running("hold", path) as b, running("hold", path) as c:
        lines = sorted(line_of(process).split()[0] for process in (a, b, c))
    assert lines == ["failed", "failed", "open"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_cannot_use_the_journal(path: Path) -> None:
    """In a forked child, a journal of the parent is refused, and closing it changes nothing."""
    with open_journal(path, PARAMETERS) as journal:
        child = os.fork()
        if not child:  # pragma: no cover - the child; it must not return into pytest
            with suppress(BaseException):
                journal.close()
                try:
                    journal.counts()
                except JournalError as error:
                    os._exit(7 if "before a fork" in str(error) else 1)
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        with running("hold", path) as process:
            assert "is in use" in line_of(process)
        journal.set("still", "works")


def test_a_journal_is_of_the_process_that_opened_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a process with another id, each method is refused."""
    with open_journal(path, PARAMETERS) as journal:
        with monkeypatch.context() as patch:
            patch.setattr(os, "getpid", lambda: -1)
            journal.close()
            with pytest.raises(JournalError, match="was opened before a fork"):
                journal.counts()
        journal.counts()


# --- interruptions


class Interrupted(sqlite3.Connection):
    """A connection whose statements are interrupted after a number of them."""

    left = 0

    # Any: the values of a statement.
    def execute(self, *args: Any) -> sqlite3.Cursor:
        """Execute a statement, unless it is time."""
        Interrupted.left -= 1
        if Interrupted.left == 0:
            raise KeyboardInterrupt
        return super().execute(*args)


def test_an_interrupted_call_leaves_a_whole_journal(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted at any statement, it is free, and has all or nothing of what was to be stored."""
    connect = sqlite3.connect

    # Any: the arguments of sqlite3.connect.
    def interrupted(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options, factory=Interrupted)
        return connection

    for number in range(1, 100):
        path.unlink(missing_ok=True)
        Interrupted.left = number
        with monkeypatch.context() as patch:
            patch.setattr(sqlite3, "connect", interrupted)
            with suppress(KeyboardInterrupt), open_journal(path, PARAMETERS) as journal:
                journal.register([(0, "a"), (1, "b")])
        was_interrupted = Interrupted.left <= 0
        assert len(read_all(path)) in ((0, 2) if was_interrupted else (2,))
        if not was_interrupted:
            return
    raise AssertionError("it needs so many statements?")


# --- kills and full disks


RANKS = ["not_sent", "sent", "succeeded"]


def promise(line: str, promised: dict[int, int]) -> None:
    """Note what a line of a process promises about the items of a batch."""
    name, end = line.split()
    rank = {"registered": 0, "sent": 1, "succeeded": 2}[name]
    promised.update(dict.fromkeys(range(int(end) - journal_process.BATCH, int(end)), rank))


def test_nothing_stored_is_lost_by_a_kill(path: Path) -> None:
    """A process is killed again and again, at random times: what it has reported is in the file."""
    times = random.Random(7)  # noqa: S311
    promised: dict[int, int] = {}
    for _ in range(examples(20)):
        with running("write", path) as process:
            assert line_of(process) == "open 0\n"
            for _ in range(times.randrange(40)):
                promise(line_of(process), promised)
            with suppress(subprocess.TimeoutExpired):
                process.wait(times.random() / 100)
            process.kill()
            for line in process.stdout or ():
                if line.endswith("\n"):  # the last one may be incomplete
                    promise(line, promised)
        with open_journal(path, PARAMETERS) as journal:
            rows = list(journal.rows())
        assert [row.item for row in rows] == [f'"item {number}"' for number in range(len(rows))]
        assert len(rows) > max(promised, default=-1)
        assert all(RANKS.index(rows[place].status) >= rank for place, rank in promised.items())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_the_end_of_a_fork_takes_nothing_away(path: Path) -> None:
    """A forked child that ends leaves the journal of its parent whole, also if that is killed."""
    promised: dict[int, int] = {}
    with running("fork", path) as process:
        assert line_of(process) == "open 0\n"
        for _ in range(30):
            promise(line_of(process), promised)
    assert len(read_all(path)) > max(promised)


def test_a_full_disk_is_an_error_that_can_be_repaired(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that does not fit changes nothing, and smaller ones are still possible."""
    connect = sqlite3.connect

    # Any: the arguments of sqlite3.connect.
    def limited(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)
        connection.execute("PRAGMA page_size = 16384")
        connection.execute("PRAGMA max_page_count = 8")
        return connection

    monkeypatch.setattr(sqlite3, "connect", limited)
    with open_journal(path, PARAMETERS) as journal:
        with pytest.raises(JournalError, match="the disk is full: free some space") as caught:
            journal.register((position, "x" * 1000) for position in range(500))
        assert isinstance(caught.value.__cause__, sqlite3.Error)
        assert journal.items_read == 0
        journal.register([(0, "x")])
    monkeypatch.undo()
    with open_journal(path, PARAMETERS) as journal:
        journal.register((position, "x" * 1000) for position in range(1, 500))


def test_a_disk_that_fails_is_not_trusted(path: Path) -> None:
    """After an error of the disk, the journal refuses writes until it is opened again."""

    def limit_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))

    with running("fill", path, preexec_fn=limit_files) as process:
        lines = list(process.stdout or ())
    assert "check the disk" in lines[-2]
    assert "close it, and open it again" in lines[-1]
    stored = [line.split() for line in lines if line.startswith("registered")]
    assert len(read_all(path)) >= int(stored[-1][1]) > 0


MOUNT = ["unshare", "-rm", "sh", "-c"]
_CAN_MOUNT = shutil.which("unshare") and not subprocess.call(
    [*MOUNT, "mount -t tmpfs -o size=1m none /mnt"], stderr=subprocess.DEVNULL
)


@pytest.mark.skipif(not _CAN_MOUNT, reason="needs a file system of its own")
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """On a file system of one megabyte: nothing is lost, and it goes on when there is space."""
    disk, path = tmp_path / "disk", tmp_path / "disk" / "a.journal"
    disk.mkdir()
    script = (
        'mount -t tmpfs -o size=1m none "$3" && "$0" "$1" fill "$2"; ls "$3";'
        'mount -o remount,size=9m "$3" && timeout -s KILL 4 "$0" "$1" write "$2"'
    )
    done = subprocess.run(
        [*MOUNT, script, *PROCESS, path, disk], capture_output=True, text=True, check=False
    )
    lines = done.stdout.splitlines()
    failed = next(number for number, line in enumerate(lines) if "the disk is full" in line)
    stored = [line.split() for line in lines[:failed] if line.startswith("registered")]
    again = lines.index("open 0", failed)
    assert int(lines[again + 1].split()[1]) >= int(stored[-1][1]) + journal_process.BATCH


# --- files that are no journals


def database(path: Path, *, application_id: int = 0, version: int = 0) -> None:
    """Write the SQLite file of another program."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE other (a)")
        connection.execute(f"PRAGMA application_id = {application_id}")
        connection.execute(f"PRAGMA user_version = {version}")
    connection.close()


FOREIGN: dict[str, tuple[Callable[[Path], object], str]] = {
    "text": (lambda path: path.write_text("Code;Value\n" * 50), "is not a journal"),
    "a short text": (lambda path: path.write_text("x"), "is not a journal"),
    "zeros": (lambda path: path.write_bytes(bytes(50_000)), "is not a journal"),
    "another database": (database, "a database of another program"),
    "another version": (
        lambda path: database(path, application_id=0x4D77734A, version=99),
        "has version 99 of the format, and this release reads version 1",
    ),
    "other tables": (
        lambda path: database(path, application_id=0x4D77734A, version=1),
        "its tables are not those of a journal",
    ),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_file_is_not_changed(path: Path, kind: str) -> None:
    """A file that is not a journal is refused by both ways to open one, byte for byte the same."""
    write, message = FOREIGN[kind]
    write(path)
    before = path.read_bytes()
    for opened in both_ways(path):
        with pytest.raises(JournalError, match=message):
            opened()
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_paths_without_a_file(path: Path) -> None:
    """A folder, a missing folder, a pipe, a hard link, nothing: an error that names the path."""
    link, pipe = path.with_name("link"), path.with_name("pipe")
    fill(path)
    link.hardlink_to(path)
    os.mkfifo(pipe)
    for wrong, message in {
        path.parent: "is not a file",
        path.parent / "missing" / "a": "cannot be created .*: check the path and its folder",
        path / "a": "cannot be created",
        path.parent / ("x" * 300): "cannot be created",
        pipe: "is not a file",
        link: "a hard link",
    }.items():
        with pytest.raises(JournalError, match=message) as caught:
            open_journal(wrong, PARAMETERS)
        assert str(wrong) in str(caught.value)
        assert caught.value.path == str(wrong)
    with pytest.raises(JournalError, match="cannot be opened"):
        read_journal(path.parent / "missing")
    assert not (path.parent / "missing").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_file_that_may_not_be_written(path: Path) -> None:
    """A file or a folder without permission is an error that says so."""
    fill(path)
    for wrong, mode in {path: 0o444, path.parent: 0o555}.items():
        wrong.chmod(mode)
        with pytest.raises(JournalError, match="permissions"):
            open_journal(path, PARAMETERS)
        wrong.chmod(0o755)


def test_an_empty_file_is_new(path: Path) -> None:
    """It becomes a journal that only its user can read, unless there is nothing but to read it."""
    path.touch()
    with pytest.raises(JournalError, match="is empty"):
        read_journal(path)
    read_all(path)
    path.unlink()
    read_all(path)
    assert path.stat().st_mode & 0o077 == 0


def test_a_call_that_was_killed_at_its_beginning(path: Path) -> None:
    """A journal that says nothing of its call yet is as good as new, and has nothing to read."""
    JournalFile(path, create=True).close()
    with pytest.raises(JournalError, match="is empty: there is nothing to read"):
        read_journal(path)
    assert read_all(path) == []


def test_a_disk_that_cannot_flush(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file beside the journal cannot be stored: nothing is begun, and the next call can be."""
    with monkeypatch.context() as patch:

        def fail(_: int) -> None:
            raise OSError(5, "Input/output error")

        patch.setattr(os, "fsync", fail)
        with pytest.raises(JournalError, match=r"cannot be written .*Input/output error"):
            open_journal(path, PARAMETERS)
    assert read_all(path) == []


def test_a_call_that_has_ended_without_closing(path: Path) -> None:
    """The next one closes the journal; before that call has ended, it is refused."""
    owner = JournalOwner()
    journal = open_journal(path, PARAMETERS, None, owner)
    with pytest.raises(JournalError, match="is in use in this process"):
        open_journal(path, PARAMETERS)
    owner.is_over = True
    Timer(0.05, lambda: setattr(owner, "close", journal.close)).start()
    assert read_all(path) == []
    with pytest.raises(JournalError, match="is closed"):
        journal.counts()


def test_a_creation_without_power_is_repeated(path: Path) -> None:
    """If the power failed while the file was created, SQLite undoes it, and it is new."""
    path.write_bytes(bytes(16384))
    header = bytes.fromhex("d9d505f920a163d7") + bytes(8)
    sizes = b"".join(number.to_bytes(4, "big") for number in (0, 512, 16384))
    path.with_name(path.name + "-journal").write_bytes((header + sizes).ljust(512, b"\0"))
    assert read_all(path) == []


# --- damaged files


#: What is beside a journal that is open, or was not closed.
SUFFIXES = ("", "-wal", "-commits")


def beside(path: Path, suffix: str) -> Path:
    """Return the file with a suffix."""
    return path.with_name(path.name + suffix)


def put(path: Path, contents: dict[str, bytes]) -> None:
    """Write a journal and what is beside it; nothing else is beside it."""
    for suffix in SUFFIXES:
        beside(path, suffix).unlink(missing_ok=True)
    for suffix, content in contents.items():
        beside(path, suffix).write_bytes(content)


@pytest.fixture
def copied(path: Path) -> dict[str, bytes]:
    """Return the contents of the files of a journal of a process that was killed as it waited.

    Killed in the middle of a commit, it has not counted it: its loss would be no damage.
    """
    fill(path, is_complete=False)
    with running("pause", path) as process:
        assert process.stdout is not None
        assert "paused 0\n" in process.stdout
    contents = {suffix: beside(path, suffix).read_bytes() for suffix in SUFFIXES}
    put(path, {})
    return contents


@pytest.mark.parametrize("missing", ["-wal", "-commits"])
def test_a_journal_that_was_moved_without_a_file_is_refused(
    path: Path, copied: dict[str, bytes], missing: str
) -> None:
    """Nothing is changed until the file is beside it again; then everything is there."""
    rest = {suffix: content for suffix, content in copied.items() if suffix != missing}
    put(path, rest)
    for _ in range(2):
        with pytest.raises(JournalError, match=rf"lacks the file spring\.journal{missing}"):
            read_all(path)
        assert all(beside(path, suffix).read_bytes() == rest[suffix] for suffix in rest)
    put(path, copied)
    assert len(read_all(path)) > 300


@pytest.mark.parametrize("suffix", ["-wal", "-commits"])
def test_what_is_beside_another_journal_is_not_used(
    path: Path, copied: dict[str, bytes], suffix: str
) -> None:
    """A new journal does not start with a file that was left behind."""
    put(path, {suffix: copied[suffix]})
    if suffix == "-wal":
        with pytest.raises(JournalError, match="has the -wal file of another"):
            open_journal(path, PARAMETERS)
    else:
        assert read_all(path) == []
        assert read_all(path) == []
        assert not beside(path, suffix).exists()


def test_a_damaged_wal_file_is_noticed(path: Path, copied: dict[str, bytes]) -> None:
    """Truncated anywhere, or with any flipped bit: an error, unless nothing is missing."""
    put(path, copied)
    right = read_all(path)
    size = len(copied["-wal"])
    places = random.Random(7)  # noqa: S311
    damaged = [copied["-wal"][:end] for end in (1, 32, *places.sample(range(size), examples(20)))]
    for _ in range(examples(40)):
        content = bytearray(copied["-wal"])
        content[places.randrange(size)] ^= 1 << places.randrange(8)
        damaged.append(bytes(content))
    refused = 0
    for wal in damaged:
        put(path, {**copied, "-wal": wal})
        try:
            found = read_all(path)
        except JournalError as error:
            refused += 1
            for message in ("is damaged", re.escape(str(error))):
                with pytest.raises(JournalError, match=message):
                    read_all(path)
        else:
            assert found == right
    assert refused > len(damaged) // 2


def test_a_damaged_count_is_noticed(path: Path, copied: dict[str, bytes]) -> None:
    """The file beside the journal is no number any more."""
    for content in (b"", b"1", b"x" * 20, b"\xff" * 20):
        put(path, {**copied, "-commits": content})
        for _ in range(2):
            with pytest.raises(JournalError, match=r"is damaged: .*-commits was changed"):
                read_all(path)


def test_a_count_that_is_behind_is_no_damage(path: Path, copied: dict[str, bytes]) -> None:
    """After a power cut it may be: it is not flushed."""
    put(path, {**copied, "-commits": b"0" * 20})
    assert len(read_all(path)) > 300


def test_a_folder_in_place_of_the_count(path: Path) -> None:
    """It cannot be written, and that is said."""
    beside(path, "-commits").mkdir()
    with pytest.raises(JournalError, match=r"cannot be written \(spring\.journal-commits: "):
        open_journal(path, PARAMETERS)
    beside(path, "-commits").rmdir()
    assert read_all(path) == []


def test_a_truncated_file_is_refused(path: Path) -> None:
    """At any length but 0, a truncated file is an error, and stays as it is."""
    fill(path)
    content = path.read_bytes()
    places = random.Random(7)  # noqa: S311
    ends = places.sample(range(1, len(content)), examples(30))
    for end in [1, 15, 16, 99, 100, 101, 4096, 16384, 16385, len(content) - 1, *ends]:
        path.write_bytes(content[:end])
        with pytest.raises(JournalError):
            read_all(path)
        assert path.read_bytes() == content[:end]


def test_a_flipped_bit_never_shows_other_items(path: Path, copied: dict[str, bytes]) -> None:
    """With a flipped bit, a journal is refused, or all its items are still right."""
    put(path, copied)
    right = read_all(path)
    places = random.Random(7)  # noqa: S311
    refused = 0
    for _ in range(examples(60)):
        damaged = bytearray(copied[""])
        damaged[places.randrange(len(damaged))] ^= 1 << places.randrange(8)
        put(path, {**copied, "": bytes(damaged)})
        try:
            found = read_all(path)
        except JournalError as error:
            refused += 1
            with pytest.raises(JournalError, match=re.escape(str(error))):
                read_all(path)
        else:
            assert found == right
    assert refused


def test_a_page_that_is_lost_is_noticed(path: Path) -> None:
    """Zeros in place of any page of the file are an error that says that it is damaged."""
    fill(path)
    content = path.read_bytes()
    for start in range(16384, len(content), 16384):
        path.write_bytes(content[:start] + bytes(16384) + content[start + 16384 :])
        with pytest.raises(JournalError, match="is damaged: look up what was added"):
            read_all(path)


def tamper(path: Path, *statements: str) -> None:
    """Change a journal behind its back."""
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE item SET json = 'another' WHERE position = 3",
        "UPDATE outcome SET result = 'another' WHERE position = 3",
        "UPDATE outcome SET status = 'rejected' WHERE position = 3",
        "UPDATE outcome SET status = 'another' WHERE position = 3",
        "UPDATE outcome SET result = x'00' WHERE position = 3",
        "UPDATE outcome SET result = CAST(x'ff' AS TEXT) WHERE position = 3",
        "UPDATE item SET json = x'00' WHERE position = 3",
        "UPDATE outcome SET sent_at = sent_at + 1 WHERE position = 3",
        "UPDATE outcome SET sent_at = 1e300 WHERE position = 3",
        "UPDATE outcome SET server_time = NULL WHERE position = 3",
        "UPDATE sent SET last = 999",
        "UPDATE sent SET last = last - 1",
        "UPDATE sent SET first = first + 1",
        "UPDATE sent SET sent_at = 1e300",
        "UPDATE sent SET server_time = server_time - 1",
        "INSERT INTO sent SELECT first + 1, last, sent_at, server_time, checksum FROM sent",
        "UPDATE setting SET value = '' WHERE name = 'operation'",
        "UPDATE setting SET name = 'was_copied' WHERE name = 'salt'",
        "UPDATE sent SET last = first - 1",
        "INSERT INTO outcome SELECT 999, status, 1.0, 1.0, '', '', 1 FROM outcome LIMIT 1",
        "DELETE FROM item WHERE position = 3",
        "DELETE FROM item WHERE position = 0",
        "DELETE FROM item WHERE position = 299",
        "UPDATE setting SET value = '7' WHERE name = 'input_length'",
        "UPDATE setting SET value = x'00' WHERE name = 'operation'",
        "ALTER TABLE outcome ADD another",
        "DROP TABLE sent",
        "PRAGMA user_version = 2",
    ],
)
def test_a_changed_journal_is_refused(path: Path, statement: str) -> None:
    """Items, outcomes and settings that nobody has written are an error, whatever they are."""
    fill(path)
    tamper(path, statement)
    with pytest.raises(JournalError):
        read_all(path)


def test_a_journal_without_tables_is_refused(path: Path) -> None:
    """A file that is a journal by its header has the tables of one."""
    fill(path)
    tables = ("item", "sent", "outcome", "setting")
    tamper(path, *[f"DROP TABLE {table}" for table in tables])
    with pytest.raises(JournalError, match="it has no tables"):
        read_all(path)
