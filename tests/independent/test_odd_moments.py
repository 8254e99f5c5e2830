"""What comes at an odd moment: a signal while an item is written, the end of the client."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mews_vouchers import AsyncVoucherClient, ClosedError, Journal, batch_error_of
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.independent_clients import ADD, credentials_of, numbered, stored
from tests.support.independent_server import At, Fault, IndependentServer

# Any, in this module: either client, behind the interface of the sync one.


class TimeIsUpError(ValueError):
    """What the signal handler of a program raises, for example that of a task queue."""


def attempt(call: Callable[[], Any]) -> tuple[Any, Exception | None]:
    """Make a call; return its result, or what it raised."""
    try:
        return call(), None
    except Exception as error:  # noqa: BLE001 - of several types
        return None, error


@pytest.mark.parametrize("number", range(1, 40, 5))
@pytest.mark.parametrize("has_journal", [False, True])
@pytest.mark.parametrize("is_iterator", [False, True])
def test_a_signal_handler_raises_while_an_item_is_written(  # noqa: PLR0917 - fixtures
    client: Any,
    server: IndependentServer,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    has_journal: bool,  # noqa: FBT001
    is_iterator: bool,  # noqa: FBT001
) -> None:
    """Its error comes up, and is never taken for one of the item: the next run adds all."""
    codes = numbered(server, 10)
    options: dict[str, Any] = {"journal": path} if has_journal else {}
    write, count = VoucherCodeAddParameters.to_dict, 0

    def to_dict(item: VoucherCodeAddParameters) -> dict[str, Any]:
        nonlocal count
        count += 1
        if count == number:
            raise TimeIsUpError
        return write(item)

    add = client.voucher_codes.add
    with monkeypatch.context() as interrupted:
        interrupted.setattr(VoucherCodeAddParameters, "to_dict", to_dict)
        added, error = attempt(lambda: add(iter(codes) if is_iterator else codes, **options))
    if error is not None:
        failed = batch_error_of(error)
        assert isinstance(error if failed is None else failed.cause or error, TimeIsUpError)
        assert failed is None or not failed.rejected
    if has_journal:
        added = add(iter(codes) if is_iterator else codes, settle=0, **options)
        with Journal(path) as journal:
            assert [one.item.value for one in journal.succeeded()] == [one.value for one in codes]
    if added is not None:
        assert [one.value for one in added] == [one.value for one in codes]
        assert sum(stored(server).values()) == 10


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.1])
def test_a_client_that_is_left_by_another_task(server: IndependentServer, delay: float) -> None:
    """A write that has sent nothing raises a `ClosedError`; else its report has a public cause."""
    server.plan(At(ADD, Fault(wait_before=0.3), None))

    async def leave() -> Exception | None:
        client = AsyncVoucherClient(credentials_of(server), base_url=server.url)
        add = client.voucher_codes.add(numbered(server, 5_000), concurrency=3)
        task = asyncio.create_task(add)
        async with client:
            await asyncio.sleep(delay)
        await asyncio.wait([task])
        error = task.exception()
        assert isinstance(error, Exception)
        return error

    error = asyncio.run(leave())
    failed = batch_error_of(error)
    found = error if failed is None else failed.cause
    assert type(found).__module__ == "mews_vouchers.errors"
    assert failed is not None or isinstance(found, ClosedError)
