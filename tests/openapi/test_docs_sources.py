"""The sources of `make docs-diff`: every kind is read, and no content can do harm."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from comparison import sources
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.compared import Folder, compared, printed, refused, written
from tests.support.hypothesis_profiles import UNSHRUNK, examples
from tests.support.paths import ROOT
from tests.support.vendor_docs import (
    ADDS,
    CALLERS,
    READERS,
    Edit,
    Node,
    as_yaml,
    operations,
    ours,
    properties,
    published,
    recorded,
)
from tests.support.vendor_pages import pages

pytestmark = pytest.mark.source

PUBLISHED = json.dumps(published(), indent=1)
PAGES = pages(recorded())
RATINGS = ["CreditOk", "PaymentRequiredUpfront", "LocalDecisionRequired"]
#: Where people read what the document says.
REFERENCE = "https://docs.mews.com/connector-api"
Handle = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(handle: Handle, certificate: Path | None = None) -> Iterator[str]:
    """Respond to GET on a loopback port, with TLS if there is a certificate; yield the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            handle(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http{'s' * bool(certificate)}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def respond(status: int, body: bytes = b"", **headers: str) -> Handle:
    """Return a function that responds to every request in the same way."""

    def handle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        try:
            request.wfile.write(body)
        except OSError:  # the client has closed the connection
            return

    return handle


def site(texts: dict[str, str], asked: list[str] | None = None) -> Handle:
    """Return a function that responds with the text at a path, and records the requested paths."""

    def handle(request: BaseHTTPRequestHandler) -> None:
        path = request.path.lstrip("/")
        if asked is not None:
            asked.append(path)
        respond(200 if path in texts else 404, texts.get(path, "").encode())(request)

    return handle


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Return a folder in which today's document is recorded, and used as ours."""
    return Folder(tmp_path_factory.mktemp("known"), recorded())


def vendor_json(edit: Edit = lambda _: None) -> str:
    """Return the vendor's document, after an edit of it."""
    document = published()
    edit(document)
    return json.dumps(document, indent=1)


def refusal(folder: Path, text: str | bytes, name: str = "vendor.json") -> str:
    """Return the line with which a source is rejected, from its name on."""
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    line = refused(str(file))
    assert line.startswith(str(file))
    return line.removeprefix(str(file)).lstrip(":")


# --- files


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("vendor.json", PUBLISHED),
        ("vendor", "\ufeff" + PUBLISHED),
        ("vendor.yaml", as_yaml(published())),
        ("vendor.txt", as_yaml(published())),
        ("vendor.yml", "%YAML 1.1\n---\n" + as_yaml(published())),
        ("vendor.yaml", f"{PUBLISHED[:-1]}, # as YAML allows\n}}"),
    ],
    ids=["json", "no suffix, byte-order mark", "yaml", "other suffix", "directive", "brace"],
)
def test_a_document_is_known_by_what_it_holds(
    name: str, text: str, folder: Folder, tmp_path: Path
) -> None:
    """JSON and YAML are read under any file name, with or without a byte-order mark."""
    assert folder.compared(tmp_path, {name: text}).is_silent


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no OpenAPI document"),
        (" \n\n", "no OpenAPI document"),
        ('{"openapi": "3.0.1",\n "paths": }', "2: no JSON: Expecting value"),
        ('{"openapi": "3.0.1",\n "a": 1, "a": 2}', "the key 'a' stands twice"),
        ('{"openapi": "3.0.1", "a": ' + "9" * 5000 + "}", "not usable: "),
        ("[" * 100_000, "not usable: "),
        ('["openapi"]', "no OpenAPI document"),
        ("{}", "OpenAPI 3.0 or 3.1 is expected"),
        ('{"swagger": "2.0"}', "OpenAPI 3.0 or 3.1 is expected, `openapi` says nothing"),
        ('{"openapi": "4.0.0"}', "`openapi` says 4.0.0"),
        ('{"openapi": "3.0.1", "paths": []}', "no voucher operation"),
        (
            '{"openapi": "3.0.1", "paths": {"/api/connector/v1/rates/add": {}}}',
            "no voucher operation",
        ),
        (
            '{"openapi": "3.0.1", "paths": {"/vouchers/add": {}, "/v1/vouchers/add/": {}}}',
            "vouchers/add: described twice",
        ),
        ("<!DOCTYPE html><html></html>", "no OpenAPI document"),
        ("  <html>", "no OpenAPI document"),
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
        ("openapi: 3.0.1\n? [a]\n: 1", "2: the key "),
        ("openapi: 3.0.1\na: &a\n  b: *a", "no YAML: found unconstructable recursive node"),
        ("openapi: 3.0.1\na: *b", "2: no YAML: found undefined alias"),
        ("openapi: 3.0.1\na: &a {b: 1}\nc:\n  <<: *a", "4: a merge key"),
        ("openapi: 3.0.1\n---\nopenapi: 3.0.1", "2: no YAML: but found another document"),
        ("openapi: 3.0.1\na: " + "9" * 5000, "not usable: "),
        ("openapi: 3.0.1\na: " + "[" * 5000, "more than 200 levels"),
        ("openapi: 3.0.1\na: \n  " + "- " * 50_000, "more than 200 levels"),
        ("openapi: 3.0.1\na: !!python/object/apply:os.abort []", "no voucher operation"),
        ("openapi: 3.0.1\na: \x07", "not usable: "),
    ],
)
def test_what_is_no_usable_yaml_is_one_clear_line(text: str, words: str, tmp_path: Path) -> None:
    """Errors of YAML are one line, too; no content is executed or instantiated."""
    assert words in refusal(tmp_path, text, "vendor.yaml")


def test_dates_and_unquoted_statuses_of_yaml_are_text(folder: Folder, tmp_path: Path) -> None:
    """YAML that was not written for OpenAPI is read as intended."""
    text = as_yaml(published()).replace("'200':", "200:")
    text = text.replace("version: v1", "version: 2025-07-01")
    assert "\n        200:" in text
    assert folder.compared(tmp_path, {"vendor.yaml": text}).is_silent


def test_aliases_are_read_but_cannot_make_a_small_file_endless(
    folder: Folder, tmp_path: Path
) -> None:
    """Shared parts are read; nested aliases that multiply are rejected."""
    document = recorded()
    responses = [node["responses"] for _, node in operations(document)]
    for one in responses:
        one["500"] = responses[0]["500"]
    shared = as_yaml(document)  # the dumper writes aliases for shared values
    bomb = "openapi: 3.0.1\nx0: &x0 {type: object}\n"
    for number in range(1, 40):
        part = f"{{properties: {{a: *x{number - 1}, b: *x{number - 1}}}}}"
        bomb += f"x{number}: &x{number} {part}\n"
    bomb += (
        "paths: {/vouchers/add: {post: {responses: {'200': {content: "
        "{application/json: {schema: *x39}}}}}}}\n"
    )
    assert "&id001" in shared
    assert folder.compared(tmp_path, {"shared.yaml": shared}).is_silent
    assert "values with its aliases" in refusal(tmp_path, bomb, "bomb.yaml")


@pytest.mark.parametrize("keyword", ["example", "default", "x-odd", "unheard"])
def test_data_that_multiplies_is_stopped_as_schemas_are(keyword: str, tmp_path: Path) -> None:
    """Layers of aliases in an example, or in what nobody has heard of, end in one line."""
    bomb = "openapi: 3.0.1\nx0: &x0 [1, 1]\n"
    bomb += "".join(f"x{n}: &x{n} [*x{n - 1}, *x{n - 1}]\n" for n in range(1, 40))
    bomb += f"paths: {{/vouchers/add: {{post: {{{keyword}: *x39, responses: {{}}}}}}}}\n"
    assert "values with its aliases" in refusal(tmp_path, bomb, "bomb.yaml")


@pytest.mark.parametrize(
    ("name", "words"), [("", "Is a directory"), ("/dev/null", "neither an OpenAPI document")]
)
def test_what_is_no_file_is_one_clear_line(name: str, words: str) -> None:
    """The command does not wait, and does not take it for "nothing new"."""
    assert words in refused(name)


def test_a_name_with_brackets_is_a_file_if_there_is_one(folder: Folder, tmp_path: Path) -> None:
    """Only if there is no such file is it a glob."""
    assert folder.compared(tmp_path, {"vendor[1].json": PUBLISHED}).is_silent


ODD = st.sampled_from([None, True, 0, -1.5, "", "a", [], [None], {}, {"$ref": "#/a"}, {"a": 1}])


def nodes(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every value of a document: its container, and its key."""
    if isinstance(node, dict | list):
        inside = cast("Any", node)
        for key in [*inside] if isinstance(node, dict) else range(len(inside)):
            yield inside, key
            yield from nodes(inside[key])


@settings(max_examples=examples(50), phases=UNSHRUNK)
@given(data=st.data(), odd=ODD)
def test_a_document_in_which_anything_is_odd_is_refused_or_recorded(
    data: st.DataObject, odd: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With a wrong value anywhere; what is recorded is no news any more."""
    document = published()
    container, key = data.draw(st.sampled_from(list(nodes(document))))
    container[key] = odd
    own = Folder(tmp_path_factory.mktemp("odd"))
    source = own.document(document)
    status, _, err = printed(source, *own.options, "--record")
    assert (status, err.count("\n")) in ((0, 0), (1, 0), (2, 1))
    if status != 2:
        assert compared(source, *own.options).news == set()


# --- references


def with_schema(node: Node) -> Edit:
    """Return an edit that gives new vouchers a property of a schema."""

    def edit(document: Node) -> None:
        properties(document, "VoucherAddParameters")["Odd"] = node
        schemas = document["components"]["schemas"]
        schemas["Loop"] = {"properties": {"Next": {"$ref": "#/components/schemas/Loop"}}}
        schemas["Ring"] = {"allOf": [{"$ref": "#/components/schemas/Ring"}]}

    return edit


@pytest.mark.parametrize("name", ["Loop", "Ring"])
def test_schemas_in_a_circle_end(name: str, folder: Folder, tmp_path: Path) -> None:
    """A schema that leads to itself is one new property, also in the record."""
    text = vendor_json(with_schema({"$ref": f"#/components/schemas/{name}"}))
    found = folder.compared(tmp_path, {"vendor.json": text})
    assert found.news == {f"vouchers/add request VoucherParameters[].Odd: new, {ADDS}"}
    own = Folder(tmp_path / "own")
    own.record(str(tmp_path / "vendor.json"))
    assert compared(str(tmp_path / "vendor.json"), *own.options).news == set()


@pytest.mark.parametrize(
    ("node", "words"),
    [
        ({"$ref": "other.json#/a"}, "nothing in the document is at other.json#/a"),
        ({"$ref": "http://127.0.0.1:9/a"}, "nothing in the document is at http"),
        ({"$ref": "file:///etc/passwd"}, "nothing in the document is at file"),
        ({"$ref": 7}, "nothing in the document is at 7"),
        ({"$ref": "#/components/schemas/None"}, "is at #/components/schemas/None"),
        ({"$ref": "#anchor"}, "nothing in the document is at #anchor"),
        ({"properties": []}, "`properties` is no object"),
        ({"allOf": {}}, "`allOf` is no list"),
        ({"enum": "a"}, "`enum` is no list"),
        ({"type": "array", "items": 7}, "a schema is expected"),
    ],
)
def test_a_malformed_schema_is_named_with_its_place(node: Node, words: str, tmp_path: Path) -> None:
    """The line says which property cannot be read; no external reference is fetched."""
    line = refusal(tmp_path, vendor_json(with_schema(node)))
    assert "vouchers/add request VoucherParameters[].Odd" in line
    assert words in line


@pytest.mark.parametrize(("key", "value"), [("maxLength", "many"), ("type", 7), ("type", [{}])])
def test_a_keyword_with_a_value_that_it_cannot_have_is_told(
    key: str, value: object, folder: Folder, tmp_path: Path
) -> None:
    """It is compared as it stands."""

    def edit(document: Node) -> None:
        properties(document, "VoucherAddParameters")["Name"][key] = value

    found = folder.compared(tmp_path, {"vendor.json": vendor_json(edit)})
    place = "vouchers/add request VoucherParameters[].Name"
    assert found.news == {f"{place}: {key}, {CALLERS}"}


def test_deeply_nested_schemas_are_one_clear_line(tmp_path: Path) -> None:
    """An extremely long chain of references is rejected."""

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
def test_every_spelling_of_a_nullable_id_is_the_same(
    spelling: Node, folder: Folder, tmp_path: Path
) -> None:
    """3.0 and 3.1, wrapped or not, inline or named: the same fact."""

    def edit(document: Node) -> None:
        schemas = document["components"]["schemas"]
        schemas["Id"] = {"type": "string", "format": "uuid", "title": "Id"}
        properties(document, "VoucherAddParameters")["CompanyId"] = spelling

    assert folder.compared(tmp_path, {"vendor.json": vendor_json(edit)}).is_silent


@pytest.mark.parametrize(
    "spelling",
    [
        {"oneOf": [{"const": value, "title": "Words"} for value in RATINGS], "nullable": True},
        {"anyOf": [{"enum": RATINGS[:1]}, {"enum": RATINGS[1:]}, {"type": "null"}]},
        {"type": ["string", "null"], "enum": [None, *RATINGS]},
    ],
)
def test_every_spelling_of_a_nullable_enum_is_the_same(
    spelling: Node, folder: Folder, tmp_path: Path
) -> None:
    """In one list or in several, as `enum` or as `const`: the same values."""

    def edit(document: Node) -> None:
        properties(document, "CreditRating")["Basic"] = spelling

    assert folder.compared(tmp_path, {"vendor.json": vendor_json(edit)}).is_silent


def test_a_choice_of_objects_is_one_difference(folder: Folder, tmp_path: Path) -> None:
    """If an object becomes a choice, its properties are not reported as removed."""

    def edit(document: Node) -> None:
        schemas = document["components"]["schemas"]
        schemas["Business"] = schemas["Company"]
        choice = [{"$ref": "#/components/schemas/Business"}, {"properties": {"Name": {}}}]
        schemas["Company"] = {"oneOf": choice}

    found = folder.compared(tmp_path, {"vendor.json": vendor_json(edit)})
    assert {line for line in found.news if "Companies[]." in line} == set()
    assert f"vouchers/getAll 200 Companies[]: type, {READERS}" in found.news


# --- folders and globs


def test_a_folder_and_a_glob_stand_for_the_files_in_them(folder: Folder, tmp_path: Path) -> None:
    """Documents one by one, pages together; other files are ignored."""
    texts = {f"docs/{name}": text for name, text in PAGES.items()} | {
        "docs/a.png": "\0",
        "docs/b": "",
    }
    written(tmp_path, {**texts, "docs/swagger.json": PUBLISHED})
    for source in (f"{tmp_path}/docs", f"{tmp_path}/docs/**/*.*[dn]"):
        status, out, err = printed(source, *folder.options, "--format", "json")
        reports = json.loads(out)
        names = [report["source"] for report in reports]
        assert (status, err, len(names)) == (0, "", 2)
        assert names[0].endswith("swagger.json")
        assert names[1] == f"{len(PAGES)} pages"


@pytest.mark.parametrize(
    ("source", "words"),
    [("none", "No such file"), ("empty", "no file in it ends"), ("*.yaml", "no file in it ends")],
)
def test_a_folder_or_glob_without_a_file_is_one_clear_line(
    source: str, words: str, tmp_path: Path
) -> None:
    """It is not taken for "nothing new"."""
    (tmp_path / "empty").mkdir()
    line = refused(str(tmp_path / source))
    assert line.startswith(str(tmp_path / source))
    assert words in line


# --- addresses

MINE = "operations/vouchers.md"


def test_an_address_is_read_like_a_file(folder: Folder) -> None:
    """The content of a URL is compared like a file, with redirects within the site."""

    def handle(request: BaseHTTPRequestHandler) -> None:
        if request.path == "/old":
            respond(302, Location="/new")(request)
        else:
            respond(200, PUBLISHED.encode())(request)

    with serving(handle) as base:
        assert compared(f"{base}/old", *folder.options).is_silent


def test_linked_pages_of_the_same_site_are_fetched_and_no_others(folder: Folder) -> None:
    """The page of a URL brings the pages of its types, each once."""
    asked, elsewhere = list[str](), list[str]()
    with serving(site(PAGES, elsewhere)) as other:
        text = PAGES[MINE].replace("(companies.md", f"({other}/operations/companies.md")
        with serving(site({**PAGES, MINE: text}, asked)) as base:
            found = compared(f"{base}/{MINE}", *folder.options)
    assert found.is_silent
    assert sorted(asked) == sorted(
        {MINE, *PAGES} - {"operations/companies.md", "changelog.md", "guidelines/requests.md"}
    )
    assert elsewhere == []
    assert found.left_out == ["types on companies, which was not given"]


def test_a_linked_page_that_cannot_be_had_is_left_out(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are compared; the report says which one is missing, and why."""
    texts = {name: text for name, text in PAGES.items() if "companies" not in name}
    with serving(site(texts)) as base:
        found = compared(f"{base}/{MINE}", *folder.options)
        assert f"{base}/operations/companies.md: the server responds with 404" in found.left_out
        assert found.is_silent
        monkeypatch.setattr(sources, "MAX_PAGES", 2)
        found = compared(f"{base}/{MINE}", *folder.options)
        assert any("more than 2 pages" in one for one in found.left_out)


@pytest.mark.parametrize(
    ("handle", "words"),
    [
        (respond(404, b"{}"), "the server responds with 404"),
        (respond(302, Location="/again"), "more than 5 redirects"),
        (respond(302, Location="http://localhost:9/"), "redirects to another server"),
        (respond(302, Location="file:///etc/passwd"), "redirects to another server"),
        (respond(200), "neither an OpenAPI document nor a page"),
        (respond(200, b"<html>"), "neither an OpenAPI document nor a page"),
        (respond(200, b"{}" * 100_001), "larger than"),
        (respond(200, b"{}", **{"Content-Length": "9"}), "cannot be fetched"),
    ],
    ids=["404", "loop", "other host", "file", "empty", "html", "large", "truncated"],
)
def test_a_server_that_does_not_deliver_is_one_clear_line(
    handle: Handle, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line says what the server did; there is a limit of size."""
    monkeypatch.setattr(sources, "MAX_BYTES", 200_000)
    with serving(handle) as base:
        line = refused(base)
    assert line.startswith(f"{base}: ")
    assert words in line


#: For 127.0.0.1, and self-signed.
CERTIFICATE = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgIy+buEsXKlKS/bmr
NoGJ54/KLAuTRgIB+rlOlL2zjYOhRANCAASuvHjlrcD4eGTT8ogVolktzLsaWtsK
UMeRm+BxhxhqGpkwfa+m14sH5ZXG8YwdTIxMfCty+mUL8FiYJXkRhyGT
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBjzCCATagAwIBAgIUWSpPO6RnG4ChLpBSYQNP4G8C2xgwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEzMDA5MDcyOFoYDzIxMjYxMTA2
MDkwNzI4WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASuvHjlrcD4eGTT8ogVolktzLsaWtsKUMeRm+BxhxhqGpkwfa+m14sH
5ZXG8YwdTIxMfCty+mUL8FiYJXkRhyGTo2QwYjAdBgNVHQ4EFgQUe0/SL1+dqOyG
QldT/2fAm3pgN40wHwYDVR0jBBgwFoAUe0/SL1+dqOyGQldT/2fAm3pgN40wDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0cAMEQC
ICm5g7S1XIwSUGtUk9bjLgZaxYUgVj3SAULbLxqbVH13AiAzWz/OTVLtrzK6nzAP
ULUVEdPBugker7vT/m7+I8+uTQ==
-----END CERTIFICATE-----
"""


def test_a_server_that_cannot_show_who_it_is_is_not_believed(tmp_path: Path) -> None:
    """Its certificate is verified."""
    (name,) = written(tmp_path, {"server.pem": CERTIFICATE})
    with serving(respond(200, PUBLISHED.encode()), Path(name)) as base:
        line = refused(base)
    assert line.startswith(f"{base}: cannot be fetched: ")
    assert "CERTIFICATE_VERIFY_FAILED" in line


def drip(request: BaseHTTPRequestHandler, before: bytes, piece: bytes) -> None:
    """Respond with one piece after the other, for two seconds."""
    request.wfile.write(before)
    for _ in range(100):
        try:
            request.wfile.write(piece)
        except OSError:
            return
        time.sleep(0.02)


def hesitate(request: BaseHTTPRequestHandler, handle: Handle) -> None:
    """Respond after a delay."""
    time.sleep(0.05)
    handle(request)


@pytest.mark.parametrize(
    "handle",
    [
        lambda _: time.sleep(0.5),
        lambda request: drip(request, b"", b"H"),
        lambda request: drip(request, b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
        lambda request: drip(request, b"HTTP/1.1 200 OK\r\n\r\n", b" "),
        lambda request: hesitate(request, respond(302, Location="/again")),
    ],
    ids=["silence", "status line", "headers", "body", "redirects"],
)
def test_a_server_that_takes_its_time_is_left_at_the_deadline(
    handle: Handle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow trickle does not keep the command running: the deadline is for everything."""
    monkeypatch.setattr(sources, "DEADLINE", 0.2)
    monkeypatch.setattr(sources, "MAX_REDIRECTS", 100)
    start = time.monotonic()
    with serving(handle) as base:
        assert refused(base) == f"{base}: not complete after 0.2 seconds"
        assert time.monotonic() - start < 1.5


def test_linked_pages_share_one_deadline_with_the_page_that_leads_to_them(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each that drips is left out when the time is over, not after a time of its own."""
    monkeypatch.setattr(sources, "DEADLINE", 0.5)

    def handle(request: BaseHTTPRequestHandler) -> None:
        if request.path.endswith(MINE):
            respond(200, PAGES[MINE].encode())(request)
        else:
            drip(request, b"HTTP/1.1 200 OK\r\n", b"a: b\r\n")

    with serving(handle) as base:
        found = compared(f"{base}/{MINE}", *folder.options)
    late = [one for one in found.left_out if one.endswith("not complete after 0.5 seconds")]
    assert len(late) > 1
    assert found.is_silent


@pytest.mark.parametrize("scheme", ["http", "HTTPS", "ftp"])
@pytest.mark.parametrize("user", ["me:hunter2@", "hunter2@", "me:hunter2@x@", "me:hun/ter2@"])
def test_an_address_with_who_signs_in_is_refused_and_not_printed(user: str, scheme: str) -> None:
    """Reports are for everybody, and name their sources."""
    line = refused(f"{scheme}://{user}127.0.0.1:9/vendor.json")
    assert line == "an address: leave out who signs in: it has an @"


@pytest.mark.parametrize(("option", "name"), [([], "PUBLISHED"), (["--demo"], "PUBLISHED_DEMO")])
def test_without_a_source_the_published_document_is_asked_for(
    option: list[str], name: str, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The production document, or that of the demo environment."""
    for one in ("PUBLISHED", "PUBLISHED_DEMO"):
        assert getattr(sources, one).startswith("https://")
        monkeypatch.setattr(sources, one, "http://127.0.0.1:9/not-asked-for")
    with serving(respond(200, PUBLISHED.encode())) as base:
        monkeypatch.setattr(sources, name, base)
        found = compared(*option, *folder.options)
    assert found.is_silent
    assert found.data["source"] == base


def test_offline_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken for "nothing new"."""
    with serving(respond(200)) as base:
        monkeypatch.setattr(sources, "PUBLISHED", base)
    assert refused().startswith(f"{base}: cannot be fetched: ")


def test_the_addresses_are_the_same_everywhere() -> None:
    """The URLs in the documentation are those in the code."""
    for name, addresses in {
        "CONTRIBUTING.md": (sources.PUBLISHED, sources.PUBLISHED_DEMO, REFERENCE),
        "README.md": (sources.PUBLISHED, REFERENCE),
    }.items():
        text = (ROOT / name).read_text("utf-8")
        assert [one for one in addresses if one not in text] == []
    assert ours()["externalDocs"]["url"] == REFERENCE


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit applies to files as well."""
    monkeypatch.setattr(sources, "MAX_BYTES", 1000)
    assert "larger than" in refusal(tmp_path, "{" + " " * 1000)


@pytest.mark.parametrize("source", ["ftp://127.0.0.1/a", "file:///etc/passwd"])
def test_only_files_and_http_are_sources(source: str) -> None:
    """Every other scheme is rejected before anything is opened."""
    assert refused(source).startswith(f"{source}: name a file, or an address")


def test_files_are_compared_without_a_network(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No client is created unless a source is a URL; links in files lead to files."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a network client was made")

    monkeypatch.setattr(httpx, "AsyncClient", refuse)
    linked = {MINE: PAGES[MINE].replace("(companies.md", "(https://docs.example/companies.md")}
    with monkeypatch.context() as patch:
        patch.setattr("socket.socket", refuse)
        assert folder.compared(tmp_path, {"vendor.json": PUBLISHED}).is_silent
        assert folder.compared(tmp_path, linked).is_silent
    with pytest.raises(AssertionError):
        printed("http://127.0.0.1:9/")


# --- speed


def taken(*arguments: str) -> float:
    """Return the processor time of the command, which does not depend on other processes."""
    start = time.process_time()
    printed(*arguments)
    return time.process_time() - start


def test_a_document_of_two_megabytes_takes_less_than_two_seconds(
    folder: Folder, tmp_path: Path
) -> None:
    """Hundreds of other operations only have to be parsed, in JSON and in YAML."""
    document = published()
    paths, schemas = document["paths"], document["components"]["schemas"]
    mine = json.dumps([paths, schemas])
    for number in range(25):
        others, more = json.loads(mine.replace("oucher", f"ther{number}"))
        paths |= others
        schemas |= more
    texts = {"vendor.json": json.dumps(document, indent=1)}
    texts["vendor.yaml"] = as_yaml(json.loads(texts["vendor.json"]))
    for source, text in zip(written(tmp_path, texts), texts.values(), strict=True):
        assert len(text) > 1_200_000
        assert compared(source, *folder.options).is_silent
        assert taken(source, *folder.options) < 2.5


@pytest.mark.parametrize("name", ["vendor.json", "vendor.yaml"])
def test_hundreds_of_thousands_of_equal_keys_take_seconds(name: str, tmp_path: Path) -> None:
    """A file that is designed to be slow is rejected at its first key; other keys are read."""
    same = '"a": 1,\n' * 200_000
    many = "".join(f'"a{number}": 1,\n' for number in range(200_000))
    for keys, words in ((same, "the key 'a' stands twice"), (many, "no voucher operation")):
        text = f'{{"openapi": "3.0.0",\n{keys}"b": 1}}'
        text = text if name.endswith("json") else f"# YAML\n{text}"
        start = time.process_time()
        assert words in refusal(tmp_path, text, name)
        assert time.process_time() - start < 20
