"""No argument of a constructor is shown when it is refused: a token may be in the wrong place.

Error trackers show the local variables of all frames; `TracebackException` does as they do.
"""

import inspect
import traceback
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

import pytest
from mews_vouchers import AsyncVoucherClient, Credentials, UnexpectedResponseError, VoucherClient

from tests.support.clients import Connect
from tests.support.http_library import httpx
from tests.support.mock_api import UNKNOWN_ID
from tests.support.paths import ROOT

CANARY = "CANARY-OF-A-TOKEN"
CREDENTIALS = Credentials(client_token=CANARY, access_token=CANARY, client="Tests 1.0")
#: What a mistake may pass. Any: of any type.
WRONG: dict[str, Any] = {
    "a list": [CANARY],
    "a dict": {"X": [CANARY]},
    "pairs": [("X", CANARY)],
    "bytes": CANARY.encode(),
    "a tuple": (CANARY, CANARY),
    "a line": {"X": f"{CANARY}\n"},
    "a wrong name": {"X ": CANARY},
    "a string": CANARY,
}
#: Some wrong values are right for some arguments: strings, and functions that are called later.
STRINGS = {"client", "client_token", "access_token", "language_code", "culture_code"}


def parameters(function: Callable[..., object]) -> list[str]:
    """Return the names of what a function takes."""
    return [name for name in inspect.signature(function).parameters if name != "self"]


def create(kind: Callable[..., object], arguments: Mapping[str, Any]) -> None:
    """Create an object. Any: its arguments are of any type."""
    kind(**arguments)


def texts(error: BaseException) -> str:
    """Return an error with all variables of all frames, but for those of the tests."""

    def without_tests(frames: TracebackType | None) -> TracebackType | None:
        while frames is not None:
            if not frames.tb_frame.f_code.co_filename.startswith(str(ROOT / "tests")):
                return frames
            frames = frames.tb_next
        return None

    parts = [repr(vars(error)), repr(error)]
    link: BaseException | None = error
    while link is not None:
        frames = without_tests(link.__traceback__)
        found = traceback.TracebackException(type(link), link, frames, capture_locals=True)
        parts += found.format(chain=False)
        link = link.__cause__ or link.__context__
    return "\n".join(parts)


def usual(kind: type) -> dict[str, Any]:
    """Return arguments that are right. Any: of any type."""
    if kind is Credentials:
        return {"client_token": CANARY, "access_token": CANARY, "client": "Tests 1.0"}
    return {"credentials": CREDENTIALS, "base_url": "http://127.0.0.1:9"}


CASES = [
    pytest.param(kind, name, wrong, id=f"{kind.__name__}-{name}-{wrong}")
    for kind in (Credentials, VoucherClient, AsyncVoucherClient)
    for name in parameters(kind)
    for wrong in WRONG
    if not (wrong == "a string" and name in STRINGS)
]


@pytest.mark.parametrize(("kind", "name", "wrong"), CASES)
def test_no_argument_that_is_refused_is_shown(kind: type, name: str, wrong: str) -> None:
    """Neither it nor any other: in no frame, no message, no cause."""
    with pytest.raises((TypeError, ValueError)) as caught:
        create(kind, usual(kind) | {name: WRONG[wrong]})
    assert CANARY not in texts(caught.value)


@pytest.mark.parametrize("name", ["client_token", "access_token", "client"])
def test_an_empty_string_shows_no_token(name: str) -> None:
    """Nor a repr of what could not be created."""
    with pytest.raises(ValueError, match=f"{name} must be a non-empty string") as caught:
        create(Credentials, usual(Credentials) | {name: ""})
    assert CANARY not in texts(caught.value)
    assert repr(Credentials.__new__(Credentials)) == "Credentials(client=None)"


@pytest.mark.parametrize(
    "url", [f"redis://:{CANARY}@[", f"ftp://:{CANARY}@host", f"redis://:{CANARY}@host:port"]
)
def test_a_wrong_url_of_redis_shows_no_secret(connect: Connect, url: str) -> None:
    """Neither its password nor the token of the limit."""
    pytest.importorskip("redis")
    kind = VoucherClient if connect.kind == "sync" else AsyncVoucherClient
    with pytest.raises(ValueError, match="redis") as caught:
        create(kind, usual(kind) | {"redis_url": url})
    assert CANARY not in texts(caught.value)


@pytest.mark.parametrize("wrong", [name for name in WRONG if name != "a string"])
def test_a_view_shows_no_header(connect: Connect, wrong: str) -> None:
    """`with_options()` takes headers as well."""
    kind = VoucherClient if connect.kind == "sync" else AsyncVoucherClient
    client = kind(CREDENTIALS, base_url="http://127.0.0.1:9")
    with pytest.raises((TypeError, ValueError)) as caught:
        create(client.with_options, {"headers": WRONG[wrong]})
    assert CANARY not in texts(caught.value)


def test_frames_of_the_caller_keep_their_variables() -> None:
    """Also if it was handling another error, which the new one has as its context."""

    def fail(kept: str) -> None:
        raise KeyError(kept)

    def handle() -> None:
        try:
            fail("kept")
        except KeyError:
            create(Credentials, usual(Credentials) | {"client": ""})

    with pytest.raises(ValueError, match="client") as caught:
        handle()
    context = caught.value.__context__
    assert context is not None
    assert context.__traceback__ is not None
    assert context.__traceback__.tb_next is not None
    assert context.__traceback__.tb_next.tb_frame.f_locals == {"kept": "kept"}


@pytest.mark.parametrize(
    "body",
    [
        {"VoucherCodes": CANARY, "Cursor": None},
        {"VoucherCodes": {"X": CANARY}, "Cursor": None},
        [CANARY],
    ],
)
def test_a_page_that_is_none_shows_nothing_of_it(connect: Connect, body: object) -> None:
    """The server may have echoed the tokens where a list should be."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=body))
    client = connect.to(CREDENTIALS, base_url="http://mock", transport=transport)
    with pytest.raises(UnexpectedResponseError) as caught:
        list(client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID]))
    assert CANARY not in texts(caught.value)


@pytest.mark.parametrize("kind", [VoucherClient, AsyncVoucherClient])
def test_a_client_that_was_not_created_has_a_repr(
    kind: type[VoucherClient] | type[AsyncVoucherClient],
) -> None:
    """A traceback shows it, if its constructor has failed."""
    assert repr(kind.__new__(kind)) == f"<{kind.__name__}, not created>"
