"""The mock, held against the document with all that schemathesis can think of.

Each operation gets the document's examples, boundary cases and random bodies, right and wrong ones.
Sequences of requests are in `test_fuzzed_links`.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hypothesis import settings

from tests.support.fuzzed_mock import SCHEMA, FuzzedMock, new_mock
from tests.support.hypothesis_profiles import UNSHRUNK, examples
from tests.support.oracle import Verdict

#: How often each operation must have met a verdict at the least.
LEAST = {
    Verdict.SUCCESS: 10,
    Verdict.BREAKS_SCHEMA: 40,
    Verdict.WRONG_TOKEN: 2,
    Verdict.NO_OPERATION: 6,
}
LEAST_WITH_RULES = LEAST | {Verdict.BREAKS_RULE: 1}


@pytest.fixture(params=["in process", "over a socket"])
def fuzzed(request: pytest.FixtureRequest) -> Iterator[FuzzedMock]:
    """Give a fresh mock, and see at the end to it that no kind of answer was missing."""
    mock = new_mock()
    with mock.serve() as base_url, requests.Session() as session:
        session.trust_env = False
        is_served = request.param == "over a socket"
        fuzzed = (
            FuzzedMock(mock, base_url=base_url, session=session) if is_served else FuzzedMock(mock)
        )
        yield fuzzed
    # Without this, a set-up in which every request ends in a 401 would pass.
    (name,) = {name for name, _ in fuzzed.seen}
    has_rules = name in {"vouchers/add", "vouchers/update"}
    for verdict, least in (LEAST_WITH_RULES if has_rules else LEAST).items():
        assert fuzzed.seen[name, verdict] >= least, verdict.value


@SCHEMA.parametrize()  # type: ignore[untyped-decorator] # of schemathesis
@settings(max_examples=examples(18), phases=UNSHRUNK)
def test_every_request_gets_the_right_answer(case: Any, fuzzed: FuzzedMock) -> None:
    """Whatever is sent, the status is the one that is due, and the answer keeps the document."""
    verdict = fuzzed.prepare(case)
    response = case.call(**fuzzed.reached)
    fuzzed.check(case, verdict, response, transport_kwargs=fuzzed.reached)
