"""`client.with_options()`: a view of the same client whose requests have other options."""

import time
from typing import Any
from uuid import uuid4

import pytest
from mews_vouchers import (
    ClosedError,
    MewsError,
    RateLimit,
    RateLimitTimeoutError,
    RequestEvent,
    RetryPolicy,
    TooManyRequestsError,
)
from mews_vouchers.mock.faults import error

from tests.support.clients import Connect
from tests.support.harness import Harness
from tests.support.http_library import httpx
from tests.support.mock_api import UNKNOWN_ID
from tests.support.visible import visible

#: A limit that two requests use up for much longer than a test takes.
FULL = RateLimit(2, 60.0)


def limited(connect: Connect, **settings: Any) -> Harness:
    """Return a client with a rate limit of its own, which is used up."""
    harness = Harness(connect, base_url=f"http://{uuid4()}", rate_limit=FULL, **settings)
    for _ in range(FULL.requests):
        list_codes(harness.client)
    return harness


def list_codes(client: Any) -> list[Any]:
    """Return what a listing returns. Any: either kind of client."""
    return list(client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID]))


# --- the view


def test_a_view_has_other_options_and_the_client_keeps_its_own(connect: Connect) -> None:
    """Only the requests of the view are executed in another way."""
    harness = Harness(connect)
    patient = harness.client.with_options(retry=RetryPolicy(max_attempts=9, sleep=False))
    harness.mock.inject(error(500))
    for client, attempts in ((patient, 9), (harness.client, 6), (patient, 9)):
        before = len(harness.mock.requests)
        with pytest.raises(MewsError):
            list_codes(client)
        assert len(harness.mock.requests) - before == attempts


def test_a_view_of_a_view_has_the_options_of_both(connect: Connect) -> None:
    """What is not given stays as it is."""
    harness = Harness(connect)
    view = harness.client.with_options(retry=RetryPolicy(max_attempts=2, sleep=False))
    view = view.with_options(headers={"X-Trace": "1"}).with_options(timeout=5.0)
    harness.mock.inject(error(500))
    with pytest.raises(MewsError):
        list_codes(view)
    assert len(harness.mock.requests) == 2


def test_a_view_writes_resumes_and_calls(connect: Connect) -> None:
    """Everything that the client can do."""
    harness = Harness(connect)
    view = harness.client.with_options(timeout=30.0)
    (added,) = view.voucher_codes.add(harness.numbered(1))
    assert [code.id for code in view.voucher_codes.get_all(voucher_ids=[harness.voucher_id])] == [
        added.id
    ]
    body = {"VoucherIds": [harness.voucher_id], "Limitation": {"Count": 10}}
    assert len(view.call("voucherCodes/getAll", body)["VoucherCodes"]) == 1


def test_a_view_is_closed_with_its_client(connect: Connect) -> None:
    """They share their connections."""
    harness = Harness(connect)
    view = harness.client.with_options(timeout=30.0)
    harness.client.close()
    with pytest.raises(ClosedError):
        list_codes(view)
    assert "closed" in repr(getattr(view, "_target", view))


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"rate_limit_wait": "3"}, TypeError),
        ({"rate_limit_wait": True}, TypeError),
        ({"rate_limit_wait": -1.0}, ValueError),
        ({"rate_limit_wait": float("nan")}, ValueError),
        ({"priority": "urgent"}, ValueError),
        ({"retry": 3}, TypeError),
        ({"retry": RetryPolicy}, TypeError),
        ({"timeout": 10**400}, ValueError),
        ({"headers": [("X", "y")]}, TypeError),
    ],
)
def test_odd_options_are_refused(
    connect: Connect, options: dict[str, Any], kind: type[Exception]
) -> None:
    """At once, by the client as by a view; the error names the option."""
    harness = Harness(connect)
    with pytest.raises(kind, match=next(iter(options))):
        harness.client.with_options(**options)
    with pytest.raises(kind, match=next(iter(options))):
        Harness(connect, **options)


def test_every_phase_of_a_timeout_is_that_of_the_view(connect: Connect) -> None:
    """To connect, to send, to receive, and to wait for a connection of the pool."""
    sent: list[dict[str, float]] = []

    def respond(request: Any) -> Any:
        sent.append(request.extensions["timeout"])
        return httpx.Response(200, json={"VoucherCodes": [], "Cursor": None})

    client = Harness(connect, transport=httpx.MockTransport(respond)).client
    list_codes(client.with_options(timeout=httpx.Timeout(4.0, connect=1.0, write=2.0, pool=3.0)))
    list_codes(client)
    assert sent[0] == {"connect": 1.0, "read": 4.0, "write": 2.0, "pool": 3.0}
    assert sent[1] == {"connect": 10.0, "read": 90.0, "write": 90.0, "pool": 90.0}


@pytest.mark.parametrize("name", ["X-Key", "x-KEY", "user-agent", "accept-encoding"])
def test_a_header_of_a_view_replaces_that_of_another_case(connect: Connect, name: str) -> None:
    """It is sent once, whatever its case; the client keeps its own. The encoding stays ours."""
    sent: list[list[str]] = []

    def respond(request: Any) -> Any:
        sent.append(request.headers.get_list(name))
        return httpx.Response(200, json={"VoucherCodes": [], "Cursor": None})

    transport = httpx.MockTransport(respond)
    client = Harness(connect, transport=transport, headers={name.title(): "first"}).client
    second = client.with_options(headers={name.upper(): "second"})
    for view in (second.with_options(headers={name: "third"}), second, client):
        list_codes(view)
    ours = name == "accept-encoding"
    expected = [["third"], ["second"], ["first"]]
    assert sent == ([["gzip, deflate"]] * 3 if ours else expected)


def test_headers_of_a_view_are_not_shown(connect: Connect) -> None:
    """One may be a token of a gateway: not in the view, nor in the frames of an error."""
    client = Harness(connect).client
    view = client.with_options(headers={"X-Key": "CANARY"})
    own = getattr(view, "_target", view)
    assert "CANARY" not in "\n".join(visible(own))
    with pytest.raises(ValueError, match="priority") as caught:
        client.with_options(headers={"X-Key": "CANARY"}, priority="odd")
    assert not [text for text in own_frames(caught.value) if "CANARY" in text]


def own_frames(error: BaseException) -> list[str]:
    """Return the variables of the functions of the package, as an error tracker shows them."""
    shown: list[str] = []
    traceback = error.__traceback__
    while traceback is not None:
        if "mews_vouchers" in traceback.tb_frame.f_code.co_filename:
            shown += map(repr, traceback.tb_frame.f_locals.values())
        traceback = traceback.tb_next
    return shown


# --- the wait for the rate limit


@pytest.mark.parametrize(
    "options",
    [
        {"rate_limit_wait": 0.0},
        {"rate_limit_wait": 1.5},
        {"retry": RetryPolicy(total_timeout=0.5)},
        {"retry": RetryPolicy(max_attempts=1, max_wait=0.0, total_timeout=0.0)},
    ],
)
def test_a_wait_that_is_too_long_fails_at_once(connect: Connect, options: dict[str, Any]) -> None:
    """With the seconds until a place, and without waiting in vain."""
    harness = limited(connect)
    sent, started = len(harness.mock.requests), time.monotonic()
    with pytest.raises(RateLimitTimeoutError, match="the rate limit has no place") as caught:
        list_codes(harness.client.with_options(**options))
    assert time.monotonic() - started < 5
    assert 30 < caught.value.retry_after <= 61
    assert len(harness.mock.requests) == sent


def test_a_write_that_may_not_wait_was_not_sent(connect: Connect) -> None:
    """Its items can be sent later, without a look-up."""
    harness = limited(connect)
    with pytest.raises(MewsError) as caught:
        harness.client.with_options(rate_limit_wait=0.0).voucher_codes.add(harness.numbered(2))
    assert len(caught.value.not_sent) == 2  # type: ignore[attr-defined] # a BatchError
    assert isinstance(caught.value.cause, RateLimitTimeoutError)  # type: ignore[attr-defined]


def test_a_short_wait_is_waited_for(connect: Connect) -> None:
    """The options only bound it."""
    events: list[RequestEvent] = []
    harness = Harness(
        connect,
        base_url=f"http://{uuid4()}",
        rate_limit=RateLimit(1, 0.2),
        rate_limit_wait=30.0,
        on_event=events.append,
    )
    for _ in range(3):
        list_codes(harness.client)
    assert [one.waited_for for one in events] == [None, "rate_limit", "rate_limit"]


def test_the_total_time_bounds_the_pause_after_a_429(connect: Connect) -> None:
    """A `Retry-After` beyond it is an error at once."""
    harness = Harness(connect, base_url=f"http://{uuid4()}", retry=RetryPolicy(total_timeout=10.0))
    harness.mock.inject(error(429, retry_after=60))
    started = time.monotonic()
    with pytest.raises(TooManyRequestsError):
        list_codes(harness.client)
    assert time.monotonic() - started < 5
    assert len(harness.mock.requests) == 1
