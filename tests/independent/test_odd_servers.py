"""Servers whose clocks do not agree, or that forget ids; and journals that were not at fault."""

import logging
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from mews_vouchers import BatchError, Journal
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.harness import failure
from tests.support.independent_clients import ADD, numbered, sizes, stored
from tests.support.independent_server import (
    At,
    Fault,
    IndependentServer,
    fail_after,
    refuse,
    reset_unapplied,
)

# Any, in this module: either client, behind the interface of the sync one.


def once(codes: list[VoucherCodeAddParameters]) -> Counter[str]:
    """Return what the server has if each code was added once."""
    return Counter(one.value for one in codes)


def stopped(client: Any, codes: list[VoucherCodeAddParameters], **options: Any) -> BatchError:
    """Return the error of a stream that fails."""
    return failure(lambda: list(client.voucher_codes.add_batches(codes, **options)))


@pytest.mark.parametrize("seconds", [8, 60, 3_000])
@pytest.mark.parametrize("is_stream", [False, True])
@pytest.mark.parametrize("is_copy", [False, True])
def test_a_date_that_is_ahead(
    client: Any, server: IndependentServer, seconds: float, *, is_stream: bool, is_copy: bool
) -> None:
    """What was added before shows how far, also if it was yielded."""
    server.clock.date_ahead = seconds
    server.plan(At(ADD, fail_after(), 3))
    codes = numbered(server, 3_500)
    error = stopped(client, codes) if is_stream else failure(client.voucher_codes.add, codes)
    assert seconds <= error.date_ahead <= seconds + 5
    if is_copy:
        error = BatchError.from_json(error.to_json())
    client.voucher_codes.resume(error, settle=0)
    assert stored(server) == once(codes)


@pytest.mark.parametrize("kind", ["add", "without", "stream", "journal"])
@pytest.mark.parametrize("is_copy", [False, True])
def test_equal_items_of_results_without_an_id(
    client: Any, server: IndependentServer, path: Path, kind: str, *, is_copy: bool
) -> None:
    """What an item has is not taken for an equal one, although it cannot be named."""
    codes = numbered(server, 1_000) * 2
    server.plan(At(ADD, Fault(changes=("anonymous",)), 1), At(ADD, reset_unapplied(), 2))
    if kind in {"stream", "journal"}:
        error = stopped(client, codes, **({"journal": path} if kind == "journal" else {}))
    else:
        error = failure(client.voucher_codes.add, codes)
    if kind == "without":
        error = error.without([one.position for one in error.succeeded])
    if is_copy:
        error = BatchError.from_json(error.to_json())
    for _ in range(2):
        added = client.voucher_codes.resume(error, settle=0)
        assert len(added) == (2_000 if kind == "add" else 1_000)
        assert stored(server) == once(codes)


def test_rejected_rows_are_sent_again(client: Any, server: IndependentServer, path: Path) -> None:
    """As soon as the program knows that they were not at fault; they can be corrected as well."""
    codes = numbered(server, 30)
    server.settings.refused = {codes[at].value: 403 for at in (3, 7, 8)}
    options: dict[str, Any] = {"journal": path, "on_rejected": "isolate"}
    failure(client.voucher_codes.add, codes, **options)
    server.forget_requests()
    failure(client.voucher_codes.add, codes, **options)
    assert not server.requests
    with Journal(path) as journal:
        assert journal.retry_rejected() == 3
        assert [one.position for one in journal.rejected()] == [3, 7, 8]
    server.settings.refused = {codes[7].value: 403}
    codes[8].value = "RIGHT"
    error = failure(client.voucher_codes.add, codes, **options)
    assert [one.position for one in error.rejected] == [7]
    assert sizes(server)[0] == 3
    with Journal(path) as journal:
        assert journal.retry_rejected() == 1
    server.settings.refused = {}
    assert len(client.voucher_codes.add(codes, **options)) == 30
    assert stored(server) == once(codes)
    with Journal(path) as journal:
        assert journal.retry_rejected() == 0


@pytest.mark.parametrize("is_other", [False, True])
def test_a_journal_that_is_not_there_any_more(
    client: Any,
    server: IndependentServer,
    path: Path,
    caplog: pytest.LogCaptureFixture,
    *,
    is_other: bool,
) -> None:
    """A resume without it warns: the renamed file must not be used any more."""
    codes = numbered(server, 1_500)
    server.plan(At(ADD, refuse(401), 2))
    error = failure(client.voucher_codes.add, codes, journal=path)
    path.rename(path.with_name("renamed"))
    if is_other:
        client.voucher_codes.add(numbered(server, 1), journal=path)
    with caplog.at_level(logging.WARNING, "mews_vouchers"):
        assert len(client.voucher_codes.resume(error)) == 1_500
    assert [one for one in caplog.messages if str(path) in one and "renamed" in one]
    caplog.clear()
    foreign = BatchError.from_json(error.to_json().replace(error.host, "another"))
    client.voucher_codes.resume(foreign, settle=0)
    assert not caplog.messages
