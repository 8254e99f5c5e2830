# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from collections.abc import Mapping
from typing import Any, Final

import httpx

from ...client import Client
from ...models.connector_api_exception_result import ConnectorApiExceptionResult
from ...models.multiple_voucher_delete_parameters import MultipleVoucherDeleteParameters
from ...models.unit import Unit
from ...types import Response
from ...wire import read_response, send, send_async, write_body

_URL: Final = "/api/connector/v1/vouchers/delete"
_ANSWERS: Final[Mapping[int, type[Unit | ConnectorApiExceptionResult]]] = {
    200: Unit,
    400: ConnectorApiExceptionResult,
    401: ConnectorApiExceptionResult,
    403: ConnectorApiExceptionResult,
    404: ConnectorApiExceptionResult,
    408: ConnectorApiExceptionResult,
    409: ConnectorApiExceptionResult,
    413: ConnectorApiExceptionResult,
    429: ConnectorApiExceptionResult,
    500: ConnectorApiExceptionResult,
}


def get_kwargs(body: MultipleVoucherDeleteParameters) -> dict[str, Any]:
    """Return what `wire.send` takes to send `body`."""
    return {
        "method": "post",
        "url": _URL,
        "headers": {"Content-Type": "application/json"},
        "content": write_body(body.to_dict()),
    }


def build_response(response: httpx.Response) -> Response[Unit | ConnectorApiExceptionResult]:
    """Return the answer of httpx with its body read."""
    return read_response(response, _ANSWERS)


def sync_detailed(
    *, client: Client, body: MultipleVoucherDeleteParameters
) -> Response[Unit | ConnectorApiExceptionResult]:
    """Delete vouchers

    Deletes 1 to 1000 vouchers and returns an empty object. The deletion is soft: `vouchers/getAll`
    still lists them, with `IsActive` false.

    With a portfolio access token, `EnterpriseId` says where the vouchers are.

    Raises:
        NaiveDatetimeError: A datetime in the body has no time zone.
        httpx.TransportError: No answer came: no connection, a timeout, a connection that broke.

    Returns:
        The answer, whatever its status. `parsed` holds the result, or the error's body, or None.
    """
    return build_response(send(client.get_httpx_client(), get_kwargs(body)))


async def asyncio_detailed(
    *, client: Client, body: MultipleVoucherDeleteParameters
) -> Response[Unit | ConnectorApiExceptionResult]:
    """Same as `sync_detailed`, awaited."""
    return build_response(await send_async(client.get_async_httpx_client(), get_kwargs(body)))
