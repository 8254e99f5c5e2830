"""`find_problem`: checks one item of a write against the contract that ships with the package.

The contract is the OpenAPI document in the generated package, and the rules in `rules.py`. Both are
loaded at the first write.
"""

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from .._http.operation import Operation
from .problem import Problem

if TYPE_CHECKING:
    from .rules import Rule
    from .schemas import Check

# Any: this does not depend on the result of the operation, and the document is parsed JSON.


def find_problem(operation: Operation[Any], item: object) -> Problem | None:
    """Return the first problem of an item; None if it can be sent.

    Args:
        operation: A write.
        item: What the user passed: of any type, for a wrong one is a problem.

    Example:
        problem = find_problem(ADD_CODES, VoucherCodeAddParameters(voucher_id, ""))
        assert str(problem) == "value is empty"

    Source: the vendor's reference of the operations, as far as the document states it.
    """
    check, rules = _contract(operation.name, operation.items)
    if (problem := check(item)) is not None:
        return problem._replace(property=problem.property.removeprefix("."))
    for rule in rules:
        if (problem := rule(item)) is not None:
            return problem
    return None


@cache
def _contract(operation: str, items: str) -> tuple["Check", tuple["Rule", ...]]:
    """Return the check of the schema of an item, and the rules beside it.

    Args:
        operation: The name of the operation.
        items: The property of the request with the items, as it is named in Python.
    """
    # Imported late: it brings models, which take long to import and not every program needs.
    from .rules import RULES  # noqa: PLC0415
    from .schemas import compile_schema, item_schema  # noqa: PLC0415

    document = load_document()
    check = compile_schema(item_schema(document, operation, items), document)
    return check, RULES.get(operation, ())


def load_document() -> dict[str, Any]:
    """Return the OpenAPI document that the generated package ships."""
    from importlib.resources import files  # noqa: PLC0415 - it takes long to import

    text = files("mews_vouchers_client").joinpath("openapi.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
