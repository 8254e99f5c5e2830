"""`resume` finishes a failed `add`: each item exactly once, whether or not it had been applied."""

import pickle
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

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

from tests.support.batch_errors import kept
from tests.support.clients import Connect
from tests.support.harness import (
    ADD,
    DELETE,
    FAULTS,
    UPDATE,
    Harness,
    attempted,
    change_items,
    check_report,
    failure,
    faults_by_name,
    outcomes,
)
from tests.support.http_library import httpx
from tests.support.hypothesis_profiles import examples
from tests.support.seeding import CODES, VOUCHERS, JsonObject, post, that_reach, too_many_above

ADD_VOUCHERS = "vouchers/add"
TRIES = 20

#: The error of adding codes or vouchers. Any: either kind.
Failed = BatchError[Any, Any]


class Plan(NamedTuple):
    """What is added, and when faults occur."""

    values: list[str]
    #: How many vouchers the codes belong to.
    vouchers: int
    #: The largest number of items that the server accepts in a request.
    limit: int
    #: The number of successful requests before the fault.
    first: int
    #: The number of successful requests before the fault occurs again.
    again: int
    #: Whether the first error is resumed each time, instead of the newest.
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
    """Resume until it succeeds; return the results."""
    for _ in range(TRIES):
        if failed is None:
            return added
        added, again = attempted(resume, failed)
        failed = failed if is_first and again else again
    pytest.fail("it never succeeds")


def external(harness: Harness, *identifiers: str | None) -> list[VoucherAddParameters]:
    """Return vouchers to add, with these external identifiers."""
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
    """Whatever fails, however often: each (voucher, value) is added as often as it is in the input.

    The result has all codes, in the order of the input, with their ids on the server. It does
    not matter which of several errors is resumed, or how often.
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
    resume = partial(harness.client.voucher_codes.resume, settle=0)
    finished = finish(resume, failed, added, is_first=plan.is_first)
    if failed:  # once more than necessary
        assert {code.id for code in resume(failed)} == {code.id for code in finished}
    expected = [(code.voucher_id, code.value) for code in codes]
    assert [(code.voucher_id, code.value) for code in finished] == expected
    on_server = harness.mock.codes
    assert Counter((code["VoucherId"], code["Value"]) for code in on_server) == Counter(expected)
    assert {code.id for code in finished} == {code["Id"] for code in on_server}
    assert len({code.id for code in finished}) == len(codes)


@pytest.mark.parametrize("done", [True, False])
def test_a_whole_batch_without_a_response(connect: Connect, *, done: bool) -> None:
    """A batch without a response is looked up in one page, and added if it is missing."""
    lost = drop_after() if done else drop_before(httpx.ReadError)
    harness = Harness(connect)
    harness.mock.inject(lost, ADD, calls=2)
    codes = harness.numbered(2_100)
    failed = failure(harness.client.voucher_codes.add, codes)
    assert [len(failed.succeeded), len(failed.unknown), len(failed.not_sent)] == [1_000, 1_000, 100]
    finished = harness.client.voucher_codes.resume(failed, settle=0)
    assert [code.value for code in finished] == [code.value for code in codes]
    assert harness.values() == Counter(code.value for code in codes)
    assert harness.sizes(ADD) == [1_000, 1_000, *([100] if done else [1_000, 100])]


def test_nothing_unknown_costs_one_request(connect: Connect) -> None:
    """If no item is unknown, one narrow look-up finds what anybody else has added since then."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach([2], error(403)), ADD)
    failed = failure(harness.client.voucher_codes.add, harness.numbered(6))
    harness.mock.add_code(harness.voucher_id, "5")
    before = len(harness.sent)
    harness.client.voucher_codes.resume(failed, settle=0)
    assert [operation for operation, _ in harness.sent[before:]].count(CODES) == 1
    assert harness.values() == Counter("012345")


def test_a_pickled_error_is_resumed(connect: Connect) -> None:
    """Another process can finish the `add`."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach([2], drop_after()), ADD)
    failed = failure(harness.client.voucher_codes.add, harness.codes("abcab"))
    finished = harness.client.voucher_codes.resume(pickle.loads(pickle.dumps(failed)), settle=0)
    assert [code.value for code in finished] == list("abcab")
    assert harness.values() == Counter("abcab")


def test_a_second_failure_reports_the_whole_input(connect: Connect) -> None:
    """An error of `resume` reports the whole input, with everything found or added so far."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach([2], drop_after()), ADD)
    harness.mock.inject(that_reach([4], error(403)), ADD)
    codes = harness.numbered(8)
    failed = failure(harness.client.voucher_codes.add, codes)
    again = failure(partial(harness.client.voucher_codes.resume, settle=0), failed)
    check_report(again, codes)
    assert [one.position for one in again.succeeded] == [0, 1, 2, 3, 4, 5]
    assert [one.position for one in again.rejected] == [6, 7]
    assert all(one.result.value == one.item.value for one in again.succeeded if one.result)
    finished = harness.client.voucher_codes.resume(pickle.loads(pickle.dumps(again)), settle=0)
    assert [code.value for code in finished] == list("01234567")
    assert harness.values() == Counter("01234567")


@pytest.mark.parametrize("kind", [list, iter])
@pytest.mark.parametrize("way", ["call", "resume", "stream"])
def test_a_lookup_that_fails_in_a_second_run_with_a_journal(
    connect: Connect, tmp_path: Path, kind: Callable[[Any], Any], way: str
) -> None:
    """It is a `BatchError` as well; the same call, or a resume, completes the write."""
    harness = Harness(connect)
    client, codes = harness.client.voucher_codes, harness.numbered(2_500)
    options: dict[str, Any] = {"journal": tmp_path / "journal", "settle": 0}
    harness.mock.inject(drop_after(), ADD, calls=2)
    first = failure(client.add, kind(codes), **options)
    harness.mock.inject(error(401), CODES)
    if way == "stream":
        batches = client.add_batches(kind(codes), **options)
        second = failure(lambda: list(batches))
        assert batches.batch_error is second
    else:
        second = failure(client.add, kind(codes), **options)
    assert second.status_code == 401
    assert (second.id, second.journal) == (first.id, first.journal)
    for status in ("succeeded", "unknown"):
        found = [one.position for one in getattr(second, status)]
        assert found == [one.position for one in getattr(first, status)]
    harness.mock.clear_faults()
    if way == "resume":
        remaining = {} if second.is_complete else {"remaining": codes[second.items_read :]}
        client.resume(second, settle=0, **remaining)
    else:
        client.add(kind(codes), **options)
    assert harness.sizes(ADD) == [1_000, 1_000, 500]
    assert harness.values() == Counter(one.value for one in codes)


def test_a_lookup_that_fails_keeps_items_left_out(connect: Connect, tmp_path: Path) -> None:
    """The error of a resume with a journal still lacks what `without()` has left out."""
    harness = Harness(connect)
    client = harness.client.voucher_codes
    failed = failure(client.add, harness.codes(["", *"ab"]), journal=tmp_path / "journal")
    assert [len(failed.rejected), len(failed.not_sent)] == [1, 2]
    harness.mock.inject(error(401), CODES)
    again = failure(client.resume, kept(failed.without([0])), settle=0)
    assert again.status_code == 401
    assert [one.position for one in outcomes(again)] == [1, 2]
    harness.mock.clear_faults()
    assert len(client.resume(again, settle=0)) == 2


def test_a_lookup_that_fails_changes_nothing(connect: Connect) -> None:
    """If the look-up fails, nothing is added, and either error can be resumed again."""
    harness = Harness(connect)
    harness.mock.inject(drop_after(), ADD, calls=1)
    # Six attempts to learn the server's time, which may fail, and six of the look-up.
    harness.mock.inject(error(500), CODES, calls=range(1, 13))
    failed = failure(harness.client.voucher_codes.add, harness.codes("ab"))
    again = failure(harness.client.voucher_codes.resume, failed, settle=0)
    assert isinstance(again.cause, ServerError)
    assert again.status_code == 500
    assert "the look-up of what was added failed: voucherCodes/getAll: 500" in str(again)
    assert (again.id, outcomes(again)) == (failed.id, outcomes(failed))
    assert harness.sizes(ADD) == [2]
    for one in (again, failed):
        added = harness.client.voucher_codes.resume(one, settle=0)
        assert [code.value for code in added] == ["a", "b"]
    assert harness.values() == Counter("ab")


def test_codes_of_a_portfolio_are_resumed_in_their_enterprise(connect: Connect) -> None:
    """`resume` uses the enterprise of the failed `add`."""
    harness = Harness(connect, portfolio=True)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach([1], drop_after()), ADD)
    enterprise_id = harness.enterprise.id
    codes = harness.codes("abcd")
    failed = failure(harness.client.voucher_codes.add, codes, enterprise_id=enterprise_id)
    assert failed.enterprise_id == enterprise_id
    finished = harness.client.voucher_codes.resume(failed, settle=0)
    assert [code.value for code in finished] == list("abcd")
    assert harness.values() == Counter("abcd")
    lookup = [one.body for one in harness.mock.requests if one.operation == CODES]
    assert lookup[0]["EnterpriseIds"] == [enterprise_id]


def test_a_second_failure_keeps_the_enterprise(connect: Connect) -> None:
    """An error of `resume` has the enterprise, too, so that it can be resumed."""
    harness = Harness(connect, portfolio=True)
    harness.mock.inject(error(403), ADD, calls=[1, 2])
    enterprise_id = harness.enterprise.id
    failed = failure(
        harness.client.voucher_codes.add, harness.codes("ab"), enterprise_id=enterprise_id
    )
    again = failure(partial(harness.client.voucher_codes.resume, settle=0), failed)
    assert [code.value for code in harness.client.voucher_codes.resume(again, settle=0)] == [
        "a",
        "b",
    ]


def test_rejected_codes_are_sent_again(connect: Connect) -> None:
    """Rejected codes are sent again: the reason may be gone."""
    harness = Harness(connect)
    harness.mock.inject(error(403), ADD, calls=[1, 2])
    failed = failure(harness.client.voucher_codes.add, harness.codes("ab"))
    again = failure(partial(harness.client.voucher_codes.resume, settle=0), failed)
    assert len(again.rejected) == 2
    assert [code.value for code in harness.client.voucher_codes.resume(again, settle=0)] == [
        "a",
        "b",
    ]


def test_a_deleted_code_does_not_count(connect: Connect) -> None:
    """A deleted code with the same value is not taken for the added one."""
    harness = Harness(connect)
    harness.mock.inject(drop_before(httpx.ReadTimeout), ADD, calls=1)
    harness.client.voucher_codes.delete([harness.mock.add_code(harness.voucher_id, "a")])
    failed = failure(harness.client.voucher_codes.add, harness.codes("a"))
    (finished,) = harness.client.voucher_codes.resume(failed, settle=0)
    assert harness.active_ids() == {finished.id}


@pytest.mark.parametrize("name", ["IsActive", "ActivityState"])
def test_a_deleted_code_is_known_by_either_property(connect: Connect, name: str) -> None:
    """One of the two properties that show a deletion is enough."""
    harness = Harness(connect)
    post(harness.mock, DELETE, VoucherCodeIds=[harness.mock.add_code(harness.voucher_id, "a")])
    harness.mock.inject(drop_before(httpx.ReadTimeout), ADD, calls=1)
    harness.mock.inject(missing_property(name))
    failed = failure(harness.client.voucher_codes.add, harness.codes("a"))
    harness.client.voucher_codes.resume(failed, settle=0)
    assert harness.values() == Counter("a")


def test_codes_that_succeeded_are_not_found_again(connect: Connect) -> None:
    """An equal code that had succeeded is not taken for the one that is looked up."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(1))
    harness.mock.inject(that_reach([2], drop_before(httpx.ReadTimeout)), ADD)
    failed = failure(harness.client.voucher_codes.add, harness.codes("aa"))
    finished = harness.client.voucher_codes.resume(failed, settle=0)
    assert {code.id for code in finished} == harness.active_ids()
    assert harness.values() == Counter("aa")


@pytest.mark.parametrize("name", ["Id", "IsActive", "ActivityState"])
@pytest.mark.parametrize("done", [True, False])
def test_codes_with_missing_properties(connect: Connect, name: str, *, done: bool) -> None:
    """Exactly once, even if responses lack a property, as in the vendor's own examples."""
    lost = drop_after() if done else drop_before(httpx.ReadTimeout)
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach([2], lost), ADD)
    harness.mock.inject(missing_property(name))
    failed = failure(harness.client.voucher_codes.add, harness.codes("abac"))
    finished = harness.client.voucher_codes.resume(failed, settle=0)
    assert [code.value for code in finished] == list("abac")
    assert harness.values() == Counter("abac")


def test_a_voucher_id_in_capitals(connect: Connect) -> None:
    """The case of an id does not matter: the code is found."""
    harness = Harness(connect)
    harness.mock.inject(drop_after(), ADD, calls=1)
    codes = [VoucherCodeAddParameters(harness.voucher_id.upper(), "a")]
    failed = failure(harness.client.voucher_codes.add, codes)
    harness.client.voucher_codes.resume(failed, settle=0)
    assert harness.values() == Counter("a")


def test_resume_reports_progress(connect: Connect) -> None:
    """`on_progress` of `resume` goes on where the `add` has stopped."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(1))
    harness.mock.inject(that_reach([2], error(403)), ADD)
    failed = failure(harness.client.voucher_codes.add, harness.codes("abc"))
    received: list[Progress] = []
    harness.client.voucher_codes.resume(failed, on_progress=received.append, settle=0)
    assert [(one.done, one.total) for one in received] == [(2, 3), (3, 3)]


def test_an_error_of_a_stream_is_resumed(connect: Connect) -> None:
    """An error of `add_batches` is resumed like one of `add`."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach([2], drop_after()), ADD)
    batches = iter(harness.client.voucher_codes.add_batches(harness.codes("abcdef")))
    first = next(batches)
    failed = failure(next, batches)
    rest = harness.client.voucher_codes.resume(failed, settle=0)
    assert [one.result.value for one in first] + [code.value for code in rest] == list("abcdef")
    assert harness.values() == Counter("abcdef")


def test_an_error_of_the_other_resource_is_refused(connect: Connect) -> None:
    """It is a `ValueError` that names the operation, and nothing is sent."""
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
        (partial(codes.resume, settle=0), (of_vouchers, of_update)),
        (partial(vouchers.resume, settle=0), (of_codes, of_delete)),
    ):
        for failed in wrong:
            with pytest.raises(ValueError, match=failed.operation):
                resume(failed)
    assert len(harness.sent) == sent


@pytest.mark.parametrize("name", ["403", "500", "done, then dropped", "dropped before"])
def test_an_update_and_a_delete_are_resumed(connect: Connect, name: str) -> None:
    """What is missing of them is sent again; ids that are gone already count as deleted."""
    harness = Harness(connect)
    for operation in (UPDATE, DELETE):
        harness.mock.inject(that_reach(range(2, 30), FAULTS[name][0]), operation)
    harness.mock.inject(too_many_above(2))
    code_ids = harness.add_codes(5)
    updates = [voucher_update(harness.mock.add_voucher(), name="New") for _ in range(5)]
    of_update = failure(harness.client.vouchers.update, updates)
    of_delete = failure(harness.client.voucher_codes.delete, code_ids)
    harness.mock.clear_faults()
    updated = harness.client.vouchers.resume(of_update)
    assert [one.id for one in updated] == [one.voucher_id for one in updates]
    assert {one.name for one in updated} == {"New"}
    assert harness.client.voucher_codes.resume(of_delete) == []
    assert harness.active_ids() == set()


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
    """Vouchers with an `ExternalIdentifier` are resumed like codes."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(limit))
    harness.mock.inject(that_reach([first + 1], FAULTS[name][0]), ADD_VOUCHERS)
    vouchers = external(harness, *identifiers)
    added, failed = attempted(harness.client.vouchers.add, vouchers)
    finished = finish(partial(harness.client.vouchers.resume, settle=0), failed, added)
    assert [voucher.external_identifier for voucher in finished] == identifiers
    on_server = [one for one in harness.mock.vouchers if one["ExternalIdentifier"]]
    assert Counter(one["ExternalIdentifier"] for one in on_server) == Counter(identifiers)
    assert {voucher.id for voucher in finished} == {one["Id"] for one in on_server}


@pytest.mark.parametrize("identifier", [None, ""])
def test_vouchers_that_cannot_be_recognised(connect: Connect, identifier: str | None) -> None:
    """Without an `ExternalIdentifier`, `resume` sends nothing while vouchers are unknown."""
    harness = Harness(connect)
    harness.mock.inject(drop_after(), ADD_VOUCHERS, calls=1)
    failed = failure(harness.client.vouchers.add, external(harness, "x", identifier))
    sent = len(harness.sent)
    again = failure(harness.client.vouchers.resume, failed, settle=0)
    assert isinstance(again.cause, OutcomeUnknownError)
    assert "position 1 has no external_identifier" in str(again)
    assert outcomes(again) == outcomes(failed)
    assert len(harness.sent) == sent


def test_vouchers_that_need_not_be_recognised(connect: Connect) -> None:
    """Without an `ExternalIdentifier`, `resume` adds vouchers that were certainly not added."""
    harness = Harness(connect)
    harness.mock.inject(error(403), ADD_VOUCHERS, calls=1)
    failed = failure(harness.client.vouchers.add, external(harness, None))
    (finished,) = harness.client.vouchers.resume(failed, settle=0)
    assert finished.id in {one["Id"] for one in harness.mock.vouchers}


def test_vouchers_that_an_earlier_resume_may_have_added(connect: Connect) -> None:
    """A second `resume` of the same error is rejected if vouchers cannot be recognised."""
    harness = Harness(connect)
    harness.mock.inject(error(403), ADD_VOUCHERS, calls=1)
    failed = failure(harness.client.vouchers.add, external(harness, "x", None))
    assert len(harness.client.vouchers.resume(failed, settle=0)) == 2
    copied = pickle.loads(pickle.dumps(failed))
    again = failure(harness.client.vouchers.resume, copied, settle=0)
    assert isinstance(again.cause, OutcomeUnknownError)
    assert "position 1 has no external_identifier" in str(again)
    assert harness.sizes(ADD_VOUCHERS) == [2, 2]


def test_vouchers_of_a_portfolio_are_resumed(connect: Connect) -> None:
    """Vouchers, too, are added to the enterprise of the failed `add`, even after pickling."""
    harness = Harness(connect, portfolio=True)
    harness.mock.inject(drop_after(), ADD_VOUCHERS, calls=1)
    enterprise_id = harness.enterprise.id
    vouchers = external(harness, "x", "y")
    failed = failure(harness.client.vouchers.add, vouchers, enterprise_id=enterprise_id)
    finished = harness.client.vouchers.resume(pickle.loads(pickle.dumps(failed)), settle=0)
    assert [voucher.external_identifier for voucher in finished] == ["x", "y"]
    assert harness.sizes(ADD_VOUCHERS) == [2]
    lookups = [one.body for one in harness.mock.requests if one.operation == VOUCHERS]
    assert lookups
    for lookup in lookups:
        assert lookup["EnterpriseIds"] == [enterprise_id]
        assert lookup["ServiceIds"] == [harness.service_id]


def test_a_deleted_voucher_does_not_count(connect: Connect) -> None:
    """A deleted voucher with the same `ExternalIdentifier` is not taken for the added one."""
    harness = Harness(connect)
    harness.mock.inject(drop_before(httpx.ReadTimeout), ADD_VOUCHERS, calls=1)
    harness.client.vouchers.delete([harness.mock.add_voucher(ExternalIdentifier="x")])
    failed = failure(harness.client.vouchers.add, external(harness, "x"))
    (finished,) = harness.client.vouchers.resume(failed, settle=0)
    same = [one for one in harness.mock.vouchers if one["ExternalIdentifier"] == "x"]
    assert [one["Id"] for one in same if one["IsActive"]] == [finished.id]


def test_resume_returns_models(connect: Connect) -> None:
    """`resume` returns generated models, whether an item was found or added."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(1))
    harness.mock.inject(that_reach([2], drop_after()), ADD)
    harness.mock.inject(drop_after(), ADD_VOUCHERS, calls=1)
    codes = harness.client.voucher_codes.resume(
        failure(harness.client.voucher_codes.add, harness.codes("abc")), settle=0
    )
    vouchers = harness.client.vouchers.resume(
        failure(harness.client.vouchers.add, external(harness, "x")), settle=0
    )
    assert {type(code) for code in codes} == {VoucherCode}
    assert {type(voucher) for voucher in vouchers} == {Voucher}


def drop_id(code: JsonObject) -> None:
    """Remove the id of a code."""
    del code["Id"]


def capitalize_id(code: JsonObject) -> None:
    """Write the id of a code in capitals."""
    code["Id"] = code["Id"].upper()


@pytest.mark.parametrize("spell", [drop_id, capitalize_id])
def test_ids_that_differ_between_responses(
    connect: Connect, spell: Callable[[JsonObject], None]
) -> None:
    """A succeeded code counts for itself alone, even if its id is missing or in capitals."""

    def respelt(found: list[JsonObject]) -> list[JsonObject]:
        for code in found:
            spell(code)
        return found

    harness = Harness(connect)
    harness.mock.inject(change_items(respelt), ADD, calls=1)
    harness.mock.inject(drop_before(httpx.ReadTimeout), ADD, calls=2)
    codes = [VoucherCodeAddParameters(harness.voucher_id, f"A{n}") for n in [*range(1_000), 0]]
    failed = failure(harness.client.voucher_codes.add, codes)
    assert len(harness.client.voucher_codes.resume(failed, settle=0)) == 1_001
    assert harness.values()["A0"] == 2
