"""A voucher campaign from beginning to end: adds a voucher with codes, then lists and deletes them.

    make demo

Without settings, it runs against a mock that it starts on a loopback port. For a real environment,
set the base URL, the tokens, and the id of a service to which vouchers can be added:

    MEWS_BASE_URL=https://api.mews-demo.com MEWS_CLIENT_TOKEN=... MEWS_ACCESS_TOKEN=... \
    MEWS_SERVICE_ID=... python overlay/examples/demo.py
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from mews_vouchers import Credentials, MewsError, VoucherClient, voucher_update
from mews_vouchers.mock import MockMews
from mews_vouchers_client.models import (
    VoucherAddParameters,
    VoucherCodeAddParameters,
    VoucherTypeEnum,
)
from tqdm import tqdm

CODES = 2_500
SETTINGS = ("MEWS_BASE_URL", "MEWS_CLIENT_TOKEN", "MEWS_ACCESS_TOKEN", "MEWS_SERVICE_ID")


def campaign(client: VoucherClient, service_id: str) -> None:
    """Add a voucher and its codes, list, update and delete them, and print a summary."""
    (voucher,) = client.vouchers.add(
        [VoucherAddParameters(service_id, "Weekend", VoucherTypeEnum.PUBLIC)]
    )

    until = datetime.now(UTC) + timedelta(days=30)
    codes = [
        VoucherCodeAddParameters(voucher.id, f"DEMO-{number:05}", validity_end_utc=until)
        for number in range(CODES)
    ]
    with tqdm(total=CODES, unit="code", desc="adding") as bar:
        added = client.voucher_codes.add(
            codes, on_progress=lambda progress: bar.update(progress.done - bar.n)
        )

    listing = client.voucher_codes.get_all(voucher_ids=[voucher.id])
    found = list(tqdm(listing, total=CODES, unit="code", desc="listing"))

    (renamed,) = client.vouchers.update([voucher_update(voucher.id, name="Weekend (last days)")])
    deleted = [code.id for code in added[:1_000]]
    client.voucher_codes.delete(deleted)
    active = sum(code.is_active is True for code in listing)
    client.vouchers.delete([voucher.id])

    print(f"{'codes added':<24}{len(added):>6}")
    print(f"{'found again':<24}{len({code.id for code in found}):>6}")
    print(f"{'deleted':<24}{len(deleted):>6}")
    print(f"{'still active':<24}{active:>6}")
    print(f"{'voucher, now deleted':<24}{renamed.name}")


@contextmanager
def environment() -> Iterator[str]:
    """Yield the id of the service; if nothing is set, start a mock and set its variables."""
    os.environ.setdefault("MEWS_CLIENT", "mews-vouchers demo 1.0")
    if not any(os.environ.get(name) for name in SETTINGS):
        mock = MockMews()
        with mock.serve() as base_url:
            os.environ["MEWS_BASE_URL"] = base_url
            os.environ["MEWS_CLIENT_TOKEN"] = mock.client_token
            os.environ["MEWS_ACCESS_TOKEN"] = mock.access_token
            yield mock.enterprises[0].service_ids[0]
        return
    missing = [name for name in SETTINGS if not os.environ.get(name)]
    if missing:
        sys.exit(f"error: set {', '.join(missing)} as well, or none of them to use the mock")
    yield os.environ["MEWS_SERVICE_ID"]


def main() -> None:
    """Run the campaign, and print how long it took."""
    started = time.monotonic()
    with environment() as service_id, VoucherClient(Credentials.from_environment()) as client:
        print(f"Running against {os.environ['MEWS_BASE_URL']}")
        campaign(client, service_id)
    print(f"Done in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    try:
        main()
    except MewsError as error:
        sys.exit(f"error: {error}")
