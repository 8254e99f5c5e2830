"""Renders the package: generator and templates, then the runtime modules, then ruff.

The behavior of the generated code belongs in the document, in `templates/` and in `runtime/`.
"""

import contextlib
import io
import json
import re
from pathlib import Path

from .document import DocumentError, load
from .paths import RUNTIME, TEMPLATES
from .tools import run_python

HEADER = (
    "# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.\n"
    "# Change the document or openapi/pipeline/templates instead.\n"
)
#: A module that is the same whatever the document says.
COPY_HEADER = "# Copied from openapi/runtime/{name} by `make generate`: do not edit.\n"
#: Rules are named, because the default rules of ruff change with its releases.
RUFF = (
    ("check", "--fix-only", "--select=I,F401,UP"),
    ("format", "--line-length=100"),
)
#: Imports every module. A module that cannot be imported is a mistake in a template.
IMPORT_ALL = """
import importlib, pathlib, sys
sys.dont_write_bytecode = True
package = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(package.parent))
for path in sorted(package.rglob("*.py")):
    importlib.import_module(".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__"))
"""


def render(document: Path, package: Path) -> None:
    """Create the package for `document` in the folder `package`, which must not exist."""
    data = load(document)
    _run_generator(document, package)
    _rename_operations(package)
    for module in package.rglob("*.py"):
        _add_header(module, module, HEADER)
    for module in RUNTIME.glob("*.py"):
        _add_header(module, package / module.name, COPY_HEADER.format(name=module.name))
    for command in RUFF:
        options = ("--isolated", "--no-cache", "--target-version=py311")
        run_python("-m", "ruff", *command, *options, str(package))
    (package / "py.typed").touch()
    try:
        text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise DocumentError(document, f"{error}; quote dates") from error
    (package / "openapi.json").write_text(text + "\n", encoding="utf-8")
    run_python("-c", IMPORT_ALL, str(package))


def _add_header(source: Path, target: Path, header: str) -> None:
    target.write_text(header + source.read_text(encoding="utf-8").lstrip(), encoding="utf-8")


def _run_generator(document: Path, package: Path) -> None:
    """Run openapi-python-client; its warnings are errors here."""
    # Imported late, so that a missing tool is reported by `check_tools`.
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
        # The generator does not unwrap names in all of its messages.
        raise DocumentError(document, re.sub(r"<\S+UntrustedString object at \S+>", "a name", text))


def _rename_operations(package: Path) -> None:
    """Rename `api/vouchers/vouchers_add.py` to `add.py`: the generator uses the operationId."""
    for module in package.glob("api/*/*.py"):
        module.rename(module.with_name(module.name.removeprefix(f"{module.parent.name}_")))
