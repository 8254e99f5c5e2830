"""Any operation of the vendor's API, by its name: `client.call()`. No models, no pagination."""

import json
import re
from collections.abc import Mapping
from typing import Any

from mews_vouchers_client import Response
from mews_vouchers_client.http_types import HttpResponse
from mews_vouchers_client.serialization import write_body
from mews_vouchers_client.types import Secret

from .._http.completion import Completion
from .._http.operation import Endpoint, Operation
from .._http.request import Request
from .._http.request_factory import RequestFactory
from .._options import CallOptions

# Any, here: a body is any JSON.

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*/[A-Za-z][A-Za-z0-9]*")
#: The properties that the client inserts.
_OWN_PROPERTIES = ("ClientToken", "AccessToken", "Client", "LanguageCode", "CultureCode")


class RawCall:
    """One request, as work for a runner. See `_runners/work.py`.

    Args:
        factory: Creates the request.
        name: The operation, such as `services/getAll`.
        body: The body of the request, without tokens.
        idempotent: Whether it may be sent twice; None: if its name starts with `get`.

    Raises:
        TypeError, ValueError: An argument is not as described.
    """

    concurrency = 1

    def __init__(
        self,
        factory: RequestFactory,
        name: str,
        body: Mapping[str, Any],
        *,
        idempotent: bool | None,
    ) -> None:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ValueError(f"operation must look like 'services/getAll', not {name!r}")
        if not isinstance(body, Mapping):
            raise TypeError(f"body must be a dict, not {type(body).__name__}")
        if own := [key for key in _OWN_PROPERTIES if key in body]:
            raise ValueError(f"the client inserts {', '.join(own)}: leave it out of the body")
        if not isinstance(idempotent, bool | None):
            kind = type(idempotent).__name__
            raise TypeError(f"idempotent must be True, False or None, not of type {kind}")
        if idempotent is None:
            idempotent = name.partition("/")[2].startswith("get")
        endpoint = Endpoint(_RawEndpoint(name), _create_body, dict)
        operation = Operation(name, lambda: endpoint, items="", idempotent=idempotent)
        self._request: Request[Any] | None = factory.request(
            operation, CallOptions(), body=dict(body)
        )
        self.result: dict[str, Any] = {}

    def next_request(self) -> Request[Any] | None:
        """Return the request, once."""
        request, self._request = self._request, None
        return request

    def receive(self, completion: Completion[Any]) -> None:
        """Take in the result.

        Raises:
            MewsError: The request failed for good.
        """
        self.result = completion.unwrap() or {}


class _RawEndpoint:
    """Builds the request of an operation, and reads its response."""

    def __init__(self, name: str) -> None:
        self._url = f"/api/connector/v1/{name}"

    def get_kwargs(self, body: dict[str, Any]) -> dict[str, Any]:
        return {
            "method": "post",
            "url": self._url,
            "headers": {"Content-Type": "application/json"},
            "content": write_body(body),
        }

    def build_response(self, response: HttpResponse) -> Response[Any]:
        try:
            parsed = json.loads(response.content)
        except (ValueError, RecursionError):
            parsed = None
        return Response(response.status_code, response.content, response.headers, parsed)


def _create_body(
    *,
    client_token: Secret,
    access_token: Secret,
    client: str,
    language_code: str | None = None,
    culture_code: str | None = None,
    body: dict[str, Any],
) -> dict[str, Any]:
    codes = {"LanguageCode": language_code, "CultureCode": culture_code}
    own = {"ClientToken": client_token, "AccessToken": access_token, "Client": client}
    return own | {name: code for name, code in codes.items() if code is not None} | body
