"""Whether mock and examples have all that the document lists: the first question of every run.

A property that one of them lacks breaks hundreds of tests at once, none of which says why. So
`conftest.py` asks before any of them, and ends the run with what is returned here.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path

from mews_vouchers.mock import MockMews, _answers, _wire
from mews_vouchers.mock._http import OPERATIONS

from tests.support.documented import (
    ANSWERS,
    ERROR,
    EVERYTHING,
    EXAMPLES,
    ITEMS,
    SCHEMAS,
    JsonObject,
    examples_of,
    objects_in,
    result_of,
)
from tests.support.documented import OPERATIONS as OPERATIONS_OF_DOCUMENT
from tests.support.seeding import post

DOCUMENT = "openapi/mews-vouchers.yaml"
#: What was sent: the name of a schema, and the names of the properties of an object of it.
Sent = tuple[str, set[str]]


def gaps() -> list[str]:
    """Return a line for each property that is missing: which, and where to add it."""
    return [*_of_the_mock(), *dict.fromkeys(_of_examples())]


def _of_the_mock() -> list[str]:
    sent = [(name, set(found)) for answer in _each_answer() for name, found in objects_in(*answer)]
    missing = ((name, key) for name in sorted(ANSWERS | ITEMS) for key in _missing(name, sent))
    return [f"the mock sends no {name}.{key}: add it in {_file_of(name)}" for name, key in missing]


def _of_examples() -> Iterator[str]:
    for operation in OPERATIONS_OF_DOCUMENT:
        for name in examples_of(operation):
            for schema, found in objects_in(result_of(operation), EXAMPLES[name]):
                for key in SCHEMAS[schema].get("required", ()):
                    if key not in found:
                        yield f"the example {name} has no {schema}.{key}: add it in {DOCUMENT}"


def _each_answer() -> Iterator[tuple[str, JsonObject]]:
    """Yield an answer of each operation that answers with something, and the name of its schema."""
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
    yield ERROR, _answers.error_body("A message", "a request id")


def _missing(schema: str, sent: list[Sent]) -> list[str]:
    """Return the properties that no answer has, or that not every item has."""
    objects = [keys for name, keys in sent if name == schema] or [set[str]()]
    join = set.union if schema in ANSWERS else set.intersection
    return [key for key in SCHEMAS[schema].get("properties", {}) if key not in join(*objects)]


def _file_of(schema: str) -> str:
    """Return the module of the mock that makes the objects of a schema."""
    makers = [make for operation, make in OPERATIONS.items() if result_of(operation) == schema]
    module = makers[0] if makers else _answers if schema == ERROR else _wire
    path = Path(inspect.getfile(module))
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
