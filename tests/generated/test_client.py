"""The connection of the generated client does what its settings say."""

import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx
import pytest
from tests.support.documented import UNKNOWN
from mews_vouchers_client import Client
from mews_vouchers_client.http import send
from tests.support.operations import OPERATIONS, example_request


def answering(requests: list[httpx.Request]) -> httpx.MockTransport:
    """Return a transport that notes each request and answers with an empty object."""

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={})

    return httpx.MockTransport(answer)


def test_settings_reach_both_kinds_of_connection() -> None:
    """Base URL, headers, timeout and further arguments apply to blocking and awaiting calls."""
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

    async def awaited() -> None:
        await operation.module.asyncio_detailed(client=client, body=body)

    anyio.run(awaited)
    for request in requests:
        assert str(request.url) == f"http://mock/base{operation.path}"
        assert request.headers["Prefer"] == "return=minimal"
        assert request.extensions["timeout"]["read"] == 3.0
    assert len(requests) == 2


def test_a_server_cannot_set_cookies() -> None:
    """What its answers want kept is not sent back; what the user gave for cookies is sent."""
    cookies: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        cookies.append(request.headers.get("Cookie", ""))
        return httpx.Response(200, json={}, headers={"Set-Cookie": "of=the server"})

    client = Client("http://mock", httpx_args={"transport": httpx.MockTransport(answer)})
    given = Client(
        "http://mock",
        httpx_args={"transport": httpx.MockTransport(answer), "cookies": {"of": "the user"}},
    )
    operation = OPERATIONS["vouchers/delete"]
    body = operation.request.from_dict(example_request(operation))

    async def awaited() -> None:
        await operation.module.asyncio_detailed(client=client, body=body)
        await operation.module.asyncio_detailed(client=client, body=body)

    anyio.run(awaited)
    for one in (client, client, given, given):
        operation.module.sync_detailed(client=one, body=body)
    assert cookies == [""] * 4 + ["of=the user"] * 2


def test_threads_that_are_first_share_one_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many threads make the first call at once, there is one pool of connections."""
    made: list[httpx.Client] = []
    real = httpx.Client

    def slowly(**_: object) -> httpx.Client:
        time.sleep(0.1)
        made.append(real(transport=answering([])))
        return made[-1]

    monkeypatch.setattr(httpx, "Client", slowly)
    client = Client("http://mock")
    with ThreadPoolExecutor(4) as threads:
        given = [threads.submit(client.get_httpx_client) for _ in range(4)]
    assert len(made) == 1
    assert {one.result() for one in given} == set(made)


def test_certificates_are_checked_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """`verify_ssl` goes to httpx as it is, and is on by default."""
    seen: list[object] = []
    real = httpx.Client

    def noting(**settings: object) -> httpx.Client:
        seen.append(settings["verify"])
        return real(transport=answering([]))

    monkeypatch.setattr(httpx, "Client", noting)
    context = ssl.create_default_context()
    Client("https://mock").get_httpx_client()
    Client("https://mock", verify_ssl=context).get_httpx_client()
    assert seen == [True, context]


def test_a_connection_of_ones_own_is_used() -> None:
    """What is set with `set_httpx_client` and its awaiting twin is what calls go through."""
    requests: list[httpx.Request] = []
    own = httpx.Client(base_url="http://own", transport=answering(requests))
    own_async = httpx.AsyncClient(base_url="http://own", transport=answering(requests))
    client = Client("http://mock").set_httpx_client(own).set_async_httpx_client(own_async)
    assert client.get_httpx_client() is own
    assert client.get_async_httpx_client() is own_async
    operation = OPERATIONS["vouchers/delete"]
    body = operation.request.from_dict(example_request(operation))
    operation.module.sync_detailed(client=client, body=body)
    assert [request.url.host for request in requests] == ["own"]


@pytest.mark.parametrize(
    "base_url", ["http://own", "https://own:8443/", "http://own/a/b/", "http://own//c/%C5%AF?d=1"]
)
def test_a_request_goes_where_its_connection_leads(base_url: str) -> None:
    """The address is what httpx makes of the base URL, also when that changes."""
    requests: list[httpx.Request] = []
    own = httpx.Client(base_url="http://before", transport=answering(requests))
    operation = OPERATIONS["vouchers/delete"]
    kwargs = operation.module.get_kwargs(operation.request.from_dict(example_request(operation)))
    for address in ("http://before", base_url):
        own.base_url = httpx.URL(address)
        send(own, kwargs)
        assert requests.pop().url == own.build_request(**kwargs).url


def test_leaving_the_block_closes_the_connection() -> None:
    """`with` and `async with` close what they opened."""
    with Client("http://mock") as client:
        blocking = client.get_httpx_client()
    assert blocking.is_closed

    async def awaited() -> httpx.AsyncClient:
        async with Client("http://mock") as client:
            return client.get_async_httpx_client()

    assert anyio.run(awaited).is_closed


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_can_be_awaited(name: str) -> None:
    """The awaiting function of each operation uses the awaiting connection, and reads the same."""
    operation = OPERATIONS[name]
    body = operation.request.from_dict(example_request(operation))

    def refuse(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    async def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={UNKNOWN: request.url.path})

    async def awaited() -> Any:
        blocking = httpx.Client(transport=httpx.MockTransport(refuse))
        awaiting = httpx.AsyncClient(base_url="http://mock", transport=httpx.MockTransport(answer))
        client = Client("http://mock").set_httpx_client(blocking).set_async_httpx_client(awaiting)
        return (await operation.module.asyncio_detailed(client=client, body=body)).parsed

    parsed = anyio.run(awaited)
    assert type(parsed) is operation.result
    assert parsed[UNKNOWN] == operation.path
