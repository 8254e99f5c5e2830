"""The rate limit of the mock: a sliding window per access token, and an exact `Retry-After`."""

from collections.abc import Sequence

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers.mock import MockMews

from tests.support.mock_api import MockApi, check_response

#: Such a part of a second adds up without rounding.
TICK = 1 / 64
STEPS = st.lists(st.integers(0, 200).map(TICK.__mul__), max_size=40)
LIMITS = st.tuples(st.integers(1, 4), st.integers(1, 300).map(TICK.__mul__))


class Seconds:
    """A timer that is set by the test."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


class Limited:
    """A mock with a rate limit and a timer that is set by the test."""

    def __init__(self, requests: int, seconds: float, enterprises: int = 1) -> None:
        self.timer = Seconds()
        limit = (requests, seconds)
        self.mock = MockMews(enterprises=enterprises, seed=7, rate_limit=limit, timer=self.timer)
        self.api = MockApi(self.mock)

    def ask(self, api: MockApi | None = None) -> httpx.Response:
        """Make a cheap request."""
        return (api or self.api).post("vouchers/getAll", {})

    def retry_after(self) -> int | None:
        """Make a request; return `Retry-After` if it is refused."""
        response = self.ask()
        # 400: the body is incomplete, but the rate limit is checked first.
        return int(response.headers["Retry-After"]) if response.status_code == 429 else None


def has_room(accepted: Sequence[float], now: float, limit: tuple[int, float]) -> bool:
    """Return whether the window that ends now has room for a request, by counting."""
    requests, seconds = limit
    return len([time for time in accepted if now - seconds < time <= now]) < requests


@given(limit=LIMITS, steps=STEPS)
def test_window_slides(limit: tuple[int, float], steps: list[float]) -> None:
    """A request is accepted exactly if the accepted ones before it leave room in its window."""
    limited, accepted = Limited(*limit), list[float]()
    for step in steps:
        limited.timer.now += step
        expected = has_room(accepted, limited.timer.now, limit)
        assert (limited.retry_after() is None) == expected
        if expected:
            accepted.append(limited.timer.now)


@given(limit=LIMITS, steps=STEPS)
def test_retry_after_is_exact(limit: tuple[int, float], steps: list[float]) -> None:
    """A request after `Retry-After` seconds is accepted; one that is a second early is refused."""
    limited = Limited(*limit)
    for step in steps:
        limited.timer.now += step
        wait = limited.retry_after()
        if wait is None:
            continue
        assert wait >= 1
        if wait > 1:
            limited.timer.now += wait - 1
            assert limited.retry_after() == 1
            limited.timer.now += 1
        else:
            limited.timer.now += wait
        assert limited.retry_after() is None


def test_each_access_token_has_a_window_of_its_own() -> None:
    """Requests with one access token do not count for another one."""
    limited = Limited(1, 30.0, enterprises=2)
    portfolio = MockApi(limited.mock, portfolio=True)
    assert [limited.ask().status_code for _ in range(2)] == [400, 429]
    assert [limited.ask(portfolio).status_code for _ in range(2)] == [400, 429]
    portfolio.close()


def test_the_vendors_limit() -> None:
    """200 requests in 30 seconds are accepted, and the next one is a documented 429."""
    limited = Limited(200, 30.0)
    assert {limited.ask().status_code for _ in range(200)} == {400}
    response = limited.ask()
    check_response("vouchers/getAll", response)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "30")
    assert limited.mock.requests[-1].status == 429
    assert not limited.mock.requests[-1].applied


def test_rejected_requests_do_not_count() -> None:
    """Requests with a wrong path or token do not count."""
    limited = Limited(1, 30.0)
    for _ in range(2):
        assert limited.api.post("nothing", {}).status_code == 404
        assert limited.api.send("vouchers/getAll", b"nonsense").status_code == 400
        for token in ("ClientToken", "AccessToken"):
            assert limited.api.post("vouchers/getAll", {token: "wrong"}).status_code == 401
        assert limited.api.post("vouchers/getAll", {"AccessToken": 5}).status_code == 400
    assert limited.ask().status_code == 400
    assert limited.ask().status_code == 429


def test_there_is_no_limit_by_default() -> None:
    """In process there is no limit by default."""
    api = MockApi(MockMews(seed=7, timer=Seconds()))
    assert {api.post("vouchers/getAll", {}).status_code for _ in range(250)} == {400}
    api.close()


@pytest.mark.parametrize(
    "limit", [(0, 30.0), (-1, 30.0), (1, 0.0), (1, -1.0), (1, float("nan")), (1, float("inf"))]
)
def test_an_impossible_limit_is_refused(limit: tuple[int, float]) -> None:
    """A limit of no requests, or without a window, is a `ValueError`."""
    with pytest.raises(ValueError, match="at least 1 request"):
        MockMews(rate_limit=limit)
