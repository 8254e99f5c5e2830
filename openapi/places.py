"""Where the project is, and how a path is shown; nothing that takes time to import."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "openapi" / "mews-vouchers.yaml"


def shown(path: Path) -> str:
    """Return `path` as the reader sees it: relative to the project where it is inside."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
