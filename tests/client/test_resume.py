"""A failed `add` is finished by `resume`: exactly once each, whatever became of the lost answer."""

import pickle
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import BatchError, OutcomeUnknownError, Progress, ServerError, voucher_update
from mews_vouchers.mock.faults import drop_after, drop_before, error, missing_property
from mews_vouchers_client.models import (
    Voucher,
    VoucherAddParameters,
    VoucherCode,
    VoucherCodeAddParameters,
    VoucherTypeEnum,
)

from tests.support.clients import Connect
from tests.support.harness import (
    ADD,
    DELETE,
    FAULTS,
    UPDATE,
    Harness,
    attempted,
    changed,
    check_report,
    failure,
    faults_by_name,
)
from tests.support.hypothesis_profiles import examples
from tests.support.seeding import CODES, VOUCHERS, JsonObject, post, that_reach, too_many_above

ADD_VOUCHERS = "vouchers/add"
TRIES = 20

#: A code and a voucher that are added, or a failure to add them. Any: either kind.
Failed = BatchError[Any, Any]


class Plan(NamedTuple):
    """What is added, and when something happens to it."""

    values: list[str]
    #: How many vouchers the codes belong to.
    vouchers: int
    #: The most items that the server takes at a time.
    limit: int
    #: How many requests are answered before the fault happens.
    first: int
    #: How many more are answered before it happens again.
    again: int
    #: Whether the first error is resumed each time, and not the newest.
    is_first: bool


plans = st.builds(
    Plan,
    st.lists(st.sampled_from("abc"), max_size=7),
    st.integers(1, 2),
    st.integers(1, 3),
    st.integers(0, 3),
    st.integers(0, 2),
    st.booleans(),
)


def finish(
    resume: Callable[[Failed], list[Any]],
    failed: Failed | None,
    added: list[Any],
    *,
    is_first: bool = False,
) -> list[Any]:
    """Resume until it is done, as a user with patience would; return the results."""
    for _ in range(TRIES):
        if failed is None:
            return added
        added, again = attempted(resume, failed)
        failed = failed if is_first and again else again
    pytest.fail("it does not come to an end")


def external(harness: Harness, *identifiers: str | None) -> list[VoucherAddParameters]:
    """Return vouchers to add, with ids of another system."""
    return [
        VoucherAddParameters(
            harness.service_id, "New", VoucherTypeEnum.PUBLIC, external_identifier=identifier
        )
        for identifier in identifiers
    ]


# --- codes


@faults_by_name
@settings(max_examples=examples(8))
@given(plan=plans)
def test_each_code_is_added_exactly_once(connect: Connect, name: str, plan: Plan) -> None:
    """Whatever fails, whenever and again: each (voucher, value) is there as often as in the input.

    The result has all codes, in the order of the input, with the ids that they have on the server.
    Of several errors it does not matter which one is resumed, nor how often.
    """
    fault, _ = FAULTS[name]
    harness = Harness(connect)
    harness.mock.inject(too_many_above(plan.limit))
    calls = [plan.first + 1, plan.first + plan.again + 2]
    harness.mock.inject(that_reach(calls, fault), ADD)
    owners = [harness.voucher_id, *(harness.mock.add_voucher() for _ in range(plan.vouchers - 1))]
    codes = [
        VoucherCodeAddParameters(owners[index % plan.vouchers], value)
        for index, value in enumerate(plan.values)
    ]
    added, failed = attempted(harness.client.voucher_codes.add, codes)
    resume = harness.client.voucher_codes.resume
    finished = finish(resume, failed, added, is_first=plan.is_first)
    if failed:  # also once more than needed
        assert {code.id for code in resume(failed)} == {code.id for code in finished}
    wanted = [(code.voucher_id, code.value) for code in codes]
    assert [(code.voucher_id, code.value) for code in finished] == wanted
    there = harness.mock.codes
    assert Counter((code["VoucherId"], code["Value"]) for code in there) == Counter(wanted)
    assert {code.id for code in finished} == {code["Id"] for code in there}
    assert len({code.id for code in finished}) == len(codes)


@pytest.mark.parametrize("done", [True, False])
def test_a_thousand_lost_codes(connect: Connect, *, done: bool) -> None:
    """A whole batch whose answer is lost is looked up in one page, and sent again if not there."""
    lost = drop_after() if done else drop_before(httpx.ReadError)
    harness = Harness(connect)
    harness.mock.inject(lost, ADD, calls=2)
    codes = harness.numbered(2_100)
    failed = failure(harness.client.voucher_codes.add, codes)
    assert [len(failed.succeeded), len(failed.unknown), len(failed.not_sent)] == [1_000, 1_000, 100]
    finished = harness.client.voucher_codes.resume(failed)
    assert [code.value for code in finished] == [code.value for code in codes]
    assert harness.values() == Counter(code.value for code in codes)
    assert harness.sizes(ADD) == [1_000, 1_000, *([100] if done else [1_000, 100])]


def test_nothing_unknown_means_no_lookup(connect: Connect) -> None:
    """Where nothing is unknown, nothing is looked up: the rest is sent."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach([2], error(403)), ADD)
    failed = failure(harness.client.voucher_codes.add, harness.numbered(6))
    before = len(harness.sent)
    harness.client.voucher_codes.resume(failed)
    assert {operation for operation, _ in harness.sent[before:]} == {ADD}
    assert harness.values() == Counter("012345")


def test_a_pickled_error_is_resumed(connect: Connect) -> None:
    """Another process can finish what this one could not."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach([2], drop_after()), ADD)
    failed = failure(harness.client.voucher_codes.add, harness.codes("abcab"))
    finished = harness.client.voucher_codes.resume(pickle.loads(pickle.dumps(failed)))
    assert [code.value for code in finished] == list("abcab")
    assert harness.values() == Counter("abcab")


def test_a_second_failure_knows_all_of_the_first(connect: Connect) -> None:
    """An error of `resume` tells of the whole input, with what was found and added until then."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach([2], drop_after()), ADD)
    harness.mock.inject(that_reach([4], error(403)), ADD)
    codes = harness.numbered(8)
    failed = failure(harness.client.voucher_codes.add, codes)
    again = failure(harness.client.voucher_codes.resume, failed)
    check_report(again, codes)
    assert [one.position for one in again.succeeded] == [0, 1, 2, 3, 4, 5]
    assert [one.position for one in again.rejected] == [6, 7]
    assert all(one.result.value == one.item.value for one in again.succeeded if one.result)
    finished = harness.client.voucher_codes.resume(pickle.loads(pickle.dumps(again)))
    assert [code.value for code in finished] == list("01234567")
    assert harness.values() == Counter("01234567")


def test_a_lookup_that_fails_changes_nothing(connect: Connect) -> None:
    """If the unknown codes cannot be looked up, nothing is added, and the error is still good."""
    harness = Harness(connect)
    harness.mock.inject(drop_after(), ADD, calls=1)
    harness.mock.inject(error(500), CODES, calls=range(1, 7))
    failed = failure(harness.client.voucher_codes.add, harness.codes("ab"))
    with pytest.raises(ServerError):
        harness.client.voucher_codes.resume(failed)
    assert harness.sizes(ADD) == [2]
    assert [code.value for code in harness.client.voucher_codes.resume(failed)] == ["a", "b"]
    assert harness.values() == Counter("ab")


def test_codes_of_a_portfolio_are_resumed_in_their_enterprise(connect: Connect) -> None:
    """The enterprise of the failed `add` is the one of its continuation."""
    harness = Harness(connect, portfolio=True)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach([1], drop_after()), ADD)
    enterprise_id = harness.enterprise.id
    codes = harness.codes("abcd")
    failed = failure(harness.client.voucher_codes.add, codes, enterprise_id=enterprise_id)
    assert failed.enterprise_id == enterprise_id
    finished = harness.client.voucher_codes.resume(failed)
    assert [code.value for code in finished] == list("abcd")
    assert harness.values() == Counter("abcd")
    lookup = [one.body for one in harness.mock.requests if one.operation == CODES]
    assert lookup[0]["EnterpriseIds"] == [enterprise_id]


def test_a_second_failure_keeps_the_enterprise(connect: Connect) -> None:
    """An error of `resume` knows the enterprise as well, so that it can be resumed in turn."""
    harness = Harness(connect, portfolio=True)
    harness.mock.inject(error(403), ADD, calls=[1, 2])
    enterprise_id = harness.enterprise.id
    failed = failure(
        harness.client.voucher_codes.add, harness.codes("ab"), enterprise_id=enterprise_id
    )
    again = failure(harness.client.voucher_codes.resume, failed)
    assert [code.value for code in harness.client.voucher_codes.resume(again)] == ["a", "b"]


def test_rejected_codes_are_sent_again(connect: Connect) -> None:
    """What the server refused is offered to it once more: the reason may be gone."""
    harness = Harness(connect)
    harness.mock.inject(error(403), ADD, calls=[1, 2])
    failed = failure(harness.client.voucher_codes.add, harness.codes("ab"))
    again = failure(harness.client.voucher_codes.resume, failed)
    assert len(again.rejected) == 2
    assert [code.value for code in harness.client.voucher_codes.resume(again)] == ["a", "b"]


def test_a_deleted_code_does_not_count(connect: Connect) -> None:
    """A code of the same value that was deleted is not the one that was added."""
    harness = Harness(connect)
    harness.mock.inject(drop_before(httpx.ReadTimeout), ADD, calls=1)
    harness.client.voucher_codes.delete([harness.mock.add_code(harness.voucher_id, "a")])
    failed = failure(harness.client.voucher_codes.add, harness.codes("a"))
    (finished,) = harness.client.voucher_codes.resume(failed)
    assert harness.active_ids() == {finished.id}


@pytest.mark.parametrize("name", ["IsActive", "ActivityState"])
def test_a_deleted_code_is_known_by_either_property(connect: Connect, name: str) -> None:
    """Where an answer has only one of the two properties that tell of a deletion, it is enough."""
    harness = Harness(connect)
    post(harness.mock, DELETE, VoucherCodeIds=[harness.mock.add_code(harness.voucher_id, "a")])
    harness.mock.inject(drop_before(httpx.ReadTimeout), ADD, calls=1)
    harness.mock.inject(missing_property(name))
    failed = failure(harness.client.voucher_codes.add, harness.codes("a"))
    harness.client.voucher_codes.resume(failed)
    assert harness.values() == Counter("a")


def test_codes_that_succeeded_are_not_found_again(connect: Connect) -> None:
    """An equal code that was added before does not stand for one whose answer was lost."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(1))
    harness.mock.inject(that_reach([2], drop_before(httpx.ReadTimeout)), ADD)
    failed = failure(harness.client.voucher_codes.add, harness.codes("aa"))
    finished = harness.client.voucher_codes.resume(failed)
    assert {code.id for code in finished} == harness.active_ids()
    assert harness.values() == Counter("aa")


@pytest.mark.parametrize("name", ["Id", "IsActive", "ActivityState"])
@pytest.mark.parametrize("done", [True, False])
def test_codes_that_the_server_tells_little_of(connect: Connect, name: str, *, done: bool) -> None:
    """Exactly once also where answers lack a property, as the vendor's own examples do."""
    lost = drop_after() if done else drop_before(httpx.ReadTimeout)
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach([2], lost), ADD)
    harness.mock.inject(missing_property(name))
    failed = failure(harness.client.voucher_codes.add, harness.codes("abac"))
    finished = harness.client.voucher_codes.resume(failed)
    assert [code.value for code in finished] == list("abac")
    assert harness.values() == Counter("abac")


def test_a_voucher_id_in_capitals(connect: Connect) -> None:
    """Ids are the same in any case: a code is found under the id that it was sent with."""
    harness = Harness(connect)
    harness.mock.inject(drop_after(), ADD, calls=1)
    codes = [VoucherCodeAddParameters(harness.voucher_id.upper(), "a")]
    failed = failure(harness.client.voucher_codes.add, codes)
    harness.client.voucher_codes.resume(failed)
    assert harness.values() == Counter("a")


def test_resuming_tells_its_progress(connect: Connect) -> None:
    """`on_progress` of `resume` counts what was left to do."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(1))
    harness.mock.inject(that_reach([2], error(403)), ADD)
    failed = failure(harness.client.voucher_codes.add, harness.codes("abc"))
    received: list[Progress] = []
    harness.client.voucher_codes.resume(failed, on_progress=received.append)
    assert [(one.done, one.total) for one in received] == [(1, 2), (2, 2)]


def test_an_error_of_a_stream_is_resumed(connect: Connect) -> None:
    """An error of `add_batches` is resumed like one of `add`: what it tells of is finished."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach([2], drop_after()), ADD)
    batches = iter(harness.client.voucher_codes.add_batches(harness.codes("abcdef")))
    first = next(batches)
    failed = failure(next, batches)
    rest = harness.client.voucher_codes.resume(failed)
    assert [code.value for code in (*first, *rest)] == list("abcdef")
    assert harness.values() == Counter("abcdef")


def test_only_an_add_is_resumed(connect: Connect) -> None:
    """An error of another operation is a `ValueError`, and nothing is sent."""
    harness = Harness(connect)
    for name in (ADD, ADD_VOUCHERS, DELETE, UPDATE):
        harness.mock.inject(error(403), name, calls=1)
    codes, vouchers = harness.client.voucher_codes, harness.client.vouchers
    of_codes = failure(codes.add, harness.codes("a"))
    of_vouchers = failure(vouchers.add, external(harness, "x"))
    of_delete = failure(codes.delete, [harness.voucher_id])
    of_update = failure(vouchers.update, [voucher_update(harness.voucher_id, name="New")])
    sent = len(harness.sent)
    for resume, wrong in (
        (codes.resume, (of_vouchers, of_delete, of_update)),
        (vouchers.resume, (of_codes, of_delete, of_update)),
    ):
        for failed in wrong:
            with pytest.raises(ValueError, match=failed.operation):
                resume(failed)
    assert len(harness.sent) == sent


# --- vouchers


@faults_by_name
@settings(max_examples=examples(6))
@given(
    identifiers=st.lists(st.sampled_from(["x", "y", "z", "X"]), max_size=6),
    limit=st.integers(1, 3),
    first=st.integers(0, 2),
)
def test_each_voucher_is_added_exactly_once(
    connect: Connect, name: str, identifiers: list[str], limit: int, first: int
) -> None:
    """With an `ExternalIdentifier`, vouchers are finished like codes."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(limit))
    harness.mock.inject(that_reach([first + 1], FAULTS[name][0]), ADD_VOUCHERS)
    vouchers = external(harness, *identifiers)
    added, failed = attempted(harness.client.vouchers.add, vouchers)
    finished = finish(harness.client.vouchers.resume, failed, added)
    assert [voucher.external_identifier for voucher in finished] == identifiers
    there = [one for one in harness.mock.vouchers if one["ExternalIdentifier"]]
    assert Counter(one["ExternalIdentifier"] for one in there) == Counter(identifiers)
    assert {voucher.id for voucher in finished} == {one["Id"] for one in there}


@pytest.mark.parametrize("identifier", [None, ""])
def test_vouchers_that_cannot_be_recognised(connect: Connect, identifier: str | None) -> None:
    """Without an `ExternalIdentifier`, `resume` says that it cannot tell, and sends nothing."""
    harness = Harness(connect)
    harness.mock.inject(drop_after(), ADD_VOUCHERS, calls=1)
    failed = failure(harness.client.vouchers.add, external(harness, "x", identifier))
    sent = len(harness.sent)
    with pytest.raises(OutcomeUnknownError, match="position 1 has no external_identifier"):
        harness.client.vouchers.resume(failed)
    assert len(harness.sent) == sent


def test_vouchers_that_need_not_be_recognised(connect: Connect) -> None:
    """Without an `ExternalIdentifier`, `resume` still finishes what is surely not there."""
    harness = Harness(connect)
    harness.mock.inject(error(403), ADD_VOUCHERS, calls=1)
    failed = failure(harness.client.vouchers.add, external(harness, None))
    (finished,) = harness.client.vouchers.resume(failed)
    assert finished.id in {one["Id"] for one in harness.mock.vouchers}


def test_vouchers_that_an_earlier_resume_may_have_added(connect: Connect) -> None:
    """An error that is resumed again says so, where nothing can tell what the first time did."""
    harness = Harness(connect)
    harness.mock.inject(error(403), ADD_VOUCHERS, calls=1)
    failed = failure(harness.client.vouchers.add, external(harness, "x", None))
    assert len(harness.client.vouchers.resume(failed)) == 2
    with pytest.raises(OutcomeUnknownError, match="position 1 has no external_identifier"):
        harness.client.vouchers.resume(pickle.loads(pickle.dumps(failed)))
    assert harness.sizes(ADD_VOUCHERS) == [2, 2]


def test_vouchers_of_a_portfolio_are_resumed(connect: Connect) -> None:
    """Also vouchers go to the enterprise of the failed `add`, after a trip through a pickle."""
    harness = Harness(connect, portfolio=True)
    harness.mock.inject(drop_after(), ADD_VOUCHERS, calls=1)
    enterprise_id = harness.enterprise.id
    vouchers = external(harness, "x", "y")
    failed = failure(harness.client.vouchers.add, vouchers, enterprise_id=enterprise_id)
    finished = harness.client.vouchers.resume(pickle.loads(pickle.dumps(failed)))
    assert [voucher.external_identifier for voucher in finished] == ["x", "y"]
    assert harness.sizes(ADD_VOUCHERS) == [2]
    (lookup,) = [one.body for one in harness.mock.requests if one.operation == VOUCHERS]
    assert lookup["EnterpriseIds"] == [enterprise_id]
    assert lookup["ExternalIdentifiers"] == ["x", "y"]


def test_a_deleted_voucher_does_not_count(connect: Connect) -> None:
    """A deleted voucher with the same `ExternalIdentifier` is not the one that was added."""
    harness = Harness(connect)
    harness.mock.inject(drop_before(httpx.ReadTimeout), ADD_VOUCHERS, calls=1)
    harness.client.vouchers.delete([harness.mock.add_voucher(ExternalIdentifier="x")])
    failed = failure(harness.client.vouchers.add, external(harness, "x"))
    (finished,) = harness.client.vouchers.resume(failed)
    same = [one for one in harness.mock.vouchers if one["ExternalIdentifier"] == "x"]
    assert [one["Id"] for one in same if one["IsActive"]] == [finished.id]


def test_a_failure_can_be_resumed_by_type(connect: Connect) -> None:
    """What `resume` returns are the generated models, whether found or added."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(1))
    harness.mock.inject(that_reach([2], drop_after()), ADD)
    harness.mock.inject(drop_after(), ADD_VOUCHERS, calls=1)
    codes = harness.client.voucher_codes.resume(
        failure(harness.client.voucher_codes.add, harness.codes("abc"))
    )
    vouchers = harness.client.vouchers.resume(
        failure(harness.client.vouchers.add, external(harness, "x"))
    )
    assert {type(code) for code in codes} == {VoucherCode}
    assert {type(voucher) for voucher in vouchers} == {Voucher}


def drop_id(code: JsonObject) -> None:
    """Leave out the id of a code."""
    del code["Id"]


def raise_id(code: JsonObject) -> None:
    """Spell the id of a code in capitals."""
    code["Id"] = code["Id"].upper()


@pytest.mark.parametrize("spell", [drop_id, raise_id])
def test_ids_that_differ_between_answers(
    connect: Connect, spell: Callable[[JsonObject], None]
) -> None:
    """A code that succeeded stands for itself alone, also if its id is missing or in capitals."""

    def respelt(found: list[JsonObject]) -> list[JsonObject]:
        for code in found:
            spell(code)
        return found

    harness = Harness(connect)
    harness.mock.inject(changed(respelt), ADD, calls=1)
    harness.mock.inject(drop_before(httpx.ReadTimeout), ADD, calls=2)
    codes = [VoucherCodeAddParameters(harness.voucher_id, f"A{n}") for n in [*range(1_000), 0]]
    failed = failure(harness.client.voucher_codes.add, codes)
    assert len(harness.client.voucher_codes.resume(failed)) == 1_001
    assert harness.values()["A0"] == 2
