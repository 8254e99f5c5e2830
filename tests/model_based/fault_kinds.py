"""Every kind of fault by its name, and strategies for the calls to which they are applied.

They use the package's own faults. What a client must do about them is up to the tests.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

from hypothesis import strategies as st
from mews_vouchers.mock import DroppedError, MockMews, MockResponse, faults
from mews_vouchers.mock.faults import Fault, FaultedCall

from tests.support.http_library import httpx
from tests.support.seeding import too_many_above

_HTML = "<html>Bad gateway</html>"
_HEADERS = {"Content-Type": "text/html"}

#: The request was not applied, and the client knows it.
NOT_APPLIED: dict[str, Fault] = {
    "429": faults.error(429),
    "429, wait": faults.error(429, retry_after=1),
    "429, wait too long": faults.error(429, retry_after=1_000),
    "403": faults.error(403),
    "413": faults.error(413),
    "413 by size": faults.too_large(above=500),
    "no connection": faults.drop_before(httpx.ConnectError),
}
#: The request may have been applied: the client cannot know.
POSSIBLY_APPLIED: dict[str, Fault] = {
    "408": faults.error(408),
    "408, applied": faults.error(408, applied=True),
    **{f"{status}": faults.error(status) for status in (500, 502, 503)},
    **{f"{status}, applied": faults.error(status, applied=True) for status in (500, 503)},
    "dropped before": faults.drop_before(),
    "dropped during": faults.drop_during(),
    "dropped after": faults.drop_after(),
    "too late": faults.drop_after(httpx.ReadTimeout),
    "truncated": faults.truncate(),
    "HTML": faults.respond(200, _HTML, _HEADERS),
    "HTML, applied": faults.respond(502, _HTML, _HEADERS, applied=True),
}
#: The response violates the contract, and the client promises not to lose any item.
MALFORMED: dict[str, Fault] = {
    "repeated cursor": faults.repeat_cursor(),
    "unknown enum": faults.unknown_enum(),
    "no ids": faults.missing_property("Id"),
    "no cursor": faults.missing_property("Cursor"),
    "no codes": faults.missing_property("VoucherCodes"),
    "no vouchers": faults.missing_property("Vouchers"),
}
#: A listing with pages of at most two items.
TOO_HEAVY = {"408 by size": faults.too_heavy(above=2)}
#: A page without its items: they cannot be listed, but the items after them are not lost.
EMPTY = "empty page"

_KINDS: dict[str, Fault] = {
    **NOT_APPLIED,
    **POSSIBLY_APPLIED,
    **MALFORMED,
    **TOO_HEAVY,
    EMPTY: faults.empty_page(),
}
ALL = tuple(_KINDS)
#: Faults of a write.
WRITING = (
    *NOT_APPLIED,
    *POSSIBLY_APPLIED,
    *(kind for kind in MALFORMED if "cursor" not in kind),
    EMPTY,
)
#: Faults of a listing; more often those that occur only there.
READING = (*ALL, *MALFORMED, *[*TOO_HEAVY, EMPTY, "repeated cursor"] * 3)
#: Faults that leave every item recognisable.
READABLE = (*NOT_APPLIED, *POSSIBLY_APPLIED, *TOO_HEAVY, "unknown enum")


class PlannedFault(NamedTuple):
    """A fault, and the calls of an operation to which it is applied."""

    kind: str
    #: None for all operations.
    operation: str | None
    calls: range


@cache
def planned_faults(
    *operations: str, kinds: tuple[str, ...] = WRITING
) -> st.SearchStrategy[list[PlannedFault]]:
    """Draw the faults of one action: often none, and seldom many."""
    calls = st.builds(
        lambda first, number: range(first, first + number),
        st.sampled_from([1, 1, 2, 3]),
        st.sampled_from([1, 1, 2, 8]),
    )
    one = st.builds(
        PlannedFault, st.sampled_from(kinds), st.sampled_from((None, *operations)), calls
    )
    return st.lists(one, max_size=4)


class OccurredFaults:
    """The faults that really occurred in the calls of one action."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        #: The items of pages that arrived without them: ids, and values or names.
        self.hidden: set[str | None] = set()

    @property
    def loss(self) -> bool:
        """Whether a response was lost, or cannot be read completely."""
        return not self.kinds.keys() <= NOT_APPLIED.keys()


class _Observed:
    """A fault between two observers: it occurred if they see different responses."""

    def __init__(self, kind: str, occurred: OccurredFaults) -> None:
        self._kind = kind
        self._occurred = occurred
        self._below: MockResponse | None = None

    def outer(self, call: FaultedCall) -> MockResponse:
        """Apply the fault, and note whether it changed anything."""
        self._below = None
        try:
            above = _KINDS[self._kind](call)
        except DroppedError:
            self._occurred.kinds[self._kind] += 1
            raise
        if above != self._below:
            self._occurred.kinds[self._kind] += 1
            if self._kind == EMPTY and self._below is not None:
                self._hide(json.loads(self._below.body))
        return above

    def inner(self, call: FaultedCall) -> MockResponse:
        """Note the response that the fault received."""
        self._below = call.proceed()
        return self._below

    def _hide(self, result: dict[str, Any]) -> None:  # Any: a page, as JSON
        for name in ("Vouchers", "VoucherCodes"):
            for item in result.get(name) or ():
                self._occurred.hidden |= {item.get("Id"), item.get("Value", item.get("Name"))}


@contextmanager
def injected(
    mock: MockMews, planned: Sequence[PlannedFault], limit: int
) -> Iterator[OccurredFaults]:
    """Inject faults for the calls in a `with` block.

    Args:
        mock: The mock.
        planned: The faults.
        limit: More items than this in a write are a 413, so that there are several batches.
    """
    occurred = OccurredFaults()
    mock.clear_faults()
    # An empty page is the outermost fault: what it hides is what the client did not receive.
    for kind, operation, calls in sorted(planned, key=lambda one: one.kind != EMPTY):
        observed = _Observed(kind, occurred)
        mock.inject(observed.outer, operation, calls=calls)
        mock.inject(observed.inner, operation, calls=calls)
    mock.inject(too_many_above(limit))
    try:
        yield occurred
    finally:
        mock.clear_faults()
