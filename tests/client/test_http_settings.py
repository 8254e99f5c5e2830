"""The settings of the host: its httpx client, its headers, its proxies, its own transport."""

import re
import warnings
from collections.abc import Callable
from typing import Any

import anyio
import mews_vouchers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers import (
    AsyncVoucherClient,
    ClosedError,
    Credentials,
    SettingsWarning,
    UnexpectedResponseError,
    VoucherClient,
)
from mews_vouchers.mock import MockMews
from mews_vouchers_client.client import DEFAULT_TIMEOUT
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.clients import Connect, credentials_of
from tests.support.harness import ask
from tests.support.http_library import NAME, httpx
from tests.support.mock_api import UNKNOWN_ID
from tests.support.raw_server import raw_server
from tests.support.visible import visible, visible_in_frames

CREDENTIALS = Credentials(client_token="CANARY-1", access_token="CANARY-2", client="Tests 1.0")
EMPTY_PAGE = b'{"VoucherCodes": [], "Cursor": null}'
HTTP_RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(EMPTY_PAGE), EMPTY_PAGE)
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")

Respond = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the proxies in the environment of the test run."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def empty_page(_: httpx.Request) -> httpx.Response:
    """Return a page without codes."""
    return httpx.Response(200, content=EMPTY_PAGE)


def recording(requests: list[httpx.Request]) -> httpx.MockTransport:
    """Return a transport that records each request, and returns a page without codes."""

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return empty_page(request)

    return httpx.MockTransport(respond)


class Host:
    """A program with an httpx client of its own: of the kind that `connect` needs.

    Any: the arguments of either kind of client.
    """

    def __init__(self, connect: Connect, respond: Respond = empty_page, **arguments: Any) -> None:
        self.requests: list[httpx.Request] = []
        self._respond = respond
        kind: Any = httpx.Client if connect.kind == "sync" else httpx.AsyncClient
        self.http_client: Any = kind(transport=httpx.MockTransport(self._handle), **arguments)
        self._connect = connect

    def client(self, **settings: Any) -> Any:
        """Return a client that sends through that of the program."""
        full = {"base_url": "https://mews.example/base", "http_client": self.http_client} | settings
        return self._connect.to(full.pop("credentials", CREDENTIALS), **full)

    def ask(self, **settings: Any) -> httpx.Request:
        """Send one request; return it as it was sent."""
        ask(self.client(**settings))
        return self.requests[-1]

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._respond(request)


# --- http_client: what is the program's


def test_what_the_program_has_set_applies(connect: Connect) -> None:
    """Headers, parameters, cookies, authentication and event hooks of its client."""
    hooked: list[str] = []

    def on_request(request: httpx.Request) -> None:
        hooked.append(request.url.path)

    async def on_request_async(request: httpx.Request) -> None:
        hooked.append(request.url.path)

    hook: Any = on_request if connect.kind == "sync" else on_request_async
    host = Host(
        connect,
        headers={"X-Gateway": "one"},
        params={"key": "two"},
        cookies={"three": "four"},
        auth=("user", "password"),
        event_hooks={"request": [hook]},
    )
    request = host.ask()
    assert request.headers["X-Gateway"] == "one"
    assert request.headers["Cookie"] == "three=four"
    assert request.headers["Authorization"].startswith("Basic ")
    assert request.headers["Content-Type"] == "application/json"
    assert request.url.params["key"] == "two"
    assert hooked == ["/base/api/connector/v1/voucherCodes/getAll"]


def test_what_the_program_changes_later_applies(connect: Connect) -> None:
    """A header that it renews, such as a token of its gateway, is in the next request."""
    host = Host(connect)
    client = host.client()
    for token in ("first", "second"):
        host.http_client.headers["X-Gateway"] = token
        ask(client)
        assert host.requests[-1].headers["X-Gateway"] == token


def test_its_client_stays_open(connect: Connect) -> None:
    """`close()` leaves it to its owner, who can use it for more clients and other requests."""
    host = Host(connect)
    for _ in range(2):
        client = host.client()
        ask(client)
        client.close()
        assert not host.http_client.is_closed
    assert len(host.requests) == 2


def test_its_proxy_is_used() -> None:
    """Over a real connection, for both clients."""
    heads: list[str] = []
    with raw_server(HTTP_RESPONSE, heads) as proxy:
        settings: dict[str, Any] = {"base_url": "http://mews.localhost", "rate_limit": None}
        with httpx.Client(proxy=proxy) as sync_http:
            ask(VoucherClient(CREDENTIALS, http_client=sync_http, **settings))

        async def ask_async() -> None:
            async with httpx.AsyncClient(proxy=proxy) as http:
                client = AsyncVoucherClient(CREDENTIALS, http_client=http, **settings)
                pager = client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID])
                assert [code async for code in pager] == []

        anyio.run(ask_async)
    path = "http://mews.localhost/api/connector/v1/voucherCodes/getAll"
    assert [head.split()[1] for head in heads] == [path, path]


# --- http_client: what is the library's


def test_the_base_url_is_that_of_the_client(connect: Connect) -> None:
    """The base URL of the program's client is for its other requests."""
    request = Host(connect, base_url="https://other.example/v2").ask()
    assert str(request.url) == "https://mews.example/base/api/connector/v1/voucherCodes/getAll"


@pytest.mark.parametrize("timeout", [DEFAULT_TIMEOUT, 7, httpx.Timeout(8.0, connect=1.0)])
def test_the_timeouts_are_those_of_the_client(connect: Connect, timeout: Any) -> None:
    """Not the 5 seconds that httpx has by default: a write may take longer."""
    expected = httpx.Timeout(timeout).as_dict()
    assert Host(connect).ask(timeout=timeout).extensions["timeout"] == expected
    assert Host(connect, timeout=None).ask(timeout=timeout).extensions["timeout"] == expected


def test_redirects_are_not_followed(connect: Connect) -> None:
    """Even if the program's client does: the tokens would be sent to another address."""
    there = {"Location": "https://other.example/"}
    host = Host(connect, lambda _: httpx.Response(307, headers=there), follow_redirects=True)
    with pytest.raises(UnexpectedResponseError, match="307"):
        host.client().voucher_codes.get_all(voucher_ids=[UNKNOWN_ID]).__iter__().__next__()
    assert {request.url.host for request in host.requests} == {"mews.example"}


def test_cookies_of_the_server_are_not_sent_back(connect: Connect) -> None:
    """A load balancer's cookie would bind the requests to one server."""
    host = Host(
        connect,
        lambda _: httpx.Response(200, content=EMPTY_PAGE, headers={"Set-Cookie": "of=server"}),
        cookies={"of": "program"},
    )
    client = host.client()
    ask(client)
    ask(client)
    assert [request.headers["Cookie"] for request in host.requests] == ["of=program"] * 2


# --- http_client: mistakes


def test_a_closed_client_is_refused(connect: Connect) -> None:
    """At once, or as soon as it is closed: nothing is sent."""
    host = Host(connect)
    client = host.client()
    if connect.kind == "sync":
        host.http_client.close()
    else:
        anyio.run(host.http_client.aclose)
    with pytest.raises(ClosedError, match="http_client is closed"):
        ask(client)
    with pytest.raises(ValueError, match="http_client is closed"):
        host.client()
    assert host.requests == []


def test_a_client_and_a_transport_exclude_each_other(connect: Connect) -> None:
    """A transport belongs into the client."""
    with pytest.raises(ValueError, match="http_client or transport, not both"):
        Host(connect).client(transport=httpx.MockTransport(empty_page))


class OtherLibrary:
    """A client or a transport of another library."""


SYNC_CLIENT, ASYNC_CLIENT = httpx.Client(), httpx.AsyncClient()
TRANSPORT, ASYNC_TRANSPORT = httpx.HTTPTransport(), httpx.AsyncHTTPTransport()


@pytest.mark.parametrize(
    ("kind", "setting", "value", "message"),
    [
        (VoucherClient, "http_client", ASYNC_CLIENT, "httpx.Client, not httpx.AsyncClient"),
        (AsyncVoucherClient, "http_client", SYNC_CLIENT, "httpx.AsyncClient, not httpx.Client"),
        (VoucherClient, "http_client", httpx.Client, "not the class httpx.Client: create one"),
        (VoucherClient, "http_client", OtherLibrary(), "not tests.client.test_http_settings.Oth"),
        (VoucherClient, "http_client", TRANSPORT, "httpx.HTTPTransport: pass it as transport"),
        (VoucherClient, "http_client", "CANARY", "httpx.Client, not str"),
        (VoucherClient, "transport", ASYNC_TRANSPORT, "HTTPTransport, not httpx.AsyncHTTPTr"),
        (AsyncVoucherClient, "transport", TRANSPORT, "AsyncHTTPTransport, not httpx.HTTPTr"),
        (VoucherClient, "transport", httpx.HTTPTransport, "not the class httpx.HTTPTransport"),
        (VoucherClient, "transport", SYNC_CLIENT, "httpx.Client: pass it as http_client"),
        (AsyncVoucherClient, "transport", OtherLibrary(), "httpx.AsyncHTTPTransport, not tests"),
    ],
)
def test_the_wrong_kind_is_a_type_error(kind: Any, setting: str, value: Any, message: str) -> None:
    """The error says what is meant, and what to do with what was passed."""
    with pytest.raises(TypeError, match=f"^{setting} must be an instance of ") as caught:
        kind(CREDENTIALS, base_url="https://mews.example", **{setting: value})
    assert message.replace("httpx.", f"{NAME}.") in str(caught.value)
    assert "CANARY" not in str(caught.value)


# --- headers


def test_headers_are_sent_with_every_request(connect: Connect) -> None:
    """With and without an httpx client of one's own; they override its headers."""
    headers = {"X-Gateway": "one", "User-Agent": "Shop/2"}
    host = Host(connect, headers={"x-gateway": "two"})
    requests = [host.ask(headers=headers), host.ask(headers=headers)]
    transport = recording(requests)
    ask(connect.to(CREDENTIALS, base_url="https://m.example", transport=transport, headers=headers))
    for request in requests:
        assert request.headers["X-Gateway"] == "one"
        assert request.headers["User-Agent"] == "Shop/2"
    assert len(requests) == 3


def test_the_user_agent_names_package_and_program(connect: Connect) -> None:
    """Unless the program has chosen another one, in `headers` or in its httpx client."""
    version = mews_vouchers.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    expected = f"mews-vouchers/{version} (Tests 1.0)"
    assert Host(connect).ask().headers["User-Agent"] == expected
    chosen = Host(connect, headers={"User-Agent": "Shop/2"})
    assert chosen.ask().headers["User-Agent"] == "Shop/2"
    assert chosen.ask(headers={"user-agent": "Shop/3"}).headers["User-Agent"] == "Shop/3"


@given(program=st.text(min_size=1, max_size=150))
def test_any_name_of_a_program_makes_a_header(program: str) -> None:
    """What a comment of a header cannot have is replaced; the body has the name unchanged."""
    requests: list[httpx.Request] = []
    transport = recording(requests)
    credentials = Credentials(client_token="c", access_token="a", client=program)
    with VoucherClient(
        credentials, base_url="https://m.example", transport=transport, rate_limit=None
    ) as client:
        try:
            ask(client)
        except ValueError:  # a lone surrogate cannot be sent at all
            return
    sent = requests[0].headers["User-Agent"]
    assert re.fullmatch(
        r"mews-vouchers/[0-9.]+( \([!-'*-\[\]-~]([ !-'*-\[\]-~]*[!-'*-\[\]-~])?\))?", sent
    )


def test_a_package_that_is_not_installed_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the sources works, too; other attributes of the package are those that it has."""
    from importlib import metadata  # noqa: PLC0415

    from mews_vouchers._settings.version import version  # noqa: PLC0415

    def missing(_: str) -> str:
        raise metadata.PackageNotFoundError

    version.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(metadata, "version", missing)
        assert mews_vouchers.__version__ == "unknown"
    version.cache_clear()
    with pytest.raises(AttributeError, match="no attribute 'versions'"):
        _ = mews_vouchers.versions


@pytest.mark.parametrize(
    ("headers", "kind", "message"),
    [
        ([("X", "CANARY")], TypeError, "a dict of strings, not of type list"),
        ({"X": 5}, TypeError, "the value of 'X' must be strings"),
        ({b"X": "CANARY"}, TypeError, "must be strings"),
        ({"X Y": "CANARY"}, ValueError, "'X Y' is not a valid header name"),
        ({"": "CANARY"}, ValueError, "is not a valid header name"),
        ({"X": "CANARY\r\nY: 1"}, ValueError, "'X' has a value with a line break"),
        ({"X": " CANARY"}, ValueError, "a space at its end"),
        ({"X": "CANARYé"}, ValueError, "beyond ASCII"),
        ({"X": "CANARY", "x": "CANARY"}, ValueError, "'x' is given twice"),
        ({"content-type": "CANARY"}, ValueError, "is set by the library"),
        ({"Content-Length": "CANARY"}, ValueError, "is set by the library"),
        ({"Transfer-Encoding": "CANARY"}, ValueError, "is set by the library"),
    ],
)
def test_an_impossible_header_is_refused(
    connect: Connect, headers: Any, kind: type[Exception], message: str
) -> None:
    """When the client is created, and without its value, which may be a token."""
    with pytest.raises(kind, match=r"^headers") as caught:
        Host(connect).client(headers=headers)
    assert message in str(caught.value)
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize("kind", [VoucherClient, AsyncVoucherClient])
def test_values_of_headers_are_not_shown(kind: Any) -> None:
    """Neither by the client, nor by the frames of a constructor that fails."""
    settings: dict[str, Any] = {"headers": {"X": "CANARY"}, "base_url": "https://m.example"}
    assert "CANARY" not in "\n".join(visible(kind(credentials_of(MockMews()), **settings)))
    with pytest.raises(TypeError) as caught:
        kind(None, **settings)
    inner = "\n".join(visible_in_frames(caught.value))
    assert inner.count("CANARY") <= 1  # the variable of this test


# --- the environment


def test_a_variable_that_cannot_be_used_is_named_at_first_use(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not as a failed connection, which is tried again, and not as a batch of unknown outcome."""
    client = connect.to(CREDENTIALS, base_url="https://m.example")
    monkeypatch.setenv("HTTPS_PROXY", "http://u:CANARY@p.example:port")
    code = VoucherCodeAddParameters(UNKNOWN_ID, "A")
    for call in (
        lambda: list(client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID])),
        lambda: client.voucher_codes.add([code]),
        lambda: list(client.voucher_codes.add_batches([code])),
    ):
        with pytest.raises(ValueError, match=r"^HTTPS_PROXY is not the URL of a proxy") as caught:
            call()
        shown = "\n".join([*visible(caught.value), *visible_in_frames(caught.value)])
        assert "CANARY" not in shown


# --- a transport of one's own, and proxies of the environment


def create(url: str, transport: Any) -> list[str]:
    """Create both clients if they take the transport; return the warnings."""
    kinds: list[tuple[Any, type]] = [
        (VoucherClient, httpx.BaseTransport),
        (AsyncVoucherClient, httpx.AsyncBaseTransport),
    ]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for kind, base in kinds:
            if isinstance(transport, base):
                kind(CREDENTIALS, base_url=url, transport=transport)
    assert all(issubclass(one.category, SettingsWarning) for one in caught)
    assert all(one.filename == __file__ for one in caught)
    return [str(one.message) for one in caught]


@pytest.mark.parametrize("transport", [TRANSPORT, ASYNC_TRANSPORT])
@pytest.mark.parametrize(
    ("url", "variable"),
    [
        ("https://m.example", "HTTPS_PROXY"),
        ("https://m.example", "all_proxy"),
        ("http://m.localhost", "HTTP_PROXY"),
    ],
)
def test_a_proxy_that_is_not_used_is_reported(
    monkeypatch: pytest.MonkeyPatch, transport: Any, url: str, variable: str
) -> None:
    """With a transport, httpx ignores it: the warning names the variable."""
    monkeypatch.setenv(variable, "http://user:CANARY@proxy.example:8080")
    (message,) = create(url, transport)
    assert message.startswith(f"{variable} is not used")
    assert "CANARY" not in message


@pytest.mark.parametrize(
    ("transport", "environment"),
    [
        (TRANSPORT, {}),
        (TRANSPORT, {"HTTP_PROXY": "http://p.example"}),
        (TRANSPORT, {"HTTPS_PROXY": "http://p.example", "NO_PROXY": ".m.example,m.example"}),
        (TRANSPORT, {"HTTPS_PROXY": "http://p.example", "NO_PROXY": "*"}),
        (httpx.HTTPTransport(proxy="http://q.example"), {"HTTPS_PROXY": "http://p.example"}),
        (httpx.HTTPTransport(uds="/socket"), {"HTTPS_PROXY": "http://p.example"}),
        (httpx.MockTransport(empty_page), {"HTTPS_PROXY": "http://p.example"}),
        (MockMews().transport, {"ALL_PROXY": "http://p.example"}),
    ],
)
def test_other_transports_are_not_reported(
    monkeypatch: pytest.MonkeyPatch, transport: Any, environment: dict[str, str]
) -> None:
    """No proxy for this server, a proxy of its own, a Unix socket, or a mock."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert create("https://m.example", transport) == []


@pytest.mark.parametrize("setting", [{}, {"http_client": SYNC_CLIENT}, {"transport": TRANSPORT}])
def test_plain_http_is_reported_once_for_a_host(setting: dict[str, Any]) -> None:
    """Tokens would be sent without encryption. Another port or spelling is the same host."""
    host = f"plain-{'-'.join(setting)}0.example"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for address in (f"http://{host}", f"http://{host.upper()}:8080", f"https://{host}"):
            VoucherClient(CREDENTIALS, base_url=address, **setting)
    (warning,) = caught
    assert (warning.category, warning.filename) == (SettingsWarning, __file__)
    assert str(warning.message) == f"tokens are sent to {host} without encryption: use https"


@pytest.mark.parametrize("kind", [VoucherClient, AsyncVoucherClient])
def test_plain_http_to_this_machine_is_not_reported(kind: Any) -> None:
    """Nor to a mock, whose requests leave no process: here, each warning fails a test."""
    for address in ("localhost", "mews.localhost", "127.0.0.1:8080", "[::1]:8080"):
        kind(CREDENTIALS, base_url=f"http://{address}")
    kind(CREDENTIALS, base_url="http://mock.example", transport=MockMews().transport)
