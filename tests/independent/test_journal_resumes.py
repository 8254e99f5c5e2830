"""An error and its journal agree, whichever of the two knows more.

All of it by public ways, with both clients, against the independent server.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from mews_vouchers import BatchError, Journal, JournalError
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.independent_clients import (
    ADD,
    DELETE,
    LIST,
    check_true,
    numbered,
    sizes,
    stored,
)
from tests.support.independent_server import (
    At,
    Fault,
    IndependentServer,
    fail_after,
    late,
    refuse,
    reset_unapplied,
)

# Any, in this module: either client, behind the interface of the sync one.


def once(codes: list[VoucherCodeAddParameters]) -> Counter[str]:
    """Return what the server has if each code was added once."""
    return Counter(one.value for one in codes)


def failed(write: Callable[[], object]) -> BatchError:
    """Return the error of a write that fails."""
    with pytest.raises(BatchError) as raised:
        write()
    return raised.value


def positions(error: BatchError) -> set[int]:
    """Return the positions of all items that an error reports."""
    sequences = (error.succeeded, error.rejected, error.unknown, error.not_sent)
    return {one.position for sequence in sequences for one in sequence}


# --- the journal knows more


@pytest.mark.parametrize(
    "fault",
    [fail_after(), fail_after("half"), late(0.7, None), reset_unapplied()],
    ids=["applied", "half", "late", "lost"],
)
@pytest.mark.parametrize("is_copy", [False, True])
def test_an_error_that_is_older_than_its_journal(
    client: Any,
    server: IndependentServer,
    path: Path,
    fault: Fault,
    *,
    is_copy: bool,
) -> None:
    """What another run had in flight at its end is looked up, and waited for."""
    codes = numbered(server, 2_500)
    server.plan(At(ADD, refuse(401), 1), At(ADD, fault, 3))
    error = failed(lambda: client.voucher_codes.add(codes, journal=path))
    later = failed(lambda: client.voucher_codes.add(codes, journal=path))
    assert [len(one) for one in (later.succeeded, later.unknown)] == [1_000, 1_000]
    if is_copy:
        error = BatchError.from_json(error.to_json())
    added = client.voucher_codes.resume(error, settle=2 if fault == late(0.7, None) else 0)
    assert [one.value for one in added] == [one.value for one in codes]
    assert stored(server) == once(codes)
    server.forget_requests()
    assert len(client.voucher_codes.add(codes, journal=path)) == 2_500
    assert not server.requests


def test_an_old_error_of_a_deletion(client: Any, server: IndependentServer, path: Path) -> None:
    """What another run has deleted, without a response, may be gone already: that is a success."""
    ids = server.add_codes(server.voucher_id, [f"C{at:05}" for at in range(20)])
    server.plan(At(DELETE, refuse(401), 1), At(DELETE, fail_after(), 2), At(DELETE, refuse(401), 3))
    error = failed(lambda: client.voucher_codes.delete(ids, journal=path))
    failed(lambda: client.voucher_codes.delete(ids, journal=path))
    client.voucher_codes.resume(error)
    assert not server.active_codes()
    with Journal(path) as journal:
        assert journal.progress.done == 20


def test_an_old_error_of_an_item_that_was_corrected(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """The item is what it is in the journal."""
    codes = numbered(server, 1_500)
    server.settings.refused = {codes[1_200].value: 403}
    error = failed(lambda: client.voucher_codes.add(codes, journal=path))
    right = numbered(server, 1_500)
    right[1_200].value = "RIGHT"
    server.plan(At(ADD, reset_unapplied(), 3))
    failed(lambda: client.voucher_codes.add(right, journal=path))
    assert len(client.voucher_codes.resume(error, settle=0)) == 1_500
    assert stored(server) == once(right)


# --- the error knows more


@pytest.mark.parametrize("is_stopped", [False, True])
def test_an_error_that_knows_more_than_its_journal(
    client: Any, server: IndependentServer, path: Path, *, is_stopped: bool
) -> None:
    """What was written where the journal was not is recorded there, before anything is sent."""
    codes = numbered(server, 4_500)
    server.plan(At(ADD, refuse(401), 2), At(ADD, fail_after(), 4))
    error = failed(lambda: client.voucher_codes.add(codes, journal=path))
    moved = path.rename(path.with_name("moved"))
    error = failed(lambda: client.voucher_codes.resume(error))
    assert [len(one) for one in (error.succeeded, error.unknown)] == [2_000, 1_000]
    moved.rename(path)
    if is_stopped:
        server.plan(At(LIST, refuse(401), None))
        with pytest.raises(Exception, match="401"):
            client.voucher_codes.resume(error, settle=0)
        server.plan()
    else:
        assert len(client.voucher_codes.resume(error, settle=0)) == 4_500
        server.forget_requests()
    assert len(client.voucher_codes.add(codes, journal=path, settle=0)) == 4_500
    assert is_stopped or not server.requests
    assert stored(server) == once(codes)
    with Journal(path) as journal:
        assert journal.progress.done == 4_500


# --- what was rejected


@pytest.mark.parametrize("status", [400, 403])
def test_the_journal_has_the_rejected_items_of_the_error(
    client: Any, server: IndependentServer, path: Path, status: int
) -> None:
    """With "stop", all of a refused request; and its error for each of them."""
    codes = numbered(server, 2_500)
    server.plan(At(ADD, refuse(status), 2))
    error = failed(lambda: client.voucher_codes.add(codes, journal=path))
    assert len(error.rejected) == 1_000
    with Journal(path) as journal:
        found = [(one.position, str(one.error)) for one in journal.rejected()]
        again = journal.batch_error()
    assert found == [(one.position, str(one.error)) for one in error.rejected]
    for name in ("succeeded", "rejected", "unknown", "not_sent"):
        kept = [one.position for one in getattr(again, name)]
        assert kept == [one.position for one in getattr(error, name)]
    check_true(again, codes, server)


@pytest.mark.parametrize("on_rejected", ["stop", "isolate"])
def test_a_row_of_a_refused_request_may_be_corrected(
    client: Any, server: IndependentServer, path: Path, on_rejected: str
) -> None:
    """The next run tries all of the request again; a row that was not rejected stays."""
    codes = numbered(server, 2_500)
    server.settings.refused = {codes[1_500].value: 403}
    failed(lambda: client.voucher_codes.add(codes, journal=path))
    codes[1_500].value = "RIGHT"
    codes[7].value, kept = "another", codes[7].value
    with pytest.raises(JournalError, match="position 7"):
        client.voucher_codes.add(codes, journal=path, on_rejected=on_rejected)
    codes[7].value = kept
    server.forget_requests()
    added = client.voucher_codes.add(codes, journal=path, on_rejected=on_rejected)
    assert [one.value for one in added] == [one.value for one in codes]
    assert sizes(server) == [1_000, 500]
    assert stored(server) == once(codes)
    with Journal(path) as journal:
        assert not [*journal.rejected()]


def test_a_refused_request_is_isolated_later(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """With "isolate" in the next run, only the bad row of it is rejected."""
    codes = numbered(server, 1_500)
    server.settings.refused = {codes[700].value: 403}
    failed(lambda: client.voucher_codes.add(codes, journal=path))
    error = failed(lambda: client.voucher_codes.add(codes, journal=path, on_rejected="isolate"))
    assert [one.position for one in error.rejected] == [700]
    with Journal(path) as journal:
        assert [one.position for one in journal.rejected()] == [700]
    check_true(error, codes, server)


# --- streams


@pytest.mark.parametrize("has_journal", [False, True])
@pytest.mark.parametrize("fault", [refuse(401), fail_after(), reset_unapplied()])
def test_the_resume_of_a_stream_returns_what_was_not_yielded(
    client: Any, server: IndependentServer, path: Path, fault: Fault, *, has_journal: bool
) -> None:
    """With a journal as without one."""
    codes = numbered(server, 4_500)
    server.plan(At(ADD, fault, 3))
    settings: dict[str, Any] = {"journal": path} if has_journal else {}
    yielded: list[Any] = []

    def run() -> None:
        for outcomes in client.voucher_codes.add_batches(codes, **settings):
            yielded.extend(outcomes)

    error = failed(run)
    added = client.voucher_codes.resume(error, settle=0)
    assert [one.value for one in added] == [one.value for one in codes[2_000:]]
    assert len({one.result.id for one in yielded} | {one.id for one in added}) == 4_500
    assert stored(server) == once(codes)
    again = client.voucher_codes.resume(error, settle=0)
    assert [one.id for one in again] == [one.id for one in added]


@pytest.mark.parametrize("batches", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("has_journal", [False, True])
def test_a_second_run_that_is_left_early(
    client: Any, server: IndependentServer, path: Path, batches: int, *, has_journal: bool
) -> None:
    """What an earlier run has added and this one has not yielded is reported, and never lost."""
    codes = numbered(server, 4_500)
    server.plan(At(ADD, refuse(401), 4))
    with suppress(BatchError):
        list(client.voucher_codes.add_batches(codes, journal=path))
    stream = client.voucher_codes.add_batches(codes, journal=path)
    yielded: list[Any] = []
    reported: set[int] = set()
    with stream:
        for outcomes in stream:
            yielded += outcomes
            if len(yielded) >= 1_000 * batches:
                reported = positions(stream.batch_error)
                break
    error = stream.batch_error
    seen = {one.position for one in yielded}
    assert reported == positions(error) == {*range(4_500)} - seen
    if not has_journal:
        path.unlink()
    added = client.voucher_codes.resume(error, settle=0)
    assert len(added) == 4_500 - len(yielded)
    assert {one.id for one in added}.isdisjoint(one.result.id for one in yielded)
    assert stored(server) == once(codes)


def test_equal_items_of_a_second_run_that_is_left_early(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """What was yielded is not taken for an equal item whose response was lost."""
    codes = numbered(server, 1_000) * 3
    server.plan(At(ADD, refuse(401), 2), At(ADD, reset_unapplied(), 3))
    with suppress(BatchError):
        list(client.voucher_codes.add_batches(codes, journal=path))
    yielded: list[Any] = []

    def run() -> None:
        for outcomes in client.voucher_codes.add_batches(codes, journal=path):
            yielded.extend(outcomes)

    error = failed(run)
    path.unlink()
    added = client.voucher_codes.resume(error, settle=0)
    assert len({one.result.id for one in yielded} | {one.id for one in added}) == 3_000
    assert stored(server) == once(codes)
