"""`make docs-diff` overlooks nothing: each keyword, planted into the vendor's document alone."""

import copy
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.compared import Folder
from tests.support.hypothesis_profiles import examples
from tests.support.schema_keywords import KEYWORDS, SHORT, Keyword, planted
from tests.support.vendor_docs import (
    ADDS,
    API,
    CALLERS,
    READERS,
    UNKNOWN,
    WORDS,
    Edit,
    Node,
    as_openapi_31,
    at,
    labels,
    objects,
    operation,
    operations,
    places,
    recorded,
)

pytestmark = pytest.mark.source

#: The vendor's document without the parts that the places below do not need, to save time.
SMALL = recorded()
for _name, _node in [*operations(SMALL)]:
    _node["responses"] = {"200": _node["responses"]["200"]}
    if _name in ("vouchers/delete", "voucherCodes/add", "voucherCodes/delete"):
        del SMALL["paths"][API + _name]
#: Places of each kind, at several depths: in a request, and in a response.
REQUEST_PLACES = {
    "string": (
        "vouchers/getAll request Client",
        "vouchers/add request VoucherParameters[].Name",
        "vouchers/getAll request ExternalIdentifiers[]",
        "vouchers/update request VoucherUpdates[].OccupiableIntervalEndUtc.Value",
    ),
    "number": ("vouchers/getAll request Limitation.Count",),
    "array": (
        "vouchers/getAll request ActivityStates",
        "vouchers/add request VoucherParameters[].AssignedRateIds",
    ),
    "object": (
        "vouchers/getAll request",
        "vouchers/add request VoucherParameters[]",
        "vouchers/getAll request Extent",
    ),
}
RESPONSE_PLACES = {
    "string": (
        "voucherCodes/getAll 200 VoucherCodes[].Value",
        "vouchers/getAll 200 Companies[].Address.Line1",
        "vouchers/getAll 200 Rates[].Names{}",
    ),
    "number": ("vouchers/getAll 200 Companies[].Address.Latitude",),
    "array": ("vouchers/getAll 200 Companies", "voucherCodes/getAll 200 VoucherCodes"),
    "object": ("voucherCodes/getAll 200", "vouchers/getAll 200 Companies[].Options"),
}


def expected(keyword: Keyword, document: Node, *, gone: bool) -> set[str]:
    """Return the expected report of a keyword at all places of its kind."""
    names = [keyword.what] if keyword.what else [*keyword.keys]
    sides = {" request": keyword.effects[gone], " 200": keyword.effects[2 + gone]}
    where = REQUEST_PLACES[keyword.kind] + RESPONSE_PLACES[keyword.kind]
    return {
        f"{place}: {name}, {effect}"
        for label in where
        for place in labels(document, at(document, label))
        for side, effect in sides.items()
        if side in place
        for name in names
    }


@pytest.mark.parametrize("keyword", KEYWORDS.values(), ids=list(KEYWORDS))
def test_a_keyword_that_comes_or_goes_is_reported_with_whom_it_concerns(
    keyword: Keyword, tmp_path: Path
) -> None:
    """At any depth, in both versions of OpenAPI; an unknown keyword is reported as such."""
    where = REQUEST_PLACES[keyword.kind] + RESPONSE_PLACES[keyword.kind]
    older, newer = planted(SMALL, where, keyword.keys)
    before = as_openapi_31 if keyword.is_new else copy.deepcopy
    folder = Folder(tmp_path)
    for states, gone in (((older, newer), False), ((newer, older), True)):
        found = folder.news(before(states[0]), as_openapi_31(states[1]))
        assert (found.status, found.news) == (1, expected(keyword, older, gone=gone))


def test_exclusive_limits_of_openapi_30_are_those_of_31(tmp_path: Path) -> None:
    """A flag beside a limit in 3.0, and a limit of its own in 3.1, are the same."""
    place = "vouchers/getAll request Limitation.Count"
    of_30, of_31 = copy.deepcopy(SMALL), as_openapi_31(SMALL)
    at(of_30, place).update({"minimum": 1, "exclusiveMinimum": True})
    at(of_31, place).update({"exclusiveMinimum": 1})
    folder = Folder(tmp_path)
    assert folder.news(of_30, of_31).is_silent
    assert folder.news(SMALL, of_30).news == {
        f"{one}: exclusiveMinimum, {CALLERS}" for one in labels(SMALL, at(SMALL, place))
    }


# --- around the bodies

ADD = "vouchers/add"


class Part(NamedTuple):
    """Something that an operation, here vouchers/add, or what it consists of can say.

    Attributes:
        edit: Says it.
        place: Where it is reported, and as what; `new` turns into `gone` when it is taken back.
        effects: Whom it concerns when it comes, and when it goes.
        odd: What is reported beside it, as not understood.
    """

    edit: Edit
    place: str
    effects: tuple[str, ...] = (UNKNOWN, UNKNOWN)
    odd: str = ""


def on(*path: str, **keys: Any) -> Edit:
    """Return an edit of an object at a path below the operation."""

    def edit(document: Node) -> None:
        node = operation(document, ADD)
        for name in path:
            node = node.setdefault(name, {})
        node |= copy.deepcopy(keys)

    return edit


def around(**keys: Any) -> Edit:
    """Return an edit of the operation itself."""
    return lambda document: document["paths"][API + ADD].update(keys)


def without(*path: str) -> Edit:
    """Return an edit that removes an object at a path below the operation."""

    def edit(document: Node) -> None:
        node = operation(document, ADD)
        for name in path[:-1]:
            node = node[name]
        del node[path[-1]]

    return edit


IN_HEADER: Node = {"name": "x-odd", "in": "header", "schema": {"type": "string"}}
IN_QUERY: Node = {**IN_HEADER, "in": "query"}
JSON_BODY = ("requestBody", "content", "application/json")
RESPONSE = ("responses", "200")
JSON_RESPONSE = (*RESPONSE, "content", "application/json")
NEEDED, OFFERED = (CALLERS, CALLERS), (ADDS, CALLERS)
KEY: Node = {"type": "apiKey", "in": "header", "name": "X-Key"}


def with_parts() -> Node:
    """Return the vendor's document with more of the parts that an operation can have."""
    document = copy.deepcopy(SMALL)
    document["components"] |= {
        "parameters": {"Known": {"name": "known", "in": "query", "schema": {"type": "string"}}},
        "headers": {"Known": {"schema": {"type": "string"}}},
        "securitySchemes": {"key": dict(KEY), "other": KEY | {"name": "X-Other"}},
    }
    on(parameters=[{"$ref": "#/components/parameters/Known"}])(document)
    on(*RESPONSE, headers={"known": {"$ref": "#/components/headers/Known"}})(document)
    on(security=[{"key": ["a"]}])(document)
    on("responses", **{"429": {}})(document)
    return document


def in_component(kind: str, title: str, /, **keys: Any) -> Edit:
    """Return an edit of a component."""
    return lambda document: document["components"][kind][title].update(keys)


def of_parameter(keys: Node, *effects: str) -> Part:
    """Return an edit of the existing parameter."""
    edit = in_component("parameters", "Known", **keys)
    return Part(
        edit, f"parameters query known: {next(iter(keys))}", (effects or (UNKNOWN, UNKNOWN))
    )


def of_header(keys: Node, *effects: str) -> Part:
    """Return an edit of the existing header."""
    edit = in_component("headers", "Known", **keys)
    return Part(edit, f"200 header Known: {next(iter(keys))}", (effects or (UNKNOWN, UNKNOWN)))


PARTS = {
    # parameters and headers
    "required header": Part(
        around(parameters=[{**IN_HEADER, "required": True}]), "parameters header X-Odd: new", NEEDED
    ),
    "required query": Part(
        around(parameters=[{**IN_QUERY, "required": True}]), "parameters query x-odd: new", NEEDED
    ),
    "required cookie": Part(
        around(parameters=[{**IN_HEADER, "in": "cookie", "required": True}]),
        "parameters cookie x-odd: new",
        NEEDED,
    ),
    "header": Part(around(parameters=[IN_HEADER]), "parameters header X-Odd: new", OFFERED),
    "parameter with content": Part(
        around(parameters=[{"name": "x-odd", "in": "query", "content": {"text/plain": {}}}]),
        "parameters query x-odd: new",
        OFFERED,
    ),
    "a parameter less": Part(without("parameters"), "parameters query known: gone", OFFERED[::-1]),
    "a header less": Part(without(*RESPONSE, "headers"), "200 header Known: gone", (READERS, ADDS)),
    "another header": Part(
        on(*RESPONSE, "headers", **{"x-odd": {"schema": SHORT}}),
        "200 header X-Odd: new",
        (ADDS, READERS),
    ),
    **{
        f"{name} of a {kind}": made({name: value})
        for kind, made in (("parameter", of_parameter), ("header", of_header))
        for name, value in {"style": "simple", "explode": True, "x-unheard": 1}.items()
    },
    "allowEmptyValue": of_parameter({"allowEmptyValue": True}),
    "allowReserved": of_parameter({"allowReserved": True}),
    "required parameter": of_parameter({"required": True}, CALLERS, ADDS),
    "deprecated parameter": of_parameter({"deprecated": True}, WORDS, WORDS),
    "required header of a response": of_header({"required": True}, ADDS, READERS),
    "deprecated header": of_header({"deprecated": True}, WORDS, WORDS),
    "schema of a parameter": Part(
        in_component("parameters", "Known", schema={"type": "string", **SHORT}),
        "parameters query known: maxLength",
        (CALLERS, ADDS),
    ),
    "schema of a header": Part(
        in_component("headers", "Known", schema={"type": "string", **SHORT}),
        "200 header Known: maxLength",
        (ADDS, READERS),
    ),
    # the request
    "requestBody.required": Part(
        on("requestBody", required=True), "request: required", (CALLERS, ADDS)
    ),
    "requestBody": Part(without("requestBody"), "request: gone", (CALLERS, ADDS)),
    "one more request type": Part(
        on("requestBody", "content", **{"application/xml": {"schema": SHORT}}),
        "request: content",
        OFFERED,
        "request: application/xml",
    ),
    "encoding": Part(
        on(*JSON_BODY, encoding={"Name": {"contentType": "a/b"}}), "request: encoding"
    ),
    # responses
    "another status": Part(on("responses", **{"422": {}}), "422: new", (ADDS, WORDS)),
    "another success": Part(on("responses", **{"201": {}}), "201: new", (READERS, READERS)),
    "class of statuses": Part(on("responses", **{"4XX": {}}), "4XX: new", (ADDS, WORDS)),
    "default": Part(on("responses", default={}), "default: new", (ADDS, WORDS)),
    "a status less": Part(without("responses", "429"), "429: gone", (WORDS, ADDS)),
    "another response type": Part(
        on("responses", "200", "content", **{"text/csv": {}}),
        "200: content",
        (READERS, ADDS),
        "200: text/csv",
    ),
    "links": Part(on(*RESPONSE, links={"a": {"operationId": "a"}}), "200: links"),
    # the operation
    "deprecated": Part(on(deprecated=True), "operation: deprecated", (WORDS, WORDS)),
    "callbacks": Part(on(callbacks={"a": {}}), "operation: callbacks"),
    "servers": Part(on(servers=[{"url": "https://a.example"}]), "operation: servers"),
    "servers of all methods": Part(around(servers=[{"url": "https://a"}]), "operation: servers"),
    "unheard of": Part(on(**{"x-unheard": {}}), "operation: x-unheard"),
    # security
    "no security": Part(on(security=[]), "operation: security", (ADDS, CALLERS)),
    "security if one likes": Part(
        on(security=[{"key": ["a"]}, {}]), "operation: security", (ADDS, CALLERS)
    ),
    "one more way": Part(
        on(security=[{"key": ["a"]}, {"other": []}]), "operation: security", (ADDS, CALLERS)
    ),
    "both": Part(on(security=[{"key": ["a"], "other": []}]), "operation: security", NEEDED),
    "another scope": Part(on(security=[{"key": ["b"]}]), "operation: security", NEEDED),
    "another scheme": Part(
        in_component("securitySchemes", "key", name="X-New"), "operation: security", NEEDED
    ),
    "one more method": Part(
        around(get={"responses": {}}), "operation: method", OFFERED, "operation: GET"
    ),
}


def reported(part: Part, *, gone: bool) -> set[str]:
    """Return the expected report of a part that was added or removed."""
    turned = {"new": "gone", "gone": "new"}
    place, _, what = part.place.partition(": ")
    odd = {f"{ADD} {part.odd}, {UNKNOWN}"} if part.odd else set[str]()
    what = turned.get(what, what) if gone else what
    return {f"{ADD} {place}: {what}, {part.effects[gone]}"} | odd


@pytest.mark.parametrize("part", PARTS.values(), ids=list(PARTS))
def test_what_is_around_the_bodies_is_reported_with_whom_it_concerns(
    part: Part, tmp_path: Path
) -> None:
    """Parameters, content types, headers, statuses, security and unknown keywords."""
    older, newer = with_parts(), with_parts()
    part.edit(newer)
    folder = Folder(tmp_path)
    for states, gone in (((older, newer), False), ((newer, older), True)):
        found = folder.news(states[0], as_openapi_31(states[1]))
        assert (found.status, found.news) == (1, reported(part, gone=gone))


def test_a_body_without_a_schema_is_anything_and_one_without_content_is_none(
    tmp_path: Path,
) -> None:
    """Both are told, and not taken for each other."""
    older, folder = with_parts(), Folder(tmp_path)
    kinds = {
        "schema": (
            (*JSON_RESPONSE, "schema"),
            {"type": (READERS, ADDS), "nullable": (READERS, ADDS)},
        ),
        "content": (
            (*RESPONSE, "content"),
            {"type": (READERS, READERS), "content": (READERS, ADDS)},
        ),
    }
    for path, expected in kinds.values():
        newer = with_parts()
        without(*path)(newer)
        for states, gone in (((older, newer), False), ((newer, older), True)):
            assert folder.news(*states).news == {
                f"{ADD} 200: {what}, {effects[gone]}" for what, effects in expected.items()
            }


def test_security_of_the_whole_document_is_that_of_each_operation(tmp_path: Path) -> None:
    """A caller has to send the key, wherever the document says so."""
    newer: Node = {**copy.deepcopy(SMALL), "security": [{"key": []}]}
    newer["components"]["securitySchemes"] = {"key": KEY}
    assert Folder(tmp_path).news(SMALL, newer).news == {
        f"{name} operation: security, {CALLERS}" for name, _ in operations(SMALL)
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(["", "a"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)


def reached(document: Node) -> list[Node]:
    """Return all objects of an operation, in a fixed order."""
    found = [node for _, item in operations(document) for _, node in objects(item)]
    return found + [node for _, node in places(document)]


@settings(max_examples=examples(60))
@given(data=st.data(), key=st.sampled_from(["x-new", "newer"]), value=JSON)
def test_what_nobody_has_heard_of_is_never_passed_over(
    data: st.DataObject, key: str, value: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any unknown keyword with any value, anywhere, is reported as not understood."""
    newer = copy.deepcopy(SMALL)
    spot = data.draw(st.integers(0, len(reached(newer)) - 1))
    reached(newer)[spot][key] = value
    found = Folder(tmp_path_factory.mktemp("vendor")).news(SMALL, newer)
    assert found.status == 1
    assert {line.rpartition(": ")[2] for line in found.news} == {f"{key}, {UNKNOWN}"}
