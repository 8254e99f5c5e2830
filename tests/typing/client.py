"""A user's file: checked by mypy --strict and pyright, never run. It imports only the packages."""

from collections.abc import AsyncGenerator, Generator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, assert_type

import httpx
import httpx2
from mews_vouchers import (
    ApiError,
    AsyncChanges,
    AsyncPager,
    AsyncVoucherClient,
    AsyncVoucherCodes,
    AsyncVouchers,
    AsyncWriteStream,
    BatchError,
    Changes,
    Credentials,
    Environment,
    InvalidItemError,
    Journal,
    MewsError,
    Outcome,
    OutcomeUnknownError,
    Page,
    Pager,
    Progress,
    RateLimit,
    RetryPolicy,
    VoucherClient,
    VoucherCodes,
    Vouchers,
    WriteStream,
    __version__,
    batch_error_of,
    voucher_update,
)
from mews_vouchers.mock import ClientOptions, MockMews
from mews_vouchers.mock.faults import drop_before
from mews_vouchers_client import Client
from mews_vouchers_client.models import (
    ActivityState,
    Voucher,
    VoucherAddParameters,
    VoucherCode,
    VoucherCodeAddParameters,
    VoucherCodeResult,
    VoucherExtent,
    VoucherResult,
    VoucherTypeEnum,
    VoucherUpdateParameters,
)

credentials = Credentials(client_token="c", access_token="a", client="Typed 1.0")
assert_type(Credentials.from_environment(), Credentials)

codes = [VoucherCodeAddParameters("fe568bbd", "SPRING")]
vouchers = [VoucherAddParameters("fe568bbd", "Spring", VoucherTypeEnum.PUBLIC)]
year = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
update = voucher_update(
    "fe568bbd",
    name="New",
    type_=VoucherTypeEnum.PUBLIC,
    company_id=None,
    assigned_rate_ids=("fe568bbd",),
    occupiable_interval_start_utc=year[0],
    occupiable_interval_end_utc=None,
    external_identifier=None,
)
assert_type(update, VoucherUpdateParameters)


assert_type(__version__, str)


def show(progress: Progress) -> None:
    """Receive progress."""
    assert_type(progress.done, int)
    assert_type(progress.total, int | None)
    assert_type(progress.requests, int)
    assert_type(progress.waited, float)


def use_sync_client() -> list[VoucherCode]:
    """Use the sync client."""
    with VoucherClient(
        credentials,
        environment=Environment.DEMO,
        transport=httpx.HTTPTransport(),
        headers={"User-Agent": "Shop/2"},
        timeout=30,
        retry=RetryPolicy(max_attempts=3, max_wait=60.0, total_timeout=300.0),
        rate_limit=RateLimit(requests=100, window=30.0),
        redis_url="redis://127.0.0.1:6379/0",
        language_code="en-US",
        culture_code="en-US",
    ) as client:
        assert_type(client, VoucherClient)
        assert_type(client.api, Client)
        assert_type(client.vouchers, Vouchers)
        assert_type(client.voucher_codes, VoucherCodes)

        pager = client.voucher_codes.get_all(voucher_ids=["fe568bbd"], updated=year, max_items=5)
        assert_type(pager, Pager[VoucherCode, VoucherCodeResult])
        assert_type(pager.checkpoint, str | None)
        assert_type(pager.pages(), Generator[Page[VoucherCode, VoucherCodeResult]])
        for code in pager:
            assert_type(code, VoucherCode)
            assert_type((code.id, code.voucher_id), tuple[str, str])
        for page in pager.pages():
            assert_type(page.items, Sequence[VoucherCode])
            assert_type(page.cursor, str | None)

        client.voucher_codes.get_all(voucher_ids=["fe568bbd"], updated=(year[0], None))
        feed = client.changes(service_ids=iter(["fe568bbd"]), since=None, overlap=60.0)
        assert_type(feed, Changes[Voucher | VoucherCode])
        assert_type(feed.mark, str | None)
        for item in feed:
            assert_type(item, Voucher | VoucherCode)
        codes_feed = client.voucher_codes.changes(voucher_ids=["fe568bbd"], since=feed.mark)
        assert_type(codes_feed, Changes[VoucherCode])
        vouchers_feed = client.vouchers.changes(service_ids=["fe568bbd"], since=feed.mark)
        assert_type(vouchers_feed, Changes[Voucher])

        listing = client.vouchers.get_all(
            service_ids=iter(["fe568bbd"]),
            extent=VoucherExtent(vouchers=True),
            activity_states=[ActivityState.ACTIVE],
            checkpoint=pager.checkpoint,
        )
        assert_type(listing, Pager[Voucher, VoucherResult])
        for voucher in listing:
            assert_type(voucher, Voucher)
            assert_type(voucher.enterprise_id, str)

        assert_type(client.vouchers.add(vouchers, on_progress=show), list[Voucher])
        assert_type(client.vouchers.update([update]), list[Voucher])
        client.vouchers.delete({"fe568bbd"}, enterprise_id=None)
        client.voucher_codes.delete(code.id for code in pager)
        batches = client.voucher_codes.add_batches(iter(codes))
        assert_type(batches, WriteStream[VoucherCodeAddParameters, VoucherCode])
        with batches:
            for outcomes in batches:
                assert_type(outcomes, list[Outcome[VoucherCodeAddParameters, VoucherCode]])
        tell(batches.batch_error)
        try:
            added = client.voucher_codes.add(
                codes,
                enterprise_id="fe568bbd",
                on_progress=show,
                concurrency=8,
                on_rejected="isolate",
                journal=Path("spring.journal"),
                settle=60,
            )
        except BatchError as error:
            return client.voucher_codes.resume(error, remaining=iter(codes), on_progress=print)
        assert_type(added, list[VoucherCode])
        return added


async def use_async_client() -> list[VoucherCode]:
    """Use the async client."""
    async with AsyncVoucherClient(
        credentials,
        base_url=httpx.URL("http://127.0.0.1:8080"),
        http_client=httpx.AsyncClient(proxy="http://127.0.0.1:8081"),
        http_library="httpx",
        timeout=httpx.Timeout(30.0),
        rate_limit=None,
    ) as client:
        assert_type(client, AsyncVoucherClient)
        assert_type(client.api, Client)
        assert_type(client.vouchers, AsyncVouchers)
        assert_type(client.voucher_codes, AsyncVoucherCodes)

        pager = client.voucher_codes.get_all(voucher_ids=["fe568bbd"], updated=year, max_items=5)
        assert_type(pager, AsyncPager[VoucherCode, VoucherCodeResult])
        assert_type(pager.checkpoint, str | None)
        assert_type(pager.pages(), AsyncGenerator[Page[VoucherCode, VoucherCodeResult]])
        async for code in pager:
            assert_type(code, VoucherCode)

        feed = client.changes(service_ids=["fe568bbd"], since=None)
        assert_type(feed, AsyncChanges[Voucher | VoucherCode])
        async for item in feed:
            assert_type(item, Voucher | VoucherCode)

        listing = client.vouchers.get_all(service_ids=["fe568bbd"])
        assert_type(listing, AsyncPager[Voucher, VoucherResult])
        async for page in listing.pages():
            assert_type(page, Page[Voucher, VoucherResult])

        assert_type(await client.vouchers.add(vouchers, on_progress=show), list[Voucher])
        assert_type(await client.vouchers.update([update]), list[Voucher])
        await client.vouchers.delete({"fe568bbd"}, enterprise_id=None)
        await client.voucher_codes.delete(["fe568bbd"])
        batches = client.voucher_codes.add_batches(iter(codes))
        assert_type(batches, AsyncWriteStream[VoucherCodeAddParameters, VoucherCode])
        async with batches:
            async for outcomes in batches:
                assert_type(outcomes, list[Outcome[VoucherCodeAddParameters, VoucherCode]])
        tell(batches.batch_error)
        try:
            added = await client.voucher_codes.add(codes, on_progress=show)
        except BatchError as error:
            return await client.voucher_codes.resume(error, on_progress=print)
        assert_type(added, list[VoucherCode])
        return added


def tell(error: BatchError[VoucherCodeAddParameters, VoucherCode] | None) -> None:
    """Read what became of every item of a stream; None: all of them were yielded."""
    if error is None:
        return
    assert_type(error.succeeded, tuple[Outcome[VoucherCodeAddParameters, VoucherCode], ...])
    assert_type(error.not_sent, tuple[Outcome[VoucherCodeAddParameters, VoucherCode], ...])
    for outcome in (*error.rejected, *error.unknown):
        assert_type(outcome.position, int)
        assert_type(outcome.item, VoucherCodeAddParameters)
        assert_type(outcome.result, VoucherCode | None)
        assert_type(outcome.error, MewsError | None)
    assert_type(error.operation, str)
    assert_type(error.enterprise_id, str | None)
    assert_type(error.cause, Exception | None)
    assert_type((error.status_code, error.retry_after), tuple[int | None, float | None])
    assert_type((error.items_read, error.is_complete), tuple[int, bool])
    assert_type(error.without([0]), BatchError[VoucherCodeAddParameters, VoucherCode])
    assert_type(BatchError.from_json(error.to_json()), BatchError[Any, Any])


def after_an_interruption(interruption: BaseException) -> str | None:
    """Keep what became of every item."""
    error = batch_error_of(interruption)
    assert_type(error, BatchError[Any, Any] | None)
    return None if error is None else error.to_json()


def ask(path: str) -> int:
    """Ask a journal how far it is."""
    with Journal(path) as journal:
        assert_type(journal.batch_error(), BatchError[Any, Any])
        for outcome in journal.rejected():
            assert_type(outcome, Outcome[Any, Any])
        return journal.progress.done


def decide(error: MewsError) -> float | None:
    """Decide what to do about an error."""
    assert_type(error.checkpoint, str | None)
    if isinstance(error, ApiError):
        assert_type(error.status_code, int)
        assert_type(error.message, str | None)
        assert_type(error.request_id, str | None)
        assert_type(error.details, object)
        return error.retry_after
    if isinstance(error, OutcomeUnknownError):
        assert_type(error.operation, str)
    if isinstance(error, InvalidItemError):
        assert_type((error.position, error.property, error.reason), tuple[int, str, str])
    return None


def use_httpx2() -> tuple[VoucherClient, AsyncVoucherClient]:
    """Use the other library."""
    VoucherClient(credentials, base_url=httpx2.URL("http://127.0.0.1:8080"), http_library="httpx2")
    AsyncVoucherClient(
        credentials,
        environment=Environment.DEMO,
        transport=httpx2.AsyncHTTPTransport(),
        timeout=httpx2.Timeout(30.0, connect=5.0),
    )
    sync_client = VoucherClient(
        credentials, environment=Environment.DEMO, http_client=httpx2.Client()
    )
    async_client = AsyncVoucherClient(
        credentials, environment=Environment.DEMO, http_client=httpx2.AsyncClient()
    )
    assert_type(sync_client.api.get_http_client().is_closed, bool)
    return sync_client, async_client


def make_mistakes() -> None:
    """Each of these is an error of its type; an unused comment would be one as well."""
    settings: dict[str, Any] = {"base_url": "http://127.0.0.1:8080"}
    VoucherClient(credentials, **settings, http_client=httpx2.AsyncClient())  # type: ignore[arg-type]
    VoucherClient(credentials, **settings, transport=httpx2.AsyncHTTPTransport())  # type: ignore[arg-type]
    VoucherClient(credentials, **settings, http_library="requests")  # type: ignore[arg-type]
    VoucherClient(credentials, **settings, timeout="3")  # type: ignore[arg-type]


def fake() -> VoucherClient:
    """Test one's own code with the mock; its transport serves both clients."""
    mock = MockMews(seed=1)
    settings: dict[str, Any] = {"base_url": "http://mock"}
    AsyncVoucherClient(credentials, transport=mock.transport, **settings)
    httpx.Client(transport=mock.transport)
    httpx2.AsyncClient(transport=mock.transport)
    mock.inject(drop_before(httpx2.ConnectError))
    assert_type(mock.credentials, Credentials)
    options: ClientOptions = {"retry": RetryPolicy(), "rate_limit": None, "timeout": 5.0}
    assert_type(mock.client(portfolio=True, **options), VoucherClient)
    assert_type(mock.async_client(http_library="httpx2"), AsyncVoucherClient)
    mock.client(timeout="3")  # type: ignore[arg-type]
    mock.client(base_url="x")  # type: ignore[call-arg]
    return VoucherClient(
        credentials, base_url="http://mock", transport=mock.transport, retry=RetryPolicy()
    )
