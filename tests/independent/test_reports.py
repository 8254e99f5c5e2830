"""What a report on a stopped add says, and what a resume makes of it: one example each.

Each of them was found by the random runs in `test_writes.py`, or beside them.
"""

import copy
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from mews_vouchers import BatchError, batch_error_of
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.independent_calls import values_of
from tests.support.independent_server import (
    At,
    IndependentServer,
    end_after,
    refuse,
    reset_unapplied,
)
from tests.support.interruptions import interrupted_at
from tests.support.writing_clients import CLIENTS, WritingClient

ADD, LIST = "voucherCodes/add", "voucherCodes/getAll"
#: More than a call has places where it can be interrupted.
_MANY = 10**9

copied = pytest.mark.parametrize(
    "copied",
    [
        lambda error: BatchError.from_json(error.to_json()),
        lambda error: pickle.loads(pickle.dumps(error)),
        copy.deepcopy,
    ],
    ids=["json", "pickle", "deepcopy"],
)


@pytest.fixture(params=[*CLIENTS])
def client(request: pytest.FixtureRequest, server: IndependentServer) -> Iterator[WritingClient]:
    """Yield one client after the other."""
    client = CLIENTS[request.param](server)
    yield client
    client.close()


def codes_of(server: IndependentServer, *values: str) -> list[VoucherCodeAddParameters]:
    """Return codes to add."""
    return [VoucherCodeAddParameters(server.voucher_id, value) for value in values]


def stored(server: IndependentServer) -> list[str]:
    """Return the values of all codes, sorted."""
    server.wait_until_idle()
    return sorted(values_of(server.active_codes()))


def stopped(call: Callable[[], Any]) -> BatchError:
    """Return the report on a call that fails."""
    with pytest.raises(BatchError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("value", ["0", " 0"])
def test_an_equal_code_that_was_yielded(
    client: WritingClient, server: IndependentServer, value: str
) -> None:
    """It is not taken for the one whose response was lost, also if the two are only similar."""
    codes = codes_of(server, *map(str, range(1_000)), value)
    server.plan(At(ADD, reset_unapplied(), 2))
    yielded: list[Any] = []

    def save(outcomes: list[Any]) -> bool:
        yielded.append(outcomes)
        return True

    error = stopped(lambda: client.stream(codes, save, None))
    assert [len(one) for one in yielded] == [1_000]
    assert [one.position for one in error.unknown] == [1_000]
    for again in (error, BatchError.from_json(error.to_json())):
        assert [one.value for one in client.resume(again, None, settle=0)] == [value]
        assert stored(server) == sorted(one.value for one in codes)


def test_an_equal_code_that_was_left_out(client: WritingClient, server: IndependentServer) -> None:
    """`without()` leaves out a code that was added: an equal one is still added."""
    codes = codes_of(server, *map(str, range(1_000)), "0")
    server.plan(At(ADD, reset_unapplied(), 2))
    error = stopped(lambda: client.add(codes, None)).without(range(1_000))
    assert [one.value for one in client.resume(error, None, settle=0)] == ["0"]
    assert stored(server) == sorted(one.value for one in codes)


def test_two_reports_on_a_stream(server: IndependentServer) -> None:
    """Both that of the stream and that of the error know that the other was resumed."""
    client = CLIENTS["sync"](server)
    server.plan(At(ADD, reset_unapplied(), 2))
    codes = codes_of(server, *map(str, range(3_000)))
    resource: Any = client._client.voucher_codes  # type: ignore[attr-defined] # noqa: SLF001
    with resource.add_batches(codes) as batches, pytest.raises(BatchError) as caught:
        list(batches)
    client.resume(caught.value, None, settle=0)
    client.resume(batches.batch_error, None, settle=0)
    assert stored(server) == sorted(one.value for one in codes)
    client.close()


@copied
@pytest.mark.parametrize("item", ["a text", 5, None, VoucherCodeAddParameters("no id", "A")])
def test_an_item_that_cannot_be_sent(
    client: WritingClient, server: IndependentServer, copied: Callable[..., BatchError], item: Any
) -> None:
    """The report can be copied and resumed: the item is refused again, the others are added."""
    items = [*codes_of(server, "A"), item, *codes_of(server, "B")]
    error = copied(stopped(lambda: client.add(items, None)))
    again = stopped(lambda: client.resume(error, None, settle=0, on_rejected="isolate"))
    assert [one.position for one in again.rejected] == [1]
    assert [one.position for one in again.succeeded] == [0, 2]
    assert stored(server) == ["A", "B"]


def test_a_code_in_upper_case(client: WritingClient, server: IndependentServer) -> None:
    """A letter without a dot is recognised, too."""
    error = BatchError(ADD, "lost", unknown=stopped_codes(server, client, "\u0131"))
    server.add_codes(server.voucher_id, ["I"])
    client.resume(error, None, settle=0)
    assert stored(server) == ["I"]


def stopped_codes(server: IndependentServer, client: WritingClient, value: str) -> Any:
    """Return the unknown outcome of a code that was not added."""
    server.plan(At(ADD, reset_unapplied()))
    return stopped(lambda: client.add(codes_of(server, value), None)).unknown


@pytest.mark.anywhere
def test_a_resume_that_is_interrupted_anywhere(server: IndependentServer) -> None:
    """It does not block the next one, even while its exception is being handled."""
    client = CLIENTS["sync"](server)
    resource: Any = client._client.voucher_codes  # type: ignore[attr-defined] # noqa: SLF001

    def failed(number: int) -> BatchError:
        server.plan(At(ADD, reset_unapplied(), None))
        error = stopped(lambda: resource.add(codes_of(server, *[f"{number:04}"] * 2)))
        server.plan()
        return error

    def is_added() -> bool:
        """Return whether the codes were added: what follows can lose all of it."""
        return any((one.operation, one.status) == (ADD, 200) for one in server.requests)

    error = failed(0)
    with interrupted_at(_MANY) as left:
        resource.resume(error, settle=0)
    places = _MANY - left[0]
    chosen = [(one, lambda: True) for one in range(1, places, places // 40)]
    chosen += [(one, is_added) for one in range(1, 150)]
    for number, (place, since) in enumerate(chosen, start=1):
        error = failed(number)
        server.forget_requests()
        try:
            with interrupted_at(place, since):
                resource.resume(error, settle=0)
        except KeyboardInterrupt as interruption:
            resource.resume(batch_error_of(interruption) or error, settle=0)
    assert stored(server) == sorted(2 * [f"{one:04}" for one in range(len(chosen) + 1)])
    client.close()


@pytest.mark.anywhere
def test_a_stream_that_is_interrupted_anywhere(server: IndependentServer) -> None:
    """Its report has what was not yielded, and nothing else."""
    client = CLIENTS["sync"](server)
    resource: Any = client._client.voucher_codes  # type: ignore[attr-defined] # noqa: SLF001
    server.settings.max_body = 700

    def stream(number: int, place: int) -> int:
        """Interrupt a stream of six codes; return the number of places that were left."""
        yielded: list[int] = []
        batches = resource.add_batches(codes_of(server, *(f"{number:04} {at}" for at in range(6))))
        left = [0]
        try:
            with interrupted_at(place) as left, batches:
                for outcomes in batches:
                    yielded += [one.position for one in outcomes]
        except KeyboardInterrupt as interruption:
            batches.close()
            error = batch_error_of(interruption) or batches.batch_error
            rest = [] if error is None else [*error.succeeded, *error.unknown, *error.not_sent]
            assert sorted([*yielded, *(one.position for one in rest)]) == [*range(6)]
            if error is not None:
                resource.resume(error, settle=0)
        return left[0]

    places = _MANY - stream(0, _MANY)
    chosen = [*range(1, places, places // 80), *range(places - 20, places)]
    for number, place in enumerate(chosen, start=1):
        stream(number, place)
    wanted = [f"{one:04} {at}" for one in range(len(chosen) + 1) for at in range(6)]
    assert stored(server) == sorted(wanted)
    client.close()


@copied
def test_copies_of_a_report_on_an_iterator(
    copied: Callable[[BatchError], BatchError], client: WritingClient, server: IndependentServer
) -> None:
    """Each copy can be resumed with the rest of the input: what another one added is looked up."""
    server.plan(At(ADD, reset_unapplied(), 2))
    codes = codes_of(server, *(f"C{number:05}" for number in range(20_000)))
    report = stopped(lambda: client.add(iter(codes), None))
    assert (report.items_read, report.is_complete) == (2_000, False)
    copies = [copied(report) for _ in range(2)]
    server.plan(At(ADD, reset_unapplied(), 5))
    stopped(lambda: client.resume(copies[0], None, remaining=iter(codes[2_000:]), settle=0))
    server.plan()
    added = client.resume(copies[1], None, remaining=iter(codes[2_000:]), settle=0)
    assert [one.value for one in added] == stored(server) == [one.value for one in codes]


def test_a_failed_look_up_of_the_rest_of_an_iterator(
    client: WritingClient, server: IndependentServer
) -> None:
    """What was read of the iterator to look it up is in the error."""
    server.plan(At(ADD, reset_unapplied(), 1))
    codes = codes_of(server, *(f"C{number:05}" for number in range(3_000)))
    report = stopped(lambda: client.add(iter(codes), None))
    rest = iter(codes[1_000:])
    copied = BatchError.from_json(report.to_json())
    server.plan(At(LIST, refuse(403), 3))  # the first one tells the time
    again = stopped(lambda: client.resume(copied, None, remaining=rest, settle=0))
    assert (again.items_read, again.status_code) == (3_000, 403)
    server.plan()
    remaining = None if again.is_complete else rest
    client.resume(again, None, remaining=remaining, settle=0)
    assert stored(server) == [one.value for one in codes]


def test_a_relative_of_a_copy(client: WritingClient, server: IndependentServer) -> None:
    """An error counts as copied if any error of its write was."""
    server.plan(At(ADD, refuse(401), 2))
    codes = codes_of(server, *(f"C{number:05}" for number in range(2_500)))
    report = stopped(lambda: client.add(codes, None))
    elsewhere = report.without([]).to_json()
    assert report.was_copied
    for kept in (BatchError.from_json(elsewhere), report):
        added = client.resume(kept, None, settle=0)
        assert [one.value for one in added] == stored(server)
    assert stored(server) == [one.value for one in codes]


def test_a_clock_of_the_server_that_is_set_back(
    client: WritingClient, server: IndependentServer
) -> None:
    """The look-up shows it, and is repeated from an earlier time."""
    codes = codes_of(server, *(f"C{number}" for number in range(10)))
    client.add(codes[:5], None)
    server.clock.offset -= 60
    server.plan(At(ADD, end_after(0), 2))
    report = stopped(lambda: client.add(codes[5:], None))
    server.plan()
    assert len(client.resume(report, None, settle=0)) == 5
    assert stored(server) == [one.value for one in codes]


def test_an_add_within_the_input_of_another(server: IndependentServer) -> None:
    """An interruption of both has the report on the outer one, and that has the inner one."""
    client = CLIENTS["sync"](server)

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    def codes() -> Iterator[VoucherCodeAddParameters]:
        yield from codes_of(server, *(f"C{number:05}" for number in range(1_500)))
        client.add(codes_of(server, "inner"), None, on_progress=interrupt)

    with pytest.raises(KeyboardInterrupt) as raised:
        client.add(codes(), None)
    outer = batch_error_of(raised.value)
    assert outer is not None
    inner = batch_error_of(outer.__context__)
    assert inner is not None
    assert [len(one.succeeded) for one in (outer, inner)] == [1_000, 1]
    client.close()
