"""`make docs-diff` is silent about no keyword that OpenAPI 3.0 or 3.1 has, wherever it can stand.

The keywords are those of the published schemas of both versions and of JSON Schema, so that none is
forgotten. Who is concerned by a change is the business of `test_docs_keywords`.
"""

import copy
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]

from tests.support.compared import Folder, compared
from tests.support.vendor_docs import Node

pytestmark = pytest.mark.source

RESOURCES = files("openapi_spec_validator") / "resources" / "schemas"
OF_30, OF_31 = (
    json.loads((RESOURCES / version / "schema.json").read_text("utf-8"))
    for version in ("v3.0", "v3.1")
)
VOCABULARIES = "https://json-schema.org/draft/2020-12/meta/"
#: What the vendor has added, and a keyword that it may add.
EXTENSIONS = ("x-extensible", "x-max-interval-in-months", "x-unheard", "unheard")


def with_everything() -> Node:
    """Return a document with an object of every kind in reach of a voucher operation."""
    text = {"schema": {"type": "string"}}
    shared = {"$ref": "#/components/examples/Shared"}
    media = {
        "schema": {"$ref": "#/components/schemas/Body"},
        "examples": {"One": {"value": 1}, "Shared": shared},
    }
    part = {"contentType": "text/plain", "headers": {"Part": copy.deepcopy(text)}}
    flow = {"authorizationUrl": "https://a.example", "tokenUrl": "https://b.example", "scopes": {}}
    server = {"url": "https://{a}.example", "variables": {"a": {"default": "b"}}}
    operation: Node = {
        "externalDocs": {"url": "https://docs.example"},
        "parameters": [{"name": "a", "in": "query", **copy.deepcopy(text)}],
        "security": [{"key": [], "http": []}, {"oauth": ["a"]}, {"openid": []}],
        "requestBody": {
            "content": {
                "application/json": copy.deepcopy(media),
                "multipart/form-data": copy.deepcopy(media) | {"encoding": {"A": part}},
            }
        },
        "responses": {
            "200": {
                "content": {"application/json": copy.deepcopy(media)},
                "headers": {"Known": copy.deepcopy(text)},
                "links": {"Next": {"operationId": "a"}},
            },
            "204": {"content": {"application/json": copy.deepcopy(media)}},
            "400": {"$ref": "#/components/responses/Error"},
        },
    }
    body = {
        "type": "object",
        "properties": {name: {"$ref": f"#/components/schemas/{name}"} for name in SCHEMAS},
    }
    return {
        "openapi": "3.0.3",
        "servers": [server],
        "paths": {
            "/api/connector/v1/vouchers/add": {
                "post": operation,
                "servers": [copy.deepcopy(server)],
            },
            "/api/connector/v1/vouchers/delete": {"post": {"responses": {}}},
        },
        "components": {
            "examples": {"Shared": {"value": 1}},
            "pathItems": {"A": {"summary": "A."}, "B": {"summary": "B."}},
            "responses": {"A": {"headers": {"a": {}}}, "B": {"links": {"a": {}}}, "Error": {}},
            "schemas": {
                "Body": body,
                "R": {"maxLength": 1},
                "S": {"minLength": 1},
                **copy.deepcopy(SCHEMAS),
            },
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "a"},
                "http": {"type": "http", "scheme": "basic"},
                "oauth": {"type": "oauth2", "flows": {"authorizationCode": flow}},
                "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://c.example"},
            },
        },
    }


#: Each keyword is planted into all of these; what else they say may change what it means.
SCHEMAS: dict[str, Node] = {
    "Text": {"type": "string"},
    "Time": {"type": "string", "format": "date-time"},
    "Id": {"type": "string", "format": "uuid"},
    "Choice": {"type": "string", "enum": ["a", "b"]},
    "Number": {"type": "number", "minimum": 1, "maximum": 9, "xml": {"name": "a"}},
    "List": {"type": "array", "items": {"type": "string"}},
    "Object": {"type": "object", "properties": {"A": {}}, "discriminator": {"propertyName": "A"}},
    "Wrapped": {"allOf": [{"type": "string"}]},
    "Anything": {"description": "Anything."},
}
POST = ("paths", "/api/connector/v1/vouchers/add", "post")
CONTENT, OK = ("content", "application/json"), ("responses", "200")
PART = (*POST, "requestBody", "content", "multipart/form-data", "encoding", "A")
SCHEMES = ("components", "securitySchemes")
FLOWS = (*SCHEMES, "oauth", "flows")
#: Every kind of object: what the schemas of both versions call it, and where one is.
KINDS: dict[str, tuple[tuple[str, ...], tuple[Any, ...]]] = {
    "document": (("",), ()),
    "path item": (("PathItem", "path-item"), POST[:-1]),
    "operation": (("Operation", "operation"), POST),
    "external documentation": (("ExternalDocumentation",), (*POST, "externalDocs")),
    "parameter": (("Parameter", "parameter"), (*POST, "parameters", 0)),
    "server": (("Server", "server"), (*POST[:-1], "servers", 0)),
    "server of all operations": (("Server", "server"), ("servers", 0)),
    "variable": (
        ("ServerVariable", "server-variable"),
        (*POST[:-1], "servers", 0, "variables", "a"),
    ),
    "request": (("RequestBody", "request-body"), (*POST, "requestBody")),
    "response": (("Response", "response"), (*POST, *OK)),
    "reference": (("reference",), (*POST, "responses", "400")),
    "link": (("Link", "link"), (*POST, *OK, "links", "Next")),
    "header": (("Header", "header"), (*POST, *OK, "headers", "Known")),
    "media type": (("MediaType", "media-type"), (*POST, "requestBody", *CONTENT)),
    "media type of a response": (("MediaType", "media-type"), (*POST, *OK, *CONTENT)),
    "second media type": (("MediaType", "media-type"), PART[:-2]),
    "media type of a 204": (("MediaType", "media-type"), (*POST, "responses", "204", *CONTENT)),
    "encoding": (("Encoding", "encoding"), PART),
    "header of a part": (("Header", "header"), (*PART, "headers", "Part")),
    "example": (("Example", "example"), (*POST, *OK, *CONTENT, "examples", "One")),
    "shared example": (("Example", "example"), ("components", "examples", "Shared")),
    "key": (("APIKeySecurityScheme", "security-scheme"), (*SCHEMES, "key")),
    "http": (("HTTPSecurityScheme", "security-scheme"), (*SCHEMES, "http")),
    "oauth": (("OAuth2SecurityScheme", "security-scheme"), (*SCHEMES, "oauth")),
    "openid": (("OpenIdConnectSecurityScheme", "security-scheme"), (*SCHEMES, "openid")),
    "flows": (("OAuthFlows", "oauth-flows"), FLOWS),
    "flow": (("AuthorizationCodeOAuthFlow",), (*FLOWS, "authorizationCode")),
    "discriminator": (("Discriminator",), ("components", "schemas", "Object", "discriminator")),
    "xml": (("XML",), ("components", "schemas", "Number", "xml")),
    "schema": (("Schema",), ("components", "schemas")),
}
#: What is not about a single operation, or is the operation itself.
ELSEWHERE = {"openapi", "info", "tags", "externalDocs", "webhooks", "paths", "components"}
SHORT: Node = {"maxLength": 3}
LONG: Node = {"maxLength": 4}
#: Two values of each keyword that does not take any text.
VALUES: dict[str, tuple[Any, ...]] = {
    "parameters": ([{"name": "b", "in": "query"}], [{"name": "b", "in": "header"}]),
    "servers": ([{"url": "b"}], [{"url": "c"}]),
    **dict.fromkeys(("properties", "patternProperties", "$defs"), ({"a": SHORT}, {"a": LONG})),
    **dict.fromkeys(("dependentSchemas", "schemas"), ({"a": SHORT}, {"a": LONG})),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), ([SHORT, {}], [LONG, {}])),
    **dict.fromkeys(("not", "if", "then", "else", "items", "contains"), (SHORT, LONG)),
    **dict.fromkeys(("propertyNames", "contentSchema", "unevaluatedItems"), (SHORT, LONG)),
    **dict.fromkeys(("unevaluatedProperties", "schema"), (SHORT, LONG)),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "multipleOf"), (3, 4)),
    **dict.fromkeys(("minProperties", "maxProperties", "minContains", "maxContains"), (3, 4)),
    **dict.fromkeys(("minimum", "maximum", "x-max-interval-in-months"), (3, 4)),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), (True, 3, 4)),
    **dict.fromkeys(("nullable", "deprecated", "readOnly", "writeOnly", "uniqueItems"), (True,)),
    **dict.fromkeys(("allowEmptyValue", "explode", "allowReserved", "x-extensible"), (True,)),
    **dict.fromkeys(("attribute", "wrapped"), (True,)),
    **dict.fromkeys(("get", "put", "delete", "options", "head", "patch", "trace"), ({}, SHORT)),
    **dict.fromkeys(("mapping", "variables", "scopes"), ({"a": "b"}, {"a": "c"})),
    **dict.fromkeys(("examples", "links", "callbacks", "flows"), ({"a": {}}, {"b": {}})),
    **dict.fromkeys(("implicit", "password", "clientCredentials"), ({}, {"tokenUrl": "a"})),
    "additionalProperties": (False, SHORT),
    "authorizationCode": ({}, {"tokenUrl": "a"}),
    "content": ({"a/b": {}}, {"a/b": {"schema": SHORT}}),
    "default": ("a", {}),
    "dependentRequired": ({"a": ["b"]}, {"a": ["c"]}),
    "discriminator": ({"propertyName": "a"}, {"propertyName": "b"}),
    "encoding": ({"a": {}}, {"a": {"style": "form"}}),
    "enum": (["c"], ["c", "d"]),
    "externalDocs": ({"url": "a"}, {"url": "b"}),
    "headers": ({"a": {}}, {"a": {"required": True}}),
    "in": ("query", "header"),
    "requestBody": ({"content": {}}, {"content": {"application/json": {"schema": SHORT}}}),
    "responses": ({"201": {}}, {"202": {}}),
    "security": ([{"key": []}, {}], [{"key": []}]),
    "server": ({"url": "a"}, {"url": "b"}),
    "tags": (["a"], ["b"]),
    "type": ("string", "integer"),
    "xml": ({"name": "a"}, {"name": "b"}),
    "unheard": (False, {"a": None}),
    "$vocabulary": ({"a": True}, {"a": False}),
}
OF_ONE_KIND: dict[tuple[str, str], tuple[Any, ...]] = {
    ("path item", "$ref"): ("#/components/pathItems/A", "#/components/pathItems/B"),
    ("reference", "$ref"): ("#/components/responses/A", "#/components/responses/B"),
    ("parameter", "required"): (True,),
    ("request", "required"): (True,),
    ("header", "required"): (True,),
    ("header of a part", "required"): (True,),
    ("schema", "required"): (["A"], ["A", "B"]),
    ("schema", "$ref"): ("#/components/schemas/R", "#/components/schemas/S"),
    ("schema", "type"): ("boolean", ["boolean", "integer"]),
    ("link", "requestBody"): ("a", "b"),
    ("link", "parameters"): ({"a": "b"}, {"a": "c"}),
    ("xml", "wrapped"): (True,),
}
#: What other keywords of a schema say as well, and so need not be said.
IMPLIED = {"type": {"Choice", "Wrapped", "Object", "List"}, "allOf": {"Wrapped"}}
IMPLIED |= {"items": {"List"}, "nullable": {"Anything"}}


def keywords(kind: str) -> Iterator[str]:
    """Yield the keywords of a kind of object, in either version."""
    for name in KINDS[kind][0]:
        for of_version in (
            OF_30["definitions"].get(name) if name else OF_30,
            OF_31["$defs"].get(name) if name else OF_31,
        ):
            yield from of_object(of_version or {}, is_whole=not name)
    if kind == "schema":
        for address in sorted(REGISTRY):  # its own order changes with each process
            contents: Any = REGISTRY[address].contents
            if address.startswith(VOCABULARIES):
                yield from contents.get("properties", ())


def of_object(described: Any, *, is_whole: bool = False) -> Iterator[str]:
    """Yield the keywords that a schema of OpenAPI describes for one object."""
    yield from described.get("properties", ())
    parts = () if is_whole else described.get("$defs", {}).values()
    for part in (*described.get("allOf", ()), *parts):
        yield from of_object(part.get("then", part))
    for key in described.get("patternProperties", ()):
        yield from key.strip("^()$").split("|") if "trace" in key else ()


def cases() -> Iterator[tuple[str, str]]:
    """Yield every kind of object with every keyword that it can have."""
    for kind in KINDS:
        here = dict.fromkeys((*keywords(kind), *(EXTENSIONS if kind != "document" else ())))
        here.pop("post", None)
        for keyword in here:
            if kind != "document" or keyword not in ELSEWHERE:
                yield kind, keyword


def states(kind: str, keyword: str) -> Iterator[Node]:
    """Yield documents without a keyword, and with each of its values."""
    absent = object()
    for value in (absent, *OF_ONE_KIND.get((kind, keyword), VALUES.get(keyword, ("a", "b")))):
        document = node = with_everything()
        for key in KINDS[kind][1]:
            node = node[key]
        for one in [node[name] for name in SCHEMAS] if kind == "schema" else [node]:
            one.pop(keyword, None)
            if value is not absent:
                one[keyword] = copy.deepcopy(value)
        yield document


def test_the_cases_are_all_there() -> None:
    """Every kind is known to the published schemas, which have not become empty."""
    found = list(cases())
    assert {kind for kind, keyword in found if keyword not in EXTENSIONS} == {*KINDS}
    assert len(found) > 250


@pytest.mark.parametrize(("kind", "keyword"), list(cases()))
def test_a_keyword_that_comes_changes_or_goes_is_told(
    kind: str, keyword: str, tmp_path: Path
) -> None:
    """As a difference, as a text, or as what is not understood; of a schema, at each place."""
    found = list(states(kind, keyword))
    folder = Folder(tmp_path)
    folder.options += ["--document", folder.document(with_everything(), "ours.json")]
    silent = list[object]()
    for older, newer in zip(found, [*found[1:], found[0]], strict=True):
        folder.record(folder.document(older))
        told = compared(folder.document(newer), *folder.options)
        places = [line.partition(" request ")[2] for line in told.news]
        names = SCHEMAS.keys() - IMPLIED.get(keyword, set()) if kind == "schema" else {""}
        silent += [name for name in names if not any(one.startswith(name) for one in places)]
        silent += [] if told.status == 1 and told.news else [told]
    assert silent == []
