"""httpx and httpx2: either one sends everything, and a client never mixes them.

The other tests of the client run on both: see `tests/support/http_library.py`.
"""

import subprocess
import sys
from typing import Any, get_args

import anyio
import httpx
import httpx2
import pytest
from mews_vouchers import AsyncVoucherClient, Credentials, VoucherClient
from mews_vouchers.mock import MockMews
from mews_vouchers_client import Client
from mews_vouchers_client.http_library import (
    ClassName,
    HttpLibraryName,
    is_instance,
    library_of,
)

from tests.support.clients import credentials_of
from tests.support.harness import ask
from tests.support.mock_api import UNKNOWN_ID

CREDENTIALS = Credentials(client_token="CANARY-1", access_token="CANARY-2", client="Tests 1.0")
# Any: the modules have no common type.
MODULES: dict[HttpLibraryName, Any] = {"httpx": httpx, "httpx2": httpx2}
OTHER: dict[str, HttpLibraryName] = {"httpx": "httpx2", "httpx2": "httpx"}

each_kind = pytest.mark.parametrize("kind", [VoucherClient, AsyncVoucherClient])
each_library = pytest.mark.parametrize("name", MODULES)


def given_ones(kind: type, name: HttpLibraryName) -> dict[str, Any]:
    """Return a client and a transport of a library, by the arguments that take them."""
    library = MODULES[name]
    if kind is VoucherClient:
        return {"http_client": library.Client(), "transport": library.HTTPTransport()}
    return {"http_client": library.AsyncClient(), "transport": library.AsyncHTTPTransport()}


def used_by(client: VoucherClient | AsyncVoucherClient) -> HttpLibraryName | None:
    """Return the library that sends the requests of a client."""
    if isinstance(client, VoucherClient):
        return library_of(client.api.get_http_client())
    return library_of(client.api.get_async_http_client())


def create(kind: Any, **settings: Any) -> Any:
    """Create a client of a server that is never asked."""
    return kind(CREDENTIALS, base_url="https://mews.example", **settings)


@each_kind
@each_library
def test_one_argument_chooses_the_library(kind: type, name: HttpLibraryName) -> None:
    """Or what is handed in: then no argument is needed, but it may repeat the name."""
    assert used_by(create(kind, http_library=name)) == name
    for setting, value in given_ones(kind, name).items():
        assert used_by(create(kind, **{setting: value})) == name
        assert used_by(create(kind, **{setting: value}, http_library=name)) == name


@each_kind
@each_library
def test_requests_are_sent_with_it(kind: Any, name: HttpLibraryName) -> None:
    """Over a connection."""
    mock = MockMews(seed=1)
    other = MODULES[OTHER[name]]

    async def call(client: AsyncVoucherClient) -> None:
        async with client:
            pager = client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID])
            assert [code async for code in pager] == []

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the other library is used")

    with mock.serve() as url, pytest.MonkeyPatch.context() as patched:
        for class_name in ("Client", "AsyncClient", "HTTPTransport", "AsyncHTTPTransport"):
            patched.setattr(other, class_name, refuse)
        client = kind(credentials_of(mock), base_url=url, http_library=name, rate_limit=None)
        if isinstance(client, VoucherClient):
            with client:
                ask(client)
        else:
            anyio.run(call, client)
    assert [request.operation for request in mock.requests] == ["voucherCodes/getAll"]


@each_kind
@each_library
@pytest.mark.parametrize("setting", ["http_client", "transport"])
def test_mixing_them_is_a_type_error(kind: type, name: HttpLibraryName, setting: str) -> None:
    """At once, and the error says what to pass."""
    other = OTHER[name]
    value = given_ones(kind, other)[setting]
    message = (
        f"^{setting} is of {other}, but the client uses {name}: "
        f"pass http_library='{other}' or one of {name}$"
    )
    with pytest.raises(TypeError, match=message):
        create(kind, http_library=name, **{setting: value})


@each_library
def test_further_arguments_are_of_the_same_library(name: HttpLibraryName) -> None:
    """In the generated client, where any argument of httpx can be passed."""
    library, other = MODULES[name], MODULES[OTHER[name]]
    client = Client("https://mews.example", httpx_args={"limits": library.Limits()})
    assert library_of(client.get_http_client()) == name
    with pytest.raises(TypeError, match=r"^auth is of "):
        Client(
            "https://mews.example",
            httpx_args={"limits": library.Limits(), "auth": other.BasicAuth("u", "p")},
        )


@each_kind
def test_another_name_is_refused(kind: type) -> None:
    """There are two libraries."""
    with pytest.raises(ValueError, match=r"must be 'httpx' or 'httpx2'$"):
        create(kind, http_library="requests")


@each_kind
def test_a_missing_library_is_named(kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, "httpx2", None)
    with pytest.raises(ImportError, match=r'pip install "mews-vouchers\[httpx2\]"'):
        create(kind, http_library="httpx2")


@each_kind
@each_library
def test_timeouts_and_urls_of_either_are_taken(kind: type, name: HttpLibraryName) -> None:
    """They are numbers and texts: nothing of them is mixed."""
    other = MODULES[OTHER[name]]
    client = kind(
        CREDENTIALS,
        base_url=other.URL("https://mews.example"),
        timeout=other.Timeout(7.0, connect=2.0),
        http_library=name,
    )
    http: Any = (
        client.api.get_http_client()
        if isinstance(client, VoucherClient)
        else client.api.get_async_http_client()
    )
    assert http.timeout == MODULES[name].Timeout(7.0, connect=2.0)


def test_an_exact_type_is_not_that_of_the_other_library() -> None:
    """What returns a client of httpx refuses one of httpx2."""
    client = Client("https://mews.example", http_library="httpx")
    assert isinstance(client.get_httpx_client(), httpx.Client)
    assert isinstance(client.get_async_httpx_client(), httpx.AsyncClient)
    client = Client("https://mews.example", http_library="httpx2")
    for get in (client.get_httpx_client, client.get_async_httpx_client):
        with pytest.raises(TypeError, match="not of httpx: use get_http_client"):
            get()


@pytest.mark.parametrize("class_name", get_args(ClassName))
@each_library
def test_classes_are_known_by_their_names(name: HttpLibraryName, class_name: ClassName) -> None:
    """Both libraries have them; a class that extends one is one, a namesake is not."""
    kind = getattr(MODULES[name], class_name)
    extended: Any = type("Extended", (kind,), {})
    for one in (kind, extended):
        value = one.__new__(one)
        assert is_instance(value, class_name)
        assert library_of(value) == name
    namesake = type(class_name, (), {"__module__": __name__})()
    assert not is_instance(namesake, class_name)
    assert library_of(namesake) is None


PROGRAM = """
import asyncio, logging, sys
logging.disable()
for blocked in ({other!r}, {other!r}.replace("httpx", "httpcore")):
    sys.modules[blocked] = None
from mews_vouchers import (
    AsyncVoucherClient, BatchError, Credentials, RetryPolicy, VoucherClient
)
from mews_vouchers.mock import MockMews, faults
from mews_vouchers_client.models import VoucherCodeAddParameters

mock = MockMews(seed=1)
credentials = Credentials(
    client_token=mock.client_token, access_token=mock.access_token, client="Blocked 1.0"
)
(voucher_id,) = mock.seed(vouchers=1, codes_per_voucher=3)
mock.inject(faults.drop_before(), "voucherCodes/getAll", calls=1)
mock.inject(faults.drop_during(), "voucherCodes/add", calls=1)
retry = RetryPolicy(sleep=False)

def use_sync(**settings):
    with VoucherClient(credentials, retry=retry, http_library={name!r}, **settings) as client:
        try:
            client.voucher_codes.add([VoucherCodeAddParameters(voucher_id, "LATE")])
        except BatchError as error:
            client.voucher_codes.resume(error)
        print(len(list(client.voucher_codes.get_all(voucher_ids=[voucher_id]))))

async def use_async(**settings):
    async with AsyncVoucherClient(
        credentials, retry=retry, http_library={name!r}, **settings
    ) as client:
        pager = client.voucher_codes.get_all(voucher_ids=[voucher_id])
        print(len([code async for code in pager]))

use_sync(base_url="http://mock", transport=mock.transport)
with mock.serve() as url:
    use_sync(base_url=url)
    asyncio.run(use_async(base_url=url))
asyncio.run(use_async(base_url="http://mock", transport=mock.transport))
try:
    use_sync(base_url="http://127.0.0.1:9")
except BatchError as error:
    print(type(error.cause).__name__)
"""


@each_library
def test_one_works_without_the_other(name: HttpLibraryName) -> None:
    """In a process that cannot import it: listings, retries, writes, faults of the mock."""
    program = PROGRAM.format(name=name, other=OTHER[name])
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["4", "5", "5", "5", "ConnectionFailedError"]
