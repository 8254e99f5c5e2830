"""The steps through `VoucherClient`: the same life of a voucher, from the view of a user's program.

The result is compared: which items in which order, or which error.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mews_vouchers import (
    ApiError,
    BatchError,
    ConnectionFailedError,
    MewsError,
    OutcomeUnknownError,
    voucher_update,
)
from mews_vouchers_client.models import (
    Voucher,
    VoucherAddParameters,
    VoucherCode,
    VoucherCodeAddParameters,
    VoucherTypeEnum,
)

from .compare import Observation
from .target import Target
from .wire import NoResponseError


@dataclass(frozen=True, slots=True)
class ClientStep:
    """One call, or a few that belong together."""

    name: str
    expected: str
    call: Callable[[Target], str]

    def execute(self, on: Target) -> Observation:
        """Execute the step."""
        try:
            return Observation(self.call(on))
        except MewsError as error:
            cause = error.__cause__ if isinstance(error, BatchError) else error
            if isinstance(cause, ConnectionFailedError | OutcomeUnknownError):
                raise NoResponseError(type(cause).__name__) from None
            status = f" {cause.status_code}" if isinstance(cause, ApiError) else ""
            return Observation(f"{type(error).__name__}, {type(cause).__name__}{status}")


def _named(on: Target, items: Iterable[Voucher | VoucherCode]) -> str:
    shown = (
        f"{on.names.of(str(one.id)) or '?'}{' (deleted)' * (one.is_active is False)}"
        for one in items
    )
    return ", ".join(shown) or "nothing"


def _add_voucher(on: Target) -> str:
    run = on.names.run
    new = VoucherAddParameters(
        on.names.service_id, run, VoucherTypeEnum.PUBLIC, external_identifier=run
    )
    added = on.client.vouchers.add([new])
    for voucher in added:
        on.names.give("voucher", str(voucher.id))
    return _named(on, added)


def _add_codes(on: Target) -> str:
    values = {f"{on.names.run}-{number}": f"code{number}" for number in (1, 2, 3)}
    new = [VoucherCodeAddParameters(on.names["voucher"], value) for value in values]
    added = on.client.voucher_codes.add(new)
    for code in added:
        if code.value in values:
            on.names.give(values[str(code.value)], str(code.id))
    return _named(on, added)


def _codes(on: Target) -> str:
    return _named(
        on, on.client.voucher_codes.get_all(voucher_ids=[on.names["voucher"]], page_size=2)
    )


def _rest(on: Target) -> str:
    listed = on.client.voucher_codes.get_all(voucher_ids=[on.names["voucher"]], page_size=2)
    next(iter(listed), None)
    rest = on.client.voucher_codes.get_all(
        voucher_ids=[on.names["voucher"]], checkpoint=listed.checkpoint
    )
    return _named(on, rest)


def _vouchers(on: Target) -> str:
    return _named(
        on,
        on.client.vouchers.get_all(
            service_ids=[on.names.service_id], external_identifiers=[on.names.run]
        ),
    )


def _update(on: Target) -> str:
    updated = on.client.vouchers.update(
        [voucher_update(on.names["voucher"], name=f"{on.names.run} renamed")]
    )
    names = [on.names.of(str(voucher.name)) or "?" for voucher in updated]
    return f"{_named(on, updated)}: {', '.join(names)}"


def _delete_codes(on: Target) -> str:
    on.client.voucher_codes.delete(on.names[name] for name in ("code1", "code2", "code3"))
    return "done"


def _delete_voucher(on: Target) -> str:
    on.client.vouchers.delete([on.names["voucher"]])
    return "done"


CLIENT_STEPS = (
    ClientStep("client: add a voucher", "voucher", _add_voucher),
    ClientStep("client: add three codes", "code1, code2, code3", _add_codes),
    ClientStep("client: codes, by pages of two", "code3, code2, code1", _codes),
    ClientStep("client: codes, from a checkpoint", "code2, code1", _rest),
    ClientStep("client: vouchers by external id", "voucher", _vouchers),
    ClientStep("client: rename", "voucher: '@run renamed'", _update),
    ClientStep("client: delete the codes", "done", _delete_codes),
    ClientStep("client: delete the voucher", "done", _delete_voucher),
    ClientStep("client: delete it again", "BatchError, BadRequestError 400", _delete_voucher),
)
