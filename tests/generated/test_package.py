"""The names in the generated package are those of the document."""

import importlib
import inspect
import pkgutil
from typing import get_args, get_type_hints

import attrs
import mews_vouchers_client
import pytest
from mews_vouchers_client import Unset, models
from mews_vouchers_client.api import voucher_codes, vouchers

from tests.support.documented import SCHEMAS
from tests.support.operations import OPERATIONS, wire_name

OBJECTS = {name for name, schema in SCHEMAS.items() if schema.get("type") == "object"}


def test_every_module_imports() -> None:
    """Every module can be imported."""
    for module in pkgutil.walk_packages(mews_vouchers_client.__path__, "mews_vouchers_client."):
        importlib.import_module(module.name)


def test_classes_are_named_after_the_schemas() -> None:
    """There is a class of the same name for each object and enum of the document, and no other."""
    enums = {name for name, schema in SCHEMAS.items() if "enum" in schema}
    assert set(models.__all__) == OBJECTS | enums


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_are_found_by_the_vendors_names(name: str) -> None:
    """A module with the name of an operation, such as `voucher_codes.get_all`, requests it."""
    operation = OPERATIONS[name]
    sent = operation.module.get_kwargs(operation.request.from_dict({}))
    assert (sent["method"], sent["url"]) == ("post", operation.path)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_module_of_an_operation_can_be_imported_from(name: str) -> None:
    """`from mews_vouchers_client.api.voucher_codes.get_all import sync_detailed` works."""
    module = OPERATIONS[name].module
    package, _, attribute = module.__name__.rpartition(".")
    assert importlib.import_module(f"{package}.{attribute}") is module
    assert attribute in importlib.import_module(package).__all__


@pytest.mark.parametrize("name", OPERATIONS)
def test_both_functions_of_an_operation_are_documented(name: str) -> None:
    """The sync and the async function have the same docstring, but for an example of their own."""
    module = OPERATIONS[name].module
    sync, async_ = inspect.getdoc(module.sync_detailed), inspect.getdoc(module.asyncio_detailed)
    assert sync is not None
    example = ".".join(module.__name__.split(".")[-2:])
    assert f"response = {example}.sync_detailed(" in sync
    assert async_ == sync.replace(f"{example}.sync_detailed(", f"await {example}.asyncio_detailed(")


def test_there_are_no_other_operations() -> None:
    """The package has exactly the operations of the document."""
    assert len(vouchers.__all__) + len(voucher_codes.__all__) == len(OPERATIONS)


def test_enum_members_read_well() -> None:
    """Enum members are words with underscores; their values are the vendor's."""
    assert models.VoucherTypeEnum.PARTNER_COMPANY.value == "PartnerCompany"
    for name, schema in SCHEMAS.items():
        if "enum" in schema:
            members = {member.name: member.value for member in getattr(models, name)}
            assert members == dict(zip(schema["x-enum-varnames"], schema["enum"], strict=True))


@pytest.mark.parametrize("name", sorted(OBJECTS))
def test_what_is_always_sent_cannot_be_unset(name: str) -> None:
    """The type of a property has `Unset` only if the document does not require the property."""
    model = getattr(models, name)
    hints = get_type_hints(model)
    required = SCHEMAS[name].get("required", [])
    for field in attrs.fields(model):
        if field.name != "additional_properties":
            can_be_unset = Unset in get_args(hints[field.name])
            assert can_be_unset == (wire_name(field.name) not in required)


@pytest.mark.parametrize("name", sorted(OBJECTS))
def test_only_requests_take_arguments_by_position(name: str) -> None:
    """Request models take arguments in the document's order; response models take keywords only.

    So a property that the vendor adds to a response, required or not, shifts no arguments.
    """
    properties, required = SCHEMAS[name].get("properties", {}), SCHEMAS[name].get("required", [])
    parameters = dict(inspect.signature(getattr(models, name)).parameters)
    unknown = parameters.pop("additional_properties")
    assert unknown.kind is inspect.Parameter.KEYWORD_ONLY
    kinds = {one.kind for one in parameters.values()}
    if SCHEMAS[name].get("additionalProperties") is False:
        in_order = sorted(properties, key=lambda one: one not in required)
        assert [wire_name(one) for one in parameters] == in_order
        assert kinds <= {inspect.Parameter.POSITIONAL_OR_KEYWORD}
    else:
        assert {wire_name(one) for one in parameters} == set(properties)
        assert kinds <= {inspect.Parameter.KEYWORD_ONLY}
