"""What tools see of the clients: test doubles, editors, documentation generators, frameworks.

It works because the methods are ordinary functions of ordinary classes.
"""

import inspect
import io
import pydoc
import re
from typing import Any, get_origin, get_type_hints
from unittest.mock import AsyncMock, MagicMock, create_autospec, patch

import griffe
import mews_vouchers
import pytest
from mews_vouchers import (
    AsyncPager,
    AsyncVoucherClient,
    AsyncWriteStream,
    Pager,
    VoucherClient,
    WriteStream,
)
from mews_vouchers.mock import MockMews
from mews_vouchers_client.models import (
    Voucher,
    VoucherCode,
    VoucherCodeAddParameters,
    VoucherCodeResult,
    VoucherResult,
)

from tests.support.clients import async_client, credentials_of

LISTINGS = [("vouchers", "get_all"), ("voucher_codes", "get_all")]
WRITES = [
    ("vouchers", "add", list[Voucher]),
    ("vouchers", "update", list[Voucher]),
    ("vouchers", "delete", type(None)),
    # Of the type that the error says.
    ("vouchers", "resume", list),
    ("voucher_codes", "add", list[VoucherCode]),
    ("voucher_codes", "delete", type(None)),
    ("voucher_codes", "resume", list),
]
each_write = pytest.mark.parametrize(("resource", "name", "result"), WRITES)


@pytest.fixture
def sync_client() -> VoucherClient:
    """Return a sync client of a mock."""
    mock = MockMews()
    return VoucherClient(credentials_of(mock), base_url="http://mock", transport=mock.transport)


@pytest.fixture
def client() -> AsyncVoucherClient:
    """Return an async client of a mock."""
    return async_client(MockMews())


def method(client: object, resource: str, name: str) -> Any:
    """Return a method of a resource. Any: its type is what is tested."""
    return getattr(getattr(client, resource), name)


@each_write
def test_writes_of_the_async_client_are_coroutine_functions(
    sync_client: VoucherClient, client: AsyncVoucherClient, resource: str, name: str, result: Any
) -> None:
    """Web frameworks and schedulers check that, and silently drop the call otherwise."""
    assert inspect.iscoroutinefunction(method(client, resource, name))
    assert not inspect.iscoroutinefunction(method(sync_client, resource, name))
    for either in (client, sync_client):
        returned = get_type_hints(method(either, resource, name))["return"]
        assert result in (returned, get_origin(returned))


def test_annotations_of_listings_are_resolved(
    sync_client: VoucherClient, client: AsyncVoucherClient
) -> None:
    """The annotation of a listing is resolved to the pager and the type of its items."""
    for resource, item, result in (
        ("vouchers", Voucher, VoucherResult),
        ("voucher_codes", VoucherCode, VoucherCodeResult),
    ):
        hints = [get_type_hints(method(one, resource, "get_all")) for one in (sync_client, client)]
        assert hints[0]["return"] == Pager[item, result]  # type: ignore[valid-type]
        assert hints[1]["return"] == AsyncPager[item, result]  # type: ignore[valid-type]


def test_annotations_of_batches_are_resolved(
    sync_client: VoucherClient, client: AsyncVoucherClient
) -> None:
    """The annotation of a stream of batches is resolved as well."""
    hints = [get_type_hints(one.voucher_codes.add_batches) for one in (sync_client, client)]
    assert hints[0]["return"] == WriteStream[VoucherCodeAddParameters, VoucherCode]
    assert hints[1]["return"] == AsyncWriteStream[VoucherCodeAddParameters, VoucherCode]


@each_write
def test_autospecs_have_async_methods(
    client: AsyncVoucherClient, resource: str, name: str, result: Any
) -> None:
    """The autospec of a client has async methods where the client has."""
    assert result
    double = create_autospec(client)
    assert isinstance(method(double, resource, name), AsyncMock)
    with pytest.raises(TypeError, match="missing a required argument"):
        method(double, resource, name)()


@pytest.mark.parametrize(("resource", "name"), LISTINGS)
def test_autospecs_check_arguments(
    sync_client: VoucherClient, client: AsyncVoucherClient, resource: str, name: str
) -> None:
    """An autospec rejects the arguments that the client rejects."""
    for one in (sync_client, client):
        double = method(create_autospec(one), resource, name)
        assert not isinstance(double, AsyncMock)
        with pytest.raises(TypeError):
            double(voucher_identifiers=["a"])


def test_a_method_can_be_patched(sync_client: VoucherClient) -> None:
    """A patched method of a resource is the one that the client calls."""
    fake = MagicMock(return_value=iter([]))
    with patch.object(sync_client.voucher_codes, "get_all", fake):
        assert list(sync_client.voucher_codes.get_all(voucher_ids=["b"])) == []
    fake.assert_called_once_with(voucher_ids=["b"])
    assert list(sync_client.voucher_codes.get_all(voucher_ids=[])) == []


@pytest.mark.parametrize("resource", ["vouchers", "voucher_codes"])
@pytest.mark.parametrize("kind", [VoucherClient, AsyncVoucherClient])
def test_help_shows_signatures(kind: type, resource: str) -> None:
    """`help(client.voucher_codes)` shows each method with its parameters and its documentation."""
    client = kind(credentials_of(MockMews()), base_url="https://mock")
    output = io.StringIO()
    pydoc.Helper(output=output).help(getattr(client, resource))
    shown = output.getvalue()
    for name in ("get_all", "add", "delete", "resume"):
        assert re.search(rf"\b{name}\(\W*self,", shown)  # since Python 3.13 in several lines
    assert "enterprise_ids: 'Iterable[str] | None' = None" in shown
    assert "Maximum number of requests in flight, 1 to 16." in shown


def test_documentation_tools_find_everything_without_importing() -> None:
    """Tools that only parse find each method with types, documentation and result."""
    package = griffe.load("mews_vouchers", search_paths=[mews_vouchers.__path__[0] + "/.."])
    for kind in ("Vouchers", "VoucherCodes", "AsyncVouchers", "AsyncVoucherCodes"):
        members = package[kind].all_members  # also those that it inherits
        functions = [one for name, one in members.items() if not name.startswith("_")]
        assert len(functions) == 6
        for function in functions:
            assert function.is_function
            assert function.returns
            assert "Example:" in function.docstring.value
            parameters = [one for one in function.parameters if one.name != "self"]
            assert all(one.annotation for one in parameters)
    client = package["VoucherClient"]
    assert "Args:" in client.docstring.value
    assert [one.name for one in client.parameters][:3] == ["self", "credentials", "environment"]
