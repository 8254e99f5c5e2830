# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
"""The operations of one resource, under the vendor's own names: one module each."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import voucher_codes_add as add
    from . import voucher_codes_delete as delete
    from . import voucher_codes_get_all as get_all
else:
    from ...lazy import on_first_use

    __getattr__, __dir__ = on_first_use(
        __name__,
        {
            "add": "voucher_codes_add",
            "delete": "voucher_codes_delete",
            "get_all": "voucher_codes_get_all",
        },
    )

__all__ = (
    "add",
    "delete",
    "get_all",
)
