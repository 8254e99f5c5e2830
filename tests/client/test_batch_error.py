"""`BatchError` as a value: its cause, its items, and where it is found."""

import asyncio
import json
import pickle
import signal
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import BatchError, OutcomeUnknownError, TooManyRequestsError, batch_error_of
from mews_vouchers.mock import MockMews
from mews_vouchers.mock.faults import error as error_response
from mews_vouchers.mock.faults import respond
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.batch_errors import COPIES, batch_errors, codes_error, shown
from tests.support.clients import Connect, async_client
from tests.support.harness import ADD, Harness, failure, sequences
from tests.support.http_library import httpx
from tests.support.hypothesis_profiles import examples
from tests.support.waiting import TIMEOUT

# --- secrets, and the cause


@pytest.mark.parametrize("status", [400, 403, 500])
def test_no_token_is_in_it(connect: Connect, status: int) -> None:
    """Not even if the server repeats it, in any part of its response."""
    harness = Harness(connect)
    tokens = harness.mock.client_token, harness.mock.access_token
    body = {"Message": f"{tokens}", "Details": {tokens[0]: [tokens[1]]}, "Other": tokens[0]}
    response = respond(status, json.dumps(body), headers={"Request-Id": tokens[1]})
    harness.mock.inject(response, ADD)
    failed = failure(harness.client.voucher_codes.add, harness.numbered(2))
    for text in (failed.to_json(), repr(pickle.dumps(failed)), str(failed)):
        assert not any(token in text for token in tokens)
    assert "***" in failed.to_json()


@pytest.mark.parametrize("name", ["as it is", *COPIES])
def test_the_cause_says_what_to_do(connect: Connect, name: str) -> None:
    """Its class, status, request id and `Retry-After`, also after it was kept."""
    harness = Harness(connect)
    harness.mock.inject(error_response(429, retry_after="99999"), ADD)
    failed = failure(harness.client.voucher_codes.add, harness.numbered(2))
    found = COPIES[name](failed) if name in COPIES else failed
    assert isinstance(found.cause, TooManyRequestsError)
    assert found.__cause__ is found.cause
    assert found.not_sent[0].error is found.cause
    assert (found.status_code, found.retry_after) == (429, 99_999)
    assert found.request_id
    assert found.request_id == found.cause.request_id
    assert found.request_id in str(found)


@pytest.mark.parametrize("cause", [None, OSError("x"), OutcomeUnknownError(ADD, "x")])
def test_without_a_response_there_is_no_status(cause: Exception | None) -> None:
    """Nor a request id, nor a time to wait."""
    error = codes_error(cause=cause)
    assert error.cause is error.__cause__ is cause
    assert (error.status_code, error.request_id, error.retry_after) == (None, None, None)


# --- without


@settings(max_examples=examples(60))
@given(batch_errors(), st.data())
def test_items_can_be_left_out(error: BatchError, data: st.DataObject) -> None:
    """All else stays as it is; the original is not changed."""
    before = shown(error)
    positions = [one.position for some in sequences(error) for one in some]
    left_out = data.draw(st.sets(st.sampled_from(positions)) if positions else st.just(set()))
    found = error.without(left_out)
    assert shown(error) == before
    for ours, theirs in zip(sequences(found), sequences(error), strict=True):
        assert ours == tuple(one for one in theirs if one.position not in left_out)
    names = ("operation", "reason", "enterprise_id", "cause", "items_read", "is_complete", "id")
    for name in (*names, "created_at", "server_time", "rejected_position", "was_copied"):
        assert getattr(found, name) == getattr(error, name)


def test_only_items_that_are_there_can_be_left_out() -> None:
    """A mistake in the positions is found."""
    with pytest.raises(ValueError, match=r"no items at the positions \[3, 7\]"):
        codes_error("a", "b").without([0, 7, 3])


# --- where it is found


def carrying(exception: BaseException) -> tuple[BaseException, BatchError]:
    """Attach an error to an exception, as an interrupted write does."""
    error = codes_error()
    exception.batch_error = error  # type: ignore[attr-defined]
    return exception, error


def raised_from(cause: BaseException) -> BaseException:
    """Return an exception with a cause."""
    found = RuntimeError()
    found.__cause__ = cause
    return found


def raised_while(context: BaseException) -> BaseException:
    """Return an exception that was raised while another one was handled."""
    found = RuntimeError()
    found.__context__ = context
    return found


def grouped(one: BaseException) -> BaseException:
    """Return a group with others around it."""
    return BaseExceptionGroup("some", [OSError(), one, OSError()])


WRAPS = st.sampled_from([raised_from, raised_while, grouped])


@settings(max_examples=examples(60))
@given(
    st.sampled_from([KeyboardInterrupt, asyncio.CancelledError, TimeoutError, SystemExit]),
    st.lists(WRAPS, max_size=5),
    st.sampled_from(["attached", "raised"]),
)
def test_it_is_found_behind_anything(
    kind: type[BaseException], wraps: list[Callable[..., BaseException]], place: str
) -> None:
    """Attached to an interruption or raised, behind causes, contexts and nested groups."""
    exception, error = carrying(kind())
    if place == "raised":
        exception = error
    for wrap in wraps:
        exception = wrap(exception)
    assert batch_error_of(exception) is error


def test_the_nearest_one_is_found() -> None:
    """That of the exception itself, then that of its cause, its members, and its context."""
    itself, own = carrying(KeyboardInterrupt())
    of_cause, of_member, of_context = (codes_error() for _ in range(3))
    group = BaseExceptionGroup("some", [OSError(), of_member, itself])
    group.__context__ = of_context
    assert batch_error_of(group) is of_member
    group.__cause__ = of_cause
    assert batch_error_of(group) is of_cause
    itself.__cause__ = group
    assert batch_error_of(itself) is own


def test_cycles_end() -> None:
    """Exceptions may refer to one another."""
    one, other = OSError(), KeyboardInterrupt()
    one.__cause__, other.__context__ = other, one
    assert batch_error_of(one) is None
    _, error = carrying(other)
    assert batch_error_of(one) is error


@pytest.mark.parametrize("nothing", [None, OSError(), BaseExceptionGroup("some", [OSError()])])
def test_nothing_is_found_where_nothing_is(nothing: BaseException | None) -> None:
    """Nor where something else has the name."""
    assert batch_error_of(nothing) is None
    odd = OSError()
    odd.batch_error = odd.exceptions = "other"  # type: ignore[attr-defined]
    assert batch_error_of(odd) is None


# --- in asyncio


def hanging(then: Callable[[], object] = lambda: None) -> tuple[MockMews, httpx.MockTransport]:
    """Return a mock, and a transport that never returns its response to an `add`."""
    mock = MockMews(seed=7)

    async def respond_never(request: httpx.Request) -> httpx.Response:
        response: httpx.Response = await mock.transport.handle_async_request(request)
        if request.url.path.endswith(ADD):
            then()
            await asyncio.sleep(TIMEOUT)
        return response

    return mock, httpx.MockTransport(respond_never)


async def add_codes(mock: MockMews, transport: httpx.AsyncBaseTransport) -> None:
    """Add some codes, in two requests."""
    voucher_id = mock.add_voucher()
    codes = [VoucherCodeAddParameters(voucher_id, str(number)) for number in range(1_500)]
    async with async_client(mock, transport) as client:
        await client.voucher_codes.add(codes)


def check_interrupted(error: BaseException) -> None:
    """Check that the outcome of every code is found."""
    found = batch_error_of(error)
    assert found is not None
    assert [len(some) for some in sequences(found)] == [0, 0, 1_000, 500]


def test_it_is_found_behind_a_timeout_of_asyncio() -> None:
    """`asyncio.timeout` turns the cancellation into another exception."""

    async def run() -> None:
        async with asyncio.timeout(1):
            await add_codes(*hanging())

    with pytest.raises(TimeoutError) as caught:
        asyncio.run(run())
    check_interrupted(caught.value)


def test_it_is_found_behind_ctrl_c_in_asyncio() -> None:
    """`asyncio.run` cancels the task, and raises `KeyboardInterrupt` afterwards."""
    mock, transport = hanging(lambda: signal.raise_signal(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt) as caught:
        asyncio.run(add_codes(mock, transport))
    check_interrupted(caught.value)


def test_it_is_found_behind_a_task_group() -> None:
    """A task group raises all that its tasks raised."""

    async def run() -> None:
        mock = MockMews(seed=7)
        mock.inject(error_response(403), ADD)
        async with asyncio.TaskGroup() as group:
            group.create_task(add_codes(mock, mock.transport))

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(run())
    found = batch_error_of(caught.value)
    assert found is caught.value.exceptions[0]
