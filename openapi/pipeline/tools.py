"""Runs the tools that shape the generated code, and checks that they are the pinned ones."""

import hashlib
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

from .paths import ROOT, RUNTIME, TEMPLATES, display

GENERATOR = "openapi-python-client"
PINNED = (GENERATOR, "ruff")
STOCK_HASHES = TEMPLATES / "stock.sha256"


class ToolError(Exception):
    """A tool has the wrong version, or failed."""


def check_tools() -> None:
    """Raise `ToolError` unless the tools are exactly the pinned ones."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    requirements = pyproject["dependency-groups"]["generate"]
    pins = {name: pin for name, _, pin in (line.partition("==") for line in requirements)}
    for name in PINNED:
        installed = _installed_version(name)
        if installed != pins.get(name):
            raise ToolError(
                f"{name} {installed} is installed, pyproject.toml pins {pins.get(name)}: "
                "run `make clean setup`"
            )
    _check_stock_templates()


def _installed_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _check_stock_templates() -> None:
    """Raise `ToolError` if a stock template has changed since it was replaced by one of ours."""
    stock = Path(str(distribution(GENERATOR).locate_file("openapi_python_client/templates")))
    recorded = dict(line.split()[::-1] for line in STOCK_HASHES.read_text().splitlines())
    replacing = {path.name for path in TEMPLATES.glob("*.jinja")}
    replacing |= {_stock_name(path) for path in RUNTIME.glob("*.py")}
    replaced = {name for name in replacing if (stock / name).exists()}
    if replaced != recorded.keys():
        raise ToolError(f"{display(STOCK_HASHES)}: list exactly {', '.join(sorted(replaced))}")
    for name, digest in recorded.items():
        if hashlib.sha256((stock / name).read_bytes()).hexdigest() != digest:
            raise ToolError(
                f"{name}: the stock template has changed since ours replaced it; compare the two, "
                f"then record the new sha256 in {display(STOCK_HASHES)}"
            )


def _stock_name(module: Path) -> str:
    """Return the name of the stock template that a module of `runtime/` would replace."""
    return "package_init.py.jinja" if module.stem == "__init__" else f"{module.name}.jinja"


def run_python(*arguments: str) -> None:
    """Run Python in a process of its own; on failure, raise `ToolError` with its last line."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no output"]
        raise ToolError(f"{' '.join(arguments[:3])[:40]}: {lines[-1]}")
