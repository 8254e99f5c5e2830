"""What a client is set up with: where to, as whom, in which language, and until when."""

import dataclasses
import gc
import json
import math
import socket
import warnings
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers import (
    AsyncVoucherClient,
    Credentials,
    Environment,
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

from tests.support.clients import AT_ONCE, Connect, credentials_of
from tests.support.harness import Harness, failure
from tests.support.mock_api import NOBODY

NAMES = ("MEWS_CLIENT_TOKEN", "MEWS_ACCESS_TOKEN", "MEWS_CLIENT")


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what the environment of whoever runs the tests says."""
    for name in (*NAMES, "MEWS_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


class Recorder:
    """A transport that remembers each request, and answers that there is nothing."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.transport = httpx.MockTransport(self._respond)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(204)


def asked(connect: Connect, **client_settings: Any) -> httpx.Request:
    """Make a client, and a request with it; return the request."""
    recorder = Recorder()
    client = connect(MockMews(seed=7), transport=recorder.transport, **client_settings)
    client.voucher_codes.delete([NOBODY])
    return recorder.requests[0]


# --- as whom


def test_credentials_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The three variables are the three properties."""
    for name in NAMES:
        monkeypatch.setenv(name, name.lower())
    credentials = Credentials.from_environment()
    assert credentials.client_token.reveal() == "mews_client_token"
    assert credentials.access_token.reveal() == "mews_access_token"
    assert credentials.client == "mews_client"


@given(there=st.sets(st.sampled_from(NAMES)), empty=st.sets(st.sampled_from(NAMES)))
def test_what_is_missing_is_named(there: set[str], empty: set[str]) -> None:
    """Each variable that is not set, or empty, is in the error, and no other."""
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
def test_credentials_are_texts(name: str, value: Any) -> None:
    """A token or name that is empty or no text is refused at once, and not by the server later."""
    given_ = {"client_token": "c", "access_token": "a", "client": "Tests 1.0"} | {name: value}
    with pytest.raises(ValueError, match=f"need a {name}"):
        Credentials(**given_)


def test_credentials_are_named_and_fixed() -> None:
    """They are given by name, so that nobody mixes them up, and do not change."""
    with pytest.raises(TypeError):
        Credentials("c", "a", "Tests 1.0")  # type: ignore[call-arg]
    credentials = Credentials(client_token="c", access_token="a", client="Tests 1.0")
    with pytest.raises(dataclasses.FrozenInstanceError):
        credentials.client = "Other"  # type: ignore[misc]


# --- where to


@pytest.mark.parametrize("environment", Environment)
def test_an_environment_is_an_address(connect: Connect, environment: Environment) -> None:
    """`Environment.DEMO` and `PRODUCTION` are the vendor's two addresses."""
    hosts = {Environment.DEMO: "api.mews-demo.com", Environment.PRODUCTION: "api.mews.com"}
    request = asked(connect, base_url=None, environment=environment)
    assert str(request.url) == f"https://{hosts[environment]}/api/connector/v1/voucherCodes/delete"


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "http://127.0.0.1:1/"])
def test_an_address_of_ones_own(
    connect: Connect, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `base_url` wins over the environment variable; a slash at its end does no harm."""
    monkeypatch.setenv("MEWS_BASE_URL", "http://elsewhere")
    request = asked(connect, base_url=address)
    assert str(request.url) == "http://127.0.0.1:1/api/connector/v1/voucherCodes/delete"


def test_the_address_may_come_from_the_environment(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`MEWS_BASE_URL` is used where nothing else is given, and only there."""
    monkeypatch.setenv("MEWS_BASE_URL", "http://elsewhere/")
    assert asked(connect, base_url=None).url.host == "elsewhere"
    demo = asked(connect, base_url=None, environment=Environment.DEMO)
    assert demo.url.host == "api.mews-demo.com"


def test_an_address_is_needed(connect: Connect) -> None:
    """Nothing is the default: nobody writes to production by accident."""
    with pytest.raises(ValueError, match="MEWS_BASE_URL"):
        asked(connect, base_url=None)


@pytest.mark.parametrize("address", ["api.mews.com", "ftp://mock", "localhost:8080"])
def test_an_address_says_how_to_talk_to_it(connect: Connect, address: str) -> None:
    """An address without http or https is an error, not a failure of the first request."""
    with pytest.raises(ValueError, match="must begin with https:// or http://"):
        asked(connect, base_url=address)


def test_only_one_address_is_taken(connect: Connect) -> None:
    """An environment and an address contradict each other."""
    with pytest.raises(ValueError, match="not both"):
        asked(connect, environment=Environment.DEMO)


# --- in which language


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
    """Without them, the two properties are not there at all."""
    harness = Harness(connect)
    each_operation(harness)
    for request in harness.mock.requests:
        assert not {"LanguageCode", "CultureCode"} & set(request.body)


@pytest.mark.parametrize("name", ["language_code", "culture_code"])
def test_languages_come_in_pairs(connect: Connect, name: str) -> None:
    """One of the two alone is refused at once, as the API would."""
    with pytest.raises(ValueError, match="both language_code and culture_code, or neither"):
        asked(connect, **{name: "en-US"})


# --- until when


def test_timeouts_are_finite(connect: Connect) -> None:
    """By default no request waits for ever, for anything."""
    timeouts = asked(connect).extensions["timeout"]
    assert set(timeouts) == {"connect", "read", "write", "pool"}
    assert all(0 < seconds < math.inf for seconds in timeouts.values())


@pytest.mark.parametrize("timeout", [3.0, 3, httpx.Timeout(3.0)])
def test_timeouts_can_be_set(connect: Connect, timeout: float | httpx.Timeout) -> None:
    """Seconds for everything, or httpx's own `Timeout`."""
    assert set(asked(connect, timeout=timeout).extensions["timeout"].values()) == {3.0}


# --- opened and closed


def test_a_closed_client_says_so(connect: Connect) -> None:
    """Whoever uses a client after `close()` reads that it is closed, not a riddle of httpx."""
    harness = Harness(connect)
    pager = harness.client.voucher_codes.get_all(voucher_ids=[harness.voucher_id])
    harness.client.close()
    harness.client.close()
    codes, vouchers = harness.client.voucher_codes, harness.client.vouchers
    kind = "VoucherClient" if connect.kind == "sync" else "AsyncVoucherClient"
    for call in (
        lambda: list(pager),
        lambda: list(vouchers.get_all(service_ids=[NOBODY])),
        lambda: codes.add(harness.codes("a")),
        lambda: list(codes.add_batches(harness.codes("a"))),
        lambda: codes.delete([NOBODY]),
        lambda: vouchers.update([voucher_update(NOBODY, name="New")]),
    ):
        with pytest.raises(RuntimeError, match=f"this {kind} is closed: make a new one"):
            call()
    assert harness.sent == []
    own = getattr(harness.client, "_target", harness.client)
    assert "closed" in repr(own)


def test_a_closed_client_is_not_opened_again() -> None:
    """Neither kind can be entered once it is closed."""
    credentials = credentials_of(MockMews(seed=7))
    client = VoucherClient(credentials, base_url="http://mock")
    client.close()
    with pytest.raises(RuntimeError, match="closed"), client:
        pytest.fail("it was opened")

    async def again() -> None:
        awaiting = AsyncVoucherClient(credentials, base_url="http://mock")
        await awaiting.close()
        with pytest.raises(RuntimeError, match="closed"):
            async with awaiting:
                pytest.fail("it was opened")

    anyio.run(again)


def test_a_client_closed_in_the_middle(connect: Connect) -> None:
    """A write under way tells what was done, and that the rest was not sent."""
    harness = Harness(connect)
    batches = iter(harness.client.voucher_codes.add_batches(harness.numbered(1_002)))
    next(batches)
    harness.client.close()
    failed = failure(next, batches)
    assert [one.position for one in failed.not_sent] == [1_000, 1_001]
    assert "closed" in failed.reason


def sockets_to(url: str) -> list[socket.socket]:
    """Return the open sockets of this process that are connected to an address."""
    found = []
    for one in gc.get_objects():
        if isinstance(one, socket.socket) and one.fileno() >= 0:
            try:
                peer = one.getpeername()
            except OSError:
                continue
            if peer and peer[1] == httpx.URL(url).port:
                found.append(one)
    return found


def test_leaving_the_context_closes_sockets() -> None:
    """Connections are open inside of the block and closed after it, for both kinds."""
    mock = MockMews(seed=7)
    credentials = credentials_of(mock)
    with warnings.catch_warnings(), mock.serve() as url:
        warnings.simplefilter("error")
        with VoucherClient(credentials, base_url=url, retry=AT_ONCE) as client:
            assert list(client.voucher_codes.get_all(voucher_ids=[NOBODY])) == []
            assert len(sockets_to(url)) == 1
        assert sockets_to(url) == []

        async def the_same() -> None:
            async with AsyncVoucherClient(credentials, base_url=url, retry=AT_ONCE) as client:
                pager = client.voucher_codes.get_all(voucher_ids=[NOBODY])
                assert [code async for code in pager] == []
                assert len(sockets_to(url)) == 1
            assert sockets_to(url) == []

        anyio.run(the_same)
        del client
        gc.collect()


def test_an_unused_client_is_closed_without_a_connection(connect: Connect) -> None:
    """A client that was made and never used can be closed."""
    connect(MockMews(seed=7)).close()


# --- low-level calls


def test_the_generated_client_is_at_hand() -> None:
    """`client.api` makes calls of one's own, with the connections and settings of the client."""
    mock = MockMews(seed=7)
    credentials = credentials_of(mock)
    body = VoucherCodeFilterParameters(
        credentials.client_token,
        credentials.access_token,
        credentials.client,
        Limitation(1),
        voucher_ids=[NOBODY],
    )
    settings: dict[str, Any] = {"base_url": "http://mock", "transport": mock.transport}
    with VoucherClient(credentials, **settings) as client:
        response = voucher_codes.get_all.sync_detailed(client=client.api, body=body)
        assert isinstance(response.parsed, VoucherCodeResult)

    async def the_same() -> None:
        async with AsyncVoucherClient(credentials, **settings) as client:
            response = await voucher_codes.get_all.asyncio_detailed(client=client.api, body=body)
            assert isinstance(response.parsed, VoucherCodeResult)

    anyio.run(the_same)
    assert len(mock.requests) == 2


def test_what_is_sent_says_who_sends_it(connect: Connect) -> None:
    """The name of the program is in each body, as it was given."""
    assert json.loads(asked(connect).content)["Client"] == "Tests 1.0"
