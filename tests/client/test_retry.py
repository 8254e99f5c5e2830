"""What is retried, how often and after which delay: as a decision, and through the clients."""

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers import (
    ApiError,
    BadRequestError,
    BatchError,
    CircuitOpenError,
    ClosedError,
    ConflictError,
    ConnectionFailedError,
    ContentTooLargeError,
    ForbiddenError,
    InvalidItemError,
    JournalError,
    MewsError,
    NotFoundError,
    OutcomeUnknownError,
    PaginationError,
    RateLimitTimeoutError,
    RequestTooHeavyError,
    ResponseTooLargeError,
    ResumeInProgressError,
    RetryPolicy,
    ServerError,
    TooManyRequestsError,
    UnauthorizedError,
    UnexpectedResponseError,
    errors,
)
from mews_vouchers._http.responses import retry_after
from mews_vouchers.mock import MockMews, MockResponse
from mews_vouchers.mock.faults import Fault, FaultedCall, drop_after, drop_before, error, respond
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.clients import Connect
from tests.support.http_library import httpx
from tests.support.seeding import CODES, ids

ADD = "voucherCodes/add"


def of_status(kind: type[ApiError], status: int, after: float | None = None) -> ApiError:
    """Return the error of a response with this status."""
    return kind(CODES, status, retry_after=after)


#: An error, and whether it is retried: of a read, and of a write that is not idempotent.
TABLE: list[tuple[MewsError, bool, bool]] = [
    (ConnectionFailedError(CODES, "refused"), True, True),
    (of_status(TooManyRequestsError, 429), True, True),
    (OutcomeUnknownError(CODES, "reset"), True, False),
    (of_status(ServerError, 500), True, False),
    (of_status(ServerError, 503), True, False),
    (of_status(ServerError, 520), True, False),
    (of_status(UnexpectedResponseError, 200), True, False),
    (of_status(UnexpectedResponseError, 499), True, False),
    (of_status(UnexpectedResponseError, 301), False, False),
    (of_status(UnexpectedResponseError, 303), False, False),
    (of_status(UnexpectedResponseError, 418), False, False),
    (ConnectionFailedError(CODES, "no valid certificate", is_permanent=True), False, False),
    (ResponseTooLargeError(CODES, "too large"), False, False),
    (of_status(RequestTooHeavyError, 408), False, False),
    (of_status(BadRequestError, 400), False, False),
    (of_status(UnauthorizedError, 401), False, False),
    (of_status(ForbiddenError, 403), False, False),
    (of_status(NotFoundError, 404), False, False),
    (of_status(ConflictError, 409), False, False),
    (of_status(ContentTooLargeError, 413), False, False),
    (ClosedError("closed"), False, False),
    (PaginationError("in circles"), False, False),
    (BatchError(CODES, "stopped"), False, False),
    (InvalidItemError(CODES, 0, "value", "is too long"), False, False),
    (JournalError("a path", "is in use"), False, False),
    (ResumeInProgressError("at work"), False, False),
    (RateLimitTimeoutError(CODES, 7.5), False, False),
    (CircuitOpenError(CODES, 30.0), False, False),
]
REPEATED = [failure for failure, read, _ in TABLE if read]

failures = st.sampled_from([failure for failure, _, _ in TABLE])
#: Errors that may carry a `Retry-After`.
asking = st.builds(
    of_status,
    st.sampled_from([TooManyRequestsError, ServerError]),
    st.just(429),
    st.floats(0, 1e9),
)
seconds = st.floats(0, 1e6)
attempts = st.integers(1, 200)
jitters = st.floats(0, 1)
policies = st.builds(
    RetryPolicy, max_attempts=st.integers(1, 100), max_wait=seconds, total_timeout=seconds
)


# --- the decision


def test_every_error_is_decided_on() -> None:
    """A new class of errors is in the table above, and so in the retry policy on purpose."""
    kinds = {kind for kind in (*vars(errors).values(), BatchError) if isinstance(kind, type)}
    ours = {kind for kind in kinds if issubclass(kind, MewsError)} - {MewsError, ApiError}
    assert {type(failure) for failure, _, _ in TABLE} == ours


@pytest.mark.parametrize(
    ("failure", "read", "add"), TABLE, ids=[f"{one[0].args[0]:.40}" for one in TABLE]
)
def test_what_is_retried(failure: MewsError, *, read: bool, add: bool) -> None:
    """Reads are retried after transient errors; an add only if it was certainly not applied."""
    decide = RetryPolicy().next_delay
    for repeatable, again in ((True, read), (False, add)):
        wait = decide(1, failure, idempotent=repeatable, elapsed=0.0, jitter=0.5)
        assert wait == (0.25 if again else None)


@given(
    policy=policies,
    attempt=attempts,
    failure=failures | asking,
    idempotent=st.booleans(),
    elapsed=seconds,
    jitter=jitters,
)
def test_a_decision_is_pure(
    policy: RetryPolicy, attempt: int, failure: MewsError, **asked: Any
) -> None:
    """The same arguments give the same delay; `sleep=False` turns it into 0 seconds."""
    wait = policy.next_delay(attempt, failure, **asked)
    assert policy.next_delay(attempt, failure, **asked) == wait
    at_once = RetryPolicy(policy.max_attempts, policy.max_wait, policy.total_timeout, sleep=False)
    assert at_once.next_delay(attempt, failure, **asked) == (None if wait is None else 0.0)


@given(policies, attempts, failures | asking, seconds, jitters)
def test_no_wait_exceeds_the_limits(
    policy: RetryPolicy, attempt: int, failure: MewsError, elapsed: float, jitter: float
) -> None:
    """A delay is not negative, not above `max_wait`, and does not end after `total_timeout`."""
    wait = policy.next_delay(attempt, failure, idempotent=True, elapsed=elapsed, jitter=jitter)
    if wait is not None:
        assert attempt < policy.max_attempts
        assert 0 <= wait <= policy.max_wait
        assert elapsed + wait <= policy.total_timeout


@given(asking, st.integers(1, 5), jitters)
def test_retry_after_is_the_least_delay(failure: ApiError, attempt: int, jitter: float) -> None:
    """The delay is the server's `Retry-After`, or that of the backoff if it is longer."""
    policy = RetryPolicy(max_wait=1e9, total_timeout=1e9)
    decide = partial(policy.next_delay, attempt, idempotent=True, elapsed=0.0, jitter=jitter)
    backoff = decide(of_status(ServerError, 500))
    assert decide(failure) == max(failure.retry_after or 0.0, backoff or 0.0)


@pytest.mark.parametrize(
    ("after", "wait"), [(0.5, 0.5), (60.0, 60.0), (60.1, None), (3600.0, None)]
)
def test_a_retry_after_above_the_maximum_is_not_retried(after: float, wait: float | None) -> None:
    """A `Retry-After` above `max_wait` is not waited for: the error is raised at once."""
    failure = of_status(TooManyRequestsError, 429, after)
    policy = RetryPolicy(max_wait=60.0)
    for jitter in (0.0, 1.0):
        decided = policy.next_delay(1, failure, idempotent=False, elapsed=0.0, jitter=jitter)
        assert decided == wait


@given(st.integers(1, 100), st.sampled_from(REPEATED), jitters)
def test_backoff_is_exponential_with_full_jitter(
    attempt: int, failure: MewsError, jitter: float
) -> None:
    """Without `Retry-After` the delay is a random part of 0.5, 1, 2, 4 … seconds, capped."""
    policy = RetryPolicy(max_attempts=1000, max_wait=100.0)
    wait = policy.next_delay(attempt, failure, idempotent=True, elapsed=0.0, jitter=jitter)
    assert wait == pytest.approx(min(100.0, 0.5 * 2 ** (attempt - 1)) * jitter)


@pytest.mark.parametrize(
    ("elapsed", "wait"), [(0.0, 5.0), (5.0, 5.0), (5.1, None), (10.0, None), (99.0, None)]
)
def test_the_total_time_is_limited(elapsed: float, wait: float | None) -> None:
    """No attempt starts after the total time."""
    failure = of_status(TooManyRequestsError, 429, 5.0)
    policy = RetryPolicy(total_timeout=10.0)
    assert policy.next_delay(1, failure, idempotent=True, elapsed=elapsed, jitter=0.5) == wait


@pytest.mark.parametrize("max_attempts", [1, 2, 6])
@pytest.mark.parametrize("failure", REPEATED, ids=lambda failure: type(failure).__name__)
def test_the_number_of_attempts_is_limited(max_attempts: int, failure: MewsError) -> None:
    """After `max_attempts` attempts there is no further one."""
    policy = RetryPolicy(max_attempts=max_attempts)
    waits = [
        policy.next_delay(attempt, failure, idempotent=True, elapsed=0.0, jitter=0.5)
        for attempt in range(1, max_attempts + 3)
    ]
    assert [wait is None for wait in waits] == [False] * (max_attempts - 1) + [True] * 3


@pytest.mark.parametrize(
    "settings", [{"max_attempts": 0}, {"max_wait": -1.0}, {"total_timeout": -0.1}]
)
def test_an_impossible_policy_is_refused(settings: dict[str, Any]) -> None:
    """A policy without an attempt, or with a negative time, is a `ValueError` that names it."""
    (name,) = settings
    with pytest.raises(ValueError, match=f"^{name} must be "):
        RetryPolicy(**settings)


def test_policies_are_values() -> None:
    """Policies with the same settings are equal, and immutable."""
    assert RetryPolicy(max_attempts=3) == RetryPolicy(max_attempts=3) != RetryPolicy()
    with pytest.raises(AttributeError):
        RetryPolicy().max_attempts = 3  # type: ignore[misc]


# --- the header

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, None),
        ("", None),
        ("   ", None),
        ("0", 0.0),
        ("30", 30.0),
        (" 30 ", 30.0),
        ("1.5", 1.5),
        ("-1", None),
        ("-0.001", None),
        ("nan", None),
        ("-nan", None),
        ("inf", None),
        ("Infinity", None),
        ("-inf", None),
        ("1e999", None),
        ("9" * 400, None),
        ("86400", 86400.0),
        ("soon", None),
        ("30 seconds", None),
        ("30, 60", None),
        ("Wed, 01 Jul 2026 12:00:30 GMT", 30.0),
        ("Wed, 01 Jul 2026 12:00:00 GMT", 0.0),
        ("Wed, 01 Jul 2026 11:59:59 GMT", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None),
        ("Wednesday, 01-Jul-26 12:01:00 GMT", 60.0),
        ("Wed Jul  1 12:01:00 2026", 60.0),
        ("Wed, 01 Jul 2026 14:00:30 +0200", 30.0),
        ("Wed, 01 Jul 2026 12:00:30 -0000", 30.0),
        ("Wed, 99 Jul 2026 12:00:30 GMT", None),
        ("Wed, 01 Jul 99999 12:00:30 GMT", None),
        ("Wed, 01 Jul 2026 12:00:30 +9999", None),
        ("2026-07-01T12:00:30Z", None),
        (",", None),
        (":", None),
    ],
)
def test_retry_after_is_read(header: str | None, wait: float | None) -> None:
    """Seconds and HTTP dates are parsed; anything else is ignored."""
    assert retry_after(header, NOW) == wait


@given(st.floats(0, 1e12))
def test_any_number_of_seconds_is_read(number: float) -> None:
    """A number is read as seconds."""
    assert retry_after(str(number), NOW) == number


@given(st.integers(-(10**6), 10**6))
def test_any_http_date_is_read(distance: int) -> None:
    """A date in the future is the seconds until then; one in the past is ignored."""
    header = format_datetime(NOW + timedelta(seconds=distance), usegmt=True)
    assert retry_after(header, NOW) == (distance if distance >= 0 else None)


@given(
    st.text(max_size=40)
    | st.text("0123456789+-.eE_ ", max_size=12)
    | st.from_regex(r"[A-Z][a-z]{2}, ?\d{1,3} (Jan|Jul|Foo) -?\d{1,6} \d{1,3}:\d\d(:\d\d)? ?\S*")
)
def test_any_header_is_handled(header: str) -> None:
    """Whatever the header is, the result is a finite number of seconds from 0, or None."""
    wait = retry_after(header, NOW)
    assert wait is None or (math.isfinite(wait) and wait >= 0)


# --- through the clients


@pytest.fixture
def mock() -> MockMews:
    """Return a mock with a voucher of three codes."""
    mock_with_codes = MockMews(seed=7)
    mock_with_codes.seed(codes_per_voucher=3)
    return mock_with_codes


def voucher_of(mock: MockMews) -> str:
    """Return the id of the voucher."""
    voucher_id: str = mock.vouchers[0]["Id"]
    return voucher_id


def attempt_a_listing(
    connect: Connect, mock: MockMews, fault: Fault, calls: range | None = None, **policy: Any
) -> Any:
    """Return a listing of the codes, of which some calls or all fail. Any: of either client."""
    mock.inject(fault, CODES, calls=calls)
    settings: dict[str, Any] = {"sleep": False} | policy
    client = connect(mock, retry=RetryPolicy(**settings))
    return client.voucher_codes.get_all(voucher_ids=[voucher_of(mock)])


def in_a_minute(call: FaultedCall) -> MockResponse:
    """Respond 429 with a date in `Retry-After`."""
    until = datetime.now(UTC) + timedelta(minutes=1)
    return error(429, retry_after=format_datetime(until, usegmt=True))(call)


TRANSIENT: dict[str, Fault] = {
    "429 with Retry-After": error(429, retry_after="3"),
    "429 with a date": in_a_minute,
    "429 with a date of long ago": error(429, retry_after="Wed, 21 Oct 2015 07:28:00 GMT"),
    "429 without": error(429),
    "429 with nonsense": error(429, retry_after="NaN"),
    "500": error(500),
    "502 in HTML": respond(502, "<html>Bad gateway</html>"),
    "503 with Retry-After": error(503, retry_after="1"),
    "520": respond(520, "<html>Unknown</html>"),
    "HTML": respond(200, "<html>Sign in</html>"),
    "an empty success": respond(200),
    "half a success": respond(200, '{"VoucherCodes": ['),
    "a success that is a list": respond(200, "[]"),
    "no connection": drop_before(httpx.ConnectError),
    "no connection in time": drop_before(httpx.ConnectTimeout),
    "no free connection": drop_before(httpx.PoolTimeout),
    "broken while writing": drop_before(httpx.WriteError),
    "broken while reading": drop_after(httpx.ReadError),
    "no response in time": drop_after(httpx.ReadTimeout),
    "nonsense of a proxy": drop_after(httpx.RemoteProtocolError),
}


@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=list(TRANSIENT))
@pytest.mark.parametrize("failures", [1, 5])
def test_a_read_survives_transient_errors(
    connect: Connect, mock: MockMews, fault: Fault, failures: int
) -> None:
    """A listing is retried until it succeeds, and gives each item once."""
    pager = attempt_a_listing(connect, mock, fault, range(1, failures + 1))
    assert ids(pager) == ids(mock.codes)[::-1]
    assert len(mock.requests) == failures + 1


@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=list(TRANSIENT))
@pytest.mark.parametrize("max_attempts", [1, 3])
def test_a_read_fails_after_the_last_attempt(
    connect: Connect, mock: MockMews, fault: Fault, max_attempts: int
) -> None:
    """The error of the last attempt is raised after exactly `max_attempts` attempts."""
    pager = attempt_a_listing(connect, mock, fault, max_attempts=max_attempts)
    with pytest.raises(MewsError):
        list(pager)
    assert len(mock.requests) == max_attempts


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequestError),
        (401, UnauthorizedError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (409, ConflictError),
        (413, ContentTooLargeError),
    ],
)
def test_a_permanent_error_is_not_retried(
    connect: Connect, mock: MockMews, status: int, kind: type[ApiError]
) -> None:
    """An error that would occur again is raised after one attempt."""
    fault = error(status, "Because.", retry_after=0)
    pager = attempt_a_listing(connect, mock, fault)
    with pytest.raises(kind, match="Because"):
        list(pager)
    assert len(mock.requests) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_retry_after_that_is_too_long_is_raised_at_once(
    connect: Connect, mock: MockMews, status: int
) -> None:
    """A `Retry-After` above the maximum is not waited for: the error is raised, and has it."""
    fault = respond(status, headers={"Request-Id": "r-1", "Retry-After": "121"})
    pager = attempt_a_listing(connect, mock, fault, sleep=True)
    with pytest.raises(ApiError) as caught:
        list(pager)
    assert isinstance(caught.value, TooManyRequestsError if status == 429 else ServerError)
    assert (caught.value.retry_after, caught.value.request_id) == (121.0, "r-1")
    assert len(mock.requests) == 1


def test_the_total_time_ends_the_attempts(connect: Connect, mock: MockMews) -> None:
    """A delay beyond the total time is not waited for."""
    fault = error(503, retry_after="2")
    pager = attempt_a_listing(connect, mock, fault, sleep=True, total_timeout=1.0)
    with pytest.raises(ServerError):
        list(pager)
    assert len(mock.requests) == 1


def test_each_request_has_its_own_attempts(connect: Connect, mock: MockMews) -> None:
    """Failures of different pages do not add up."""
    mock.inject(error(500), CODES, calls=[1, 3, 5, 7])
    client = connect(mock, retry=RetryPolicy(max_attempts=2, sleep=False))
    pager = client.voucher_codes.get_all(voucher_ids=[voucher_of(mock)], page_size=1)
    assert len(ids(pager)) == 3
    assert [request.status for request in mock.requests] == [500, 200] * 4


def one_code(mock: MockMews) -> list[VoucherCodeAddParameters]:
    """Return a code to add."""
    return [VoucherCodeAddParameters(voucher_of(mock), "NEW")]


NOT_APPLIED = ["429", "connection"]


@pytest.mark.parametrize(
    "name", [name for name in TRANSIENT if any(word in name for word in NOT_APPLIED)]
)
def test_an_add_that_was_not_applied_is_retried(
    connect: Connect, mock: MockMews, name: str
) -> None:
    """After a 429, or without a connection, an add is retried, and applied once."""
    mock.inject(TRANSIENT[name], ADD, calls=range(1, 4))
    added = connect(mock).voucher_codes.add(one_code(mock))
    assert [code.value for code in added] == ["NEW"]
    assert [code["Value"] for code in mock.codes].count("NEW") == 1
    assert [request.operation for request in mock.requests] == [ADD] * 4


@pytest.mark.parametrize(
    "name",
    [name for name in TRANSIENT if not any(word in name for word in NOT_APPLIED)],
)
def test_an_add_that_may_have_been_applied_is_not_retried(
    connect: Connect, mock: MockMews, name: str
) -> None:
    """After a missing or malformed response, or a server error, an add is not retried."""
    mock.inject(TRANSIENT[name], ADD)
    with pytest.raises(BatchError):
        connect(mock).voucher_codes.add(one_code(mock))
    assert [request.operation for request in mock.requests] == [ADD]
