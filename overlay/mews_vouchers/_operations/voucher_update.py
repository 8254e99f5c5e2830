"""`voucher_update`: creates one update of a voucher."""

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
    """Create one update for `vouchers.update()`. Omitted properties are kept, None clears them.

    Args:
        voucher_id: The voucher to change.
        name: Its internal name, 1 to 128 characters.
        type_: Its type; `PARTNER_COMPANY` and `TRAVEL_AGENCY` need a company.
        company_id: The company that it is for; None for none.
        assigned_rate_ids: The rates that it unlocks, at most 10; they replace the present ones.
        occupiable_interval_start_utc: Start of the stays it can be used for, in any time zone.
        occupiable_interval_end_utc: End of the stays it can be used for, in any time zone.
        external_identifier: Its id in another system, at most 255 characters.

    Raises:
        NaiveDatetimeError: A datetime has no time zone; the message names the argument.
        TypeError: `assigned_rate_ids` is a string.

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
        occupiable_interval_start_utc=_datetime(
            "occupiable_interval_start_utc", occupiable_interval_start_utc
        ),
        occupiable_interval_end_utc=_datetime(
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


def _datetime(name: str, value: datetime | None | Unset) -> models.StringUpdateValue | Unset:
    """Return a datetime as the string that the API takes here."""
    if value is UNSET:
        return UNSET
    return models.StringUpdateValue(write_datetime(value, f"voucher_update.{name}"))
