"""The input of a write: each item once, also if it ends early, fails, or is bound to a thread.

A report is complete only if it has every item of the input.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mews_vouchers import BatchError, Journal, JournalError, batch_error_of
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.independent_clients import ADD, numbered, stored
from tests.support.independent_server import At, IndependentServer, refuse
from tests.support.writing_clients import CLIENTS

# Any, in this module: either client, behind the interface of the sync one.
Codes = list[VoucherCodeAddParameters]


class Interrupted(BaseException):
    """Interrupts a call as Ctrl-C does, and leaves an event loop alone."""


class Lazy:
    """An input with a length whose items are made while it is read, as by a progress bar.

    Args:
        codes: The codes.
        length: What `len()` says.
        at: The position before which something happens.
        event: What happens there.
    """

    def __init__(
        self, codes: Codes, length: int, at: int = -1, event: Callable[[], None] | None = None
    ) -> None:
        self._codes, self._length, self._at, self._event = codes, length, at, event

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[VoucherCodeAddParameters]:
        for position, code in enumerate(self._codes):
            if position == self._at and self._event is not None:
                self._event()
            yield code


class Indexed(Sequence[Any]):
    """A sequence by index: the standard library makes a generator its iterator."""

    def __init__(self, codes: Codes, at: int) -> None:
        self._codes, self._at = codes, at

    def __len__(self) -> int:
        return len(self._codes)

    def __getitem__(self, index: Any) -> Any:
        if index == self._at:
            self._at = -1
            raise RuntimeError("not readable")
        return self._codes[index]


@pytest.fixture(params=[*CLIENTS])
def client(request: pytest.FixtureRequest, server: IndependentServer) -> Iterator[Any]:
    """Yield a client of either kind, which reads the input in the main thread."""
    client = CLIENTS[request.param](server)
    yield SimpleNamespace(
        add=partial(client.add, chance=None), resume=partial(client.resume, chance=None)
    )
    client.close()


def fail() -> None:
    """Fail, as an input may."""
    raise RuntimeError("not readable")


def interrupt() -> None:
    """Do what Ctrl-C does."""
    raise Interrupted


def stopped(call: Callable[[], Any]) -> BatchError:
    """Return the report on a call that is stopped."""
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - whatever stops it
        call()
    error = batch_error_of(caught.value)
    assert error is not None
    return error


def check_goes_on(client: Any, error: BatchError, codes: Codes, server: IndependentServer) -> None:
    """Check that a report says how far the input was read, and is resumed with the rest only."""
    assert not error.is_complete
    assert 0 < error.items_read < len(codes)
    with pytest.raises(ValueError, match="remaining"):
        client.resume(error, settle=0)
    rest = islice(codes, error.items_read, None)
    client.resume(error, remaining=rest, settle=0)
    assert stored(server) == {code.value: 1 for code in codes}


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize("event", [fail, interrupt])
def test_an_input_with_a_length_that_fails(
    client: Any, server: IndependentServer, event: Callable[[], None], concurrency: int
) -> None:
    """The report is not complete, although the iterator then seems to be at its end."""
    codes = numbered(server, 3_000)
    lazy = Lazy(codes, 3_000, 1_500, event)
    error = stopped(lambda: client.add(lazy, concurrency=concurrency))
    assert error.items_read == 1_500
    check_goes_on(client, error, codes, server)


def test_an_indexed_sequence_that_fails_once(client: Any, server: IndependentServer) -> None:
    """It is not read on: its generator has ended."""
    codes = numbered(server, 3_000)
    error = stopped(lambda: client.add(Indexed(codes, 1_500)))
    check_goes_on(client, error, codes, server)


def test_an_input_that_fails_while_the_report_is_made(
    client: Any, server: IndependentServer
) -> None:
    """The report on a refused request is not complete; nor is the next one of a stream."""
    codes = numbered(server, 3_000)
    server.plan(At(ADD, refuse(401), 2))
    lazy = Lazy(codes, 3_000, 2_500, fail)
    error = stopped(lambda: client.add(lazy))
    assert (error.status_code, error.items_read) == (401, 2_500)
    check_goes_on(client, error, codes, server)


def test_the_rest_of_an_input_that_fails(client: Any, server: IndependentServer) -> None:
    """A resume is no different: its report is not complete, and can be resumed."""
    codes = numbered(server, 3_000)
    error = stopped(lambda: client.add(Lazy(codes, 3_000, 1_200, fail)))
    rest = Lazy(codes[1_200:], 1_800, 1_000, fail)
    again = stopped(lambda: client.resume(error, remaining=rest, settle=0))
    assert again.items_read == 2_200
    check_goes_on(client, again, codes, server)


def test_a_failure_while_the_rest_is_read_ahead(client: Any, server: IndependentServer) -> None:
    """What was read of the rest to be looked up is reported, and not read on."""
    codes = numbered(server, 3_000)
    error = stopped(lambda: client.add(Lazy(codes, 3_000, 1_200, fail)))
    copied = BatchError.from_json(error.to_json())
    rest = Lazy(codes[1_200:], 1_800, 1_000, fail)
    with pytest.raises(Exception):  # noqa: B017, PT011 - see the next lines
        client.resume(copied, remaining=rest, settle=0)
    client.resume(copied, remaining=codes[1_200:], settle=0)
    assert stored(server) == {code.value: 1 for code in codes}


def test_an_input_that_ends_before_its_length(client: Any, server: IndependentServer) -> None:
    """It is said so: items may be missing. Who knows better resumes without a rest."""
    codes = numbered(server, 2_500)
    error = stopped(lambda: client.add(Lazy(codes, 2_600)))
    assert not error.is_complete
    assert error.items_read == 2_500
    assert "after 2500 items, but its len() is 2600" in str(error)
    assert len(client.resume(error, remaining=(), settle=0)) == 2_500
    assert stored(server) == {code.value: 1 for code in codes}


def test_an_input_without_any_of_its_items(client: Any, server: IndependentServer) -> None:
    """An iterator that was read before is the mistake of the caller: nothing is sent."""
    with pytest.raises(ValueError, match=r"after 0 items, but its len\(\) is 5"):
        client.add(Lazy([], 5))
    assert not server.requests


def test_an_input_that_is_longer_than_its_length(client: Any, server: IndependentServer) -> None:
    """All of its items are added, and reported after a failure."""
    codes = numbered(server, 2_500)
    server.plan(At(ADD, refuse(401), 2))
    error = stopped(lambda: client.add(Lazy(codes, 1_500)))
    assert error.is_complete
    assert error.items_read == 2_500
    client.resume(error, settle=0)
    assert stored(server) == {code.value: 1 for code in codes}


def test_an_input_whose_length_is_unknown(client: Any, server: IndependentServer) -> None:
    """A `len()` that raises `TypeError` is that of a wrapper of an iterator."""

    class Wrapper(Lazy):
        def __len__(self) -> int:
            raise TypeError

    codes = numbered(server, 1_500)
    assert len(client.add(Wrapper(codes, 0))) == 1_500
    assert stored(server) == {code.value: 1 for code in codes}


# --- with a journal


@pytest.mark.parametrize("event", [fail, interrupt])
def test_a_journal_of_an_input_that_fails(
    client: Any, server: IndependentServer, path: Path, event: Callable[[], None]
) -> None:
    """Nothing is sent; the same call with an input that does not fail adds all."""
    codes = numbered(server, 2_500)
    for lazy in (Lazy(codes, 2_500, 1_500, event), Lazy(codes[:1_200], 2_500)):
        with pytest.raises((RuntimeError, Interrupted, ValueError)):
            client.add(lazy, journal=path)
    assert not server.requests
    assert len(client.add(codes, journal=path)) == 2_500
    assert stored(server) == {code.value: 1 for code in codes}


def test_the_rest_of_an_input_that_ends_early_with_a_journal(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """The journal is not complete either: the same call goes on with what was missing."""
    codes = numbered(server, 2_500)
    server.plan(At(ADD, refuse(401), 2))
    error = stopped(lambda: client.add(iter(codes), journal=path))
    rest = Lazy(codes[2_000:2_200], 500)
    again = stopped(lambda: client.resume(error, remaining=rest, settle=0))
    assert not again.is_complete
    assert len(client.add(iter(codes), journal=path, settle=0)) == 2_500
    assert stored(server) == {code.value: 1 for code in codes}


def test_a_journal_that_has_the_whole_input(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """A later failure has a complete report, also if that input is an iterator."""
    codes = numbered(server, 3_000)
    server.plan(At(ADD, refuse(401), 2), At(ADD, refuse(401), 3))
    stopped(lambda: client.add(codes, journal=path))
    totals: list[int | None] = []
    again = stopped(
        lambda: client.add(
            iter(codes), journal=path, on_progress=lambda one: totals.append(one.total)
        )
    )
    assert again.is_complete
    assert (again.items_read, {*totals}) == (3_000, {3_000})
    with Journal(path) as journal:
        assert journal.progress.total == 3_000
    assert len(client.resume(again, settle=0)) == 3_000
    assert stored(server) == {code.value: 1 for code in codes}


@pytest.mark.parametrize("concurrency", [1, 4])
def test_an_input_that_is_bound_to_its_thread(
    client: Any, server: IndependentServer, path: Path, concurrency: int
) -> None:
    """Each run reads the cursor of a database in the same thread: none reads it elsewhere."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE code (value)")
    codes = numbered(server, 3_000)
    database.executemany("INSERT INTO code VALUES (?)", [(code.value,) for code in codes])

    def read() -> Iterator[VoucherCodeAddParameters]:
        for (value,) in database.execute("SELECT value FROM code ORDER BY value"):
            yield VoucherCodeAddParameters(server.voucher_id, value)

    server.plan(At(ADD, refuse(401), 2))
    for _ in range(2):
        stopped(lambda: client.add(read(), journal=path, concurrency=concurrency))
        server.plan(At(ADD, refuse(401), None))
    server.plan()
    added = client.add(read(), journal=path, concurrency=concurrency, settle=0)
    assert [one.value for one in added] == [code.value for code in codes]
    assert stored(server) == {code.value: 1 for code in codes}
    database.close()


def test_an_interruption_while_the_input_is_compared(
    client: Any, server: IndependentServer, path: Path
) -> None:
    """Nothing reads the input any more, and the next call is not refused."""
    codes = numbered(server, 2_500)
    server.plan(At(ADD, refuse(401), 2))
    stopped(lambda: client.add(iter(codes), journal=path))
    readers: list[int] = []

    def read() -> Iterable[VoucherCodeAddParameters]:
        for position, code in enumerate(codes):
            readers.append(threading.get_ident())
            if position == 700:
                raise Interrupted
            yield code

    with pytest.raises(Interrupted):
        client.add(read(), journal=path)
    assert readers == [readers[0]] * 701
    assert len(client.add(iter(codes), journal=path, settle=0)) == 2_500
    assert stored(server) == {code.value: 1 for code in codes}


@pytest.mark.parametrize("kind", [list, iter])
def test_another_input(
    client: Any, server: IndependentServer, path: Path, kind: Callable[[Codes], Any]
) -> None:
    """One that is shorter or longer than that of the journal is refused, and nothing is sent."""
    codes = numbered(server, 2_500)
    client.add(codes[:2_000], journal=path)
    server.forget_requests()
    for other in (codes, codes[:1_000], codes[:1_999]):
        with pytest.raises(JournalError, match="belongs to another input"):
            client.add(kind(other), journal=path)
    assert not server.requests
