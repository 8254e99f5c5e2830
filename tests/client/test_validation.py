"""An item is compared with the contract before it is sent; what is wrong is named, not its value.

The other opinion is that of jsonschema-rs about the JSON that would be sent.
"""

import json
import math
import uuid
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mews_vouchers._http.operation import Operation
from mews_vouchers._operations.table import (
    ADD_CODES,
    ADD_VOUCHERS,
    DELETE_CODES,
    DELETE_VOUCHERS,
    UPDATE_VOUCHERS,
)
from mews_vouchers._operations.voucher_update import voucher_update
from mews_vouchers._validation.items import find_problem, load_document
from mews_vouchers._validation.schemas import compile_schema
from mews_vouchers_client import UNSET, models
from mews_vouchers_client.models import (
    AssignedRateIds,
    GuidNullableUpdateValue,
    StringUpdateValue,
    VoucherAddParameters,
    VoucherCodeAddParameters,
    VoucherTypeEnum,
    VoucherTypeUpdateValue,
    VoucherUpdateParameters,
)

from tests.support.documented import UNKNOWN, JsonObject, validator
from tests.support.hypothesis_profiles import examples
from tests.support.schema_keywords import KEYWORDS

ID = "6e1f0a3c-2b4d-4c5e-8f70-123456789abc"
START, END = "occupiable_interval_start_utc", "occupiable_interval_end_utc"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRAGUE = ZoneInfo("Europe/Prague")
WRITES_OF_MODELS = [ADD_CODES, ADD_VOUCHERS, UPDATE_VOUCHERS]
WRITES_OF_IDS = [DELETE_CODES, DELETE_VOUCHERS]
WRITES = [*WRITES_OF_MODELS, *WRITES_OF_IDS]
#: The name of the schema of an item, which is that of its model.
SCHEMAS = {
    ADD_CODES.name: "VoucherCodeAddParameters",
    ADD_VOUCHERS.name: "VoucherAddParameters",
    UPDATE_VOUCHERS.name: "VoucherUpdateParameters",
}
each_write = pytest.mark.parametrize("operation", WRITES, ids=lambda one: one.name)


def problem(operation: Operation[Any], item: object) -> str | None:
    """Return the sentence about an item; None if it can be sent."""
    found = find_problem(operation, item)
    return None if found is None else str(found)


def code(**changes: Any) -> VoucherCodeAddParameters:
    """Return a valid code, with changes. Any: of any type, here and below, is the point."""
    return VoucherCodeAddParameters(**{"voucher_id": ID, "value": "SPRING", **changes})


def voucher(**changes: Any) -> VoucherAddParameters:
    """Return a valid voucher, with changes."""
    valid = {"service_id": ID, "name": "Spring", "type_": VoucherTypeEnum.PUBLIC}
    return VoucherAddParameters(**{**valid, **changes})


def update(**changes: Any) -> VoucherUpdateParameters:
    """Return a valid update, with changes."""
    return VoucherUpdateParameters(**{"voucher_id": ID, **changes})


# --- items of all kinds

WRONG = st.sampled_from(
    [None, UNSET, 5, True, math.nan, math.inf, b"x", date(2026, 1, 1), object(), [1], uuid.UUID(ID)]
)
IDS = [
    ID, ID.upper(), str(uuid.UUID(int=0)), f"{{{ID}}}", f"urn:uuid:{ID}", ID.replace("-", ""),
    f"{ID}\n", f" {ID}", "", "6٦" + ID[2:], ID[:-1] + "g", ID[:9] + ID[10:14] + "-" + ID[14:],
]  # fmt: skip
TIMES = [
    "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z\n", "2026-01-01T00:00:00", "2026-02-30T00:00:00Z",
    "2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00+02:00", "0999-01-01T00:00:00Z", "2026-01-01", "",
    "2026-01-01T23:59:60Z",
]  # fmt: skip
LENGTHS = st.sampled_from([0, 1, 2, 127, 128, 129, 254, 255, 256])
TEXTS = st.text(max_size=5) | st.builds(
    lambda character, length: character * length, st.sampled_from(["a", "é", "😀"]), LENGTHS
)


def mostly(good: st.SearchStrategy[Any], *rest: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy that is rarely wrong, because an item has many properties."""
    return st.integers(0, 9).flatmap(lambda number: good if number else st.one_of(*rest, WRONG))


ids = mostly(st.sampled_from(IDS[:3]), st.sampled_from(IDS))
texts = mostly(st.text(min_size=1, max_size=5), TEXTS)
datetimes = mostly(
    st.datetimes(datetime(1001, 1, 1), timezones=st.timezones())  # noqa: DTZ001
    | st.sampled_from([NOON, NOON.replace(microsecond=999_999), NOON.astimezone(PRAGUE)]),
    st.datetimes(timezones=st.none() | st.timezones()),
    st.sampled_from(TIMES),
)
types = mostly(st.sampled_from([*VoucherTypeEnum, "Public"]), st.sampled_from(["public", ""]))
rates = mostly(
    st.lists(st.uuids().map(str), max_size=3) | st.tuples(st.just(ID)),
    st.lists(ids, max_size=3),
    st.lists(st.uuids().map(str), min_size=9, max_size=12),
    st.just([ID, ID.upper(), ID]),
)
optional = st.sampled_from([None, UNSET])


def wrapped(model: type, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy for a property of an update."""
    return optional | mostly(st.builds(model, values | optional), st.just(StringUpdateValue("x")))


ITEMS: dict[str, st.SearchStrategy[Any]] = {
    ADD_CODES.name: st.builds(
        VoucherCodeAddParameters, ids, texts, optional | datetimes, optional | datetimes
    ),
    ADD_VOUCHERS.name: st.builds(
        VoucherAddParameters, ids, texts, types, optional | ids, optional | rates,
        optional | datetimes, optional | datetimes, optional | texts,
    ),
    UPDATE_VOUCHERS.name: st.builds(
        VoucherUpdateParameters, ids, wrapped(StringUpdateValue, texts),
        wrapped(VoucherTypeUpdateValue, types), wrapped(GuidNullableUpdateValue, ids),
        wrapped(AssignedRateIds, rates), wrapped(StringUpdateValue, st.sampled_from(TIMES)),
        wrapped(StringUpdateValue, st.sampled_from(TIMES)), wrapped(StringUpdateValue, texts),
    ),
}  # fmt: skip


def sent(item: Any) -> JsonObject | None:
    """Return an item as the server would read it; None if it cannot be sent."""
    try:
        body: JsonObject = json.loads(json.dumps(item.to_dict(), allow_nan=False))
    except (TypeError, ValueError):
        return None
    return body


#: How the names of both ends of an interval end.
SIDES = ("StartUtc", "EndUtc")


def breaks_prose(body: JsonObject) -> bool:
    """Return whether JSON that matches its schema violates a rule that no schema states."""
    # Of an update, what it sets: a wrapper without a value sets nothing.
    is_update = "VoucherId" in body and "Value" not in body
    wrappers = [(name, one) for name, one in body.items() if isinstance(one, dict)]
    values = {name: one["Value"] for name, one in wrappers if "Value" in one}
    values = values if is_update else {"CompanyId": None} | body
    needs_company = values.get("Type") in ("PartnerCompany", "TravelAgency")
    if needs_company and values.get("CompanyId", ID) is None:
        return True
    texts = {one: text for name, text in values.items() for one in SIDES if name.endswith(one)}
    try:
        given_texts = [text for one in SIDES if (text := texts.get(one)) is not None]
        times = list(map(datetime.fromisoformat, given_texts))
    except ValueError:
        return True
    return any(one.tzinfo is None for one in times) or times != sorted(times)


@pytest.mark.parametrize("operation", WRITES_OF_MODELS, ids=lambda one: one.name)
@settings(max_examples=examples(400))
@given(data=st.data())
def test_an_item_has_a_problem_if_and_only_if_the_server_would_refuse_it(
    operation: Operation[Any], data: st.DataObject
) -> None:
    """What the document and the vendor's rules allow is never refused, and nothing else passes."""
    item = data.draw(ITEMS[operation.name])
    body = sent(item)
    is_valid = body is not None and validator(SCHEMAS[operation.name]).is_valid(body)
    is_valid = is_valid and body is not None and not breaks_prose(body)
    assert (find_problem(operation, item) is None) == is_valid


@pytest.mark.parametrize("operation", WRITES_OF_IDS, ids=lambda one: one.name)
@given(item=ids)
@example(item=ID)
def test_an_id_to_delete_is_a_uuid(operation: Operation[Any], item: Any) -> None:
    """A UUID of 36 characters in any case, and nothing else: no braces, no prefix, no object."""
    is_valid = isinstance(item, str) and validator("Identifier").is_valid(item)
    found = find_problem(operation, item)
    assert (found is None) == is_valid
    assert found is None or found.property == ""


# --- what is said

MARKER = "qzxvw7731"
MARKED = st.sampled_from(
    [
        MARKER, MARKER * 50, [MARKER], [ID, MARKER], [MARKER] * 11, {MARKER: MARKER},
        MARKER.encode(), f"2026-{MARKER}", StringUpdateValue(MARKER),
        StringUpdateValue(MARKER * 50), AssignedRateIds([MARKER]), GuidNullableUpdateValue(MARKER),
        f"\ud800{MARKER}",
    ]
)  # fmt: skip


@each_write
@given(data=st.data())
def test_no_problem_shows_a_value(operation: Operation[Any], data: st.DataObject) -> None:
    """Wherever a value is, and whatever is wrong with it, it is not repeated."""
    valid: Any = data.draw(st.sampled_from([code(), voucher(), update(), MARKER, {}, [MARKER]]))
    item = deepcopy(valid)
    for attribute in getattr(item, "__match_args__", ()):
        if data.draw(st.booleans()):
            setattr(item, attribute, data.draw(MARKED))
    assert MARKER not in str(find_problem(operation, item))


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (code(value=""), "value is empty"),
        (code(value="x" * 129), "value is longer than 128 characters"),
        (code(value="😀" * 128), None),
        (code(value="x"), None),
        (code(value="\ud800"), "value has a lone surrogate, which is no character"),
        (code(value=5), "value is of type int, not str"),
        (code(value=None), "value is None, not str"),
        (code(value=UNSET), "value is missing"),
        (code(voucher_id=f"{{{ID}}}"), "voucher_id is no UUID of 36 characters"),
        (code(voucher_id=uuid.UUID(ID)), "voucher_id is of type UUID, not str"),
        (code(validity_start_utc=NOON.date()), "validity_start_utc is of type date, not datetime"),
        (code(validity_end_utc="tomorrow"), "validity_end_utc is no datetime"),
        (code(validity_end_utc="2026-01-01T00:00:00"), "validity_end_utc has no time zone"),
        (
            code(validity_end_utc=NOON.replace(year=999)),
            "validity_end_utc is not written as YYYY-MM-DDThh:mm:ssZ, with a year after 999",
        ),
        (
            code(validity_end_utc=datetime.max.replace(tzinfo=timezone(-timedelta(hours=5)))),
            "validity_end_utc is outside the years 1 to 9999 in UTC",
        ),
        (None, "is None, not VoucherCodeAddParameters"),
        ({"Value": "x"}, "is of type dict, not VoucherCodeAddParameters"),
        (voucher(), "is of type VoucherAddParameters, not VoucherCodeAddParameters"),
    ],
)
def test_a_problem_of_a_code_names_property_and_reason(item: Any, sentence: str | None) -> None:
    """The sentence says what to correct, and in which property."""
    assert problem(ADD_CODES, item) == sentence


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (voucher(type_="Secret"), "type_ is not one of the allowed values"),
        (voucher(type_="Public"), None),
        (voucher(assigned_rate_ids=()), None),
        (voucher(assigned_rate_ids={ID}), "assigned_rate_ids is of type set, not list"),
        (voucher(assigned_rate_ids=[ID] * 11), "assigned_rate_ids has more than 10 items"),
        (
            voucher(assigned_rate_ids=[ID.upper(), ID, ID]),
            "assigned_rate_ids[2] repeats the item at position 1",
        ),
        (
            voucher(assigned_rate_ids=[ID, "x"]),
            "assigned_rate_ids[1] is no UUID of 36 characters",
        ),
        (
            voucher(external_identifier="x" * 256),
            "external_identifier is longer than 255 characters",
        ),
    ],
)
def test_a_problem_of_a_voucher_names_property_and_reason(item: Any, sentence: str | None) -> None:
    """In a list, the position is part of the property."""
    assert problem(ADD_VOUCHERS, item) == sentence


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (voucher_update(ID, name="x" * 129), "name.value is longer than 128 characters"),
        (voucher_update(ID, name="x" * 128, company_id=None), None),
        (
            voucher_update(ID, external_identifier="x" * 256),
            "external_identifier.value is longer than 255 characters",
        ),
        (
            voucher_update(ID, assigned_rate_ids=["x"]),
            "assigned_rate_ids.value[0] is no UUID of 36 characters",
        ),
        (update(name="Summer"), "name is of type str, not StringUpdateValue"),
        (update(name={"Value": "x"}), "name is of type dict, not StringUpdateValue"),
        (update(type_=VoucherTypeUpdateValue()), None),
        (update(name=None), None),
        (
            update(**{START: StringUpdateValue("2026-01-01T00:00:00")}),
            f"{START}.value has no time zone",
        ),
        (update(**{END: StringUpdateValue("soon")}), f"{END}.value is no datetime"),
        (update(**{END: StringUpdateValue()}), None),
    ],
)
def test_a_problem_of_an_update_names_property_and_reason(item: Any, sentence: str | None) -> None:
    """What is wrapped is checked inside."""
    assert problem(UPDATE_VOUCHERS, item) == sentence


# --- rules that only prose states


@pytest.mark.parametrize(
    ("operation", "create", "start", "end"),
    [
        (ADD_CODES, code, "validity_start_utc", "validity_end_utc"),
        (ADD_VOUCHERS, voucher, START, END),
    ],
)
def test_an_end_is_not_before_its_start(
    operation: Operation[Any], create: Any, start: str, end: str
) -> None:
    """The same second is an interval, in any zone, and so is one that is open on a side."""
    later = NOON.astimezone(PRAGUE) + timedelta(seconds=1)
    assert problem(operation, create(**{start: NOON, end: later})) is None
    assert problem(operation, create(**{start: later, end: NOON})) == f"{end} is before {start}"
    assert problem(operation, create(**{start: NOON, end: "1999-12-31T00:00:00Z"})) == (
        f"{end} is before {start}"
    )
    for same in (NOON, NOON.astimezone(PRAGUE), "2026-03-01T12:00:00Z"):
        assert problem(operation, create(**{start: NOON.replace(microsecond=9), end: same})) is None
    for side in (start, end):
        assert problem(operation, create(**{side: NOON})) is None
        assert problem(operation, create(**{side: NOON.replace(tzinfo=None)})) == (
            f"{side} has no time zone"
        )


def test_the_hour_that_a_clock_shows_twice_is_told_apart() -> None:
    """When the clocks go back, a later hour can look like an earlier one, and the reverse."""
    first = datetime(2026, 10, 25, 2, 45, tzinfo=PRAGUE)
    second = datetime(2026, 10, 25, 2, 15, tzinfo=PRAGUE, fold=1)
    right, wrong = (
        code(validity_start_utc=start, validity_end_utc=end)
        for start, end in ((first, second), (second, first))
    )
    assert problem(ADD_CODES, right) is None
    assert problem(ADD_CODES, wrong) == "validity_end_utc is before validity_start_utc"


def test_an_update_sets_no_end_before_its_start() -> None:
    """Both are compared if one update sets both."""
    later = NOON + timedelta(days=1)
    assert problem(UPDATE_VOUCHERS, voucher_update(ID, **{START: NOON, END: NOON})) is None  # type: ignore[arg-type]
    reverse = voucher_update(
        ID, occupiable_interval_start_utc=later, occupiable_interval_end_utc=NOON
    )
    assert problem(UPDATE_VOUCHERS, reverse) == f"{END}.value is before {START}.value"


@pytest.mark.parametrize("type_", VoucherTypeEnum)
def test_all_types_but_public_need_a_company(type_: VoucherTypeEnum) -> None:
    """A new voucher names it; an update of the type must not clear it, but may leave it."""
    needs_company = type_ is not VoucherTypeEnum.PUBLIC
    for missing in (None, UNSET):
        found = problem(ADD_VOUCHERS, voucher(type_=type_, company_id=missing))
        reason = "company_id is missing, but the type of the voucher needs it"
        assert found == (reason if needs_company else None)
    assert problem(ADD_VOUCHERS, voucher(type_=type_, company_id=ID)) is None
    assert problem(UPDATE_VOUCHERS, voucher_update(ID, type_=type_)) is None
    cleared = problem(UPDATE_VOUCHERS, voucher_update(ID, type_=type_, company_id=None))
    reason = "company_id.value is None, but the type of the voucher needs it"
    assert cleared == (reason if needs_company else None)


# --- what is allowed beside the contract


class Campaign(StrEnum):
    """Strings of a user."""

    SPRING = "SPRING-2026"


class OwnCode(VoucherCodeAddParameters):
    """A model of a user."""


def test_subclasses_are_what_they_extend() -> None:
    """A string, a datetime or a model of a class of the user's own is sent like any other."""
    assert problem(ADD_CODES, code(value=Campaign.SPRING)) is None
    assert problem(ADD_CODES, OwnCode(ID, "x")) is None


def test_a_property_that_the_document_does_not_have_can_be_sent() -> None:
    """The vendor may have added it after this release. The known ones are set as attributes."""
    item = code()
    item[UNKNOWN] = 1
    assert problem(ADD_CODES, item) is None
    item["ValidityEndUtc"] = "2026-01-01T00:00:00Z"
    assert problem(ADD_CODES, item) == (
        "validity_end_utc is an additional property: set the attribute"
    )


# --- the document may change

#: The keywords that the check knows. `deprecated` says nothing about a value.
KNOWN = {"enum", "deprecated", "maxLength", "minLength", "maxItems", "minItems", "uniqueItems",
         "additionalProperties", "allOf", "pattern"}  # fmt: skip
#: A property of each type in the item schemas.
PLACES = {"string": ("VoucherCodeAddParameters", "Value"),
          "array": ("VoucherAddParameters", "AssignedRateIds"),
          "object": ("VoucherUpdateParameters", None)}  # fmt: skip


@each_write
def test_the_check_knows_every_keyword_of_the_document(operation: Operation[Any]) -> None:
    """Else nothing could be checked: a schema is read as a whole, or not at all."""
    assert "object, not" in str(find_problem(operation, object()))


@pytest.mark.parametrize("name", [name for name, one in KEYWORDS.items() if one.kind in PLACES])
def test_an_unknown_keyword_is_an_error(name: str) -> None:
    """No keyword is silently ignored, wherever it is in an item."""
    keyword, document = KEYWORDS[name], load_document()
    model, attribute = PLACES[keyword.kind]
    node = document["components"]["schemas"][model]
    node = node if attribute is None else node["properties"][attribute]
    for key in keyword.keys:
        node.pop(key, None)
    node |= keyword.keys
    schema = {"$ref": f"#/components/schemas/{model}"}
    if name in KNOWN:
        assert compile_schema(schema, document)(object()) is not None
    else:
        with pytest.raises(NotImplementedError):
            compile_schema(schema, document)


def check(schema: JsonObject, value: object) -> str | None:
    """Return what a schema of its own says about a value."""
    found = compile_schema(schema, load_document())(value)
    return None if found is None else found.reason


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "number"},
        {},
        {"type": ["string", "array"]},
        {"anyOf": [{"type": "string"}, {"type": "array"}]},
        {"anyOf": [{"type": "string"}]},
        {"type": "string", "format": "email"},
        {"type": "string", "pattern": r"^\d$"},
        {
            "type": "array",
            "uniqueItems": True,
            "items": {"type": "array", "items": {"type": "string"}},
        },
        {"$ref": "#/components/schemas/Identifier", "pattern": "^a$"},
    ],
    ids=str,
)
def test_a_keyword_that_is_used_in_another_way_is_an_error(schema: JsonObject) -> None:
    """Types, formats and patterns that no item has today are not known either."""
    with pytest.raises(NotImplementedError):
        compile_schema(schema, load_document())


STRING: JsonObject = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "right", "wrong", "reason"),
    [
        ({**STRING, "format": "uuid"}, ID.upper(), ID[1:], "is no UUID of 36 characters"),
        ({**STRING, "pattern": "^ab"}, "abc", "b", "does not match its pattern"),
        ({**STRING, "minLength": 3}, "abc", "ab", "is shorter than 3 characters"),
        ({"type": "array", "minItems": 1, "items": STRING}, ["a"], [], "has less than 1 items"),
        ({"allOf": [STRING, {"maxLength": 1, **STRING}]}, "a", "ab", "is longer than 1 characters"),
        ({"type": ["string", "null"], "enum": ["a"]}, "a", None, "is None, not str"),
        ({"type": ["string", "null"], "enum": ["a", None]}, None, 1, "is of type int, not str"),
    ],
    ids=str,
)
def test_keywords_that_the_vendor_may_begin_to_use_are_known(
    schema: JsonObject, right: object, wrong: object, reason: str
) -> None:
    """Formats and limits that the vendor's reference has elsewhere are checked as well."""
    assert check(schema, right) is None
    assert check(schema, wrong) == reason


def test_all_models_of_items_are_checked_by_their_attributes() -> None:
    """Each attribute of a model of an item is compared with the schema of its property."""
    for operation, create in (
        (ADD_CODES, code),
        (ADD_VOUCHERS, voucher),
        (UPDATE_VOUCHERS, update),
    ):
        model = getattr(models, SCHEMAS[operation.name])
        for attribute in model.__match_args__:
            found = find_problem(operation, create(**{attribute: 1.5}))
            assert found is not None
            assert found.property == attribute
