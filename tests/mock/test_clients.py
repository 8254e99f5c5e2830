"""The clients that a mock creates: ready to use, in process, with the options of the clients."""

import inspect
from collections.abc import Iterator
from typing import Any, get_type_hints

import pytest
from anyio.from_thread import start_blocking_portal
from mews_vouchers import (
    AsyncVoucherClient,
    BatchError,
    Credentials,
    RateLimit,
    RequestEvent,
    RetryPolicy,
    TooManyRequestsError,
    VoucherClient,
)
from mews_vouchers.mock import ClientOptions, MockMews, faults
from mews_vouchers_client.models import VoucherAddParameters, VoucherTypeEnum

from tests.support.clients import SyncFacade
from tests.support.documented import UNKNOWN

#: The options that say where a server is, and with which tokens.
ABOUT_THE_SERVER = {"credentials", "environment", "base_url", "http_client", "transport"}


@pytest.fixture(params=["client", "async_client"])
def create(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Yield a function that creates a client of a mock; the async one is used like a sync one."""
    with start_blocking_portal() as portal:

        def create(mock: MockMews, **options: Any) -> Any:
            created = getattr(mock, request.param)(**options)
            return created if request.param == "client" else SyncFacade(created, portal)

        yield create


def test_a_client_is_ready(create: Any) -> None:
    """It lists what the mock has, and what it adds is in the mock."""
    mock = MockMews()
    (voucher_id,) = mock.seed(codes_per_voucher=2)
    with create(mock) as client:
        assert len(list(client.voucher_codes.get_all(voucher_ids=[voucher_id]))) == 2
        service_id = mock.enterprises[0].service_ids[1]
        voucher = VoucherAddParameters(service_id, "Summer", VoucherTypeEnum.PUBLIC)
        (added,) = client.vouchers.add([voucher])
    assert mock.vouchers[-1]["Id"] == added.id


def test_a_client_repeats_without_waiting(create: Any) -> None:
    """By default it retries as usual, but it does not sleep before that, and has no limit."""
    mock = MockMews()
    voucher_ids = mock.seed()
    mock.inject(faults.error(429, retry_after=30), calls=1)
    mock.inject(faults.error(503), calls=range(2, 4))
    with create(mock) as client:
        for _ in range(250):
            assert list(client.voucher_codes.get_all(voucher_ids=voucher_ids)) == []
    assert len(mock.requests) == 253


def test_a_client_takes_options(create: Any) -> None:
    """An option replaces its default; the others stay."""
    events: list[RequestEvent] = []
    mock = MockMews()
    voucher_ids = mock.seed()
    mock.inject(faults.error(429, retry_after=30))
    retry = RetryPolicy(max_attempts=2, sleep=False)
    with (
        create(mock, retry=retry, on_event=events.append) as client,
        pytest.raises(TooManyRequestsError),
    ):
        list(client.voucher_codes.get_all(voucher_ids=voucher_ids))
    assert [event.status for event in events] == [429, 429]


def test_a_client_of_a_portfolio(create: Any) -> None:
    """With `portfolio`, it sees all enterprises, and a write must name one."""
    mock = MockMews(enterprises=2)
    for enterprise in mock.enterprises:
        mock.seed(enterprise=enterprise)
    service_ids = [one.service_ids[0] for one in mock.enterprises]
    with create(mock) as one, create(mock, portfolio=True) as all_of_them:
        assert len(list(one.vouchers.get_all(service_ids=service_ids))) == 1
        assert len(list(all_of_them.vouchers.get_all(service_ids=service_ids))) == 2
        voucher = VoucherAddParameters(service_ids[1], "Summer", VoucherTypeEnum.PUBLIC)
        with pytest.raises(BatchError, match="EnterpriseId"):
            all_of_them.vouchers.add([voucher])
        (added,) = all_of_them.vouchers.add([voucher], enterprise_id=mock.enterprises[1].id)
    assert mock.vouchers[-1]["Id"] == added.id


def test_mocks_with_the_same_seed_share_no_rate_limit(create: Any) -> None:
    """A limit that one test has used up, and the pause after a 429, do not slow the next one."""
    for _ in range(2):
        mock = MockMews(seed=1)
        voucher_ids = mock.seed()
        mock.inject(faults.error(429, retry_after=30), calls=2)
        options = {
            "rate_limit": RateLimit(requests=2, window=30.0),
            "rate_limit_wait": 0.0,
            "retry": RetryPolicy(max_attempts=1),
        }
        with create(mock, **options) as client:
            list(client.voucher_codes.get_all(voucher_ids=voucher_ids))
            with pytest.raises(TooManyRequestsError):
                list(client.voucher_codes.get_all(voucher_ids=voucher_ids))


def test_credentials_are_those_of_the_mock() -> None:
    """They are for a client of one's own, and hide the tokens as usual."""
    mock = MockMews(enterprises=2)
    for credentials, token in (
        (mock.credentials, mock.access_token),
        (mock.portfolio_credentials, mock.portfolio_access_token),
    ):
        assert credentials == Credentials(
            client_token=mock.client_token, access_token=token, client=credentials.client
        )
        assert token not in repr(credentials)


@pytest.mark.parametrize("kind", [VoucherClient, AsyncVoucherClient])
def test_the_options_are_those_of_the_clients(kind: type) -> None:
    """Each option of a client can be given, with the same type, unless it is about the server."""
    parameters = inspect.signature(kind).parameters.keys()
    assert ClientOptions.__annotations__.keys() == parameters - ABOUT_THE_SERVER
    wanted = get_type_hints(kind.__init__)  # type: ignore[misc]
    found = get_type_hints(ClientOptions)
    assert found == {name: wanted[name] for name in found}


@pytest.mark.parametrize("name", ["base_url", "credentials", "transport", UNKNOWN])
def test_other_options_are_refused(create: Any, name: str) -> None:
    """An option that says where the server is, or that is unknown, is a `TypeError`."""
    with pytest.raises(TypeError, match=name):
        create(MockMews(), **{name: None})
