"""Items of an update or a deletion that the server refuses after a request without a response.

The earlier request may have been applied. So they are `unknown`, each with its own error, and they
stop nothing: they are sent again, left out, or corrected.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from mews_vouchers import BatchError, ForbiddenError, Journal, JournalError, RetryPolicy
from mews_vouchers import voucher_update as update

from tests.support.clients import Connect
from tests.support.harness import failure
from tests.support.independent_clients import DELETE, client_of
from tests.support.independent_server import At, Fault, IndependentServer, fail_after, refuse

UPDATE = "vouchers/update"
BAD = (5, 40)
COUNT = 64


class Write:
    """An update or a deletion of which two items are bad. Any: of either kind, and client."""

    def __init__(self, server: IndependentServer, operation: str) -> None:
        self.server = server
        self.operation = operation
        self.ids = (
            [server.add_voucher() for _ in range(COUNT)]
            if operation == UPDATE
            else server.add_codes(server.voucher_id, map(str, range(COUNT)))
        )
        bad = ["wrong"] if operation == UPDATE else map(str, BAD)
        server.settings.refused = dict.fromkeys(bad, 403)

    def items(self, *, wrong: Sequence[int] = BAD) -> list[Any]:
        """Return the items; those at some positions are wrong, as far as an item can be."""
        if self.operation == DELETE:
            return [one for at, one in enumerate(self.ids) if at in wrong or at not in BAD]
        names = ["wrong" if at in wrong else "right" for at in range(COUNT)]
        return [update(one, name=name) for one, name in zip(self.ids, names, strict=True)]

    def call(self, client: Any) -> Callable[..., Any]:
        """Return the method that writes."""
        delete: Callable[..., Any] = client.voucher_codes.delete
        return client.vouchers.update if self.operation == UPDATE else delete

    def resume(self, client: Any) -> Callable[..., Any]:
        """Return the method that resumes it."""
        resource = client.vouchers if self.operation == UPDATE else client.voucher_codes
        resume: Callable[..., Any] = resource.resume
        return resume

    @property
    def written(self) -> int:
        """How many items the server has written."""
        if self.operation == DELETE:
            return COUNT - len(self.server.active_codes())
        return sum(one["Name"] == "right" for one in self.server.active_vouchers())


@pytest.fixture(params=[UPDATE, DELETE])
def write(request: pytest.FixtureRequest, server: IndependentServer) -> Write:
    """Return a write of each kind."""
    return Write(server, request.param)


@pytest.fixture
def client(connect: Connect, server: IndependentServer) -> Any:
    """Return a client of either kind that retries at once."""
    return client_of(connect, server, retry=RetryPolicy(sleep=False))


def positions(outcomes: Any) -> tuple[int, ...]:
    """Return the positions of outcomes."""
    return tuple(one.position for one in outcomes)


def check_all_others_are_written(error: BatchError, write: Write) -> None:
    """Check that only the bad items are left, each with its own error."""
    assert "all other items are written" in str(error)
    assert (error.rejected, error.not_sent) == ((), ())
    assert positions(error.unknown) == BAD
    assert all(isinstance(one.error, ForbiddenError) for one in error.unknown)
    assert len({id(one.error) for one in error.unknown}) == len(BAD)
    assert isinstance(error.cause, ForbiddenError)
    assert write.written == COUNT - len(BAD)


@pytest.mark.parametrize("fault", [refuse(503), fail_after("none")], ids=["refused", "unapplied"])
@pytest.mark.parametrize("has_journal", [False, True])
def test_bad_rows_are_found_in_doubt(
    client: Any, write: Write, path: Path, fault: Fault, *, has_journal: bool
) -> None:
    """With "isolate", one lost response does not end the search: all good items are written."""
    write.server.plan(At(write.operation, fault))
    journal = path if has_journal else None
    call = write.call(client)
    error = failure(call, write.items(), on_rejected="isolate", journal=journal)
    check_all_others_are_written(error, write)
    for again in (error, BatchError.from_json(error.to_json())):
        left = failure(write.resume(client), again, on_rejected="isolate", settle=0)
        check_all_others_are_written(left, write)


def test_a_kept_error_with_a_bad_row_far_behind(client: Any, write: Write) -> None:
    """All items of a copy are in doubt: another process may have written them."""
    write.server.plan(At(write.operation, refuse(401)))
    error = failure(write.call(client), write.items())
    write.server.plan()
    resume = write.resume(client)
    for _ in range(2):
        kept = BatchError.from_json(error.to_json())
        error = failure(resume, kept, on_rejected="isolate", settle=0)
        check_all_others_are_written(error, write)
    write.server.forget_requests()
    resume(error.without(BAD), on_rejected="isolate")
    assert not write.server.requests


def test_a_row_that_is_refused_in_doubt_may_be_corrected(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """In its place in the input; each run with the journal goes on, and one item stays."""
    write = Write(server, UPDATE)
    server.plan(At(UPDATE, refuse(503)))
    for _ in range(2):
        call = client.vouchers.update
        left = failure(call, write.items(), on_rejected="isolate", journal=path)
        check_all_others_are_written(left, write)
    with Journal(path) as journal:
        kept = journal.batch_error()
    assert [type(one.error) for one in kept.unknown] == [ForbiddenError] * len(BAD)
    with pytest.raises(JournalError, match="position 6"):
        client.vouchers.update(write.items(wrong=(*BAD, 6)), journal=path)
    options: dict[str, Any] = {"journal": path, "on_rejected": "isolate"}
    error = failure(client.vouchers.update, write.items(wrong=BAD[1:]), **options)
    assert (positions(error.unknown), write.written) == (BAD[1:], COUNT - 1)
    assert len(client.vouchers.update(write.items(wrong=()), journal=path)) == COUNT
    assert write.written == COUNT


@pytest.mark.parametrize("has_journal", [False, True])
def test_a_refusal_in_doubt_that_stops_a_write(
    client: Any, server: IndependentServer, path: Path, *, has_journal: bool
) -> None:
    """With "stop", its batch is unknown with the refusal; the row can be left out or corrected."""
    write = Write(server, UPDATE)
    server.plan(At(UPDATE, refuse(503)))
    journal = path if has_journal else None
    error = failure(client.vouchers.update, write.items(wrong=BAD[:1]), journal=journal)
    assert positions(error.unknown) == tuple(range(COUNT))
    assert all(isinstance(one.error, ForbiddenError) for one in error.unknown)
    assert error.rejected_position == BAD[0]
    if has_journal:
        updated = client.vouchers.update(write.items(wrong=()), journal=path)
        assert (len(updated), write.written) == (COUNT, COUNT)
    else:
        updated = client.vouchers.resume(error.without(BAD[:1]))
        assert (len(updated), write.written) == (COUNT - 1, COUNT - 1)


def test_a_deletion_that_was_stopped_in_doubt(client: Any, server: IndependentServer) -> None:
    """With "stop", leaving the rows out completes it."""
    write = Write(server, DELETE)
    server.plan(At(DELETE, refuse(503)))
    error = failure(client.voucher_codes.delete, write.items())
    assert positions(error.unknown) == tuple(range(COUNT))
    client.voucher_codes.resume(error.without(BAD))
    assert write.written == COUNT - len(BAD)
