# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
"""The operations of one resource, under the vendor's own names: one module each."""

from . import vouchers_add as add
from . import vouchers_delete as delete
from . import vouchers_get_all as get_all
from . import vouchers_update as update

__all__ = (
    "add",
    "delete",
    "get_all",
    "update",
)
