"""An update or a deletion that names an id again is refused in each run of the write.

A run is a call, a `resume()` of its error or of a copy, or the same call with its journal.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import (
    BadRequestError,
    BatchError,
    InvalidItemError,
    Journal,
    voucher_update,
)
from mews_vouchers.mock import MockResponse
from mews_vouchers.mock.faults import Fault, FaultedCall, drop_after, drop_before, error

from tests.support.batch_errors import COPIES
from tests.support.clients import Connect
from tests.support.harness import Harness, failure, outcomes
from tests.support.hypothesis_profiles import UNSHRUNK, examples
from tests.support.mock_api import UNKNOWN_ID

UPDATE, DELETE = "vouchers/update", "voucherCodes/delete"
#: One more than fit into a request.
COUNT = 1_001
FAULTS: dict[str, Fault] = {
    "401": error(401),
    "500": error(500),
    "500, applied": error(500, applied=True),
    "no request": drop_before(),
    "no response": drop_after(),
}


@dataclass
class Write:
    """A write of many items, of which some name the id of an earlier one. Any: either client."""

    harness: Harness
    operation: str
    ids: list[str]
    #: The first position of each id that is there again, by the position of the other.
    first: dict[int, int]

    @property
    def items(self) -> list[Any]:
        """The items; each update has its position as the new name."""
        ids = [*self.ids]
        for position, first in sorted(self.first.items()):
            ids.insert(position, ids[first].upper())
        if self.operation == DELETE:
            return ids
        return [voucher_update(one, name=f"{at}") for at, one in enumerate(ids)]

    def call(self, **options: Any) -> object:
        """Call the write."""
        if self.operation == UPDATE:
            return self.harness.client.vouchers.update(self.items, **options)
        return self.harness.client.voucher_codes.delete(self.items, **options)

    def resume(self, failed: BatchError, **options: Any) -> object:
        """Resume it."""
        client = self.harness.client
        resource = client.vouchers if self.operation == UPDATE else client.voucher_codes
        return resource.resume(failed, settle=0, **options)

    def applied(self) -> set[str]:
        """Return what was changed: the new names, or the ids of deleted codes."""
        mock = self.harness.mock
        if self.operation == UPDATE:
            return {one["Name"] for one in mock.vouchers if one["Name"].isdecimal()}
        return {one["Id"] for one in mock.codes if not one["IsActive"]}

    def expected(self) -> set[str]:
        """Return what is to be changed at last."""
        if self.operation == DELETE:
            return {*self.ids}
        return {str(at) for at in range(len(self.items)) if at not in self.first}


def write_of(connect: Connect, operation: str, *duplicates: tuple[int, int]) -> Write:
    """Return a write with some duplicates: their positions, and those of the first."""
    harness = Harness(connect)
    if operation == DELETE:
        ids = harness.add_codes(COUNT)
    else:
        ids = [harness.mock.add_voucher(Name="old") for _ in range(COUNT)]
    return Write(harness, operation, ids, dict(duplicates))


def check_rejected(write: Write, failed: BatchError) -> None:
    """Check that of the items that were judged, the duplicates are refused, and no others are."""
    for one in outcomes(failed):
        is_repetition = isinstance(one.error, InvalidItemError)
        assert is_repetition is (one.position in write.first and one in failed.rejected)
        if is_repetition:
            first = write.first[one.position]
            assert str(one.error).endswith(f"has the same id as the item at position {first}")
    succeeded = {one.position for one in failed.succeeded}
    assert succeeded.isdisjoint(write.first)
    assert write.applied() <= write.expected()


@pytest.mark.parametrize("on_rejected", ["stop", "isolate"])
@pytest.mark.parametrize("operation", [UPDATE, DELETE])
@pytest.mark.parametrize("kept", [None, *COPIES, "journal"])
def test_a_duplicate_stays_refused(
    connect: Connect, tmp_path: Path, kept: str | None, operation: str, on_rejected: str
) -> None:
    """Each later run has the same error for the same item, and sends nothing of its batch."""
    write = write_of(connect, operation, (1_000, 0))
    journal = tmp_path / "journal" if kept == "journal" else None
    failed = failure(write.call, on_rejected=on_rejected, journal=journal)
    for _ in range(2):
        assert [one.position for one in failed.rejected] == [1_000]
        check_rejected(write, failed)
        requests = len(write.harness.mock.requests)
        if journal is not None:
            failed = failure(write.call, on_rejected=on_rejected, journal=journal)
        else:
            copied = COPIES[kept](failed) if kept is not None else failed
            failed = failure(write.resume, copied, on_rejected=on_rejected)
        assert len(write.harness.mock.requests) == requests
    write.resume(failed.without([1_000]))
    assert write.applied() == write.expected()


def test_a_duplicate_of_a_refused_item_is_refused(connect: Connect, tmp_path: Path) -> None:
    """Also if the run that the server refused the first one in has stopped before the other."""
    write = write_of(connect, DELETE)
    write.ids = [UNKNOWN_ID, *write.ids[: COUNT - 2], UNKNOWN_ID]
    options: dict[str, Any] = {"journal": tmp_path / "journal", "on_rejected": "isolate"}
    write.harness.mock.inject(lose_rights_after(UNKNOWN_ID), DELETE)
    failed = failure(write.call, **options)
    assert [one.position for one in failed.rejected if one.position in {0, COUNT - 1}] == [0]
    write.harness.mock.clear_faults()
    failed = failure(write.call, **options)
    first, other = failed.rejected
    assert isinstance(first.error, BadRequestError)
    assert isinstance(other.error, InvalidItemError)
    assert write.applied() == {*write.ids} - {UNKNOWN_ID}


def lose_rights_after(refused: str) -> Fault:
    """Let each request fail with a 401 after one that had a single id, which is refused."""
    seen: list[bool] = []

    def fault(call: FaultedCall) -> MockResponse:
        seen.append(call.body["VoucherCodeIds"] == [refused])
        return error(401)(call) if any(seen[:-1]) else call.proceed()

    return fault


@settings(max_examples=examples(12), phases=UNSHRUNK)
@given(data=st.data())
def test_no_chain_of_runs_applies_a_duplicate(
    connect: Connect, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Whatever fails and however the error is kept, duplicates stay refused, and the rest is done.

    At the end they are left out, which completes the write.
    """
    places = st.integers(1, COUNT).flatmap(
        lambda place: st.tuples(st.just(place), st.integers(0, place - 1))
    )
    duplicates = data.draw(st.lists(places, min_size=1, max_size=2, unique_by=lambda one: one[0]))
    write = write_of(connect, data.draw(st.sampled_from([UPDATE, DELETE])), *_chained(duplicates))
    journal = data.draw(st.sampled_from([None, tmp_path_factory.mktemp("runs") / "journal"]))
    failed: BatchError | None = None
    for _ in range(data.draw(st.integers(1, 4))):
        fault = data.draw(st.sampled_from([None, *FAULTS]))
        write.harness.mock.clear_faults()
        if fault is not None:
            calls = data.draw(st.integers(1, 2))
            write.harness.mock.inject(FAULTS[fault], write.operation, calls=calls)
        options: dict[str, Any] = {
            "on_rejected": data.draw(st.sampled_from(["stop", "isolate"])),
            "concurrency": data.draw(st.sampled_from([1, 3])),
        }
        if journal is not None:
            failed = failure(write.call, journal=journal, settle=0, **options)
        elif failed is None:
            failed = failure(write.call, **options)
        else:
            copied = COPIES[data.draw(st.sampled_from([*COPIES]))](failed)
            failed = failure(write.resume, copied, **options)
        check_rejected(write, failed)
    write.harness.mock.clear_faults()
    if journal is not None:
        with Journal(journal) as opened:
            failed = opened.batch_error()
    assert failed is not None
    write.resume(failed.without(write.first))
    assert write.applied() == write.expected()


def _chained(duplicates: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return duplicates with the first position of their id, also if it is there three times."""
    found: dict[int, int] = {}
    for position, first in sorted(duplicates):
        found[position] = found.get(first, first)
    return [*found.items()]
