"""A code that somebody else has added meanwhile is not taken for one of ours."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from mews_vouchers import BatchError
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.harness import failure
from tests.support.independent_clients import ADD
from tests.support.independent_server import At, IndependentServer, refuse, reset_unapplied

# Any, in this module: either client, behind the interface of the sync one.

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
YEAR = timedelta(days=365)


def code(
    server: IndependentServer, value: str, *validity: datetime | str | None
) -> VoucherCodeAddParameters:
    """Return a code of a value and a validity. A string is taken, too."""
    times: Any = validity
    return VoucherCodeAddParameters(server.voucher_id, value, *times)


def lost(client: Any, server: IndependentServer, ours: VoucherCodeAddParameters) -> BatchError:
    """Return the error of an add whose request was lost on its way."""
    server.plan(At(ADD, reset_unapplied()))
    return failure(client.voucher_codes.add, [ours])


@pytest.mark.parametrize("value", ["SPRING", "spring", " Spring"])
@pytest.mark.parametrize(
    "validity",
    [(START + YEAR, END + YEAR), (START, END + YEAR), (START, None), (None, END), (None, None)],
)
def test_a_code_with_another_validity(
    client: Any, server: IndependentServer, value: str, validity: tuple[datetime | None, ...]
) -> None:
    """Whatever the spelling of its value, it is another code: ours is added."""
    error = lost(client, server, code(server, "SPRING", START, END))
    client.voucher_codes.add([code(server, value, *validity)])
    (added,) = client.voucher_codes.resume(error, settle=0)
    assert (added.value, added.validity_start_utc, added.validity_end_utc) == ("SPRING", START, END)
    assert len(server.active_codes()) == 2


def test_a_code_of_others_where_nothing_was_sent(client: Any, server: IndependentServer) -> None:
    """The same for items that another process may have added."""
    ours = code(server, "SPRING", START, END)
    server.plan(At(ADD, refuse(401)))
    error = failure(client.voucher_codes.add, [ours])
    client.voucher_codes.add([code(server, "SPRING", START + YEAR, END + YEAR)])
    (added,) = client.voucher_codes.resume(BatchError.from_json(error.to_json()), settle=0)
    assert added.validity_start_utc == START
    assert len(server.active_codes()) == 2


@pytest.mark.parametrize("value", ["SPRING", "spring"])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        (START.astimezone(timezone(timedelta(hours=5))), END),
        (START + timedelta(milliseconds=999), END),
        ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
    ],
)
def test_the_same_validity_in_another_form(
    client: Any, server: IndependentServer, value: str, start: datetime | str, end: datetime | str
) -> None:
    """In another zone, with a fraction of a second, or as strings: it is ours."""
    error = lost(client, server, code(server, "SPRING", start, end))
    client.voucher_codes.add([code(server, value, START, END)])
    (added,) = client.voucher_codes.resume(error, settle=0)
    assert added.value == value
    assert len(server.active_codes()) == 1
