"""Checks that the mock and the examples have every property of the document.

A missing property breaks hundreds of tests, and none of them says why. So `conftest.py` checks this
before all tests, and ends the run with the lines that are returned here.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from mews_vouchers.mock import MockMews
from mews_vouchers.mock._api import serialization
from mews_vouchers.mock._api.dispatch import OPERATIONS
from mews_vouchers.mock._contract import responses
from mews_vouchers.mock._state import reference_data

from tests.support.documented import (
    ERROR,
    EVERYTHING,
    EXAMPLES,
    ITEMS,
    RESPONSES,
    SCHEMAS,
    JsonObject,
    examples_of,
    objects_in,
    result_of,
)
from tests.support.documented import OPERATIONS as OPERATIONS_OF_DOCUMENT
from tests.support.seeding import post

DOCUMENT = "openapi/mews-vouchers.yaml"
#: The name of a schema, and the property names of an object with that schema.
Sent = tuple[str, set[str]]


def gaps() -> list[str]:
    """Return a line for each missing property: which one it is, and where to add it."""
    return [*_of_the_mock(), *dict.fromkeys(_of_examples())]


def _of_the_mock() -> list[str]:
    sent = [
        (name, set(found)) for response in _each_response() for name, found in objects_in(*response)
    ]
    missing = ((name, key) for name in sorted(RESPONSES | ITEMS) for key in _missing(name, sent))
    return [f"the mock sends no {name}.{key}: add it in {_file_of(name)}" for name, key in missing]


def _of_examples() -> Iterator[str]:
    for operation in OPERATIONS_OF_DOCUMENT:
        for name in examples_of(operation):
            for schema, found in objects_in(result_of(operation), EXAMPLES[name]):
                for key in SCHEMAS[schema].get("required", ()):
                    if key not in found:
                        yield f"the example {name} has no {schema}.{key}: add it in {DOCUMENT}"


def _each_response() -> Iterator[tuple[str, JsonObject]]:
    """Yield a response of each operation that returns data, and the name of its schema."""
    mock = MockMews(seed=7)
    enterprise = mock.enterprises[0]
    voucher: JsonObject = {
        "ServiceId": enterprise.service_ids[0],
        "Name": "A voucher",
        "Type": "PartnerCompany",
        "CompanyId": enterprise.company_ids[0],
        "AssignedRateIds": enterprise.rate_ids[:1],
    }
    page = {"Limitation": {"Count": 1}}
    ids = [mock.add_voucher(**voucher)]
    mock.add_code(ids[0], "A code")
    bodies: dict[str, JsonObject] = {
        "vouchers/add": {"VoucherParameters": [voucher]},
        "vouchers/update": {"VoucherUpdates": [{"VoucherId": ids[0]}]},
        "vouchers/getAll": {
            **page,
            "ServiceIds": enterprise.service_ids,
            "VoucherIds": ids,
            "Extent": EVERYTHING,
        },
        "voucherCodes/add": {"VoucherCodeParameters": [{"VoucherId": ids[0], "Value": "Another"}]},
        "voucherCodes/getAll": {**page, "VoucherIds": ids},
    }
    for operation, body in bodies.items():
        yield result_of(operation), post(mock, operation, **body)
    yield ERROR, responses.error_body("A message", "a request id")


def _missing(schema: str, sent: list[Sent]) -> list[str]:
    """Return the properties that no response has, or that some item lacks."""
    objects = [keys for name, keys in sent if name == schema] or [set[str]()]
    join = set.union if schema in RESPONSES else set.intersection
    return [key for key in SCHEMAS[schema].get("properties", {}) if key not in join(*objects)]


def _file_of(schema: str) -> str:
    """Return the module of the mock that creates the objects of a schema."""
    makers = [make for operation, make in OPERATIONS.items() if result_of(operation) == schema]
    module = makers[0] if makers else responses if schema == ERROR else _module_of_item(schema)
    path = Path(inspect.getfile(module))
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _module_of_item(schema: str) -> ModuleType:
    """Return the module that names most properties of an item."""
    names = [f'"{name}"' for name in SCHEMAS[schema].get("properties", {})]
    sources = {module: inspect.getsource(module) for module in (serialization, reference_data)}
    return max(sources, key=lambda module: sum(name in sources[module] for name in names))
