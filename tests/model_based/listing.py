"""Listing vouchers and codes, in stretches and with any filters."""

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

from tests.support.seeding import CODES, VOUCHERS, nobodies, scattered

from .fault_kinds import EMPTY, READABLE, READING, Met, Trouble, troubles
from .machine import EXTERNAL, PLACES, RARELY, SOMETIMES, Data, Machine
from .model import JsonObject, Ledger

_OVERLAPPING = ("company_ids", "voucher_code_values")
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)


class Leg(NamedTuple):
    """One stretch of a listing."""

    page_size: int
    #: After how many items or pages it ends.
    take: int
    how: str


Legs = Sequence[Leg]

LEGS = st.lists(
    st.builds(
        Leg,
        st.sampled_from([1, 2, 3, 5, 1_000]),
        st.integers(0, 6),
        st.sampled_from(["items", "pages", "max_items"]),
    ),
    max_size=4,
)
LAST = Leg(page_size=2, take=1_000, how="pages")


class Listing(Machine):
    """What lists."""

    @rule(what=st.sampled_from(["codes", "vouchers"]), legs=LEGS, data=st.data())
    def list_all(self, what: str, legs: Legs, data: Data) -> None:
        """List with any filters, in any stretches, and lose nothing by what goes wrong."""
        self._list(what, legs, data)

    def _list(self, what: str, legs: Legs, data: Data) -> None:
        is_codes = what == "codes"
        resource = self.client.voucher_codes if is_codes else self.client.vouchers
        wanted = self._code_filters(data) if is_codes else self._voucher_filters(data)
        get_all = partial(resource.get_all, **_for_client(wanted))
        trouble = data.draw(troubles(CODES if is_codes else VOUCHERS, kinds=_kinds(wanted)))
        with self._doing(f"list {what}", _without_contradiction(trouble)) as done:
            listed = self._listed(get_all, legs, done.met)
        cursors = {one.body["Limitation"].get("Cursor") for one in done.requests}
        self._note("several pages", len(cursors) > 2)
        expected = (self.model.matching_codes if is_codes else self.model.matching_vouchers)(wanted)
        if _in_parts(wanted):
            self._note("several parts", len(done.requests) > 1)
            # The parts give the order: by time, from new to old.
            order = {one.id: place for place, one in enumerate(get_all())}
            expected = sorted(expected, key=lambda one: order[one["Id"]])
        self._check_listed(listed, expected, done.met)

    def _voucher_filters(self, data: Data) -> JsonObject:
        model = self.model
        return {
            "service_ids": data.draw(st.sampled_from([self.services] * 3 + [self.services[:1]])),
            **_drawn(
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
        wanted = data.draw(st.sampled_from([owners, owners, owners[::2]]))
        return {
            "voucher_ids": _maybe_long(data, wanted),
            **_drawn(data, self.model.codes, voucher_code_ids=self.model.codes.ids()),
        }

    def _listed(self, get_all: Callable[..., Any], legs: Legs, met: Met) -> list[Any]:
        """List in stretches, each from the checkpoint of the one before; after an error, too."""
        listed: list[Any] = []
        cursor, sizes = None, set[int]()
        for leg in chain(legs, repeat(LAST, 30)):
            most = leg.take if leg.how == "max_items" else None
            pager = get_all(page_size=leg.page_size, max_items=most, cursor=cursor)
            try:
                finished = _take(pager, leg, listed)
            except MewsError as error:
                assert met.kinds, "it failed although nothing went wrong"
                cursor = error.checkpoint
                self._note("went on after an error", cursor is not None)
                continue
            cursor = pager.checkpoint
            sizes.add(leg.page_size)
            self._note("went on with another page size", len(sizes) > 1 and cursor is not None)
            if finished:
                return listed
        pytest.fail("it does not come to an end")

    def _check_listed(self, listed: list[Any], expected: list[JsonObject], met: Met) -> None:
        """Check that a listing has all items, each once and in order, but for hidden ones."""
        by_name = {one.get("Value", one.get("Name")): one for one in expected}
        known = by_name | {one["Id"]: one for one in expected}
        shown = [item.to_dict() for item in listed]
        found = [known[one.get("Id") or one.get("Value", one.get("Name"))] for one in shown]
        ids = {one["Id"] for one in found}
        missing = {name: one["Id"] for name, one in by_name.items() if one["Id"] not in ids}
        hidden = met.hidden
        assert all({name, one} & hidden for name, one in missing.items()), "lost"
        assert found == [one for one in expected if one["Id"] in ids], "doubled, or out of order"
        self._note("an item that nobody could list", bool(missing))
        for one, wanted in zip(shown, found, strict=True):
            assert met.loss or one == wanted
            assert all(value in {wanted[name], "Unheard"} for name, value in one.items())


def _drawn(data: Data, ledger: Ledger, **values: Sequence[str]) -> JsonObject:
    """Draw filters: mostly none; some with values of nobody, some so long that they are cut."""
    wanted: JsonObject = {}
    for name, some in values.items():
        if data.draw(SOMETIMES):
            wanted[name] = [some[n % len(some)] for n in data.draw(PLACES)] if some else []
            if name != "activity_states":
                wanted[name] = _maybe_long(data, wanted[name])
    if data.draw(SOMETIMES) and ledger.items:
        moments = st.sampled_from([one["UpdatedUtc"] for one in ledger.items])
        start, end = sorted([data.draw(moments), data.draw(moments)])
        wanted["updated"] = (data.draw(st.sampled_from([start, "2025-12-31T12:00:00Z"])), end)
    return wanted


def _maybe_long(data: Data, values: list[str]) -> list[str]:
    """Put values among so many of nobody, now and then, that the filter has to be cut."""
    is_long = data.draw(RARELY)
    return scattered(values, nobodies(1_001)) if is_long else values


def _kinds(wanted: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the faults that lose nothing: where parts overlap, ids are needed to tell them."""
    overlap = any(len(wanted.get(one, ())) > 1_000 for one in _OVERLAPPING)
    return READABLE if overlap else READING


def _for_client(wanted: Mapping[str, Any]) -> JsonObject:
    """Return filters as the client takes them."""
    updated = [datetime.fromisoformat(one) for one in wanted.get("updated", ())]
    return {**wanted, "updated": tuple(updated) or None}


def _in_parts(wanted: Mapping[str, Any]) -> bool:
    """Tell whether a listing with these filters takes several of the API's."""
    if any(len(values) > 1_000 for values in wanted.values()):
        return True
    start, end = _for_client(wanted)["updated"] or (_NEVER, _NEVER)
    return bool(end - start > timedelta(days=89))


def _without_contradiction(trouble: list[Trouble]) -> list[Trouble]:
    """Leave out what nobody could make up for, where pages come without their items.

    Without a cursor, such a page looks like the last one. Without ids, a checkpoint is a number of
    items, and such a page has nothing to count.
    """
    empty = any(one.kind == EMPTY for one in trouble)
    return [one for one in trouble if not (empty and one.kind in {"no cursor", "no ids"})]


def _take(pager: Any, leg: Leg, into: list[Any]) -> bool:
    """List a stretch; tell whether the listing came to its end."""
    pages = leg.how == "pages"
    with closing(iter(pager.pages() if pages else pager)) as iterator:
        number = 0
        for number, one in enumerate(islice(iterator, leg.take), start=1):  # noqa: B007
            into += one.items if pages else [one]
    return number < leg.take
