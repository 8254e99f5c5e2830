"""A call returns a response for every status code, sync and async alike."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers_client import Client, Deviation, Response
from mews_vouchers_client.client import DEFAULT_TIMEOUT
from mews_vouchers_client.http_types import Timeout
from mews_vouchers_client.models import ConnectorApiExceptionResult, VoucherCodeResult

from tests.support.documented import document
from tests.support.http_library import httpx
from tests.support.hypothesis_profiles import examples
from tests.support.operations import OPERATIONS, example_request
from tests.support.raw_server import raw_server

CODES = OPERATIONS["voucherCodes/getAll"]
DOCUMENTED_ERRORS = sorted(
    int(status)
    for status in document()["paths"][CODES.path]["post"]["responses"]
    if int(status) >= 400
)
ERROR = {"Message": "No.", "RequestId": "r-1", "Details": None}

Call = Callable[[httpx.Response], Response[VoucherCodeResult | ConnectorApiExceptionResult]]


def call_sync(received: httpx.Response, operation: Any = CODES) -> Any:
    """Call an operation that receives `received`, sync."""
    transport = httpx.MockTransport(lambda request: received)
    with Client("http://mock", httpx_args={"transport": transport}) as client:
        body = operation.request.from_dict(example_request(operation))
        return operation.module.sync_detailed(client=client, body=body)


def call_async(received: httpx.Response, operation: Any = CODES) -> Any:
    """Call an operation that receives `received`, async."""

    async def call() -> Any:
        transport = httpx.MockTransport(lambda request: received)
        async with Client("http://mock", httpx_args={"transport": transport}) as client:
            body = operation.request.from_dict(example_request(operation))
            return await operation.module.asyncio_detailed(client=client, body=body)

    return anyio.run(call)


@pytest.fixture(params=[call_sync, call_async], ids=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Call:
    """Return the sync and the async way to call, in turn."""
    found: Call = request.param
    return found


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_success_is_read_into_its_model(name: str) -> None:
    """Each operation reads its 200 into the result that the document defines."""
    response = call_sync(httpx.Response(200, json={}), OPERATIONS[name])
    assert type(response.parsed) is OPERATIONS[name].result


@pytest.mark.parametrize("status", DOCUMENTED_ERRORS)
def test_a_documented_error_is_read(call: Call, status: int) -> None:
    """A documented error is read into the model of its body, with its headers."""
    response = call(
        httpx.Response(status, json=ERROR, headers={"Request-Id": "r-1", "Retry-After": "7"})
    )
    assert response.status_code == status
    assert isinstance(response.parsed, ConnectorApiExceptionResult)
    assert response.parsed.to_dict() == ERROR
    assert (response.headers["request-id"], response.headers["retry-after"]) == ("r-1", "7")


@pytest.mark.parametrize("status", [*DOCUMENTED_ERRORS, 200, 204, 302, 418, 502, 520, 599])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>Bad gateway</html>",
        b'{"Message": "cut',
        b"\xff\xfe",
        b"[" * 100000,
        b"null",
        b'"text"',
        b"[1]",
        b"9" * 5000,
    ],
    ids=[
        "empty",
        "html",
        "truncated",
        "not UTF-8",
        "deep",
        "null",
        "string",
        "list",
        "long number",
    ],
)
@pytest.mark.usefixtures("deviations")
def test_a_body_that_is_no_object_is_no_error(call: Call, status: int, content: bytes) -> None:
    """If the body is not a JSON object, the call returns a response with the raw body."""
    response = call(httpx.Response(status, content=content, headers={"Request-Id": "r-1"}))
    assert (response.status_code, response.content, response.parsed) == (status, content, None)
    assert response.headers["Request-Id"] == "r-1"


def test_no_content_is_no_deviation(call: Call, deviations: list[Deviation]) -> None:
    """A 204 without a body is no deviation."""
    assert call(httpx.Response(204)).parsed is None
    assert deviations == []


@settings(max_examples=examples(100))
@given(status=st.integers(200, 999), content=st.binary(max_size=50))
def test_any_status_with_any_bytes_is_answered(status: int, content: bytes) -> None:
    """No status code, even one that HTTP does not define, and no body makes a call fail."""
    response = call_sync(httpx.Response(status, content=content))
    assert (response.status_code, response.content) == (status, content)


def test_a_status_unknown_to_http_over_a_real_socket() -> None:
    """A 520 with an HTML page, as proxies send it, is a response like any other."""
    head = b"HTTP/1.1 520 Web Server Is Returning an Unknown Error\r\nContent-Length: 6\r\n\r\n"
    with raw_server(head + b"<html>") as url, Client(url) as client:
        response = CODES.module.sync_detailed(
            client=client, body=CODES.request.from_dict(example_request(CODES))
        )
    assert (response.status_code, response.content, response.parsed) == (520, b"<html>", None)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "unheard-of"])
@pytest.mark.parametrize("status", [200, 502, 520])
def test_a_body_that_is_not_encoded_as_it_says(status: int, encoding: str) -> None:
    """A body with a wrong Content-Encoding is a response with the raw bytes."""
    head = f"HTTP/1.1 {status} X\r\nContent-Encoding: {encoding}\r\nContent-Length: 6\r\n\r\n"
    with raw_server(head.encode() + b"<html>") as url, Client(url) as client:
        response = CODES.module.sync_detailed(
            client=client, body=CODES.request.from_dict(example_request(CODES))
        )
    assert (response.status_code, response.content, response.parsed) == (status, b"<html>", None)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_compressed_body_is_read(kind: str) -> None:
    """A response in gzip is read like any other."""
    body = gzip.compress(json.dumps({"VoucherCodes": [], "Cursor": None}).encode())
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    request = CODES.request.from_dict(example_request(CODES))
    with raw_server(head.encode() + body) as url:

        async def run() -> Any:
            async with Client(url) as client:
                return await CODES.module.asyncio_detailed(client=client, body=request)

        if kind == "async":
            response = anyio.run(run)
        else:
            with Client(url) as client:
                response = CODES.module.sync_detailed(client=client, body=request)
    assert response.parsed == VoucherCodeResult(voucher_codes=[], cursor=None)


def test_waiting_is_finite() -> None:
    """By default, every phase of a call has a timeout."""
    limits = DEFAULT_TIMEOUT._asdict()
    assert limits.keys() == {"connect", "read", "write", "pool"}
    assert all(isinstance(limit, float) and limit <= 120 for limit in limits.values())
    client = Client("http://mock")
    assert Timeout.of(client.get_http_client().timeout) == DEFAULT_TIMEOUT
    assert Timeout.of(client.get_async_http_client().timeout) == DEFAULT_TIMEOUT
    client.get_http_client().close()


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_request_goes_where_the_document_says(name: str) -> None:
    """Each operation posts JSON to its path below the base URL."""
    requests: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={})

    operation = OPERATIONS[name]
    client = Client("http://mock", httpx_args={"transport": httpx.MockTransport(respond)})
    operation.module.sync_detailed(
        client=client, body=operation.request.from_dict(example_request(operation))
    )
    (request,) = requests
    assert (request.method, request.url.path) == ("POST", operation.path)
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.content) == example_request(operation)
