"""The settings of a client: server, credentials, language, timeouts."""

import dataclasses
import gc
import json
import math
import re
import threading
import warnings
from typing import Any
from uuid import uuid4

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers import (
    AsyncVoucherClient,
    ClosedError,
    Credentials,
    Environment,
    RateLimit,
    RetryPolicy,
    VoucherClient,
    voucher_update,
)
from mews_vouchers.mock import MockMews
from mews_vouchers_client.api import voucher_codes
from mews_vouchers_client.models import (
    Limitation,
    VoucherAddParameters,
    VoucherCodeFilterParameters,
    VoucherCodeResult,
    VoucherTypeEnum,
)

from tests.support.clients import WITHOUT_SLEEP, Connect, credentials_of
from tests.support.harness import Harness, failure
from tests.support.http_library import httpx
from tests.support.mock_api import UNKNOWN_ID
from tests.support.visible import visible_in_frames
from tests.support.waiting import wait_until

NAMES = ("MEWS_CLIENT_TOKEN", "MEWS_ACCESS_TOKEN", "MEWS_CLIENT")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the settings in the environment of the test run."""
    for name in (*NAMES, "MEWS_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


class Recorder:
    """A transport that records each request, and responds with no content."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.transport = httpx.MockTransport(self._respond)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(204)


def request_of(connect: Connect, **client_settings: Any) -> httpx.Request:
    """Create a client and send a request with it; return the request."""
    recorder = Recorder()
    client = connect(MockMews(seed=7), transport=recorder.transport, **client_settings)
    client.voucher_codes.delete([UNKNOWN_ID])
    return recorder.requests[0]


# --- credentials


def test_credentials_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The three variables are the three properties."""
    for name in NAMES:
        monkeypatch.setenv(name, name.lower())
    credentials = Credentials.from_environment()
    assert credentials.client_token.reveal() == "mews_client_token"
    assert credentials.access_token.reveal() == "mews_access_token"
    assert credentials.client == "mews_client"


@given(there=st.sets(st.sampled_from(NAMES)), empty=st.sets(st.sampled_from(NAMES)))
def test_missing_variables_are_named(there: set[str], empty: set[str]) -> None:
    """The error has each variable that is not set or empty, and no other."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name in there:
            monkeypatch.setenv(name, "something")
        for name in empty:
            monkeypatch.setenv(name, "")
        missing = [name for name in NAMES if name not in there - empty]
        if not missing:
            Credentials.from_environment()
            return
        with pytest.raises(ValueError, match=f"^set {', '.join(missing)} in the environment$"):
            Credentials.from_environment()


@pytest.mark.parametrize("name", ["client_token", "access_token", "client"])
@pytest.mark.parametrize("value", ["", None, 1])
def test_credentials_are_strings(name: str, value: Any) -> None:
    """A token or name that is empty or not a string is rejected at once."""
    given_ = {"client_token": "c", "access_token": "a", "client": "Tests 1.0"} | {name: value}
    with pytest.raises(ValueError, match=f"{name} must be"):
        Credentials(**given_)


def test_credentials_are_keywords_and_immutable() -> None:
    """They are keyword arguments, so that nobody mixes them up, and cannot be changed."""
    with pytest.raises(TypeError):
        Credentials("c", "a", "Tests 1.0")  # type: ignore[call-arg]
    credentials = Credentials(client_token="c", access_token="a", client="Tests 1.0")
    with pytest.raises(dataclasses.FrozenInstanceError):
        credentials.client = "Other"  # type: ignore[misc]


# --- server


@pytest.mark.parametrize("environment", Environment)
def test_an_environment_is_a_base_url(connect: Connect, environment: Environment) -> None:
    """`Environment.DEMO` and `PRODUCTION` are the vendor's two base URLs."""
    hosts = {Environment.DEMO: "api.mews-demo.com", Environment.PRODUCTION: "api.mews.com"}
    request = request_of(connect, base_url=None, environment=environment)
    assert str(request.url) == f"https://{hosts[environment]}/api/connector/v1/voucherCodes/delete"


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "http://127.0.0.1:1/"])
def test_a_base_url_of_ones_own(
    connect: Connect, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`base_url` overrides the environment variable; a trailing slash is removed."""
    monkeypatch.setenv("MEWS_BASE_URL", "http://elsewhere")
    request = request_of(connect, base_url=address)
    assert str(request.url) == "http://127.0.0.1:1/api/connector/v1/voucherCodes/delete"


def test_the_base_url_may_come_from_the_environment(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`MEWS_BASE_URL` is used only if no other is given."""
    monkeypatch.setenv("MEWS_BASE_URL", "http://elsewhere/")
    assert request_of(connect, base_url=None).url.host == "elsewhere"
    demo = request_of(connect, base_url=None, environment=Environment.DEMO)
    assert demo.url.host == "api.mews-demo.com"


def test_a_base_url_is_required(connect: Connect) -> None:
    """There is no default: nobody writes to production by accident."""
    with pytest.raises(ValueError, match="MEWS_BASE_URL"):
        request_of(connect, base_url=None)


@pytest.mark.parametrize(
    ("spellings", "base"),
    [
        (["HTTPS://API.Mews.com:443/", "https://api.mews.com"], "https://api.mews.com"),
        (["HTTP://LOCALHOST:80", "http://localhost/"], "http://localhost"),
        (
            ["https://b\u00fccher.example", "https://xn--bcher-kva.example"],
            "https://xn--bcher-kva.example",
        ),
        (["http://[0:0:0:0:0:0:0:1]:8080", "http://[::1]:8080/"], "http://[::1]:8080"),
        (
            ["https://m.example:8443/A/b//", "https://M.EXAMPLE:8443/A/b"],
            "https://m.example:8443/A/b",
        ),
    ],
)
def test_spellings_of_one_server_are_one(connect: Connect, spellings: list[str], base: str) -> None:
    """Requests go to the same address, and share one rate limit, also from an `httpx.URL`."""
    made, token = [], str(uuid4())
    every: list[str | httpx.URL] = [*spellings, *map(httpx.URL, spellings)]
    for given_ in every:
        request = request_of(connect, base_url=given_)
        assert str(request.url) == f"{base}/api/connector/v1/voucherCodes/delete"
        credentials = Credentials(client_token="c", access_token=token, client="Tests 1.0")
        made.append(
            VoucherClient(
                credentials,
                base_url=given_,
                transport=Recorder().transport,
                rate_limit=RateLimit(len(every), 60.0),
            )
        )
    limiters = [client._state.request_factory.limiter for client in made]  # noqa: SLF001
    assert [one.try_acquire() for one in limiters] == [0.0] * len(every)
    assert all(one.try_acquire() > 0 for one in limiters)


IMPOSSIBLE_URLS = [
    ("CANARY.example", "must start with https:// or http://"),
    ("ftp://CANARY", "must start with https:// or http://"),
    ("localhost:8080", "must start with https:// or http://"),
    ("https://u:CANARY@m.example", "has a user or a password"),
    ("https://m.example?key=CANARY", "has a query or a fragment"),
    ("https://m.example/?", "has a query or a fragment"),
    ("https://m.example/#CANARY", "has a query or a fragment"),
    ("https://m.example\n", "has a space, a backslash or a control character"),
    (" https://m.example", "must start with"),
    ("https://m.example ", "has a space, a backslash or a control character"),
    ("https://m.example/\x7f", "has a space, a backslash or a control character"),
    ("https://m\\@CANARY", "has a space, a backslash or a control character"),
    ("https://", "has an invalid host or port"),
    ("https:///path", "has an invalid host or port"),
    ("https://m..example", "has an invalid host or port"),
    (f"https://{'m' * 64}.example", "has an invalid host or port"),
    ("https://m%2eexample", "has an invalid host or port"),
    ("https://-m.example", "has an invalid host or port"),
    ("https://[::1", "has an invalid host or port"),
    ("https://[::1::]", "has an invalid host or port"),
    ("https://m.example:CANARY", "has an invalid host or port"),
    ("https://m.example:0", "has an invalid host or port"),
    ("https://m.example:65536", "has an invalid host or port"),
]


@pytest.mark.parametrize(("address", "reason"), IMPOSSIBLE_URLS)
@pytest.mark.parametrize("kind", [VoucherClient, AsyncVoucherClient])
def test_what_is_no_base_url_is_refused(
    kind: Any, address: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Passed or in the environment; and it is not shown, because it may have a secret."""
    credentials = Credentials(client_token="c", access_token="a", client="Tests 1.0")
    with pytest.raises(ValueError, match=f"^base_url {re.escape(reason)}") as caught:
        kind(credentials, base_url=address)
    assert "CANARY" not in "\n".join([str(caught.value), *library_frames(caught.value)])
    monkeypatch.setenv("MEWS_BASE_URL", address)
    with pytest.raises(ValueError, match=f"^MEWS_BASE_URL {re.escape(reason)}") as caught:
        kind(credentials)
    assert "CANARY" not in "\n".join([str(caught.value), *library_frames(caught.value)])


def library_frames(error: BaseException) -> list[str]:
    """Return what the frames of the library show of their variables, not those of the test."""
    first = error.__traceback__
    assert first is not None
    return list(visible_in_frames(error.with_traceback(first.tb_next)))


@given(text=st.text(max_size=30) | st.from_regex(r"https?://[!-~]{0,20}"))
def test_any_text_is_a_base_url_or_refused(text: str) -> None:
    """No text makes another error, and what is accepted is written in one way only."""
    credentials = Credentials(client_token="c", access_token="a", client="Tests 1.0")
    try:
        client = VoucherClient(credentials, base_url=text, transport=Recorder().transport)
    except ValueError:
        return
    base_url = client.api.base_url
    assert (
        VoucherClient(credentials, base_url=base_url, transport=Recorder().transport).api.base_url
        == base_url
    )


@pytest.mark.parametrize("given_", [b"https://m.example", 5, ["https://m.example"]])
def test_a_base_url_is_a_string(connect: Connect, given_: Any) -> None:
    """Anything else is a `TypeError`."""
    with pytest.raises(TypeError, match=r"^base_url must be a str or an httpx\.URL, not of type "):
        request_of(connect, base_url=given_)


def test_the_name_of_an_environment_is_none(connect: Connect) -> None:
    """A string instead of an `Environment` is a `TypeError` that names the two that there are."""
    with pytest.raises(
        TypeError, match=r"Environment\.DEMO or Environment\.PRODUCTION, not 'demo'"
    ):
        connect(MockMews(seed=7), environment="demo", base_url=None)


def test_environment_and_base_url_exclude_each_other(connect: Connect) -> None:
    """Passing both is a `ValueError`."""
    with pytest.raises(ValueError, match="not both"):
        request_of(connect, environment=Environment.DEMO)


# --- language


def each_operation(harness: Harness) -> None:
    """Call each of the seven operations once."""
    codes, vouchers = harness.client.voucher_codes, harness.client.vouchers
    new = VoucherAddParameters(harness.service_id, "New", VoucherTypeEnum.PUBLIC)
    (voucher,) = vouchers.add([new])
    vouchers.update([voucher_update(voucher.id, name="Other")])
    (code,) = codes.add(harness.codes("a"))
    list(codes.get_all(voucher_ids=[harness.voucher_id]))
    list(vouchers.get_all(service_ids=[harness.service_id]))
    codes.delete([code.id])
    vouchers.delete([voucher.id])


def test_the_language_is_sent_with_each_request(connect: Connect) -> None:
    """Both codes are in the body of all seven operations."""
    harness = Harness(connect, language_code="cs-CZ", culture_code="en-GB")
    each_operation(harness)
    sent = harness.mock.requests
    assert len({request.operation for request in sent}) == 7
    codes = {(one.body.get("LanguageCode"), one.body.get("CultureCode")) for one in sent}
    assert codes == {("cs-CZ", "en-GB")}


def test_no_language_is_sent_by_default(connect: Connect) -> None:
    """By default the two properties are omitted."""
    harness = Harness(connect)
    each_operation(harness)
    for request in harness.mock.requests:
        assert not {"LanguageCode", "CultureCode"} & set(request.body)


@pytest.mark.parametrize("name", ["language_code", "culture_code"])
def test_both_language_codes_are_required(connect: Connect, name: str) -> None:
    """One of the two alone is rejected at once, as the API would."""
    with pytest.raises(ValueError, match="both language_code and culture_code, or neither"):
        request_of(connect, **{name: "en-US"})


@pytest.mark.parametrize(("code", "kind"), [(5, TypeError), ("", ValueError)])
def test_language_codes_are_strings(connect: Connect, code: Any, kind: type[Exception]) -> None:
    """Another type or an empty one is refused at once."""
    with pytest.raises(kind, match=r"^culture_code must "):
        request_of(connect, language_code="en-US", culture_code=code)


# --- numbers and types


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("3", TypeError),
        (None, TypeError),
        (True, TypeError),
        (b"3", TypeError),
        (math.nan, ValueError),
        (math.inf, ValueError),
        (-math.inf, ValueError),
        (-1, ValueError),
        (-0.1, ValueError),
        (0, ValueError),
    ],
)
@pytest.mark.parametrize("client", [VoucherClient, AsyncVoucherClient])
def test_seconds_are_finite_numbers_above_zero(
    client: Any, value: Any, kind: type[Exception]
) -> None:
    """Of a timeout, of a phase of it, and of a window; text from the environment is no number."""
    credentials = Credentials(client_token="c", access_token="a", client="Tests 1.0")
    phases = [
        httpx.Timeout(3.0, **{phase: value}) for phase in ("connect", "read", "write", "pool")
    ]
    for timeout in (value, *phases):
        with pytest.raises(kind, match=r"^timeout(\.\w+)? must be "):
            client(credentials, base_url="https://m.example", timeout=timeout)
    with pytest.raises(kind, match=r"^window must be a (finite )?number of seconds"):
        RateLimit(1, value)
    if value != 0:
        for name in ("max_wait", "total_timeout"):
            with pytest.raises(kind, match=f"^{name} must be a (finite )?number of seconds"):
                RetryPolicy(**{name: value})


def test_a_timeout_of_more_than_a_day_is_none(connect: Connect) -> None:
    """It would never end a request; some systems cannot even count it."""
    with pytest.raises(ValueError, match="at most 86400 seconds, not 86401"):
        request_of(connect, timeout=86_401)
    with pytest.raises(TypeError, match="not None: a request could wait forever"):
        request_of(connect, timeout=None)


@pytest.mark.parametrize(
    ("value", "kind"),
    [(0, ValueError), (-1, ValueError), (True, TypeError), (1.0, TypeError), ("5", TypeError)],
)
def test_counts_are_whole_numbers_above_zero(value: Any, kind: type[Exception]) -> None:
    """Of attempts, and of requests in a window."""
    with pytest.raises(kind, match=r"^max_attempts must be "):
        RetryPolicy(max_attempts=value)
    with pytest.raises(kind, match=r"^requests must be "):
        RateLimit(value)


def test_whether_to_sleep_is_yes_or_no() -> None:
    """A number of seconds is a mistake."""
    with pytest.raises(TypeError, match="sleep must be True or False, not of type int"):
        RetryPolicy(sleep=5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("credentials", "CANARY", "Credentials(...), not of type str"),
        ("credentials", None, "Credentials(...), not of type NoneType"),
        ("retry", 3, "RetryPolicy(max_attempts=3), not of type int"),
        ("retry", None, "RetryPolicy(max_attempts=3), not of type NoneType"),
        ("rate_limit", 10, "RateLimit(requests=100) or None, not of type int"),
        ("rate_limit", 0, "RateLimit(requests=100) or None, not of type int"),
        ("redis_url", 5, "a string, not of type int"),
        ("redis_url", b"redis://:CANARY@host", "a string, not of type bytes"),
    ],
)
@pytest.mark.parametrize("client", [VoucherClient, AsyncVoucherClient])
def test_a_setting_of_another_type_is_a_type_error(
    client: Any, name: str, value: Any, meant: str
) -> None:
    """The error says what is meant, and not what was passed: it may be a token."""
    valid = Credentials(client_token="c", access_token="a", client="Tests 1.0")
    settings = {"credentials": valid, "base_url": "https://m.example"} | {name: value}
    with pytest.raises(TypeError) as caught:
        client(**settings)
    assert str(caught.value) == f"{name} must be {meant}"


# --- timeouts


def test_timeouts_are_finite(connect: Connect) -> None:
    """By default, every phase of a request has a timeout."""
    timeouts = request_of(connect).extensions["timeout"]
    assert set(timeouts) == {"connect", "read", "write", "pool"}
    assert all(0 < seconds < math.inf for seconds in timeouts.values())


@pytest.mark.parametrize("timeout", [3.0, 3, httpx.Timeout(3.0)])
def test_timeouts_can_be_set(connect: Connect, timeout: float | httpx.Timeout) -> None:
    """Seconds for all phases, or httpx's own `Timeout`."""
    assert set(request_of(connect, timeout=timeout).extensions["timeout"].values()) == {3.0}


# --- opening and closing


def test_a_closed_client_says_so(connect: Connect) -> None:
    """Using a client after `close()` raises `ClosedError`, not an error of httpx."""
    harness = Harness(connect)
    pager = harness.client.voucher_codes.get_all(voucher_ids=[harness.voucher_id])
    harness.client.close()
    harness.client.close()
    codes, vouchers = harness.client.voucher_codes, harness.client.vouchers
    for call in (
        lambda: list(pager),
        lambda: list(vouchers.get_all(service_ids=[UNKNOWN_ID])),
        lambda: codes.add(harness.codes("a")),
        lambda: list(codes.add_batches(harness.codes("a"))),
        lambda: codes.delete([UNKNOWN_ID]),
        lambda: vouchers.update([voucher_update(UNKNOWN_ID, name="New")]),
    ):
        with pytest.raises(ClosedError, match="this client is closed: create a new one"):
            call()
    assert harness.sent == []
    own = getattr(harness.client, "_target", harness.client)
    assert "closed" in repr(own)


def test_a_closed_client_is_not_opened_again() -> None:
    """Neither client can be entered once it is closed."""
    credentials = credentials_of(MockMews(seed=7))
    client = VoucherClient(credentials, base_url="https://mock")
    client.close()
    with pytest.raises(ClosedError, match="closed"), client:
        pytest.fail("it was opened")

    async def again() -> None:
        async_client = AsyncVoucherClient(credentials, base_url="https://mock")
        await async_client.close()
        with pytest.raises(ClosedError, match="closed"):
            async with async_client:
                pytest.fail("it was opened")

    anyio.run(again)


def test_closing_during_a_stream(connect: Connect) -> None:
    """The error of a write in progress reports that the rest was not sent."""
    harness = Harness(connect)
    batches = iter(harness.client.voucher_codes.add_batches(harness.numbered(1_002)))
    next(batches)
    harness.client.close()
    failed = failure(next, batches)
    assert [one.position for one in failed.not_sent] == [1_000, 1_001]
    assert "closed" in failed.reason


def open_connections() -> int:
    """Return how many connections served mocks have: each has a thread on the server's side."""
    return sum(one.name == "mews-mock-connection" for one in threading.enumerate())


def test_leaving_the_context_closes_connections() -> None:
    """Connections are open inside the block and closed after it, for both clients."""
    mock = MockMews(seed=7)
    credentials = credentials_of(mock)
    with warnings.catch_warnings(), mock.serve() as url:
        warnings.simplefilter("error")
        with VoucherClient(credentials, base_url=url, retry=WITHOUT_SLEEP) as client:
            assert list(client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID])) == []
            assert open_connections() == 1
        wait_until(lambda: open_connections() == 0)

        async def use_async() -> None:
            async with AsyncVoucherClient(credentials, base_url=url, retry=WITHOUT_SLEEP) as client:
                pager = client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID])
                assert [code async for code in pager] == []
                assert open_connections() == 1
            wait_until(lambda: open_connections() == 0)

        anyio.run(use_async)
        del client
        gc.collect()


def test_an_unused_client_can_be_closed(connect: Connect) -> None:
    """A client that sent nothing can be closed."""
    connect(MockMews(seed=7)).close()


# --- low-level calls


def test_the_generated_client_is_accessible() -> None:
    """`client.api` makes direct calls, with the connections and settings of the client."""
    mock = MockMews(seed=7)
    credentials = credentials_of(mock)
    body = VoucherCodeFilterParameters(
        credentials.client_token,
        credentials.access_token,
        credentials.client,
        Limitation(1),
        voucher_ids=[UNKNOWN_ID],
    )
    settings: dict[str, Any] = {"base_url": "http://mock", "transport": mock.transport}
    with VoucherClient(credentials, **settings) as client:
        response = voucher_codes.get_all.sync_detailed(client=client.api, body=body)
        assert isinstance(response.parsed, VoucherCodeResult)

    async def use_async() -> None:
        async with AsyncVoucherClient(credentials, **settings) as client:
            response = await voucher_codes.get_all.asyncio_detailed(client=client.api, body=body)
            assert isinstance(response.parsed, VoucherCodeResult)

    anyio.run(use_async)
    assert len(mock.requests) == 2


def test_the_program_is_named_in_each_request(connect: Connect) -> None:
    """The name of the program is in each body, unchanged."""
    assert json.loads(request_of(connect).content)["Client"] == "Tests 1.0"
