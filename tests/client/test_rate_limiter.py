"""The gate that requests pass: never more than the limit in any window, none while it is closed.

Its clock only moves when it is told to.
"""

import heapq
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers import Credentials, RateLimit
from mews_vouchers._gate import Gate, Token, _gates, shared_gate


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now


limits = st.builds(RateLimit, requests=st.integers(1, 12), window=st.floats(0.001, 100))
#: Where monotonic clocks may stand: they often count from the start of the machine.
starts = st.floats(0, 1e7)


# --- the gate


@given(limits, starts, st.lists(st.floats(0, 1.5), max_size=50))
def test_never_more_than_the_limit_in_any_window(
    limit: RateLimit, start: float, gaps: list[float]
) -> None:
    """However requests arrive, no window of that length has more of them than allowed."""
    clock = Clock(start)
    gate = Gate(limit, clock)
    arrivals, moment = [], start
    for gap in gaps:
        moment += gap * limit.window
        arrivals.append(moment)
    passed = pass_all(gate, clock, arrivals)
    assert len(passed) == len(arrivals)
    for first, last in zip(passed, passed[limit.requests :], strict=False):
        assert last - first >= limit.window


def pass_all(gate: Gate, clock: Clock, arrivals: list[float]) -> list[float]:
    """Let requests arrive and wait what they are told to; return when each got through."""
    queue, passed = list(arrivals), []
    heapq.heapify(queue)
    asked = 0
    while queue:
        asked += 1
        assert asked <= 100 * (len(arrivals) + 1), "the gate never lets everyone through"
        clock.now = max(clock.now, heapq.heappop(queue))
        wait = gate.enter()
        assert wait >= 0
        if wait:
            heapq.heappush(queue, clock.now + wait)
        else:
            passed.append(clock.now)
    return passed


@given(limits, starts, st.integers(1, 40))
def test_a_burst_passes_as_fast_as_the_limit_allows(
    limit: RateLimit, start: float, number: int
) -> None:
    """A burst takes hardly more windows than it must."""
    clock = Clock(start)
    passed = pass_all(Gate(limit, clock), clock, [start] * number)
    full_windows = (number - 1) // limit.requests
    assert passed[-1] - start <= full_windows * (limit.window * 1.011 + 0.004)


@given(limits, starts, st.floats(0, 1))
def test_who_waits_as_told_gets_through(limit: RateLimit, start: float, later: float) -> None:
    """After the wait that a gate asks for, it is open; rounding may cost one short wait more."""
    clock = Clock(start)
    gate = Gate(limit, clock)
    for _ in range(limit.requests):
        assert gate.enter() == 0
    clock.now += later * limit.window
    waits = 0
    while wait := gate.enter():
        assert wait <= limit.window * 1.011 + 0.002
        clock.now += wait
        waits += 1
        assert waits <= 2


def test_the_vendors_limit_is_the_default() -> None:
    """200 requests pass at once, and the next one after 30 seconds and a little.

    The little is for requests that travel at different speeds.
    """
    clock = Clock()
    gate = Gate(RateLimit(), clock)
    assert [gate.enter() for _ in range(200)] == [0.0] * 200
    assert 30.1 <= gate.enter() <= 31.0


def test_without_a_limit_nobody_waits() -> None:
    """A gate without a limit lets everyone through, until a 429 closes it."""
    clock = Clock()
    gate = Gate(None, clock)
    assert {gate.enter() for _ in range(1000)} == {0.0}
    gate.close(5.0)
    assert gate.enter() == 5.0


@given(limits | st.none(), starts, st.lists(st.floats(0, 1e4), min_size=1, max_size=5))
def test_a_closed_gate_opens_when_the_longest_wait_is_over(
    limit: RateLimit | None, start: float, closings: list[float]
) -> None:
    """Nobody passes a gate before the last `Retry-After` is over, and then it is open again."""
    clock = Clock(start)
    gate = Gate(limit, clock)
    for seconds in closings:
        gate.close(seconds)
    passed = pass_all(gate, clock, [start])
    assert passed[0] == pytest.approx(start + max(closings), abs=1e-6)


def test_who_is_sent_away_takes_no_place() -> None:
    """Asking a closed or a full gate again and again does not make the wait any longer."""
    clock = Clock()
    gate = Gate(RateLimit(2, 10.0), clock)
    assert (gate.enter(), gate.enter()) == (0.0, 0.0)
    waits = [gate.enter() for _ in range(100)]
    assert len(set(waits)) == 1
    clock.now += waits[0]
    gate.close(5.0)
    assert {gate.enter() for _ in range(100)} == {5.0}
    clock.now += 5.0
    assert [gate.enter() for _ in range(3)][:2] == [0.0, 0.0]


def test_threads_do_not_take_the_same_place() -> None:
    """Many threads that ask one gate at once get exactly the places that there are."""
    gate = Gate(RateLimit(97, 10.0), Clock())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: gate.enter(), range(1000)))
    assert answers.count(0.0) == 97


@pytest.mark.parametrize("limit", [(0, 30.0), (-1, 30.0), (1, 0.0), (1, -1.0)])
def test_an_impossible_limit_is_refused(limit: tuple[int, float]) -> None:
    """A limit of no requests, or in no time, is a `ValueError`."""
    with pytest.raises(ValueError, match="rate limit"):
        RateLimit(*limit)


def test_clients_with_different_limits_count_in_one_window() -> None:
    """The requests of a client without a limit, or with another one, count for the limited one."""
    clock, token = Clock(0.0), Token()
    small = Gate(RateLimit(3, 30.0), clock, token)
    others = [Gate(RateLimit(200, 30.0), clock, token), Gate(None, clock, token)]
    assert [gate.enter() for gate in (*others, small)] == [0.0] * 3
    assert small.enter() > 0
    assert [gate.enter() for gate in others] == [0.0] * 2


# --- who shares one


def of_token(access_token: str) -> Credentials:
    """Return credentials with this access token."""
    return Credentials(client_token="C" * 8, access_token=access_token, client="Tests 1.0")


def test_the_token_and_the_address_make_the_gate() -> None:
    """The same token at the same address shares a gate; another token or address has its own."""
    limit = RateLimit(3, 1.0)
    gate = shared_gate("http://one", of_token("TOKEN-A"), limit)
    assert shared_gate("http://one", of_token("TOKEN-A"), RateLimit(3, 1.0)) is gate
    assert shared_gate("http://one", of_token("TOKEN-B"), limit) is not gate
    assert shared_gate("http://two", of_token("TOKEN-A"), limit) is not gate


def test_no_token_is_kept_with_the_gates() -> None:
    """What gates are found by holds no token, as text or as bytes."""
    canary = "CANARY-0123456789"
    shared_gate("http://one", of_token(canary), RateLimit())
    kept = repr(_gates)
    assert "http://one" in kept
    assert canary not in kept
    assert canary.encode().hex() not in kept


FORKING = """
import os, sys
from mews_vouchers import Credentials, RateLimit, _gate

def shared():
    credentials = Credentials(client_token="client", access_token="access", client="Forking 1.0")
    return _gate.shared_gate("http://fork", credentials, RateLimit(1, 30.0))

gate = shared()
with _gate._gates_lock, gate._token.lock:  # as another thread may have them at the moment
    child = os.fork()
    if not child:
        assert shared() is gate
        assert gate.enter() == 0
        os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system knows no fork")
def test_a_forked_process_does_not_wait_for_its_parent() -> None:
    """A process that was forked while a thread was in a gate goes through it all the same."""
    command = [sys.executable, "-c", FORKING]
    done = subprocess.run(command, check=False, capture_output=True, timeout=30)
    assert done.returncode == 0, done.stderr
