"""The seven operations, with all that the client has to know of them: one table.

A new list filter of a listing is classified here; a test fails until it is. The limits of the
vendor are in `_limits.py`.
"""

from mews_vouchers_client import models
from mews_vouchers_client.api import voucher_codes, vouchers

from .._http.operation import Endpoint, FilterKind, Operation

LIST_VOUCHERS = Operation(
    "vouchers/getAll",
    lambda: Endpoint(vouchers.get_all, models.VoucherFilterParameters, models.VoucherResult),
    items="vouchers",
    filters={
        "service_ids": FilterKind.SPLITTABLE,
        "voucher_ids": FilterKind.SPLITTABLE,
        "external_identifiers": FilterKind.SPLITTABLE,
        "enterprise_ids": FilterKind.SPLITTABLE,
        "company_ids": FilterKind.OVERLAPPING,
        "voucher_code_values": FilterKind.OVERLAPPING,
        "activity_states": FilterKind.ENUM,
    },
)
ADD_VOUCHERS = Operation(
    "vouchers/add",
    lambda: Endpoint(vouchers.add, models.MultipleVoucherAddParameters, models.VoucherWriteResult),
    items="voucher_parameters",
    idempotent=False,
)
UPDATE_VOUCHERS = Operation(
    "vouchers/update",
    lambda: Endpoint(
        vouchers.update, models.MultipleVoucherUpdateParameters, models.VoucherWriteResult
    ),
    items="voucher_updates",
)
DELETE_VOUCHERS = Operation(
    "vouchers/delete",
    lambda: Endpoint(vouchers.delete, models.MultipleVoucherDeleteParameters, models.Unit),
    items="voucher_ids",
    not_found_marker="VoucherIds",
)
LIST_CODES = Operation(
    "voucherCodes/getAll",
    lambda: Endpoint(
        voucher_codes.get_all, models.VoucherCodeFilterParameters, models.VoucherCodeResult
    ),
    items="voucher_codes",
    filters={
        "voucher_ids": FilterKind.SPLITTABLE,
        "voucher_code_ids": FilterKind.SPLITTABLE,
        "enterprise_ids": FilterKind.SPLITTABLE,
    },
)
ADD_CODES = Operation(
    "voucherCodes/add",
    lambda: Endpoint(
        voucher_codes.add, models.MultipleVoucherCodeAddParameters, models.VoucherCodeResult
    ),
    items="voucher_code_parameters",
    idempotent=False,
)
DELETE_CODES = Operation(
    "voucherCodes/delete",
    lambda: Endpoint(voucher_codes.delete, models.MultipleVoucherCodeDeleteParameters, models.Unit),
    items="voucher_code_ids",
    not_found_marker="VoucherCodeIds",
)
