"""The pipeline: reproducible output; errors of one line; all or nothing."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.paths import ROOT

DOCUMENT = ROOT / "openapi" / "mews-vouchers.yaml"
PACKAGE = ROOT / "generated" / "mews_vouchers_client"
#: What `make generate` and `make verify-generated` run.
COMMAND = [sys.executable, "-m", "pipeline.generate"]
ENVIRONMENT = os.environ | {"PYTHONPATH": "openapi"}

pytestmark = pytest.mark.source

GENERATED = "Generated from openapi/mews-vouchers.yaml"


def generate(*arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command, by default on the project itself."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=root,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )


def contents(package: Path) -> dict[str, bytes]:
    """Return the files of a package with their bytes."""
    return {
        path.relative_to(package).as_posix(): path.read_bytes()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of what the pipeline needs, to be damaged."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for folder in ("openapi", "generated"):
        shutil.copytree(
            ROOT / folder,
            tmp_path / folder,
            ignore=shutil.ignore_patterns("node_modules", "__pycache__", ".generate-*"),
        )
    return tmp_path


def test_the_package_is_what_the_document_gives() -> None:
    """`--check` passes on the project."""
    done = generate("--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_same_document_gives_the_same_bytes(copy: Path) -> None:
    """Generating again, in another folder, gives the same bytes and leaves no other files."""
    (copy / "generated" / "mews_vouchers_client" / "stale.py").write_text("")
    assert generate(root=copy).returncode == 0
    assert contents(copy / "generated" / "mews_vouchers_client") == contents(PACKAGE)
    assert [path.name for path in (copy / "generated").iterdir()] == ["mews_vouchers_client"]


def test_every_file_says_where_it_comes_from() -> None:
    """Each Python file starts with its source and the command; the package is typed."""
    for path in PACKAGE.rglob("*.py"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        copied = PACKAGE.parents[1] / "openapi" / "runtime" / path.name
        is_copy = path.parent == PACKAGE and copied.exists()
        source = f"Copied from openapi/runtime/{path.name}" if is_copy else GENERATED
        assert first == f"# {source} by `make generate`: do not edit."
    assert (PACKAGE / "py.typed").exists()


def change_by_hand(package: Path) -> None:
    """Edit a generated file, delete another, and add one."""
    path = package / "models" / "voucher.py"
    path.write_text(path.read_text(encoding="utf-8") + "edited = True\n", encoding="utf-8")
    (package / "models" / "unit.py").unlink()
    (package / "models" / "extra.py").write_text("")


def rename_a_schema(package: Path) -> None:
    """Change the document without generating."""
    document = package.parents[1] / "openapi" / "mews-vouchers.yaml"
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("CreditRatingBasicEnum", "CreditStatus"), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (
            change_by_hand,
            [
                "found/models/voucher.py",
                "-edited = True",
                "missing: models/unit.py",
                "not generated: models/extra.py",
            ],
        ),
        (
            rename_a_schema,
            [
                "missing: models/credit_status.py",
                "not generated: models/credit_rating_basic_enum.py",
                "+from ..models.credit_status import CreditStatus",
            ],
        ),
    ],
)
def test_every_difference_is_found(
    copy: Path, damage: Callable[[Path], None], words: list[str]
) -> None:
    """An edited, a missing, an extra and a stale file fail the check, with a readable diff."""
    damage(copy / "generated" / "mews_vouchers_client")
    done = generate("--check", root=copy)
    assert done.returncode == 1
    assert "run `make generate`" in done.stderr
    for word in words:
        assert word in done.stdout


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("openapi: 3.1.0", "openapi: [3.1.0", ["mews-vouchers.yaml:", "expected"]),
        ("openapi: 3.1.0", "openapi: 3.1.0\nopenapi: 3.1.0", ["stands twice"]),
        (
            "operationId: vouchers_add",
            "operationId: 7",
            ["paths//api/connector", 'not of type "string"'],
        ),
        ("type: boolean", "type: bool", ["'bool'"]),
        (
            "$ref: '#/components/schemas/Limitation'",
            "$ref: '#/components/schemas/Limit'",
            ["mews-vouchers.yaml:", "the reference", "components/schemas/Limit does not resolve"],
        ),
        ("        '200':", "        200:", ["the key 200 is no text"]),
        ("        '200':", "        default:", ["no rule for a default response"]),
        ("        '200':", "        '2XX':", ["no rule for a range of status codes"]),
        (
            "operationId: vouchers_add",
            "operationId: add_vouchers",
            ["no rule for an operationId that does not start with its tag: add_vouchers"],
        ),
        ("    post:", "    put:", ["no rule for an operation that is no POST"]),
        ("    Token:", "    Tokn:", ["components/schemas/Token"]),
        ("schemas/Token'", "schemas/ClientName'", ["no rule for a token other than"]),
        (
            "items:\n            $ref: '#/components/schemas/VoucherAddParameters'",
            "uniqueItems: true\n          items:\n            type: integer",
            ["no rule for unique items other than strings: MultipleVoucherAddParameters."],
        ),
        (
            "$ref: '#/components/schemas/StringUpdateValue'",
            "oneOf: [{type: string}, {type: integer}]",
            ["no rule for a union of several types: VoucherUpdateParameters"],
        ),
    ],
)
def test_a_malformed_document_is_one_clear_line(
    copy: Path, before: str, after: str, words: list[str]
) -> None:
    """The error is one line with file and location; the old package stays unchanged."""
    document = copy / "openapi" / "mews-vouchers.yaml"
    text = document.read_text(encoding="utf-8")
    assert before in text
    document.write_text(text.replace(before, after), encoding="utf-8")
    done = generate(root=copy)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: openapi/mews-vouchers.yaml")
    assert len(done.stderr.splitlines()) == 1
    for word in words:
        assert word in done.stderr
    assert contents(copy / "generated" / "mews_vouchers_client") == contents(PACKAGE)
    assert [path.name for path in (copy / "generated").iterdir()] == ["mews_vouchers_client"]


def test_other_files_beside_the_package_are_found(copy: Path) -> None:
    """Any other file in the generated folder fails the check."""
    (copy / "generated" / "notes.py").write_text("")
    done = generate("--check", root=copy)
    assert done.returncode == 1
    assert "not generated: generated/notes.py" in done.stdout


@pytest.mark.parametrize("lost", [False, True])
def test_the_remains_of_a_killed_run_are_cleaned_up(copy: Path, *, lost: bool) -> None:
    """The next run cleans up after a killed one, even between the two moves of the swap."""
    generated = copy / "generated"
    old = generated / ".generate-old-mews_vouchers_client"
    if lost:
        (generated / "mews_vouchers_client").rename(old)
    (generated / ".generate-abc").mkdir()
    document = copy / "openapi" / "mews-vouchers.yaml"
    document.write_text("openapi: [", encoding="utf-8")
    assert generate(root=copy).returncode == 1
    shutil.copy(DOCUMENT, document)
    assert generate("--check", root=copy).returncode == 0
    assert [path.name for path in generated.iterdir()] == ["mews_vouchers_client"]


def test_concurrent_runs_wait_for_each_other(copy: Path) -> None:
    """Concurrent runs all succeed, and leave one complete package."""
    runs = [
        subprocess.Popen(COMMAND, cwd=copy, env=ENVIRONMENT, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [run.communicate() and run.returncode for run in runs] == [0, 0]
    assert contents(copy / "generated" / "mews_vouchers_client") == contents(PACKAGE)


def test_a_missing_document_is_one_clear_line(tmp_path: Path) -> None:
    """The error names a missing document."""
    done = generate("--document", str(tmp_path / "none.yaml"))
    assert done.returncode == 1
    assert done.stderr == f"error: {tmp_path}/none.yaml: No such file or directory\n"


@pytest.mark.parametrize("name", ["openapi-python-client", "ruff"])
def test_another_version_of_a_tool_is_an_error(copy: Path, name: str) -> None:
    """Only the pinned generator and the pinned ruff may write the package."""
    pyproject = copy / "pyproject.toml"
    text = pyproject.read_text(encoding="utf-8")
    pyproject.write_text(text.replace(f'"{name}==', f'"{name}==9.'), encoding="utf-8")
    done = generate(root=copy)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {name} ")
    assert "pyproject.toml pins 9." in done.stderr
    assert "make clean setup" in done.stderr


def test_a_changed_stock_template_is_an_error(copy: Path) -> None:
    """If a stock template has changed since ours replaced it, nothing is written."""
    hashes = copy / "openapi" / "pipeline" / "templates" / "stock.sha256"
    hashes.write_text(hashes.read_text().replace(hashes.read_text()[:64], "0" * 64))
    done = generate(root=copy)
    assert done.returncode == 1
    assert "client.py.jinja: the stock template has changed" in done.stderr


def test_every_replaced_template_is_recorded(copy: Path) -> None:
    """A template that replaces a stock one without a recorded sha256 is an error."""
    (copy / "openapi" / "pipeline" / "templates" / "str_enum.py.jinja").write_text("")
    done = generate(root=copy)
    assert done.returncode == 1
    assert "str_enum.py.jinja" in done.stderr
