"""Every kind of fault by its name, and strategies for which calls meet which.

Made of the product's own faults; what a client must make of them is the business of the tests.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import httpx
from hypothesis import strategies as st
from mews_vouchers.mock import Answer, DroppedError, MockMews, faults
from mews_vouchers.mock.faults import Call, Fault

from tests.support.seeding import too_many_above

_HTML = "<html>Bad gateway</html>"
_HEADERS = {"Content-Type": "text/html"}

#: The server surely did nothing with the request, and the client can tell.
HARMLESS: dict[str, Fault] = {
    "429": faults.error(429),
    "429, wait": faults.error(429, retry_after=1),
    "429, wait too long": faults.error(429, retry_after=1_000),
    "403": faults.error(403),
    "413": faults.error(413),
    "413 by size": faults.too_large(above=500),
    "no connection": faults.drop_before(httpx.ConnectError),
}
#: The request may have been carried out, or not: the client cannot tell.
LOST: dict[str, Fault] = {
    "408": faults.error(408),
    "408, carried out": faults.error(408, carried_out=True),
    **{f"{status}": faults.error(status) for status in (500, 502, 503)},
    **{f"{status}, carried out": faults.error(status, carried_out=True) for status in (500, 503)},
    "dropped before": faults.drop_before(),
    "dropped during": faults.drop_during(),
    "dropped after": faults.drop_after(),
    "too late": faults.drop_after(httpx.ReadTimeout),
    "truncated": faults.truncate(),
    "HTML": faults.answer(200, _HTML, _HEADERS),
    "HTML, carried out": faults.answer(502, _HTML, _HEADERS, carried_out=True),
}
#: The answer breaks the contract, and the client promises to lose nothing by it.
ODD: dict[str, Fault] = {
    "repeated cursor": faults.repeat_cursor(),
    "unknown enum": faults.unknown_enum(),
    "no ids": faults.missing_property("Id"),
    "no cursor": faults.missing_property("Cursor"),
    "no codes": faults.missing_property("VoucherCodes"),
    "no vouchers": faults.missing_property("Vouchers"),
}
#: A listing that is too heavy in pages of more than two.
HEAVY = {"408 by size": faults.too_heavy(above=2)}
#: A page without its items: nobody can list them, but what comes after them is not lost.
EMPTY = "empty page"

_KINDS: dict[str, Fault] = {**HARMLESS, **LOST, **ODD, **HEAVY, EMPTY: faults.empty_page()}
ALL = tuple(_KINDS)
#: Those that can happen to a write.
WRITING = (*HARMLESS, *LOST, *(kind for kind in ODD if "cursor" not in kind), EMPTY)
#: Those that can happen to a listing; more often what can happen to nothing else.
READING = (*ALL, *ODD, *[*HEAVY, EMPTY, "repeated cursor"] * 3)
#: Those that leave every item where it can be recognised.
READABLE = (*HARMLESS, *LOST, *HEAVY, "unknown enum")


class Trouble(NamedTuple):
    """A fault, and which calls of an operation meet it."""

    kind: str
    #: None for all operations.
    operation: str | None
    calls: range


@cache
def troubles(
    *operations: str, kinds: tuple[str, ...] = WRITING
) -> st.SearchStrategy[list[Trouble]]:
    """Draw what goes wrong while one thing is done: often nothing, and seldom for long."""
    calls = st.builds(
        lambda first, number: range(first, first + number),
        st.sampled_from([1, 1, 2, 3]),
        st.sampled_from([1, 1, 2, 8]),
    )
    one = st.builds(Trouble, st.sampled_from(kinds), st.sampled_from((None, *operations)), calls)
    return st.lists(one, max_size=4)


class Met:
    """What really happened to the calls of one action."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        #: What was in pages that came without their items: ids, and values or names.
        self.hidden: set[str | None] = set()

    @property
    def loss(self) -> bool:
        """Whether an answer was lost, or cannot be read in full."""
        return not self.kinds.keys() <= HARMLESS.keys()


class _Watched:
    """A fault between two witnesses: it happened if they do not see the same."""

    def __init__(self, kind: str, met: Met) -> None:
        self._kind = kind
        self._met = met
        self._below: Answer | None = None

    def outer(self, call: Call) -> Answer:
        """Let the fault happen, and note whether it changed anything."""
        self._below = None
        try:
            above = _KINDS[self._kind](call)
        except DroppedError:
            self._met.kinds[self._kind] += 1
            raise
        if above != self._below:
            self._met.kinds[self._kind] += 1
            if self._kind == EMPTY and self._below is not None:
                self._hide(json.loads(self._below.body))
        return above

    def inner(self, call: Call) -> Answer:
        """Note the answer that the fault was given."""
        self._below = call.carry_out()
        return self._below

    def _hide(self, result: dict[str, Any]) -> None:  # Any: a page, as JSON
        for name in ("Vouchers", "VoucherCodes"):
            for item in result.get(name) or ():
                self._met.hidden |= {item.get("Id"), item.get("Value", item.get("Name"))}


@contextmanager
def happening(mock: MockMews, troubles: Sequence[Trouble], limit: int) -> Iterator[Met]:
    """Let troubles happen to the calls in a `with` block; afterwards the mock is well again.

    Args:
        mock: The mock.
        troubles: What happens.
        limit: More items than this in a write are a 413, so that there are batches to speak of.
    """
    met = Met()
    mock.clear_faults()
    # A page without items comes outermost: what it hides is then what the client did not get.
    for kind, operation, calls in sorted(troubles, key=lambda one: one.kind != EMPTY):
        watched = _Watched(kind, met)
        mock.inject(watched.outer, operation, calls=calls)
        mock.inject(watched.inner, operation, calls=calls)
    mock.inject(too_many_above(limit))
    try:
        yield met
    finally:
        mock.clear_faults()
