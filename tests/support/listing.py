"""What tests of listings share. No test belongs here."""

from typing import Any

import pytest
from hypothesis import strategies as st
from mews_vouchers.mock import MockMews

from tests.support.clients import Connect
from tests.support.seeding import ids, unknown_ids

#: The required arguments of a listing, for either resource.
NEEDED: dict[str, dict[str, Any]] = {
    "voucher_codes": {"voucher_ids": unknown_ids(1)},
    "vouchers": {"service_ids": unknown_ids(1)},
}
#: The number of items, and the page size.
SIZES = {"number": st.integers(0, 30), "page_size": st.integers(1, 35)}


def only_voucher(mock: MockMews) -> str:
    """Return the id of the only voucher of a mock."""
    (voucher_id,) = ids(mock.vouchers)
    return voucher_id


def failing(
    connect: Connect, mock: MockMews, kind: type[Exception], **filters: Any
) -> tuple[list[Any], Any]:
    """List codes until an error; return the items, and the error."""
    pager = connect(mock).voucher_codes.get_all(**filters)
    items: list[Any] = []
    with pytest.raises(kind) as caught:
        items.extend(pager)  # keeps the items before the error
    return items, caught.value


def rest(connect: Connect, mock: MockMews, checkpoint: str | None, **filters: Any) -> list[str]:
    """Return the ids of a listing from a checkpoint on, without faults."""
    mock.clear_faults()
    return ids(connect(mock).voucher_codes.get_all(**filters, checkpoint=checkpoint))
