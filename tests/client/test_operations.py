"""The table of the operations agrees with the generated models, which agree with the document."""

from typing import get_args, get_origin, get_type_hints

import attrs
import pytest
from mews_vouchers._http.operation import FilterKind, Operation
from mews_vouchers._operations import table as operations

from tests.support.operations import OPERATIONS

TABLE = [one for one in vars(operations).values() if isinstance(one, Operation)]
#: A retry would add the items twice; the vendor has no idempotency key.
NOT_IDEMPOTENT = {"vouchers/add", "voucherCodes/add"}

each = pytest.mark.parametrize("operation", TABLE, ids=lambda operation: operation.name)


def list_properties(model: type) -> dict[str, object]:
    """Return the properties of a model that are lists, with the type of their values."""
    found = {}
    for name, hint in get_type_hints(model).items():
        for option in (hint, *get_args(hint)):
            if get_origin(option) is list:
                found[name] = get_args(option)[0]
    return found


def test_every_operation_is_in_the_table() -> None:
    """The client has every operation of the document."""
    assert {one.name for one in TABLE} == set(OPERATIONS)


@each
def test_the_models_are_those_of_the_operation(operation: Operation[object]) -> None:
    """Request and result are what the generated function takes and returns."""
    expected = OPERATIONS[operation.name]
    endpoint = operation.endpoint()
    assert endpoint.request is expected.request
    assert endpoint.result is expected.result


@each
def test_only_an_add_is_not_idempotent(operation: Operation[object]) -> None:
    """Only an `add` has another effect when it is executed twice."""
    assert operation.idempotent == (operation.name not in NOT_IDEMPOTENT)


@each
def test_the_items_are_a_list_of_the_model(operation: Operation[object]) -> None:
    """The items are a property of the result of a listing, or of the request of a write."""
    endpoint = operation.endpoint()
    model = endpoint.result if operation.name.endswith("getAll") else endpoint.request
    assert operation.items in list_properties(model)


@each
def test_every_list_filter_is_classified(operation: Operation[object]) -> None:
    """A filter that is not in the table could list items twice, or not at all."""
    request = operation.endpoint().request
    lists = list_properties(request) if operation.name.endswith("getAll") else {}
    assert set(operation.filters) == set(lists), (
        "classify the list filters in overlay/mews_vouchers/_operations/table.py"
    )
    for name, kind in operation.filters.items():
        assert (kind is FilterKind.ENUM) == (lists[name] is not str)


@each
def test_the_marker_of_a_delete_is_its_property(operation: Operation[object]) -> None:
    """The marker is the JSON name of the property with the ids."""
    if not operation.name.endswith("delete"):
        assert operation.not_found_marker is None
        return
    fields = attrs.fields_dict(operation.endpoint().request)
    assert operation.items in fields
    pascal = "".join(part.title() for part in operation.items.split("_"))
    assert operation.not_found_marker == pascal
