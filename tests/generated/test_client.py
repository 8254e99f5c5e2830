"""The settings of the generated `Client` take effect."""

import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import pytest
from mews_vouchers_client import Client
from mews_vouchers_client.http import send
from mews_vouchers_client.http_types import AsyncHttpClient

from tests.support.documented import UNKNOWN
from tests.support.http_library import httpx
from tests.support.operations import OPERATIONS, example_request


def answering(requests: list[httpx.Request]) -> httpx.MockTransport:
    """Return a transport that records each request and responds with an empty object."""

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={})

    return httpx.MockTransport(respond)


def test_settings_reach_both_kinds_of_connection() -> None:
    """Base URL, headers, timeout and further arguments apply to sync and async calls."""
    requests: list[httpx.Request] = []
    client = Client(
        "http://mock/base",
        headers={"Prefer": "return=minimal"},
        timeout=httpx.Timeout(3.0),
        httpx_args={"transport": answering(requests)},
    )
    operation = OPERATIONS["vouchers/delete"]
    body = operation.request.from_dict(example_request(operation))
    operation.module.sync_detailed(client=client, body=body)

    async def run() -> None:
        await operation.module.asyncio_detailed(client=client, body=body)

    anyio.run(run)
    for request in requests:
        assert str(request.url) == f"http://mock/base{operation.path}"
        assert request.headers["Prefer"] == "return=minimal"
        assert request.extensions["timeout"]["read"] == 3.0
    assert len(requests) == 2


def test_a_server_cannot_set_cookies() -> None:
    """Cookies of a response are not sent back; cookies that the user passed are sent."""
    cookies: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        cookies.append(request.headers.get("Cookie", ""))
        return httpx.Response(200, json={}, headers={"Set-Cookie": "of=the server"})

    client = Client("http://mock", httpx_args={"transport": httpx.MockTransport(respond)})
    given = Client(
        "http://mock",
        httpx_args={"transport": httpx.MockTransport(respond), "cookies": {"of": "the user"}},
    )
    operation = OPERATIONS["vouchers/delete"]
    body = operation.request.from_dict(example_request(operation))

    async def run() -> None:
        await operation.module.asyncio_detailed(client=client, body=body)
        await operation.module.asyncio_detailed(client=client, body=body)

    anyio.run(run)
    for one in (client, client, given, given):
        operation.module.sync_detailed(client=one, body=body)
    assert cookies == [""] * 4 + ["of=the user"] * 2


def test_threads_that_are_first_share_one_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that make the first call concurrently share one connection pool."""
    made: list[httpx.Client] = []
    real = httpx.Client

    def slowly(**_: object) -> httpx.Client:
        time.sleep(0.1)
        made.append(real(transport=answering([])))
        return made[-1]

    monkeypatch.setattr(httpx, "Client", slowly)
    client = Client("http://mock")
    with ThreadPoolExecutor(4) as threads:
        given = [threads.submit(client.get_http_client) for _ in range(4)]
    assert len(made) == 1
    assert {one.result() for one in given} == set(made)


def test_certificates_are_checked_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """`verify_ssl` is passed to httpx unchanged, and is on by default."""
    seen: list[object] = []
    real = httpx.Client

    def noting(**settings: object) -> httpx.Client:
        seen.append(settings["verify"])
        return real(transport=answering([]))

    monkeypatch.setattr(httpx, "Client", noting)
    context = ssl.create_default_context()
    Client("https://mock").get_http_client()
    Client("https://mock", verify_ssl=context).get_http_client()
    assert seen == [True, context]


def test_a_connection_of_ones_own_is_used() -> None:
    """Calls use the clients that `set_httpx_client` and `set_async_httpx_client` set."""
    requests: list[httpx.Request] = []
    own = httpx.Client(base_url="http://own", transport=answering(requests))
    own_async = httpx.AsyncClient(base_url="http://own", transport=answering(requests))
    client = Client("http://mock").set_httpx_client(own).set_async_httpx_client(own_async)
    assert client.get_http_client() is own
    assert client.get_async_http_client() is own_async
    operation = OPERATIONS["vouchers/delete"]
    body = operation.request.from_dict(example_request(operation))
    operation.module.sync_detailed(client=client, body=body)
    assert [request.url.host for request in requests] == ["own"]


def test_a_client_of_the_program_is_borrowed() -> None:
    """Base URL, timeouts and headers are those of the `Client`; the connections are not closed."""
    requests: list[httpx.Request] = []
    operation = OPERATIONS["vouchers/delete"]
    body = operation.request.from_dict(example_request(operation))
    settings: dict[str, Any] = {
        "headers": {"X-Own": "one"},
        "timeout": httpx.Timeout(3.0),
        "user_agent": lambda: "Tests/1",
    }
    own = httpx.Client(base_url="http://other", transport=answering(requests))
    with Client("http://mock/base", http_client=own, **settings) as client:
        operation.module.sync_detailed(client=client, body=body)
        with pytest.raises(TypeError, match="http_client is sync"):
            client.get_async_http_client()
    client.close()
    assert client.get_http_client().is_closed is own.is_closed is False
    own.close()
    assert client.get_http_client().is_closed

    async def run() -> None:
        own = httpx.AsyncClient(base_url="http://other", transport=answering(requests))
        async with Client("http://mock/base", http_client=own, **settings) as client:
            await operation.module.asyncio_detailed(client=client, body=body)
            with pytest.raises(TypeError, match="http_client is async"):
                client.get_http_client()
        await client.aclose()
        assert client.get_async_http_client().is_closed is own.is_closed is False
        await own.aclose()
        assert client.get_async_http_client().is_closed

    anyio.run(run)
    assert len(requests) == 2
    for request in requests:
        assert str(request.url) == f"http://mock/base{operation.path}"
        assert (request.headers["X-Own"], request.headers["User-Agent"]) == ("one", "Tests/1")
        assert request.extensions["timeout"]["read"] == 3.0


def test_closing_an_unused_client_connects_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It creates no connection pool; a transport that was passed is closed."""
    closed: list[str] = []

    class Own(httpx.MockTransport):
        def close(self) -> None:
            closed.append("sync")

        async def aclose(self) -> None:
            closed.append("async")

    client = Client("http://mock", httpx_args={"transport": Own(lambda _: httpx.Response(200))})
    client.close()
    anyio.run(client.aclose)
    assert closed == ["sync", "async"]

    def refuse(**_: object) -> None:
        raise AssertionError("a pool was created")

    monkeypatch.setattr(httpx, "Client", refuse)
    monkeypatch.setattr(httpx, "AsyncClient", refuse)
    Client("http://mock").close()
    anyio.run(Client("http://mock").aclose)


@pytest.mark.parametrize(
    "base_url", ["http://own", "https://own:8443/", "http://own/a/b/", "http://own//c/%C5%AF?d=1"]
)
def test_a_request_goes_where_its_connection_leads(base_url: str) -> None:
    """The URL is the one that httpx builds from the base URL, also after that changes."""
    requests: list[httpx.Request] = []
    own = httpx.Client(base_url="http://before", transport=answering(requests))
    operation = OPERATIONS["vouchers/delete"]
    kwargs = operation.module.get_kwargs(operation.request.from_dict(example_request(operation)))
    for address in ("http://before", base_url):
        own.base_url = httpx.URL(address)
        send(own, kwargs)
        assert requests.pop().url == own.build_request(**kwargs).url


def test_leaving_the_block_closes_the_connection() -> None:
    """`with` and `async with` close the connection pool that they opened."""
    with Client("http://mock") as client:
        sync_client = client.get_http_client()
    assert sync_client.is_closed

    async def run() -> AsyncHttpClient:
        async with Client("http://mock") as client:
            return client.get_async_http_client()

    assert anyio.run(run).is_closed


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_can_be_awaited(name: str) -> None:
    """The async function of each operation uses the async client, and reads the same result."""
    operation = OPERATIONS[name]
    body = operation.request.from_dict(example_request(operation))

    def refuse(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    async def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={UNKNOWN: request.url.path})

    async def run() -> Any:
        sync_client = httpx.Client(transport=httpx.MockTransport(refuse))
        async_client = httpx.AsyncClient(
            base_url="http://mock", transport=httpx.MockTransport(respond)
        )
        client = (
            Client("http://mock").set_httpx_client(sync_client).set_async_httpx_client(async_client)
        )
        return (await operation.module.asyncio_detailed(client=client, body=body)).parsed

    parsed = anyio.run(run)
    assert type(parsed) is operation.result
    assert parsed[UNKNOWN] == operation.path


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_closing_what_was_never_used_makes_no_connection_pool(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`close()` and `aclose()` create nothing: a missing file of certificates is no error."""
    monkeypatch.setenv("SSL_CERT_FILE", "/missing.pem")
    client = Client("https://mock")
    with pytest.raises(ValueError, match="SSL_CERT_FILE"):
        client.get_http_client()
    if kind == "sync":
        client.close()
    else:
        anyio.run(client.aclose)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_connection_pool_can_be_closed_without_a_block(kind: str) -> None:
    """`close()` closes the pool of sync requests, `aclose()` that of async ones."""
    client = Client("http://mock")
    if kind == "sync":
        pool = client.get_http_client()
        client.close()
        assert pool.is_closed
    else:
        async_pool = client.get_async_http_client()
        anyio.run(client.aclose)
        assert async_pool.is_closed
