"""The forms in which the settings of a mock are printed.

They include the tokens, which are valid for this mock only.
"""

import json
import os
import shlex
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from mews_vouchers.mock._mock import MockMews

#: From a variable to its line. The values are base URLs, tokens, ids and the name of a client: no
#: character of them is special, except the spaces of the name.
_LINES: Mapping[str, Callable[[str, str], str]] = {
    "posix": lambda name, value: f"export {name}={shlex.quote(value)}",
    "powershell": lambda name, value: f"$env:{name} = '{value}'",
    "cmd": lambda name, value: f'set "{name}={value}"',
    # Without quotes, which are part of the value for `docker run --env-file`.
    "dotenv": lambda name, value: f"{name}={value}",
}
FORMATS = (*_LINES, "json")
DEFAULT_FORMAT = "powershell" if os.name == "nt" else "posix"


def format_settings(mock: MockMews, base_url: str, form: str) -> str:
    """Return the settings, one variable per line; as JSON, all in one line."""
    variables = _variables(mock, base_url)
    if form != "json":
        return "\n".join(_LINES[form](name, value) for name, value in variables.items())
    settings: dict[str, Any] = {  # Any: it becomes JSON
        "environment": variables,
        "enterprises": [asdict(enterprise) for enterprise in mock.enterprises],
    }
    return json.dumps(settings)


def _variables(mock: MockMews, base_url: str) -> dict[str, str]:
    services = [service for one in mock.enterprises for service in one.service_ids]
    return {
        "MEWS_BASE_URL": base_url,
        "MEWS_CLIENT_TOKEN": mock.client_token,
        "MEWS_ACCESS_TOKEN": mock.access_token,
        "MEWS_CLIENT": mock.credentials.client,
        "MEWS_SERVICE_ID": services[0],
        "MEWS_SERVICE_IDS": ",".join(services),
        "MEWS_ENTERPRISE_IDS": ",".join(one.id for one in mock.enterprises),
        "MEWS_PORTFOLIO_ACCESS_TOKEN": mock.portfolio_access_token,
    }
