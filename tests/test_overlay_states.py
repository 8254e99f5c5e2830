"""Both clients against a model of what must be true: any calls, in any order, whatever goes wrong.

Hypothesis chooses what is done, and which faults its calls meet; `model.py` knows what may come of
it. Each promise by itself is tested elsewhere; here they have to hold together.

What the model takes from the documentation, and does not hold against the clients:

- Values, names and external identifiers are unique, because `resume` recognises items by them.
- `resume` looks among the active ones: what was deleted since the failure is added again.
- A delete that is sent again counts what it finds gone as deleted.
- Only the newest error of an `add` is resumed.
"""

import logging
import pickle
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain, count, islice, repeat
from typing import Any, NamedTuple

import pytest
from clients import Connect
from effort import examples
from fault_kinds import ALL, EMPTY, READABLE, READING, Met, Trouble, happening, troubles
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from mews_vouchers import (
    BatchError,
    MewsError,
    Outcome,
    OutcomeUnknownError,
    Progress,
    voucher_update,
)
from mews_vouchers.mock import MockMews, RecordedRequest
from mews_vouchers_client.models import (
    ActivityState,
    VoucherAddParameters,
    VoucherCode,
    VoucherCodeAddParameters,
    VoucherTypeEnum,
)
from mock_api import NOBODY
from model import DELETED, Asked, JsonObject, Ledger, Model
from seeding import CODES, VOUCHERS, nobodies, post, scattered

#: Without shrinking: a failure prints its steps, and making them fewer would take minutes.
SETTINGS = settings(
    max_examples=examples(50),
    stateful_step_count=10,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)

#: Any: an error of adding codes or of adding vouchers.
Failed = BatchError[Any, Any]
Data = st.DataObject

#: What a run must have reached, besides all kinds of faults; else it has shown nothing.
REACHED = {
    "add vouchers",
    "add codes",
    "add codes in batches",
    "update vouchers",
    "delete vouchers",
    "delete codes",
    "list vouchers",
    "list codes",
    "resume vouchers",
    "resume voucherCodes",
    "resume a pickled error",
    "resume, which failed again",
    "resume, whose look-up failed",
    "resume, which found what was lost",
    "resume, which found nothing and added it",
    "resume, refused without identifiers",
    "an add stopped half-way",
    "unknown, and there",
    "unknown, and not there",
    "an update stopped half-way",
    "a delete stopped half-way",
    "a deleted item refused",
    "done, although an answer was lost",
    "several batches",
    "several pages",
    "several parts",
    "went on after an error",
    "went on with another page size",
    "an item that nobody could list",
}


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


class Clock:
    """Moves on by eight hours whenever it is read, so that months go by."""

    def __init__(self) -> None:
        self._now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time, and move on."""
        self._now += timedelta(hours=8)
        return self._now


class Done:
    """What came of one action. Any: what the client returns."""

    def __init__(self, met: Met) -> None:
        #: What went wrong.
        self.met = met
        self.requests: Sequence[RecordedRequest] = ()
        self.result: Any = None
        self.failed: Failed | None = None

    def tries(self, call: Callable[..., Any], *args: object, **kwargs: object) -> None:
        """Make a call that may stop half-way."""
        try:
            self.result = call(*args, **kwargs)
        except BatchError as error:
            self.failed = error


class Overlay(RuleBasedStateMachine):
    """A client, a mock that it must not see through, and what must be true of it.

    Hypothesis leaves some rules out of most examples. So these are few, each for several
    operations, and an example begins with some of everything.
    """

    failures: Bundle[Failed] = Bundle("failures")

    def __init__(self, connect: Connect, seen: Counter[str]) -> None:
        super().__init__()
        self.mock = MockMews(seed=7, enterprises=2, clock=Clock())
        self.model = Model()
        self._connect = connect
        self._seen = seen
        self._numbers = count(1)

    @initialize(target=failures, limit=st.integers(1, 4), portfolio=st.booleans(), data=st.data())
    def begin(self, limit: int, data: Data, *, portfolio: bool) -> Any:  # what goes into the bundle
        """Connect to a mock that has something; do some of everything."""
        mine, other = self.mock.enterprises
        self.limit = limit
        self.where = {"enterprise_id": mine.id} if portfolio else {}
        self.client = self._connect(self.mock, portfolio=portfolio)
        self.services = list(mine.service_ids)
        self.companies = list(mine.company_ids)
        self.mock.seed(codes_per_voucher=2, enterprise=other)
        self.mock.seed(vouchers=2, codes_per_voucher=1)
        self.model.vouchers.items = self._truth(self.model.vouchers)
        self.model.codes.items = self._truth(self.model.codes)
        left = [self._add(what, 4, data) for what in ("vouchers", "codes")]
        for what in ("codes", "vouchers"):
            self._delete(what, data)
            self._list(what, data.draw(LEGS), data)
        return multiple(*filter(None, left))

    # --- adding

    @rule(
        target=failures,
        what=st.sampled_from(["codes", "codes in batches", "vouchers"]),
        number=st.integers(0, 8),
        data=st.data(),
    )
    def add(self, what: str, number: int, data: Data) -> Any:  # as above
        """Add something: all of it, or an error says what became of each."""
        return _left(self._add(what, number, data))

    def _add(self, what: str, number: int, data: Data) -> Failed | None:
        resource = self.client.vouchers if what == "vouchers" else self.client.voucher_codes
        items = [
            self._new_voucher(data) if what == "vouchers" else self._new_code(data)
            for _ in range(number)
        ]
        add = partial(_joined, resource.add_batches) if what.endswith("batches") else resource.add
        trouble = data.draw(troubles(f"{_path(items)}/add"))
        progress: list[Progress] = []
        with self._doing(f"add {what}", trouble) as done:
            done.tries(add, items, on_progress=progress.append, **self.where)
        self._note("several batches", sum(one.carried_out for one in done.requests) > 1)
        counted = [one.done for one in progress]
        assert counted == sorted(set(counted))
        assert done.failed or not items or counted[-1] == number
        self._settle(items, {*range(number)}, done)
        failed = done.failed
        while failed is not None and data.draw(st.booleans()):  # else later, or never
            failed = self._resume(failed, data, pickled=data.draw(st.booleans()))
        return failed

    def _new_voucher(self, data: Data) -> VoucherAddParameters:
        """Draw a voucher of either service; a few have no identifier of another system."""
        is_identified = not data.draw(_RARELY)
        return VoucherAddParameters(
            data.draw(st.sampled_from(self.services)),
            self._fresh("Voucher"),
            VoucherTypeEnum.PUBLIC,
            company_id=data.draw(st.sampled_from([None, *self.companies])),
            external_identifier=self._fresh("X") if is_identified else None,
        )

    def _new_code(self, data: Data) -> VoucherCodeAddParameters:
        """Draw a code, now and then of a deleted voucher: it will be refused."""
        ids = self.model.vouchers.ids(active=True) * 9 + self.model.vouchers.ids(active=False)
        return VoucherCodeAddParameters(data.draw(st.sampled_from(ids)), self._fresh("CODE"))

    @rule(target=failures, error=consumes(failures), pickled=st.booleans(), data=st.data())
    def resume(self, error: Failed, data: Data, *, pickled: bool) -> Any:  # as above
        """Finish adding something: all of it is there once, or a new error says the same."""
        return _left(self._resume(error, data, pickled=pickled))

    def _resume(self, error: Failed, data: Data, *, pickled: bool) -> Failed | None:
        items = [one.item for one in _outcomes(error)]
        path = _path(items)
        resource = self.client.vouchers if path == "vouchers" else self.client.voucher_codes
        if path == "vouchers" and not all(one.item.external_identifier for one in error.unknown):
            refused = pytest.raises(OutcomeUnknownError)
            with self._doing("resume, refused without identifiers", []) as done, refused:
                resource.resume(error)
            assert not done.requests
            return None
        there = {one.position: self._there(one.item) for one in error.unknown}
        found = {position for position, item in there.items() if item is not None}
        todo = {*range(len(items))} - {one.position for one in error.succeeded} - found
        trouble = data.draw(troubles(f"{path}/add", f"{path}/getAll", kinds=READABLE))
        again = pickle.loads(pickle.dumps(error)) if pickled else error
        with self._doing(f"resume {path}", trouble) as done:
            try:
                done.tries(resource.resume, again)
            except MewsError:
                assert done.met.kinds, "the look-up failed although nothing went wrong"
                self._note("resume, whose look-up failed")
                return error  # nothing was added, as the invariant will see
        self._note("resume a pickled error", pickled)
        self._note("resume, which failed again", done.failed is not None)
        self._note("resume, which found what was lost", bool(found))
        self._note("resume, which found nothing and added it", found < there.keys())
        self._settle(items, todo, done)
        return done.failed

    def _there(self, item: VoucherAddParameters | VoucherCodeAddParameters) -> JsonObject | None:
        """Return the active item that `resume` recognises as the one asked for."""
        if isinstance(item, VoucherCodeAddParameters):
            return self.model.codes.find(VoucherId=item.voucher_id, Value=item.value)
        return self.model.vouchers.find(
            ServiceId=item.service_id, ExternalIdentifier=item.external_identifier
        )

    def _settle(self, items: list[Any], todo: set[int], done: Done) -> None:
        """Check what adding or resuming says against what is there, and learn it.

        Args:
            items: The whole input.
            todo: The positions of those that were not there before.
            done: What came of it.
        """
        sent = [_sent(item) for item in items]
        if done.failed is None:
            assert len(done.result) == len(items)
            results: dict[int, Any]
            results, possible = dict(enumerate(done.result)), todo
        else:
            self._check_account(done, items)
            results = {one.position: one.result for one in done.failed.succeeded if one.result}
            assert results.keys() >= {*range(len(items))} - todo
            possible = todo & (results.keys() | {one.position for one in done.failed.unknown})
            owners = {one["VoucherId"] for one in sent if "VoucherId" in one}
            is_refused = not owners <= {*self.model.vouchers.ids(active=True)}
            assert done.met.kinds or is_refused, "it failed although nothing went wrong"
        asked = [Asked(sent[one], one in results) for one in sorted(possible)]
        ledger = self.model.vouchers if _path(items) == "vouchers" else self.model.codes
        number = ledger.learn(self._truth(ledger), asked)
        is_partial = done.failed is not None and 0 < len(results) < len(items)
        self._note("an add stopped half-way", is_partial)
        self._note("unknown, and there", number > sum(one.must for one in asked))
        self._note("unknown, and not there", number < len(asked))
        by_id = {item["Id"]: item for item in ledger.items}
        for position in todo & results.keys():
            if isinstance(results[position].id, str):
                assert sent[position].items() <= by_id[results[position].id].items()

    def _check_account(self, done: Done, items: Sequence[object]) -> None:
        """Check that an error tells of each item once, and calls none unknown without a reason."""
        assert done.failed is not None
        outcomes = _outcomes(done.failed)
        assert [one.position for one in outcomes] == [*range(len(outcomes))]
        assert [one.item for one in outcomes] == [*items[: len(outcomes)]]
        assert done.met.loss or not done.failed.unknown

    # --- changing and deleting

    @rule(data=st.data())
    def update(self, data: Data) -> None:
        """Change some vouchers; a deleted one is refused."""
        ids = self._some(data, self.model.vouchers, most=5)
        changes = [self._change(data) for _ in ids]
        updates = [
            voucher_update(one, **dict(change)) for one, change in zip(ids, changes, strict=True)
        ]
        with self._doing("update vouchers", data.draw(troubles("vouchers/update"))) as done:
            done.tries(self.client.vouchers.update, updates, **self.where)
        sure, possible = self._positions(ids, updates, done)
        assert done.failed or [one.name for one in done.result] == [one["name"] for one in changes]
        self._note("an update stopped half-way", done.failed is not None and bool(sure))
        names = {"name": "Name", "company_id": "CompanyId", "external_identifier": _EXTERNAL}
        asked = {
            ids[one]: Asked({names[k]: v for k, v in changes[one].items()}, one in sure)
            for one in possible
        }
        self.model.vouchers.learn(self._truth(self.model.vouchers), changed=asked)

    def _change(self, data: Data) -> JsonObject:
        """Draw new properties; the name is one of them, so that there is a change in any case."""
        change: JsonObject = {"name": self._fresh("Voucher")}
        if data.draw(_SOMETIMES):
            change["company_id"] = data.draw(st.sampled_from([None, *self.companies]))
        if data.draw(_SOMETIMES):
            change["external_identifier"] = data.draw(st.sampled_from([None, self._fresh("X")]))
        return change

    @rule(what=st.sampled_from(["codes", "codes", "vouchers"]), data=st.data())
    def delete(self, what: str, data: Data) -> None:
        """Delete something; what is gone already is refused."""
        self._delete(what, data)

    def _delete(self, what: str, data: Data) -> None:
        is_codes = what == "codes"
        ledger = self.model.codes if is_codes else self.model.vouchers
        delete = self.client.voucher_codes.delete if is_codes else self.client.vouchers.delete
        ids = self._some(data, ledger, most=6 if is_codes else 1)
        active = {*ledger.ids(active=True)}
        operation = "voucherCodes/delete" if is_codes else "vouchers/delete"
        with self._doing(f"delete {what}", data.draw(troubles(operation))) as done:
            done.tries(delete, ids, **self.where)
        sure, possible = self._positions(ids, ids, done)
        self._note("a delete stopped half-way", done.failed is not None and bool(sure))
        asked = {ids[one]: Asked(DELETED, one in sure) for one in possible if ids[one] in active}
        ledger.learn(self._truth(ledger), changed=asked)

    def _positions(
        self, ids: list[str], items: Sequence[object], done: Done
    ) -> tuple[set[int], set[int]]:
        """Return the positions of what surely happened, and of what may have happened."""
        active = {*self.model.vouchers.ids(active=True), *self.model.codes.ids(active=True)}
        gone = {position for position, one in enumerate(ids) if one not in active}
        sure = possible = {*range(len(ids))}
        if done.failed is not None:
            self._check_account(done, items)
            sure = {one.position for one in done.failed.succeeded}
            possible = sure | {one.position for one in done.failed.unknown}
            assert done.met.kinds or gone, "it failed although nothing went wrong"
            self._note("a deleted item refused", bool(gone - possible))
        assert done.met.loss or not sure & gone, "done to what was gone before"
        self._note("done, although an answer was lost", done.failed is None and done.met.loss)
        return sure, possible

    def _some(self, data: Data, ledger: Ledger, most: int) -> list[str]:
        """Draw ids, each once: nearly all of active items."""
        gone = [*ledger.ids(active=False), NOBODY]
        active = ledger.ids(active=True) or gone
        chosen = data.draw(_PLACES)[:most]
        pools = [gone if place % 25 == 0 else active for place in chosen]
        ids = [pool[place % len(pool)] for pool, place in zip(pools, chosen, strict=True)]
        return [*dict.fromkeys(ids)]

    # --- listing

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
                    one[_EXTERNAL] for one in model.vouchers.items if one[_EXTERNAL]
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

    # --- what holds at any time

    @invariant()
    def nothing_is_lost_and_nothing_doubled(self) -> None:
        """The mock and the client both show what the model knows, newest first."""
        vouchers, codes = self.model.vouchers, self.model.codes
        assert self._truth(vouchers) == vouchers.items
        assert self._truth(codes) == codes.items
        pages = self.client.vouchers.get_all(
            service_ids=self.services, page_size=1 + len(vouchers.items) // 2
        ).pages()
        assert [one.to_dict() for page in pages for one in page.items] == vouchers.items
        pages = self.client.voucher_codes.get_all(
            voucher_ids=vouchers.ids(), page_size=1 + len(codes.items) // 2
        ).pages()
        assert [one.to_dict() for page in pages for one in page.items] == codes.items

    # --- how

    def _truth(self, ledger: Ledger) -> list[JsonObject]:
        """Return what the mock has, asked without the client and without faults."""
        whole = {"Limitation": {"Count": 1_000}}
        if ledger is self.model.vouchers:
            extent = {"Vouchers": True}
            services = self.services
            found = post(self.mock, VOUCHERS, ServiceIds=services, Extent=extent, **whole)
            return list(found["Vouchers"])
        owners = self.model.vouchers.ids()
        return list(post(self.mock, CODES, VoucherIds=owners, **whole)["VoucherCodes"])

    @contextmanager
    def _doing(self, name: str, trouble: Sequence[Trouble]) -> Iterator[Done]:
        """Do something while things go wrong, and note both."""
        self._note(name)
        before = len(self.mock.requests)
        with happening(self.mock, trouble, self.limit) as met:
            done = Done(met)
            yield done
        done.requests = self.mock.requests[before:]
        self._seen.update(met.kinds.keys())

    def _note(self, event: str, happened: bool = True) -> None:  # noqa: FBT001, FBT002 - reads well
        if happened:
            self._seen[event] += 1

    def _fresh(self, name: str) -> str:
        """Return a text that nothing else has."""
        return f"{name}-{next(self._numbers)}"


_EXTERNAL = "ExternalIdentifier"
_RARELY = st.sampled_from([False] * 7 + [True])
_SOMETIMES = st.sampled_from([False, False, True])
#: Where in a list to take something from, whose length is known only then.
_PLACES = st.lists(st.integers(0, 99), min_size=1, max_size=6, unique=True)
_OVERLAPPING = ("company_ids", "voucher_code_values")


def _path(items: Sequence[object]) -> str:
    """Return what the vendor's addresses call the things to add."""
    is_vouchers = isinstance(next(iter(items), None), VoucherAddParameters)
    return "vouchers" if is_vouchers else "voucherCodes"


def _left(failed: Failed | None) -> Any:
    """Return what goes into the bundle, for another time. Any: Hypothesis has no type for it."""
    return multiple() if failed is None else failed


def _outcomes(failed: Failed) -> list[Any]:
    """Return the outcomes of all items, in the order of the input."""
    some = (failed.succeeded, failed.rejected, failed.unknown, failed.not_sent)
    return sorted(chain(*some), key=lambda one: one.position)


def _sent(item: VoucherAddParameters | VoucherCodeAddParameters) -> JsonObject:
    """Return what an item to add must look like on the wire."""
    if isinstance(item, VoucherCodeAddParameters):
        return {"VoucherId": item.voucher_id, "Value": item.value}
    return {
        "ServiceId": item.service_id,
        "Name": item.name,
        "CompanyId": item.company_id,
        _EXTERNAL: item.external_identifier,
    }


def _joined(
    add_batches: Callable[..., Any], items: list[Any], **kwargs: Any
) -> list[VoucherCode]:  # Any: as `add_batches` takes it
    """Add in batches, and look at them as a whole, as `add` does."""
    added: list[VoucherCode] = []
    try:
        for batch in add_batches(items, **kwargs):
            added += batch
    except BatchError as error:
        handed_out = enumerate(zip(items, added, strict=False))
        raise BatchError(
            error.operation,
            error.reason,
            succeeded=[*(Outcome(n, *one) for n, one in handed_out), *error.succeeded],
            rejected=error.rejected,
            unknown=error.unknown,
            not_sent=error.not_sent,
            enterprise_id=error.enterprise_id,
        ) from error
    return added


def _drawn(data: Data, ledger: Ledger, **values: Sequence[str]) -> JsonObject:
    """Draw filters: mostly none; some with values of nobody, some so long that they are cut."""
    wanted: JsonObject = {}
    for name, some in values.items():
        if data.draw(_SOMETIMES):
            wanted[name] = [some[n % len(some)] for n in data.draw(_PLACES)] if some else []
            if name != "activity_states":
                wanted[name] = _maybe_long(data, wanted[name])
    if data.draw(_SOMETIMES) and ledger.items:
        moments = st.sampled_from([one["UpdatedUtc"] for one in ledger.items])
        start, end = sorted([data.draw(moments), data.draw(moments)])
        wanted["updated"] = (data.draw(st.sampled_from([start, "2025-12-31T12:00:00Z"])), end)
    return wanted


def _maybe_long(data: Data, values: list[str]) -> list[str]:
    """Put values among so many of nobody, now and then, that the filter has to be cut."""
    is_long = data.draw(_RARELY)
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


_NEVER = datetime(2026, 1, 1, tzinfo=UTC)


def test_every_item_exactly_once_whatever_happens(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """Any calls in any order, and any faults: nothing is lost, doubled or told wrongly.

    And the run has reached everything that it is there for. Where it has not, because Hypothesis
    chooses otherwise in another version, `SETTINGS` has to take more examples.
    """
    caplog.set_level(logging.CRITICAL)  # each repeat is a warning: the steps say more
    seen: Counter[str] = Counter()

    class Connected(Overlay):
        def __init__(self) -> None:
            super().__init__(connect, seen)

    run_state_machine_as_test(Connected, settings=SETTINGS)
    missed = {*REACHED, *ALL} - seen.keys()
    assert not missed, f"never reached, so nothing is shown about: {sorted(missed)}"
