"""Which calls meet which faults, what faults of the user's own may do, and what mistakes do."""

import json
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers import mock as mock_package
from mews_vouchers.mock import MockMews, MockResponse, faults
from mews_vouchers.mock.faults import Fault, FaultedCall

from tests.support.transports import ADD_CODES, GET_CODES, JsonObject, Transport, open_transport

# --- which calls meet which faults

OPERATIONS = st.sampled_from([ADD_CODES, GET_CODES, "nothing"])
CALLS = st.none() | st.integers(1, 6) | st.frozensets(st.integers(1, 6))


@given(
    script=st.lists(st.tuples(st.none() | st.sampled_from([ADD_CODES, GET_CODES]), CALLS)),
    calls=st.lists(OPERATIONS, max_size=8),
)
def test_faults_happen_to_the_calls_they_were_injected_for(
    script: list[tuple[str | None, int | frozenset[int] | None]], calls: list[str]
) -> None:
    """A fault sees the calls of its operation by their numbers, and the first one sees them first.

    Faults count all calls, also those that another one handles.
    """
    mock = MockMews(seed=7)
    met: list[tuple[int, int]] = []

    def noting(position: int) -> Fault:
        def fault(call: FaultedCall) -> MockResponse:
            met.append((position, call.number))
            return call.proceed()

        return fault

    for position, (operation, numbers) in enumerate(script):
        mock.inject(noting(position), operation, calls=numbers)
    expected: list[tuple[int, int]] = []
    for end, called in enumerate(calls, 1):
        mock.handle("POST", f"/api/connector/v1/{called}", {}, b"")
        for position, (operation, numbers) in enumerate(script):
            number = len([one for one in calls[:end] if operation in {None, one}])
            chosen = {numbers} if isinstance(numbers, int) else numbers
            if operation in {None, called} and (chosen is None or number in chosen):
                expected.append((position, number))
    assert met == expected


def test_faults_can_be_cleared() -> None:
    """After `clear_faults` nothing goes wrong any more, and numbers start again."""
    with open_transport("sync", MockMews(seed=7)) as transport:
        for _ in range(2):
            transport.mock.inject(faults.error(500), calls=2)
            assert [transport.page().status_code for _ in range(3)] == [200, 500, 200]
            transport.mock.clear_faults()


def test_a_script_that_would_never_happen_is_refused() -> None:
    """A misspelt operation, or a call before the first, is the test's mistake."""
    with pytest.raises(ValueError, match="no operation 'vouchers/get'; there are voucherCodes/add"):
        MockMews().inject(faults.truncate(), "vouchers/get")
    with pytest.raises(ValueError, match="counted from 1"):
        MockMews().inject(faults.truncate(), calls=0)


@pytest.mark.parametrize(
    ("fault", "calls", "words"),
    [
        (503, None, "a fault must be a function, not 503"),
        (None, None, "a fault must be a function, not None"),
        (faults.truncate(), "2", "a number or a container of numbers, not '2'"),
        (faults.truncate(), 2.0, "a number or a container of numbers, not 2.0"),
    ],
)
def test_what_is_no_fault_or_no_number_is_refused(fault: Any, calls: Any, words: str) -> None:
    """A mistake in a script shows where it is made, and not as the failure of a request."""
    with pytest.raises(TypeError, match=words):
        MockMews().inject(fault, calls=calls)


def test_faults_do_not_need_json() -> None:
    """A call whose body is no JSON meets faults like any other, with an empty body."""
    with open_transport("sync", MockMews(seed=7)) as transport:
        seen: list[JsonObject] = []

        def fault(call: FaultedCall) -> MockResponse:
            seen.append(call.body)
            return call.proceed()

        transport.mock.inject(fault)
        assert transport.send(GET_CODES, b"nonsense").status_code == 400
        assert transport.send(GET_CODES, json.dumps(["x"]).encode()).status_code == 400
        assert seen == [{}, {}]


def test_counting_is_exact_with_many_threads() -> None:
    """A hundred threads at once: each fault happens to its calls, no more and no fewer."""
    with open_transport("sync", MockMews(seed=7)) as transport, ThreadPoolExecutor(100) as threads:
        numbers: list[int] = []

        def note(call: FaultedCall) -> MockResponse:
            numbers.append(call.number)
            return call.proceed()

        transport.mock.inject(note)
        transport.mock.inject(faults.error(503), ADD_CODES, calls=range(2, 401, 2))
        transport.mock.inject(faults.error(500, applied=True), ADD_CODES, calls=range(1, 51, 2))
        content = transport.content(
            VoucherCodeParameters=[{"VoucherId": transport.voucher_id, "Value": "x"}]
        )

        def add(_: int) -> int:
            path, headers = f"/api/connector/v1/{ADD_CODES}", {"Content-Type": "application/json"}
            return transport.mock.handle("POST", path, headers, content).status

        statuses = list(threads.map(add, range(400)))
        assert {status: statuses.count(status) for status in statuses} == {
            200: 175,
            503: 200,
            500: 25,
        }
        assert sorted(numbers) == list(range(1, 401))
        recorded = transport.mock.requests
        assert len(recorded) == 400
        assert sum(one.applied for one in recorded) == len(transport.values()) == 200


# --- functions of the user's own


def test_a_fault_can_send_another_request(transport: Transport) -> None:
    """`proceed` takes another body; `requests` has what the client sent, and the tokens stay."""

    def fault(call: FaultedCall) -> MockResponse:
        call.body["VoucherCodeParameters"][0]["Value"] = "y"
        return call.proceed()

    transport.mock.inject(fault)
    assert transport.add("x").json()["VoucherCodes"][0]["Value"] == "y"
    sent = transport.mock.requests[-1].body["VoucherCodeParameters"]
    assert [one["Value"] for one in sent] == ["x"]
    transport.mock.inject(lambda call: call.proceed({}))
    assert transport.add("z").json()["Message"] == "Invalid Client: is missing"
    assert transport.values() == ["y"]


def test_a_fault_can_deliver_twice(transport: Transport) -> None:
    """A call can be carried out more than once, as a network does that repeats it."""

    def twice(call: FaultedCall) -> MockResponse:
        call.proceed()
        return call.proceed()

    transport.mock.inject(twice)
    assert transport.add("x").status_code == 200
    assert transport.values() == ["x", "x"]


def test_a_fault_can_change_a_response(transport: Transport) -> None:
    """A response is plain data, and a fault may send another one."""
    transport.mock.inject(
        lambda call: replace(call.proceed(), status=418, headers={"X-Tea": "yes"})
    )
    response = transport.page()
    assert (response.status_code, response.headers["X-Tea"]) == (418, "yes")
    assert len(response.json()["VoucherCodes"]) == 2


def test_a_fault_can_look_at_the_mock(transport: Transport) -> None:
    """A fault may ask the mock anything, make requests of its own, and inject and clear faults."""

    def fault(call: FaultedCall) -> MockResponse:
        assert transport.mock.requests == []
        transport.mock.clear_faults()
        codes = [{"VoucherId": transport.voucher_id, "Value": "inner"}]
        content = transport.content(VoucherCodeParameters=codes)
        headers = {"Content-Type": "application/json"}
        path = f"/api/connector/v1/{ADD_CODES}"
        assert transport.mock.handle("POST", path, headers, content).status == 200
        transport.mock.add_code(transport.voucher_id, "direct")
        transport.mock.inject(faults.error(503))
        return call.proceed()

    transport.mock.inject(fault)
    assert [transport.add("outer").status_code for _ in range(2)] == [200, 503]
    assert transport.values() == ["inner", "direct", "outer"]


@pytest.mark.parametrize("kind", ["sync", "served"])
def test_a_fault_can_wait_for_another_call(kind: str) -> None:
    """A fault holds up its own call only: two calls can be made to meet."""
    both = threading.Barrier(2, timeout=10)

    def meeting(call: FaultedCall) -> MockResponse:
        both.wait()
        return call.proceed()

    with open_transport(kind, MockMews(seed=7)) as transport, ThreadPoolExecutor(2) as threads:
        transport.mock.inject(meeting)
        responses = list(threads.map(transport.add, "xy"))
        assert [response.status_code for response in responses] == [200, 200]
        assert sorted(transport.values()) == ["x", "y"]


# --- mistakes in them


class _UnexpectedError(Exception):
    """An exception that no code expects."""


@pytest.mark.parametrize(
    "error", [_UnexpectedError, AssertionError, FileNotFoundError, TimeoutError]
)
def test_what_a_fault_raises_is_seen(
    transport: Transport, error: type[Exception], capfd: pytest.CaptureFixture[str]
) -> None:
    """It reaches the test in process; over a socket it is a 500 and on standard error."""

    def broken(_call: FaultedCall) -> MockResponse:
        raise error("as never seen before")

    transport.mock.inject(broken, calls=1)
    if transport.kind == "served":
        response = transport.add("x")
        assert response.status_code == 500
        shown = capfd.readouterr().err
        assert shown.splitlines()[-1].endswith(f"{error.__name__}: as never seen before")
        assert transport.mock.access_token not in shown + response.text
    else:
        with pytest.raises(error, match="never seen"):
            transport.add("x")
    assert transport.mock.requests[-1].status is None
    assert transport.add("y").status_code == 200
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("wrong", [None, faults.truncate()])
def test_a_fault_that_gives_no_response_is_named(wrong: object) -> None:
    """A fault that returns nothing, or a fault, is a `TypeError` that says which one it is."""

    def forgetful(_call: FaultedCall) -> MockResponse:
        return wrong  # type: ignore[return-value] # pyright: ignore[reportReturnType]

    with open_transport("sync", MockMews(seed=7)) as transport:
        transport.mock.inject(forgetful)
        with pytest.raises(TypeError, match="forgetful must return a MockResponse, not"):
            transport.page()


def raising(kind: type[Exception]) -> Fault:
    """Carry the call out, and raise."""

    def fault(call: FaultedCall) -> MockResponse:
        call.proceed()
        raise kind

    return fault


@pytest.mark.parametrize("kind", ["sync", "async", "asgi"])
@pytest.mark.parametrize(
    "fault",
    [
        faults.drop_before(),
        faults.drop_after(httpx.ConnectError),
        faults.drop_during(),
        raising(_UnexpectedError),
    ],
    ids=["before", "after", "during", "odd"],
)
def test_no_frame_of_the_mock_shows_a_token(kind: str, fault: Fault) -> None:
    """Whatever breaks a call, the frames of the mock that an error has with it show no token."""
    with open_transport(kind, MockMews(seed=7)) as transport:
        transport.mock.inject(fault)
        with pytest.raises(Exception) as caught:  # noqa: PT011 - of all kinds
            transport.add("x")
        shown = shown_by_the_mock(caught.value)
        assert "_mock.py" in shown or "asgi.py" in shown or "transport.py" in shown
        assert transport.mock.access_token not in shown
        assert transport.mock.client_token not in shown


def shown_by_the_mock(error: BaseException | None) -> str:
    """Return the local variables of the mock's frames, of an error and all that led to it."""
    folder, shown = str(Path(mock_package.__file__).parent), ""
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename.startswith(folder):
                shown += f"{frame.f_code.co_filename} {frame.f_locals!r}"
        error = error.__cause__ or error.__context__
    return shown


# --- the end of a server


@pytest.mark.parametrize("is_hanging", [False, True])
def test_a_server_ends_while_responses_are_pending(*, is_hanging: bool) -> None:
    """Neither held responses nor faults that hang keep the `with` block from ending."""
    arrived, released = threading.Semaphore(0), threading.Event()

    def pending(call: FaultedCall) -> MockResponse:
        arrived.release()
        if is_hanging:
            released.wait(20)
        return replace(call.proceed(), delay=60.0)

    def ask(transport: Transport) -> int:
        try:
            return transport.page().status_code
        except httpx.TransportError:
            return 0

    with ThreadPoolExecutor(5) as threads:
        with open_transport("served", MockMews(seed=7)) as transport:
            transport.mock.inject(pending)
            asked = [threads.submit(ask, transport) for _ in range(5)]
            assert all(arrived.acquire(timeout=10) for _ in asked)
            start = time.monotonic()
        assert time.monotonic() - start < 4
        assert [one.result() for one in asked] == [0 if is_hanging else 200] * 5
    released.set()
    while any(one.name.startswith("mews-mock") for one in threading.enumerate()):
        time.sleep(0.01)
