"""Listing vouchers and codes, in several steps and with any filters."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain, islice, repeat
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule
from mews_vouchers import MewsError
from mews_vouchers_client.models import ActivityState

from tests.support.seeding import CODES, VOUCHERS, scattered, unknown_ids

from .fault_kinds import EMPTY, READABLE, READING, OccurredFaults, PlannedFault, planned_faults
from .machine import EXTERNAL, PLACES, RARELY, SOMETIMES, Data, Machine
from .model import JsonObject, Ledger

_OVERLAPPING = ("company_ids", "voucher_code_values")
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)


class Step(NamedTuple):
    """One step of a listing."""

    page_size: int
    #: The number of items or pages after which it ends.
    take: int
    how: str


Steps = Sequence[Step]

STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from([1, 2, 3, 5, 1_000]),
        st.integers(0, 6),
        st.sampled_from(["items", "pages", "max_items"]),
    ),
    max_size=4,
)
LAST = Step(page_size=2, take=1_000, how="pages")


class Listing(Machine):
    """The rules that list."""

    @rule(what=st.sampled_from(["codes", "vouchers"]), steps=STEPS, data=st.data())
    def list_all(self, what: str, steps: Steps, data: Data) -> None:
        """List with any filters, in any steps; no fault loses an item."""
        self._list(what, steps, data)

    def _list(self, what: str, steps: Steps, data: Data) -> None:
        is_codes = what == "codes"
        resource = self.client.voucher_codes if is_codes else self.client.vouchers
        filters = self._code_filters(data) if is_codes else self._voucher_filters(data)
        get_all = partial(resource.get_all, **_for_client(filters))
        planned = data.draw(planned_faults(CODES if is_codes else VOUCHERS, kinds=_kinds(filters)))
        with self._doing(f"list {what}", _without_contradiction(planned)) as done:
            listed = self._list_in_steps(get_all, steps, done.occurred)
        cursors = {one.body["Limitation"].get("Cursor") for one in done.requests}
        self._note("several pages", len(cursors) > 2)
        expected = (self.model.matching_codes if is_codes else self.model.matching_vouchers)(
            filters
        )
        if _is_partitioned(filters):
            self._note("several partitions", len(done.requests) > 1)
            # The partitions define the order: by time, newest first.
            order = {one.id: place for place, one in enumerate(get_all())}
            expected = sorted(expected, key=lambda one: order[one["Id"]])
        self._check_listed(listed, expected, done.occurred)

    def _voucher_filters(self, data: Data) -> JsonObject:
        model = self.model
        return {
            "service_ids": data.draw(st.sampled_from([self.services] * 3 + [self.services[:1]])),
            **_draw_filters(
                data,
                model.vouchers,
                voucher_ids=model.vouchers.ids(),
                company_ids=self.companies,
                voucher_code_values=[one["Value"] for one in model.codes.items],
                external_identifiers=[
                    one[EXTERNAL] for one in model.vouchers.items if one[EXTERNAL]
                ],
                activity_states=[*ActivityState],
            ),
        }

    def _code_filters(self, data: Data) -> JsonObject:
        owners = self.model.vouchers.ids()
        voucher_ids = data.draw(st.sampled_from([owners, owners, owners[::2]]))
        return {
            "voucher_ids": _maybe_long(data, voucher_ids),
            **_draw_filters(data, self.model.codes, voucher_code_ids=self.model.codes.ids()),
        }

    def _list_in_steps(
        self, get_all: Callable[..., Any], steps: Steps, occurred: OccurredFaults
    ) -> list[Any]:
        """List in steps, each from the last checkpoint, also after an error."""
        listed: list[Any] = []
        checkpoint, sizes = None, set[int]()
        for step in chain(steps, repeat(LAST, 30)):
            max_items = step.take if step.how == "max_items" else None
            pager = get_all(page_size=step.page_size, max_items=max_items, checkpoint=checkpoint)
            try:
                finished = _take(pager, step, listed)
            except MewsError as error:
                assert occurred.kinds, "it failed without a fault"
                checkpoint = error.checkpoint
                self._note("continued after an error", checkpoint is not None)
                continue
            checkpoint = pager.checkpoint
            sizes.add(step.page_size)
            self._note(
                "continued with another page size", len(sizes) > 1 and checkpoint is not None
            )
            if finished:
                return listed
        pytest.fail("it never ends")

    def _check_listed(
        self, listed: list[Any], expected: list[JsonObject], occurred: OccurredFaults
    ) -> None:
        """Check that a listing has all items, each once and in order, except hidden ones."""
        by_name = {one.get("Value", one.get("Name")): one for one in expected}
        known = by_name | {one["Id"]: one for one in expected}
        shown = [item.to_dict() for item in listed]
        found = [known[one.get("Id") or one.get("Value", one.get("Name"))] for one in shown]
        ids = {one["Id"] for one in found}
        missing = {name: one["Id"] for name, one in by_name.items() if one["Id"] not in ids}
        hidden = occurred.hidden
        assert all({name, one} & hidden for name, one in missing.items()), "lost"
        assert found == [one for one in expected if one["Id"] in ids], "duplicated, or out of order"
        self._note("an item that could not be listed", bool(missing))
        for one, item in zip(shown, found, strict=True):
            assert occurred.loss or one == item
            assert all(value in {item[name], "Unheard"} for name, value in one.items())


def _draw_filters(data: Data, ledger: Ledger, **values: Sequence[str]) -> JsonObject:
    """Draw filters: mostly none; some with unknown values, some so long that they are split."""
    filters: JsonObject = {}
    for name, some in values.items():
        if data.draw(SOMETIMES):
            filters[name] = [some[n % len(some)] for n in data.draw(PLACES)] if some else []
            if name != "activity_states":
                filters[name] = _maybe_long(data, filters[name])
    if data.draw(SOMETIMES) and ledger.items:
        times = st.sampled_from([one["UpdatedUtc"] for one in ledger.items])
        start, end = sorted([data.draw(times), data.draw(times)])
        filters["updated"] = (data.draw(st.sampled_from([start, "2025-12-31T12:00:00Z"])), end)
    return filters


def _maybe_long(data: Data, values: list[str]) -> list[str]:
    """Sometimes put values among so many unknown ones that the filter must be split."""
    is_long = data.draw(RARELY)
    return scattered(values, unknown_ids(1_001)) if is_long else values


def _kinds(filters: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the faults that lose nothing: overlapping partitions need ids."""
    overlap = any(len(filters.get(one, ())) > 1_000 for one in _OVERLAPPING)
    return READABLE if overlap else READING


def _for_client(filters: Mapping[str, Any]) -> JsonObject:
    """Return filters as arguments of the client."""
    updated = [datetime.fromisoformat(one) for one in filters.get("updated", ())]
    return {**filters, "updated": tuple(updated) or None}


def _is_partitioned(filters: Mapping[str, Any]) -> bool:
    """Return whether a listing with these filters needs several partitions."""
    if any(len(values) > 1_000 for values in filters.values()):
        return True
    start, end = _for_client(filters)["updated"] or (_NEVER, _NEVER)
    return bool(end - start > timedelta(days=89))


def _without_contradiction(planned: list[PlannedFault]) -> list[PlannedFault]:
    """Leave out faults that no client could handle together with empty pages.

    Without a cursor, an empty page looks like the last one. Without ids, a checkpoint is a
    number of items, and an empty page has none to count.
    """
    empty = any(one.kind == EMPTY for one in planned)
    return [one for one in planned if not (empty and one.kind in {"no cursor", "no ids"})]


def _take(pager: Any, step: Step, into: list[Any]) -> bool:
    """List a step; return whether the listing ended."""
    pages = step.how == "pages"
    with closing(iter(pager.pages() if pages else pager)) as iterator:
        number = 0
        for number, one in enumerate(islice(iterator, step.take), start=1):  # noqa: B007
            into += one.items if pages else [one]
    return number < step.take
