"""Ways in which an import once lost or doubled codes, each as what has to happen instead.

A killed resume, a server that finishes late, a wrong response, Ctrl-C, one bad row of many.
"""

import asyncio
import csv
import io
import multiprocessing
import pickle
import signal
import threading
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from mews_vouchers import (
    AsyncVoucherClient,
    BatchError,
    Credentials,
    ForbiddenError,
    OutcomeUnknownError,
    Progress,
    VoucherClient,
    batch_error_of,
)
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.clients import WITHOUT_SLEEP, Connect
from tests.support.harness import failure
from tests.support.independent_clients import (
    ADD,
    LIST,
    check_true,
    client_of,
    credentials_of,
    numbered,
    sizes,
    stored,
)
from tests.support.independent_server import At, Fault, IndependentServer, late, refuse
from tests.support.interruptions import press_ctrl_c

#: Seconds after which a late request of these tests has been applied.
SETTLE = 0.7

can_signal = pytest.mark.skipif(
    not hasattr(signal, "pthread_kill"), reason="this system sends no signals to threads"
)


def once(codes: list[VoucherCodeAddParameters]) -> Counter[str]:
    """Return what the server has if each code was added exactly once."""
    return Counter(one.value for one in codes)


# --- a worker that is killed in the middle of a resume, and started again


def resume_kept(url: str, tokens: tuple[str, str], path: Path) -> None:
    """Resume an error that was kept in a file: what a worker process does."""
    error = (
        BatchError.from_json(path.read_text())
        if path.suffix == ".json"
        else pickle.loads(path.read_bytes())
    )
    credentials = Credentials(client_token=tokens[0], access_token=tokens[1], client="Worker 1.0")
    with VoucherClient(credentials, base_url=url, retry=WITHOUT_SLEEP, rate_limit=None) as client:
        client.voucher_codes.resume(error, settle=SETTLE)


@pytest.mark.parametrize("suffix", [".json", ".pickle"])
def test_a_resume_is_killed_and_started_again(
    server: IndependentServer, tmp_path: Path, suffix: str
) -> None:
    """With the same file: what the killed process has added is found."""
    server.plan(At(ADD, refuse(503)))
    codes, path = numbered(server, 4_000), tmp_path / f"error{suffix}"
    with VoucherClient(
        credentials_of(server), base_url=server.url, retry=WITHOUT_SLEEP, rate_limit=None
    ) as client:
        failed = failure(client.voucher_codes.add, codes)
    if suffix == ".json":
        path.write_text(failed.to_json())
    else:
        path.write_bytes(pickle.dumps(failed))
    server.plan(At(ADD, Fault(wait_before=20), 3))
    process = multiprocessing.get_context("spawn").Process
    arguments = server.url, (server.client_token, server.access_token), path
    first = process(target=resume_kept, args=arguments)
    first.start()
    server.wait_for(ADD, 3, seconds=30)
    first.kill()
    first.join()
    server.hurry()
    assert sum(stored(server).values()) == 2_000
    second = process(target=resume_kept, args=arguments)
    second.start()
    second.join()
    assert second.exitcode == 0
    assert stored(server) == once(codes)


# --- a server that finishes after the response was lost


LATE: dict[str, Fault] = {
    "504": late(0.4),
    "reset": late(0.4, None),
    "timeout": Fault(wait_before=0.6),
}


@pytest.mark.parametrize("name", LATE)
@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_server_finishes_late(connect: Connect, name: str, concurrency: int) -> None:
    """A resume waits until that cannot happen any more, and says so, before it adds again."""
    waits: list[float] = []

    def note(progress: Progress) -> None:
        waits.append(progress.settling)

    with IndependentServer(faults=[At(ADD, LATE[name])]) as server:
        client = client_of(connect, server, timeout=0.3)
        codes = numbered(server, 10)
        failed = failure(client.voucher_codes.add, codes, concurrency=concurrency)
        assert len(failed.unknown) == 10
        call = client.voucher_codes.resume
        added = call(failed, settle=SETTLE, on_progress=note, concurrency=concurrency)
        assert [one.value for one in added] == [one.value for one in codes]
        assert stored(server) == once(codes)
        assert 0 < max(waits) <= SETTLE
        assert sizes(server) == [10]


def test_a_lost_request_is_sent_again(connect: Connect, server: IndependentServer) -> None:
    """What was never applied is added after the wait; without one, at once."""
    client = client_of(connect, server)
    for count, settle in ((10, SETTLE), (20, 0.0)):
        server.plan(At(ADD, Fault(part="none", end_after=0), None))
        codes = numbered(server, count)[count // 2 :]
        failed = failure(client.voucher_codes.add, codes)
        server.plan()
        client.voucher_codes.resume(failed, settle=settle)
        assert stored(server) >= once(codes)
    assert max(stored(server).values()) == 1


def test_a_cancelled_add_is_applied_late(server: IndependentServer) -> None:
    """The same after a cancellation, with the same client."""
    server.plan(At(ADD, Fault(wait_before=0.4)))
    codes = numbered(server, 10)

    async def run() -> None:
        async with AsyncVoucherClient(
            credentials_of(server), base_url=server.url, retry=WITHOUT_SLEEP, rate_limit=None
        ) as client:
            task = asyncio.ensure_future(client.voucher_codes.add(codes))
            await asyncio.to_thread(server.wait_for, ADD)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            error = batch_error_of(caught.value)
            assert error is not None
            await client.voucher_codes.resume(error, settle=SETTLE)

    asyncio.run(run())
    assert stored(server) == once(codes)
    assert sizes(server) == [10]


def test_copies_are_resumed_one_after_the_other(
    connect: Connect, server: IndependentServer
) -> None:
    """What the first has added is found by the others, in an interval of the server's time."""
    server.add_codes(
        server.voucher_id,
        (f"OLD{at}" for at in range(5_000)),
        created=datetime(2020, 1, 1, tzinfo=UTC),
    )
    client = client_of(connect, server)
    codes = numbered(server, 1_500)
    client.voucher_codes.add(numbered(server, 1))  # the time of the server is known
    server.plan(At(ADD, refuse(503), 2))
    failed = failure(client.voucher_codes.add, codes[1:])
    text, pickled = failed.to_json(), pickle.dumps(failed)
    results = []
    for copied in (failed, BatchError.from_json(text), pickle.loads(pickled), failed):
        added = client.voucher_codes.resume(copied, settle=0)
        results.append([one.id for one in added])
    assert results == [results[0]] * 4
    old = Counter(f"OLD{at}" for at in range(5_000))
    assert stored(server) == once(codes) + old
    assert all(
        (one.body or {}).get("UpdatedUtc") for one in server.requests if one.operation == LIST
    )
    assert len([one for one in server.requests if one.operation == LIST]) <= 12


def test_a_code_that_was_there_before_is_not_taken(
    connect: Connect, server: IndependentServer
) -> None:
    """A value may be there already, from an earlier import: it is not that of this one."""
    earlier = datetime(2026, 1, 1, tzinfo=UTC)
    (old,) = server.add_codes(server.voucher_id, ["C00000"], created=earlier)
    server.plan(At(ADD, Fault(part="none", end_after=0)))
    client = client_of(connect, server)
    failed = failure(client.voucher_codes.add, numbered(server, 1))
    (added,) = client.voucher_codes.resume(failed, settle=0)
    assert added.id != old
    assert stored(server) == Counter({"C00000": 2})


# --- a response that names an item twice, or one that nobody sent


@pytest.mark.parametrize("change", ["double", "foreign", "forget"])
@pytest.mark.parametrize("values", ["ABCDE", "AAAAA"], ids=["different", "equal"])
def test_a_response_does_not_vouch_for_an_item(connect: Connect, values: str, change: Any) -> None:
    """That item is unknown, all others succeeded; a resume finds it. Values may be equal."""
    with IndependentServer(faults=[At(ADD, Fault(changes=(change,)))]) as server:
        client = client_of(connect, server)
        codes = [VoucherCodeAddParameters(server.voucher_id, value) for value in values]
        failed = failure(client.voucher_codes.add, codes)
        check_true(failed, codes, server)
        assert (len(failed.succeeded), len(failed.unknown)) == (4, 1)
        assert isinstance(failed.unknown[0].error, OutcomeUnknownError)
        added = client.voucher_codes.resume(failed, settle=0)
        assert len({one.id for one in added}) == 5
        assert [one.value for one in added] == [one.value for one in codes]
        assert stored(server) == once(codes)


# --- an interruption of a long list


def check_interrupted(
    error: BatchError[Any, Any] | None, codes: list[Any], server: IndependentServer
) -> BatchError[Any, Any]:
    """Check that the report of an interruption has all codes, also those that were not read."""
    assert error is not None
    check_true(error, codes, server)
    assert error.is_complete
    assert len(error.not_sent) >= 10_000
    return error


@pytest.mark.parametrize("concurrency", [1, 4])
def test_ctrl_c_in_a_long_list(server: IndependentServer, concurrency: int) -> None:
    """Every one of 25,000 codes is reported, and a resume adds them."""
    codes = numbered(server, 25_000)

    def interrupt(progress: Progress) -> None:
        if progress.done == 3_000:
            signal.raise_signal(signal.SIGINT)

    with VoucherClient(credentials_of(server), base_url=server.url, rate_limit=None) as client:
        with pytest.raises(KeyboardInterrupt) as caught:
            client.voucher_codes.add(codes, on_progress=interrupt, concurrency=concurrency)
        error = check_interrupted(batch_error_of(caught.value), codes, server)
        added = client.voucher_codes.resume(error, settle=0)
    assert len(added) == 25_000
    assert stored(server) == once(codes)


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_cancellation_in_a_long_list(server: IndependentServer, concurrency: int) -> None:
    """The same for a task."""
    codes = numbered(server, 25_000)

    async def run() -> int:
        async with AsyncVoucherClient(
            credentials_of(server), base_url=server.url, rate_limit=None
        ) as client:

            def cancel(progress: Progress) -> None:
                if progress.done == 3_000:
                    task.cancel()

            task = asyncio.ensure_future(
                client.voucher_codes.add(codes, on_progress=cancel, concurrency=concurrency)
            )
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            error = check_interrupted(batch_error_of(caught.value), codes, server)
            return len(await client.voucher_codes.resume(error, settle=0))

    assert asyncio.run(run()) == 25_000
    assert stored(server) == once(codes)


def test_ctrl_c_in_a_look_up_reports_its_own_write(server: IndependentServer) -> None:
    """Also while the error of another write is being handled."""

    def interrupt(progress: Progress) -> None:
        assert progress.settling > 0
        signal.raise_signal(signal.SIGINT)

    with VoucherClient(
        credentials_of(server), base_url=server.url, retry=WITHOUT_SLEEP, rate_limit=None
    ) as client:
        server.plan(At(ADD, Fault(part="none", end_after=0), None))
        first, second = (failure(client.voucher_codes.add, numbered(server, at)) for at in (2, 3))
        try:
            raise first
        except BatchError:
            with pytest.raises(KeyboardInterrupt) as caught:
                client.voucher_codes.resume(second, on_progress=interrupt)
    assert batch_error_of(caught.value) is second


# --- Ctrl-C with the default concurrency


def press_ctrl_c_at(server: IndependentServer, number: int) -> threading.Thread:
    """Press Ctrl-C when the server has read a request."""

    def press() -> None:
        server.wait_for(ADD, number)
        press_ctrl_c()

    thread = threading.Thread(target=press)
    thread.start()
    return thread


@can_signal
@pytest.mark.parametrize("concurrency", [1, 2])
def test_ctrl_c_waits_for_the_request_in_flight(
    server: IndependentServer, concurrency: int
) -> None:
    """At any concurrency: its codes succeeded, the others were not sent."""
    server.plan(At(ADD, Fault(wait_before=0.4), None))
    codes = numbered(server, 3_500)
    with VoucherClient(credentials_of(server), base_url=server.url, rate_limit=None) as client:
        thread = press_ctrl_c_at(server, concurrency)
        with pytest.raises(KeyboardInterrupt) as caught:
            client.voucher_codes.add(codes, concurrency=concurrency)
        thread.join()
        error = batch_error_of(caught.value)
        assert error is not None
        check_true(error, codes, server)
        assert (len(error.succeeded), len(error.unknown)) == (1_000 * concurrency, 0)
        client.voucher_codes.resume(error)
    assert stored(server) == once(codes)


# --- one bad row of many


def table(rows: int, bad: int) -> str:
    """Return a file of codes in which one has a mistake that only the server knows."""
    lines = (f"{'BAD' if at == bad else f'C{at:05}'};01/03/2026" for at in range(rows))
    return "\n".join(["code;valid-from", *lines])


def read_codes(server: IndependentServer, text: str) -> list[VoucherCodeAddParameters]:
    """Return the codes of a file."""
    return [
        VoucherCodeAddParameters(
            server.voucher_id,
            row["code"],
            datetime.strptime(row["valid-from"], "%d/%m/%Y").replace(tzinfo=UTC),
        )
        for row in csv.DictReader(io.StringIO(text), delimiter=";")
    ]


@pytest.mark.parametrize("details", [True, False])
def test_one_bad_row_of_many(connect: Connect, server: IndependentServer, *, details: bool) -> None:
    """It is named, and the 49,999 others are added."""
    server.settings.refused, server.settings.details = {"BAD": 403}, details
    codes = read_codes(server, table(50_000, 33_333))
    client = client_of(connect, server)
    failed = failure(client.voucher_codes.add, codes, on_rejected="isolate", concurrency=4)
    (bad,) = failed.rejected
    assert (bad.position, bad.item.value) == (33_333, "BAD")
    assert isinstance(bad.error, ForbiddenError)
    assert failed.cause is bad.error
    assert len(failed.succeeded) == 49_999
    assert len(sizes(server)) <= 50 + 20
    assert stored(server) == once(codes) - Counter(["BAD"])
