"""The examples of the vendor's pages, as they were published: requests, and responses."""

import json
from pathlib import Path
from typing import Any

#: Each has the name of its operation, its kind ("request" or "response") and its body. Any: JSON.
VENDOR_EXAMPLES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
)
