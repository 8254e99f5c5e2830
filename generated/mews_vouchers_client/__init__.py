# Copied from openapi/runtime/__init__.py by `make generate`: do not edit.
"""A client for the voucher endpoints of the Mews Connector API, generated from an OpenAPI document.

This is not an official Mews product. There is one module per operation, under the vendor's names:

    from mews_vouchers_client import Client
    from mews_vouchers_client.api import voucher_codes

    with Client("https://api.mews-demo.com") as client:
        response = voucher_codes.get_all.sync_detailed(client=client, body=body)

    async with Client("https://api.mews-demo.com") as client:
        response = await voucher_codes.get_all.asyncio_detailed(client=client, body=body)

Both functions return a `Response` for every status code. Request and response bodies are the attrs
classes in `mews_vouchers_client.models`.

The types of the models state the contract. The server does not always keep it, but reading never
fails for that reason. A value that violates the contract is kept as received: a string for an
unknown enum value or a malformed datetime, `UNSET` for a missing required property. Properties that
the document does not define are in `additional_properties`. Each deviation is reported once (see
`deviations`).
"""

from .client import Client
from .deviations import Deviation, on_deviation
from .types import UNSET, Response, Secret, Unset

__all__ = ["UNSET", "Client", "Deviation", "Response", "Secret", "Unset", "on_deviation"]
