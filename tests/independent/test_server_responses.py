"""Faults of the independent server that change what a response shows, and faults by chance."""

import contextlib
import http.client
import unicodedata
from collections import Counter
from typing import Any

from tests.support.independent_calls import calling, values_of
from tests.support.independent_server import KINDS, At, Fault, IndependentServer, RandomFaults
from tests.support.independent_server.faults import Change

ADD = "voucherCodes/add"
VALUES = [f"Value {number}" for number in range(10)]


def test_a_response_shows_other_spellings() -> None:
    """Of what is stored as it was sent."""
    for spelling, expected in _spellings().items():
        fault = Fault(shown_as=spelling)  # type: ignore[arg-type]  # a key of the table below
        with IndependentServer(faults=[At(ADD, fault)]) as server, calling(server) as caller:
            assert values_of(caller.add(" Été ").body["VoucherCodes"]) == [expected]
            assert values_of(server.active_codes()) == [" Été "]


def test_a_value_is_stored_in_another_spelling() -> None:
    """Responses and listings show it as it is stored."""
    for spelling, expected in _spellings().items():
        fault = Fault(stored_as=spelling)  # type: ignore[arg-type]  # a key of the table below
        with IndependentServer(faults=[At(ADD, fault)]) as server, calling(server) as caller:
            assert values_of(caller.add(" Été ").body["VoucherCodes"]) == [expected]
            assert values_of(caller.page().body["VoucherCodes"]) == [expected]
            assert values_of(server.active_codes()) == [expected]


def _spellings() -> dict[str, str]:
    return {
        "upper": " ÉTÉ ",
        "lower": " été ",
        "swapped": " éTÉ ",
        "trimmed": "Été",
        "NFC": " Été ",
        "NFD": unicodedata.normalize("NFD", " Été "),
    }


def _shown(change: Change, operation: str = ADD) -> tuple[list[dict[str, Any]], list[Any]]:
    """Return what a changed response shows, and what is stored."""
    faults = [At(operation, Fault(changes=(change,)))]
    with IndependentServer(faults=faults) as server, calling(server) as caller:
        added, listed = caller.add(*VALUES), caller.page()
        reply = added if operation == ADD else listed
        return reply.body["VoucherCodes"], server.active_codes()


def test_a_response_is_in_another_order() -> None:
    """With all items as they are."""
    shown, codes = _shown("reorder")
    assert shown != codes
    assert sorted(values_of(shown)) == VALUES


def test_a_response_has_an_item_twice_and_forgets_another() -> None:
    """So that its length is right."""
    shown, codes = _shown("double")
    assert len(shown) == len(codes)
    assert sorted(Counter(code["Id"] for code in shown).values()) == [1] * 8 + [2]
    assert all(code in codes for code in shown)


def test_a_response_forgets_an_item() -> None:
    """In the list of what was added, and in a listing as well."""
    for operation in (ADD, "voucherCodes/getAll"):
        shown, codes = _shown("forget", operation)
        assert len(shown) == len(codes) - 1
        assert all(code in codes for code in shown)


def test_a_response_has_a_foreign_item() -> None:
    """With an id and a value that nobody added."""
    shown, codes = _shown("foreign")
    assert len(shown) == len(codes)
    (foreign,) = [code for code in shown if code not in codes]
    assert foreign["Id"] not in {code["Id"] for code in codes}
    assert foreign["Value"] not in VALUES


def _chosen(seed: int, probability: float = 0.04) -> list[Fault | None]:
    faults = RandomFaults(seed, dict.fromkeys(KINDS, probability), operations=[ADD], late_by=0.01)
    return [faults.choose(ADD, number) for number in range(1, 101)]


def test_random_faults_repeat_with_their_seed() -> None:
    """Each request has its own choice, whatever came before; other operations have none."""
    assert _chosen(1) == _chosen(1) != _chosen(2)
    assert sum(fault is not None for fault in _chosen(1)) in range(50, 95)
    assert all(fault.late_by in {0, 0.01} for fault in _chosen(1) if fault)
    assert RandomFaults(1, {"late": 1}, operations=[ADD]).choose("vouchers/add", 1) is None


def test_every_kind_leaves_a_server_that_works() -> None:
    """After each, the next request is answered as if nothing had been."""
    with IndependentServer() as server, calling(server) as caller:
        for seed, kind in enumerate(KINDS):
            server.plan(RandomFaults(seed, {kind: 1}))
            with contextlib.suppress(OSError, http.client.HTTPException):
                caller.add(*VALUES)
            server.wait_until_idle()
            server.plan()
            caller.close()
            assert caller.add("A").status == 200
        applied = sum(record.applied_items for record in server.requests)
        assert len(server.active_codes()) == applied
