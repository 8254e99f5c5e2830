"""The operations of the document, each with its generated module and its two models."""

import re
from copy import deepcopy
from types import ModuleType
from typing import Any, NamedTuple

from mews_vouchers_client import models
from mews_vouchers_client.api import voucher_codes, vouchers

from tests.support import documented
from tests.support.documented import PREFIX

#: Tokens that only a request may show.
CANARY = "CANARY-0123456789"
TOKENS = {"ClientToken": f"{CANARY}-client", "AccessToken": f"{CANARY}-access"}


class Operation(NamedTuple):
    """One operation. Any: the request models have no common type beyond `Model`."""

    name: str
    module: ModuleType
    request: Any
    result: Any

    @property
    def path(self) -> str:
        """The path below the base URL."""
        return PREFIX + self.name


def _operation(name: str) -> Operation:
    resource, action = (re.sub("([A-Z])", r"_\1", part).lower() for part in name.split("/"))
    return Operation(
        name,
        getattr({"vouchers": vouchers, "voucher_codes": voucher_codes}[resource], action),
        getattr(models, documented.request_of(name)),
        getattr(models, documented.result_of(name)),
    )


OPERATIONS = {name: _operation(name) for name in documented.OPERATIONS}


def operation_at(path: str) -> Operation:
    """Return the operation with this path."""
    return OPERATIONS[path.removeprefix(PREFIX)]


def wire_name(attribute: str) -> str:
    """Return the JSON name of an attribute of a model."""
    return "".join(part.capitalize() for part in attribute.split("_"))


def example_request(operation: Operation) -> dict[str, Any]:
    """Return the document's first request example of `operation`, with the canary tokens."""
    post = documented.OPERATIONS[operation.name]
    examples = post["requestBody"]["content"]["application/json"]["examples"]
    name = next(iter(examples.values()))["$ref"].rsplit("/", 1)[1]
    body: dict[str, Any] = deepcopy(documented.EXAMPLES[name])
    return body | TOKENS
