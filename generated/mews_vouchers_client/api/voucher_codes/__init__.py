# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
"""The operations of one resource: one module each, under the vendor's name."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import add as add
    from . import delete as delete
    from . import get_all as get_all
else:
    from ...lazy import attach

    __getattr__, __dir__ = attach(
        __name__,
        {
            "add": "add",
            "delete": "delete",
            "get_all": "get_all",
        },
    )

__all__ = (
    "add",
    "delete",
    "get_all",
)
