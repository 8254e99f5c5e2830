"""Every error says what to do next, and survives a trip to another process."""

import copy
import inspect
import json
import pickle
import re
from collections.abc import Callable
from typing import Any

import httpx
import mews_vouchers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import (
    ApiError,
    BadRequestError,
    BatchError,
    ConflictError,
    ConnectionFailedError,
    ContentTooLargeError,
    ForbiddenError,
    MewsError,
    NotFoundError,
    Outcome,
    OutcomeUnknownError,
    PaginationError,
    RequestTooHeavyError,
    ServerError,
    TooManyRequestsError,
    UnauthorizedError,
    UnexpectedResponseError,
    errors,
    voucher_update,
)
from mews_vouchers.mock.faults import Fault, answer, drop_before, error
from mews_vouchers_client.models import (
    ConnectorApiExceptionResult,
    VoucherAddParameters,
    VoucherTypeEnum,
)

from tests.support.clients import Connect
from tests.support.harness import Harness
from tests.support.hypothesis_profiles import examples
from tests.support.mock_api import NOBODY

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
#: None of the contract's: redirects, what HTTP knows beyond it, and what it does not know at all.
OTHERS = [300, 301, 302, 303, 307, 308, 402, 405, 410, 415, 418, 422, 431, 451, 499]
#: Every class of the tree.
CLASSES = [
    found
    for found in vars(errors).values()
    if inspect.isclass(found) and issubclass(found, MewsError)
]
#: What httpx raises before anything has been sent.
NOTHING_SENT = {
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
}

statuses = pytest.mark.parametrize("status", [*BY_STATUS, *OTHERS])


def met(connect: Connect, fault: Fault, **client_settings: Any) -> MewsError:
    """Return the error that a listing ends with if this happens to each of its requests."""
    harness = Harness(connect, **client_settings)
    harness.mock.inject(fault)
    listing = harness.client.voucher_codes.get_all(voucher_ids=[NOBODY])
    with pytest.raises(MewsError) as caught:
        list(listing)
    return caught.value


def met_api(connect: Connect, fault: Fault) -> ApiError:
    """Return the same, which must be an error of the server's."""
    found = met(connect, fault)
    assert isinstance(found, ApiError)
    return found


def kind_of(status: int) -> type[ApiError]:
    """Return the class for a status."""
    return BY_STATUS.get(status, UnexpectedResponseError)


# --- from an answer to an error


@statuses
def test_each_status_has_its_class(connect: Connect, status: int) -> None:
    """An error answer becomes the class of its status, with all that the answer says."""
    body = {"Message": "No rooms.", "RequestId": "in-body", "Details": {"Parameter": ["x"]}}
    headers = {"Request-Id": "in-header", "Retry-After": "200"}
    fault = answer(status, json.dumps(body), headers)
    found = met_api(connect, fault)
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


def test_an_answer_that_has_no_body_by_its_status(connect: Connect) -> None:
    """A 304, whose body HTTP forbids, is an error with its status like any other."""
    found = met_api(connect, answer(304))
    assert (type(found), found.status_code) == (UnexpectedResponseError, 304)


@pytest.mark.parametrize("status", [302, 400, 418, 429, 520])
@pytest.mark.parametrize("content", ["", "<html><h1>Bad Gateway</h1></html>", "[]", "\xff", "{"])
def test_an_answer_without_json_is_no_other_error(
    connect: Connect, status: int, content: str
) -> None:
    """HTML, nothing at all and broken JSON become the class of the status, without a message."""
    found = met_api(connect, answer(status, content.encode("latin-1")))
    assert type(found) is kind_of(status)
    assert (found.message, found.details, found.body, found.retry_after) == (None,) * 4
    assert found.request_id is None
    assert str(found) == f"voucherCodes/getAll: {status} (no request id): no message"


@settings(max_examples=examples(40))
@given(status=st.integers(200, 999).filter(lambda status: status not in {200, 204}))
def test_no_status_breaks_anything(connect: Connect, status: int) -> None:
    """Any number that a server can send is an `ApiError`, also one that HTTP does not define."""
    found = met_api(connect, error(status))
    server = ServerError if status >= 500 else UnexpectedResponseError
    assert type(found) is BY_STATUS.get(status, server)
    assert found.status_code == status


@pytest.mark.parametrize("content", ["", "<html>", "[]", "null", '"text"', "{", "1e999999", "\x00"])
def test_a_success_that_cannot_be_read(connect: Connect, content: str) -> None:
    """A 200 whose body is no JSON object is an `UnexpectedResponseError` that says so."""
    found = met_api(connect, answer(200, content, {"Request-Id": "r-1"}))
    assert type(found) is UnexpectedResponseError
    assert str(found).startswith("voucherCodes/getAll: 200 (request r-1): ")
    assert "cannot be read" in str(found)


@pytest.mark.parametrize("depth", [100, 450, 700, 950, 3_000, 100_000])
@pytest.mark.parametrize("status", [200, 400, 520])
def test_json_that_is_nested_too_deeply(connect: Connect, status: int, depth: int) -> None:
    """However deep an error's details are, the caller gets the error, and no other."""
    body = '{"Message": "No.", "Details": ' + "[" * depth + "]" * depth + "}"
    if status == 200:
        body = "[" * depth + "]" * depth
    found = met_api(connect, answer(status, body))
    assert type(found) is kind_of(status)


@pytest.mark.parametrize("odd", [None, 1, 1.5, True, [], {}, ["x"], {"Message": "x"}])
def test_an_error_body_of_other_types(connect: Connect, odd: object) -> None:
    """Values of other types than documented are no message and no request id."""
    body = json.dumps({"Message": odd, "RequestId": odd, "Details": odd})
    found = met_api(connect, answer(400, body))
    assert (found.message, found.request_id) == (None, None)
    assert found.details == odd


def test_the_request_id_of_the_body(connect: Connect) -> None:
    """Where a proxy has dropped the header, the id in the body serves."""
    body = json.dumps({"Message": "No.", "RequestId": "in-body"})
    found = met_api(connect, answer(400, body))
    assert found.request_id == "in-body"
    assert str(found) == "voucherCodes/getAll: 400 (request in-body): No."


def test_a_message_is_no_page(connect: Connect) -> None:
    """A message without end does not make a log line without end."""
    found = met_api(connect, error(400, "x" * 1_000_000))
    assert len(str(found)) < 2_000


@pytest.mark.parametrize("operation", ["vouchers/add", "vouchers/update", "vouchers/delete"])
def test_the_operation_is_written_as_the_vendor_does(connect: Connect, operation: str) -> None:
    """`operation` is the vendor's name, so that it can be found in the vendor's reference."""
    harness = Harness(connect)
    harness.mock.inject(error(403))
    call: Callable[[list[object]], object] = getattr(
        harness.client.vouchers, operation.partition("/")[2]
    )
    items = {
        "vouchers/add": VoucherAddParameters(NOBODY, "New", VoucherTypeEnum.PUBLIC),
        "vouchers/update": voucher_update(NOBODY, name="New"),
        "vouchers/delete": NOBODY,
    }
    with pytest.raises(BatchError) as caught:
        call([items[operation]])
    cause = caught.value.__cause__
    assert isinstance(cause, ForbiddenError)
    assert caught.value.operation == cause.operation == operation


# --- from a lost answer to an error


def concrete(kind: type[httpx.RequestError]) -> list[type[httpx.RequestError]]:
    """Return a class and all below it."""
    return [kind, *(found for below in kind.__subclasses__() for found in concrete(below))]


@pytest.mark.parametrize("kind", concrete(httpx.RequestError), ids=lambda kind: kind.__name__)
def test_each_failure_of_the_transport_has_its_class(
    connect: Connect, kind: type[httpx.RequestError]
) -> None:
    """It says whether anything was sent; where that is not certain, the outcome is unknown."""
    found = met(connect, drop_before(kind))
    expected = ConnectionFailedError if kind in NOTHING_SENT else OutcomeUnknownError
    assert type(found) is expected
    assert str(found).startswith("voucherCodes/getAll: ")
    assert f"{kind.__name__}: a fault dropped the connection" in str(found)
    assert isinstance(found.__cause__, kind)


def test_the_server_and_the_network_are_told_apart() -> None:
    """A lost answer is no answer: it is no `ApiError`, and both are `MewsError`."""
    assert not issubclass(OutcomeUnknownError, ApiError)
    assert not issubclass(ConnectionFailedError, ApiError)
    assert all(issubclass(kind, MewsError) for kind in CLASSES)


# --- the tree


def test_the_tree_is_as_the_module_says() -> None:
    """The tree at the top of `errors.py` has each class of the module, under its parent."""
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
    """Beside each class of the tree stands the status that it is for."""
    drawn = dict(re.findall(r"(\w+Error) +(\d\d\d|5xx)  ", errors.__doc__ or ""))
    expected = {
        kind.__name__: "5xx" if kind is ServerError else str(status)
        for status, kind in BY_STATUS.items()
    }
    assert drawn == expected


def test_every_error_is_public() -> None:
    """Each class of the tree can be caught by a name of the package."""
    assert all(getattr(mews_vouchers, kind.__name__) is kind for kind in CLASSES)


# --- to another process


def example(kind: type[MewsError]) -> MewsError:
    """Return an error of a class with a value for everything that it can carry."""
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
            Outcome(number, f"item {number}", error=reason) for number in range(4)
        ]
        made = kind(
            "voucherCodes/add",
            "because",
            succeeded=outcomes[:1],
            rejected=outcomes[1:2],
            unknown=outcomes[2:3],
            not_sent=outcomes[3:],
            enterprise_id=NOBODY,
        )
    elif issubclass(kind, ConnectionFailedError | OutcomeUnknownError):
        made = kind("voucherCodes/add", "because")
    else:
        made = kind("a text")
    made.checkpoint = "a place"
    made.add_note("a note")
    return made


def facts(value: Any) -> Any:
    """Return a value as something that compares; errors do not."""
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
    """With class, text, attributes, checkpoint and notes, in every protocol."""
    made = example(kind)
    read: object = pickle.loads(pickle.dumps(made, protocol))
    assert facts(read) == facts(made)


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_every_error_is_copied(
    kind: type[MewsError], copied: Callable[[MewsError], MewsError]
) -> None:
    """A copy, shallow or deep, is equal in all that it says."""
    made = example(kind)
    assert facts(copied(made)) == facts(made)


@statuses
def test_every_error_that_is_met_is_pickled(connect: Connect, status: int) -> None:
    """Not only examples: what a client raises can be pickled, also after it was raised."""
    found = met(connect, error(status))
    read: object = pickle.loads(pickle.dumps(found))
    assert facts(read) == facts(found)


def test_a_subclass_of_a_user_is_pickled() -> None:
    """Whoever derives a class of his own, with other arguments, can pickle it as well."""
    read: object = pickle.loads(pickle.dumps(OfAUserError(7)))
    assert facts(read) == facts(OfAUserError(7))


class OfAUserError(ForbiddenError):
    """An error as a user could define it."""

    def __init__(self, room: int) -> None:
        super().__init__("vouchers/add", 403, f"room {room}")
        self.room = room


def test_an_error_while_listing_has_a_checkpoint(connect: Connect) -> None:
    """An error that is met while listing says where to go on; before the first item, from where."""
    harness = Harness(connect)
    harness.mock.inject(error(403))
    listing = harness.client.voucher_codes.get_all(voucher_ids=[NOBODY], cursor="a place")
    with pytest.raises(ForbiddenError) as caught:
        list(listing)
    assert caught.value.checkpoint == "a place"
    assert PaginationError("text").checkpoint is None
