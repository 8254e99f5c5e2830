"""Makes `generated/mews_vouchers_client` from the document, or checks that it is up to date.

    python openapi/generate.py            # make generate
    python openapi/generate.py --check    # make verify-generated

Four steps, each in a temporary folder until the last: the generator with our templates, the plain
modules of `runtime/` over it, the same ruff for every file, an import of all of it. Then the new
package takes the old one's place in one move, or is compared with it, file by file.

What the code does belongs in the document, in `templates/` and in `runtime/`, not here.
"""

import argparse
import contextlib
import fcntl
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Generator
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

from document import DocumentError, load
from folders import difference, strangers, tree
from places import DOCUMENT, ROOT, shown

PACKAGE = ROOT / "generated" / "mews_vouchers_client"
TEMPLATES = ROOT / "openapi" / "templates"
RUNTIME = ROOT / "openapi" / "runtime"
STOCK_HASHES = TEMPLATES / "stock.sha256"
PINNED = ("openapi-python-client", "ruff")
HEADER = (
    "# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.\n"
    "# Change the document, openapi/templates or openapi/runtime instead.\n"
)
#: Named rules, because ruff's default set grows with its releases and rewrites code.
RUFF = (
    ("check", "--fix-only", "--select=I,F401,UP"),
    ("format", "--line-length=100"),
)


class GenerateError(Exception):
    """Something is wrong with the tools, or with what they made of the document."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--document", type=Path, default=DOCUMENT, metavar="FILE")
    parser.add_argument("--package", type=Path, default=PACKAGE, metavar="FOLDER")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    try:
        check_tools()
        if options.check:
            return verify(options.document, options.package)
        generate(options.document, options.package)
    except (DocumentError, GenerateError, OSError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    print(f"{shown(options.package)}: {len(tree(options.package))} files")
    return 0


def check_tools() -> None:
    """Stop unless the tools that shape the output are exactly the ones they were written for."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    pins = {
        name: pin
        for name, _, pin in (
            requirement.partition("==")
            for requirement in pyproject["dependency-groups"]["generate"]
        )
    }
    for name in PINNED:
        found = installed(name)
        if found != pins.get(name):
            raise GenerateError(
                f"{name} {found} is installed, pyproject.toml pins {pins.get(name)}: "
                "run `make clean setup`"
            )
    check_stock_templates()


def installed(name: str) -> str:
    """Return the version of a distribution, `none` if there is none."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def check_stock_templates() -> None:
    """Stop when a stock template that we replace is not the one that was read when replacing it."""
    stock = Path(str(distribution(PINNED[0]).locate_file("openapi_python_client/templates")))
    recorded = dict(line.split()[::-1] for line in STOCK_HASHES.read_text().splitlines())
    replaced = {path.name for path in TEMPLATES.glob("*.jinja")}
    replaced |= {stock_name(path) for path in RUNTIME.glob("*.py")}
    replaced = {name for name in replaced if (stock / name).exists()}
    if replaced != recorded.keys():
        raise GenerateError(f"{shown(STOCK_HASHES)}: list exactly {', '.join(sorted(replaced))}")
    for name, digest in recorded.items():
        if hashlib.sha256((stock / name).read_bytes()).hexdigest() != digest:
            raise GenerateError(
                f"{name}: the generator's own template is not the one that ours replaces; compare "
                f"them, then record the new sha256 in {shown(STOCK_HASHES)}"
            )


def stock_name(module: Path) -> str:
    """Return the name of the stock template that a module of `runtime/` stands for, if any."""
    return "package_init.py.jinja" if module.stem == "__init__" else f"{module.name}.jinja"


def render(document: Path, package: Path) -> None:
    """Make the package of `document` in the folder `package`, which must not exist."""
    data = load(document)
    run_generator(document, package)
    for module in RUNTIME.glob("*.py"):
        shutil.copyfile(module, package / module.name)
    for module in package.rglob("*.py"):
        module.write_text(HEADER + module.read_text(encoding="utf-8").lstrip(), encoding="utf-8")
    for command in RUFF:
        run("ruff", *command, "--isolated", "--no-cache", "--target-version=py311", str(package))
    (package / "py.typed").touch()
    try:
        text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise DocumentError(document, f"{error}; quote dates") from error
    (package / "openapi.json").write_text(text + "\n", encoding="utf-8")
    run("-c", IMPORT_ALL, str(package))


#: In a process of its own: a module that does not import is a mistake in a template.
IMPORT_ALL = """
import importlib, pathlib, sys
sys.dont_write_bytecode = True
package = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(package.parent))
for path in sorted(package.rglob("*.py")):
    importlib.import_module(".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__"))
"""


def run_generator(document: Path, package: Path) -> None:
    """Run openapi-python-client; what it only warns of is an error here."""
    # Imported here, so that its absence is one clear line as well.
    import openapi_python_client
    from jinja2 import TemplateError
    from openapi_python_client.config import Config, ConfigFile, MetaType

    config = Config.from_sources(
        ConfigFile(post_hooks=[]),
        MetaType.NONE,
        document,
        "utf-8",
        overwrite=False,
        output_path=package,
    )
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            problems = openapi_python_client.generate(config=config, custom_template_path=TEMPLATES)
    except TemplateError as error:
        raise DocumentError(document, error) from error
    for problem in problems:
        text = f"{problem.header} {problem.detail or ''}"
        # The generator forgets to unwrap names in some of its texts.
        raise DocumentError(document, re.sub(r"<\S+UntrustedString object at \S+>", "a name", text))


def run(*arguments: str) -> None:
    """Run a Python module or program text; its last line is the error."""
    flag = () if arguments[0].startswith("-") else ("-m",)
    done = subprocess.run(
        [sys.executable, *flag, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no output"]
        raise GenerateError(f"{' '.join(arguments[:2])[:40]}: {lines[-1]}")


@contextlib.contextmanager
def rendered(document: Path, package: Path) -> Generator[Path]:
    """Make the package in a temporary folder beside `package`, on the same file system.

    One run at a time; what a run that was killed left behind is put right first.
    """
    beside = package.parent
    beside.mkdir(parents=True, exist_ok=True)
    folder = os.open(beside, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if old_place(package).exists() and not package.exists():
            old_place(package).rename(package)
        for litter in beside.glob(".generate-*"):
            shutil.rmtree(litter)
        with tempfile.TemporaryDirectory(prefix=".generate-", dir=beside) as temporary:
            new = Path(temporary) / PACKAGE.name
            render(document, new)
            yield new
    finally:
        os.close(folder)


def old_place(package: Path) -> Path:
    """Return where the old package waits while the new one takes its place."""
    return package.with_name(f".generate-old-{package.name}")


def generate(document: Path, package: Path) -> None:
    """Put the package of `document` in the place of `package`; on any error that stays as it is."""
    with rendered(document, package) as new:
        old = old_place(package)
        try:
            if package.exists():
                package.rename(old)
            new.rename(package)
        except BaseException:
            if old.exists() and not package.exists():
                old.rename(package)
            raise
        shutil.rmtree(old, ignore_errors=True)


def verify(document: Path, package: Path) -> int:
    """Print how `package` differs from what `document` gives; return 1 if it does."""
    with rendered(document, package) as new:
        expected, found = tree(new), tree(package)
        differences = [
            *(f"missing: {name}\n" for name in sorted(expected.keys() - found.keys())),
            *(f"not generated: {name}\n" for name in sorted(found.keys() - expected.keys())),
            *(f"not generated: {name}\n" for name in strangers(package)),
        ]
        for name in sorted(expected.keys() & found.keys()):
            differences += difference(name, found[name], expected[name])
    if not differences:
        print(f"{shown(package)} is what {shown(document)} gives")
        return 0
    sys.stdout.writelines(differences)
    print(
        f"error: {shown(package)} is not what {shown(document)} gives: run `make generate`",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
