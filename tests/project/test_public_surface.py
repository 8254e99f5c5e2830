"""What users see: the names, their documentation, and the same parameters for both clients."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import attrs
import mews_vouchers
import pytest
from mews_vouchers import (
    AsyncChanges,
    AsyncPager,
    AsyncVoucherClient,
    AsyncWriteStream,
    Changes,
    Credentials,
    Page,
    Pager,
    Progress,
    RateLimit,
    RetryPolicy,
    VoucherClient,
    WriteStream,
    _public,
    batch_error,
    errors,
    journal,
    voucher_update,
)
from mews_vouchers_client.http_types import AsyncHttpClient, AsyncTransport, HttpClient, Transport
from mews_vouchers_client.models import (
    ActivityState,
    Limitation,
    VoucherExtent,
    VoucherUpdateParameters,
)

from tests.support.clients import Connect
from tests.support.documented import document
from tests.support.harness import Harness
from tests.support.mock_api import UNKNOWN_ID
from tests.support.operations import OPERATIONS, Operation

#: What users can import from the package.
NAMES = """
    VoucherClient AsyncVoucherClient Vouchers AsyncVouchers VoucherCodes AsyncVoucherCodes
    Credentials Environment Pager AsyncPager Page
    RateLimit RetryPolicy CircuitBreaker RequestEvent SettingsWarning Progress
    voucher_update
    Changes AsyncChanges
    WriteStream AsyncWriteStream Journal Outcome batch_error_of
    MewsError ApiError BadRequestError UnauthorizedError ForbiddenError NotFoundError
    RequestTooHeavyError ConflictError ContentTooLargeError TooManyRequestsError ServerError
    UnexpectedResponseError ConnectionFailedError OutcomeUnknownError PaginationError BatchError
    InvalidItemError ResumeInProgressError JournalError ClosedError
    RateLimitTimeoutError CircuitOpenError ResponseTooLargeError
""".split()  # noqa: SIM905 - in groups
METHODS = {
    "voucher_codes": {"get_all", "changes", "add", "add_batches", "delete", "resume"},
    "vouchers": {"get_all", "changes", "add", "update", "delete", "resume"},
}
#: Properties of requests that the client supplies.
SUPPLIED = {
    "client_token",
    "access_token",
    "client",
    "language_code",
    "culture_code",
    "limitation",
    "additional_properties",
}
#: Properties whose parameters have other names.
RENAMED = {"updated_utc": "updated"}
#: Parameters beyond the properties of the request.
PAGING = {"page_size", "max_items", "checkpoint", "cursor", "prefetch", "concurrency"}

WRITING = {"on_progress", "concurrency", "on_rejected", "journal", "settle"}

CREDENTIALS = Credentials(client_token="c", access_token="a", client="Tests 1.0")
SYNC = VoucherClient(CREDENTIALS, base_url="https://mock")
ASYNC = AsyncVoucherClient(CREDENTIALS, base_url="https://mock")

each_method = pytest.mark.parametrize(
    ("resource", "name"),
    [(resource, name) for resource, names in METHODS.items() for name in sorted(names)],
)
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=list(OPERATIONS))


def method(resource: str, name: str, client: object = SYNC) -> Any:
    """Return a method of a client."""
    return getattr(getattr(client, resource), name)


def method_for(operation: Operation) -> Any:
    """Return the method that sends the requests of an operation."""
    resource, action = (
        re.sub("([A-Z])", r"_\1", part).lower() for part in operation.name.split("/")
    )
    return method(resource, action)


def public(target: object) -> set[str]:
    """Return the public names of something."""
    return {name for name in dir(target) if not name.startswith("_")}


def public_members(kind: type) -> Iterator[tuple[str, Any]]:
    """Yield the methods and properties that a class defines for its users."""
    for name, member in vars(kind).items():
        function = getattr(member, "__func__", member)
        if not name.startswith("_") and (
            inspect.isfunction(function) or isinstance(member, property)
        ):
            yield name, member


# --- names


def test_the_public_names() -> None:
    """`__all__` is exactly this list, and each name exists."""
    assert set(mews_vouchers.__all__) == set(NAMES)
    assert len(mews_vouchers.__all__) == len(NAMES)
    for name in NAMES:
        assert getattr(mews_vouchers, name).__name__ == name
    # Type checkers take the names from there. In a package with a plugin, pytest adds others, which
    # are no identifiers.
    assert {
        name for name in vars(_public) if name.isidentifier() and not name.startswith("_")
    } == set(NAMES)


def test_the_public_modules() -> None:
    """Only the command, the errors, the journal and the mock are public modules."""
    modules = {module.name for module in pkgutil.iter_modules(mews_vouchers.__path__)}
    assert {name for name in modules if not name.startswith("_")} == {
        "batch_error",
        "cli",
        "errors",
        "journal",
        "mock",
    }


def test_public_modules_have_no_names_of_their_own() -> None:
    """What the errors and the journal define is also a name of the package, or begins with `_`."""
    for module in (batch_error, errors, journal):
        defined = {
            name
            for name, one in vars(module).items()
            if getattr(one, "__module__", None) == module.__name__ and not name.startswith("_")
        }
        assert defined
        assert set(getattr(module, "__all__", defined)) <= set(NAMES)


@pytest.mark.parametrize("client", [SYNC, ASYNC], ids=["sync", "async"])
def test_the_public_methods(client: object) -> None:
    """A client has its two resources and few methods; a resource has its methods."""
    calls = {"changes", "call", "with_options", "close"}
    assert public(client) == {"vouchers", "voucher_codes", "api", *calls}
    for resource, names in METHODS.items():
        assert public(getattr(client, resource)) == names


# --- documentation


def test_every_module_has_a_docstring() -> None:
    """Each module starts with a sentence about itself."""
    for module in pkgutil.walk_packages(mews_vouchers.__path__, "mews_vouchers."):
        if not module.name.endswith("__main__"):
            doc = importlib.import_module(module.name).__doc__ or ""
            assert doc.strip().splitlines()[0].rstrip().endswith((".", "?", ",", ":")), module.name


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_is_documented(name: str) -> None:
    """Each name has its own docstring, and so have its methods and properties."""
    target = getattr(mews_vouchers, name)
    assert len(target.__doc__ or "") > 20
    assert not target.__doc__.startswith(f"{name}(")  # generated by dataclasses
    if inspect.isclass(target):
        for own, member in public_members(target):
            assert inspect.getdoc(member), own


@each_method
def test_every_method_is_documented(resource: str, name: str) -> None:
    """What it does, each parameter, the errors, and an example of its use."""
    shown = method(resource, name)
    doc = inspect.getdoc(shown) or ""
    assert doc.splitlines()[0].endswith((".", ":"))
    parameters = list(inspect.signature(shown).parameters)
    described = name not in {"resume", "add_batches"}  # like `add`, to which they refer
    missing = [one for one in parameters if described and f"{one}: " not in doc]
    assert missing == []
    assert "Raises" in doc or "BatchError" in doc
    assert "Example:" in doc
    assert f"client.{resource}.{name}(" in doc


def test_the_class_of_a_resource_has_the_documentation() -> None:
    """A method has its documentation on its class, where documentation tools look it up."""
    add = type(SYNC.voucher_codes).add
    assert add.__doc__ == SYNC.voucher_codes.add.__doc__
    assert "BatchError" in (add.__doc__ or "")


@pytest.mark.parametrize(
    "kind", [VoucherClient, AsyncVoucherClient, Credentials, RetryPolicy, RateLimit, voucher_update]
)
def test_what_users_create_has_an_example(kind: Any) -> None:
    """Each class that users create has an example."""
    lines = (inspect.getdoc(kind) or "").splitlines()
    assert any(line.startswith("    ") and f"{kind.__name__}(" in line for line in lines)


# --- both clients


@each_method
def test_both_clients_have_the_same_parameters(resource: str, name: str) -> None:
    """Parameters and documentation of both clients are the same, except `async` and `await`."""
    of_sync, of_async = method(resource, name), method(resource, name, ASYNC)
    parameters = inspect.signature(of_sync).parameters
    assert parameters == inspect.signature(of_async).parameters
    in_sync = re.sub(r"\basync (?=for |with )|\bawait ", "", of_async.__doc__)
    assert " ".join(of_sync.__doc__.split()) == " ".join(in_sync.split())
    assert of_sync.__name__ == of_async.__name__ == name


@each_method
def test_examples_are_in_the_idiom_of_their_client(resource: str, name: str) -> None:
    """The async client's examples await or iterate asynchronously, the sync client's do not."""
    call = rf"client\.{resource}\.{name}\("
    asynchronous = rf"await {call}|async with {call}|async for .+ in ({call}|pager|feed)"
    assert re.search(asynchronous, method(resource, name, ASYNC).__doc__)
    assert not re.search(r"\b(await|async)\b", method(resource, name).__doc__)


@each_method
def test_parameters_are_named_and_typed(resource: str, name: str) -> None:
    """Only the items of a write are positional; every parameter has a type."""
    parameters = inspect.signature(method(resource, name)).parameters.values()
    positional = [one.name for one in parameters if one.kind is not one.KEYWORD_ONLY]
    assert len(positional) == (0 if name in {"get_all", "changes"} else 1)
    assert all(one.annotation is not one.empty for one in parameters)


def test_both_clients_are_created_alike() -> None:
    """Constructors have the same parameters, pagers and streams the same members."""
    of_sync, of_async = (
        dict(inspect.signature(kind).parameters) for kind in (VoucherClient, AsyncVoucherClient)
    )
    transports = [one.pop("transport").annotation for one in (of_sync, of_async)]
    assert transports == [Transport | None, AsyncTransport | None]
    clients = [one.pop("http_client").annotation for one in (of_sync, of_async)]
    assert clients == [HttpClient | None, AsyncHttpClient | None]
    assert of_sync == of_async
    assert list(of_sync)[1:] == [
        "environment",
        "base_url",
        "http_library",
        "headers",
        "timeout",
        "retry",
        "rate_limit",
        "rate_limit_wait",
        "priority",
        "circuit_breaker",
        "on_event",
        "max_response_size",
        "redis_url",
        "language_code",
        "culture_code",
    ]
    assert all(one.kind is one.KEYWORD_ONLY for one in list(of_sync.values())[1:])
    counts = {"requests", "retries", "waited"}
    assert public(Pager) == public(AsyncPager) == {"pages", "checkpoint", *counts}
    assert public(Changes) == public(AsyncChanges) == {"mark"}
    assert public(WriteStream) == {"batch_error", "close"}
    assert public(AsyncWriteStream) == {"batch_error", "aclose"}


def test_the_attributes_of_pages_and_progress() -> None:
    """A page has its items, its cursor and the whole result; progress has its five numbers."""
    assert public(Page) >= {"items", "cursor", "result"}
    assert public(Progress(1, 2, 3, 4.0)) == {"done", "total", "requests", "waited", "settling"}


# --- the whole API can be used


@each_operation
def test_every_property_of_a_request_can_be_given(operation: Operation) -> None:
    """Each property of each request is a parameter, unless the client supplies it.

    It is derived from the generated models: a property that the document gains fails here.
    """
    fields = [one for one in attrs.fields(operation.request) if one.name not in SUPPLIED]
    parameters = inspect.signature(method_for(operation)).parameters
    offered = set(parameters)
    wanted = {RENAMED.get(one.name, one.name) for one in fields}
    if operation.name.endswith("getAll"):
        assert offered - wanted == PAGING
        assert wanted - offered == set()
        needed = {one.name for one in fields if one.default is attrs.NOTHING} - {"extent"}
        assert needed == {one.name for one in parameters.values() if one.default is one.empty}
        return
    (items,) = [one.name for one in fields if one.default is attrs.NOTHING]
    (positional,) = [one for one in parameters.values() if one.kind is not one.KEYWORD_ONLY]
    assert offered == wanted - {items} | {positional.name} | WRITING


def test_what_the_client_supplies_is_in_the_requests() -> None:
    """Each supplied name is a property of some request."""
    known = {
        one.name for operation in OPERATIONS.values() for one in attrs.fields(operation.request)
    }
    assert known >= SUPPLIED | set(RENAMED)
    assert {one.name for one in attrs.fields(Limitation)} == {
        "count",
        "cursor",
        "additional_properties",
    }


def test_every_property_of_an_update_can_be_given() -> None:
    """`voucher_update` has each property of `VoucherUpdateParameters`."""
    fields = {one.name for one in attrs.fields(VoucherUpdateParameters)}
    assert set(inspect.signature(voucher_update).parameters) == fields - {"additional_properties"}


def test_every_filter_is_sent(connect: Connect) -> None:
    """Each parameter of a listing is sent as the property that it stands for."""
    harness = Harness(connect, portfolio=True)
    updated = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
    ids: dict[str, Any] = {"voucher_ids": [UNKNOWN_ID], "updated": updated}
    ids["enterprise_ids"] = [harness.enterprise.id]
    listings: dict[str, dict[str, Any]] = {
        "vouchers": dict(
            ids,
            service_ids=[UNKNOWN_ID],
            company_ids=[UNKNOWN_ID],
            voucher_code_values=["x"],
            external_identifiers=["y"],
            activity_states=[ActivityState.ACTIVE],
            extent=VoucherExtent(vouchers=True, rates=True),
        ),
        "voucher_codes": dict(ids, voucher_code_ids=[UNKNOWN_ID]),
    }
    schemas = document()["components"]["schemas"]
    for resource, filters in listings.items():
        parameters = set(inspect.signature(method(resource, "get_all")).parameters)
        assert set(filters) == parameters - PAGING
        assert list(method(resource, "get_all", harness.client)(**filters)) == []
        name = "".join(part.title() for part in resource.split("_")).removesuffix("s")
        properties = set(schemas[f"{name}FilterParameters"]["properties"])
        sent = harness.mock.requests[-1]
        assert sent.status == 200  # so the tokens, which are never recorded, were there as well
        tokens, languages = {"ClientToken", "AccessToken"}, {"LanguageCode", "CultureCode"}
        assert set(sent.body) == properties - tokens - languages
