"""The circuit breaker: after many failures in a row, requests fail at once; then one is a trial."""

import socket
import threading
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers import (
    CircuitBreaker,
    CircuitOpenError,
    Credentials,
    MewsError,
    RateLimit,
    RetryPolicy,
    UnauthorizedError,
    batch_error_of,
)
from mews_vouchers._http.admission import Admission
from mews_vouchers._http.circuit_breaker import Circuit
from mews_vouchers._http.effects import Cancelled
from mews_vouchers._http.request_options import RequestOptions
from mews_vouchers._rate_limit.limiter import RateLimiter
from mews_vouchers.mock.faults import Fault, drop_after, drop_before, error
from mews_vouchers_client.http_types import Timeout

from tests.support.clients import Connect
from tests.support.clocks import Clock
from tests.support.harness import Harness
from tests.support.http_library import httpx

CREDENTIALS = Credentials(client_token="TOKEN-1", access_token="TOKEN-2", client="Tests 1.0")
ONCE = RetryPolicy(max_attempts=1)
BREAKER = CircuitBreaker(failures=3, duration=0.0, pause=60.0)


def fail(harness: Harness, fault: Fault, times: int) -> None:
    """Let some listings fail."""
    harness.mock.inject(fault, calls=range(1, times + 1))
    for _ in range(times):
        with pytest.raises(MewsError):
            harness.list_codes()


# --- the decision


@given(
    st.builds(CircuitBreaker, failures=st.integers(1, 5), duration=st.floats(0, 10)),
    st.lists(st.tuples(st.floats(0, 5), st.booleans()), max_size=30),
)
def test_it_opens_after_enough_failures_over_enough_time(
    breaker: CircuitBreaker, attempts: list[tuple[float, bool]]
) -> None:
    """Not before `failures` failures in a row, and not before `duration` has passed."""
    clock = Clock()
    circuit = Circuit(clock)
    failures: list[float] = []
    for seconds, succeeds in attempts:
        clock.now += seconds
        if circuit.enter(breaker).wait:
            assert len(failures) >= breaker.failures
            assert failures[-1] - failures[0] >= breaker.duration
            return
        if succeeds:
            circuit.on_response()
            failures = []
        else:
            circuit.on_failure(breaker)
            failures.append(clock.now)
    lasted = failures[-1] - failures[0] if failures else 0.0
    assert (
        len(failures) < breaker.failures
        or lasted < breaker.duration
        or not failures
        or (circuit.enter(breaker).wait > 0)
    )


def test_after_the_pause_one_request_is_the_trial() -> None:
    """The others wait for its end; a trial that is never reported only costs one more pause."""
    clock = Clock()
    circuit = Circuit(clock)
    for _ in range(3):
        circuit.on_failure(BREAKER)
    assert circuit.enter(BREAKER).wait == 60.0
    clock.now += 60.0
    assert [circuit.enter(BREAKER).wait for _ in range(3)] == [0.0, 60.0, 60.0]
    clock.now += 60.0
    assert circuit.enter(BREAKER).wait == 0.0


@pytest.mark.parametrize("succeeds", [True, False])
def test_the_trial_decides(*, succeeds: bool) -> None:
    """Its success ends the outage, its failure begins the next pause."""
    clock = Clock()
    circuit = Circuit(clock)
    for _ in range(3):
        circuit.on_failure(BREAKER)
    clock.now += 60.0
    assert circuit.enter(BREAKER).wait == 0.0
    if succeeds:
        circuit.on_response()
    else:
        circuit.on_failure(BREAKER)
    assert circuit.enter(BREAKER).wait == (0.0 if succeeds else 60.0)


def test_a_trial_that_was_not_sent_is_given_back() -> None:
    """The next who asks is the trial, at once; a circuit that is closed has none."""
    clock = Clock()
    circuit = Circuit(clock)
    circuit.give_back_trial()
    assert circuit.enter(BREAKER) == (0.0, False)
    for _ in range(3):
        circuit.on_failure(BREAKER)
    clock.now += 60.0
    assert circuit.enter(BREAKER) == (0.0, True)
    assert circuit.enter(BREAKER) == (60.0, False)
    circuit.give_back_trial()
    assert circuit.enter(BREAKER) == (0.0, True)


@pytest.mark.parametrize("kind", [Cancelled, GeneratorExit])
def test_a_trial_is_given_back_if_nobody_asks_the_rate_limiter_to_the_end(
    kind: type[BaseException],
) -> None:
    """A call that is cancelled while Redis is asked leaves the trial to the next."""

    class RemoteLimiter(RateLimiter):
        does_io = True

    clock = Clock()
    circuit = Circuit(clock)
    for _ in range(3):
        circuit.on_failure(BREAKER)
    clock.now += 60.0
    options = RequestOptions(ONCE, Timeout(1, 1, 1, 1), circuit_breaker=BREAKER)
    steps = Admission("x/getAll", RemoteLimiter(None), circuit, options).acquire()
    next(steps)
    assert circuit.enter(BREAKER) == (60.0, False)
    with pytest.raises(kind):
        steps.throw(kind)
    assert circuit.enter(BREAKER) == (0.0, True)


@pytest.mark.parametrize("name", ["failures", "duration", "pause"])
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), "3", True, None])
def test_odd_settings_are_refused(name: str, value: Any) -> None:
    """The error names the setting."""
    with pytest.raises((TypeError, ValueError), match=name):
        CircuitBreaker(**{name: value})


# --- through the clients


@pytest.fixture
def harness(connect: Connect) -> Harness:
    """Return a client that does not retry, with a breaker that opens after three failures."""
    return Harness(connect, retry=ONCE, circuit_breaker=BREAKER)


@pytest.mark.parametrize("fault", [error(500), error(503), drop_before(), drop_after()])
def test_after_failures_in_a_row_nothing_is_sent(harness: Harness, fault: Fault) -> None:
    """Calls fail at once, with an error that says until when."""
    fail(harness, fault, 3)
    sent = len(harness.mock.requests)
    with pytest.raises(CircuitOpenError, match=r"until \d\d:\d\d:\d\d UTC") as caught:
        harness.list_codes()
    assert len(harness.mock.requests) == sent
    assert 0 < caught.value.retry_after <= 60


def test_a_write_that_is_refused_by_it_was_not_sent(harness: Harness) -> None:
    """Its items are `not_sent`, so that `resume()` sends them without a look-up."""
    fail(harness, error(500), 3)
    with pytest.raises(MewsError) as caught:
        harness.client.voucher_codes.add(harness.numbered(3))
    found = batch_error_of(caught.value)
    assert found is not None
    assert len(found.not_sent) == 3
    assert isinstance(found.cause, CircuitOpenError)


def test_a_success_or_an_error_of_the_request_resets_it(harness: Harness) -> None:
    """Only failures in a row count, and a 4xx is a response of a healthy server."""
    fail(harness, error(500), 2)
    harness.list_codes()
    fail(harness, error(500), 2)
    fail(harness, error(401), 1)
    fail(harness, error(500), 2)
    harness.list_codes()


def test_no_number_of_4xx_opens_it(harness: Harness) -> None:
    """A wrong token does not look like an outage."""
    fail(harness, error(401), 10)
    harness.mock.inject(error(401), calls=1)
    with pytest.raises(UnauthorizedError):
        harness.list_codes()


def test_it_can_be_switched_off(connect: Connect) -> None:
    """With None, every request is sent."""
    harness = Harness(connect, retry=ONCE, circuit_breaker=None)
    fail(harness, error(500), 50)
    harness.list_codes()


def test_the_default_survives_what_retries_survive(connect: Connect) -> None:
    """A burst of failures within a moment opens nothing."""
    harness = Harness(connect, retry=ONCE)
    fail(harness, error(500), 50)
    harness.list_codes()


def test_a_retry_that_it_stops_raises_what_failed(connect: Connect) -> None:
    """The error of the last attempt says more."""
    harness = Harness(
        connect,
        retry=RetryPolicy(max_attempts=5, sleep=False),
        circuit_breaker=CircuitBreaker(failures=2, duration=0.0),
    )
    harness.mock.inject(error(502))
    with pytest.raises(MewsError) as caught:
        harness.list_codes()
    assert getattr(caught.value, "status_code", None) == 502
    assert len(harness.mock.requests) == 2


@pytest.fixture
def refusing() -> str:
    """Return an address at which nothing listens any more."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_clients_of_one_address_share_it(connect: Connect, refusing: str) -> None:
    """What one client has learned holds for the others, whatever their token."""
    settings: dict[str, Any] = {
        "base_url": refusing,
        "transport": None,
        "retry": ONCE,
        "circuit_breaker": BREAKER,
    }
    first, second = Harness(connect, **settings), Harness(connect, **settings)
    for _ in range(3):
        with pytest.raises(MewsError, match="nothing was sent"):
            first.list_codes()
    with pytest.raises(CircuitOpenError):
        second.list_codes()


# --- beside the rate limit


def test_what_waits_for_a_place_sees_it_open(connect: Connect) -> None:
    """A call that waits for the rate limit while it opens is not sent."""
    harness = Harness(
        connect,
        retry=ONCE,
        base_url=f"http://{connect.kind}.waiting",
        rate_limit=RateLimit(requests=3, window=1.0),
        circuit_breaker=CircuitBreaker(failures=4, duration=0.0, pause=60.0),
    )
    harness.mock.inject(error(503))
    found: list[MewsError] = []

    def ask() -> None:
        with pytest.raises(MewsError) as caught:
            harness.client.call("services/getAll", {})
        found.append(caught.value)

    for _ in range(3):
        ask()
    # All of them wait; the first that is sent opens it, perhaps beside two others.
    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 4 <= len(harness.mock.requests) <= 6
    assert sum(isinstance(one, CircuitOpenError) for one in found) >= 9


@pytest.mark.parametrize("reason", ["no place", "a pause", "no free connection"])
def test_a_trial_that_is_not_sent_leaves_the_next_one(connect: Connect, reason: str) -> None:
    """The rate limit, a pause or the pool may stop it: the next call is the trial."""
    fails: list[Exception] = []

    def handle(_: httpx.Request) -> httpx.Response:
        if fails:
            raise fails[0]
        return httpx.Response(statuses.pop(0) if statuses else 200, json={}, headers=headers)

    statuses, headers = [503, 503], {"Retry-After": "1"}
    settings: dict[str, Any] = {
        "base_url": f"http://{connect.kind}.trial.{reason.replace(' ', '-')}",
        "transport": httpx.MockTransport(handle),
        "retry": RetryPolicy(max_attempts=1, max_wait=0.0),
    }
    breaker = CircuitBreaker(failures=2, duration=0.0, pause=1.5)
    client = connect.to(
        CREDENTIALS,
        rate_limit=RateLimit(requests=3 if reason == "no place" else 9, window=1.0),
        rate_limit_wait=0.0,
        circuit_breaker=breaker,
        **settings,
    )
    other = connect.to(CREDENTIALS, circuit_breaker=None, **settings)
    for _ in range(2):
        with pytest.raises(MewsError, match="503"):
            client.call("services/getAll", {})
    time.sleep(1.55)
    if reason == "no place":
        for _ in range(3):
            other.call("services/getAll", {})
    elif reason == "a pause":
        statuses.append(429)
        with pytest.raises(MewsError, match="429"):
            other.call("services/getAll", {})
    else:
        fails.append(httpx.PoolTimeout("full"))
    with pytest.raises(MewsError) as caught:
        client.call("services/getAll", {})
    assert not isinstance(caught.value, CircuitOpenError)
    fails.clear()
    if reason in {"no place", "a pause"}:
        time.sleep(1.1)
    assert client.call("services/getAll", {}) == {}
