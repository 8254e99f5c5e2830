"""The writes of vouchers: which result is that of which voucher, also when an add is resumed."""

from __future__ import annotations

from collections.abc import Hashable

from mews_vouchers_client import models

from .._batching.batch import BatchOperation
from .._batching.matching import folded, normalized, normalized_id, result_matcher
from .table import ADD_VOUCHERS, DELETE_VOUCHERS, UPDATE_VOUCHERS


def _external_key(voucher: models.VoucherAddParameters | models.Voucher) -> Hashable:
    """Return the external identifier of a voucher; None if it has none."""
    external = normalized(voucher.external_identifier)
    return (normalized_id(voucher.service_id), external) if external else None


def _folded_external_key(voucher: models.VoucherAddParameters | models.Voucher) -> Hashable:
    """Return what remains if the server changed the form of the external identifier."""
    external = folded(voucher.external_identifier)
    return (normalized_id(voucher.service_id), external) if external else None


def _key(voucher: models.VoucherAddParameters | models.Voucher) -> Hashable:
    """Return all that distinguishes vouchers in a response to `add`."""
    external = normalized(voucher.external_identifier) or None
    name, type_ = normalized(voucher.name), normalized(voucher.type_)
    return normalized_id(voucher.service_id), external, name, type_


def _folded_key(voucher: models.VoucherAddParameters | models.Voucher) -> Hashable:
    """Return what remains if the server changed the form of the strings."""
    external = folded(voucher.external_identifier) or None
    return normalized_id(voucher.service_id), external, folded(voucher.name)


def _updated_id(update: models.VoucherUpdateParameters) -> Hashable:
    return normalized_id(update.voucher_id)


def _id(voucher: models.Voucher) -> Hashable:
    return normalized_id(voucher.id)


_KEYS = (
    (_key, _key),
    (_external_key, _external_key),
    (_folded_external_key, _folded_external_key),
)

ADD: BatchOperation[models.VoucherAddParameters, models.Voucher] = BatchOperation(
    ADD_VOUCHERS,
    result_matcher("vouchers", *_KEYS, (_folded_key, _folded_key)),
    keys=_KEYS,
    identified_by="external_identifier",
)
UPDATE: BatchOperation[models.VoucherUpdateParameters, models.Voucher] = BatchOperation(
    UPDATE_VOUCHERS, result_matcher("vouchers", (_updated_id, _id)), unique_key=_updated_id
)
DELETE: BatchOperation[str, None] = BatchOperation(DELETE_VOUCHERS, unique_key=normalized_id)
