"""Bad items of a batch that the server refuses: each is found, and all others are added.

A batch is sent to a model of the server; the requests after the refused one are counted.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import combinations
from math import ceil, log2
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import BadRequestError, ForbiddenError, Outcome
from mews_vouchers._batching.batch import Batch
from mews_vouchers._batching.isolation import Isolation
from mews_vouchers._batching.named_item import named_index
from mews_vouchers._operations.table import ADD_CODES, DELETE_VOUCHERS

from tests.support.hypothesis_profiles import examples

OPERATION = "voucherCodes/add"
#: Positions of a batch in the input start somewhere.
FIRST_POSITION = 3_000

Codes = Batch[str, None]
#: Which item of a refused part the server names, if any, from those that are bad and the size.
Naming = Callable[[list[int], int], int | None]


def names_none(_bad: list[int], _size: int) -> None:
    """Name nothing, as in production."""


def names_first(bad: list[int], _size: int) -> int:
    """Name the first bad item."""
    return bad[0]


def names_last(bad: list[int], _size: int) -> int:
    """Name the last bad item."""
    return bad[-1]


def counts_from_one(bad: list[int], _size: int) -> int:
    """Name the item after the first bad one."""
    return bad[0] + 1


def names_good(bad: list[int], size: int) -> int | None:
    """Name the first good item."""
    return next((index for index in range(size) if index not in bad), None)


WRONG: list[Naming] = [names_last, counts_from_one, names_good, lambda _bad, _size: 0]


class Server:
    """Refuses a request that has a bad item, and then adds nothing of it."""

    def __init__(self, bad: Collection[str], naming: Naming = names_none) -> None:
        self.added: list[str] = []
        self.requests: list[list[str]] = []
        self._bad = bad
        self._naming = naming

    def send(self, part: Codes) -> BadRequestError | None:
        """Return the refusal, if it is one."""
        self.requests.append(part.items)
        bad = self.bad_indexes(part.items)
        if not bad:
            self.added += part.items
            return None
        index = self._naming(bad, len(part))
        details = None if index is None else {f"VoucherCodeParameters[{index}].Value": ["bad"]}
        return BadRequestError(OPERATION, 400, f"first: {part.items[bad[0]]}", details=details)

    def bad_indexes(self, items: list[str]) -> list[int]:
        """Return the items because of which it refuses a request."""
        return [index for index, item in enumerate(items) if item in self._bad]


class UniqueServer(Server):
    """Refuses a value that is there already, or earlier in the same request."""

    def bad_indexes(self, items: list[str]) -> list[int]:
        """Return those with a value that is taken."""
        taken = {*self.added}
        return [index for index, one in enumerate(items) if one in taken | {*items[:index]}]


def codes(items: Iterable[str]) -> Codes:
    """Return a batch."""
    outcomes = (Outcome(FIRST_POSITION + index, item) for index, item in enumerate(items))
    return Batch(list(outcomes))


def started(server: Server, batch: Codes) -> Isolation[str, None]:
    """Send a batch that is refused."""
    error = server.send(batch)
    assert error is not None
    return Isolation(batch, error, ADD_CODES.items)


def finish(
    server: Server, isolation: Isolation[str, None], before: Iterable[Outcome[str, None]] = ()
) -> list[Outcome[str, None]]:
    """Send the parts, and return the bad items. After each request, no item is missing."""
    rejected = [*before, *isolation.rejected]
    expected = len(server.added) + len(rejected) + number_left(isolation)
    while (part := isolation.next_part()) is not None:
        assert isolation.next_part() is None  # one at a time
        assert isolation.remaining()[0].outcomes[: len(part)] == part.outcomes  # until it is done
        error = server.send(part)
        if error is None:
            isolation.on_success(part)
        else:
            rejected += isolation.on_rejected(part, error)
        assert len(server.added) + len(rejected) + number_left(isolation) == expected
    assert isolation.is_finished
    return rejected


def number_left(isolation: Isolation[str, None]) -> int:
    """Return the number of items without a result."""
    return sum(len(batch) for batch in isolation.remaining())


def extra_requests(size: int, bad: Iterable[int], naming: Naming = names_none) -> int:
    """Isolate these items of a batch, check the result, and count the requests."""
    items = [str(index) for index in range(size)]
    expected = [str(index) for index in sorted(bad)]
    server = Server(set(expected), naming)
    rejected = finish(server, started(server, codes(items)))
    assert [one.item for one in rejected] == expected
    assert [one.position - FIRST_POSITION for one in rejected] == sorted(bad)
    assert all(str(one.error).endswith(f"first: {one.item}") for one in rejected)
    refused = set(expected)
    assert server.added == [item for item in items if item not in refused]
    return len(server.requests) - 1


def subsets(size: int) -> Iterator[tuple[int, ...]]:
    """Yield all ways to have bad items."""
    for number in range(1, size + 1):
        yield from combinations(range(size), number)


# --- the number of requests


@pytest.mark.parametrize("naming", [names_none, names_first])
def test_a_batch_of_one_costs_no_further_request(naming: Naming) -> None:
    """Its error is that of its item."""
    assert extra_requests(1, [0], naming) == 0


@pytest.mark.parametrize("naming", [names_none, names_first, *WRONG])
def test_one_bad_item_costs_at_most_twice_the_logarithm(naming: Naming) -> None:
    """In batches of any size, wherever it is; without names, about the logarithm itself."""
    more = 2 if naming in WRONG else 0
    for size in range(2, 1_001, 7 if more else 1):
        for place in {0, size - 1, size * 5 // 7}:
            requests = extra_requests(size, [place], naming)
            assert requests <= min(2 * log2(size), ceil(log2(size)) + 2) + more


@pytest.mark.parametrize("size", [*range(2, 34), 127, 128, 129, 1_000])
def test_one_bad_item_at_every_place(size: int) -> None:
    """The bound is that of the worst place."""
    worst = max(extra_requests(size, [place]) for place in range(size))
    assert worst <= min(2 * log2(size), ceil(log2(size)) + 2)


@pytest.mark.parametrize("size", range(2, 11))
@pytest.mark.parametrize("naming", [names_none, names_first, *WRONG])
def test_any_bad_items_of_a_small_batch(naming: Naming, size: int) -> None:
    """However many are bad, each costs twice the logarithm; names that do not help cost two."""
    for bad in subsets(size):
        bound = 2 * len(bad) * log2(size)
        requests = extra_requests(size, bad, naming)
        assert requests <= bound + (2 if naming in WRONG else 0)


@settings(max_examples=examples(150))
@given(
    st.integers(2, 1_000),
    st.integers(1, 1_000),
    st.sampled_from([names_none, names_first, *WRONG]),
    st.sampled_from(["adjacent", "anywhere"]),
    st.randoms(use_true_random=False),
)
def test_any_bad_items_of_a_large_batch(
    size: int, number: int, naming: Naming, shape: str, random: Random
) -> None:
    """Random places and blocks; the bound is the same."""
    number = min(size, number)
    start = random.randrange(size - number + 1)
    block = range(start, start + number)
    bad = block if shape == "adjacent" else random.sample(range(size), number)
    bound = 2 * number * log2(size)
    assert extra_requests(size, bad, naming) <= bound + (2 if naming in WRONG else 0)


@settings(max_examples=examples(100))
@given(st.sets(st.integers(0, 99), min_size=1), st.data())
def test_a_server_that_names_anything(bad: set[int], data: st.DataObject) -> None:
    """Names without sense do no harm, and cost at most two requests."""
    random = data.draw(st.randoms(use_true_random=False))
    requests = extra_requests(100, bad, lambda _bad, size: random.choice([None, *range(size + 1)]))
    assert requests <= 2 * len(bad) * log2(100) + 2


@settings(max_examples=examples(50))
@given(st.integers(2, 1_000), st.integers(1, 50), st.randoms(use_true_random=False))
def test_names_save_requests(size: int, number: int, random: Random) -> None:
    """Where the server names the first bad item, three requests are enough for each."""
    bad = random.sample(range(size), min(size, number))
    assert extra_requests(size, bad, names_first) <= 3 * len(bad)


def test_items_that_are_all_bad_cost_one_request_each() -> None:
    """A mistake in all items, such as a wrong voucher, costs a few requests more than items."""
    assert extra_requests(1_000, range(1_000)) <= 1_030


def test_a_named_item_is_sent_alone_after_those_before_it() -> None:
    """So nothing is sent that contains it, except itself."""
    server = Server({"c"}, names_first)
    finish(server, started(server, codes("abcde")))
    assert server.requests[1:] == [["a", "b"], ["c"], ["d", "e"]]


# --- what is added


@settings(max_examples=examples(200))
@given(
    st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=40).filter(
        lambda items: len(set(items)) < len(items)
    ),
    st.sampled_from([names_none, names_first, *WRONG]),
)
def test_the_result_is_that_of_sending_items_alone(items: list[str], naming: Naming) -> None:
    """Of items that exclude one another the first is added, as without batches."""
    alone = UniqueServer(())
    expected = [
        position for position, item in enumerate(items) if alone.send(codes([item])) is not None
    ]
    server = UniqueServer((), naming)
    rejected = finish(server, started(server, codes(items)))
    assert [one.position - FIRST_POSITION for one in rejected] == expected
    assert server.added == alone.added


def test_a_refusal_that_does_not_come_again() -> None:
    """An item is only called bad if it was refused alone: data of the server may change."""
    isolation = Isolation(codes("abcd"), ForbiddenError(OPERATION, 403), ADD_CODES.items)
    server = Server(())
    assert finish(server, isolation) == []
    assert server.added == list("abcd")


def test_items_in_doubt_are_not_mixed_with_others() -> None:
    """A part that may have been applied at an earlier attempt stays apart, whatever follows."""
    server = Server({"b", "g"})
    isolation = started(server, codes("abcdefgh"))
    part = isolation.next_part()
    assert part is not None
    assert part.items == list("abcd")
    part.is_in_doubt = True
    error = server.send(part)
    assert error is not None
    assert isolation.on_rejected(part, error) == []
    kept = [(batch.items, batch.is_in_doubt) for batch in isolation.remaining()]
    assert kept == [(list("abcd"), True), (list("efgh"), False)]
    assert [one.item for one in finish(server, isolation)] == ["b", "g"]
    for items in server.requests[2:]:
        assert len({item in "abcd" for item in items}) == 1


def test_a_part_in_doubt_at_the_end_of_a_batch() -> None:
    """Nothing follows it."""
    server = Server({"b"})
    isolation = started(server, codes("abc"))
    first = isolation.next_part()
    assert first is not None
    isolation.on_success(first)
    server.added += first.items
    second = isolation.next_part()
    assert second is not None
    error = server.send(second)
    assert error is not None
    second.is_in_doubt = True
    bad = isolation.on_rejected(second, error)
    assert [one.item for one in finish(server, isolation, bad)] == ["b"]


# --- which item does the server name?


@pytest.mark.parametrize(
    "details",
    [
        "VoucherCodeParameters[10].Value",
        "$.VoucherCodeParameters[10]",
        "$['VoucherCodeParameters'][10]['Value']",
        "/voucher_code_parameters/10/value",
        "voucherCodeParameters.10.value: too long",
        {"Path": ["VoucherCodeParameters", 10, "Value"]},
        {"Path": ["VoucherCodeParameters", "10"]},
        {"VoucherCodeParameters[10].Value": ["too long"]},
        {"VoucherCodeParameters": {"10": {"Value": "too long"}}},
        [[{"Errors": [{"Parameter": "VoucherCodeParameters[10]"}]}]],
        ["VoucherCodeParameters[11]", "VoucherCodeParameters[10]"],
        {"Path": "VoucherCodeParameters[10]", "Limit": "VoucherCodeParameters[1000]"},
    ],
)
@pytest.mark.parametrize("items_property", [ADD_CODES.items, "VoucherCodeParameters"])
def test_notations_of_an_index(details: object, items_property: str) -> None:
    """Common notations are understood; of several items, the first is meant."""
    error = BadRequestError(OPERATION, 400, details=details)
    assert named_index(error, items_property, 1_000) == 10


@pytest.mark.parametrize(
    "details",
    [
        None,
        True,
        10,
        "VoucherCodeParameters",
        "VoucherCodeParameters[12]",
        "VoucherCodeParameters[-1]",
        "VoucherCodeParameters[9999999999999999999999]",
        "VoucherIds[1]",
        "OtherVoucherCodeParameters[1]",
        ["VoucherCodeParameters", True],
        ["VoucherCodeParameters", -1],
        ["VoucherCodeParameters", "\u0661"],
        {"VoucherCodeParameters": ["too long"], "Index": 1},
    ],
)
def test_no_index(details: object) -> None:
    """What names no item of the request is no name."""
    error = BadRequestError(OPERATION, 400, details=details)
    assert named_index(error, ADD_CODES.items, 12) is None


def test_the_message_is_read_where_details_name_nothing() -> None:
    """In production there are no details."""
    message = "Invalid VoucherIds[1]."
    for details, expected in ((None, 1), ("VoucherIds[5]", 1), ({"Path": "VoucherIds[0]"}, 0)):
        error = BadRequestError("vouchers/delete", 400, message, details=details)
        assert named_index(error, DELETE_VOUCHERS.items, 2) == expected


def test_deep_and_long_details_are_read_in_part() -> None:
    """Neither depth nor length is a problem."""
    deep: object = "VoucherIds[1]"
    for _ in range(100_000):
        deep = [deep]
    circle: list[object] = []
    circle.append(circle)
    long = [["x"] * 1_000_000, "VoucherIds[" * 1_000_000, ["VoucherIds", 10**10_000]]
    for details in (deep, circle, *long, ["VoucherIds", deep], {"VoucherIds": {"x": deep}}):
        error = BadRequestError("vouchers/delete", 400, details=details)
        assert named_index(error, DELETE_VOUCHERS.items, 2) is None


texts = st.text() | st.sampled_from(["VoucherIds", "voucher_ids[3]", "$.VoucherIds[7]"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
)


@settings(max_examples=examples(100))
@given(values, st.none() | texts, st.integers(1, 8))
def test_any_details(details: object, message: str | None, size: int) -> None:
    """Whatever the server sends, the result is an index of the request, or none."""
    error = BadRequestError("vouchers/delete", 400, message, details=details)
    index = named_index(error, DELETE_VOUCHERS.items, size)
    assert index is None or 0 <= index < size
