"""The writes of voucher codes: which result is that of which code, also in a resumed add."""

from __future__ import annotations

from collections.abc import Hashable

from mews_vouchers_client import models

from .._batching.batch import BatchOperation
from .._batching.matching import folded, normalized, normalized_id, result_matcher
from .table import ADD_CODES, DELETE_CODES


def _key(code: models.VoucherCodeAddParameters | models.VoucherCode) -> Hashable:
    """Return all that distinguishes codes, sent or received."""
    start, end = normalized(code.validity_start_utc), normalized(code.validity_end_utc)
    return normalized_id(code.voucher_id), normalized(code.value), start, end


def _value_key(code: models.VoucherCodeAddParameters | models.VoucherCode) -> Hashable:
    """Return what remains if the server changed the form of the validity."""
    return normalized_id(code.voucher_id), normalized(code.value)


def _folded_key(code: models.VoucherCodeAddParameters | models.VoucherCode) -> Hashable:
    """Return what remains if the server changed the form of the value as well."""
    return normalized_id(code.voucher_id), folded(code.value)


_KEYS = ((_key, _key), (_value_key, _value_key), (_folded_key, _folded_key))

ADD: BatchOperation[models.VoucherCodeAddParameters, models.VoucherCode] = BatchOperation(
    ADD_CODES, result_matcher("voucher_codes", *_KEYS), keys=_KEYS
)
DELETE: BatchOperation[str, None] = BatchOperation(DELETE_CODES, unique_key=normalized_id)
