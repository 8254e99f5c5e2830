"""What `make docs-diff` is given: every shape of it is read, and nothing in it can do harm."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import docs_diff
import httpx
import pytest
from contract import fetch, reading
from contract.facts import Fact, SourceError
from test_docs_diff import found, read_once, written  # noqa: F401 - read_once is a fixture
from vendor_docs import DOCUMENT, Node, as_openapi_30, as_pages, as_yaml, ours

pytestmark = pytest.mark.source

RATINGS = ["CreditOk", "PaymentRequiredUpfront", "LocalDecisionRequired"]
Handle = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(handle: Handle) -> Iterator[str]:
    """Answer GET on a loopback port; give the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            handle(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(status: int, body: bytes = b"", **headers: str) -> Handle:
    """Return what answers every request in the same way."""

    def handle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        try:
            request.wfile.write(body)
        except OSError:  # the other side has heard enough
            return

    return handle


def vendor_json(edit: Callable[[Node], object] = lambda _: None) -> str:
    """Return the vendor's document, after an edit of it."""
    document = as_openapi_30(ours())
    edit(document)
    return json.dumps(document, indent=1)


def refusal(folder: Path, text: str | bytes, name: str = "vendor.json") -> str:
    """Return the line that a source is refused with, from its name on."""
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SourceError) as caught:
        docs_diff.diff([str(file)], DOCUMENT, docs_diff.DEPARTURES)
    line = str(caught.value)
    assert line.startswith(str(file))
    assert len(line.splitlines()) == 1
    return line.removeprefix(str(file)).lstrip(":")


# --- files


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("vendor.json", vendor_json()),
        ("vendor", "\ufeff" + vendor_json()),
        ("vendor.yaml", as_yaml(as_openapi_30(ours()))),
        ("vendor.txt", as_yaml(as_openapi_30(ours()), sort_keys=False)),
        ("vendor.yml", "%YAML 1.1\n---\n" + as_yaml(as_openapi_30(ours()))),
    ],
    ids=["json", "no suffix, byte-order mark", "yaml", "another suffix", "yaml directive"],
)
def test_a_document_is_known_by_what_it_holds(name: str, text: str, tmp_path: Path) -> None:
    """JSON and YAML are read whatever the file is called, with or without a byte-order mark."""
    assert found(written(tmp_path, {name: text})) == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        (" \n\n", "empty"),
        ('{"openapi": "3.0.1",\n "paths": }', "2: no JSON: Expecting value"),
        ('{"openapi": "3.0.1",\n "a": 1, "a": 2}', "2: the key 'a' stands twice"),
        ('{"openapi": "3.0.1", "a": NaN}', "NaN is no number"),
        ('{"openapi": "3.0.1", "a": ' + "9" * 5000 + "}", "no usable JSON"),
        ("[" * 100_000, "no usable JSON"),
        ('["openapi"]', "no OpenAPI document"),
        ("{}", "OpenAPI 3.0 or 3.1 is expected"),
        ('{"swagger": "2.0"}', "OpenAPI 3.0 or 3.1 is expected"),
        ('{"openapi": "3.0.1", "paths": []}', "`paths` is no object"),
        (
            '{"openapi": "3.0.1", "paths": {"/api/connector/v1/rates/add": {}}}',
            "no voucher operation",
        ),
        (
            '{"openapi": "3.0.1", "paths": {"/vouchers/add": {}, "/v1/vouchers/add/": {}}}',
            "vouchers/add: described twice",
        ),
        ("<!DOCTYPE html><html></html>", "a web page (HTML)"),
        ("  <html>", "a web page (HTML)"),
        (b"\xff\xfe{\x00}\x00", "1: not UTF-8"),
        (b"{\n\n\xe9}", "3: not UTF-8"),
    ],
)
def test_what_is_no_usable_document_is_one_clear_line(
    text: str | bytes, words: str, tmp_path: Path
) -> None:
    """The line names the source, the place where there is one, and what is wrong."""
    assert words in refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("openapi: [3.0.1", "no YAML"),
        ("openapi: 3.0.1\npaths:\n\t- 1", "3: no YAML"),
        ("openapi: 3.0.1\na: 1\na: 2", "3: the key 'a' stands twice"),
        ("openapi: 3.0.1\n? [a]\n: 1", "2: a key that is no text"),
        ("openapi: 3.0.1\na: &a\n  b: *a", "3: the alias *a"),
        ("openapi: 3.0.1\na: *b", "the alias *b"),
        ("openapi: 3.0.1\na: &a {b: 1}\nc:\n  <<: *a", "4: a merge key"),
        ("openapi: 3.0.1\n---\nopenapi: 3.0.1", "more than one document"),
        ("openapi: 3.0.1\na: " + "9" * 5000, "2: no usable value"),
        ("openapi: 3.0.1\na: " + "[" * 5000, "2: nested more than 200 levels"),
        ("openapi: 3.0.1\na: \n  " + "- " * 50_000, "nested more than 200 levels"),
        ("openapi: 3.0.1\na: !!python/object/apply:os.abort []", "no voucher operation"),
        ("openapi: 3.0.1\na: \x07", "no YAML"),
    ],
)
def test_what_is_no_usable_yaml_is_one_clear_line(text: str, words: str, tmp_path: Path) -> None:
    """YAML's own ways to go wrong end in one line too; none of them runs or builds anything."""
    assert words in refusal(tmp_path, text, "vendor.yaml")


def test_dates_and_unquoted_statuses_of_yaml_are_text(tmp_path: Path) -> None:
    """YAML that was not written for OpenAPI is read as it is meant."""
    text = as_yaml(as_openapi_30(ours())).replace("'200':", "200:")
    text = text.replace("version: v1", "version: 2025-07-01")
    assert "\n        200:" in text
    assert found(written(tmp_path, {"vendor.yaml": text})) == set()


def test_aliases_are_read_but_cannot_make_a_small_file_endless(tmp_path: Path) -> None:
    """Shared parts are fine; layers of them that multiply are stopped."""
    shared = as_yaml(as_openapi_30(ours()))  # the dumper writes aliases for what is shared
    bomb = "openapi: 3.0.1\nx0: &x0 {type: object}\n"
    for number in range(1, 40):
        part = f"{{properties: {{a: *x{number - 1}, b: *x{number - 1}}}}}"
        bomb += f"x{number}: &x{number} {part}\n"
    bomb += (
        "paths: {/vouchers/add: {post: {responses: {'200': {content: "
        "{application/json: {schema: *x39}}}}}}}\n"
    )
    assert found(written(tmp_path, {"shared.yaml": shared})) == set()
    assert "reach more than" in refusal(tmp_path, bomb, "bomb.yaml")


# --- references


def with_schema(node: Node) -> Callable[[Node], object]:
    """Return an edit that gives new vouchers a property of a schema."""

    def edit(document: Node) -> None:
        schemas = document["components"]["schemas"]
        schemas["Mews.Connector.VoucherAddParametersDto"]["properties"]["Odd"] = node
        schemas["Loop"] = {"properties": {"Next": {"$ref": "#/components/schemas/Loop"}}}
        schemas["Ring"] = {"allOf": [{"$ref": "#/components/schemas/Ring"}]}

    return edit


@pytest.mark.parametrize("name", ["Loop", "Ring"])
def test_schemas_in_a_circle_end(name: str, tmp_path: Path) -> None:
    """A schema that leads to itself is one new property, not an endless one."""
    text = vendor_json(with_schema({"$ref": f"#/components/schemas/{name}"}))
    assert found(written(tmp_path, {"vendor.json": text})) == {
        "vouchers/add request VoucherParameters[].Odd: new, only adds"
    }


@pytest.mark.parametrize(
    ("node", "words"),
    [
        ({"$ref": "other.json#/a"}, "a reference that leads elsewhere is not followed: other.json"),
        ({"$ref": "http://127.0.0.1:9/a"}, "leads elsewhere"),
        ({"$ref": "file:///etc/passwd"}, "leads elsewhere"),
        ({"$ref": 7}, "leads elsewhere"),
        ({"$ref": "#/components/schemas/None"}, "nothing is at #/components/schemas/None"),
        ({"$ref": "#anchor"}, "nothing is at #anchor"),
        ({"type": "string", "maxLength": "many"}, "`maxLength` is no number: 'many'"),
        ({"properties": []}, "`properties` is no object"),
        ({"allOf": {}}, "`allOf` is no list"),
        ({"enum": "a"}, "`enum` is no list"),
        ({"type": 7}, "`type` is no name of a type"),
        ({"type": ["string", {}]}, "`type` is no name of a type"),
        ({"type": "array", "items": 7}, "a schema is expected"),
    ],
)
def test_a_malformed_schema_is_named_with_its_place(node: Node, words: str, tmp_path: Path) -> None:
    """The line says which property cannot be read; nothing outside is ever fetched."""
    line = refusal(tmp_path, vendor_json(with_schema(node)))
    assert "vouchers/add request VoucherParameters[].Odd" in line
    assert words in line


def test_deeply_nested_schemas_are_one_clear_line(tmp_path: Path) -> None:
    """A chain of references longer than anybody writes is refused."""

    def chain(document: Node) -> None:
        schemas = document["components"]["schemas"]
        for number in range(3000):
            schemas[f"C{number}"] = {"allOf": [{"$ref": f"#/components/schemas/C{number + 1}"}]}
        with_schema({"$ref": "#/components/schemas/C0"})(document)

    assert "nested too deep" in refusal(tmp_path, vendor_json(chain))


@pytest.mark.parametrize(
    "spelling",
    [
        {"type": ["string", "null"], "format": "uuid"},
        {"type": "string", "format": "uuid", "nullable": True},
        {"anyOf": [{"type": "null"}, {"type": "string", "format": "uuid"}]},
        {"oneOf": [{"$ref": "#/components/schemas/Id"}], "nullable": True},
        {"$ref": "#/components/schemas/Id", "nullable": True},
        {"allOf": [{"$ref": "#/components/schemas/Id"}, {"type": ["string", "null"]}]},
        {"allOf": [{"allOf": [{"$ref": "#/components/schemas/Id"}]}], "nullable": True},
        {"oneOf": [{"$ref": "#/components/schemas/Id"}, {"enum": [None]}], "title": "Id"},
    ],
)
def test_every_spelling_of_a_nullable_id_is_the_same(spelling: Node, tmp_path: Path) -> None:
    """3.0 and 3.1, wrapped or not, inline or named: one fact."""

    def edit(document: Node) -> None:
        schemas = document["components"]["schemas"]
        schemas["Id"] = {"type": "string", "format": "uuid", "title": "Id"}
        schemas["Mews.Connector.VoucherAddParametersDto"]["properties"]["CompanyId"] = spelling

    assert found(written(tmp_path, {"vendor.json": vendor_json(edit)})) == set()


@pytest.mark.parametrize(
    "spelling",
    [
        {"oneOf": [{"const": value, "title": "Words"} for value in RATINGS], "nullable": True},
        {"anyOf": [{"enum": RATINGS[:1]}, {"enum": RATINGS[1:]}, {"type": "null"}]},
        {"type": ["string", "null"], "enum": [None, *RATINGS]},
    ],
)
def test_every_spelling_of_a_nullable_enum_is_the_same(spelling: Node, tmp_path: Path) -> None:
    """In one list or in parts, as `enum` or as `const`: one set of values."""

    def edit(document: Node) -> None:
        schemas = document["components"]["schemas"]
        schemas["Mews.Connector.CreditRatingDto"]["properties"]["Basic"] = spelling

    assert found(written(tmp_path, {"vendor.json": vendor_json(edit)})) == set()


def test_a_choice_of_objects_is_one_difference(tmp_path: Path) -> None:
    """Where an object becomes one of several, not each of its properties is reported as gone."""

    def edit(document: Node) -> None:
        schemas = document["components"]["schemas"]
        schemas["Business"] = schemas["Mews.Connector.CompanyDto"]
        choice = [{"$ref": "#/components/schemas/Business"}, {"properties": {"Name": {}}}]
        schemas["Mews.Connector.CompanyDto"] = {"oneOf": choice}

    assert found(written(tmp_path, {"vendor.json": vendor_json(edit)})) == {
        "vouchers/getAll 200 Companies[]: type, breaks readers"
    }


# --- pages


HEAD = "## Add\n\n### Request\n\n`[PlatformAddress]/api/connector/v1/vouchers/add`\n\n"
RESPONSE = "\n### Response\n\n```javascript\n{}\n```\n"
TABLE = "| Property | Type | Contract | Description |\n| :-- | :-- | :-- | :-- |\n"


def request_of(
    folder: Path, rows: str, table: str = TABLE, response: str = RESPONSE
) -> tuple[dict[str, Fact], list[str]]:
    """Return the properties of a request's table, and the notes without their file."""
    (source,) = written(folder, {"page.md": HEAD + table + rows + response})
    ((_, read),) = reading.read([source])
    properties = {where[2]: fact for where, fact in read.facts.items() if len(where) == 3}
    return properties, [note.removeprefix(source) for note in read.notes]


def test_the_cells_of_a_table_are_read_for_what_they_mean(tmp_path: Path) -> None:
    """Types, contracts with limits, struck rows and escaped bars, as the vendor writes them."""
    rows, notes = request_of(
        tmp_path,
        "| `Name` | string | required, max 1,000 characters | a \\| b |\n"
        "| ~~`Old`~~ | boolean | optional | ~~gone~~ |\n"
        "| `Ids` | array of string | required, min 1 item, max 10 items | |\n"
        "| `Count` | integer | optional | |\n",
    )
    assert notes == []
    assert rows["Name"].says == {"required": True, "maxLength": 1000, "type": "string"}
    assert rows["Old"].says == {"deprecated": True, "required": False, "type": "boolean"}
    assert rows["Ids"].says == {"required": True, "minItems": 1, "maxItems": 10, "type": "array"}
    assert rows["Count"].says == {"required": False, "type": "integer"}


def test_what_is_not_understood_becomes_a_note_with_its_line(tmp_path: Path) -> None:
    """Odd cells are left open and named, so that a person looks; nothing is guessed."""
    rows, notes = request_of(
        tmp_path,
        "| `A` | strange thing | required, twice a day | |\n"
        "| | string | required | |\n"
        "| `B` | [Elsewhere](other.md#elsewhere) | |\n"
        "| `B` | string | optional | |\n",
    )
    assert rows["A"].says == {"required": True}
    assert rows["B"].says == {}
    assert notes == [
        ":9: the contract 'twice a day' is not understood",
        ":9: the type 'strange thing' is not understood",
        ":10: a row names no property",
        ":11: the type 'Elsewhere' is on another page: not compared",
        ":12: the property 'B' comes again",
    ]


def test_a_missing_column_leaves_its_facts_open(tmp_path: Path) -> None:
    """Without a contract nothing is said about it; without properties there is no table."""
    rows, _ = request_of(tmp_path, "| `A` | string |\n", "| Property | Type |\n| :-- | :-- |\n")
    assert rows["A"].says == {"type": "string"}
    rows, _ = request_of(tmp_path, "| `A` |\n", "| Property |\n| :-- |\n")
    assert rows["A"].says == {}
    rows, notes = request_of(tmp_path, "| a | b |\n", "| Colour | Words |\n| :-- | :-- |\n")
    assert rows == {}
    assert notes == [":3: no table with a column `Property`: not compared"]


def test_pages_of_other_operations_are_passed_over(tmp_path: Path) -> None:
    """Other operations, and a request without an address, are no difference."""
    other = HEAD.replace("vouchers/add", "rates/add") + TABLE + "| `Odd` | string | required | |\n"
    lost = HEAD.replace("[PlatformAddress]", "") + TABLE + "| `Odd` | string | required | |\n"
    texts = as_pages(ours())
    first = next(iter(texts))
    (known,) = written(tmp_path, {"known.yaml": "departures: []"})
    texts[first] += f"\n{lost}\n{other}"
    assert found(written(tmp_path, texts), Path(known)) == set()


def test_a_response_under_another_heading_becomes_a_note(tmp_path: Path) -> None:
    """What is not found is not compared, and named, so that a person looks."""
    other = RESPONSE.replace("Response", "Response 200")
    _, notes = request_of(tmp_path, "| `A` | string | required | |\n", response=other)
    assert notes == [":3: vouchers/add has no section `Response`: not compared"]


def test_a_length_beside_an_update_value_is_that_of_the_new_value(tmp_path: Path) -> None:
    """Pages put the limit of a text where the object stands that wraps it, as documents do."""
    row = "| `Name` | [Text](#text) | optional, max 64 characters | |\n\n#### Text\n\n"
    (source,) = written(
        tmp_path, {"page.md": HEAD + TABLE + row + TABLE + "| `Value` | string | | |\n"}
    )
    ((_, read),) = reading.read([source])
    assert read.facts["vouchers/add", "request", "Name"].says["type"] == "object"
    assert "maxLength" not in read.facts["vouchers/add", "request", "Name"].says
    assert read.facts["vouchers/add", "request", "Name", "Value"].says["maxLength"] == 64


def test_two_pages_of_one_operation_are_refused(tmp_path: Path) -> None:
    """Which of them is right is not for a program to decide."""
    texts = {"a.md": HEAD + TABLE, "b.md": HEAD + TABLE}
    with pytest.raises(SourceError, match="vouchers/add is described twice"):
        reading.read(written(tmp_path, texts))


def test_a_type_is_found_on_the_page_that_the_link_names(tmp_path: Path) -> None:
    """Several pages are read as one, so that their types are compared too."""
    row = "| `Limitation` | [Limitation](../guide/pagination.md#limitation) | required | |\n"
    more = "# Guide\n\n## Limitation\n\n" + TABLE + "| `Count` | integer | required | |\n"
    sources = written(tmp_path, {"page.md": HEAD + TABLE + row + RESPONSE, "pagination.md": more})
    ((_, read),) = reading.read(sources)
    assert read.facts["vouchers/add", "request", "Limitation", "Count"].says["required"] is True
    assert read.notes == ()


def test_types_in_a_circle_end(tmp_path: Path) -> None:
    """A type whose table leads back to it is left shut there."""
    rows = "| `A` | [Loop](#loop) | optional | |\n\n#### Loop\n\n" + TABLE
    found_rows, _ = request_of(tmp_path, rows + "| `Next` | [Loop](#loop) | optional | |\n")
    assert found_rows["A"].says["type"] == "object"


def test_text_that_is_no_page_is_refused(tmp_path: Path) -> None:
    """Without headings there is nothing to go by; without operations nothing to compare."""
    assert "neither an OpenAPI document nor a reference page" in refusal(tmp_path, "Text.", "a.txt")
    assert "no voucher operation" in refusal(tmp_path, "# A page\n\nText.", "a.md")


# --- addresses


def test_an_address_is_read_like_a_file() -> None:
    """What a server has is compared as if it were here, redirects included."""

    def handle(request: BaseHTTPRequestHandler) -> None:
        if request.path == "/old":
            answer(302, Location="/new")(request)
        else:
            answer(200, vendor_json().encode())(request)

    with serving(handle) as base:
        assert found([f"{base}/old"]) == set()


@pytest.mark.parametrize(
    ("handle", "words"),
    [
        (answer(404, b"{}"), "the server answers 404"),
        (answer(302, Location="/again"), "redirects"),
        (answer(302, Location="file:///etc/passwd"), "protocol"),
        (answer(200), "empty"),
        (answer(200, b"<html>"), "a web page (HTML)"),
        (answer(200, b"{}" * 100_001), "larger than"),
        (answer(200, b"{}", **{"Content-Length": "9"}), "without sending complete"),
    ],
    ids=["404", "loop", "file", "empty", "html", "large", "cut off"],
)
def test_a_server_that_does_not_deliver_is_one_clear_line(
    handle: Handle,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The line says what the server did; the limit of size holds."""
    monkeypatch.setattr(fetch, "MAX_BYTES", 200_000)
    with serving(handle) as base:
        assert docs_diff.main([base]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {base}: ")
    assert len(error.splitlines()) == 1
    assert words in error


def test_a_server_that_says_nothing_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence ends the attempt after the patience that the line names."""
    monkeypatch.setattr(fetch, "PATIENCE", 0.1)
    with (
        serving(lambda _: time.sleep(0.3)) as base,
        pytest.raises(SourceError, match=r"no word from the server for 0\.1 seconds"),
    ):
        fetch.text_of(base)


def test_a_server_that_trickles_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word now and then does not keep the tool beyond its deadline."""

    def trickle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(50):
            try:
                request.wfile.write(b" ")
            except OSError:
                return
            time.sleep(0.02)

    monkeypatch.setattr(fetch, "DEADLINE", 0.2)
    with serving(trickle) as base, pytest.raises(SourceError, match="not complete after"):
        fetch.text_of(base)


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit holds for files as well."""
    monkeypatch.setattr(fetch, "MAX_BYTES", 1000)
    (source,) = written(tmp_path, {"large.json": "{" + " " * 1000})
    with pytest.raises(SourceError, match="larger than"):
        fetch.text_of(source)


@pytest.mark.parametrize("source", ["ftp://127.0.0.1/a", "file:///etc/passwd"])
def test_only_files_and_http_are_sources(source: str) -> None:
    """Every other kind of address is refused before anything is opened."""
    with pytest.raises(SourceError, match="name a file, or an address"):
        fetch.text_of(source)


def test_files_are_compared_without_a_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No client is even made unless a source is an address."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a network client was made")

    monkeypatch.setattr(httpx, "Client", refuse)
    monkeypatch.setattr("socket.socket", refuse)
    assert found(written(tmp_path, {"vendor.json": vendor_json()})) == set()
    with pytest.raises(AssertionError):
        fetch.text_of("http://127.0.0.1:9/")


# --- speed


def test_a_document_of_two_megabytes_takes_less_than_two_seconds(tmp_path: Path) -> None:
    """Hundreds of other operations cost their parsing and nothing else, in JSON and in YAML."""
    document = as_openapi_30(ours())
    paths, schemas = document["paths"], document["components"]["schemas"]
    mine = json.dumps([paths, schemas])
    for number in range(36):
        others, more = json.loads(mine.replace("oucher", f"ther{number}"))
        paths |= others
        schemas |= more
    texts = {"vendor.json": json.dumps(document, indent=1)}
    texts["vendor.yaml"] = as_yaml(json.loads(texts["vendor.json"]))
    assert len(paths) > 250
    for name, text in texts.items():
        assert len(text) > 1_200_000
        sources = written(tmp_path, {name: text})
        # The time of this process: other programs on the machine are none of its fault.
        start = time.process_time()
        assert found(sources) == set()
        assert time.process_time() - start < 2


def test_properties_of_our_document_keep_their_lines() -> None:
    """What our document says is found at the line that the report names."""
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    for fact in reading.ours(DOCUMENT, "ours").facts.values():
        name = fact.where[-1]
        if len(fact.where) > 2 and name[0] not in "[{":
            assert lines[(fact.line or 0) - 1].strip() == f"{name}:"
