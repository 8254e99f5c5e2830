"""The generated client against the mock, with every request that schemathesis generates.

Only requests that keep the document: the models cannot hold others. Those are in
`tests/mock/test_fuzzed_requests.py`; responses that violate the document are in `test_reading`.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from mews_vouchers.mock import MockMews
from mews_vouchers_client import Client, Deviation, models

from tests.support.fuzzed_mock import SCHEMA, FuzzedMock, new_mock
from tests.support.http_library import httpx
from tests.support.hypothesis_profiles import UNSHRUNK, examples
from tests.support.operations import OPERATIONS, Operation
from tests.support.oracle import Verdict

#: A request and its response, and what the client read.
Call = tuple[httpx.Request, httpx.Response, Any]


class Wire:
    """The connection to a mock; keeps the last response."""

    def __init__(self, mock: MockMews) -> None:
        self._mock = mock
        self.response = httpx.Response(500)
        self.client = Client(
            "http://mock", httpx_args={"transport": httpx.MockTransport(self._carry)}
        )

    def _carry(self, request: httpx.Request) -> httpx.Response:
        self.response = self._mock.transport.handle_request(request)
        self.response.elapsed = timedelta()  # schemathesis asks for it
        return self.response


def send_sync(wire: Wire, operation: Operation, body: Any) -> Any:
    """Send a body, sync."""
    return operation.module.sync_detailed(client=wire.client, body=body)


def send_async(wire: Wire, operation: Operation, body: Any) -> Any:
    """Send a body, async."""

    async def send() -> Any:
        return await operation.module.asyncio_detailed(client=wire.client, body=body)

    return anyio.run(send)


@pytest.mark.hypothesis
@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("send", [send_sync, send_async])
def test_requests_and_responses_pass_through_unchanged(
    send: Callable[[Wire, Operation, Any], Any], name: str, deviations: list[Deviation]
) -> None:
    """Exactly the body is sent, and the model holds exactly the response."""
    operation, mock = OPERATIONS[name], new_mock()
    fuzzed, wire = FuzzedMock(mock), Wire(mock)

    @settings(max_examples=examples(12), phases=UNSHRUNK)
    @given(SCHEMA[operation.path]["POST"].as_strategy())
    def passes(case: Any) -> None:
        verdict = fuzzed.prepare(case)
        model = operation.request.from_dict(case.body)
        assert model.to_dict() == case.body
        response = send(wire, operation, model)
        assert json.loads(wire.response.request.content) == case.body
        fuzzed.check(case, verdict, wire.response)
        result = (
            operation.result if verdict is Verdict.SUCCESS else models.ConnectorApiExceptionResult
        )
        assert type(response.parsed) is result
        assert response.parsed.to_dict() == wire.response.json()

    passes()
    assert fuzzed.seen[name, Verdict.SUCCESS] >= 3
    assert deviations == []
