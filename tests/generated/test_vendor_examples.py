"""Examples of answers lose nothing: the vendor's, which break its own contract, and ours."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.support import documented
from tests.support.vendor_examples import VENDOR_EXAMPLES
import httpx
import pytest
from tests.support.clients import Connect
from tests.support.documented import SCHEMAS, JsonObject
from mews_vouchers.mock import MockMews, faults
from mews_vouchers_client import UNSET, Deviation, models, on_deviation, strict, wire
from mews_vouchers_client.deviations import Problem

VENDORS: list[JsonObject] = [
    example
    for example in VENDOR_EXAMPLES
    if example["kind"] == "response"
]
#: Schemas and bodies: of the vendor's examples, and of those in our document.
THEIRS = [(documented.result_of(one["operation"]), one["body"]) for one in VENDORS]
OURS = [
    (documented.schema_of(answer), documented.EXAMPLES[reference["$ref"].rpartition("/")[2]])
    for operation in documented.OPERATIONS.values()
    for answer in [operation["responses"]["200"]]
    for reference in answer["content"]["application/json"]["examples"].values()
]


def read_tolerantly(content: bytes, model: Any) -> Any:
    """Read as where there is no msgspec."""
    return model.from_dict(json.loads(content))


def read_as_it_comes(content: bytes, model: Any) -> Any:
    """Read as the client does."""
    return wire.read_response(httpx.Response(200, content=content), {200: model}).parsed


def deviations_of(schema: str, body: JsonObject) -> Iterator[Deviation]:
    """Yield what an answer lacks that is required, and what it has that the document does not."""
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
    """No item and no property is lost; each required property that is missing is told once."""
    on_deviation(deviations.append)
    model = read(json.dumps(body).encode(), getattr(models, schema))
    assert model.to_dict() == body
    assert len(deviations) == len(set(deviations))
    assert set(deviations) == set(deviations_of(schema, body))


@pytest.mark.parametrize(("schema", "body"), THEIRS)
def test_what_an_example_lacks_is_unset(schema: str, body: JsonObject) -> None:
    """In each item of each list, exactly what did not come is `UNSET`."""
    result = getattr(models, schema).from_dict(body)
    for attribute, name in names_of(result).items():
        if isinstance(body.get(name), list):
            for item, source in zip(getattr(result, attribute), body[name], strict=True):
                names = names_of(item)
                unset = {names[one] for one in names if getattr(item, one) is UNSET}
                assert unset == set(names.values()) - source.keys()


def names_of(model: Any) -> Mapping[str, str]:
    """Return the name on the wire of each attribute."""
    return model._wire_names  # type: ignore[no-any-return] # noqa: SLF001 - as reading knows them


def test_the_examples_test_something() -> None:
    """The vendor's examples lack what is required; ours lack nothing, and are read quickly."""
    assert {one for example in THEIRS for one in deviations_of(*example)} >= {
        Deviation("VoucherCode", "Id", Problem.MISSING),
        Deviation("VoucherCode", "IsActive", Problem.MISSING),
        Deviation("Voucher", "IsActive", Problem.MISSING),
    }
    assert [one for example in OURS for one in deviations_of(*example)] == []
    for schema, body in OURS:
        assert strict.read_strictly(json.dumps(body).encode(), getattr(models, schema))


#: The listing that an operation is, and the list in its pages.
LISTINGS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "vouchers/getAll": (lambda client: client.vouchers.get_all(service_ids=["s"]), "Vouchers"),
    "voucherCodes/getAll": (
        lambda client: client.voucher_codes.get_all(voucher_ids=["v"]),
        "VoucherCodes",
    ),
}


@pytest.mark.parametrize("operation", LISTINGS)
def test_a_listing_hands_out_the_items_of_an_example(connect: Connect, operation: str) -> None:
    """What the vendor documents as a page arrives item by item, in its order."""
    listing, name = LISTINGS[operation]
    (body,) = [one["body"] for one in VENDORS if one["operation"] == operation]
    mock = MockMews(seed=7)
    mock.inject(faults.respond(200, json.dumps(body)))
    assert [item.to_dict() for item in listing(connect(mock))] == body[name]
