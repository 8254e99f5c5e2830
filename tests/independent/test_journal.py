"""A write with a journal can be run again after whatever happened: each item exactly once.

All of it by public ways, with both clients, against the independent server. How often a process may
be killed is in `test_kills.py`; what is in the file is in `tests/client/test_journal_store.py`.
"""

import asyncio
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mews_vouchers import (
    AsyncVoucherClient,
    BatchError,
    Credentials,
    Journal,
    JournalError,
    Progress,
    VoucherClient,
    batch_error_of,
)
from mews_vouchers._journal.opening import read_journal
from mews_vouchers_client.models import (
    StringUpdateValue,
    VoucherCodeAddParameters,
    VoucherUpdateParameters,
)

from tests.support.clients import WITHOUT_SLEEP, Connect
from tests.support.importer import environment_of, values
from tests.support.independent_server import (
    At,
    Fault,
    IndependentServer,
    end_after,
    fail_after,
    late,
    refuse,
    reset_unapplied,
)
from tests.support.paths import ROOT

ADD = "voucherCodes/add"

# Any, in this module: either client, behind the interface of the sync one.


@pytest.fixture
def client(connect: Connect, server: IndependentServer) -> Any:
    """Return a client of either kind."""
    return open_client(connect, server)


def credentials_of(server: IndependentServer, access_token: str | None = None) -> Credentials:
    """Return the credentials for a server."""
    token = access_token or server.access_token
    return Credentials(client_token=server.client_token, access_token=token, client="Tests 1.0")


def open_client(
    connect: Connect, server: IndependentServer, access_token: str | None = None, path: str = ""
) -> Any:
    """Return a client of a server."""
    mock: Any = SimpleNamespace(transport=None)
    credentials = credentials_of(server, access_token)
    return connect(mock, base_url=server.url + path, credentials=credentials)


def codes(server: IndependentServer, count: int) -> list[VoucherCodeAddParameters]:
    """Return codes with different values."""
    return [VoucherCodeAddParameters(server.voucher_id, value) for value in values(count)]


def update(voucher_id: str) -> VoucherUpdateParameters:
    """Return an update of the name."""
    return VoucherUpdateParameters(voucher_id, name=StringUpdateValue("New"))


def added(server: IndependentServer) -> list[str]:
    """Return the values of the codes on the server, sorted, once nothing is in progress."""
    server.wait_until_idle()
    return sorted(code["Value"] for code in server.active_codes())


def requests(server: IndependentServer) -> Counter[str]:
    """Return how many requests of each operation there were since the last call of this."""
    counted = Counter(one.operation for one in server.requests)
    server.forget_requests()
    return counted


# --- what is done is not done again


def test_a_second_run_costs_nothing(client: Any, server: IndependentServer, path: Path) -> None:
    """It returns the same codes, with their ids, in the order of the input."""
    first = client.voucher_codes.add(codes(server, 2_500), journal=path, concurrency=4)
    assert requests(server) == {ADD: 3}
    second = client.voucher_codes.add(codes(server, 2_500), journal=path)
    assert not requests(server)
    assert [(one.id, one.value) for one in second] == [(one.id, one.value) for one in first]
    assert [one.value for one in second] == values(2_500)


@pytest.mark.parametrize(("kind", "concurrency"), [(list, 8), (iter, 1), (iter, 8)])
@pytest.mark.parametrize(
    "fault",
    [
        refuse(503),
        fail_after(),
        fail_after("scattered"),
        reset_unapplied(),
        end_after(100),
        Fault(changes=("forget",)),
        Fault(changes=("foreign",)),
    ],
    ids=["refused", "failed", "half", "lost request", "lost response", "forgotten", "foreign"],
)
def test_a_failed_call_is_run_again(  # noqa: PLR0917 - fixtures and parameters
    client: Any,
    server: IndependentServer,
    path: Path,
    fault: Fault,
    kind: Callable[[Any], Any],
    concurrency: int,
) -> None:
    """Each code is there once, and the result of each is returned, whatever the failure."""
    server.plan(At(ADD, fault, 2))
    settings = {"journal": path, "settle": 0, "concurrency": concurrency}
    with pytest.raises(BatchError) as raised:
        client.voucher_codes.add(kind(codes(server, 4_500)), **settings)
    assert raised.value.journal == os.path.realpath(path)
    server.wait_until_idle()
    done = client.voucher_codes.add(kind(codes(server, 4_500)), **settings)
    assert added(server) == [one.value for one in done] == values(4_500)
    assert {one.id for one in done} == {code["Id"] for code in server.active_codes()}


def test_updates_and_deletions_have_a_journal(
    client: Any, server: IndependentServer, tmp_path: Path
) -> None:
    """They are completed in the same way."""
    vouchers = [server.add_voucher(f"Voucher {number}") for number in range(1_500)]
    ids = server.add_codes(server.voucher_id, values(1_500))
    updates = [update(voucher_id) for voucher_id in vouchers]
    for operation in ("vouchers/update", "voucherCodes/delete"):
        half = Fault(part="half", end_after=0, reset=True)
        server.plan(At(operation, half, 2), At(operation, refuse(401), 3))
        resource, _, name = operation.partition("/")
        call = getattr(client.vouchers if resource == "vouchers" else client.voucher_codes, name)
        items: list[Any] = updates if name == "update" else ids
        file = tmp_path / name
        with pytest.raises(BatchError):
            call(items, journal=file)
        requests(server)
        call(iter(items), journal=file)
        assert requests(server)[operation] >= 1
        call(items, journal=file)
        assert not requests(server)
    assert [one["Name"] for one in server.active_vouchers()[1:]] == ["New"] * 1_500
    assert not server.active_codes()


# --- streams


def streamed(client: Any, items: Any, path: Path, **settings: Any) -> tuple[list[int], list[str]]:
    """Return the positions and values that a stream yields until it ends or fails."""
    found: list[Any] = []
    try:
        for outcomes in client.voucher_codes.add_batches(items, journal=path, settle=0, **settings):
            found += outcomes
    except BatchError:
        pass
    assert all(one.result.value == one.item.value for one in found)
    return [one.position for one in found], [one.result.id for one in found]


@pytest.mark.parametrize("is_applied", [False, True])
def test_a_stream_yields_all_results_in_every_run(
    client: Any, server: IndependentServer, path: Path, *, is_applied: bool
) -> None:
    """Each position once: what was done, what a look-up finds, and what is added now."""
    server.plan(At(ADD, fail_after() if is_applied else reset_unapplied(), 2))
    first, _ = streamed(client, iter(codes(server, 3_500)), path)
    assert first == list(range(1_000))
    for _ in range(2):
        server.wait_until_idle()
        positions, ids = streamed(client, iter(codes(server, 3_500)), path)
        assert sorted(positions) == list(range(3_500))
        assert set(ids) == {code["Id"] for code in server.active_codes()}
    assert added(server) == values(3_500)


def test_a_stream_with_equal_codes(client: Any, server: IndependentServer, path: Path) -> None:
    """A code that is known to be that of one item is not taken for that of an equal one."""
    items = codes(server, 1_000) * 2
    server.plan(At(ADD, reset_unapplied(), 2))
    streamed(client, iter(items), path)
    positions, ids = streamed(client, iter(items), path)
    assert sorted(positions) == list(range(2_000))
    assert len(set(ids)) == 2_000
    assert added(server) == sorted(values(1_000) * 2)


def test_a_stream_that_was_left_is_continued(
    client: Any, connect: Connect, server: IndependentServer, path: Path
) -> None:
    """Leaving the loop early loses nothing, and adds nothing twice."""
    stream = client.voucher_codes.add_batches(
        iter(codes(server, 9_000)), journal=path, concurrency=4
    )
    next(iter(stream)) if connect.kind == "sync" else next(stream.__iter__())
    (stream.close if connect.kind == "sync" else stream.aclose)()
    positions, _ = streamed(client, iter(codes(server, 9_000)), path)
    assert sorted(positions) == list(range(9_000))
    assert added(server) == values(9_000)


# --- what the journal does not belong to


def test_another_call_is_refused(
    client: Any, connect: Connect, server: IndependentServer, path: Path
) -> None:
    """Another input, operation, property, address or token: nothing is sent, nothing changed."""
    client.voucher_codes.add(codes(server, 5), journal=path)
    requests(server)
    kept = path.read_bytes()
    changed = codes(server, 5)
    changed[3].value = "another"
    other_voucher = codes(server, 5)
    other_voucher[0].voucher_id = server.service_id
    shuffled = codes(server, 5)[::-1]
    for items in (changed, other_voucher, shuffled, codes(server, 4), codes(server, 6)):
        for call in (client.voucher_codes.add, lambda *a, **k: streamed(client, *a, *k.values())):
            for kind in (list, iter):
                with pytest.raises(JournalError, match="another input"):
                    call(kind(items), journal=path)
    other = open_client(connect, server, access_token="another" * 5)
    elsewhere = open_client(connect, server, path="/")
    same = codes(server, 5)
    for call, names in (
        (lambda: client.voucher_codes.delete(["a"], journal=path), "operation"),
        (
            lambda: client.voucher_codes.add(
                same, journal=path, enterprise_id=server.enterprise_id
            ),
            "enterprise_id",
        ),
        (lambda: other.voucher_codes.add(same, journal=path), "access_token"),
    ):
        with pytest.raises(JournalError, match=f"with another {names}: "):
            call()
    assert len(elsewhere.voucher_codes.add(same, journal=path)) == 5  # the same address
    assert not requests(server)
    assert path.stat().st_size == len(kept)
    assert len(client.voucher_codes.add(same, journal=path)) == 5


def test_an_iterator_that_goes_on_is_another_input(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """Also if the first run did not read it to its end: what it read has to be the same."""
    server.plan(At(ADD, refuse(401), 2))
    with pytest.raises(BatchError):
        client.voucher_codes.add(iter(codes(server, 3_000)), journal=path)
    requests(server)
    with pytest.raises(JournalError, match="at position 1200, the item differs"):
        client.voucher_codes.add(iter(codes(server, 1_200)), journal=path)
    assert not requests(server)
    client.voucher_codes.add(iter(codes(server, 2_600)), journal=path)
    assert added(server) == values(2_600)


def test_a_second_call_at_the_same_time_is_refused(
    client: Any, connect: Connect, server: IndependentServer, path: Path
) -> None:
    """At once, in the same process and in another one; the first goes on."""
    stream = client.voucher_codes.add_batches(iter(codes(server, 3_000)), journal=path)
    iterator = iter(stream)
    assert len(next(iterator)) == 1_000
    for call in (
        lambda: client.voucher_codes.add(codes(server, 3_000), journal=path),
        lambda: open_client(connect, server).voucher_codes.add(codes(server, 9), journal=path),
        lambda: Journal(path),
    ):
        with pytest.raises(JournalError, match="is in use"):
            call()
    process = import_again(server, path, 3_000)
    assert "is in use" in process.stderr
    assert [len(outcomes) for outcomes in iterator] == [1_000, 1_000]
    assert added(server) == values(3_000)


def import_again(
    server: IndependentServer, path: Path, count: int, before: str = "", settle: float = 0
) -> subprocess.CompletedProcess[str]:
    """Import in another process, which executes some statements before."""
    program = f"{before}\nfrom tests.support.importer import main\nmain()"
    arguments = [server.url, str(count), "4", str(path), "--keywords", f'{{"settle": {settle}}}']
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        check=False,
        cwd=ROOT,
        env=environment_of(server),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_what_is_no_journal_is_left_alone(
    client: Any, server: IndependentServer, path: Path, tmp_path: Path
) -> None:
    """A text, another database, a damaged journal, a folder: nothing is sent or changed."""
    client.voucher_codes.add(codes(server, 2_000), journal=path)
    requests(server)
    whole = path.read_bytes()
    middle = len(whole) // 2
    database = tmp_path / "database"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    contents = {
        "text": b"value,voucher\n" * 100,
        "database": database.read_bytes(),
        "short": whole[:middle],
        "zeros": b"\0" * len(whole),
        "overwritten": whole[:middle] + b"\xff" * 40_000 + whole[middle + 40_000 :],
        "value": whole.replace(b"CODE-000700", b"CODE-000800"),
    }
    for name, content in contents.items():
        file = tmp_path / name
        file.write_bytes(content)
        with pytest.raises(JournalError):
            client.voucher_codes.add(codes(server, 2_000), journal=file)
        assert file.read_bytes() == content or name in {"value", "overwritten"}
    with pytest.raises(JournalError, match="is not a file"):
        client.voucher_codes.add(codes(server, 2_000), journal=tmp_path)
    assert not requests(server)
    empty = tmp_path / "empty"
    empty.touch()
    with pytest.raises(JournalError, match="is empty"):
        Journal(empty)
    with pytest.raises(JournalError, match="No such file"):
        Journal(tmp_path / "missing")
    assert not (tmp_path / "missing").exists()
    assert len(client.voucher_codes.add(codes(server, 5), journal=empty)) == 5


# --- bad rows


def test_bad_rows_are_remembered(client: Any, server: IndependentServer, path: Path) -> None:
    """With "isolate", a second run reports them again, and costs no request."""
    items = codes(server, 1_300)
    items[10].value = ""
    items[1_200].voucher_id = server.service_id  # there is no such voucher
    reported = []
    sent: object = None
    for _ in range(2):
        with pytest.raises(BatchError) as raised:
            client.voucher_codes.add(items, journal=path, on_rejected="isolate")
        reported.append([(one.position, str(one.error)) for one in raised.value.rejected])
        assert len(raised.value.succeeded) == 1_298
        sent = requests(server)
    assert not sent
    assert reported[0] == reported[1]
    assert [position for position, _ in reported[0]] == [10, 1_200]
    with Journal(path) as journal:
        assert [(one.position, str(one.error)) for one in journal.rejected()] == reported[0]
    assert len(added(server)) == 1_298


def test_a_bad_row_stops_each_run(client: Any, server: IndependentServer, path: Path) -> None:
    """With "stop", items that were refused are tried again: the server may have changed."""
    items = codes(server, 1_300)
    server.plan(At(ADD, refuse(403), 2))
    with pytest.raises(BatchError) as raised:
        client.voucher_codes.add(items, journal=path)
    assert len(raised.value.rejected) == 300
    requests(server)
    assert len(client.voucher_codes.add(items, journal=path)) == 1_300
    assert requests(server) == {ADD: 1}
    assert added(server) == values(1_300)


# --- asking the journal


@pytest.mark.parametrize("kind", [list, iter])
def test_the_progress_goes_on(
    client: Any, server: IndependentServer, path: Path, kind: Callable[[Any], Any]
) -> None:
    """The second run counts what the first has done; the journal knows it in between."""
    server.plan(At(ADD, refuse(401), 3))
    seen: list[Progress] = []
    for _ in range(2):
        try:
            client.voucher_codes.add(
                kind(codes(server, 4_000)), journal=path, on_progress=seen.append
            )
        except BatchError:
            with Journal(path) as journal:
                assert journal.operation == ADD
                assert journal.progress.done == 2_000
                assert journal.progress.total == (4_000 if kind is list else None)
    assert [one.done for one in seen] == [1_000, 2_000, 2_000, 3_000, 4_000]
    assert {one.total for one in seen} == {4_000 if kind is list else None}
    with Journal(path) as journal:
        assert journal.progress == Progress(4_000, 4_000, 0, 0.0)


def test_the_error_of_a_journal_is_resumed(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """And a later run with the journal knows what that has added."""
    server.plan(At(ADD, fail_after("scattered"), 2))
    with pytest.raises(BatchError):
        client.voucher_codes.add(codes(server, 3_500), journal=path, settle=0)
    with Journal(path) as journal:
        error = journal.batch_error()
        assert len(list(journal.succeeded())) == len(error.succeeded) == 1_000
    assert (len(error.unknown), len(error.not_sent)) == (1_000, 1_500)
    assert len(client.voucher_codes.resume(error, settle=0)) == 3_500
    requests(server)
    assert len(client.voucher_codes.add(codes(server, 3_500), journal=path)) == 3_500
    assert not requests(server)
    assert added(server) == values(3_500)


@pytest.mark.parametrize("is_copy", [False, True])
@pytest.mark.parametrize("kind", [list, iter])
def test_resume_and_the_call_itself_take_turns(
    client: Any, server: IndependentServer, path: Path, kind: Callable[[Any], Any], *, is_copy: bool
) -> None:
    """Whatever of the two completes the write, the other has nothing left to do."""
    server.plan(At(ADD, fail_after("half"), 2), At(ADD, refuse(401), 4))
    given = kind(codes(server, 6_500))
    settings = {"settle": 0, "concurrency": 2}
    with pytest.raises(BatchError) as raised:
        client.voucher_codes.add(given, journal=path, **settings)
    errors = [raised.value]
    for _ in range(2):
        error = BatchError.from_json(errors[-1].to_json()) if is_copy else errors[-1]
        remaining = None if error.is_complete else given
        try:
            assert len(client.voucher_codes.resume(error, remaining=remaining, **settings)) == 6_500
            break
        except BatchError as again:
            errors.append(again)
    assert len(errors) == 2
    requests(server)
    assert len(client.voucher_codes.add(kind(codes(server, 6_500)), journal=path)) == 6_500
    assert not requests(server)
    assert added(server) == values(6_500)


def test_an_error_of_an_earlier_state_is_refused(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """If the journal has read more of an iterator since: `remaining` would be added twice."""
    server.plan(At(ADD, refuse(401), 2), At(ADD, refuse(401), 5))
    given = iter(codes(server, 6_000))
    with pytest.raises(BatchError) as raised:
        client.voucher_codes.add(given, journal=path)
    with pytest.raises(BatchError):
        client.voucher_codes.add(iter(codes(server, 6_000)), journal=path)
    requests(server)
    with pytest.raises(JournalError, match="run the call with the journal again"):
        client.voucher_codes.resume(raised.value, remaining=given)
    assert not requests(server)


def test_a_copy_that_was_resumed_long_ago(
    client: Any, server: IndependentServer, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another machine has added for a copy of the error is found, whenever that was."""
    server.plan(At(ADD, refuse(401), 2))
    with pytest.raises(BatchError):
        client.voucher_codes.add(codes(server, 1_500), journal=path)
    with Journal(path) as journal:
        error = journal.batch_error()
    monkeypatch.setattr(error, "journal", None)  # as on a machine where the file is not
    assert len(client.voucher_codes.resume(error, settle=0)) == 1_500
    # Two hours pass: for the server, and for this machine.
    server.clock.offset += 7_200
    with read_journal(path) as stored:
        stored.set("was_copied", (datetime.now(UTC) - timedelta(hours=2)).isoformat())
    assert len(client.voucher_codes.add(codes(server, 1_500), journal=path, settle=0)) == 1_500
    assert added(server) == values(1_500)


# --- interruptions


def test_ctrl_c(server: IndependentServer, path: Path) -> None:
    """What was in flight is found, the rest is added."""

    def interrupt(progress: Progress) -> None:
        if progress.done == 4_000:
            signal.raise_signal(signal.SIGINT)

    server.plan(At(ADD, Fault(wait_before=0.05, wait_after=0.05), None))
    with VoucherClient(credentials_of(server), base_url=server.url, rate_limit=None) as client:
        with pytest.raises(KeyboardInterrupt) as raised:
            client.voucher_codes.add(
                codes(server, 12_000), journal=path, concurrency=4, on_progress=interrupt
            )
        error = batch_error_of(raised.value)
        assert error is not None
        assert error.journal == os.path.realpath(path)
        done = client.voucher_codes.add(codes(server, 12_000), journal=path, settle=0)
    assert [one.value for one in done] == added(server) == values(12_000)


@pytest.mark.parametrize("seconds", [0.001, 0.05, 0.2, 0.5])
def test_a_cancelled_task(server: IndependentServer, path: Path, seconds: float) -> None:
    """Wherever it is: while the journal is opened, while items are registered, or in flight."""

    async def main() -> list[object]:
        credentials = credentials_of(server)
        async with AsyncVoucherClient(
            credentials, base_url=server.url, rate_limit=None, retry=WITHOUT_SLEEP
        ) as client:
            add = client.voucher_codes.add
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(seconds):
                    await add(codes(server, 12_000), journal=path, concurrency=4)
            server.wait_until_idle()
            for _ in range(100):
                try:
                    done = await add(codes(server, 12_000), journal=path, settle=0)
                except JournalError:  # it is still being closed
                    await asyncio.sleep(0.05)
                else:
                    return [one.value for one in done]
        raise AssertionError("the journal was not closed")

    server.plan(At(ADD, Fault(wait_before=0.05, wait_after=0.05), None))
    assert asyncio.run(main()) == added(server) == values(12_000)


def test_a_stream_that_is_not_closed(server: IndependentServer, path: Path) -> None:
    """The process ends in the middle of a stream; the journal can be used afterwards."""
    program = """
import asyncio, sys
from tests.support.importer import *
async def main():
    global client, stream
    client = AsyncVoucherClient(Credentials.from_environment(), base_url=sys.argv[1])
    codes = [VoucherCodeAddParameters(os.environ["MEWS_VOUCHER_ID"], one) for one in values(3000)]
    stream = client.voucher_codes.add_batches(iter(codes), journal=sys.argv[2])
    await anext(stream)
loop = asyncio.new_event_loop()
loop.run_until_complete(main())
"""
    command = [sys.executable, "-c", program, server.url, str(path)]
    environment = environment_of(server)
    subprocess.run(command, check=True, cwd=ROOT, env=environment, timeout=60, capture_output=True)
    server.wait_until_idle()
    assert import_again(server, path, 3_000).stdout.endswith("imported 3000\n")
    assert added(server) == values(3_000)


# --- a full disk


@pytest.mark.parametrize("kind", [list, iter])
def test_a_full_disk(
    client: Any,
    server: IndependentServer,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: Callable[[Any], Any],
) -> None:
    """At whatever size: the call stops with a clear error; with more space, it is completed."""
    connect = sqlite3.connect
    pages = 0

    def limited(*args: Any, **settings: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **settings)
        connection.execute("PRAGMA page_size = 16384")
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    monkeypatch.setattr(sqlite3, "connect", limited)
    settings = {"journal": path, "settle": 0, "concurrency": 4}
    for size in range(4, 160, 13):
        pages = size
        try:
            client.voucher_codes.add(kind(codes(server, 9_500)), **settings)
        except (JournalError, BatchError) as error:
            cause = error.cause if isinstance(error, BatchError) else error
            assert isinstance(cause, JournalError)
            assert "the disk is full" in str(cause)
        server.wait_until_idle()
    monkeypatch.undo()
    done = client.voucher_codes.add(kind(codes(server, 9_500)), **settings)
    assert [one.value for one in done] == added(server) == values(9_500)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit of the size of files")
def test_a_limit_of_the_size_of_files(server: IndependentServer, path: Path) -> None:
    """A write that the system refuses in the middle of a file: as with a full disk."""
    for limit in range(100_000, 1_500_000, 350_000):
        before = f"import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
        process = import_again(server, path, 5_000, before)
        assert "JournalError" in process.stderr
        server.wait_until_idle()
    assert import_again(server, path, 5_000).stdout.endswith("imported 5000\n")
    assert added(server) == values(5_000)


# --- a late server


def test_an_item_in_flight_is_not_judged_too_early(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """Only `settle` seconds after it was sent; the wait is told to `on_progress`."""
    server.plan(At(ADD, late(1.0, None)))
    with pytest.raises(BatchError):
        client.voucher_codes.add(codes(server, 500), journal=path)
    seen: list[Progress] = []
    started = time.monotonic()
    settings = {"journal": path, "settle": 2, "on_progress": seen.append}
    assert len(client.voucher_codes.add(codes(server, 500), **settings)) == 500
    assert 1 < time.monotonic() - started < 10
    assert [one.settling > 1 for one in seen] == [True, False]
    assert added(server) == values(500)


# --- what is registered, recorded, or opened only in part


def test_a_list_that_was_registered_in_part(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """The rest of it is added, although the error of the journal was read in between."""
    server.plan(At(ADD, refuse(401), 2))
    items = codes(server, 20_500)
    with pytest.raises(BatchError):
        client.voucher_codes.add(iter(items), journal=path)
    with Journal(path) as journal:
        assert not journal.batch_error().is_complete
    server.plan()
    result = client.voucher_codes.add(items, journal=path, settle=0)
    assert [one.value for one in result] == [one.value for one in items]
    assert added(server) == values(20_500)


def test_a_row_that_was_rejected_may_be_corrected(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """In its place, and only such a row: then it is sent, and nothing else."""
    items = codes(server, 1_500)
    items[7].value = ""
    with pytest.raises(BatchError, match="all other items are written"):
        client.voucher_codes.add(items, journal=path, on_rejected="isolate")
    items[7].value, right = values(1_500)[7], items[8].value
    items[8].value = "another"
    with pytest.raises(JournalError, match="position 8"):
        client.voucher_codes.add(items, journal=path, on_rejected="isolate")
    items[8].value = right
    requests(server)
    assert len(client.voucher_codes.add(items, journal=path, on_rejected="isolate")) == 1_500
    assert requests(server) == {ADD: 1}
    assert added(server) == values(1_500)


def test_an_older_error_does_not_undo_what_was_done_since(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """What the journal knows to be added is not added again, not even if it was deleted."""
    server.plan(At(ADD, refuse(401), 2))
    items = codes(server, 1_500)
    with pytest.raises(BatchError) as raised:
        client.voucher_codes.add(items, journal=path)
    result = client.voucher_codes.add(items, journal=path)
    client.voucher_codes.delete([result[-1].id])
    assert len(client.voucher_codes.resume(raised.value, settle=0)) == 1_500
    assert added(server) == values(1_500)[:-1]


@pytest.mark.parametrize("steps", range(12))
def test_a_call_that_is_cancelled_at_once(
    server: IndependentServer, path: Path, steps: int
) -> None:
    """Its journal is closed: the same call can be made immediately."""

    async def run() -> None:
        async with AsyncVoucherClient(credentials_of(server), base_url=server.url) as client:
            add = client.voucher_codes.add
            task = asyncio.create_task(add(codes(server, 1_500), journal=path))
            for _ in range(steps):
                await asyncio.sleep(0 if steps % 2 else 0.002)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            assert len(await add(codes(server, 1_500), journal=path, settle=0)) == 1_500

    asyncio.run(run())
    assert added(server) == values(1_500)


def test_a_callback_that_fails_at_the_beginning(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """The progress of earlier runs is shown first: what it raises stops the call."""
    server.plan(At(ADD, refuse(401), 2))
    with pytest.raises(BatchError):
        client.voucher_codes.add(codes(server, 1_500), journal=path)

    def fail(_: Progress) -> None:
        raise BrokenPipeError

    with pytest.raises(BatchError) as raised:
        client.voucher_codes.add(codes(server, 1_500), journal=path, on_progress=fail)
    assert len(raised.value.succeeded) == 1_000
    assert isinstance(raised.value.cause, BrokenPipeError)
