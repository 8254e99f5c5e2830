"""The writes of voucher codes: which result is that of which code, also in a resumed add."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeAlias

from mews_vouchers_client import models
from mews_vouchers_client.types import UNSET

from .._batching.batch import BatchOperation
from .._batching.matching import (
    Key,
    folded,
    normalized,
    normalized_id,
    normalized_time,
    result_matcher,
)
from .table import ADD_CODES, DELETE_CODES

#: Of a code, sent or received. A string: the models are imported when they are first used.
_Code: TypeAlias = "models.VoucherCodeAddParameters | models.VoucherCode"
_TIMES = ("validity_start_utc", "validity_end_utc")


def _key(form: Callable[[object], str | None], times: Sequence[str]) -> Key:
    """Return a key of voucher, value in a form, and some of the validity times."""

    def key(code: _Code) -> Hashable:
        compared = [normalized_time(getattr(code, name)) for name in times]
        return normalized_id(code.voucher_id), form(code.value), *compared

    return key


def _keys(form: Callable[[object], str | None]) -> list[tuple[Key, Key]]:
    """Return the keys of a code and of its result: with equal validity, then with an unknown one.

    A code of another validity is another code. Only a validity that the server did not tell, or
    not as a datetime, is not compared.
    """

    def keys(times: Sequence[str]) -> tuple[Key, Key]:
        full = _key(form, times)
        unknown = [name for name in _TIMES if name not in times]
        return full, lambda code: full(code) if _untold(code) == unknown else None

    exact = _key(form, _TIMES)
    return [(exact, exact), keys(_TIMES[:1]), keys(_TIMES[1:]), keys(())]


def _untold(code: models.VoucherCode) -> list[str]:
    """Return the validity times of a result that are missing or malformed."""
    times = ((name, getattr(code, name)) for name in _TIMES)
    return [name for name, time in times if time is UNSET or isinstance(time, str)]


_KEYS = (*_keys(normalized), *_keys(folded))
#: A response to `add` has no others: the server may have changed the validity.
_IN_RESPONSE = (_key(normalized, ()), _key(folded, ()))

ADD: BatchOperation[models.VoucherCodeAddParameters, models.VoucherCode] = BatchOperation(
    ADD_CODES,
    result_matcher("voucher_codes", *_KEYS, *((key, key) for key in _IN_RESPONSE)),
    keys=_KEYS,
)
DELETE: BatchOperation[str, None] = BatchOperation(DELETE_CODES, unique_key=normalized_id)
