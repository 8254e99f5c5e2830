"""Writes at their edges: arguments, journals that are gone, interruptions of look-ups."""

import asyncio
import pickle
import signal
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from mews_vouchers import (
    AsyncVoucherClient,
    BatchError,
    Journal,
    Outcome,
    Progress,
    VoucherClient,
    _error_copies,
    _local_clock,
    batch_error_of,
)
from mews_vouchers._batching.result_ids import ResultIds
from mews_vouchers._resuming import resumptions
from mews_vouchers._runners.block_threads import run_in_thread
from mews_vouchers._runners.workers import Workers
from mews_vouchers_client.models import (
    ActivityState,
    StringUpdateValue,
    VoucherCode,
    VoucherUpdateParameters,
)

from tests.support.independent_clients import (
    ADD,
    credentials_of,
    numbered,
    stored,
)
from tests.support.independent_server import At, IndependentServer, fail_after, late, refuse
from tests.support.interruptions import press_ctrl_c
from tests.support.waiting import TIMEOUT

# Any, in this module: either client, behind the interface of the sync one.


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"on_rejected": "ignore"}, ValueError),
        ({"settle": -1}, ValueError),
        ({"settle": float("nan")}, ValueError),
        ({"settle": None}, TypeError),
        ({"settle": True}, TypeError),
    ],
)
def test_options_are_checked(client: Any, options: dict[str, Any], error: type[Exception]) -> None:
    """A mistake in an option is found before anything is sent."""
    with pytest.raises(error, match=next(iter(options))):
        client.voucher_codes.add([], **options)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("{}", r"not a str: pass BatchError\.from_json\(text\)"),
        (
            ValueError("x"),
            r"not a ValueError: pass batch_error_of\(exception\), unless that is None",
        ),
        (None, "not a NoneType: pass a BatchError"),
    ],
)
def test_only_a_batch_error_is_resumed(client: Any, error: Any, message: str) -> None:
    """The error says what to pass instead."""
    for resource in (client.vouchers, client.voucher_codes):
        with pytest.raises(TypeError, match=message):
            resource.resume(error)


@pytest.mark.parametrize(
    ("operation", "other", "message"),
    [
        ("voucherCodes/add", "vouchers", r"client\.voucher_codes\.resume\(\) completes it"),
        ("vouchers/add", "voucher_codes", r"client\.vouchers\.resume\(\) completes it"),
    ],
)
def test_an_error_of_the_other_resource(
    client: Any, operation: str, other: str, message: str
) -> None:
    """The error names the right one."""
    with pytest.raises(ValueError, match=message):
        getattr(client, other).resume(BatchError(operation, "x"))


def test_nothing_remains_of_a_complete_input(client: Any, server: IndependentServer) -> None:
    """A list was reported wholly: a rest would be added in addition."""
    server.plan(At(ADD, refuse(401)))
    with pytest.raises(BatchError) as raised:
        client.voucher_codes.add(numbered(server, 3))
    with pytest.raises(ValueError, match="nothing can be remaining"):
        client.voucher_codes.resume(raised.value, remaining=[])


def test_a_stream_whose_journal_was_not_opened(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """It has no report yet, nor has what interrupts the opening."""

    class Interrupting(list[Any]):
        def __iter__(self) -> Iterator[Any]:
            raise KeyboardInterrupt

    stream = client.voucher_codes.add_batches(numbered(server, 3), journal=path)
    with pytest.raises(RuntimeError, match="was not opened yet"):
        _ = stream.batch_error
    with VoucherClient(credentials_of(server), base_url=server.url) as sync:
        batches = sync.voucher_codes.add_batches(Interrupting(), journal=path)
        with pytest.raises(KeyboardInterrupt) as raised:
            next(batches)
    assert batch_error_of(raised.value) is None


def test_a_journal_that_is_gone_or_another_one(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """The error of a write is resumed without it."""
    server.plan(At(ADD, refuse(401), 2))
    failures = []
    for number in range(2):
        server.plan(At(ADD, refuse(401), 2 * number + 2))
        with pytest.raises(BatchError) as raised:
            client.voucher_codes.add(numbered(server, 1_002 + number), journal=path)
        failures.append(raised.value)
        path.unlink()
    for failed in failures:
        assert client.voucher_codes.resume(failed, settle=0)
    client.voucher_codes.add(numbered(server, 1), journal=path)
    client.voucher_codes.resume(failures[0], settle=0)
    assert set(stored(server).values()) == {2, 3, 1}


def test_the_report_of_a_journal_is_read_twice(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """Then a stream of the same call looks up what is missing, and yields everything once."""
    server.plan(At(ADD, refuse(401), 2))
    with pytest.raises(BatchError):
        client.voucher_codes.add(numbered(server, 2_500), journal=path)
    with Journal(path) as journal:
        assert journal.batch_error().id == journal.batch_error().id
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(journal)
    batches = client.voucher_codes.add_batches(numbered(server, 2_500), journal=path, settle=0)
    positions = [one.position for batch in batches for one in batch]
    assert sorted(positions) == [*range(2_500)]
    assert set(stored(server).values()) == {1}


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_an_interrupted_wait_of_a_rerun(server: IndependentServer, path: Path) -> None:
    """Its report is that of the journal."""
    server.plan(At(ADD, late(30, status=None)))

    def interrupt(progress: Progress) -> None:
        if progress.settling:
            signal.raise_signal(signal.SIGINT)

    with VoucherClient(credentials_of(server), base_url=server.url) as client:
        codes = numbered(server, 1_500)
        with pytest.raises(BatchError):
            client.voucher_codes.add(codes, journal=path)
        with pytest.raises(KeyboardInterrupt) as raised:
            client.voucher_codes.add(codes, journal=path, on_progress=interrupt)
    error = batch_error_of(raised.value)
    assert error is not None
    assert [len(error.unknown), len(error.not_sent)] == [1_000, 500]


def test_a_cancelled_resume(server: IndependentServer) -> None:
    """What cancels the wait of a `resume` has the report."""
    server.plan(At(ADD, late(30, status=None)))

    async def run() -> BatchError | None:
        async with AsyncVoucherClient(credentials_of(server), base_url=server.url) as client:
            with pytest.raises(BatchError) as raised:
                await client.voucher_codes.add(numbered(server, 3))
            waiting = asyncio.Event()
            task = asyncio.create_task(
                client.voucher_codes.resume(raised.value, on_progress=lambda _: waiting.set())
            )
            await waiting.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as cancelled:
                await task
            return batch_error_of(cancelled.value)

    error = asyncio.run(run())
    assert error is not None
    assert len(error.unknown) == 3


def test_a_part_of_a_refused_batch_that_is_too_large(
    client: Any, server: IndependentServer
) -> None:
    """It is sent in smaller batches, and the bad row is found all the same."""
    codes = numbered(server, 8)
    server.settings.refused[codes[5].value] = 403
    server.plan(At(ADD, refuse(413), 2))
    with pytest.raises(BatchError) as raised:
        client.voucher_codes.add(codes, on_rejected="isolate")
    assert [one.position for one in raised.value.rejected] == [5]
    assert sum(stored(server).values()) == 7


def test_a_refused_update_that_may_have_been_applied(
    client: Any, server: IndependentServer
) -> None:
    """It is not called rejected, which means that nothing was changed."""
    update = VoucherUpdateParameters(server.voucher_id, name=StringUpdateValue("New"))
    operation = "vouchers/update"
    server.plan(At(operation, fail_after()), At(operation, refuse(400), 2))
    with pytest.raises(BatchError) as raised:
        client.vouchers.update([update], on_rejected="isolate")
    assert [one.position for one in raised.value.unknown] == [0]


def test_items_whose_times_do_not_fit_the_dates(client: Any, server: IndependentServer) -> None:
    """If the server's clocks disagree, everything is looked up."""
    codes = numbered(server, 2)
    (added,) = client.voucher_codes.add(codes[:1])
    old = VoucherCode(
        id=added.id,
        voucher_id=added.voucher_id,
        activity_state=ActivityState.ACTIVE,
        is_active=True,
        value=added.value,
        created_utc=datetime(2000, 1, 1, tzinfo=UTC),
    )
    now = datetime.now(UTC)
    error: BatchError[Any, Any] = BatchError(
        ADD,
        "stopped",
        succeeded=[Outcome(0, codes[0], old, sent_at=now, server_time=now)],
        unknown=[Outcome(1, codes[1], sent_at=now, server_time=now)],
    )
    assert len(client.voucher_codes.resume(error, settle=0)) == 2
    (listing,) = [one for one in server.requests if one.operation.endswith("getAll")]
    assert "UpdatedUtc" not in (listing.body or {})


def test_an_error_of_an_unknown_class() -> None:
    """A later release may know other errors: they are read as errors of the package."""
    error = BatchError(ADD, "stopped", cause=BatchError(ADD, "inner"))
    assert type(BatchError.from_json(error.to_json()).cause).__name__ == "MewsError"


def test_what_is_remembered_is_bounded(
    client: Any, server: IndependentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of resumes, of copies, and of times: the oldest are forgotten."""
    monkeypatch.setattr(resumptions, "_REMEMBERED", 1)
    monkeypatch.setattr(_error_copies, "_MOST_COPIED", 1)
    monkeypatch.setattr(_local_clock, "_REMEMBERED", 3)
    for number in range(4):
        if number == 2:
            monkeypatch.setattr(resumptions, "_FORGET_AFTER", 0.0)
        server.plan(At(ADD, refuse(401), number=None))
        with pytest.raises(BatchError) as raised:
            client.voucher_codes.add(numbered(server, 1))
        raised.value.to_json()
        server.plan()
        client.voucher_codes.resume(raised.value, settle=0)
    assert sum(stored(server).values()) == 1


def test_ids_without_times_are_kept() -> None:
    """What was created at an unknown time may be met by any look-up."""
    ids = ResultIds()
    code = VoucherCode(id="1", voucher_id="2", activity_state=ActivityState.ACTIVE, is_active=True)
    ids.note_yielded([Outcome(0, "", code)])
    ids.forget_before(datetime.now(UTC))
    assert ids.left_out() == ["1"]


class Opened:
    """Something that is closed, in whichever thread."""

    is_closed = False

    def close(self) -> None:
        """Close it."""
        self.is_closed = True


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_what_was_opened_for_an_interrupted_caller_is_closed(server: IndependentServer) -> None:
    """Nobody else could close it."""
    opened = Opened()

    def open_slowly() -> Opened:
        press_ctrl_c()
        time.sleep(0.2)
        return opened

    with VoucherClient(credentials_of(server), base_url=server.url) as client:
        with pytest.raises(KeyboardInterrupt):
            run_in_thread(client._state, open_slowly)  # noqa: SLF001 - no public call is that slow
        assert opened.is_closed


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_what_cannot_be_closed_is_dropped(server: IndependentServer) -> None:
    """A function whose caller was interrupted may return anything."""
    is_done = threading.Event()

    def work_slowly() -> None:
        press_ctrl_c()
        time.sleep(0.2)
        is_done.set()

    with VoucherClient(credentials_of(server), base_url=server.url) as client:
        with pytest.raises(KeyboardInterrupt):
            run_in_thread(client._state, work_slowly)  # noqa: SLF001 - no public call is that slow
        assert is_done.wait(TIMEOUT)


def test_without_threads_a_function_is_called_here(
    server: IndependentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system may have no more threads."""
    monkeypatch.setattr(Workers, "start", lambda *_: False)
    with VoucherClient(credentials_of(server), base_url=server.url) as client:
        assert run_in_thread(client._state, threading.get_ident) == threading.get_ident()  # noqa: SLF001
