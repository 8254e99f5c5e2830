"""The seven operations: the vendor's name, the generated module, the models it takes and gives."""

import json
from functools import cache
from importlib.resources import files
from types import ModuleType
from typing import Any, NamedTuple

import jsonschema_rs
from mews_vouchers_client import models
from mews_vouchers_client.api import voucher_codes, vouchers

PREFIX = "/api/connector/v1/"


class Operation(NamedTuple):
    """One operation. Any: the seven request models have no common type beyond `Model`."""

    name: str
    module: ModuleType
    request: Any
    result: Any

    @property
    def path(self) -> str:
        """The path below the base URL."""
        return PREFIX + self.name


OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation(
            "vouchers/getAll",
            vouchers.get_all,
            models.VoucherFilterParameters,
            models.VoucherResult,
        ),
        Operation(
            "vouchers/add",
            vouchers.add,
            models.MultipleVoucherAddParameters,
            models.VoucherWriteResult,
        ),
        Operation(
            "vouchers/update",
            vouchers.update,
            models.MultipleVoucherUpdateParameters,
            models.VoucherWriteResult,
        ),
        Operation(
            "vouchers/delete",
            vouchers.delete,
            models.MultipleVoucherDeleteParameters,
            models.Unit,
        ),
        Operation(
            "voucherCodes/getAll",
            voucher_codes.get_all,
            models.VoucherCodeFilterParameters,
            models.VoucherCodeResult,
        ),
        Operation(
            "voucherCodes/add",
            voucher_codes.add,
            models.MultipleVoucherCodeAddParameters,
            models.VoucherCodeResult,
        ),
        Operation(
            "voucherCodes/delete",
            voucher_codes.delete,
            models.MultipleVoucherCodeDeleteParameters,
            models.Unit,
        ),
    )
}


def operation_at(path: str) -> Operation:
    """Return the operation with this path."""
    return OPERATIONS[path.removeprefix(PREFIX)]


def document() -> dict[str, Any]:
    """Return the OpenAPI document as the package ships it."""
    text = files("mews_vouchers_client").joinpath("openapi.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


@cache
def validator(schema: str, name: str | None = None) -> jsonschema_rs.Validator:
    """Return the validator of a schema of the document, or of one of its properties."""
    components = document()["components"]
    found = components["schemas"][schema]
    found = found if name is None else found["properties"][name]
    whole = {**found, "components": components}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
