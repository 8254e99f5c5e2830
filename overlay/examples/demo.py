"""A voucher campaign from beginning to end, with the functions of the generated client.

    make demo

Without settings it starts the mock on a loopback port. For a real environment, name the address,
the tokens and a service that vouchers may be added to:

    MEWS_BASE_URL=https://api.mews-demo.com MEWS_CLIENT_TOKEN=... MEWS_ACCESS_TOKEN=... \
    MEWS_SERVICE_ID=... python overlay/examples/demo.py
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import httpx
from mews_vouchers.mock import MockMews
from mews_vouchers_client import Client, Response
from mews_vouchers_client.api import voucher_codes, vouchers
from mews_vouchers_client.models import (
    Limitation,
    MultipleVoucherAddParameters,
    MultipleVoucherCodeAddParameters,
    MultipleVoucherCodeDeleteParameters,
    MultipleVoucherDeleteParameters,
    MultipleVoucherUpdateParameters,
    StringUpdateValue,
    Unit,
    VoucherAddParameters,
    VoucherCode,
    VoucherCodeAddParameters,
    VoucherCodeFilterParameters,
    VoucherCodeResult,
    VoucherTypeEnum,
    VoucherUpdateParameters,
    VoucherWriteResult,
)
from tqdm import tqdm

CODES = 2_500
AT_ONCE = 1_000  # the API takes and gives at most so many items in one request
SETTINGS = ("MEWS_BASE_URL", "MEWS_CLIENT_TOKEN", "MEWS_ACCESS_TOKEN", "MEWS_SERVICE_ID")

Result = TypeVar("Result")


def main() -> None:
    """Run the campaign against the environment that the settings name, or against the mock."""
    started = time.monotonic()
    with ExitStack() as stack:
        settings = {name: os.environ[name] for name in SETTINGS if os.environ.get(name)}
        if not settings:
            mock = MockMews()
            settings = {
                "MEWS_BASE_URL": stack.enter_context(mock.serve()),
                "MEWS_CLIENT_TOKEN": mock.client_token,
                "MEWS_ACCESS_TOKEN": mock.access_token,
                "MEWS_SERVICE_ID": mock.enterprises[0].service_ids[0],
            }
        missing = [name for name in SETTINGS if name not in settings]
        if missing:
            sys.exit(f"error: set {', '.join(missing)} as well, or none of them to use the mock")
        print(f"Running against {settings['MEWS_BASE_URL']}")
        client = stack.enter_context(Client(settings["MEWS_BASE_URL"]))
        campaign = Campaign(client, settings["MEWS_CLIENT_TOKEN"], settings["MEWS_ACCESS_TOKEN"])
        campaign.run(settings["MEWS_SERVICE_ID"])
    print(f"Done in {time.monotonic() - started:.1f} s")


class Campaign:
    """The steps of the campaign, each with one of the seven operations."""

    def __init__(self, client: Client, client_token: str, access_token: str) -> None:
        self.client = client
        self.client_token = client_token
        self.access_token = access_token
        self.name = os.environ.get("MEWS_CLIENT", "mews-vouchers demo 1.0")

    def run(self, service_id: str) -> None:
        """Add a voucher and its codes, page them back, update, delete, and sum up."""
        voucher_id = self.add_voucher(service_id)
        with tqdm(total=CODES, unit="code", desc="adding") as bar:
            for codes in self.add_codes(voucher_id):
                bar.update(len(codes))
        with tqdm(total=CODES, unit="code", desc="listing") as bar:
            found: list[VoucherCode] = []
            for page in self.list_codes(voucher_id):
                found += page
                bar.update(len(page))
        new_name = self.rename_voucher(voucher_id, "Weekend (last days)")
        deleted = [str(code.id) for code in found[:AT_ONCE]]
        self.delete_codes(deleted)
        left = sum(code.is_active is True for page in self.list_codes(voucher_id) for code in page)
        self.delete_voucher(voucher_id)
        print(f"{'codes added and found':<24}{len({code.id for code in found}):>6}")
        print(f"{'deleted':<24}{len(deleted):>6}")
        print(f"{'still active':<24}{left:>6}")
        print(f"{'voucher, now deleted':<24}{new_name}")

    def add_voucher(self, service_id: str) -> str:
        """Add a voucher that is open to everyone who knows a code; return its id."""
        voucher = VoucherAddParameters(
            service_id=service_id, name="Weekend", type_=VoucherTypeEnum.PUBLIC
        )
        body = MultipleVoucherAddParameters(
            self.client_token, self.access_token, self.name, voucher_parameters=[voucher]
        )
        result = expect(
            VoucherWriteResult, vouchers.add.sync_detailed(client=self.client, body=body)
        )
        return (result.vouchers or [])[0].id

    def add_codes(self, voucher_id: str) -> Iterator[list[VoucherCode]]:
        """Add codes that are valid for 30 days, as many in a request as the API takes."""
        until = datetime.now(UTC) + timedelta(days=30)
        for first in range(0, CODES, AT_ONCE):
            codes = [
                VoucherCodeAddParameters(voucher_id, f"DEMO-{number:05}", validity_end_utc=until)
                for number in range(first, min(first + AT_ONCE, CODES))
            ]
            body = MultipleVoucherCodeAddParameters(
                self.client_token, self.access_token, self.name, voucher_code_parameters=codes
            )
            response = voucher_codes.add.sync_detailed(client=self.client, body=body)
            yield expect(VoucherCodeResult, response).voucher_codes

    def list_codes(self, voucher_id: str) -> Iterator[list[VoucherCode]]:
        """List all codes, page by page, from the newest to the oldest."""
        limitation = Limitation(AT_ONCE)
        while True:
            body = VoucherCodeFilterParameters(
                self.client_token,
                self.access_token,
                self.name,
                limitation=limitation,
                voucher_ids=[voucher_id],
            )
            response = voucher_codes.get_all.sync_detailed(client=self.client, body=body)
            result = expect(VoucherCodeResult, response)
            yield result.voucher_codes
            if not result.cursor or len(result.voucher_codes) < AT_ONCE:
                return
            limitation = Limitation(AT_ONCE, cursor=result.cursor)

    def rename_voucher(self, voucher_id: str, name: str) -> str:
        """Change the name and nothing else; return the name that the voucher has now."""
        change = VoucherUpdateParameters(voucher_id, name=StringUpdateValue(name))
        body = MultipleVoucherUpdateParameters(
            self.client_token, self.access_token, self.name, voucher_updates=[change]
        )
        response = vouchers.update.sync_detailed(client=self.client, body=body)
        return (expect(VoucherWriteResult, response).vouchers or [])[0].name

    def delete_codes(self, ids: list[str]) -> None:
        """Delete codes; they stay listed, but are not active any more."""
        body = MultipleVoucherCodeDeleteParameters(
            self.client_token, self.access_token, self.name, voucher_code_ids=ids
        )
        expect(Unit, voucher_codes.delete.sync_detailed(client=self.client, body=body))

    def delete_voucher(self, voucher_id: str) -> None:
        """Delete the voucher, so that the demo leaves nothing active behind."""
        body = MultipleVoucherDeleteParameters(
            self.client_token, self.access_token, self.name, voucher_ids=[voucher_id]
        )
        expect(Unit, vouchers.delete.sync_detailed(client=self.client, body=body))


def expect(model: type[Result], response: Response[object]) -> Result:
    """Return the result of a call that worked; end the program with what the server said if not."""
    if isinstance(response.parsed, model):
        return response.parsed
    message = getattr(response.parsed, "message", "no message")
    request_id = response.headers.get("Request-Id", "unknown")
    sys.exit(f"error: status {response.status_code}: {message} (request {request_id})")


if __name__ == "__main__":
    try:
        main()
    except httpx.TransportError as error:
        sys.exit(f"error: no answer: {error or type(error).__name__}")
