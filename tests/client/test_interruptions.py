"""Interruptions of any kind, at any point: every item of a write is reported, and nothing hangs."""

import _thread
import asyncio
import gc
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from datetime import datetime
from itertools import count, islice, repeat
from types import FrameType
from typing import Any

import anyio
import pytest
from mews_vouchers import (
    BatchError,
    ClosedError,
    ForbiddenError,
    InvalidItemError,
    RateLimit,
    RequestEvent,
    RetryPolicy,
    batch_error_of,
)
from mews_vouchers._batching.batch import BatchOperation
from mews_vouchers._batching.progress import ProgressCounter
from mews_vouchers._batching.queue import BatchQueue
from mews_vouchers._batching.state import WriteState
from mews_vouchers._batching.writer import BatchWriter
from mews_vouchers._http.request_factory import RequestFactory
from mews_vouchers._rate_limit.limiter import get_limiter
from mews_vouchers._runners import waits
from mews_vouchers._runners.threads import ThreadRunner
from mews_vouchers.mock import MockMews, MockResponse
from mews_vouchers.mock.faults import Fault, FaultedCall, drop_before, error
from mews_vouchers_client.models import VoucherCodeAddParameters, VoucherCodeResult

from tests.support.clients import Connect, async_client, credentials_of
from tests.support.harness import (
    ADD,
    Harness,
    cancelled_batch_error,
    change_items,
    check_report,
    failure,
    hold_until_concurrent,
    outcomes,
    raising,
    reported_by,
)
from tests.support.http_library import httpx
from tests.support.interruptions import press_ctrl_c
from tests.support.seeding import CODES, ids, listings
from tests.support.waiting import TIMEOUT, background_threads, wait_until

both_concurrencies = pytest.mark.parametrize("concurrency", [1, 3])


#: Set when Ctrl-C has interrupted the main thread.
was_interrupted = threading.Event()


@pytest.fixture(autouse=True)
def _handle_ctrl_c() -> Iterator[None]:
    """Make Ctrl-C interrupt, even in a background job of a shell, which ignores it."""

    def handle(number: int, frame: FrameType | None) -> None:
        was_interrupted.set()
        signal.default_int_handler(number, frame)

    before = signal.signal(signal.SIGINT, handle)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def harness() -> Iterator[Harness]:
    """Yield a mock and a sync client."""
    connect = Connect("sync")
    yield Harness(connect)
    connect.close()


def in_turn(*faults: Fault) -> Fault:
    """Apply the first fault to the first call that arrives, and so on."""
    left = queue.SimpleQueue[Fault]()
    for one in faults:
        left.put(one)

    def fault(call: FaultedCall) -> MockResponse:
        return left.get_nowait()(call)

    return fault


def held(until: threading.Event, arrived: threading.Event | None = None) -> Fault:
    """Apply a call later; set the other event when it arrives."""

    def fault(call: FaultedCall) -> MockResponse:
        if arrived is not None:
            arrived.set()
        assert until.wait(TIMEOUT)
        return call.proceed()

    return fault


def press_and_wait() -> None:
    """Press Ctrl-C, and wait until the main thread is interrupted."""
    was_interrupted.clear()
    press_ctrl_c()
    assert was_interrupted.wait(TIMEOUT)


def soon(*jobs: Callable[[], object]) -> None:
    """Run functions one after the other, in a thread."""

    def run() -> None:
        for job in jobs:
            job()

    threading.Thread(target=run).start()


def brief_pause() -> None:
    """Wait until a thread waits for something."""
    time.sleep(0.1)


def interrupted(
    call: Callable[[], object], *, by: type[BaseException] = KeyboardInterrupt
) -> BatchError[Any, Any]:
    """Make a call that Ctrl-C interrupts; return the report."""
    with pytest.raises(by) as caught:
        call()
    return reported_by(caught.value)


def interrupt(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, *numbers: int) -> list[int]:
    """Make Ctrl-C arrive at the end of some calls of a function; return those that happened.

    Any: a module or a class.
    """
    real, calls = getattr(owner, name), count(1)
    interrupted_calls: list[int] = []

    def interrupted_function(*args: Any, **options: Any) -> Any:
        result = real(*args, **options)
        if (number := next(calls)) in numbers:
            interrupted_calls.append(number)
            raise KeyboardInterrupt
        return result

    monkeypatch.setattr(owner, name, interrupted_function)
    return interrupted_calls


# --- Ctrl-C


def test_ctrl_c_waits_for_requests_in_flight(harness: Harness) -> None:
    """Requests in flight are waited for, so that their outcome is known; no more are sent."""
    free = threading.Event()

    def last(call: FaultedCall) -> MockResponse:
        soon(press_and_wait, free.set)
        return held(free)(call)

    harness.mock.inject(in_turn(held(free), held(free), last), ADD)
    codes = harness.numbered(5_000)
    report = interrupted(lambda: harness.client.voucher_codes.add(codes, concurrency=3))
    assert len(report.succeeded) == 3_000
    check_report(report, codes)
    assert harness.sizes(ADD) == [1_000] * 3


@pytest.mark.parametrize("late", range(3))
def test_a_second_ctrl_c_waits_no_longer_and_resume_does(harness: Harness, late: int) -> None:
    """Items in flight are unknown; `resume` waits for the requests, and adds nothing twice."""
    free = [threading.Event() for _ in range(3)]

    def last(call: FaultedCall) -> MockResponse:
        soon(press_and_wait, press_and_wait)
        return held(free[2])(call)

    faults = [held(free[0]), held(free[1]), last, *[FaultedCall.proceed] * 9]
    harness.mock.inject(in_turn(*faults), ADD)
    codes = harness.numbered(3_000)
    report = interrupted(lambda: harness.client.voucher_codes.add(codes, concurrency=3))
    assert len(report.unknown) == 3_000
    soon(*[free[number].set for number in range(3) if number != late], free[late].set)
    added = harness.client.voucher_codes.resume(report, concurrency=2, settle=0)
    assert [code.value for code in added] == [code.value for code in codes]
    wait_until(lambda: not background_threads())
    assert set(harness.values().values()) == {1}


def test_resume_does_not_wait_for_other_calls(harness: Harness) -> None:
    """`resume` waits for requests of interrupted calls, not for the pages of a listing."""
    harness.add_codes(9)
    free, arrived = threading.Event(), threading.Event()
    harness.mock.inject(held(free, arrived), CODES, calls=2)
    harness.mock.inject(error(500), ADD, calls=1)
    failed = failure(harness.client.voucher_codes.add, harness.codes("ab"))
    listing = iter(
        harness.client.voucher_codes.get_all(voucher_ids=[harness.voucher_id], page_size=2)
    )
    next(listing)
    assert arrived.wait(TIMEOUT)  # the next page is being fetched
    assert len(harness.client.voucher_codes.resume(failed, settle=0)) == 2
    free.set()
    assert len(ids(listing)) == 8


@both_concurrencies
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_ctrl_c_at_any_moment_loses_no_item(harness: Harness, concurrency: int) -> None:
    """Whenever Ctrl-C comes, each item on the server is reported, as succeeded or unknown."""
    if sys.gettrace():
        pytest.skip("a tracer may be interrupted as well, while it holds a lock")
    for round_ in range(12):
        codes = harness.codes(f"{round_}-{number}" for number in range(4_000))
        timer = threading.Timer(0.004 * (round_ + 1), press_ctrl_c)
        try:
            timer.start()
            harness.client.voucher_codes.add(codes, concurrency=concurrency)
            timer.join()
        except KeyboardInterrupt as interruption:
            report = batch_error_of(interruption)
            on_server = {one for one in harness.values() if one.startswith(f"{round_}-")}
            if report is not None:
                reported = {one.item.value for one in (*report.succeeded, *report.unknown)}
                assert {one.item.value for one in report.succeeded} <= on_server <= reported
                assert len({one.position for one in outcomes(report)}) == len(outcomes(report))
            else:  # before anything was started, or after the end
                assert len(on_server) in (0, 4_000)


def test_ctrl_c_right_after_a_response_loses_nothing(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If Ctrl-C comes right after a response, the response counts."""
    interrupt(monkeypatch, ThreadRunner, "_wait_for_completion", 2)
    codes = harness.numbered(2_500)
    report = interrupted(lambda: harness.client.voucher_codes.add(codes))
    assert [len(report.succeeded), len(report.unknown)] == [2_000, 0]
    assert len(harness.mock.codes) == 2_000


@pytest.mark.parametrize(
    ("owner", "name", "outcome"),
    [
        (BatchQueue, "peek", "not_sent"),
        (RequestFactory, "request", "not_sent"),
        (BatchQueue, "remove", "not_sent"),
        (BatchOperation, "results", "unknown"),
        (BatchQueue, "on_success", "unknown"),
        (ProgressCounter, "on_success", "succeeded"),
    ],
)
def test_ctrl_c_at_any_step_of_a_batch_forgets_no_item(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, outcome: str
) -> None:
    """Whatever is being done with a batch when Ctrl-C comes, its items are reported, and once."""
    interruptions = interrupt(monkeypatch, owner, name, 2)
    codes = harness.numbered(2_500)
    report = interrupted(lambda: harness.client.voucher_codes.add(codes))
    assert interruptions == [2]
    check_report(report, codes)
    with_outcome = {one.position for one in getattr(report, outcome)}
    assert with_outcome.issuperset(range(1_000, 2_000))


@both_concurrencies
@pytest.mark.parametrize("reason", ["rate limit", "retry"])
def test_ctrl_c_while_a_request_waits_leaves_it_not_sent(concurrency: int, reason: str) -> None:
    """A request that waits for the rate limit, or to be retried, had no effect for certain."""
    connect = Connect("sync")
    events: list[RequestEvent] = []
    harness = Harness(
        connect,
        on_event=events.append,
        retry=RetryPolicy(),
        rate_limit=RateLimit(requests=1, window=60) if reason == "rate limit" else None,
        base_url=f"http://waiting-{concurrency}",
    )
    if reason == "retry":
        harness.mock.inject(drop_before(httpx.ConnectError), ADD, calls=range(2, 99))
    codes = harness.numbered(2_000)
    soon(
        lambda: wait_until(lambda: events, TIMEOUT),  # the first response was received
        brief_pause,
        press_and_wait,
    )
    report = interrupted(lambda: harness.client.voucher_codes.add(codes, concurrency=concurrency))
    connect.close()
    check_report(report, codes)
    assert [len(report.succeeded), len(report.not_sent)] == [1_000, 1_000]


def test_ctrl_c_that_python_drops_comes_again() -> None:
    """What these tests rest on: it may arrive in a destructor of anything, also of httpx."""

    class Closing:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    def close() -> None:
        Closing()
        time.sleep(TIMEOUT)

    with pytest.raises(KeyboardInterrupt):
        close()


def test_ctrl_c_again_while_the_report_is_built_loses_nothing(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Building the report takes time for many items, and some programs send the signal twice."""
    interruptions = interrupt(monkeypatch, WriteState, "current_report", 1, 2, 3)
    harness.mock.inject(raising(KeyboardInterrupt, applied=True), ADD, calls=2)
    codes = harness.numbered(2_500)
    report = interrupted(lambda: harness.client.voucher_codes.add(codes))
    assert interruptions == [1, 2, 3]
    check_report(report, codes)
    assert [len(report.succeeded), len(report.unknown)] == [1_000, 1_000]


def test_ctrl_c_while_a_batch_error_is_raised(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interruption that replaces a `BatchError` reports the same outcomes."""
    harness.mock.inject(error(500), ADD, calls=2)
    interrupt(monkeypatch, BatchWriter, "error", 1)
    codes = harness.numbered(2_500)
    report = interrupted(lambda: harness.client.voucher_codes.add(codes))
    check_report(report, codes)
    assert [len(report.succeeded), len(report.unknown)] == [1_000, 1_000]
    assert not harness.client._state.runners  # noqa: SLF001


def test_ctrl_c_while_another_error_is_raised(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interruption that replaces an error of a look-up reports what was to be resumed."""
    harness.mock.inject(error(500), ADD, calls=1)
    failed = failure(harness.client.voucher_codes.add, harness.codes("a"))
    harness.mock.inject(error(403), CODES)
    interrupt(monkeypatch, ThreadRunner, "__exit__", 1)
    with pytest.raises(KeyboardInterrupt) as caught:
        harness.client.voucher_codes.resume(failed, settle=0)
    assert isinstance(caught.value.__context__, ForbiddenError)
    assert reported_by(caught.value) is failed


def test_ctrl_c_does_not_report_another_write(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interruption before anything is sent reports its own write, not an earlier failure."""
    harness.mock.inject(error(500), ADD, calls=1)
    failed = failure(harness.client.voucher_codes.add, harness.codes("a"))
    interrupt(monkeypatch, ThreadRunner, "__enter__", 1)

    def add_again() -> None:
        try:
            raise failed
        except BatchError:
            harness.client.voucher_codes.add(harness.codes("b"))

    with pytest.raises(KeyboardInterrupt) as caught:
        add_again()
    assert caught.value.__context__ is failed
    assert [one.item.value for one in reported_by(caught.value).not_sent] == ["b"]


def test_ctrl_c_in_a_resume_keeps_earlier_outcomes(harness: Harness) -> None:
    """The report of an interrupted `resume` includes the outcomes of the error before it."""
    harness.mock.inject(error(500), ADD, calls=2)
    codes = harness.numbered(5_000)
    failed = failure(harness.client.voucher_codes.add, codes)
    harness.mock.inject(raising(KeyboardInterrupt, applied=True), ADD, calls=2)
    report = interrupted(lambda: harness.client.voucher_codes.resume(failed, settle=0))
    check_report(report, codes)
    added = harness.client.voucher_codes.resume(report, settle=0)
    assert [code.value for code in added] == [code.value for code in codes]
    assert set(harness.values().values()) == {1}


def test_ctrl_c_in_a_stream_reports_what_was_not_yielded(harness: Harness) -> None:
    """The report of an interrupted `add_batches` has all items that were not yielded."""
    harness.mock.inject(raising(KeyboardInterrupt, applied=True), ADD, calls=2)
    codes = harness.numbered(3_000)
    batches = harness.client.voucher_codes.add_batches(codes)
    assert len(next(batches)) == 1_000
    report = interrupted(lambda: next(batches))
    assert [one.position for one in report.unknown] == list(range(1_000, 2_000))
    assert [one.position for one in report.not_sent] == list(range(2_000, 3_000))
    assert len(outcomes(report)) == 2_000


def test_ctrl_c_while_the_input_is_drained_loses_no_item(harness: Harness) -> None:
    """Items that a failed `add` has taken from its list in order to report them are reported."""

    class Interrupted(list[VoucherCodeAddParameters]):
        def __iter__(self) -> Iterator[VoucherCodeAddParameters]:
            yield from super().__iter__()
            raise KeyboardInterrupt

    harness.mock.inject(error(403), ADD)
    codes = harness.numbered(3_000)
    report = interrupted(lambda: harness.client.voucher_codes.add(Interrupted(codes)))
    check_report(report, codes)
    assert [len(report.rejected), len(report.not_sent)] == [1_000, 2_000]


# --- failures in the client itself


def test_a_mistake_in_the_input_is_reported_without_reading_the_rest(connect: Connect) -> None:
    """A mistake at the start of an endless input is reported at once."""
    harness = Harness(connect)
    wrong = VoucherCodeAddParameters(
        harness.voucher_id,
        "A",
        validity_start_utc=datetime(2026, 1, 1),  # noqa: DTZ001 - it is wrong
    )
    failed = failure(harness.client.voucher_codes.add, repeat(wrong))
    assert isinstance(failed.cause, InvalidItemError)
    assert (failed.items_read, failed.is_complete) == (1_000, False)
    assert harness.sent == []


def test_a_request_that_the_rate_limiter_stops_was_not_sent(connect: Connect) -> None:
    """No connection, and then a long pause because of another's 429: the items are not sent."""
    harness = Harness(
        connect, retry=RetryPolicy(max_wait=1.0), base_url=f"http://{connect.kind}.paused"
    )
    limiter = get_limiter(f"http://{connect.kind}.paused", credentials_of(harness.mock), None)

    def unreachable(call: FaultedCall) -> MockResponse:
        limiter.pause(60.0)
        return drop_before(httpx.ConnectError)(call)

    harness.mock.inject(unreachable, ADD)
    codes = harness.numbered(3)
    failed = failure(harness.client.voucher_codes.add, codes)
    assert len(failed.not_sent) == 3


def test_after_a_failure_nothing_more_is_sent(connect: Connect) -> None:
    """After a failure, requests that wait for a retry are not sent any more."""
    mock = MockMews(seed=7)
    voucher_id = mock.add_voucher()
    codes = [VoucherCodeAddParameters(voucher_id, str(number)) for number in range(6_000)]
    busy = error(429, retry_after=60)
    mock.inject(hold_until_concurrent(3), ADD)
    mock.inject(in_turn(busy, busy, error(403)), ADD)
    with mock.serve() as base_url:
        client = connect(mock, transport=None, base_url=base_url, retry=RetryPolicy())
        failed = failure(client.voucher_codes.add, codes, concurrency=3)
        connect.close()
    check_report(failed, codes)
    assert [len(failed.rejected), len(failed.not_sent)] == [1_000, 5_000]
    assert len(mock.requests) == 3


def test_after_a_failure_nothing_is_split(connect: Connect) -> None:
    """After a failure, batches that are too large are not sent in smaller requests any more."""
    mock = MockMews(seed=7)
    voucher_id = mock.add_voucher()
    codes = [VoucherCodeAddParameters(voucher_id, str(number)) for number in range(2_000)]
    refused = threading.Event()

    def refuse(call: FaultedCall) -> MockResponse:
        refused.set()
        return error(403)(call)

    def too_large(call: FaultedCall) -> MockResponse:
        assert refused.wait(TIMEOUT)
        time.sleep(0.2)
        return error(413)(call)

    mock.inject(hold_until_concurrent(2), ADD)
    mock.inject(in_turn(refuse, too_large), ADD)
    with mock.serve() as base_url:
        client = connect(mock, transport=None, base_url=base_url)
        failed = failure(client.voucher_codes.add, codes, concurrency=2)
        connect.close()
    check_report(failed, codes)
    assert [len(failed.rejected), len(failed.not_sent)] == [1_000, 1_000]


@both_concurrencies
@pytest.mark.parametrize("malformed", [5, True, "text", {"a": 1}, None, [], [5]], ids=repr)
def test_a_malformed_response_to_an_add_leaves_it_unknown(
    connect: Connect, concurrency: int, malformed: object
) -> None:
    """If the response has anything else in place of the codes, they are unknown."""
    harness = Harness(connect)
    harness.mock.inject(change_items(lambda _: malformed), ADD)
    codes = harness.numbered(3)
    failed = failure(harness.client.voucher_codes.add, codes, concurrency=concurrency)
    check_report(failed, codes)
    assert len(failed.unknown) == 3


@both_concurrencies
def test_a_local_failure_after_a_response_leaves_it_unknown(
    connect: Connect, caplog: pytest.LogCaptureFixture, concurrency: int
) -> None:
    """If a response cannot be processed, for whatever reason, its items are unknown."""
    harness = Harness(connect)

    def out_of_memory(_: object) -> bool:
        raise MemoryError

    logger = logging.getLogger("mews_vouchers")
    codes = harness.numbered(2_500)
    with caplog.at_level("DEBUG", logger.name):
        logger.addFilter(out_of_memory)
        try:
            failed = failure(harness.client.voucher_codes.add, codes, concurrency=concurrency)
        finally:
            logger.removeFilter(out_of_memory)
    on_server = harness.values()
    assert [one.position for one in outcomes(failed)] == list(range(2_500))
    assert {one.item.value for one in failed.unknown} == set(on_server)


# --- closing


def test_closing_does_not_wait_for_the_input(harness: Harness) -> None:
    """A client is closed at once while an `add` waits for its next item."""
    items: queue.SimpleQueue[VoucherCodeAddParameters | None] = queue.SimpleQueue()
    for code in harness.numbered(1_500):
        items.put(code)
    arrived = threading.Event()

    def arrive(call: FaultedCall) -> MockResponse:
        arrived.set()
        return call.proceed()

    harness.mock.inject(arrive, ADD)
    failures: list[BatchError[Any, Any]] = []

    def add() -> None:
        failures.append(
            failure(harness.client.voucher_codes.add, iter(items.get, None), concurrency=2)
        )

    adding = threading.Thread(target=add)
    adding.start()
    assert arrived.wait(TIMEOUT)
    start = time.monotonic()
    harness.client.close()
    assert time.monotonic() - start < 2
    items.put(None)
    adding.join(TIMEOUT)
    assert len(outcomes(failures[0])) == 1_500


def test_closing_during_an_add_keeps_its_outcomes(harness: Harness) -> None:
    """`close()` waits for requests in flight, and their outcomes are reported."""
    arrived, free = threading.Semaphore(0), threading.Event()

    def late(call: FaultedCall) -> MockResponse:
        arrived.release()
        return held(free)(call)

    harness.mock.inject(late, ADD)
    codes = harness.numbered(6_000)
    failures: list[BatchError[Any, Any]] = []
    adding = threading.Thread(
        target=lambda: failures.append(
            failure(harness.client.voucher_codes.add, codes, concurrency=3)
        )
    )
    adding.start()
    for _ in range(3):
        assert arrived.acquire(timeout=TIMEOUT)
    soon(free.set)
    harness.client.close()
    adding.join(TIMEOUT)
    check_report(failures[0], codes)
    assert len(failures[0].succeeded) == len(harness.mock.codes) == 3_000


def test_closing_waits_for_all_requests_together(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many pages are in flight, closing waits once for all of them, a few seconds."""
    monkeypatch.setattr(waits, "GRACE_PERIOD", 1.0)
    harness.add_codes(9)
    free = threading.Event()

    def hold_second_page(call: FaultedCall) -> MockResponse:
        is_first = call.body["Limitation"].get("Cursor") is None
        return call.proceed() if is_first else held(free)(call)

    harness.mock.inject(hold_second_page, CODES)
    voucher_ids = [harness.voucher_id]
    pagers = [
        iter(harness.client.voucher_codes.get_all(voucher_ids=voucher_ids, page_size=2))
        for _ in range(4)
    ]
    for pager in pagers:
        next(pager)
    start = time.monotonic()
    harness.client.close()
    assert 1.0 <= time.monotonic() - start < 4.0
    free.set()


@both_concurrencies
def test_closing_ends_a_wait(connect: Connect, concurrency: int) -> None:
    """An `add` that waits for a retry ends when the client is closed."""
    harness = Harness(
        connect, retry=RetryPolicy(), base_url=f"http://{connect.kind}{concurrency}.wait"
    )
    harness.mock.inject(error(429, retry_after=60), ADD)
    codes = harness.numbered(3)
    raised: list[BaseException] = []

    def add() -> None:
        try:
            harness.client.voucher_codes.add(codes, concurrency=concurrency)
        except ClosedError as closed:
            raised.append(closed)

    adding = threading.Thread(target=add)
    adding.start()
    wait_until(lambda: harness.sent, TIMEOUT)
    time.sleep(0.1)
    harness.client.close()
    adding.join(TIMEOUT)
    assert len(raised) == 1


def test_a_closed_client_resumes_nothing(connect: Connect) -> None:
    """`resume` of a closed client raises `ClosedError`; the batch error is unchanged."""
    harness = Harness(connect)
    harness.mock.inject(drop_before(httpx.ConnectError), ADD)
    failed = failure(harness.client.voucher_codes.add, harness.numbered(3))
    harness.client.close()
    with pytest.raises(ClosedError):
        harness.client.voucher_codes.resume(failed, settle=0)
    assert len(failed.not_sent) == 3


def test_closing_from_a_callback(harness: Harness) -> None:
    """A client that is closed in `on_progress` ends the `add` with a report."""
    codes = harness.numbered(5_000)
    failed = failure(
        harness.client.voucher_codes.add,
        codes,
        concurrency=3,
        on_progress=lambda _: harness.client.close(),
    )
    check_report(failed, codes)
    assert len(failed.succeeded) == len(harness.mock.codes)


# --- the background


def test_two_iterations_of_a_pager_do_not_mix(harness: Harness) -> None:
    """The checkpoint is that of the iteration that moved last."""
    harness.add_codes(40)
    pager = harness.client.voucher_codes.get_all(voucher_ids=[harness.voucher_id], page_size=3)
    everything = ids(pager)
    first, second = iter(pager), iter(pager)
    seen = ids(islice(first, 5))
    assert ids(islice(second, 20)) == everything[:20]
    seen += ids([next(first)])
    rest = harness.client.voucher_codes.get_all(
        voucher_ids=[harness.voucher_id], checkpoint=pager.checkpoint
    )
    assert seen + ids(rest) == everything


@contextmanager
def no_more_threads() -> Iterator[None]:
    """Make the system refuse all new threads: there is no memory for their stacks."""
    try:
        before = threading.stack_size(2**46)
    except ValueError:
        pytest.skip("this system limits the stack size, not the number of threads")
    try:
        yield
    finally:
        threading.stack_size(before)


@both_concurrencies
def test_without_threads_nothing_is_sent(harness: Harness, concurrency: int) -> None:
    """If the system cannot start a thread, an `add` fails, and says that nothing was sent."""
    codes = harness.numbered(2_500)
    with no_more_threads():
        failed = failure(harness.client.voucher_codes.add, codes, concurrency=concurrency)
        harness.client.close()
    check_report(failed, codes)
    assert len(failed.not_sent) == 2_500
    assert "thread" in str(failed.__cause__)
    assert not harness.sent


def test_the_last_thread_is_enough(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the system can start a single thread, it executes the requests."""

    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    harness.client.voucher_codes.add(harness.numbered(2_500), concurrency=3)
    assert len(harness.mock.codes) == 2_500


@pytest.mark.parametrize("kind", [KeyboardInterrupt, RuntimeError])
@both_concurrencies
@pytest.mark.parametrize("is_started", [False, True])
def test_an_interruption_while_a_thread_is_started(
    harness: Harness,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[BaseException],
    concurrency: int,
    *,
    is_started: bool,
) -> None:
    """Before or after its start: the request is not sent, and no thread is left.

    The same applies to whatever a program's own signal handler raises.
    """
    real = _thread.start_new_thread

    def start(*arguments: Any) -> None:
        if is_started:
            real(*arguments)
        raise kind

    codes = harness.numbered(2_500)
    with monkeypatch.context() as patch:
        patch.setattr(_thread, "start_new_thread", start)
        report = interrupted(
            lambda: harness.client.voucher_codes.add(codes, concurrency=concurrency), by=kind
        )
    assert not harness.sent
    assert not report.unknown
    assert report.not_sent
    wait_until(lambda: not background_threads())
    harness.client.voucher_codes.add(codes, concurrency=concurrency)


@pytest.mark.parametrize("prefetch", [True, False])
def test_a_concurrent_listing_holds_few_pages(harness: Harness, *, prefetch: bool) -> None:
    """There are about as many pages as requests in flight, however many partitions take turns.

    Pages that were requested and not returned are counted by the mock, those that were returned
    by weak references.
    """
    voucher_ids = harness.mock.seed(vouchers=20, codes_per_voucher=6)
    pager = harness.client.voucher_codes.get_all(
        voucher_ids=voucher_ids, page_size=4, concurrency=4, prefetch=prefetch
    )
    returned: list[weakref.ref[VoucherCodeResult]] = []
    for page in pager.pages():
        returned.append(weakref.ref(page.result))
        requested = len(listings(harness.mock))
        kept = sum(reference() is not None for reference in returned)
        assert requested - len(returned) + kept <= 2 * 4
    assert len(returned) >= 20


def test_a_client_refuses_to_work_in_another_process(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client belongs to the process that created it; another process gets an error."""
    harness = Harness(connect)
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: 0)
        with pytest.raises(ClosedError, match="create a new one"):
            harness.client.voucher_codes.add(harness.numbered(1))
    assert harness.sent == []


FORKING = """
import os, signal, sys, threading
from mews_vouchers import Credentials, VoucherClient
from mews_vouchers.errors import ClosedError
from mews_vouchers.mock import MockMews

mock = MockMews()
voucher_ids = mock.seed(codes_per_voucher=9)
is_forked = threading.Event()
mock.inject(lambda call: is_forked.wait() and call.proceed(), calls=2)
credentials = Credentials(
    client_token=mock.client_token, access_token=mock.access_token, client="Forking 1.0"
)
client = VoucherClient(credentials, base_url="http://mock", transport=mock.transport)
listing = iter(client.voucher_codes.get_all(voucher_ids=voucher_ids, page_size=2))
next(listing)
child = os.fork()
if not child:
    signal.alarm(5)
    try:
        list(listing)
    except ClosedError as error:
        os._exit("create a new one" not in str(error))
    os._exit(2)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
is_forked.set()
assert len(list(listing)) == 8
sys.exit(status)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system knows no fork")
def test_a_forked_process_needs_a_client_of_its_own() -> None:
    """A child must not share connections, nor wait for pages: it must create a new client."""
    command = [sys.executable, "-c", FORKING]
    done = subprocess.run(command, check=False, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_an_abandoned_listing_may_be_collected_anywhere(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    """It may be collected in a thread that holds a lock which its prefetched page needs."""
    harness.add_codes(9)
    logging_here = threading.Event()

    class Collecting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name == "app":
                logging_here.set()
                time.sleep(0.2)
                gc.collect()

    def abandon() -> None:
        cycle: list[Any] = []
        pager = harness.client.voucher_codes.get_all(voucher_ids=[harness.voucher_id], page_size=2)
        cycle.extend([iter(pager), cycle])
        next(cycle[0])

    harness.mock.inject(held(logging_here), CODES, calls=2)
    handler, root = Collecting(), logging.getLogger()
    with caplog.at_level("DEBUG"):
        root.addHandler(handler)
        try:
            abandon()
            thread = threading.Thread(target=logging.getLogger("app").info, args=("hello",))
            thread.start()
            thread.join(TIMEOUT)
            assert not thread.is_alive()
        finally:
            root.removeHandler(handler)


# --- event loops


EAGER = vars(asyncio).get("eager_task_factory")


@both_concurrencies
def test_a_second_cancellation_keeps_the_report(concurrency: int) -> None:
    """A task that is cancelled again while its requests are cancelled carries a report, too."""
    mock = MockMews(seed=7)
    voucher_id = mock.add_voucher()
    codes = [VoucherCodeAddParameters(voucher_id, str(number)) for number in range(6_000)]
    in_flight = asyncio.Event()

    async def respond(request: httpx.Request) -> httpx.Response:
        response: httpx.Response = await mock.transport.handle_async_request(request)
        if len(mock.requests) > 1:
            if len(mock.requests) > concurrency:
                in_flight.set()
            try:
                await asyncio.sleep(60)
            finally:
                with anyio.CancelScope(shield=True):
                    await anyio.sleep(0.2)
        return response

    async def cancel() -> BatchError[Any, Any]:
        async with async_client(mock, transport=httpx.MockTransport(respond)) as client:
            add = client.voucher_codes.add(codes, concurrency=concurrency)
            task = asyncio.ensure_future(add)
            await in_flight.wait()
            for _ in range(2):
                task.cancel()
                await asyncio.sleep(0.05)
            return await cancelled_batch_error(task)

    report = asyncio.run(cancel())
    assert len(report.succeeded) == 1_000
    assert len(report.unknown) == 1_000 * concurrency


def test_a_cancelled_prefetch_is_not_logged_as_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    """A prefetched page that is no longer needed is not logged as a failure or a retry."""
    mock = MockMews(seed=7)
    voucher_ids = mock.seed(codes_per_voucher=9)

    async def respond(request: httpx.Request) -> httpx.Response:
        if mock.requests:
            await asyncio.sleep(60)
        response: httpx.Response = await mock.transport.handle_async_request(request)
        return response

    async def cancel() -> None:
        async with async_client(mock, transport=httpx.MockTransport(respond)) as client:
            pager = client.voucher_codes.get_all(voucher_ids=voucher_ids, page_size=2)
            async with aclosing(aiter(pager)) as listing:
                async for _ in listing:
                    await asyncio.sleep(0.05)
                    break

    asyncio.run(cancel())
    assert not caplog.records


def test_closing_a_coroutine_ends_the_call() -> None:
    """A coroutine that is closed in the middle of an `add` ends without an error."""
    mock = MockMews(seed=7)
    codes = [VoucherCodeAddParameters(mock.add_voucher(), "A")]

    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError("the call was abandoned")

    async def cancel() -> None:
        async with async_client(mock, transport=httpx.MockTransport(never)) as client:
            add = client.voucher_codes.add(codes)
            add.send(None)
            add.close()

    asyncio.run(cancel())
    assert not mock.codes


def test_a_task_that_never_started_is_not_waited_for() -> None:
    """If all tasks are cancelled, a prefetch that has not started yet blocks nothing."""
    mock = MockMews(seed=7)
    voucher_ids = mock.seed(codes_per_voucher=9)

    async def cancelled() -> None:
        async with async_client(mock) as client:

            async def consume() -> None:
                async for _ in client.voucher_codes.get_all(voucher_ids=voucher_ids, page_size=2):
                    for task in asyncio.all_tasks() - {asyncio.current_task(), main}:
                        task.cancel()

            main = asyncio.current_task()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(asyncio.ensure_future(consume()), TIMEOUT)
            assert not client._state.background  # noqa: SLF001

    asyncio.run(cancelled())


@pytest.mark.skipif(EAGER is None, reason="tasks are never eager before Python 3.12")
def test_tasks_may_be_eager() -> None:
    """An event loop with eager tasks lists the same items."""
    mock = MockMews(seed=7)
    voucher_ids = mock.seed(codes_per_voucher=9)

    async def listed() -> list[str]:
        asyncio.get_running_loop().set_task_factory(EAGER)
        async with async_client(mock) as client:
            pager = client.voucher_codes.get_all(voucher_ids=voucher_ids, page_size=2)
            return ids([code async for code in pager])

    assert asyncio.run(listed()) == ids(mock.codes)[::-1]
