"""The writes of vouchers: which result is that of which voucher, also when an add is resumed."""

from __future__ import annotations

from collections.abc import Hashable

from mews_vouchers_client import models

from .._batching.batch import BatchOperation
from .._batching.matching import normalized, normalized_id, result_matcher
from .._batching.resume import possibly_added
from ..errors import BatchError, OutcomeUnknownError
from .table import ADD_VOUCHERS, DELETE_VOUCHERS, UPDATE_VOUCHERS


def external_key(voucher: models.VoucherAddParameters | models.Voucher) -> Hashable:
    """Return the external identifier of a voucher; None if it has none."""
    external = normalized(voucher.external_identifier)
    return (normalized_id(voucher.service_id), external) if external else None


def check_identifiable(
    error: BatchError[models.VoucherAddParameters, models.Voucher],
) -> None:
    """Raise `OutcomeUnknownError` if a voucher that may have been added cannot be looked up."""
    for one in possibly_added(error):
        if not one.item.external_identifier:
            raise OutcomeUnknownError(
                error.operation,
                f"the voucher at position {one.position} has no external_identifier to look it up "
                "by; check whether it exists, then add what is missing",
            )


def _key(voucher: models.VoucherAddParameters | models.Voucher) -> Hashable:
    """Return all that distinguishes vouchers in a response to `add`."""
    external = normalized(voucher.external_identifier) or None
    name, type_ = normalized(voucher.name), normalized(voucher.type_)
    return normalized_id(voucher.service_id), external, name, type_


def _service_key(voucher: models.VoucherAddParameters | models.Voucher) -> Hashable:
    """Return what remains if the server normalised the strings."""
    return normalized_id(voucher.service_id)


def _updated_id(update: models.VoucherUpdateParameters) -> Hashable:
    return normalized_id(update.voucher_id)


def _id(voucher: models.Voucher) -> Hashable:
    return normalized_id(voucher.id)


ADD: BatchOperation[models.VoucherAddParameters, models.Voucher] = BatchOperation(
    ADD_VOUCHERS,
    result_matcher(
        "vouchers", (_key, _key), (external_key, external_key), (_service_key, _service_key)
    ),
)
UPDATE: BatchOperation[models.VoucherUpdateParameters, models.Voucher] = BatchOperation(
    UPDATE_VOUCHERS,
    result_matcher("vouchers", (_updated_id, _id), shared_results=True),
)
DELETE: BatchOperation[str, None] = BatchOperation(DELETE_VOUCHERS)
