"""The rate limit of the mock: a sliding window per access token, a `Retry-After` that is true."""

from collections.abc import Sequence

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers.mock import MockMews

from tests.support.mock_api import MockApi, check_answer

#: Such a part of a second adds up without rounding.
TICK = 1 / 64
STEPS = st.lists(st.integers(0, 200).map(TICK.__mul__), max_size=40)
LIMITS = st.tuples(st.integers(1, 4), st.integers(1, 300).map(TICK.__mul__))


class Seconds:
    """A timer that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


class Limited:
    """A mock with a rate limit and a timer that is driven by hand."""

    def __init__(self, requests: int, seconds: float, enterprises: int = 1) -> None:
        self.timer = Seconds()
        limit = (requests, seconds)
        self.mock = MockMews(enterprises=enterprises, seed=7, rate_limit=limit, timer=self.timer)
        self.api = MockApi(self.mock)

    def ask(self, api: MockApi | None = None) -> httpx.Response:
        """Make a request that costs the mock little."""
        return (api or self.api).post("vouchers/getAll", {})

    def retry_after(self) -> int | None:
        """Make a request; return how long to wait if it is too much."""
        response = self.ask()
        # 400: the body is not complete, but the rate limit comes before that.
        return int(response.headers["Retry-After"]) if response.status_code == 429 else None


def has_room(answered: Sequence[float], now: float, limit: tuple[int, float]) -> bool:
    """Tell by counting whether one more request keeps to the limit, in the window that ends now."""
    requests, seconds = limit
    return len([moment for moment in answered if now - seconds < moment <= now]) < requests


@given(limit=LIMITS, steps=STEPS)
def test_window_slides(limit: tuple[int, float], steps: list[float]) -> None:
    """A request is answered exactly if those answered before it leave room in the last seconds."""
    limited, answered = Limited(*limit), list[float]()
    for step in steps:
        limited.timer.now += step
        expected = has_room(answered, limited.timer.now, limit)
        assert (limited.retry_after() is None) == expected
        if expected:
            answered.append(limited.timer.now)


@given(limit=LIMITS, steps=STEPS)
def test_retry_after_tells_the_truth(limit: tuple[int, float], steps: list[float]) -> None:
    """Who waits so many seconds gets through, and who waits one less does not, down to one."""
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
    """What one access token uses up is not missing to another one."""
    limited = Limited(1, 30.0, enterprises=2)
    portfolio = MockApi(limited.mock, portfolio=True)
    assert [limited.ask().status_code for _ in range(2)] == [400, 429]
    assert [limited.ask(portfolio).status_code for _ in range(2)] == [400, 429]
    portfolio.close()


def test_the_vendors_limit() -> None:
    """200 requests in 30 seconds are answered, and the next one is a documented 429."""
    limited = Limited(200, 30.0)
    assert {limited.ask().status_code for _ in range(200)} == {400}
    response = limited.ask()
    check_answer("vouchers/getAll", response)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "30")
    assert limited.mock.requests[-1].status == 429
    assert not limited.mock.requests[-1].carried_out


def test_strangers_use_nothing_up() -> None:
    """Wrong addresses and wrong tokens are refused as such, and leave the window as it is."""
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
    """In process nothing is limited unless it is asked for."""
    api = MockApi(MockMews(seed=7, timer=Seconds()))
    assert {api.post("vouchers/getAll", {}).status_code for _ in range(250)} == {400}
    api.close()


@pytest.mark.parametrize(
    "limit", [(0, 30.0), (-1, 30.0), (1, 0.0), (1, -1.0), (1, float("nan")), (1, float("inf"))]
)
def test_a_limit_that_is_none_is_refused(limit: tuple[int, float]) -> None:
    """A limit that lets nothing through, or has no window, is the caller's mistake."""
    with pytest.raises(ValueError, match="at least 1 request"):
        MockMews(rate_limit=limit)
