"""A result of the server is that of one item: no other item of the write is taken for it.

Neither by a look-up nor by a response, whatever the order in which they come.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from mews_vouchers import BatchError, Journal, Outcome
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.independent_clients import ADD, numbered, stored
from tests.support.independent_server import (
    At,
    IndependentServer,
    end_after,
    refuse,
    reset_unapplied,
)
from tests.support.independent_server.writing import apply_items

# Any, in this module: either client, behind the interface of the sync one.
Codes = list[VoucherCodeAddParameters]


def stopped(call: Callable[[], Any]) -> BatchError:
    """Return the report on a call that fails."""
    with pytest.raises(BatchError) as caught:
        call()
    return caught.value


def equal(codes: Codes, _: IndependentServer) -> Codes:
    """Return the same codes."""
    return codes


def in_lower_case(codes: Codes, server: IndependentServer) -> Codes:
    """Return codes that the server keeps apart, and that a look-up may take for the others."""
    return [VoucherCodeAddParameters(server.voucher_id, str(one.value).lower()) for one in codes]


def check_each_once(added: list[Any], codes: Codes, server: IndependentServer) -> None:
    """Check that each item has a result of its own, and that the server has no others."""
    assert len({one.id for one in added}) == len(added) == len(codes)
    assert sorted(one.value for one in added) == sorted(str(one.value) for one in codes)
    assert sorted(stored(server).elements()) == sorted(str(one.value) for one in codes)


# --- look-ups


@pytest.mark.parametrize("alike", [equal, in_lower_case])
@pytest.mark.parametrize("resumes", [1, 2])
def test_items_that_are_read_ahead(
    client: Any, server: IndependentServer, alike: Any, resumes: int
) -> None:
    """They are not taken for what the look-up before has found for others."""
    codes = numbered(server, 1_000)
    codes += alike(codes, server)
    server.plan(At(ADD, end_after(0)))
    error = stopped(lambda: client.voucher_codes.add(iter(codes)))
    copied = BatchError.from_json(error.to_json())
    server.plan(At(ADD, refuse(401), None))
    for _ in range(resumes - 1):
        stopped(
            lambda: client.voucher_codes.resume(copied, remaining=iter(codes[1_000:]), settle=0)
        )
    server.plan()
    added = client.voucher_codes.resume(copied, remaining=iter(codes[1_000:]), settle=0)
    check_each_once(added, codes, server)


@pytest.mark.parametrize("alike", [equal, in_lower_case])
def test_items_that_are_read_ahead_with_a_journal(
    client: Any, server: IndependentServer, path: Path, alike: Any
) -> None:
    """The same call again is no different, after the report of its journal was copied."""
    codes = numbered(server, 1_000)
    codes += alike(codes, server)
    server.plan(At(ADD, end_after(0)))
    stopped(lambda: client.voucher_codes.add(iter(codes), journal=path))
    with Journal(path) as journal:
        journal.batch_error()
    server.plan()
    added = client.voucher_codes.add(iter(codes), journal=path, settle=0)
    check_each_once(added, codes, server)


@pytest.mark.parametrize("alike", [equal, in_lower_case])
def test_items_of_a_stream_that_are_read_ahead(
    client: Any, server: IndependentServer, path: Path, alike: Any
) -> None:
    """They are not taken for what an earlier run has added, and only the journal has kept."""
    codes = numbered(server, 2_000)
    codes += alike(codes[:1_000], server)
    server.plan(At(ADD, refuse(401), 2))
    first = client.voucher_codes.add_batches(iter(codes), journal=path)
    stopped(lambda: list(first))
    with Journal(path) as journal:
        journal.batch_error()
    server.plan()
    again = client.voucher_codes.add_batches(iter(codes), journal=path, settle=0)
    outcomes = [one for batch in again for one in batch]
    assert sorted(one.position for one in outcomes) == [*range(3_000)]
    check_each_once([one.result for one in outcomes], codes, server)


# --- responses


@pytest.fixture
def repeated(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Return the numbers of adds that are not applied, and whose response is that of the first."""
    numbers, responses = set[int](), list[Any]()

    def apply(store: Any, operation: str, items: Any, *rest: Any) -> Any:
        if operation != ADD or not items:
            return apply_items(store, operation, items, *rest)
        is_repeated = len(responses) + 1 in numbers
        responses.append(
            responses[0] if is_repeated else apply_items(store, operation, items, *rest)
        )
        return responses[-1]

    monkeypatch.setattr("tests.support.independent_server.service.apply_items", apply)
    return numbers


@pytest.mark.parametrize("alike", [equal, in_lower_case])
@pytest.mark.parametrize("is_journaled", [False, True])
def test_a_response_that_names_results_of_others(
    client: Any,
    server: IndependentServer,
    path: Path,
    alike: Any,
    repeated: Any,
    *,
    is_journaled: bool,
) -> None:
    """It vouches for no item: they are unknown, also to a journal, and are looked up."""
    codes = numbered(server, 1_000)
    codes += alike(codes, server)
    repeated.add(2)
    options = {"journal": path} if is_journaled else {}
    error = stopped(lambda: client.voucher_codes.add(codes, **options))
    assert [one.position for one in error.unknown] == [*range(1_000, 2_000)]
    if is_journaled:
        with Journal(path) as journal:
            assert journal.progress.done == 1_000
        added = client.voucher_codes.add(codes, journal=path, settle=0)
    else:
        added = client.voucher_codes.resume(error, settle=0)
    check_each_once(added, codes, server)


def test_a_response_to_a_resume_that_names_results_of_others(
    client: Any, server: IndependentServer, repeated: Any
) -> None:
    """What was added before the resume counts as well."""
    codes = numbered(server, 1_000) * 2
    server.plan(At(ADD, refuse(401), 2))
    error = stopped(lambda: client.voucher_codes.add(codes))
    repeated.add(2)
    again = stopped(lambda: client.voucher_codes.resume(error.without([0]), settle=0))
    assert [one.position for one in again.unknown] == [*range(1_000, 2_000)]
    added = client.voucher_codes.resume(again, settle=0)
    assert len({one.id for one in added}) == len(added) == 1_999
    assert {*stored(server).values()} == {2}


def test_a_response_in_a_stream_that_names_results_of_others(
    client: Any, server: IndependentServer, repeated: Any
) -> None:
    """What was yielded shortly before counts as well."""
    codes = numbered(server, 1_000) * 2
    repeated.add(2)
    yielded: list[Any] = []

    def run() -> None:
        for outcomes in client.voucher_codes.add_batches(codes):
            yielded.extend(one.result for one in outcomes)

    error = stopped(run)
    assert len(yielded) == len(error.unknown) == 1_000
    yielded += client.voucher_codes.resume(error, settle=0)
    check_each_once(yielded, codes, server)


def test_a_stream_forgets_old_ids(client: Any, server: IndependentServer) -> None:
    """What was yielded long ago, by the server's clock, takes no memory: no look-up meets it."""
    server.plan(At(ADD, refuse(401), 3))
    yielded: list[Any] = []

    def run() -> None:
        for outcomes in client.voucher_codes.add_batches(numbered(server, 3_000)):
            yielded.append({one.result.id for one in outcomes})
            server.clock.offset += 60

    assert stopped(run).known_ids == yielded[1]


def test_equal_items_in_one_response(client: Any, server: IndependentServer) -> None:
    """Each has a result of its own; a result of others does not hide one that is new."""
    codes = numbered(server, 5) * 3
    check_each_once(client.voucher_codes.add(codes), codes, server)


# --- clocks


def without_date(server: IndependentServer) -> None:
    """Let the responses tell no time."""
    server.clock.date_header = lambda: ""  # type: ignore[method-assign]


def ahead_of_its_items(server: IndependentServer) -> None:
    """Let the `Date` of responses be seconds ahead of the times of what is added meanwhile."""
    clock = server.clock
    server.clock.date_header = lambda: formatdate(clock.now() + 8, usegmt=True)  # type: ignore[method-assign]


@pytest.mark.parametrize("clock", [without_date, ahead_of_its_items])
def test_an_equal_code_of_long_ago(
    client: Any, server: IndependentServer, clock: Callable[[IndependentServer], None]
) -> None:
    """It is not taken for one of the write, also if the server's clock is hardly known."""
    clock(server)
    server.add_codes(server.voucher_id, ["C01200"], created=datetime(2020, 1, 1, tzinfo=UTC))
    codes = numbered(server, 1_500)
    server.plan(At(ADD, reset_unapplied(), 2))
    error = stopped(lambda: client.voucher_codes.add(codes))
    assert [one.position for one in error.unknown] == [*range(1_000, 1_500)]
    added = client.voucher_codes.resume(error, settle=0)
    assert len(added) == 1_500
    assert min(one.created_utc for one in added).year > 2020
    assert stored(server)["C01200"] == 2


@pytest.mark.parametrize("clock", [without_date, ahead_of_its_items])
@pytest.mark.parametrize("days", [0, -3, 3])
def test_codes_of_the_write_while_clocks_differ(
    client: Any, server: IndependentServer, clock: Callable[[IndependentServer], None], days: int
) -> None:
    """They are found, although their times are days off: those added before show it."""
    server.clock.offset = days * 86_400
    clock(server)
    codes = numbered(server, 1_500)
    server.plan(At(ADD, end_after(0), 2))
    error = stopped(lambda: client.voucher_codes.add(codes))
    check_each_once(client.voucher_codes.resume(error, settle=0), codes, server)


def test_an_item_that_was_sent_at_an_unknown_time(client: Any, server: IndependentServer) -> None:
    """It may have been added at any time."""
    server.add_codes(server.voucher_id, ["C00000"], created=datetime(2020, 1, 1, tzinfo=UTC))
    error: BatchError = BatchError(ADD, "lost", unknown=[Outcome(0, numbered(server, 1)[0])])
    (added,) = client.voucher_codes.resume(error, settle=0)
    assert added.created_utc.year == 2020
    assert stored(server) == {"C00000": 1}
