"""The mock for schemathesis: the document with valid tokens, and ids that exist.

Without these two, every request would end at a 401 or an unknown id, and test nothing else. The
expected response to a request is in `oracle`.
"""

from collections import Counter
from typing import Any

import schemathesis
from mews_vouchers.mock import MockMews
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.support.documented import document
from tests.support.hypothesis_profiles import seed
from tests.support.live_ids import LiveIds
from tests.support.operations import operation_at
from tests.support.oracle import STATUS, Oracle, Verdict

_CONFIG = {
    "seed": seed(),
    "phases": {
        # A walk from response to response ends at the first rejection.
        "stateful": {"generation": {"mode": "positive"}},
        "coverage": {"unexpected-methods": ["get", "put", "delete", "patch", "options", "trace"]},
    },
    "checks": {
        # A 401 or a 5xx does not accept a body, and a 403, 404 or 5xx does not reject it.
        "positive_data_acceptance": {"expected-statuses": ["200"]},
        "negative_data_rejection": {"expected-statuses": ["400", "401"]},
        # It wants a 405 with `Allow`. The vendor responds to any other method with 404, as
        # `oracle` demands.
        "unsupported_method": {"enabled": False},
    },
}


def new_mock() -> MockMews:
    """Return a mock; all of them have the same tokens, those of `SCHEMA`."""
    return MockMews(seed=7)


def load(loaded: dict[str, Any]) -> Any:
    """Load a document into schemathesis, with the mock's tokens as the only ones.

    As `const` they are right in positive cases, and in negative ones that are wrong elsewhere.
    A token that is inserted later would be missing from the former, or repair a wrong one in
    the latter.
    """
    mock = new_mock()
    tokens = {"ClientToken": mock.client_token, "AccessToken": mock.access_token}
    for schema in loaded["components"]["schemas"].values():
        for name in tokens.keys() & schema.get("properties", {}).keys():
            schema["properties"][name] = {"type": "string", "const": tokens[name]}
    for example in loaded["components"]["examples"].values():
        if tokens.keys() <= example["value"].keys():
            example["value"] |= tokens
    return schemathesis.openapi.from_dict(loaded, config=schemathesis.Config.from_dict(_CONFIG))


#: The document as it is loaded into schemathesis.
SCHEMA = load(document())


class FuzzedMock:
    """A mock under test, and a count of the expected verdicts. Any: schemathesis passes it."""

    def __init__(self, mock: MockMews, **reached: Any) -> None:
        """Take a mock, and how schemathesis connects to it: by default in process."""
        self.seen: Counter[tuple[str, Verdict]] = Counter()
        self.reached = reached or {"app": mock.asgi}
        self._ids = LiveIds(mock)
        self._oracle = Oracle(mock)

    def prepare(self, case: Any) -> Verdict:
        """Put ids into a case that is about to be sent, and return the expected verdict."""
        self._ids.give(case)
        verdict = self._oracle.verdict(case)
        self.seen[operation_at(case.operation.path).name, verdict] += 1
        return verdict

    def check(self, case: Any, verdict: Verdict, response: Any, **context: Any) -> None:
        """Check a response against the verdict, and with all checks of schemathesis."""
        assert response.status_code == STATUS[verdict], f"{verdict.value}: {response.text}"
        # A valid body that violates a rule is rejected, as the line above has checked.
        excluded = [positive_data_acceptance] if verdict is Verdict.BREAKS_RULE else []
        case.validate_response(response, excluded_checks=excluded, **context)
        self._ids.learn(response.text)
        if verdict is Verdict.SUCCESS:
            self._oracle.learn(case, response.json())
