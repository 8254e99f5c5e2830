"""`voucher_update`: an update in the words of its user. Nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mews_vouchers_client import UNSET, Unset, models
from mews_vouchers_client.datetimes import write_datetime


def voucher_update(
    voucher_id: str,
    *,
    name: str | Unset = UNSET,
    type_: models.VoucherTypeEnum | Unset = UNSET,
    company_id: str | None | Unset = UNSET,
    assigned_rate_ids: Iterable[str] | None | Unset = UNSET,
    occupiable_interval_start_utc: datetime | None | Unset = UNSET,
    occupiable_interval_end_utc: datetime | None | Unset = UNSET,
    external_identifier: str | None | Unset = UNSET,
) -> models.VoucherUpdateParameters:
    """Return one update for `vouchers.update()`: left out means keep, None means clear.

    Args:
        voucher_id: The voucher to change.
        name: Its internal name, 1 to 128 characters.
        type_: Its type; `PARTNER_COMPANY` and `TRAVEL_AGENCY` need a company.
        company_id: The company that it is for.
        assigned_rate_ids: The rates that it opens, at most 10; they replace the ones before.
        occupiable_interval_start_utc: First moment it can be used for; of any zone, sent in UTC.
        occupiable_interval_end_utc: Last moment it can be used for; of any zone, sent in UTC.
        external_identifier: Its id in another system, at most 255 characters.

    Raises:
        NaiveDatetimeError: A datetime has no time zone; the text names the argument.

    Example:
        client.vouchers.update([voucher_update(voucher.id, name="Summer", company_id=None)])

    Source: the vendor's reference of `vouchers/update`.
    """
    return models.VoucherUpdateParameters(
        voucher_id=voucher_id,
        name=UNSET if name is UNSET else models.StringUpdateValue(name),
        type_=UNSET if type_ is UNSET else models.VoucherTypeUpdateValue(type_),
        company_id=UNSET if company_id is UNSET else models.GuidNullableUpdateValue(company_id),
        assigned_rate_ids=_rates(assigned_rate_ids),
        occupiable_interval_start_utc=_moment(
            "occupiable_interval_start_utc", occupiable_interval_start_utc
        ),
        occupiable_interval_end_utc=_moment(
            "occupiable_interval_end_utc", occupiable_interval_end_utc
        ),
        external_identifier=(
            UNSET if external_identifier is UNSET else models.StringUpdateValue(external_identifier)
        ),
    )


def _rates(rate_ids: Iterable[str] | None | Unset) -> models.AssignedRateIds | Unset:
    if rate_ids is UNSET:
        return UNSET
    if isinstance(rate_ids, str):
        raise TypeError(f"assigned_rate_ids takes several ids: put {rate_ids!r} into a list")
    return models.AssignedRateIds(None if rate_ids is None else list(rate_ids))


def _moment(name: str, moment: datetime | None | Unset) -> models.StringUpdateValue | Unset:
    """Return a moment as the text that the API takes here, strict like any other datetime."""
    if moment is UNSET:
        return UNSET
    return models.StringUpdateValue(write_datetime(moment, f"voucher_update.{name}"))
