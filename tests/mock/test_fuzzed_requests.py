"""The mock, checked against the document with requests that schemathesis generates.

Each operation gets the document's examples, boundary cases and random bodies, valid and invalid.
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
    """Yield a new mock, and check at the end that every kind of response occurred."""
    mock = new_mock()
    with mock.serve() as base_url, requests.Session() as session:
        session.trust_env = False
        is_served = request.param == "over a socket"
        fuzzed = (
            FuzzedMock(mock, base_url=base_url, session=session) if is_served else FuzzedMock(mock)
        )
        yield fuzzed
    # Otherwise a broken setup, in which every request gets a 401, would pass.
    (name,) = {name for name, _ in fuzzed.seen}
    has_rules = name in {"vouchers/add", "vouchers/update"}
    for verdict, least in (LEAST_WITH_RULES if has_rules else LEAST).items():
        assert fuzzed.seen[name, verdict] >= least, verdict.value


@SCHEMA.parametrize()  # type: ignore[untyped-decorator] # of schemathesis
@settings(max_examples=examples(18), phases=UNSHRUNK)
def test_every_request_gets_the_right_response(case: Any, fuzzed: FuzzedMock) -> None:
    """Any request gets the status that the oracle expects, and a response that is documented."""
    verdict = fuzzed.prepare(case)
    response = case.call(**fuzzed.reached)
    fuzzed.check(case, verdict, response, transport_kwargs=fuzzed.reached)
