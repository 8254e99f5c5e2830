"""Models as values: when they are equal, how they are hashed, and what a copy has."""

import copy
import pickle
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers_client import models
from mews_vouchers_client.models import Voucher, VoucherAssignment, VoucherCode
from mews_vouchers_client.types import Model

from tests.support import documented
from tests.support.documented import SCHEMAS, UNKNOWN, UNKNOWN_TOO
from tests.support.hypothesis_profiles import UNSHRUNK, examples
from tests.support.items import CODE, VOUCHER
from tests.support.operations import OPERATIONS, example_request, wire_name
from tests.support.strategies import BREAKABLE, damaged, json_values, valid

Copy = Callable[[Any], Any]
Kind = Callable[[str], st.SearchStrategy[Any]]


def pickled(protocol: int) -> Copy:
    """Return a function that pickles a model, and reads it again."""
    return lambda model: pickle.loads(pickle.dumps(model, protocol))


COPIES: dict[str, Copy] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "evolve": attrs.evolve,
    **{f"pickle {n}": pickled(n) for n in range(pickle.HIGHEST_PROTOCOL + 1)},
}
each_copy = pytest.mark.parametrize("make", COPIES.values(), ids=list(COPIES))
#: The models of responses with an id, and those of requests and of whole responses.
WITH_ID = sorted(name for name in documented.ITEMS if "Id" in SCHEMAS[name]["properties"])
OTHERS = sorted(
    name
    for name, schema in SCHEMAS.items()
    if schema.get("additionalProperties") is False or name in documented.RESPONSES
)


def models_in(value: Any) -> Iterator[Any]:
    """Yield a model and all models in it."""
    if isinstance(value, Model):
        yield value
        for field in attrs.fields(type(value)):  # type: ignore[arg-type] # a class of attrs
            yield from models_in(getattr(value, field.name))
    elif isinstance(value, list):
        for one in value:
            yield from models_in(one)


# --- copies


@pytest.mark.hypothesis
@pytest.mark.parametrize("kind", [valid, damaged])
@pytest.mark.parametrize("schema", BREAKABLE)
def test_a_copy_is_equal_and_complete(schema: str, kind: Kind) -> None:
    """Whatever was received: copies, pickles and `attrs.evolve` keep it, unknown properties too."""

    @settings(max_examples=examples(30), phases=UNSHRUNK)
    @given(kind(schema))
    def is_kept(body: dict[str, Any]) -> None:
        for one in models_in(getattr(models, schema).from_dict(body | {UNKNOWN: [1]})):
            for make in COPIES.values():
                again = make(one)
                assert again == one
                assert again.to_dict() == one.to_dict()
                assert type(again) is type(one)

    is_kept()


@each_copy
@pytest.mark.parametrize("model", [VoucherCode.from_dict(CODE | {UNKNOWN: 1})])
def test_a_copy_has_its_own_unknown_properties(make: Copy, model: VoucherCode) -> None:
    """What is set in a copy is not set in its original."""
    again = make(model)
    again[UNKNOWN], again[UNKNOWN_TOO] = 2, 3
    assert model.additional_properties == {UNKNOWN: 1}
    assert again != model


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=list(OPERATIONS))
def test_a_copy_of_a_request_keeps_its_tokens_and_unknown_properties(operation: Any) -> None:
    """Requests are copied like responses. Only a pickle is refused, because it has tokens."""
    body = example_request(operation) | {UNKNOWN: 1}
    request = operation.request.from_dict(body)
    for name in ("copy", "deepcopy", "evolve"):
        assert COPIES[name](request).to_dict() == body


@settings(max_examples=examples(50))
@given(data=st.data())
def test_evolve_changes_only_what_it_is_told(data: st.DataObject) -> None:
    """Of a voucher with any value changed, all other values stay, unknown properties included."""
    voucher = Voucher.from_dict(VOUCHER | {UNKNOWN: 1})
    names = [one.name for one in attrs.fields(Voucher) if one.name != "additional_properties"]
    name, value = data.draw(st.sampled_from(names)), data.draw(st.text())
    before = deepcopy(voucher)
    change: dict[str, Any] = {name: value}
    changed = attrs.evolve(voucher, **change)
    assert changed.to_dict() == voucher.to_dict() | {wire_name(name): value}
    assert voucher == before


def test_unknown_properties_are_an_argument() -> None:
    """They are copied: the dict that was passed is not that of the model."""
    given_ = {UNKNOWN: 1}
    code = models.VoucherCodeAddParameters("v", "SPRING", additional_properties=given_)
    given_[UNKNOWN_TOO] = 2
    assert code.to_dict() == {"VoucherId": "v", "Value": "SPRING", UNKNOWN: 1}


# --- equality


@pytest.mark.parametrize("schema", sorted(documented.ITEMS))
@settings(max_examples=examples(20), phases=UNSHRUNK)
@given(data=st.data())
def test_models_are_equal_if_all_values_are(schema: str, data: st.DataObject) -> None:
    """Two models of one body are equal; any other value, or one more, makes a difference."""
    model = getattr(models, schema)
    names = [*SCHEMAS[schema]["properties"], UNKNOWN]
    body = data.draw(st.dictionaries(st.sampled_from(names), json_values))
    other = body | {data.draw(st.sampled_from(names)): "no generated value is this text"}
    assert model.from_dict(body) == model.from_dict(deepcopy(body))
    assert model.from_dict(body) != model.from_dict(other)


# --- hashes


@pytest.mark.hypothesis
@pytest.mark.parametrize("schema", WITH_ID)
@settings(max_examples=examples(60), phases=UNSHRUNK)
@given(data=st.data())
def test_models_with_an_id_have_a_hash(schema: str, data: st.DataObject) -> None:
    """Equal models have equal hashes, whatever was received, also where the id should be."""
    names = [*SCHEMAS[schema]["properties"], UNKNOWN]
    body = data.draw(st.dictionaries(st.sampled_from(names), json_values))
    one, other = (getattr(models, schema).from_dict(deepcopy(body)) for _ in range(2))
    assert hash(one) == hash(other)
    assert {one} == {other}


@pytest.mark.parametrize("schema", WITH_ID)
def test_a_changed_model_is_found_again(schema: str) -> None:
    """No value but the id changes the hash, so a model is found in a set after any change."""
    model = getattr(models, schema).from_dict({"Id": "one"})
    kept = {model}
    for field in attrs.fields(type(model)):
        if field.name not in ("id", "additional_properties"):
            setattr(model, field.name, "changed")
    model[UNKNOWN] = "changed"
    assert model in kept
    assert len({hash(getattr(models, schema).from_dict({"Id": id_})) for id_ in "abcdef"}) > 1


def test_two_states_of_an_item_are_two_members_of_a_set() -> None:
    """A set compares all values; a dict by the id has one entry per item."""
    before, after = (VoucherCode.from_dict(CODE | {"IsActive": value}) for value in (True, False))
    assert len({before, after, copy.copy(after)}) == 2
    assert {code.id: code for code in (before, after)} == {CODE["Id"]: after}


def test_an_assignment_is_known_by_both_of_its_ids() -> None:
    """It has no id of its own."""
    pairs = [(voucher, rate) for voucher in "abcdefgh" for rate in "12345678"]
    made = [VoucherAssignment(voucher_id=voucher, rate_id=rate) for voucher, rate in pairs]
    assert len(set(made)) == len(pairs)
    assert len(set(map(hash, made))) > len(pairs) / 2


@pytest.mark.parametrize("schema", OTHERS)
def test_models_without_an_id_have_no_hash(schema: str) -> None:
    """Requests and whole responses have nothing that stays the same: a set would lose them."""
    with pytest.raises(TypeError, match="unhashable"):
        hash(getattr(models, schema).from_dict({}))
