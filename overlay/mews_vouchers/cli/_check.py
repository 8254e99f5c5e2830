"""`mews-vouchers check`: are the tokens, the server and its clock as they should be?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from mews_vouchers import (
    Environment,
    MewsError,
    NotFoundError,
    RateLimit,
    RetryPolicy,
    VoucherClient,
)

from .._http.server_clock import ServerClock
from ._console import one_line
from ._errors import as_failure
from ._failures import ExitCode, Failure
from ._options import common_options, service_option
from ._settings import Settings

#: Wrong by more, a clock of this machine makes intervals and logs misleading.
_TOLERANCE = timedelta(seconds=60)
_HINTS = {
    "UnauthorizedError": "check that both tokens are right, and those of this server",
    "ForbiddenError": "the token lacks the right to read vouchers: ask the property",
    "BadRequestError": "check the id of the service, and that it belongs to the property",
    "NotFoundError": "check MEWS_BASE_URL: the server has no such operation",
    "TooManyRequestsError": "other programs use the rate limit of the token: wait",
    "ConnectionFailedError": "check MEWS_BASE_URL, the network and the proxy",
}


@click.command("check")
@service_option
@common_options
def check(settings: Settings, services: tuple[str, ...]) -> None:
    """Check the tokens, the server and its clock, with one or two requests that change nothing.

    Without a service, it lists those of the property, whose ids the other commands need.
    """
    import httpx  # noqa: PLC0415 - it takes long to import, and the help does not need it

    clock = ServerClock()

    def observe(response: httpx.Response) -> None:
        clock.observe(response.headers.get("Date"), datetime.now(UTC))

    with (
        httpx.Client(event_hooks={"response": [observe]}) as http_client,
        settings.open_client(http_client) as opened,
    ):
        client = opened.with_options(retry=RetryPolicy(max_attempts=2))  # somebody is waiting
        _report("server", f"{client.api.base_url} ({_environment(client)})")
        _report("settings", f"from {settings.source}; this program is {settings.client!r}")
        try:
            _check_services(client, settings, services)
        except MewsError as error:
            raise _explained(error) from error
        finally:
            _report_clock(clock)
    limit = RateLimit()
    _report("rate limit", f"{limit.requests} requests in {limit.window:g} s; nothing was refused")


def _check_services(client: VoucherClient, settings: Settings, given: tuple[str, ...]) -> None:
    if given or settings.get("MEWS_SERVICE_ID"):
        ids = settings.service_ids(given)
        found = client.vouchers.get_all(service_ids=ids, page_size=1, max_items=1, prefetch=False)
        has_vouchers = "with vouchers" if list(found) else "without any voucher yet"
        _report("tokens", "accepted")
        _report("services", f"{', '.join(ids)}: {has_vouchers}")
        return
    try:
        result = client.call("services/getAll", {"Limitation": {"Count": 1000}})
    except NotFoundError:
        raise Failure(
            "the server does not list its services, so the tokens were not checked: "
            "set MEWS_SERVICE_ID, and check MEWS_BASE_URL",
            ExitCode.USAGE,
        ) from None
    _report("tokens", "accepted")
    for service in result.get("Services") or []:
        _report("service", f"{service.get('Id')} {_name(service)}")


def _name(service: dict[str, Any]) -> str:
    """Return a name of a service. Any: the vendor's JSON."""
    names = service.get("Names") or {}
    return str(service.get("Name") or next(iter(names.values()), ""))


def _environment(client: VoucherClient) -> str:
    names = {one.value: one.name.lower() for one in Environment}
    return names.get(client.api.base_url, "neither demo nor production")


def _report_clock(clock: ServerClock) -> None:
    if clock.now is None or clock.offset is None:
        return
    text = f"{clock.now:%Y-%m-%d %H:%M:%S} UTC"
    if abs(clock.offset) > _TOLERANCE:
        direction = "behind" if clock.offset > timedelta() else "ahead"
        text += f"; the clock of this machine is {abs(clock.offset.total_seconds()):.0f} s "
        text += f"{direction}: set it"
    _report("server time", text)


def _explained(error: MewsError) -> Failure:
    hint = _HINTS.get(type(error).__name__)
    return Failure(f"{error}" + (f": {hint}" if hint else ""), as_failure(error).code)


def _report(subject: str, text: str) -> None:
    print(f"{subject:<12}{one_line(text)}")
