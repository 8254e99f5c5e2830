"""Every error says what to do next, and can be sent to another process."""

import copy
import inspect
import json
import pickle
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import mews_vouchers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import (
    ApiError,
    BadRequestError,
    BatchError,
    CircuitOpenError,
    ConflictError,
    ConnectionFailedError,
    ContentTooLargeError,
    ForbiddenError,
    InvalidItemError,
    JournalError,
    MewsError,
    NotFoundError,
    Outcome,
    OutcomeUnknownError,
    PaginationError,
    RateLimitTimeoutError,
    RequestTooHeavyError,
    ResponseTooLargeError,
    ServerError,
    TooManyRequestsError,
    UnauthorizedError,
    UnexpectedResponseError,
    errors,
    voucher_update,
)
from mews_vouchers.mock.faults import Fault, drop_before, error, respond
from mews_vouchers_client.models import (
    ConnectorApiExceptionResult,
    VoucherAddParameters,
    VoucherTypeEnum,
)

from tests.support.clients import Connect
from tests.support.harness import Harness
from tests.support.http_library import httpx
from tests.support.hypothesis_profiles import examples
from tests.support.mock_api import UNKNOWN_ID

BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    408: RequestTooHeavyError,
    409: ConflictError,
    413: ContentTooLargeError,
    429: TooManyRequestsError,
    500: ServerError,
    502: ServerError,
    503: ServerError,
    504: ServerError,
    520: ServerError,
    599: ServerError,
}
#: Statuses outside the contract: redirects, other statuses of HTTP, and undefined ones.
OTHERS = [300, 301, 302, 303, 307, 308, 402, 405, 410, 415, 418, 422, 431, 451, 499]
#: Every class of the tree.
CLASSES = [
    found
    for found in (*vars(errors).values(), BatchError)
    if inspect.isclass(found) and issubclass(found, MewsError)
]
#: Exceptions of httpx before anything was sent.
NOTHING_SENT = {
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
}

statuses = pytest.mark.parametrize("status", [*BY_STATUS, *OTHERS])


def listing_error(connect: Connect, fault: Fault, **client_settings: Any) -> MewsError:
    """Return the error of a listing if this fault occurs in each of its requests."""
    harness = Harness(connect, **client_settings)
    harness.mock.inject(fault)
    listing = harness.client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID])
    with pytest.raises(MewsError) as caught:
        list(listing)
    return caught.value


def api_error(connect: Connect, fault: Fault) -> ApiError:
    """Return the same, which must be an `ApiError`."""
    found = listing_error(connect, fault)
    assert isinstance(found, ApiError)
    return found


def kind_of(status: int) -> type[ApiError]:
    """Return the class for a status."""
    return BY_STATUS.get(status, UnexpectedResponseError)


# --- from a response to an error


@statuses
def test_each_status_has_its_class(connect: Connect, status: int) -> None:
    """An error response becomes the class of its status, with everything in the response."""
    body = {"Message": "No rooms.", "RequestId": "in-body", "Details": {"Parameter": ["x"]}}
    headers = {"Request-Id": "in-header", "Retry-After": "200"}
    fault = respond(status, json.dumps(body), headers)
    found = api_error(connect, fault)
    assert type(found) is kind_of(status)
    assert found.status_code == status
    assert found.message == "No rooms."
    assert found.request_id == "in-header"
    assert found.details == {"Parameter": ["x"]}
    assert found.operation == "voucherCodes/getAll"
    assert found.retry_after == 200.0
    assert found.body is not None
    assert found.body.message == "No rooms."
    assert str(found) == f"voucherCodes/getAll: {status} (request in-header): No rooms."


def test_a_status_without_a_body_is_an_error(connect: Connect) -> None:
    """A 304, which HTTP allows no body, is an error with its status like any other."""
    found = api_error(connect, respond(304))
    assert (type(found), found.status_code) == (UnexpectedResponseError, 304)


@pytest.mark.parametrize("status", [302, 400, 418, 429, 520])
@pytest.mark.parametrize("content", ["", "<html><h1>Bad Gateway</h1></html>", "[]", "\xff", "{"])
def test_a_response_without_json_has_the_same_class(
    connect: Connect, status: int, content: str
) -> None:
    """HTML, an empty body and broken JSON give the class of the status, without a message."""
    found = api_error(connect, respond(status, content.encode("latin-1")))
    assert type(found) is kind_of(status)
    assert (found.message, found.details, found.body, found.retry_after) == (None,) * 4
    assert found.request_id is None
    assert str(found) == f"voucherCodes/getAll: {status} (no request id): no message"


@settings(max_examples=examples(40))
@given(status=st.integers(200, 999).filter(lambda status: status not in {200, 204, 304}))
def test_any_status_is_an_api_error(connect: Connect, status: int) -> None:
    """Any status that a server can send is an `ApiError`, even one that HTTP does not define."""
    found = api_error(connect, error(status))
    server = ServerError if status >= 500 else UnexpectedResponseError
    assert type(found) is BY_STATUS.get(status, server)
    assert found.status_code == status


@pytest.mark.parametrize("content", ["", "<html>", "[]", "null", '"text"', "{", "1e999999", "\x00"])
def test_a_success_that_cannot_be_parsed(connect: Connect, content: str) -> None:
    """A 200 whose body is not a JSON object is an `UnexpectedResponseError` that says so."""
    found = api_error(connect, respond(200, content, {"Request-Id": "r-1"}))
    assert type(found) is UnexpectedResponseError
    assert str(found).startswith("voucherCodes/getAll: 200 (request r-1): ")
    assert "cannot be parsed" in str(found)


@pytest.mark.parametrize("depth", [100, 450, 700, 950, 3_000, 100_000])
@pytest.mark.parametrize("status", [200, 400, 520])
def test_json_that_is_nested_too_deeply(connect: Connect, status: int, depth: int) -> None:
    """However deeply the details of an error are nested, the caller gets that error."""
    body = '{"Message": "No.", "Details": ' + "[" * depth + "]" * depth + "}"
    if status == 200:
        body = "[" * depth + "]" * depth
    found = api_error(connect, respond(status, body))
    assert type(found) is kind_of(status)


@pytest.mark.parametrize("malformed", [None, 1, 1.5, True, [], {}, ["x"], {"Message": "x"}])
def test_an_error_body_of_other_types(connect: Connect, malformed: object) -> None:
    """Values of other types than documented are neither a message nor a request id."""
    body = json.dumps({"Message": malformed, "RequestId": malformed, "Details": malformed})
    found = api_error(connect, respond(400, body))
    assert (found.message, found.request_id) == (None, None)
    assert found.details == malformed


def test_the_request_id_of_the_body(connect: Connect) -> None:
    """If the header is missing, the request id of the body is used."""
    body = json.dumps({"Message": "No.", "RequestId": "in-body"})
    found = api_error(connect, respond(400, body))
    assert found.request_id == "in-body"
    assert str(found) == "voucherCodes/getAll: 400 (request in-body): No."


def test_a_message_is_truncated(connect: Connect) -> None:
    """A long message is truncated."""
    found = api_error(connect, error(400, "x" * 1_000_000))
    assert len(str(found)) < 2_000


@pytest.mark.parametrize("operation", ["vouchers/add", "vouchers/update", "vouchers/delete"])
def test_the_operation_is_written_as_the_vendor_does(connect: Connect, operation: str) -> None:
    """`operation` is the vendor's name, as in the vendor's reference."""
    harness = Harness(connect)
    harness.mock.inject(error(403))
    call: Callable[[list[object]], object] = getattr(
        harness.client.vouchers, operation.partition("/")[2]
    )
    items = {
        "vouchers/add": VoucherAddParameters(UNKNOWN_ID, "New", VoucherTypeEnum.PUBLIC),
        "vouchers/update": voucher_update(UNKNOWN_ID, name="New"),
        "vouchers/delete": UNKNOWN_ID,
    }
    with pytest.raises(BatchError) as caught:
        call([items[operation]])
    cause = caught.value.__cause__
    assert isinstance(cause, ForbiddenError)
    assert caught.value.operation == cause.operation == operation


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be"])
def test_an_error_is_read_in_any_encoding_of_a_success(connect: Connect, encoding: str) -> None:
    """With a BOM or without, in each of the UTFs."""
    body = json.dumps({"Message": "No ročms."}, ensure_ascii=False)
    found = api_error(connect, respond(400, body.encode(encoding)))
    assert found.message == "No ročms."


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://api.example.com:444/a/b?c=d#e", "https://api.example.com:444/a/b"),
        ("https://user:password@api.example.com", "https://api.example.com"),
        ("/a?b", "/a"),
        ("?only=query", None),
        ("", None),
        ("https://[", None),
    ],
)
def test_the_error_of_a_redirect_says_where_it_leads(
    connect: Connect, location: str, target: str | None
) -> None:
    """Host and path are in the message, but neither query nor user."""
    found = api_error(connect, respond(301, headers={"Location": location}))
    expected = None if target is None else f"redirected to {target}: is the base URL right?"
    assert found.message == expected


# --- from an exception of the transport to an error


def concrete(kind: type[httpx.RequestError]) -> list[type[httpx.RequestError]]:
    """Return a class and all its subclasses."""
    return [kind, *(found for below in kind.__subclasses__() for found in concrete(below))]


@pytest.mark.parametrize("kind", concrete(httpx.RequestError), ids=lambda kind: kind.__name__)
def test_each_failure_of_the_transport_has_its_class(
    connect: Connect, kind: type[httpx.RequestError]
) -> None:
    """The class says whether the request was sent; if that is not certain, it is unknown."""
    found = listing_error(connect, drop_before(kind))
    expected: type[MewsError] = OutcomeUnknownError
    if kind in NOTHING_SENT:
        expected = ConnectionFailedError
    elif kind.__name__ == "ResponseTooLargeError":
        expected = ResponseTooLargeError
    assert type(found) is expected
    assert str(found).startswith("voucherCodes/getAll: ")
    assert "a fault dropped the connection" in str(found)
    assert kind.__name__ in str(found) or expected is ResponseTooLargeError
    assert isinstance(found.__cause__, kind)


def test_network_errors_are_no_api_errors() -> None:
    """A missing response is no `ApiError`; both are a `MewsError`."""
    assert not issubclass(OutcomeUnknownError, ApiError)
    assert not issubclass(ConnectionFailedError, ApiError)
    assert all(issubclass(kind, MewsError) for kind in CLASSES)


# --- the tree


def test_the_tree_is_as_the_module_says() -> None:
    """The tree at the top of `errors.py` has each class of the package, below its parent."""
    drawn: dict[str, str] = {}
    parents: dict[int, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"[ │├└─]*([A-Z]\w+Error)\b", line)
        if found:
            depth = found.start(1)
            parents = {at: name for at, name in parents.items() if at < depth}
            drawn[found[1]] = parents[max(parents)] if parents else "Exception"
            parents[depth] = found[1]
    assert drawn == {kind.__name__: kind.__bases__[0].__name__ for kind in CLASSES}


def test_the_tree_names_the_statuses() -> None:
    """The tree has the status of each class."""
    drawn = dict(re.findall(r"(\w+Error) +(\d\d\d|5xx)  ", errors.__doc__ or ""))
    expected = {
        kind.__name__: "5xx" if kind is ServerError else str(status)
        for status, kind in BY_STATUS.items()
    }
    assert drawn == expected


def test_every_error_is_public() -> None:
    """Each class of the tree is exported by the package."""
    assert all(getattr(mews_vouchers, kind.__name__) is kind for kind in CLASSES)


# --- to another process


def example(kind: type[MewsError]) -> MewsError:
    """Return an error of a class with a value for each of its attributes."""
    made: MewsError
    if issubclass(kind, ApiError):
        made = kind(
            "voucherCodes/add",
            418,
            "No.",
            request_id="r-1",
            details={"Parameter": ["x"]},
            retry_after=1.5,
            body=ConnectorApiExceptionResult.from_dict({"Message": "No.", "Odd": [1]}),
        )
    elif issubclass(kind, BatchError):
        reason = UnauthorizedError("voucherCodes/add", 401, "No.", request_id="r-1")
        outcomes: list[Outcome[str, None]] = [
            Outcome(number, f"id {number}", error=reason, sent_at=datetime.now(UTC))
            for number in range(4)
        ]
        made = kind(
            "voucherCodes/delete",
            "because",
            succeeded=outcomes[:1],
            rejected=outcomes[1:2],
            unknown=outcomes[2:3],
            not_sent=outcomes[3:],
            enterprise_id=UNKNOWN_ID,
            cause=reason,
            is_complete=False,
        )
        return made
    elif issubclass(kind, InvalidItemError):
        made = kind("voucherCodes/add", 7, "value", "is too long")
    elif issubclass(
        kind, ConnectionFailedError | JournalError | OutcomeUnknownError | ResponseTooLargeError
    ):
        made = kind("voucherCodes/add", "because")
    elif issubclass(kind, RateLimitTimeoutError):
        made = kind("voucherCodes/add", 7.5)
    elif issubclass(kind, CircuitOpenError):
        made = kind("voucherCodes/add", 30.0)
    else:
        made = kind("a text")
    made.checkpoint = "a place"
    made.add_note("a note")
    return made


def facts(value: Any) -> Any:
    """Return a value as something comparable; exceptions are not comparable."""
    if isinstance(value, MewsError):
        return type(value), value.args, str(value), facts(vars(value))
    if isinstance(value, Outcome):
        return tuple(facts(getattr(value, name)) for name in value.__slots__)
    if isinstance(value, dict):
        return {name: facts(one) for name, one in value.items()}
    if isinstance(value, tuple):
        return tuple(map(facts, value))
    return value


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_error_is_pickled(kind: type[MewsError], protocol: int) -> None:
    """With class, message, attributes, checkpoint and notes, in every protocol.

    A `BatchError` is pickled as its JSON, which has neither checkpoint nor notes.
    """
    made = example(kind)
    read: object = pickle.loads(pickle.dumps(made, protocol))
    assert facts(read) == facts(made)


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_every_error_is_copied(
    kind: type[MewsError], copied: Callable[[MewsError], MewsError]
) -> None:
    """A copy, shallow or deep, is equal in all attributes."""
    made = example(kind)
    assert facts(copied(made)) == facts(made)


@statuses
def test_every_raised_error_is_pickled(connect: Connect, status: int) -> None:
    """The errors that a client raises can be pickled, too."""
    found = listing_error(connect, error(status))
    read: object = pickle.loads(pickle.dumps(found))
    assert facts(read) == facts(found)


def test_a_users_subclass_is_pickled() -> None:
    """A user's subclass with other arguments can be pickled as well."""
    read: object = pickle.loads(pickle.dumps(UsersError(7)))
    assert facts(read) == facts(UsersError(7))


class UsersError(ForbiddenError):
    """An error as a user could define it."""

    def __init__(self, room: int) -> None:
        super().__init__("vouchers/add", 403, f"room {room}")
        self.room = room


def test_an_error_while_listing_has_a_checkpoint(connect: Connect) -> None:
    """An error of a listing has a checkpoint, even before the first item."""
    harness = Harness(connect)
    harness.mock.inject(error(403))
    listing = harness.client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID], cursor="a place")
    with pytest.raises(ForbiddenError) as caught:
        list(listing)
    assert caught.value.checkpoint == listing.checkpoint
    harness.mock.inject(error(403))
    rest = harness.client.voucher_codes.get_all(
        voucher_ids=[UNKNOWN_ID], checkpoint=caught.value.checkpoint
    )
    with pytest.raises(ForbiddenError):
        list(rest)
    cursors = [one.body["Limitation"]["Cursor"] for one in harness.mock.requests]
    assert cursors == ["a place", "a place"]
    assert PaginationError("text").checkpoint is None
