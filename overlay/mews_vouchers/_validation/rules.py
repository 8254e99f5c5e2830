"""Rules of items that no schema states: the vendor has them in prose, or they follow from it.

A rule gets items that keep their schema. It refuses only what cannot be meant: what depends on the
data of the server, such as the present type of a voucher, is left to the server.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from mews_vouchers_client import UNSET
from mews_vouchers_client.datetimes import write_datetime
from mews_vouchers_client.models import VoucherTypeEnum

from .problem import Problem
from .strings import datetime_reason

# Any: the models of the operations have no common type with these attributes.

#: Returns the problem of an item; None if it keeps the rule.
Rule = Callable[[Any], Problem | None]

_DAY: Final = timedelta(days=1)
_START, _END = "occupiable_interval_start_utc", "occupiable_interval_end_utc"


def _ends_before_start(start: str, end: str) -> Rule:
    """Return the rule that an interval does not end before its start.

    Source: the vendor's guidelines on values: intervals include both ends. So the same time twice
    is an interval, and the reverse is none.
    """

    def check(item: Any) -> Problem | None:
        first, last = getattr(item, start), getattr(item, end)
        if not first or not last:  # None or UNSET
            return None
        # The usual case, and the fast one. Beyond a day, no change of the clocks matters.
        if isinstance(first, datetime) and isinstance(last, datetime) and last - first > _DAY:
            return None
        # As sent: without fractions of seconds, and in UTC. In this form, texts sort like times.
        if write_datetime(last, end) < write_datetime(first, start):
            return Problem(end, f"is before {start}")
        return None

    return check


def _lacks_company(item: Any) -> Problem | None:
    """A new voucher for a company or an agency names it.

    Source: the vendor's guidelines on values: these two types need `CompanyId`.
    """
    if item.type_ in _TYPES_WITH_COMPANY and not item.company_id:
        return Problem("company_id", "is missing, but the type of the voucher needs it")
    return None


def _update_lacks_company(item: Any) -> Problem | None:
    """An update does not set such a type and clear the company. Source: as above."""
    is_cleared = item.company_id and item.company_id.value is None
    if is_cleared and item.type_ and item.type_.value in _TYPES_WITH_COMPANY:
        return Problem("company_id.value", "is None, but the type of the voucher needs it")
    return None


def _update_has_unclear_time(item: Any) -> Problem | None:
    """The times of an update are datetimes with a time zone, though their schema is any string.

    Source: the vendor's guidelines on values: datetimes are ISO 8601 strings in UTC.
    """
    for attribute in (_START, _END):
        text = _new_value(item, attribute)
        if text is not None and (reason := datetime_reason(text)) is not None:
            return Problem(f"{attribute}.value", reason)
    return None


def _update_ends_before_start(item: Any) -> Problem | None:
    """An update does not set an end before the start that it sets. Source: as for new vouchers."""
    start, end = _new_value(item, _START), _new_value(item, _END)
    if start is None or end is None:
        return None
    if datetime.fromisoformat(end) < datetime.fromisoformat(start):
        return Problem(f"{_END}.value", f"is before {_START}.value")
    return None


def _new_value(item: Any, attribute: str) -> str | None:
    """Return the text that an update sets; None if it sets none."""
    wrapper = getattr(item, attribute)
    return wrapper.value if wrapper and wrapper.value is not UNSET else None


_TYPES_WITH_COMPANY: Final = (VoucherTypeEnum.PARTNER_COMPANY, VoucherTypeEnum.TRAVEL_AGENCY)
#: The rules of each operation.
RULES: Final[dict[str, tuple[Rule, ...]]] = {
    "vouchers/add": (_ends_before_start(_START, _END), _lacks_company),
    "vouchers/update": (
        _update_has_unclear_time,
        _update_ends_before_start,
        _update_lacks_company,
    ),
    "voucherCodes/add": (_ends_before_start("validity_start_utc", "validity_end_utc"),),
}
