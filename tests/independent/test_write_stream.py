"""`add_batches`: every outcome is yielded once, and a loop that is left forgets nothing."""

import asyncio
import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from mews_vouchers import AsyncVoucherClient, BatchError, ForbiddenError, ResumeInProgressError
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.clients import WITHOUT_SLEEP, Connect
from tests.support.harness import failure, outcomes
from tests.support.independent_clients import (
    ADD,
    check_true,
    client_of,
    credentials_of,
    numbered,
    sizes,
    stored,
)
from tests.support.independent_server import At, Fault, IndependentServer, end_after, refuse
from tests.support.waiting import background_threads, wait_until

COUNT = 4_200

each_concurrency = pytest.mark.parametrize("concurrency", [1, 4])
each_input = pytest.mark.parametrize("given_as", [list, iter], ids=["list", "iterator"])


class LeftError(Exception):
    """The loop of a test is left."""


# Any, in this module: streams of either client, or a facade.


def leave_by_closing(stream: Any) -> list[Any]:
    """Take two batches, then close."""
    batches = iter(stream)
    yielded = [*next(batches), *next(batches)]
    stream.close()
    return yielded


def leave_by_break(stream: Any) -> list[Any]:
    """Break out of the loop, within a `with` block."""
    yielded: list[Any] = []
    with stream:
        for some in stream:
            yielded += some
            if len(yielded) >= 2_000:
                break
    return yielded


def leave_by_exception(stream: Any) -> list[Any]:
    """Raise in the loop, within a `with` block."""
    yielded: list[Any] = []
    with suppress(LeftError), stream:
        for some in stream:
            yielded += some
            if len(yielded) >= 2_000:
                raise LeftError
    return yielded


each_way = pytest.mark.parametrize("leave", [leave_by_closing, leave_by_break, leave_by_exception])


def check_rest(
    stream: Any,
    yielded: list[Any],
    codes: list[VoucherCodeAddParameters],
    server: IndependentServer,
) -> BatchError[Any, Any]:
    """Check that a stream that was left reports what it did not yield, truly; return the error."""
    error: BatchError[Any, Any] = stream.batch_error
    positions = [one.position for one in yielded]
    reported = [one.position for one in outcomes(error)]
    assert len({*positions}) == len(positions)
    assert sorted(positions + reported) == list(range(error.items_read))
    done = [*error.succeeded, *yielded]
    rest = (error.rejected, error.unknown, error.not_sent)
    whole: BatchError[Any, Any] = BatchError(
        ADD, "", succeeded=done, rejected=rest[0], unknown=rest[1], not_sent=rest[2]
    )
    check_true(whole, codes[: error.items_read], server)
    return error


@each_concurrency
@each_input
def test_every_outcome_is_yielded_once_with_its_position(
    connect: Connect, server: IndependentServer, given_as: Callable[..., Any], concurrency: int
) -> None:
    """Each batch as soon as it is added; with concurrency in no certain order."""
    codes = numbered(server, COUNT)
    server.plan(At(ADD, Fault(wait_after=0.05)))  # the first one is late
    client = client_of(connect, server)
    stream = client.voucher_codes.add_batches(given_as(codes), concurrency=concurrency)
    yielded = [one for some in stream for one in some]
    assert sorted(one.position for one in yielded) == list(range(COUNT))
    assert all(one.item is codes[one.position] for one in yielded)
    assert all(one.result.value == one.item.value for one in yielded)
    assert all(one.sent_at is not None for one in yielded)
    assert stored(server) == Counter(one.value for one in codes)
    assert stream.batch_error is None


@pytest.mark.parametrize("has_journal", [False, True])
@each_input
def test_a_loop_that_is_left_at_its_end_is_done(
    connect: Connect,
    server: IndependentServer,
    tmp_path: Path,
    given_as: Callable[..., Any],
    *,
    has_journal: bool,
) -> None:
    """There is an error exactly as long as an outcome may not have been yielded."""
    codes = numbered(server, 2_000)
    journal = tmp_path / "journal" if has_journal else None
    client = client_of(connect, server)
    for _ in range(2 if has_journal else 1):  # the second run yields what the first has added
        with client.voucher_codes.add_batches(given_as(codes), journal=journal) as batches:
            yielded = 0
            for outcomes in batches:
                yielded += len(outcomes)
                if yielded < len(codes):
                    assert batches.batch_error is not None
        assert yielded == len(codes)
        assert batches.batch_error is None
    with client.voucher_codes.add_batches(given_as(codes), journal=journal) as batches:
        next(iter(batches))
    assert batches.batch_error is not None


@each_concurrency
@each_input
@each_way
def test_a_loop_that_is_left_forgets_nothing(
    connect: Connect,
    leave: Callable[[Any], list[Any]],
    given_as: Callable[..., Any],
    concurrency: int,
) -> None:
    """What was not yielded is in `batch_error`, and its resume adds it, exactly once."""
    with IndependentServer() as server:
        codes = numbered(server, COUNT)
        source = given_as(codes)
        client = client_of(connect, server)
        stream = client.voucher_codes.add_batches(source, concurrency=concurrency)
        yielded = leave(stream)
        error = check_rest(stream, yielded, codes, server)
        rest = {} if error.is_complete else {"remaining": source}
        assert error.is_complete or given_as is iter
        added = client.voucher_codes.resume(error, settle=0, **rest)
        assert len(added) == COUNT - len(yielded)
        assert stored(server) == Counter(one.value for one in codes)


@each_way
def test_reading_the_error_twice_does_not_add_twice(
    connect: Connect, server: IndependentServer, leave: Callable[[Any], list[Any]]
) -> None:
    """It is the error of one write, whenever it is read: what a resume has added is found."""
    codes = numbered(server, 4_000)
    client = client_of(connect, server)
    stream = client.voucher_codes.add_batches(codes)
    yielded = leave(stream)
    assert stream.batch_error.id == stream.batch_error.id
    first = client.voucher_codes.resume(stream.batch_error)
    again = client.voucher_codes.resume(stream.batch_error, settle=0)
    assert [one.id for one in again] == [one.id for one in first]
    assert len(first) == 4_000 - len(yielded)
    assert stored(server) == Counter(one.value for one in codes)


def test_two_resumes_of_a_stream_at_the_same_time_are_refused(
    connect: Connect, server: IndependentServer
) -> None:
    """Its errors are known to be those of one write."""
    if connect.kind == "async":
        pytest.skip("a callback of the async client cannot call it")
    codes = numbered(server, 4_000)
    client = client_of(connect, server)
    stream = client.voucher_codes.add_batches(codes)
    leave_by_closing(stream)
    refused: list[Exception] = []

    def resume_again(_: object) -> None:
        try:
            client.voucher_codes.resume(stream.batch_error)
        except ResumeInProgressError as error:
            refused.append(error)

    client.voucher_codes.resume(stream.batch_error, on_progress=resume_again)
    assert len(refused) == 2
    assert stored(server) == Counter(one.value for one in codes)


@each_input
def test_a_stream_that_was_not_begun(
    connect: Connect, server: IndependentServer, given_as: Callable[..., Any]
) -> None:
    """It has sent nothing and, of an iterator, read nothing."""
    codes = numbered(server, 1_200)
    source = given_as(codes)
    client = client_of(connect, server)
    stream = client.voucher_codes.add_batches(source)
    stream.close()
    assert list(stream) == []
    error = check_rest(stream, [], codes, server)
    assert error.items_read == (1_200 if given_as is list else 0)
    assert server.requests == []
    rest = {} if error.is_complete else {"remaining": source}
    client.voucher_codes.resume(error, **rest)
    assert stored(server) == Counter(one.value for one in codes)


@pytest.mark.parametrize("fault", [refuse(403), end_after(0)])
@each_concurrency
def test_a_stream_that_fails_has_the_error_that_it_raised(
    connect: Connect, server: IndependentServer, concurrency: int, fault: Fault
) -> None:
    """Outcomes of other requests in flight are yielded before."""
    server.plan(At(ADD, fault, 3))
    codes = numbered(server, COUNT)
    client = client_of(connect, server)
    stream = client.voucher_codes.add_batches(codes, concurrency=concurrency)
    yielded: list[Any] = []

    def run() -> None:
        for some in stream:
            yielded.extend(some)

    failed = failure(run)
    assert stream.batch_error is failed
    assert check_rest(stream, yielded, codes, server).cause is not None
    client.voucher_codes.resume(failed, settle=0)
    assert stored(server) == Counter(one.value for one in codes)


@each_concurrency
def test_bad_rows_of_a_stream_are_reported_at_its_end(
    connect: Connect, server: IndependentServer, concurrency: int
) -> None:
    """With "isolate", all other outcomes are yielded first."""
    codes = numbered(server, 2_500)
    codes[7].value = ""
    server.settings.refused = {codes[1_234].value: 403}
    client = client_of(connect, server)
    options = {"concurrency": concurrency, "on_rejected": "isolate"}
    stream = client.voucher_codes.add_batches(iter(codes), **options)
    yielded: list[Any] = []

    def run() -> None:
        for some in stream:
            yielded.extend(some)

    failed = failure(run)
    assert [one.position for one in failed.rejected] == [7, 1_234]
    assert isinstance(failed.rejected[1].error, ForbiddenError)
    check_rest(stream, yielded, codes, server)
    assert len(yielded) == 2_498


def test_an_endless_input_is_left_alone(connect: Connect, server: IndependentServer) -> None:
    """Neither leaving nor the error reads more of it than the requests needed."""
    read = 0

    def endless() -> Iterator[VoucherCodeAddParameters]:
        nonlocal read
        while True:
            yield VoucherCodeAddParameters(server.voucher_id, str(read))
            read += 1

    client = client_of(connect, server)
    stream = client.voucher_codes.add_batches(endless())
    leave_by_closing(stream)
    error = stream.batch_error
    assert (error.items_read, error.is_complete) == (2_000, False)
    assert read < 2_000
    assert sizes(server) == [1_000, 1_000]
    with pytest.raises(ValueError, match="remaining=iterator"):
        client.voucher_codes.resume(error)


def test_a_forgotten_stream_ends(connect: Connect, server: IndependentServer) -> None:
    """Without `with`, a stream that nobody refers to sends nothing more and leaves no thread."""
    before = background_threads()
    client = client_of(connect, server)
    for _ in client.voucher_codes.add_batches(numbered(server, COUNT)):
        break
    gc.collect()
    server.wait_until_idle()
    assert sizes(server) == [1_000]
    client.voucher_codes.add(numbered(server, 1))
    if connect.kind == "sync":
        client.close()
        wait_until(lambda: background_threads() <= before)


def test_a_cancelled_async_stream_reports_what_was_not_yielded(server: IndependentServer) -> None:
    """While it waits for a batch: the items in flight are unknown, and a resume adds the rest."""
    server.plan(At(ADD, Fault(wait_after=5), 2))
    codes = numbered(server, 3_000)

    async def run() -> None:
        credentials = credentials_of(server)
        async with AsyncVoucherClient(
            credentials, base_url=server.url, retry=WITHOUT_SLEEP, rate_limit=None
        ) as client:
            stream = client.voucher_codes.add_batches(codes)
            yielded: list[Any] = []

            async def consume() -> None:
                async with stream:
                    async for some in stream:
                        yielded.extend(some)

            consumer = asyncio.create_task(consume())
            await asyncio.to_thread(wait_until, lambda: len(sizes(server)) == 2 and yielded)
            consumer.cancel()
            with suppress(asyncio.CancelledError):
                await consumer
            server.hurry()
            error = check_rest(stream, yielded, codes, server)
            assert [len(one) for one in (yielded, error.unknown, error.not_sent)] == [1_000] * 3
            await client.voucher_codes.resume(error, settle=0)

    asyncio.run(run())
    assert stored(server) == Counter(one.value for one in codes)
