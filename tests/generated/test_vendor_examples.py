"""Example responses are read without loss: the vendor's, which violate its contract, and ours."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from mews_vouchers.mock import MockMews, faults
from mews_vouchers_client import UNSET, Deviation, fast_json, models, on_deviation, serialization
from mews_vouchers_client.deviations import Problem

from tests.support import documented
from tests.support.clients import Connect
from tests.support.documented import SCHEMAS, JsonObject
from tests.support.http_library import httpx
from tests.support.mock_api import UNKNOWN_ID
from tests.support.vendor_examples import VENDOR_EXAMPLES

VENDORS: list[JsonObject] = [
    example for example in VENDOR_EXAMPLES if example["kind"] == "response"
]
#: Schemas and bodies: of the vendor's examples, and of those in our document.
THEIRS = [(documented.result_of(one["operation"]), one["body"]) for one in VENDORS]
OURS = [
    (documented.schema_of(response), documented.EXAMPLES[reference["$ref"].rpartition("/")[2]])
    for operation in documented.OPERATIONS.values()
    for response in [operation["responses"]["200"]]
    for reference in response["content"]["application/json"]["examples"].values()
]


def read_tolerantly(content: bytes, model: Any) -> Any:
    """Read without msgspec."""
    return model.from_dict(json.loads(content))


def read_as_it_comes(content: bytes, model: Any) -> Any:
    """Read as the client does."""
    return serialization.read_response(httpx.Response(200, content=content), {200: model}).parsed


def deviations_of(schema: str, body: JsonObject) -> Iterator[Deviation]:
    """Yield the missing required properties and the unknown properties of a response."""
    for name, found in documented.objects_in(schema, body):
        for key in SCHEMAS[name].get("required", []):
            if key not in found:
                yield Deviation(name, key, Problem.MISSING)
        for key in found:
            if key not in SCHEMAS[name].get("properties", found):  # a map knows all
                yield Deviation(name, key, Problem.UNKNOWN_PROPERTY)


@pytest.mark.parametrize("read", [read_tolerantly, read_as_it_comes])
@pytest.mark.parametrize(("schema", "body"), THEIRS + OURS)
def test_an_example_is_read_without_loss(
    read: Callable[[bytes, Any], Any], schema: str, body: JsonObject, deviations: list[Deviation]
) -> None:
    """No item and no property is lost; each missing required property is reported once."""
    on_deviation(deviations.append)
    model = read(json.dumps(body).encode(), getattr(models, schema))
    assert model.to_dict() == body
    assert len(deviations) == len(set(deviations))
    assert set(deviations) == set(deviations_of(schema, body))


@pytest.mark.parametrize(("schema", "body"), THEIRS)
def test_what_an_example_lacks_is_unset(schema: str, body: JsonObject) -> None:
    """In each item of each list, exactly the missing properties are `UNSET`."""
    result = getattr(models, schema).from_dict(body)
    for attribute, name in names_of(result).items():
        if isinstance(body.get(name), list):
            for item, source in zip(getattr(result, attribute), body[name], strict=True):
                names = names_of(item)
                unset = {names[one] for one in names if getattr(item, one) is UNSET}
                assert unset == set(names.values()) - source.keys()


def names_of(model: Any) -> Mapping[str, str]:
    """Return the JSON name of each attribute."""
    return model._json_names  # type: ignore[no-any-return] # noqa: SLF001 - as reading knows them


def test_the_examples_test_something() -> None:
    """The vendor's examples lack required properties; ours do not, and take the fast path."""
    assert {one for example in THEIRS for one in deviations_of(*example)} >= {
        Deviation("VoucherCode", "Id", Problem.MISSING),
        Deviation("VoucherCode", "IsActive", Problem.MISSING),
        Deviation("Voucher", "IsActive", Problem.MISSING),
    }
    assert [one for example in OURS for one in deviations_of(*example)] == []
    for schema, body in OURS:
        assert fast_json.decode_fast(json.dumps(body).encode(), getattr(models, schema))


#: The listing that an operation is, and the list in its pages.
LISTINGS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "vouchers/getAll": (
        lambda client: client.vouchers.get_all(service_ids=[UNKNOWN_ID]),
        "Vouchers",
    ),
    "voucherCodes/getAll": (
        lambda client: client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID]),
        "VoucherCodes",
    ),
}


@pytest.mark.parametrize("operation", LISTINGS)
def test_a_listing_returns_the_items_of_an_example(connect: Connect, operation: str) -> None:
    """A page that the vendor documents is listed item by item, in its order."""
    listing, name = LISTINGS[operation]
    (body,) = [one["body"] for one in VENDORS if one["operation"] == operation]
    mock = MockMews(seed=7)
    mock.inject(faults.respond(200, json.dumps(body)))
    assert [item.to_dict() for item in listing(connect(mock))] == body[name]
