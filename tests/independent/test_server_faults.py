"""Each fault of the independent server does what it says."""

import http.client
import time

import pytest

from tests.support.http_library import httpx
from tests.support.independent_calls import Caller, calling, values_of
from tests.support.independent_server import (
    At,
    Fault,
    IndependentServer,
    end_after,
    fail_after,
    late,
    refuse,
    reset_before,
    reset_unapplied,
)

ADD = "voucherCodes/add"
VALUES = [f"Value {number}" for number in range(10)]
#: What a client sees of a connection that ends too early.
BROKEN = (OSError, http.client.HTTPException)


def stored(server: IndependentServer) -> list[str]:
    """Return the values of all active codes, once nothing is left to do."""
    server.wait_until_idle()
    return values_of(server.active_codes())


@pytest.mark.parametrize("status", [400, 403, 408, 413, 429, 500, 503])
def test_a_request_is_refused(status: int) -> None:
    """The chosen request of the operation and no other: nothing of it is applied."""
    faults = [At(ADD, refuse(status, retry_after=3), 2)]
    with IndependentServer(faults=faults) as server, calling(server) as caller:
        assert caller.add("A").status == caller.page().status == 200
        reply = caller.add("B")
        assert (reply.status, reply.headers["Retry-After"]) == (status, "3")
        assert caller.add("C").status == 200
        assert stored(server) == ["A", "C"]
        assert [(one.status, one.applied) for one in server.requests if one.operation == ADD] == [
            (200, True),
            (status, False),
            (200, True),
        ]


def test_a_request_is_applied_before_an_error() -> None:
    """All of it."""
    with IndependentServer(faults=[At(ADD, fail_after())]) as server, calling(server) as caller:
        assert caller.add(*VALUES).status == 500
        assert stored(server) == VALUES


def test_half_of_a_request_is_applied_before_an_error() -> None:
    """The first half, or another one that depends on the seed."""
    faults = [At(ADD, fail_after("half"), 1), At(ADD, fail_after("scattered"), 2)]
    with IndependentServer(faults=faults) as server, calling(server) as caller:
        assert caller.add(*VALUES).status == 500
        assert stored(server) == VALUES[:5]
        assert caller.add(*VALUES).status == 500
        scattered = stored(server)[5:]
        assert len(scattered) == 5
        assert scattered != VALUES[:5]
        assert [record.applied_items for record in server.requests] == [5, 5]


def test_a_request_is_applied_twice() -> None:
    """The response shows the first items alone."""
    with IndependentServer(faults=[At(ADD, Fault(times=2))]) as server, calling(server) as caller:
        shown = caller.add("A", "B").body["VoucherCodes"]
        assert stored(server) == ["A", "B", "A", "B"]
        assert shown == server.active_codes()[:2]


@pytest.mark.parametrize("status", [504, None])
def test_a_request_is_applied_late(status: int | None) -> None:
    """After an error or a reset, even though the client is gone."""
    with IndependentServer(faults=[At(ADD, late(0.1, status))]) as server:
        with calling(server) as caller:
            if status:
                assert caller.add("A").status == status
            else:
                with pytest.raises(ConnectionResetError):
                    caller.add("A")
        assert server.active_codes() == []
        assert not server.requests[0].applied
        assert stored(server) == ["A"]
        assert server.requests[0].applied


def test_what_is_slow_to_begin_is_applied_although_the_client_left() -> None:
    """`wait_until_idle` waits for that as well."""
    faults = [At(ADD, Fault(wait_before=0.1))]
    with IndependentServer(faults=faults) as server, calling(server) as caller:
        caller.add_raw("A").close()
        assert stored(server) == ["A"]


def _places(length: int) -> list[int]:
    """Return some numbers of bytes, in the head of a response and in its body."""
    return [0, 1, 15, 40, *range(60, length, 53), length - 1]


def test_a_connection_ends_after_any_byte_of_the_response() -> None:
    """In the head, too: the request is applied, and the client has that many bytes."""
    with IndependentServer() as server, calling(server) as caller:
        caller.add("A")
        server.wait_until_idle()
        places = _places(server.requests[0].sent)
        server.plan(*(At(ADD, end_after(at), number) for number, at in enumerate(places, 2)))
        for at in places:
            with caller.add_raw("A") as connection, connection.makefile("rb") as received:
                assert len(received.read()) == at
        assert stored(server) == ["A"] * (len(places) + 1)
        assert [record.sent for record in server.requests][1:] == places


def test_a_connection_is_reset_after_any_byte_of_the_response() -> None:
    """The request is applied."""
    with IndependentServer() as server, calling(server) as caller:
        caller.add("A")
        server.wait_until_idle()
        places = _places(server.requests[0].sent)
        faults = [At(ADD, end_after(at, reset=True), n) for n, at in enumerate(places, 2)]
        server.plan(*faults)
        for _ in places:
            with (
                caller.add_raw("A") as connection,
                connection.makefile("rb") as received,
                pytest.raises(ConnectionResetError),
            ):
                received.read()
        assert stored(server) == ["A"] * (len(places) + 1)


def test_a_connection_ends_after_the_whole_response() -> None:
    """The response is complete, and the connection cannot be used again."""
    with (
        IndependentServer(faults=[At(ADD, end_after(1 << 20))]) as server,
        calling(server) as caller,
    ):
        assert caller.add("A").status == 200
        with pytest.raises(BROKEN):
            caller.add("B")
        assert caller.add("C").status == 200
        assert stored(server) == ["A", "C"]


@pytest.mark.parametrize("read", [0, 1, 30, 150, 300, 400, 1 << 20])
def test_a_connection_is_reset_after_any_byte_of_the_request(read: int) -> None:
    """Nothing is applied, not even if the whole request has been read."""
    with (
        IndependentServer(faults=[At(ADD, reset_before(read))]) as server,
        calling(server) as caller,
    ):
        with pytest.raises(BROKEN):
            caller.add(*VALUES)
        assert stored(server) == []
        assert (server.requests[0].status, server.requests[0].body) == (None, None)
        assert caller.add("A").status == 200


def test_a_connection_is_reset_after_the_request() -> None:
    """The server has read and recorded it, and applies nothing."""
    with (
        IndependentServer(faults=[At(ADD, reset_unapplied())]) as server,
        calling(server) as caller,
    ):
        with pytest.raises(ConnectionResetError):
            caller.add("A")
        assert stored(server) == []
        assert server.requests[0].body is not None


@pytest.mark.parametrize("fault", [Fault(wait_after=0.1), Fault(drip=0.1)])
def test_a_response_is_slow(fault: Fault) -> None:
    """It is whole at the end, and other connections do not wait for it."""
    with IndependentServer(faults=[At(ADD, fault)]) as server, calling(server) as caller:
        start = time.monotonic()
        assert values_of(caller.add("A").body["VoucherCodes"]) == ["A"]
        assert time.monotonic() - start >= 0.09


def test_a_response_is_chunked_for_httpx_too() -> None:
    """A client that knows the protocol sees no difference, unless the connection ends early."""
    faults = [At(ADD, Fault(chunked=True), 1), At(ADD, Fault(chunked=True, end_after=900), 2)]
    with IndependentServer(faults=faults) as server, httpx.Client(base_url=server.url) as client:
        items = [{"VoucherId": server.voucher_id, "Value": value} for value in VALUES]
        body = Caller(server).request_body({"VoucherCodeParameters": items})
        path = f"/api/connector/v1/{ADD}"
        response = client.post(path, json=body)
        assert response.headers["Transfer-Encoding"] == "chunked"
        assert values_of(response.json()["VoucherCodes"]) == VALUES
        with pytest.raises(httpx.RemoteProtocolError):
            client.post(path, json=body)


def test_the_rest_of_a_request_is_applied_later() -> None:
    """After the half that is applied at once; `hurry` does not wait for the time."""
    faults = [At(ADD, Fault(part="half", rest_after=60, status=504))]
    with IndependentServer(faults=faults) as server, calling(server) as caller:
        assert caller.add(*VALUES).status == 504
        assert values_of(server.active_codes()) == VALUES[:5]
        server.hurry()
        assert stored(server) == VALUES
        assert server.requests[0].applied_items == 10


def test_a_request_that_pauses_can_be_waited_for() -> None:
    """So that a test interrupts its client at a known place, and then lets the server go on."""
    faults = [At(ADD, Fault(wait_before=60))]
    with IndependentServer(faults=faults) as server, calling(server) as caller:
        with caller.add_raw("A") as connection:
            record = server.wait_for(ADD)
            assert not record.applied
            server.hurry()
            assert connection.recv(12) == b"HTTP/1.1 200"
        assert stored(server) == ["A"]
        with pytest.raises(TimeoutError):
            server.wait_for(ADD, 2, seconds=0.01)
        server.forget_requests()
        assert server.requests == []
