"""The writes of voucher codes: which result is that of which code, also in a resumed add."""

from __future__ import annotations

from collections.abc import Hashable

from mews_vouchers_client import models

from .._batching.batch import BatchOperation
from .._batching.matching import normalized, normalized_id, result_matcher
from .table import ADD_CODES, DELETE_CODES


def code_key(code: models.VoucherCodeAddParameters | models.VoucherCode) -> Hashable:
    """Return the voucher and the value of a code, sent or received."""
    return normalized_id(code.voucher_id), normalized(code.value)


def _exact_key(code: models.VoucherCodeAddParameters | models.VoucherCode) -> Hashable:
    """Return what distinguishes codes with the same value as well."""
    start, end = normalized(code.validity_start_utc), normalized(code.validity_end_utc)
    return code_key(code), start, end


def _voucher_key(code: models.VoucherCodeAddParameters | models.VoucherCode) -> Hashable:
    """Return what remains if the server normalised the value."""
    return normalized_id(code.voucher_id)


ADD: BatchOperation[models.VoucherCodeAddParameters, models.VoucherCode] = BatchOperation(
    ADD_CODES,
    result_matcher(
        "voucher_codes",
        (_exact_key, _exact_key),
        (code_key, code_key),
        (_voucher_key, _voucher_key),
    ),
)
DELETE: BatchOperation[str, None] = BatchOperation(DELETE_CODES)
