"""Faults that are functions of the user's own: what they may do, and what their mistakes do."""

import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from mews_vouchers import mock as mock_package
from mews_vouchers.mock import Answer, MockMews, faults
from mews_vouchers.mock.faults import Call, Fault

from tests.support.transports import ADD_CODES, Transport, open_transport

# --- functions of the user's own


def test_a_fault_can_send_another_request(transport: Transport) -> None:
    """`carry_out` takes another body; `requests` has what the client sent, and the tokens stay."""

    def fault(call: Call) -> Answer:
        call.body["VoucherCodeParameters"][0]["Value"] = "y"
        return call.carry_out()

    transport.mock.inject(fault)
    assert transport.add("x").json()["VoucherCodes"][0]["Value"] == "y"
    sent = transport.mock.requests[-1].body["VoucherCodeParameters"]
    assert [one["Value"] for one in sent] == ["x"]
    transport.mock.inject(lambda call: call.carry_out({}))
    assert transport.add("z").json()["Message"] == "Invalid Client: is missing"
    assert transport.values() == ["y"]


def test_a_fault_can_deliver_twice(transport: Transport) -> None:
    """A call can be carried out more than once, as a network does that repeats it."""

    def twice(call: Call) -> Answer:
        call.carry_out()
        return call.carry_out()

    transport.mock.inject(twice)
    assert transport.add("x").status_code == 200
    assert transport.values() == ["x", "x"]


def test_a_fault_can_change_an_answer(transport: Transport) -> None:
    """An answer is plain data, and a fault may send another one."""
    transport.mock.inject(
        lambda call: replace(call.carry_out(), status=418, headers={"X-Tea": "yes"})
    )
    response = transport.page()
    assert (response.status_code, response.headers["X-Tea"]) == (418, "yes")
    assert len(response.json()["VoucherCodes"]) == 2


def test_a_fault_can_look_at_the_mock(transport: Transport) -> None:
    """A fault may ask the mock anything, make requests of its own, and inject and clear faults."""

    def fault(call: Call) -> Answer:
        assert transport.mock.requests == []
        transport.mock.clear_faults()
        codes = [{"VoucherId": transport.voucher_id, "Value": "inner"}]
        content = transport.content(VoucherCodeParameters=codes)
        headers = {"Content-Type": "application/json"}
        path = f"/api/connector/v1/{ADD_CODES}"
        assert transport.mock.handle("POST", path, headers, content).status == 200
        transport.mock.add_code(transport.voucher_id, "direct")
        transport.mock.inject(faults.error(503))
        return call.carry_out()

    transport.mock.inject(fault)
    assert [transport.add("outer").status_code for _ in range(2)] == [200, 503]
    assert transport.values() == ["inner", "direct", "outer"]


@pytest.mark.parametrize("kind", ["sync", "served"])
def test_a_fault_can_wait_for_another_call(kind: str) -> None:
    """A fault holds up its own call only: two calls can be made to meet."""
    both = threading.Barrier(2, timeout=10)

    def meeting(call: Call) -> Answer:
        both.wait()
        return call.carry_out()

    with open_transport(kind, MockMews(seed=7)) as transport, ThreadPoolExecutor(2) as threads:
        transport.mock.inject(meeting)
        answers = list(threads.map(transport.add, "xy"))
        assert [answer.status_code for answer in answers] == [200, 200]
        assert sorted(transport.values()) == ["x", "y"]


# --- mistakes in them


class _OddError(Exception):
    """What nobody expects."""


@pytest.mark.parametrize("error", [_OddError, AssertionError, FileNotFoundError, TimeoutError])
def test_what_a_fault_raises_is_seen(
    transport: Transport, error: type[Exception], capfd: pytest.CaptureFixture[str]
) -> None:
    """It reaches the test in process; over a socket it is a 500 and on standard error."""

    def broken(_call: Call) -> Answer:
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
def test_a_fault_that_gives_no_answer_is_named(wrong: object) -> None:
    """A fault that returns nothing, or a fault, is a `TypeError` that says which one it is."""

    def forgetful(_call: Call) -> Answer:
        return wrong  # type: ignore[return-value] # pyright: ignore[reportReturnType]

    with open_transport("sync", MockMews(seed=7)) as transport:
        transport.mock.inject(forgetful)
        with pytest.raises(TypeError, match="forgetful must return an Answer, not"):
            transport.page()


def raising(kind: type[Exception]) -> Fault:
    """Carry the call out, and raise."""

    def fault(call: Call) -> Answer:
        call.carry_out()
        raise kind

    return fault


@pytest.mark.parametrize("kind", ["sync", "async", "asgi"])
@pytest.mark.parametrize(
    "fault",
    [
        faults.drop_before(),
        faults.drop_after(httpx.ConnectError),
        faults.drop_during(),
        raising(_OddError),
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
        assert "_mock.py" in shown or "_asgi.py" in shown or "_transport.py" in shown
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
def test_a_server_ends_while_answers_are_pending(*, is_hanging: bool) -> None:
    """Neither answers that are held back nor faults that hang keep the `with` block from ending."""
    arrived, released = threading.Semaphore(0), threading.Event()

    def pending(call: Call) -> Answer:
        arrived.release()
        if is_hanging:
            released.wait(20)
        return replace(call.carry_out(), delay=60.0)

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
