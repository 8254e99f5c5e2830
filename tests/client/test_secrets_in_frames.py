"""No token in any frame, while an error passes, in the chain of its causes, or in its pickle.

Error trackers show the local variables of all frames, those of libraries included. The canaries are
the tokens of a client with a real connection, to a server that may echo them.
"""

import gc
import json
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import anyio
import pytest
from mews_vouchers import (
    AsyncVoucherClient,
    Credentials,
    MewsError,
    RetryPolicy,
    VoucherClient,
    batch_error_of,
)
from mews_vouchers_client import Client
from mews_vouchers_client.http import send
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.clients import Connect
from tests.support.http_library import httpx
from tests.support.interruptions import press_ctrl_c
from tests.support.mock_api import UNKNOWN_ID
from tests.support.paths import ROOT
from tests.support.scripted_server import Peer, response, scripted_server
from tests.support.waiting import TIMEOUT

CANARIES = ("CANARY-OF-THE-CLIENT", "CANARY-OF-THE-ACCESS")
CREDENTIALS = Credentials(client_token=CANARIES[0], access_token=CANARIES[1], client="Tests 1.0")
CODES = [VoucherCodeAddParameters(UNKNOWN_ID, "A")]
#: A request with it is one that no socket takes at once.
LONG_VALUE = "x" * 20_000_000
ONCE = RetryPolicy(max_attempts=1)


def list_by_value(client: Any) -> Any:
    """Return a listing with a long request. Any: of either client, and so of either pager."""
    return client.vouchers.get_all(service_ids=[UNKNOWN_ID], voucher_code_values=[LONG_VALUE])


def shown(error: BaseException) -> Iterator[str]:
    """Yield what an error tracker shows of an error: all frames but those of the tests."""
    chain: list[BaseException | None] = [error]
    known: set[int] = set()
    while chain:
        link = chain.pop()
        if link is None or id(link) in known:
            continue
        known.add(id(link))
        yield from (repr(link), str(link), repr(vars(link)))
        chain += [link.__cause__, link.__context__, batch_error_of(link)]
        chain += getattr(link, "exceptions", ())
        traceback = link.__traceback__
        while traceback is not None:
            frame = traceback.tb_frame
            if not frame.f_code.co_filename.startswith(str(ROOT / "tests")):
                place = f"{frame.f_code.co_filename}:{traceback.tb_lineno}"
                yield from (
                    f"{place}: {name} = {safe_repr(value)}"
                    for name, value in frame.f_locals.items()
                )
            traceback = traceback.tb_next


def safe_repr(value: object) -> str:
    """Return a repr; some objects have none yet."""
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - of libraries
        return ""


def check(error: BaseException) -> None:
    """Assert that nothing shows a token, and that a pickle has none."""
    texts = list(shown(error))
    if isinstance(error, MewsError):
        texts += [pickle.dumps(one).decode("latin-1") for one in (error, error.__cause__)]
    assert not [text for text in texts for canary in CANARIES if canary in text]


def refuse(peer: Peer) -> None:
    """Echo the request in an error."""
    while True:
        asked = json.loads(peer.read())
        peer.send(response({"Message": str(asked), "Details": asked}, status=401))


def echo(peer: Peer) -> None:
    """Send the request back as a page."""
    while True:
        peer.send(response(b"<html>" + peer.read()))


def echo_instead_of_http(peer: Peer) -> None:
    """Send the request back instead of HTTP."""
    peer.send(peer.read() + b"\r\n\r\n")


def stop_halfway(peer: Peer) -> None:
    """Begin a response, and close the connection."""
    peer.read()
    peer.send(b"HTTP/1.1 200 X\r\nContent-Length: 99\r\n\r\n{")


def echo_and_stop(peer: Peer) -> None:
    """Send the request back as the beginning of a page, and close the connection."""
    body = peer.read()
    peer.send(b"HTTP/1.1 200 X\r\nContent-Length: %d\r\n\r\n" % (len(body) + 1) + body)


def echo_and_stall(peer: Peer) -> None:
    """Send the request back as the beginning of a page, and wait."""
    echo_and_stop(peer)
    peer.read()


def echo_and_drip(peer: Peer) -> None:
    """Send the request back as a page, again and again."""
    chunk = peer.read()[:99]
    peer.send(b"HTTP/1.1 200 X\r\nContent-Length: 999999999\r\n\r\n")
    while True:
        peer.send(chunk)
        threading.Event().wait(0.02)


def echo_without_end(peer: Peer) -> None:
    """Send more than any response may have."""
    chunk = peer.read() + bytes(99_999)
    peer.send(b"HTTP/1.1 200 X\r\nContent-Length: 999999999\r\n\r\n")
    while True:
        peer.send(chunk)


def stay_silent(peer: Peer) -> None:
    """Read a request, and wait until the connection is closed."""
    peer.read()
    peer.read()


def stay_deaf(peer: Peer) -> None:
    """Read nothing, until the connection is closed."""
    peer.socket.recv(1)
    threading.Event().wait(1.5)


HANDLERS = [refuse, echo, echo_instead_of_http, echo_and_stop, echo_and_stall, echo_and_drip]
HANDLERS += [echo_without_end, stop_halfway, stay_silent, stay_deaf]


def calls(client: Any) -> list[Callable[[], object]]:
    """Return two listings and an add. Any: of either client, behind the facade."""
    return [
        lambda: list(client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID])),
        lambda: client.voucher_codes.add(CODES),
        lambda: list(list_by_value(client)),
    ]


@pytest.mark.parametrize("handle", HANDLERS, ids=lambda handle: handle.__name__)
def test_no_error_of_a_connection_shows_a_token(
    connect: Connect, handle: Callable[[Peer], None]
) -> None:
    """Refused, echoed, malformed, broken off, or not in time."""
    with scripted_server(handle) as server:
        client = connect.to(CREDENTIALS, base_url=server.url, timeout=0.5, retry=ONCE)
        for call in calls(client):
            with pytest.raises(MewsError) as caught:
                call()
            check(caught.value)


def test_no_error_without_a_connection_shows_a_token(connect: Connect) -> None:
    """Nobody listens there."""
    client = connect.to(CREDENTIALS, base_url="http://127.0.0.1:9", retry=ONCE)
    for call in calls(client):
        with pytest.raises(MewsError) as caught:
            call()
        check(caught.value)


def test_no_mistake_in_a_transport_shows_a_token(connect: Connect) -> None:
    """A bug in a transport of the user comes up with the frames of that transport, and no token."""

    def handle(request: httpx.Request) -> httpx.Response:
        raise TypeError(request.method)

    client = connect.to(CREDENTIALS, base_url="http://mock", transport=httpx.MockTransport(handle))
    with pytest.raises(TypeError) as caught:
        calls(client)[0]()
    frames = [entry.name for entry in caught.traceback]
    assert "handle" in frames
    check(caught.value)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("handle", [stay_silent, stay_deaf], ids=["reading", "writing"])
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # httpx with trio
def test_no_cancellation_shows_a_token(
    backend: str, handle: Callable[[Peer], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in the task of the caller, nor in an exception that Python reports by itself."""
    caught: list[BaseException] = []

    def report(unraisable: "sys.UnraisableHookArgs") -> None:
        if unraisable.exc_value is not None:
            caught.append(unraisable.exc_value)

    monkeypatch.setattr(sys, "unraisablehook", report)

    async def run(url: str) -> None:
        async with AsyncVoucherClient(
            CREDENTIALS, base_url=url, rate_limit=None, retry=ONCE
        ) as client:
            with anyio.move_on_after(0.3):
                try:
                    if handle is stay_silent:
                        await client.voucher_codes.add(CODES)
                    await anext(aiter(list_by_value(client)))
                except BaseException as error:
                    caught.append(error)
                    raise

    with scripted_server(handle) as server:
        anyio.run(run, server.url, backend=backend)
    gc.collect()
    assert not isinstance(caught[0], Exception)
    for error in caught:
        check(error)


@pytest.mark.parametrize("handle", [stay_silent, stay_deaf], ids=["reading", "writing"])
def test_ctrl_c_shows_no_token(handle: Callable[[Peer], None]) -> None:
    """A signal handler raises in the middle of a request."""

    def interrupt(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)
    timer = threading.Timer(0.3, press_ctrl_c)
    try:
        with (
            scripted_server(handle) as server,
            VoucherClient(
                CREDENTIALS, base_url=server.url, rate_limit=None, retry=ONCE, timeout=1.0
            ) as client,
        ):
            timer.start()
            with pytest.raises(KeyboardInterrupt) as caught:
                calls(client)[1 if handle is stay_silent else 2]()
    finally:
        signal.signal(signal.SIGINT, before)
        timer.join(TIMEOUT)
    check(caught.value)


def test_an_error_of_httpx_has_no_request() -> None:
    """The request has the body, which a pickle of the error would contain."""
    kwargs = {"method": "post", "url": "/x", "headers": {}, "content": CANARIES[0].encode()}
    client = Client("http://127.0.0.1:9")
    with pytest.raises(httpx.ConnectError) as caught:
        send(client.get_http_client(), kwargs)
    client.close()
    assert CANARIES[0].encode() not in pickle.dumps(caught.value)
    with pytest.raises(RuntimeError):
        _ = caught.value.request


# --- what is redacted


@pytest.mark.parametrize(
    ("token", "text", "expected"),
    [
        ("a", "a Name is a-b, a1 and (a)", "*** Name is ***-b, a1 and (***)"),
        ("long-enough", "xlong-enoughx long-enough", "x***x ***"),
        ("a+b", "a+b xa+b a\\u002bb a\\u002Bb", "*** xa+b *** ***"),
        ('quo"te-and/more', 'quo\\"te-and\\/more', "***"),
        ("emoji-😀-token", "emoji-\\ud83d\\uDE00-token", "***"),
        ("back\\slash-token", "back\\\\slash-token and back\\slash-token", "*** and ***"),
    ],
)
def test_whole_tokens_are_redacted(connect: Connect, token: str, text: str, expected: str) -> None:
    """A short token is no part of a word; a long one is found anywhere, however it is escaped."""
    transport = httpx.MockTransport(lambda _: httpx.Response(403, json={"Message": text}))
    credentials = Credentials(client_token=token, access_token="no token", client="Tests 1.0")
    client = connect.to(credentials, base_url="http://mock", transport=transport)
    with pytest.raises(MewsError) as caught:
        calls(client)[0]()
    assert getattr(caught.value, "message", None) == expected
