"""The OpenAPI document follows the rules in its own header."""

import calendar
import copy
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, cast

import jsonschema_rs
import pytest
import yaml
from mews_vouchers._limits import MAX_FILTER_VALUES, MAX_ITEMS_PER_WRITE
from openapi_spec_validator import validate

from tests.support.documented import UNKNOWN, UNKNOWN_TOO, UNKNOWN_VALUE, objects_in
from tests.support.paths import ROOT

pytestmark = pytest.mark.source

#: Any: the types in a YAML file are the rules that are tested below.
Node = dict[str, Any]

SOURCE = ROOT / "openapi" / "mews-vouchers.yaml"
DOCUMENT: Node = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
COMPONENTS: Node = DOCUMENT["components"]
SCHEMAS: Node = COMPONENTS["schemas"]
SCHEMA_REF = "#/components/schemas/"


# --- navigation


def resolve(node: Node) -> Node:
    """Follow references to the end."""
    while "$ref" in node:
        target: Any = DOCUMENT
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        node = target
    return node


def items(value: Any) -> list[tuple[Any, Any]]:
    """Yield the entries of an object or of a list, and of anything else none."""
    if isinstance(value, dict):
        return list(cast("Node", value).items())
    if isinstance(value, list):
        return list(enumerate(cast("Iterable[Any]", value)))
    return []


def nodes(tree: Any, path: str = "") -> Iterator[tuple[str, Node]]:
    """Yield all objects of the tree, each with the path to it."""
    if isinstance(tree, dict):
        yield path, cast("Node", tree)
    for key, value in items(tree):
        yield from nodes(value, f"{path}/{key}")


def refs(tree: Any) -> set[str]:
    """The names of the schemas that the tree refers to."""
    return {
        node["$ref"].removeprefix(SCHEMA_REF)
        for _, node in nodes(tree)
        if str(node.get("$ref", "")).startswith(SCHEMA_REF)
    }


def reachable(tree: Any) -> set[str]:
    """Return the names of the schemas that the tree leads to, directly or not."""
    found: set[str] = set()
    pending = refs(tree)
    while pending:
        found |= pending
        pending = refs([SCHEMAS[name] for name in pending]) - found
    return found


def validator(schema: Node) -> jsonschema_rs.Draft202012Validator:
    """Create a validator of a schema of the document, formats included."""
    return jsonschema_rs.Draft202012Validator(
        {**schema, "components": COMPONENTS}, validate_formats=True
    )


OPERATIONS: dict[str, Node] = {
    operation["operationId"]: operation
    for path in DOCUMENT["paths"].values()
    for operation in path.values()
}
RESPONSES: dict[str, Node] = {
    f"{name}-{status}": resolve(response)
    for name, operation in OPERATIONS.items()
    for status, response in operation["responses"].items()
}
LINKS: dict[str, tuple[str, Node]] = {
    f"{name}-{link}": (name, resolve(target))
    for name, operation in OPERATIONS.items()
    for link, target in operation["responses"]["200"].get("links", {}).items()
}
REQUEST_SCHEMAS = reachable([operation["requestBody"] for operation in OPERATIONS.values()])
RESPONSE_SCHEMAS = reachable(list(RESPONSES.values()))
OBJECTS = {name for name, schema in SCHEMAS.items() if schema.get("type") == "object"}
PROPERTIES: dict[str, Node] = {
    f"{name}.{key}": value
    for name in sorted(OBJECTS)
    for key, value in SCHEMAS[name].get("properties", {}).items()
}


class Example(NamedTuple):
    """A named example of a media type, and its schema."""

    schema: Node
    value: Any


def examples() -> Iterator[tuple[str, Example]]:
    """Every example of every operation, each under a name of its own."""
    for name, operation in OPERATIONS.items():
        bodies = {"request": operation["requestBody"]}
        bodies |= {status: resolve(response) for status, response in operation["responses"].items()}
        for part, body in bodies.items():
            for media in body.get("content", {}).values():
                for key, example in media["examples"].items():
                    value = resolve(example)["value"]
                    yield f"{name}-{part}-{key}", Example(media["schema"], value)


EXAMPLES = dict(examples())

every_operation = pytest.mark.parametrize("name", sorted(OPERATIONS))
every_example = pytest.mark.parametrize("name", sorted(EXAMPLES))
every_link = pytest.mark.parametrize("name", sorted(LINKS))


# --- the document as a whole


def test_is_valid_openapi() -> None:
    """The document is valid OpenAPI."""
    validate(DOCUMENT)


def test_has_the_seven_operations() -> None:
    """There are seven operations, each a POST with the vendor's path and its own id."""
    expected = {
        f"/api/connector/v1/{resource}/{action}": {"post": f"{resource}_{action}"}
        for resource, actions in {
            "vouchers": ["getAll", "add", "update", "delete"],
            "voucherCodes": ["getAll", "add", "delete"],
        }.items()
        for action in actions
    }

    assert expected == {
        path: {method: operation["operationId"] for method, operation in item.items()}
        for path, item in DOCUMENT["paths"].items()
    }


def test_says_that_it_is_not_official() -> None:
    """The first sentence says that it is not published by Mews."""
    assert DOCUMENT["info"]["description"].startswith("This is not an official Mews product")


def test_says_which_state_it_has() -> None:
    """The version is the month of the vendor's state, and every mention of it is the same."""
    year, month = map(int, DOCUMENT["info"]["version"].split("."))
    state = f"{calendar.month_name[month]} {year}"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert f"as published in {state}." in DOCUMENT["info"]["description"].replace("\n", " ")
    assert f"# What it is. A hand-written description of seven operations, state of {state}." in (
        SOURCE.read_text(encoding="utf-8")
    )
    assert f"state of {state}" in readme
    assert DOCUMENT["externalDocs"]["url"] in readme


def test_names_of_the_tests_are_not_the_vendors() -> None:
    """The names that tests use as unknown ones are nowhere in the document."""
    text = SOURCE.read_text(encoding="utf-8")

    assert [name for name in (UNKNOWN, UNKNOWN_TOO, UNKNOWN_VALUE) if name in text] == []


def test_needs_no_security_scheme() -> None:
    """The tokens are in the body, and the document says that there is nothing else."""
    assert DOCUMENT["security"] == []
    assert "securitySchemes" not in COMPONENTS


def test_uses_every_component() -> None:
    """No component is unused."""
    used = {node["$ref"] for _, node in nodes(DOCUMENT) if "$ref" in node}

    assert used == {
        f"#/components/{kind}/{name}" for kind, members in COMPONENTS.items() for name in members
    }


# --- operations


@every_operation
def test_operation_is_explained(name: str) -> None:
    """An operation has a summary, a description, a tag that exists and a described body."""
    operation = OPERATIONS[name]

    assert operation["summary"]
    assert operation["description"]
    assert operation["requestBody"]["description"]
    assert operation["tags"] == [name.partition("_")[0]]
    assert set(operation["tags"]) <= {tag["name"] for tag in DOCUMENT["tags"]}


@every_operation
def test_request_is_required_json(name: str) -> None:
    """A body is required, and it is JSON of a named schema."""
    body = OPERATIONS[name]["requestBody"]

    assert body["required"] is True
    assert list(body["content"]) == ["application/json"]
    assert list(body["content"]["application/json"]["schema"]) == ["$ref"]


@every_operation
def test_operation_lists_every_status(name: str) -> None:
    """An operation has a 200 of its own, and all other statuses as the other operations."""
    responses, *others = (
        dict(one["responses"]) for one in (OPERATIONS[name], *OPERATIONS.values())
    )
    own = responses.pop("200")

    assert "$ref" not in own
    assert len(responses) == len(COMPONENTS["responses"])
    assert all(list(response) == ["$ref"] for response in responses.values())
    assert all(other == responses | {"200": other["200"]} for other in others)


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_response_is_complete(name: str) -> None:
    """A response has a description, a Request-Id, and the body and headers of its status."""
    response = RESPONSES[name]
    status = name.rpartition("-")[2]

    assert response["description"]
    assert resolve(response["headers"]["Request-Id"])["required"] is True
    assert ("Retry-After" in response["headers"]) == (status == "429")
    if status == "204":
        assert "content" not in response
    else:
        assert list(response["content"]) == ["application/json"]
    if int(status) >= 400:
        assert refs(response["content"]) == {"ConnectorApiExceptionResult"}


# --- schemas


def test_everything_is_described() -> None:
    """A schema and a property have a description of whole sentences, also beside a reference."""
    described = SCHEMAS | PROPERTIES

    assert [name for name in described if not described[name]["description"].endswith(".")] == []


def test_deprecated_properties_name_their_successor() -> None:
    """A deprecated property says what to use instead, and no other property does."""
    deprecated = {name for name, node in PROPERTIES.items() if node.get("deprecated")}

    assert deprecated
    assert deprecated == {
        name for name, node in PROPERTIES.items() if node["description"].endswith(" instead.")
    }


def test_schemas_avoid_what_spoils_the_generated_code() -> None:
    """No title, default or example; no inline object or enum; no name that would clash."""
    keywords = {
        f"{path}/{keyword}"
        for path, node in nodes(SCHEMAS)
        for keyword in ("title", "default", "example")
        if keyword in node and not path.endswith("/properties")
    }
    inline = {
        path
        for path, node in nodes(SCHEMAS)
        if path.count("/") > 1 and (node.get("type") == "object" or "enum" in node)
    }

    assert keywords == set()
    assert inline == set()
    assert "Client" not in SCHEMAS
    assert not [name for name in PROPERTIES if name.endswith(".D")]


def test_enums_name_their_members() -> None:
    """Each value of an enum has a member name in capitals that reads like the value."""
    enums = [schema for schema in SCHEMAS.values() if "enum" in schema]

    assert enums
    for schema in enums:
        names = schema["x-enum-varnames"]
        assert [value.upper() for value in schema["enum"]] == [n.replace("_", "") for n in names]
        assert all(name.isupper() for name in names)


def test_requests_and_responses_share_no_object() -> None:
    """An object belongs to requests (closed) or to responses (open), not to both."""
    assert set(SCHEMAS) == REQUEST_SCHEMAS | RESPONSE_SCHEMAS
    assert not REQUEST_SCHEMAS & RESPONSE_SCHEMAS & OBJECTS


def test_request_objects_are_closed() -> None:
    """An unknown property is rejected, at every depth."""
    closed = {name for name in OBJECTS if SCHEMAS[name].get("additionalProperties") is False}

    assert closed == REQUEST_SCHEMAS & OBJECTS


def test_response_objects_are_open() -> None:
    """A new property is no error; only the map of languages describes its values."""
    told = {name for name in RESPONSE_SCHEMAS if "additionalProperties" in SCHEMAS[name]}

    assert told == {"LocalizedText"}


def test_what_is_required_exists() -> None:
    """Each required property exists, and is listed once."""
    required = {name: node["required"] for name, node in SCHEMAS.items() if "required" in node}

    assert required
    for name, keys in required.items():
        assert len(set(keys)) == len(keys)
        assert set(keys) <= set(SCHEMAS[name]["properties"]), name


def test_ids_are_identifiers() -> None:
    """An id is an Identifier, alone, in a list or in an update value."""
    wrappers = {"GuidNullableUpdateValue", "AssignedRateIds"}
    ids = {name for name in PROPERTIES if name.endswith(("Id", "Ids", "Cursor"))}
    ids -= {"ConnectorApiExceptionResult.RequestId"}  # an id of another kind

    assert len(ids) > 40
    assert [name for name in ids if not refs(PROPERTIES[name]) & {"Identifier", *wrappers}] == []
    assert all(refs(SCHEMAS[name]) == {"Identifier"} for name in wrappers)


def test_times_are_utc_date_times() -> None:
    """A time is a UtcDateTime, except in filters and update values."""
    times = {name: refs(node) for name, node in PROPERTIES.items() if name.endswith("Utc")}
    others = {"Filter": {"TimeFilterInterval"}, "Update": {"StringUpdateValue"}}

    assert times
    for name, found in times.items():
        kinds = [expected for kind, expected in others.items() if f"{kind}Parameters." in name]
        assert [found] == (kinds or [{"UtcDateTime"}]), name


def test_ids_stay_strings() -> None:
    """No schema has the format uuid, so ids are `str` in Python."""
    assert [path for path, node in nodes(SCHEMAS) if node.get("format") == "uuid"] == []


def test_tokens_are_marked_as_secrets() -> None:
    """Both tokens of each request are Tokens, and a Token has the format password."""
    tokens = {name for name in PROPERTIES if name.endswith("Token")}

    assert 2 * len(OPERATIONS) == len(tokens)
    assert SCHEMAS["Token"]["format"] == "password"
    assert all(refs(PROPERTIES[name]) == {"Token"} for name in tokens)


def test_integers_are_bounded() -> None:
    """Each integer has a range, because validators do not look at int32 and int64."""
    integers = [node for _, node in nodes(SCHEMAS) if node.get("type") == "integer"]

    assert integers
    assert all({"minimum", "maximum"} <= set(node) for node in integers)


# --- examples


@every_operation
def test_operation_has_examples(name: str) -> None:
    """An operation has at least one example of its request and one of its response."""
    assert any(key.startswith(f"{name}-request-") for key in EXAMPLES)
    assert any(key.startswith(f"{name}-200-") for key in EXAMPLES)


@every_example
def test_example_is_valid(name: str) -> None:
    """An example is valid for its schema."""
    schema, value = EXAMPLES[name]

    validator(schema).validate(value)


def test_one_example_shows_everything() -> None:
    """The page with every extent has every property of its objects: tests rely on it."""
    page = COMPONENTS["examples"]["VouchersEveryExtentPage"]["value"]

    for schema, value in objects_in("VoucherResult", page):
        properties = SCHEMAS[schema].get("properties", value)
        assert properties.keys() == value.keys(), schema


@every_example
def test_example_with_a_wrong_value_is_refused(name: str) -> None:
    """A value of the wrong type is found anywhere, so the checks do check."""
    schema, value = EXAMPLES[name]
    check = validator(schema)

    for path, broken in with_one_wrong_value(value):
        assert not check.is_valid(broken), path


@every_operation
def test_request_with_an_unknown_property_is_refused(name: str) -> None:
    """An unknown property is found at every depth."""
    for schema, value in examples_of(name):
        check = validator(schema)
        for path, broken in with_one_more_property(value):
            assert not check.is_valid(broken), path


@every_operation
def test_request_without_a_required_property_is_refused(name: str) -> None:
    """A request without a required property is rejected."""
    for schema, value in examples_of(name):
        check = validator(schema)
        for key in resolve(schema)["required"]:
            assert not check.is_valid({k: v for k, v in value.items() if k != key}), key


def test_examples_hold_no_tokens() -> None:
    """The tokens of the examples are obvious placeholders."""
    values = {
        (key, value)
        for _, node in nodes(COMPONENTS["examples"])
        for key, value in node.items()
        if key.endswith("Token")
    }

    assert {("ClientToken", "your-client-token"), ("AccessToken", "your-access-token")} == values


def examples_of(name: str) -> list[Example]:
    """The examples of the request of an operation."""
    return [item for key, item in EXAMPLES.items() if key.startswith(f"{name}-request-")]


def with_one_wrong_value(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Copies of a value in which one part is a list of a list, which is valid nowhere."""
    if path.endswith("/Details"):  # any JSON is valid there
        return
    yield path, [[]]
    yield from with_one_broken_entry(value, path, with_one_wrong_value)


def with_one_more_property(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Copies of a value in which one object has an unknown property."""
    if isinstance(value, dict):
        yield path, {**cast("Node", value), UNKNOWN: None}
    yield from with_one_broken_entry(value, path, with_one_more_property)


def with_one_broken_entry(
    value: Any, path: str, breaks: Callable[[Any, str], Iterator[tuple[str, Any]]]
) -> Iterator[tuple[str, Any]]:
    """Copies of an object or a list in which one entry is broken."""
    for key, entry in items(value):
        for where, broken in breaks(entry, f"{path}/{key}"):
            changed = copy.copy(value)
            changed[key] = broken
            yield where, changed


# --- limits

#: Each limit, and by how much a value just beyond it is larger.
LIMITS = {
    "minLength": -1,
    "maxLength": 1,
    "minItems": -1,
    "maxItems": 1,
    "minimum": -1,
    "maximum": 1,
}
LIMITED = sorted(name for name in PROPERTIES if LIMITS.keys() & resolve(PROPERTIES[name]).keys())


def at_limits(name: str) -> Iterator[tuple[Any, Any]]:
    """Values at each limit of a property, and just beyond it."""
    node = resolve(PROPERTIES[name])
    for keyword, beyond in LIMITS.items():
        if keyword in node:
            yield sized(name, node[keyword]), sized(name, node[keyword] + beyond)


def sized(name: str, size: int) -> Any:
    """A value of a property with this length, or this number."""
    node = resolve(PROPERTIES[name])
    if "items" not in node:
        return size if node["type"] == "integer" else "x" * size
    item, key = resolve(node["items"]), name.partition(".")[2]
    if item["type"] == "object":
        found = (value[key] for _, value in EXAMPLES.values() if key in value)
        return [next(filter(None, found))[0]] * size
    return [
        f"{n:08x}-0000-4000-8000-000000000000" if "pattern" in item else "x" for n in range(size)
    ]


@pytest.mark.parametrize("name", LIMITED)
def test_limits(name: str) -> None:
    """A value at a limit is accepted, and one just beyond it is rejected."""
    check = validator(PROPERTIES[name])

    assert [beyond for _, beyond in at_limits(name) if check.is_valid(beyond)] == []
    assert [value for value, _ in at_limits(name) if not check.is_valid(value)] == []


@pytest.mark.parametrize(
    "key",
    sorted(
        SCHEMAS["VoucherAddParameters"]["properties"].keys()
        & SCHEMAS["VoucherUpdateParameters"]["properties"].keys()
    ),
)
def test_limits_hold_inside_update_values(key: str) -> None:
    """A value that is too long for a new voucher is too long in an update; null is accepted."""
    check = validator(PROPERTIES[f"VoucherUpdateParameters.{key}"])

    assert check.is_valid(None)
    assert check.is_valid({})
    for value, beyond in at_limits(f"VoucherAddParameters.{key}"):
        assert check.is_valid({"Value": value})
        assert check.is_valid({"Value": beyond}) == (len(beyond) < len(value))


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("2025-07-01T00:00:00Z", True),
        ("2024-02-29T23:59:59Z", True),
        ("1000-01-01T00:00:00Z", True),
        ("9999-12-31T23:59:59Z", True),
        ("0999-12-31T23:59:59Z", False),
        ("2025-02-29T00:00:00Z", False),
        ("2025-07-01", False),
        ("2025-07-01 00:00:00Z", False),
        ("2025-07-01T00:00:00", False),
        ("2025-07-01T00:00:00.0Z", False),
        ("2025-07-01T02:00:00+02:00", False),
        ("2025-07-01T24:00:00Z", False),
        ("2025-06-30T23:59:60Z", False),
    ],
)
def test_times_are_utc_in_one_form(value: str, valid: bool) -> None:  # noqa: FBT001
    """A time is a real one, in whole seconds, and ends in Z."""
    assert validator(SCHEMAS["UtcDateTime"]).is_valid(value) is valid


@every_operation
def test_lists_of_requests_hold_what_the_client_sends(name: str) -> None:
    """A list in a request accepts as many items as the client sends, no more, and not none."""
    schema, body = examples_of(name)[-1]
    check = validator(schema)
    lists = {key for key, value in body.items() if isinstance(value, list)} - {"ActivityStates"}

    assert lists
    for key in lists:
        largest = MAX_FILTER_VALUES if name.endswith("getAll") else MAX_ITEMS_PER_WRITE
        assert check.is_valid({**body, key: body[key][:1] * largest})
        assert not check.is_valid({**body, key: body[key][:1] * (largest + 1)})
        assert not check.is_valid({**body, key: []})


@every_operation
def test_language_and_culture_go_together(name: str) -> None:
    """Every request accepts both LanguageCode and CultureCode, or neither."""
    check = validator(examples_of(name)[0].schema)
    body = examples_of(name)[0].value

    assert check.is_valid(body)
    assert check.is_valid({**body, "LanguageCode": "en-US", "CultureCode": "en-US"})
    assert not check.is_valid({**body, "LanguageCode": "en-US"})
    assert not check.is_valid({**body, "CultureCode": "en-US"})


# --- links


@every_link
def test_link_leads_to_an_operation(name: str) -> None:
    """A link has a description, and names an operation and properties that exist there."""
    _, link = LINKS[name]

    assert link["description"]
    schema = OPERATIONS[link["operationId"]]["requestBody"]["content"]["application/json"]["schema"]
    assert_known(link["requestBody"], schema)


@every_link
def test_link_takes_what_is_there(name: str) -> None:
    """Each expression of a link refers to a property of its request or response."""
    source, link = LINKS[name]
    bodies = {
        "$request.body": OPERATIONS[source]["requestBody"],
        "$response.body": RESPONSES[f"{source}-200"],
    }

    expressions = list(strings(link["requestBody"]))
    assert expressions
    for expression in expressions:
        body, pointer = expression.split("#/")
        schema = bodies[body]["content"]["application/json"]["schema"]
        for step in pointer.split("/"):
            schema = child(schema, step)


def test_links_tie_the_operations_together() -> None:
    """Added items can be listed, changed and deleted, and a page leads to the next one."""
    expected = {
        "vouchers_getAll": {
            "vouchers_getAll",
            "vouchers_update",
            "vouchers_delete",
            "voucherCodes_add",
            "voucherCodes_getAll",
        },
        "vouchers_add": {
            "vouchers_getAll",
            "vouchers_update",
            "vouchers_delete",
            "voucherCodes_add",
        },
        "vouchers_update": {"vouchers_getAll", "vouchers_delete"},
        "voucherCodes_getAll": {"voucherCodes_getAll", "voucherCodes_delete"},
        "voucherCodes_add": {"voucherCodes_getAll", "voucherCodes_delete"},
    }

    found: dict[str, set[str]] = {}
    for source, link in LINKS.values():
        found.setdefault(source, set()).add(link["operationId"])
    assert expected == found


def child(schema: Node, step: str) -> Node:
    """The schema of one property of an object, or of the items of a list."""
    schema = resolve(schema)
    found: Node = schema["items"] if step.isdigit() else schema["properties"][step]
    return found


def assert_known(value: Any, schema: Node) -> None:
    """Check that each property of a value, at every depth, is one of the schema."""
    for key, entry in items(value):
        assert_known(entry, child(schema, str(key)))


def strings(value: Any) -> Iterator[str]:
    """All strings in a value."""
    if isinstance(value, str):
        yield value
    for _, entry in items(value):
        yield from strings(entry)
