"""The clients that generators create from our document, in a temporary folder.

Both get the document in the vendor's style, which is less work for them: `format: uuid` for
identifiers, the datetimes of codes as plain strings, and no pattern for the others.

- stock: openapi-python-client, which also generates our package, without our templates
- openapi-generator: a program for Java, which PyPI has as `openapi-generator-cli`; where one of the
  two is missing, its client is left out. It runs locally, without a network.

The measurements are elsewhere.
"""

import contextlib
import importlib
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import openapi_python_client
from openapi_python_client.config import Config, ConfigFile, MetaType

from tests.support.paths import ROOT

DOCUMENT = ROOT / "generated" / "mews_vouchers_client" / "openapi.json"


class Competitor(NamedTuple):
    """The used parts of a generated package. Any: it exists only while a benchmark runs."""

    models: Any
    #: Converts a request model to plain data, as its client does before it calls json.
    to_plain: Callable[[Any], object]
    #: Takes a base URL; returns a function from a request model to a page of codes.
    connect: Callable[[str], Callable[[Any], object]]


Competitors = dict[str, Competitor]


@contextlib.contextmanager
def generated() -> Iterator[Competitors]:
    """Yield the competitors by name; they can be imported until the end."""
    with TemporaryDirectory() as folder:
        document = Path(folder) / "document.json"
        document.write_text(json.dumps(_in_vendors_style()), encoding="utf-8")
        loaded = set(sys.modules)
        sys.path.insert(0, folder)
        try:
            competitors = {"stock": _stock(document)}
            if (program := _openapi_generator()) is not None:
                competitors["openapi-generator"] = _from_java(program, document)
            yield competitors
        finally:
            sys.path.remove(folder)
            for name in set(sys.modules) - loaded:
                if name.startswith(("stock_client", "java_client")):
                    del sys.modules[name]


def _in_vendors_style() -> Any:
    document = json.loads(DOCUMENT.read_bytes())
    schemas = document["components"]["schemas"]
    schemas["Identifier"] = {"type": "string", "format": "uuid"}
    schemas["UtcDateTime"] = {"type": "string", "format": "date-time"}
    for name in ("ValidityStartUtc", "ValidityEndUtc", "CreatedUtc", "UpdatedUtc"):
        schemas["VoucherCode"]["properties"][name] = {"type": ["string", "null"]}
    return document


def _stock(document: Path) -> Competitor:
    config = Config.from_sources(
        ConfigFile(post_hooks=[]),
        MetaType.NONE,
        document,
        "utf-8",
        overwrite=False,
        output_path=document.with_name("stock_client"),
    )
    with contextlib.redirect_stdout(io.StringIO()):
        openapi_python_client.generate(config=config)
    package = importlib.import_module("stock_client")
    get_all = importlib.import_module("stock_client.api.voucher_codes.voucher_codes_get_all")

    def connect(url: str) -> Callable[[Any], object]:
        client = package.Client(base_url=url)
        return lambda body: get_all.sync(client=client, body=body)

    models = importlib.import_module("stock_client.models")
    return Competitor(models, lambda request: request.to_dict(), connect)


def _openapi_generator() -> list[str] | None:
    """Return the command that runs it; None, with a message, if it cannot run."""
    java = shutil.which("java")
    package = find_spec("openapi_generator_cli")
    if java and package and package.origin:
        return [java, "-jar", str(Path(package.origin).with_name("openapi-generator.jar"))]
    missing = "package openapi-generator-cli, which `make bench` installs" if java else "Java"
    print(f"openapi-generator is left out: there is no {missing}", flush=True)
    return None


def _from_java(program: list[str], document: Path) -> Competitor:
    project = document.with_name("java_project")
    command = [*program, "generate", "--generator-name", "python", "--package-name", "java_client"]
    # Without validation: it takes the bodies of our links, which are objects, for mistakes.
    command += ["--skip-validate-spec", "--input-spec", str(document), "--output", str(project)]
    subprocess.run(command, check=True, capture_output=True)
    shutil.move(project / "java_client", document.parent)
    package = importlib.import_module("java_client")

    def connect(url: str) -> Callable[[Any], object]:
        client = package.ApiClient(package.Configuration(host=url))
        return package.VoucherCodesApi(client).voucher_codes_get_all  # type: ignore[no-any-return]

    models = importlib.import_module("java_client.models")
    return Competitor(models, package.ApiClient().sanitize_for_serialization, connect)
