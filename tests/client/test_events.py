"""Each attempt of a request is one event: for a hook, and as one line of the log."""

import logging
from dataclasses import asdict
from typing import Any
from uuid import uuid4

import pytest
from mews_vouchers import (
    BatchError,
    CircuitBreaker,
    CircuitOpenError,
    MewsError,
    RateLimit,
    RateLimitTimeoutError,
    RequestEvent,
    RetryPolicy,
)
from mews_vouchers.mock.faults import drop_before, error

from tests.support.clients import Connect
from tests.support.harness import Harness


@pytest.fixture
def events() -> list[RequestEvent]:
    """Return the events that were reported so far."""
    return []


@pytest.fixture
def harness(connect: Connect, events: list[RequestEvent]) -> Harness:
    """Return a client that reports its requests."""
    return Harness(connect, on_event=events.append)


def own_url() -> str:
    """Return an address that no other test uses, and so a rate limit of its own."""
    return f"http://{uuid4()}"


def test_a_success_is_one_event(harness: Harness, events: list[RequestEvent]) -> None:
    """It has operation, attempt, status, request id, seconds and the number of items."""
    harness.add_codes(3)
    harness.list_codes()
    (event,) = events
    assert (event.operation, event.attempt, event.status) == ("voucherCodes/getAll", 1, 200)
    assert (event.error, event.items, event.retry_in) == (None, 3, None)
    assert event.request_id
    assert event.seconds > 0
    assert (event.waited, event.waited_for) == (0.0, None)


def test_a_write_counts_what_it_sends(harness: Harness, events: list[RequestEvent]) -> None:
    """Return whether it succeeds or not."""
    harness.mock.inject(error(403), calls=1)
    with pytest.raises(MewsError):
        harness.client.voucher_codes.add(harness.numbered(4))
    harness.client.voucher_codes.add(harness.numbered(5))
    assert [(one.operation, one.items) for one in events] == [
        ("voucherCodes/add", 4),
        ("voucherCodes/add", 5),
    ]


def test_a_retry_is_told_with_its_delay(harness: Harness, events: list[RequestEvent]) -> None:
    """Each attempt has its own status and number."""
    harness.mock.inject(error(503), calls=1)
    harness.mock.inject(drop_before(), calls=2)
    harness.list_codes()
    assert [(one.attempt, one.status, one.error, one.retry_in) for one in events] == [
        (1, 503, "ServerError", 0.0),
        (2, None, "OutcomeUnknownError", 0.0),
        (3, 200, None, None),
    ]
    assert events[1].request_id is None


def test_a_wait_is_told_with_its_reason(connect: Connect, events: list[RequestEvent]) -> None:
    """For the rate limit, after a 429, and before a retry."""
    policy = RetryPolicy(max_wait=0.1)
    harness = Harness(
        connect,
        on_event=events.append,
        rate_limit=RateLimit(2, 0.3),
        retry=policy,
        base_url=own_url(),
    )
    harness.mock.inject(error(503), calls=1)
    harness.list_codes()
    harness.list_codes()
    harness.mock.inject(error(429, retry_after=0.05), calls=1)
    harness.list_codes()
    waits = {one.waited_for for one in events}
    assert waits >= {"rate_limit", None}
    assert all((one.waited > 0) == (one.waited_for is not None) for one in events)


@pytest.mark.parametrize("kind", [CircuitOpenError, RateLimitTimeoutError])
def test_what_was_never_sent_is_an_event(
    connect: Connect, events: list[RequestEvent], kind: type[MewsError]
) -> None:
    """With attempt 0: a metric of errors sees it."""
    breaker = CircuitBreaker(failures=1, duration=0.0) if kind is CircuitOpenError else None
    limit = RateLimit(1, 60.0) if kind is RateLimitTimeoutError else None
    harness = Harness(
        connect,
        on_event=events.append,
        circuit_breaker=breaker,
        rate_limit=limit,
        rate_limit_wait=0.0,
        base_url=own_url(),
        retry=RetryPolicy(max_attempts=1),
    )
    harness.mock.inject(error(500), calls=1)
    for _ in range(2):
        with pytest.raises(MewsError):
            harness.list_codes()
    assert (events[-1].attempt, events[-1].error) == (0, kind.__name__)


@pytest.mark.parametrize(
    ("faults", "levels"),
    [([], ["DEBUG"]), ([error(503)], ["WARNING", "DEBUG"]), ([error(401)], ["INFO"])],
)
def test_each_event_is_one_line_of_the_log(
    harness: Harness,
    events: list[RequestEvent],
    caplog: pytest.LogCaptureFixture,
    faults: list[Any],
    levels: list[str],
) -> None:
    """DEBUG for a success, WARNING for a retry; with the fields of the event as attributes."""
    caplog.set_level(logging.DEBUG, logger="mews_vouchers")
    for number, fault in enumerate(faults, start=1):
        harness.mock.inject(fault, calls=number)
    if levels[-1] == "INFO":
        with pytest.raises(MewsError):
            harness.list_codes()
    else:
        harness.list_codes()
    records = [one for one in caplog.records if one.name == "mews_vouchers"]
    assert [one.levelname for one in records] == levels
    for record, event in zip(records, events, strict=True):
        assert vars(record) | asdict(event) == vars(record)
        assert str(event.request_id) in record.getMessage()


def test_a_long_wait_is_logged_before_and_after(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """At INFO: somebody who looks at the log sees why nothing happens."""
    caplog.set_level(logging.INFO, logger="mews_vouchers")
    harness = Harness(connect, rate_limit=RateLimit(1, 1.1), base_url=own_url())
    harness.list_codes()
    harness.list_codes()
    texts = [one.getMessage() for one in caplog.records if one.name == "mews_vouchers"]
    assert len(texts) == 2
    assert "waiting 1.1 s for the rate limit" in texts[0]
    assert "for the rate limit" in texts[1]


def test_a_hook_that_fails_stops_nothing(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """What it raised is logged, by its class only."""

    def broken(_: RequestEvent) -> None:
        raise LookupError("secret of the hook")

    harness = Harness(connect, on_event=broken)
    harness.list_codes()
    assert "on_event raised LookupError" in caplog.text
    assert "secret of the hook" not in caplog.text


def test_pages_and_pagers_know_their_requests(harness: Harness) -> None:
    """A page knows its request id; a pager counts requests, retries and seconds waited."""
    harness.add_codes(25)
    harness.mock.inject(error(503), calls=1)
    pager = harness.client.voucher_codes.get_all(voucher_ids=[harness.voucher_id], page_size=10)
    assert (pager.requests, pager.retries, pager.waited) == (0, 0, 0.0)
    pages = list(pager.pages())
    assert len({page.request_id for page in pages} - {None}) == 3
    assert (pager.requests, pager.retries, pager.waited) == (4, 1, 0.0)


def test_each_item_of_a_write_knows_its_request(harness: Harness) -> None:
    """What was added as well as what was refused, also after JSON."""
    harness.mock.inject(error(403), calls=2)
    codes = harness.numbered(1_500)
    with pytest.raises(BatchError) as caught:
        harness.client.voucher_codes.add(codes)
    for report in (caught.value, BatchError.from_json(caught.value.to_json())):
        succeeded = {one.request_id for one in report.succeeded}
        rejected = {one.request_id for one in report.rejected}
        assert len(succeeded | rejected) == 2
        assert None not in succeeded | rejected


def test_a_hook_is_a_function(connect: Connect) -> None:
    """Anything else is refused when the client is created."""
    with pytest.raises(TypeError, match="on_event must be a function"):
        Harness(connect, on_event="count")
