"""`client.call()`: any operation, with the credentials, limit and retries of the client."""

import json
from typing import Any
from uuid import uuid4

import pytest
from mews_vouchers import (
    ForbiddenError,
    MewsError,
    OutcomeUnknownError,
    RateLimit,
    UnexpectedResponseError,
)
from mews_vouchers.mock import MockResponse
from mews_vouchers.mock.faults import Fault, FaultedCall, drop_after, error, respond

from tests.support.clients import Connect
from tests.support.harness import Harness
from tests.support.mock_api import UNKNOWN_ID

SERVICES = {"Services": [{"Id": "s-1", "Name": "Stay"}], "Cursor": None}


@pytest.fixture
def harness(connect: Connect) -> Harness:
    """Return a client of a mock."""
    return Harness(connect)


def test_it_returns_the_body_as_it_is(harness: Harness) -> None:
    """The request has the credentials, and the response is a dict."""
    harness.mock.inject(respond(200, json.dumps(SERVICES)), calls=1)
    assert harness.client.call("services/getAll", {"Limitation": {"Count": 10}}) == SERVICES
    (request,) = harness.mock.requests
    assert request.operation == "services/getAll"
    assert request.body["Limitation"] == {"Count": 10}
    assert request.body["Client"] == "Tests 1.0"


def test_it_agrees_with_the_typed_methods(harness: Harness) -> None:
    """An operation that this package knows can be called as well."""
    harness.add_codes(3)
    body = {"VoucherIds": [harness.voucher_id], "Limitation": {"Count": 10}}
    found = harness.client.call("voucherCodes/getAll", body)["VoucherCodes"]
    listed = harness.client.voucher_codes.get_all(voucher_ids=[harness.voucher_id])
    assert [one["Id"] for one in found] == [code.id for code in listed]


def test_the_languages_of_the_client_are_sent(connect: Connect) -> None:
    """As with every other request."""
    harness = Harness(connect, language_code="de-DE", culture_code="de-AT")
    harness.mock.inject(respond(200, json.dumps(SERVICES)), calls=1)
    harness.client.call("services/getAll", {})
    assert harness.mock.requests[0].body["LanguageCode"] == "de-DE"
    assert harness.mock.requests[0].body["CultureCode"] == "de-AT"


def test_no_body_is_an_empty_dict(harness: Harness) -> None:
    """A 204 has none."""
    harness.mock.inject(respond(204), calls=1)
    assert harness.client.call("services/getAll", {}) == {}


@pytest.mark.parametrize(
    ("operation", "idempotent", "requests"),
    [
        ("services/getAll", None, 2),
        ("reservations/add", None, 1),
        ("reservations/add", True, 2),
        ("services/getAll", False, 1),
    ],
)
def test_only_what_is_safe_is_retried(
    harness: Harness, operation: str, *, idempotent: bool | None, requests: int
) -> None:
    """Without a response, a read is sent again; a write only if the caller says that it may be."""
    harness.mock.inject(lost_once())
    if requests == 1:
        with pytest.raises(OutcomeUnknownError):
            harness.client.call(operation, {}, idempotent=idempotent)
    else:
        assert harness.client.call(operation, {}, idempotent=idempotent) == SERVICES
    assert len(harness.mock.requests) == requests


def lost_once() -> Fault:
    """Lose the first response; then respond."""
    faults = [drop_after(), respond(200, json.dumps(SERVICES))]

    def fault(call: FaultedCall) -> MockResponse:
        return faults.pop(0)(call)

    return fault


def test_it_counts_in_the_limit_of_the_token(connect: Connect) -> None:
    """The limit is the token's, whatever the operation."""
    harness = Harness(
        connect,
        base_url=f"http://{uuid4()}",  # a rate limit of its own
        rate_limit=RateLimit(2, 60.0),
        rate_limit_wait=0.0,
    )
    harness.mock.inject(respond(200, json.dumps(SERVICES)))
    harness.client.call("services/getAll", {})
    harness.client.call("services/getAll", {})
    with pytest.raises(MewsError, match="rate limit"):
        list(harness.client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID]))


def test_its_errors_are_those_of_the_client(harness: Harness) -> None:
    """With status, message and request id."""
    harness.mock.inject(error(403, "Not allowed."), calls=1)
    with pytest.raises(ForbiddenError, match=r"services/getAll: 403 .*Not allowed\."):
        harness.client.call("services/getAll", {})


@pytest.mark.parametrize("body", [["a list"], "a string", 3])
def test_a_success_that_is_no_object_is_an_error(harness: Harness, body: Any) -> None:
    """Nothing is returned that is no dict."""
    harness.mock.inject(respond(200, json.dumps(body)))
    with pytest.raises(UnexpectedResponseError):
        harness.client.call("services/getAll", {})


@pytest.mark.parametrize(
    ("operation", "body", "kind"),
    [
        ("services", {}, ValueError),
        ("../services/getAll", {}, ValueError),
        ("services/getAll?x=1", {}, ValueError),
        ("services/getAll", [], TypeError),
        ("services/getAll", {"AccessToken": "mine"}, ValueError),
        ("services/getAll", {"Odd": object()}, TypeError),
    ],
)
def test_what_cannot_be_meant_is_refused(
    harness: Harness, operation: str, body: Any, kind: type[Exception]
) -> None:
    """Before anything is sent."""
    with pytest.raises(kind):
        harness.client.call(operation, body)
    assert not harness.mock.requests


@pytest.mark.parametrize("idempotent", ["no", 0, 1, "yes"])
def test_only_true_and_false_say_whether_it_may_be_repeated(
    harness: Harness, idempotent: Any
) -> None:
    """A text would be true, whatever it says."""
    with pytest.raises(TypeError, match="idempotent must be True, False or None"):
        harness.client.call("services/getAll", {}, idempotent=idempotent)
    assert not harness.mock.requests
