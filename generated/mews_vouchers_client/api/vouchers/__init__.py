# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
"""The operations of one resource, under the vendor's own names: one module each."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import vouchers_add as add
    from . import vouchers_delete as delete
    from . import vouchers_get_all as get_all
    from . import vouchers_update as update
else:
    from ...lazy import on_first_use

    __getattr__, __dir__ = on_first_use(
        __name__,
        {
            "add": "vouchers_add",
            "delete": "vouchers_delete",
            "get_all": "vouchers_get_all",
            "update": "vouchers_update",
        },
    )

__all__ = (
    "add",
    "delete",
    "get_all",
    "update",
)
