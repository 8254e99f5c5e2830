"""What is listed or exported: the filters that a user gave, and the pagers for them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from mews_vouchers_client import models
from mews_vouchers_client.types import Model

from mews_vouchers import Pager, VoucherClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The filters of a user. Empty ones select everything."""

    service_ids: Sequence[str] = ()
    voucher_ids: Sequence[str] = ()
    #: Of codes.
    values: Sequence[str] = ()
    enterprise_id: str | None = None
    updated_since: datetime | None = None
    updated_until: datetime | None = None
    #: Whether deleted items are left out.
    is_active: bool = False

    def describe(self, unit: str, base_url: str) -> str:
        """Return a text that is the same for the same export."""
        return json.dumps([unit, base_url, asdict(self)], default=datetime.isoformat)

    @property
    def enterprise_ids(self) -> list[str] | None:
        """The filter of the property; None for all that the token can access."""
        return None if self.enterprise_id is None else [self.enterprise_id]

    @property
    def updated(self) -> tuple[datetime | None, datetime | None] | None:
        """The filter of the time of the last change."""
        interval = (self.updated_since, self.updated_until)
        return None if interval == (None, None) else interval


def list_vouchers(
    client: VoucherClient,
    selection: Selection,
    *,
    checkpoint: str | None = None,
    concurrency: int = 1,
) -> Pager[models.Voucher, models.VoucherResult]:
    """List the selected vouchers."""
    return client.vouchers.get_all(
        service_ids=selection.service_ids,
        voucher_ids=selection.voucher_ids or None,
        voucher_code_values=selection.values or None,
        activity_states=[models.ActivityState.ACTIVE] if selection.is_active else None,
        enterprise_ids=selection.enterprise_ids,
        updated=selection.updated,
        checkpoint=checkpoint,
        concurrency=concurrency,
    )


def find_voucher_ids(client: VoucherClient, selection: Selection) -> list[str]:
    """Return the vouchers whose codes are selected: as given, or all of the services.

    With values of codes, only the vouchers that have one of them: the API looks these up.
    """
    if selection.voucher_ids:
        return [*selection.voucher_ids]
    pager = client.vouchers.get_all(
        service_ids=selection.service_ids,
        voucher_code_values=selection.values or None,
        enterprise_ids=selection.enterprise_ids,
    )
    return [voucher.id for voucher in pager]


def list_codes(
    client: VoucherClient,
    selection: Selection,
    voucher_ids: Iterable[str],
    *,
    checkpoint: str | None = None,
    concurrency: int = 1,
) -> Pager[models.VoucherCode, models.VoucherCodeResult]:
    """List the codes of vouchers, also those that are not selected: see `selected`."""
    return client.voucher_codes.get_all(
        voucher_ids=voucher_ids,
        enterprise_ids=selection.enterprise_ids,
        updated=selection.updated,
        checkpoint=checkpoint,
        concurrency=concurrency,
    )


def selected(selection: Selection, items: Iterable[Model]) -> Iterator[Model]:
    """Yield the items that are selected: the API has no filters of codes for these."""
    values = frozenset(selection.values)
    for item in items:
        one: Any = item  # a voucher or a code
        is_wanted = not values or not isinstance(item, models.VoucherCode) or one.value in values
        if is_wanted and (one.is_active or not selection.is_active):
            yield item
