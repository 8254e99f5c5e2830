"""Which calls meet which faults: by operation, by number, in order, and with many threads."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers.mock import Answer, MockMews, faults
from mews_vouchers.mock.faults import Call, Fault

from tests.support.transports import ADD_CODES, GET_CODES, JsonObject, open_transport

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

    Faults count all calls, also those that another one answers.
    """
    mock = MockMews(seed=7)
    met: list[tuple[int, int]] = []

    def noting(position: int) -> Fault:
        def fault(call: Call) -> Answer:
            met.append((position, call.number))
            return call.carry_out()

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
        (503, None, "a fault is a function, not 503"),
        (None, None, "a fault is a function, not None"),
        (faults.truncate(), "2", "one number or several, not '2'"),
        (faults.truncate(), 2.0, "one number or several, not 2.0"),
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

        def fault(call: Call) -> Answer:
            seen.append(call.body)
            return call.carry_out()

        transport.mock.inject(fault)
        assert transport.send(GET_CODES, b"nonsense").status_code == 400
        assert transport.send(GET_CODES, json.dumps(["x"]).encode()).status_code == 400
        assert seen == [{}, {}]


def test_counting_is_exact_with_many_threads() -> None:
    """A hundred threads at once: each fault happens to its calls, no more and no fewer."""
    with open_transport("sync", MockMews(seed=7)) as transport, ThreadPoolExecutor(100) as threads:
        numbers: list[int] = []

        def note(call: Call) -> Answer:
            numbers.append(call.number)
            return call.carry_out()

        transport.mock.inject(note)
        transport.mock.inject(faults.error(503), ADD_CODES, calls=range(2, 401, 2))
        transport.mock.inject(faults.error(500, carried_out=True), ADD_CODES, calls=range(1, 51, 2))
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
        assert sum(one.carried_out for one in recorded) == len(transport.values()) == 200
