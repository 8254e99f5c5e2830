"""The clock of this machine may be set at any time: no item is lost or added twice for that."""

import socket
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from mews_vouchers import BatchError, Outcome, RetryPolicy
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.clients import Connect
from tests.support.clocks import set_clock, stop_clock
from tests.support.harness import failure
from tests.support.independent_clients import ADD, client_of, credentials_of, numbered, stored
from tests.support.independent_server import At, IndependentServer, late, refuse

ONCE = RetryPolicy(max_attempts=1)

# Any, in this module: either client, behind the interface of the sync one.


def check_once(
    added: Any, codes: list[VoucherCodeAddParameters], server: IndependentServer
) -> None:
    """Check that each code was returned, and added once."""
    assert [one.value for one in added] == [one.value for one in codes]
    assert stored(server) == Counter(one.value for one in codes)


@pytest.mark.parametrize("seconds", [-300, 300])
@pytest.mark.parametrize("number", [1, 2])
def test_the_clock_is_set_right_before_a_resume(
    client: Any,
    server: IndependentServer,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
    number: int,
) -> None:
    """It waits as long as it has to: not less, and not much more."""
    codes = numbered(server, 2_000)
    server.plan(At(ADD, late(1, None), number))
    with monkeypatch.context() as slow:
        set_clock(slow, seconds)
        error = failure(client.voucher_codes.add, codes)
    assert len(error.unknown) == 1_000
    check_once(client.voucher_codes.resume(error, settle=2), codes, server)


def shifted(outcomes: Sequence[Outcome], seconds: float) -> list[Outcome]:
    """Return outcomes that were sent when the clock of this machine was so far ahead."""
    by = timedelta(seconds=seconds)
    return [replace(one, sent_at=one.sent_at + by) for one in outcomes if one.sent_at is not None]


@pytest.mark.parametrize("seconds", [-300, 300])
def test_the_clock_was_set_right_between_two_processes(
    client: Any, server: IndependentServer, seconds: float
) -> None:
    """What another process has sent is waited for by the clock of the server."""
    codes = numbered(server, 2_000)
    server.plan(At(ADD, late(1, None), 2))
    failed = failure(client.voucher_codes.add, codes)
    error: BatchError = BatchError(
        failed.operation,
        failed.reason,
        succeeded=failed.succeeded,
        unknown=shifted(failed.unknown, seconds),
        created_at=failed.created_at + timedelta(seconds=seconds),
        server_time=failed.server_time,
    )
    check_once(client.voucher_codes.resume(error, settle=2), codes, server)


@pytest.mark.parametrize("seconds", [-300, 300])
def test_the_clock_is_set_back_between_two_resumes(
    connect: Connect, server: IndependentServer, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    """The second one knows of the first, although nothing had told the time of the server."""
    codes = numbered(server, 1_500)
    with socket.socket() as bound:  # nobody listens
        bound.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{bound.getsockname()[1]}"
        lonely = connect.to(credentials_of(server), base_url=nobody, retry=ONCE)
        error = failure(lonely.voucher_codes.add, codes)
    assert (len(error.not_sent), error.server_time) == (1_500, None)
    client = client_of(connect, server)
    set_clock(monkeypatch, seconds)
    check_once(client.voucher_codes.resume(error, settle=0), codes, server)
    check_once(client.voucher_codes.resume(error, settle=0), codes, server)


def test_a_later_resume_of_a_part(client: Any, server: IndependentServer) -> None:
    """What an earlier one has left in doubt is still waited for."""
    codes = numbered(server, 2_000)
    server.plan(At(ADD, refuse(401), 1), At(ADD, late(2, None), 2))
    error = failure(client.voucher_codes.add, codes)
    left = failure(client.voucher_codes.resume, error, settle=0)
    assert len(left.unknown) == 1_000
    client.voucher_codes.resume(error.without(range(1_000)), settle=0)
    check_once(client.voucher_codes.resume(error, settle=4), codes, server)


def test_a_clock_that_stands_still(
    client: Any, server: IndependentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it may after it was set back: what was sent first is still known to be older."""
    stop_clock(monkeypatch)
    codes = numbered(server, 2_000)
    server.plan(At(ADD, refuse(401), 1), At(ADD, late(1, None), 3))
    error = failure(client.voucher_codes.add, codes)
    left = failure(client.voucher_codes.resume, error, settle=0)
    assert len(left.unknown) == 1_000
    check_once(client.voucher_codes.resume(error, settle=2), codes, server)
