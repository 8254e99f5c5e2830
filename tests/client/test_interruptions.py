"""Whatever cuts in, and wherever, each item of a write is told of, and nobody waits for ever."""

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
from contextlib import aclosing
from datetime import datetime
from itertools import count, islice, repeat
from types import FrameType
from typing import Any

import anyio
import httpx
import pytest
from mews_vouchers import BatchError, ClosedError, ForbiddenError, RateLimit, RetryPolicy
from mews_vouchers._batching.batch import BatchOperation
from mews_vouchers._batching.queue import BatchQueue
from mews_vouchers._batching.writer import BatchWriter
from mews_vouchers._http.request_factory import RequestFactory
from mews_vouchers._rate_limit.limiter import get_limiter
from mews_vouchers._runners import threads
from mews_vouchers._runners.threads import ThreadRunner
from mews_vouchers.mock import MockMews, MockResponse
from mews_vouchers.mock.faults import Fault, FaultedCall, drop_before, error
from mews_vouchers_client.errors import NaiveDatetimeError
from mews_vouchers_client.models import VoucherCodeAddParameters, VoucherCodeResult

from tests.support.clients import Connect, async_client, credentials_of
from tests.support.harness import (
    ADD,
    Harness,
    cancelled_batch_error,
    changed,
    check_report,
    failure,
    meeting,
    outcomes,
    raising,
)
from tests.support.seeding import CODES, ids, listings
from tests.support.waiting import TIMEOUT, wait_until

both_widths = pytest.mark.parametrize("concurrency", [1, 3])


#: Set when Ctrl-C has interrupted the main thread.
was_interrupted = threading.Event()


@pytest.fixture(autouse=True)
def _heard() -> Iterator[None]:
    """Let Ctrl-C interrupt, also in a background where a shell has it ignored."""

    def handle(number: int, frame: FrameType | None) -> None:
        was_interrupted.set()
        signal.default_int_handler(number, frame)

    before = signal.signal(signal.SIGINT, handle)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def harness() -> Iterator[Harness]:
    """Give a mock and a blocking client."""
    connect = Connect("sync")
    yield Harness(connect)
    connect.close()


def in_turn(*faults: Fault) -> Fault:
    """Let the first call meet the first fault, and so on, in whatever order they come."""
    left = queue.SimpleQueue[Fault]()
    for one in faults:
        left.put(one)

    def fault(call: FaultedCall) -> MockResponse:
        return left.get_nowait()(call)

    return fault


def held(until: threading.Event) -> Fault:
    """Carry a call out later."""

    def fault(call: FaultedCall) -> MockResponse:
        assert until.wait(TIMEOUT)
        return call.proceed()

    return fault


def press_ctrl_c() -> None:
    """Interrupt the main thread, as Ctrl-C does, and wait until it is."""
    main = threading.main_thread().ident
    assert main is not None
    was_interrupted.clear()
    signal.pthread_kill(main, signal.SIGINT)
    assert was_interrupted.wait(TIMEOUT)


def soon(*jobs: Callable[[], object]) -> None:
    """Do things one after the other, in a thread."""

    def run() -> None:
        for job in jobs:
            job()

    threading.Thread(target=run).start()


def interrupted(
    call: Callable[[], object], *, by: type[BaseException] = KeyboardInterrupt
) -> BatchError[Any, Any]:
    """Make a call that Ctrl-C cuts short; return the account."""
    with pytest.raises(by) as caught:
        call()
    account: BatchError[Any, Any] = caught.value.batch_error  # type: ignore[attr-defined]
    return account


def interrupt(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, *numbers: int) -> list[int]:
    """Let Ctrl-C come at the end of calls of a function; return which of these there have been.

    Any: it is a module's, or a class's.
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


def test_ctrl_c_waits_for_what_is_under_way(harness: Harness) -> None:
    """Requests that were sent are waited for, so that their outcome is known; no more are sent."""
    free = threading.Event()

    def last(call: FaultedCall) -> MockResponse:
        soon(press_ctrl_c, free.set)
        return held(free)(call)

    harness.mock.inject(in_turn(held(free), held(free), last), ADD)
    codes = harness.numbered(5_000)
    account = interrupted(lambda: harness.client.voucher_codes.add(codes, concurrency=3))
    assert len(account.succeeded) == 3_000
    check_report(account, codes[:3_000])
    assert harness.sizes(ADD) == [1_000] * 3


@pytest.mark.parametrize("late", range(3))
def test_a_second_ctrl_c_waits_no_longer_and_resume_does(harness: Harness, late: int) -> None:
    """What is still on its way is unknown; `resume` waits for all of it: nothing is added twice."""
    free = [threading.Event() for _ in range(3)]

    def last(call: FaultedCall) -> MockResponse:
        soon(press_ctrl_c, press_ctrl_c)
        return held(free[2])(call)

    faults = [held(free[0]), held(free[1]), last, *[FaultedCall.proceed] * 9]
    harness.mock.inject(in_turn(*faults), ADD)
    codes = harness.numbered(3_000)
    account = interrupted(lambda: harness.client.voucher_codes.add(codes, concurrency=3))
    assert len(account.unknown) == 3_000
    soon(*[free[number].set for number in range(3) if number != late], free[late].set)
    added = harness.client.voucher_codes.resume(account, concurrency=2)
    assert [code.value for code in added] == [code.value for code in codes]
    wait_until(lambda: not harness.client._state.background)  # noqa: SLF001 - users have no word for it
    assert set(harness.values().values()) == {1}


def test_resume_does_not_wait_for_what_goes_on(harness: Harness) -> None:
    """It waits for what an interruption left under way, not for the pages of a listing."""
    harness.add_codes(9)
    free = threading.Event()
    harness.mock.inject(held(free), CODES, calls=2)
    harness.mock.inject(error(500), ADD, calls=1)
    failed = failure(harness.client.voucher_codes.add, harness.codes("ab"))
    listing = iter(
        harness.client.voucher_codes.get_all(voucher_ids=[harness.voucher_id], page_size=2)
    )
    next(listing)
    assert len(harness.client.voucher_codes.resume(failed)) == 2
    free.set()
    assert len(ids(listing)) == 8


@both_widths
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_ctrl_c_anywhere_forgets_no_item(harness: Harness, concurrency: int) -> None:
    """At whatever moment it comes, what the server has is in the account, as done or unknown."""
    if sys.gettrace():
        pytest.skip("whoever traces may be interrupted as well, with a lock in its hands")
    for round_ in range(12):
        codes = harness.codes(f"{round_}-{number}" for number in range(4_000))
        timer = threading.Timer(0.004 * (round_ + 1), press_ctrl_c)
        try:
            timer.start()
            harness.client.voucher_codes.add(codes, concurrency=concurrency)
            timer.join()
        except KeyboardInterrupt as cut:
            account: BatchError[Any, Any] | None = getattr(cut, "batch_error", None)
            there = {one for one in harness.values() if one.startswith(f"{round_}-")}
            if account is not None:
                told = {one.item.value for one in (*account.succeeded, *account.unknown)}
                assert {one.item.value for one in account.succeeded} <= there <= told
                assert len({one.position for one in outcomes(account)}) == len(outcomes(account))
            else:  # it came before anything was begun, or after all was done
                assert len(there) in (0, 4_000)


def test_ctrl_c_right_after_a_response_leaves_it_unknown(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that has just come when Ctrl-C does is lost, and what it was about is unknown."""
    interrupt(monkeypatch, ThreadRunner, "_run", 2)
    codes = harness.numbered(2_500)
    account = interrupted(lambda: harness.client.voucher_codes.add(codes))
    assert [len(account.succeeded), len(account.unknown)] == [1_000, 1_000]
    assert len(harness.mock.codes) == 2_000


@pytest.mark.parametrize(
    ("owner", "name", "outcome"),
    [
        (BatchQueue, "peek", "not_sent"),
        (RequestFactory, "request", "not_sent"),
        (BatchQueue, "remove", "not_sent"),
        (BatchOperation, "results", "unknown"),
        (BatchQueue, "on_success", "unknown"),
        (BatchWriter, "_call_on_progress", "succeeded"),
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
    check_report(report, codes[: len(outcomes(report))])
    second_batch = [one.position for one in getattr(report, outcome)][-1_000:]
    assert second_batch == list(range(1_000, 2_000))


@both_widths
@pytest.mark.parametrize("reason", ["rate limit", "retry"])
def test_ctrl_c_while_a_request_waits_leaves_it_not_sent(
    monkeypatch: pytest.MonkeyPatch, concurrency: int, reason: str
) -> None:
    """A request that waits for the rate limit, or to be retried, had no effect for certain."""
    connect = Connect("sync")
    harness = Harness(
        connect,
        retry=RetryPolicy(),
        rate_limit=RateLimit(requests=1, window=60) if reason == "rate limit" else None,
        base_url=f"http://waiting-{concurrency}",
    )
    if reason == "retry":
        harness.mock.inject(drop_before(httpx.ConnectError), ADD, calls=2)
    sleep, join, waiting = ThreadRunner._sleep, ThreadRunner._join, threading.Event()  # noqa: SLF001

    def interrupted_sleep(runner: ThreadRunner, _: float) -> None:
        if threading.current_thread() is threading.main_thread():
            raise KeyboardInterrupt
        waiting.set()
        sleep(runner, 60.0)

    joins = count(1)

    def interrupted_join(runner: ThreadRunner) -> object:
        if next(joins) == 2:  # one request has ended, and the other waits
            assert waiting.wait(TIMEOUT)
            raise KeyboardInterrupt
        return join(runner)

    monkeypatch.setattr(ThreadRunner, "_sleep", interrupted_sleep)
    monkeypatch.setattr(ThreadRunner, "_join", interrupted_join)
    codes = harness.numbered(2_000)
    report = interrupted(lambda: harness.client.voucher_codes.add(codes, concurrency=concurrency))
    connect.close()
    check_report(report, codes)
    assert [len(report.succeeded), len(report.not_sent)] == [1_000, 1_000]


def test_ctrl_c_again_while_the_account_is_made_loses_nothing(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That takes a moment where there are many items; some programs send the signal on, twice."""
    interruptions = interrupt(monkeypatch, BatchWriter, "_current_report", 1, 2, 3)
    harness.mock.inject(raising(KeyboardInterrupt, applied=True), ADD, calls=2)
    codes = harness.numbered(2_500)
    account = interrupted(lambda: harness.client.voucher_codes.add(codes))
    assert interruptions == [1, 2, 3]
    check_report(account, codes[:2_000])
    assert [len(account.succeeded), len(account.unknown)] == [1_000, 1_000]


def test_ctrl_c_while_a_failure_is_on_its_way_out(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The interruption that takes the place of a `BatchError` tells what that would have told."""
    harness.mock.inject(error(500), ADD, calls=2)
    interrupt(monkeypatch, BatchWriter, "error", 1)
    codes = harness.numbered(2_500)
    account = interrupted(lambda: harness.client.voucher_codes.add(codes))
    check_report(account, codes)
    assert [len(account.succeeded), len(account.unknown)] == [1_000, 1_000]
    assert not harness.client._state.runners  # noqa: SLF001 - users have no word for it


def test_ctrl_c_while_another_error_is_on_its_way_out(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the error says nothing of items, neither does the interruption."""
    harness.mock.inject(error(500), ADD, calls=1)
    failed = failure(harness.client.voucher_codes.add, harness.codes("a"))
    harness.mock.inject(error(403), CODES)
    interrupt(monkeypatch, ThreadRunner, "__exit__", 1)
    with pytest.raises(KeyboardInterrupt) as caught:
        harness.client.voucher_codes.resume(failed)
    assert isinstance(caught.value.__context__, ForbiddenError)
    assert not hasattr(caught.value, "batch_error")


def test_ctrl_c_tells_nothing_of_another_write(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that comes before anything is sent reports its own write, not what failed before."""
    harness.mock.inject(error(500), ADD, calls=1)
    failed = failure(harness.client.voucher_codes.add, harness.codes("a"))
    interrupt(monkeypatch, ThreadRunner, "__enter__", 1)

    def go_on() -> None:
        try:
            raise failed
        except BatchError:
            harness.client.voucher_codes.add(harness.codes("b"))

    with pytest.raises(KeyboardInterrupt) as caught:
        go_on()
    assert caught.value.__context__ is failed
    assert outcomes(caught.value.batch_error) == []  # type: ignore[attr-defined]


def test_ctrl_c_in_a_resume_keeps_what_was_known(harness: Harness) -> None:
    """The account of an interrupted `resume` tells of all that the error before it did."""
    harness.mock.inject(error(500), ADD, calls=2)
    codes = harness.numbered(5_000)
    failed = failure(harness.client.voucher_codes.add, codes)
    harness.mock.inject(raising(KeyboardInterrupt, applied=True), ADD, calls=2)
    account = interrupted(lambda: harness.client.voucher_codes.resume(failed))
    check_report(account, codes)
    added = harness.client.voucher_codes.resume(account)
    assert [code.value for code in added] == [code.value for code in codes]
    assert set(harness.values().values()) == {1}


def test_ctrl_c_in_a_stream_tells_what_was_not_handed_out(harness: Harness) -> None:
    """The account of an interrupted `add_batches` has what nobody was given."""
    harness.mock.inject(raising(KeyboardInterrupt, applied=True), ADD, calls=2)
    codes = harness.numbered(3_000)
    batches = harness.client.voucher_codes.add_batches(codes)
    assert len(next(batches)) == 1_000
    account = interrupted(lambda: next(batches))
    assert [one.position for one in account.unknown] == list(range(1_000, 2_000))
    assert len(outcomes(account)) == 1_000


def test_ctrl_c_while_the_rest_is_read_forgets_nothing_of_it(harness: Harness) -> None:
    """What a failed `add` had taken from its input, to tell of it, is told of."""
    harness.mock.inject(error(403), ADD)
    codes = harness.numbered(3_000)

    def given() -> Iterator[VoucherCodeAddParameters]:
        yield from codes
        raise KeyboardInterrupt

    account = interrupted(lambda: harness.client.voucher_codes.add(given()))
    check_report(account, codes)
    assert [len(account.rejected), len(account.not_sent)] == [1_000, 2_000]


# --- what fails here


def test_a_mistake_in_the_input_is_told_without_reading_the_rest(connect: Connect) -> None:
    """An input that never ends is no reason not to hear of what is wrong with its beginning."""
    harness = Harness(connect)
    wrong = VoucherCodeAddParameters(
        harness.voucher_id,
        "A",
        validity_start_utc=datetime(2026, 1, 1),  # noqa: DTZ001 - it is wrong
    )
    with pytest.raises(NaiveDatetimeError):
        harness.client.voucher_codes.add(repeat(wrong))
    assert harness.sent == []


def test_what_was_not_let_through_was_not_sent(connect: Connect) -> None:
    """Who could not connect, and then is not let through because of another's 429, sent nothing."""
    harness = Harness(
        connect, retry=RetryPolicy(max_wait=1.0), base_url=f"http://{connect.kind}.gate"
    )
    limiter = get_limiter(f"http://{connect.kind}.gate", credentials_of(harness.mock), None)

    def unreachable(call: FaultedCall) -> MockResponse:
        limiter.pause(60.0)
        return drop_before(httpx.ConnectError)(call)

    harness.mock.inject(unreachable, ADD)
    codes = harness.numbered(3)
    failed = failure(harness.client.voucher_codes.add, codes)
    assert len(failed.not_sent) == 3


def test_after_a_failure_nothing_more_is_sent(connect: Connect) -> None:
    """Requests that wait to be sent again are not, when another one has failed for good."""
    mock = MockMews(seed=7)
    voucher_id = mock.add_voucher()
    codes = [VoucherCodeAddParameters(voucher_id, str(number)) for number in range(6_000)]
    busy = error(429, retry_after=60)
    mock.inject(meeting(3), ADD)
    mock.inject(in_turn(busy, busy, error(403)), ADD)
    with mock.serve() as base_url:
        client = connect(mock, transport=None, base_url=base_url, retry=RetryPolicy())
        failed = failure(client.voucher_codes.add, codes, concurrency=3)
        connect.close()
    check_report(failed, codes)
    assert [len(failed.rejected), len(failed.not_sent)] == [1_000, 5_000]
    assert len(mock.requests) == 3


def test_after_a_failure_nothing_is_split(connect: Connect) -> None:
    """What would be sent again in smaller requests is not, when another one has failed for good."""
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

    mock.inject(meeting(2), ADD)
    mock.inject(in_turn(refuse, too_large), ADD)
    with mock.serve() as base_url:
        client = connect(mock, transport=None, base_url=base_url)
        failed = failure(client.voucher_codes.add, codes, concurrency=2)
        connect.close()
    check_report(failed, codes)
    assert [len(failed.rejected), len(failed.not_sent)] == [1_000, 1_000]


@both_widths
@pytest.mark.parametrize("odd", [5, True, "text", {"a": 1}, None, [], [5]], ids=repr)
def test_an_odd_answer_to_an_add_leaves_it_unknown(
    connect: Connect, concurrency: int, odd: object
) -> None:
    """Whatever is where the codes should be: they may be there, so they are unknown."""
    harness = Harness(connect)
    harness.mock.inject(changed(lambda _: odd), ADD)
    codes = harness.numbered(3)
    failed = failure(harness.client.voucher_codes.add, codes, concurrency=concurrency)
    check_report(failed, codes)
    assert len(failed.unknown) == 3


@both_widths
def test_what_fails_here_after_an_answer_leaves_it_unknown(
    connect: Connect, caplog: pytest.LogCaptureFixture, concurrency: int
) -> None:
    """An answer that nobody could read to its end, for whatever reason, may have been a success."""
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
    there = harness.values()
    assert [one.position for one in outcomes(failed)] == list(range(2_500))
    assert {one.item.value for one in failed.unknown} == set(there)


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


def test_closing_in_the_middle_of_an_add_keeps_what_came_of_it(harness: Harness) -> None:
    """`close()` waits for requests that are under way, and their outcomes are told."""
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


def test_closing_waits_once_for_all(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many pages are on their way, closing waits a few seconds for all of them together."""
    monkeypatch.setattr(threads, "GRACE_PERIOD", 1.0)
    harness.add_codes(9)
    free = threading.Event()
    harness.mock.inject(held(free), CODES, calls=range(2, 99, 2))
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


@both_widths
def test_closing_ends_a_wait(connect: Connect, concurrency: int) -> None:
    """An `add` that waits to send its request again ends when the client is closed."""
    harness = Harness(
        connect, retry=RetryPolicy(), base_url=f"http://{connect.kind}{concurrency}.wait"
    )
    harness.mock.inject(error(429, retry_after=60), ADD)
    codes = harness.numbered(3)
    heard: list[BaseException] = []

    def add() -> None:
        try:
            harness.client.voucher_codes.add(codes, concurrency=concurrency)
        except ClosedError as closed:
            heard.append(closed)

    adding = threading.Thread(target=add)
    adding.start()
    wait_until(lambda: harness.sent, TIMEOUT)
    time.sleep(0.1)
    harness.client.close()
    adding.join(TIMEOUT)
    assert len(heard) == 1


def test_a_closed_client_resumes_nothing(connect: Connect) -> None:
    """`resume` of a closed client says so, and the error before is as good as it was."""
    harness = Harness(connect)
    harness.mock.inject(drop_before(httpx.ConnectError), ADD)
    failed = failure(harness.client.voucher_codes.add, harness.numbered(3))
    harness.client.close()
    with pytest.raises(ClosedError):
        harness.client.voucher_codes.resume(failed)
    assert len(failed.not_sent) == 3


def test_closing_from_a_callback(harness: Harness) -> None:
    """A client that is closed while it tells its progress ends the `add` with an account."""
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
    """The checkpoint is that of the iteration that moved last, whatever another one has seen."""
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


def test_where_no_thread_can_be_started_it_goes_on_without(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listing and an `add` do without a background, where the system gives none."""

    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    harness.client.voucher_codes.add(harness.numbered(2_500), concurrency=3)
    listing = harness.client.voucher_codes.get_all(voucher_ids=[harness.voucher_id], page_size=700)
    assert sorted(ids(listing)) == sorted(ids(harness.mock.codes))


def test_ctrl_c_before_a_thread_has_begun_leaves_none(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was to go on in the background, and did not come to it, is not there for ever."""

    def start(_: threading.Thread) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", start)
        account = interrupted(
            lambda: harness.client.voucher_codes.add(harness.numbered(2_500), concurrency=2)
        )
    assert not harness.client._state.background  # noqa: SLF001 - users have no word for it
    assert not harness.sent
    assert account.succeeded == ()


@pytest.mark.parametrize("kind", [KeyboardInterrupt, RuntimeError])
def test_ctrl_c_right_after_a_thread_has_begun_waits_for_it(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]
) -> None:
    """What has begun in the background at that moment is told of like all else.

    So it is whatever a program's own handler of the signal raises.
    """
    real = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        real(thread)
        raise kind

    codes = harness.numbered(2_500)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", start)
        account = interrupted(
            lambda: harness.client.voucher_codes.add(codes, concurrency=2), by=kind
        )
    told = {one.item.value for one in (*account.succeeded, *account.unknown)}
    assert set(harness.values()) <= told
    assert not harness.client._state.background  # noqa: SLF001 - users have no word for it


@pytest.mark.parametrize("prefetch", [True, False])
def test_a_listing_side_by_side_holds_few_pages(harness: Harness, *, prefetch: bool) -> None:
    """There are about as many pages as requests in flight, however many partitions take turns.

    Pages that were requested and not returned are counted by the mock, those that were returned by
    weak references.
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


def test_another_process_is_told_to_make_a_client(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client is of the process that made it, and says so in any other before it sends."""
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
    """It would share connections, and wait for pages of its parent: it is told what to do."""
    command = [sys.executable, "-c", FORKING]
    done = subprocess.run(command, check=False, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_listing_may_be_collected_anywhere(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    """One that was given up is collected by a thread with a lock that its page ahead wants."""
    harness.add_codes(9)
    logging_here = threading.Event()

    class Collecting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name == "app":
                logging_here.set()
                time.sleep(0.2)
                gc.collect()

    def give_up() -> None:
        cycle: list[Any] = []
        pager = harness.client.voucher_codes.get_all(voucher_ids=[harness.voucher_id], page_size=2)
        cycle.extend([iter(pager), cycle])
        next(cycle[0])

    harness.mock.inject(held(logging_here), CODES, calls=2)
    handler, root = Collecting(), logging.getLogger()
    with caplog.at_level("DEBUG"):
        root.addHandler(handler)
        try:
            give_up()
            thread = threading.Thread(target=logging.getLogger("app").info, args=("hello",))
            thread.start()
            thread.join(TIMEOUT)
            assert not thread.is_alive()
        finally:
            root.removeHandler(handler)


# --- event loops


EAGER = vars(asyncio).get("eager_task_factory")


@both_widths
def test_a_second_cancellation_keeps_the_account(concurrency: int) -> None:
    """A task that is cancelled once more, while its requests are cut off, tells all the same."""
    mock = MockMews(seed=7)
    voucher_id = mock.add_voucher()
    codes = [VoucherCodeAddParameters(voucher_id, str(number)) for number in range(6_000)]
    under_way = asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        response = await mock.transport.handle_async_request(request)
        if len(mock.requests) > 1:
            if len(mock.requests) > concurrency:
                under_way.set()
            try:
                await asyncio.sleep(60)
            finally:
                with anyio.CancelScope(shield=True):
                    await anyio.sleep(0.2)
        return response

    async def given_up() -> BatchError[Any, Any]:
        async with async_client(mock, transport=httpx.MockTransport(answer)) as client:
            add = client.voucher_codes.add(codes, concurrency=concurrency)
            task = asyncio.ensure_future(add)
            await under_way.wait()
            for _ in range(2):
                task.cancel()
                await asyncio.sleep(0.05)
            return await cancelled_batch_error(task)

    account = asyncio.run(given_up())
    assert len(account.succeeded) == 1_000
    assert len(account.unknown) == 1_000 * concurrency


def test_what_is_cut_off_is_not_said_to_be_sent_again(caplog: pytest.LogCaptureFixture) -> None:
    """A page ahead that nobody waits for any more is no failure, and so not logged as one."""
    mock = MockMews(seed=7)
    voucher_ids = mock.seed(codes_per_voucher=9)

    async def answer(request: httpx.Request) -> httpx.Response:
        if mock.requests:
            await asyncio.sleep(60)
        return await mock.transport.handle_async_request(request)

    async def given_up() -> None:
        async with async_client(mock, transport=httpx.MockTransport(answer)) as client:
            pager = client.voucher_codes.get_all(voucher_ids=voucher_ids, page_size=2)
            async with aclosing(aiter(pager)) as listing:
                async for _ in listing:
                    await asyncio.sleep(0.05)
                    break

    asyncio.run(given_up())
    assert not caplog.records


def test_a_call_that_nobody_awaits_any_more_just_ends() -> None:
    """A coroutine that is closed in the middle of an `add` does nothing more, and complains not."""
    mock = MockMews(seed=7)
    codes = [VoucherCodeAddParameters(mock.add_voucher(), "A")]

    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError("nobody waits for this")

    async def given_up() -> None:
        async with async_client(mock, transport=httpx.MockTransport(never)) as client:
            add = client.voucher_codes.add(codes)
            add.send(None)
            add.close()

    asyncio.run(given_up())
    assert not mock.codes


def test_a_task_that_never_began_is_not_waited_for() -> None:
    """When all tasks are cancelled, a page ahead that is not even asked for stops nobody."""
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
    """A loop that runs the beginning of a task at once changes nothing."""
    mock = MockMews(seed=7)
    voucher_ids = mock.seed(codes_per_voucher=9)

    async def listed() -> list[str]:
        asyncio.get_running_loop().set_task_factory(EAGER)
        async with async_client(mock) as client:
            pager = client.voucher_codes.get_all(voucher_ids=voucher_ids, page_size=2)
            return ids([code async for code in pager])

    assert asyncio.run(listed()) == ids(mock.codes)[::-1]
