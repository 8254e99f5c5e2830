"""The paths of the project. Imports quickly."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "openapi" / "mews-vouchers.yaml"
PACKAGE = ROOT / "generated" / "mews_vouchers_client"
TEMPLATES = ROOT / "openapi" / "pipeline" / "templates"
RUNTIME = ROOT / "openapi" / "runtime"


def display(path: Path) -> str:
    """Return `path` for messages: relative to the project if it is inside."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
