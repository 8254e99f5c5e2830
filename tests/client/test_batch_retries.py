"""Which requests of a write are retried, and what that means for the outcomes."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import (
    BadRequestError,
    MewsError,
    OutcomeUnknownError,
    ServerError,
    TooManyRequestsError,
    UnexpectedResponseError,
    voucher_update,
)
from mews_vouchers.mock.faults import Fault, drop_after, drop_before, error, respond
from mews_vouchers_client.models import VoucherAddParameters, VoucherTypeEnum

from tests.support.clients import Connect
from tests.support.harness import (
    ADD,
    DELETE,
    FAULTS,
    UPDATE,
    Harness,
    check_report,
    failure,
    raising,
)
from tests.support.http_library import httpx
from tests.support.hypothesis_profiles import examples
from tests.support.seeding import items_in, post, that_reach, too_many_above, where

# --- retries

NOT_APPLIED: dict[str, Fault] = {
    "no connection": drop_before(httpx.ConnectError),
    "no connection in time": drop_before(httpx.ConnectTimeout),
    "no free connection": drop_before(httpx.PoolTimeout),
    "429": error(429),
    "429 with Retry-After": error(429, retry_after="1"),
}
POSSIBLY_APPLIED: dict[str, tuple[Fault, type[MewsError]]] = {
    "read error": (drop_after(httpx.ReadError), OutcomeUnknownError),
    "closed": (drop_before(httpx.RemoteProtocolError), OutcomeUnknownError),
    "write error": (drop_before(httpx.WriteError), OutcomeUnknownError),
    "read timeout": (drop_after(httpx.ReadTimeout), OutcomeUnknownError),
    "write timeout": (drop_before(httpx.WriteTimeout), OutcomeUnknownError),
    "500": (error(500), ServerError),
    "503 with Retry-After": (error(503, retry_after="1"), ServerError),
    "520": (respond(520, "<html>"), ServerError),
    "HTML": (respond(200, "<html>"), UnexpectedResponseError),
    "299": (respond(299, "{}"), UnexpectedResponseError),
    "499": (respond(499), UnexpectedResponseError),
}


@pytest.mark.parametrize("name", NOT_APPLIED)
def test_an_add_is_retried_if_it_was_not_applied(connect: Connect, name: str) -> None:
    """No connection, or a 429: the request was not applied, so the codes are added by a retry."""
    harness = Harness(connect)
    harness.mock.inject(NOT_APPLIED[name], ADD, calls=[1, 2])
    harness.client.voucher_codes.add(harness.numbered(2))
    assert harness.sizes(ADD) == [2, 2, 2]
    assert harness.values() == Counter("01")


@pytest.mark.parametrize("name", POSSIBLY_APPLIED)
def test_an_add_that_may_have_been_applied_is_not_retried(connect: Connect, name: str) -> None:
    """After a 5xx, or if no response was received, nothing is retried; the codes are unknown."""
    fault, kind = POSSIBLY_APPLIED[name]
    harness = Harness(connect)
    harness.mock.inject(fault, ADD, calls=1)
    failed = failure(harness.client.voucher_codes.add, harness.numbered(2))
    assert harness.sizes(ADD) == [2]
    assert [type(one.error) for one in failed.unknown] == [kind, kind]
    assert type(failed.__cause__) is kind


@pytest.mark.parametrize("status", [300, 301, 302, 307, 308, 402, 405, 410, 418, 431])
def test_what_can_only_be_refused_again_is_not_retried(connect: Connect, status: int) -> None:
    """After a redirect or an unexpected 4xx nothing is retried; the server has not applied it."""
    harness = Harness(connect)
    harness.mock.inject(respond(status, headers={"Location": "/"}))
    failed = failure(harness.client.voucher_codes.add, harness.numbered(2))
    assert len(failed.not_sent) == 2
    with pytest.raises(UnexpectedResponseError):
        list(harness.client.voucher_codes.get_all(voucher_ids=[harness.voucher_id]))
    assert len(harness.mock.requests) == 2


def test_a_redirect_after_the_request_is_not_retried(connect: Connect) -> None:
    """A 303 means that the request was executed: an add is unknown, and nothing is retried."""
    harness = Harness(connect)
    harness.mock.inject(respond(303, headers={"Location": "/"}))
    assert len(failure(harness.client.voucher_codes.add, harness.numbered(2)).unknown) == 2
    assert len(failure(harness.client.voucher_codes.delete, harness.add_codes(1)).unknown) == 1
    assert len(harness.mock.requests) == 2


def test_an_add_of_vouchers_that_may_have_been_applied_is_not_retried(connect: Connect) -> None:
    """Vouchers are added with the same care as codes."""
    harness = Harness(connect)
    harness.mock.inject(drop_after(), "vouchers/add", calls=1)
    voucher = VoucherAddParameters(harness.service_id, "New", VoucherTypeEnum.PUBLIC)
    failed = failure(harness.client.vouchers.add, [voucher])
    assert [one.item for one in failed.unknown] == [voucher]
    assert len([one for one in harness.mock.vouchers if one["Name"] == "New"]) == 1
    assert harness.sizes("vouchers/add") == [1]


@pytest.mark.parametrize("name", [*NOT_APPLIED, *POSSIBLY_APPLIED])
def test_an_update_and_a_delete_are_retried(connect: Connect, name: str) -> None:
    """Idempotent writes are retried, even if no response was received."""
    fault = NOT_APPLIED.get(name) or POSSIBLY_APPLIED[name][0]
    harness = Harness(connect)
    harness.mock.inject(fault, UPDATE, calls=1)
    harness.mock.inject(fault, DELETE, calls=1)
    updated = harness.client.vouchers.update([voucher_update(harness.voucher_id, name="New")])
    assert [voucher.name for voucher in updated] == ["New"]
    assert harness.sizes(UPDATE) == [1, 1]
    harness.client.voucher_codes.delete(harness.add_codes(2))
    assert harness.sizes(DELETE)[:2] == [2, 2]
    assert harness.values() == Counter()


def test_a_429_beyond_the_policy_ends_a_write(connect: Connect) -> None:
    """A 429 with a longer wait than the policy allows rejects the batch."""
    harness = Harness(connect)
    harness.mock.inject(error(429, retry_after=86_400), ADD, calls=1)
    failed = failure(harness.client.voucher_codes.add, harness.numbered(1))
    (one,) = failed.not_sent
    assert isinstance(one.error, TooManyRequestsError)
    assert one.error.retry_after == 86_400
    assert harness.sizes(ADD) == [1]


# --- items that are already deleted


@settings(max_examples=examples(40))
@given(count=st.integers(1, 8), deleted=st.sets(st.integers(0, 7)), done=st.booleans())
def test_a_retried_delete_deletes_all_that_exist(
    connect: Connect, count: int, deleted: set[int], *, done: bool
) -> None:
    """If some ids are already deleted and a response is lost, all others are deleted."""
    lost = drop_after() if done else drop_before(httpx.ReadError)
    harness = Harness(connect)
    code_ids = harness.add_codes(count)
    deleted_ids = [code_id for index, code_id in enumerate(code_ids) if index in deleted]
    if deleted_ids:
        post(harness.mock, DELETE, VoucherCodeIds=deleted_ids)
    harness.mock.inject(lost, DELETE, calls=1)
    harness.client.voucher_codes.delete(code_ids)
    assert harness.active_ids() == set()


def test_a_retried_delete_of_vouchers_succeeds(connect: Connect) -> None:
    """Vouchers that a retry does not find were deleted by the attempt before it."""
    harness = Harness(connect)
    harness.mock.inject(drop_after(), "vouchers/delete", calls=1)
    harness.client.vouchers.delete([harness.voucher_id, harness.mock.add_voucher()])
    assert not any(one["IsActive"] for one in harness.mock.vouchers)


def test_a_delete_of_deleted_codes_is_rejected(connect: Connect) -> None:
    """If every response was received, a deleted id is the caller's mistake; nothing is deleted."""
    harness = Harness(connect)
    code_ids = harness.add_codes(3)
    harness.client.voucher_codes.delete(code_ids[:1])
    failed = failure(harness.client.voucher_codes.delete, code_ids)
    assert [one.item for one in failed.rejected] == code_ids
    assert isinstance(failed.rejected[0].error, BadRequestError)
    assert harness.active_ids() == set(code_ids[1:])


def test_a_lost_response_does_not_excuse_later_batches(connect: Connect) -> None:
    """A lost response of one batch does not make a deleted id in a later batch succeed."""
    harness = Harness(connect)
    code_ids = harness.add_codes(6)
    post(harness.mock, DELETE, VoucherCodeIds=code_ids[4:5])
    harness.mock.inject(too_many_above(3))
    harness.mock.inject(that_reach([1], drop_after()), DELETE)
    failed = failure(harness.client.voucher_codes.delete, code_ids)
    check_report(failed, code_ids)
    assert [one.item for one in failed.succeeded] == code_ids[:3]
    assert [one.item for one in failed.rejected] == code_ids[3:]
    assert harness.active_ids() == {code_ids[3], code_ids[5]}


def test_a_refusal_for_another_reason_is_no_success(connect: Connect) -> None:
    """A delete without its enterprise deletes nothing, even after a lost response."""
    harness = Harness(connect, portfolio=True)
    harness.mock.inject(error(500), DELETE, calls=1)
    code_ids = harness.add_codes(2)
    failed = failure(harness.client.voucher_codes.delete, code_ids)
    check_report(failed, code_ids)
    assert failed.succeeded == ()
    assert harness.active_ids() == set(code_ids)


@pytest.mark.parametrize("lost", ["done, then dropped", "done, then 408", "done, then 500"])
@pytest.mark.parametrize("then", ["401", "403", "dropped before"])
def test_what_was_sent_is_never_reported_as_not_sent(
    connect: Connect, lost: str, then: str
) -> None:
    """If a batch is lost, split and retried, and the retries fail, its items are unknown."""
    harness = Harness(connect)
    harness.mock.inject(FAULTS[lost][0], DELETE, calls=1)
    harness.mock.inject(where(lambda call: len(items_in(call.body)) < 4, FAULTS[then][0]))
    code_ids = harness.add_codes(4)
    failed = failure(harness.client.voucher_codes.delete, code_ids)
    check_report(failed, code_ids)
    assert [one.item for one in failed.unknown] == code_ids
    assert harness.active_ids() == set()


def test_an_unexpected_exception_after_a_lost_response(connect: Connect) -> None:
    """Whatever exception ends the retries, the lost attempt may still have been applied."""
    harness = Harness(connect)
    harness.mock.inject(drop_after(), DELETE, calls=1)
    harness.mock.inject(raising(lambda: OSError("no more")), DELETE, calls=range(2, 99))
    code_ids = harness.add_codes(2)
    failed = failure(harness.client.voucher_codes.delete, code_ids)
    check_report(failed, code_ids)
    assert [one.item for one in failed.unknown] == code_ids
