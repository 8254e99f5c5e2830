"""Errors of writes with anything in them, and what can be read of an error, for comparisons.

For tests of `BatchError` as a value. No test belongs here.
"""

import copy
import pickle
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import mews_vouchers
from hypothesis import strategies as st
from mews_vouchers import (
    ApiError,
    BatchError,
    CircuitOpenError,
    ConnectionFailedError,
    InvalidItemError,
    JournalError,
    MewsError,
    Outcome,
    OutcomeUnknownError,
    RateLimitTimeoutError,
    ResponseTooLargeError,
)
from mews_vouchers_client import UNSET
from mews_vouchers_client.models import (
    ConnectorApiExceptionResult,
    GuidNullableUpdateValue,
    StringUpdateValue,
    Voucher,
    VoucherAddParameters,
    VoucherCode,
    VoucherCodeAddParameters,
    VoucherTypeEnum,
    VoucherUpdateParameters,
)
from mews_vouchers_client.types import Model

from tests.support.harness import ADD
from tests.support.items import CODE, VOUCHER

#: All exceptions of the package, except for the one under test.
CLASSES = [
    found
    for name in mews_vouchers.__all__
    if isinstance(found := getattr(mews_vouchers, name), type)
    and issubclass(found, MewsError)
    and found is not BatchError
]
#: Strings that are written in an unusual way in JSON, or not at all in UTF-8.
texts = st.text() | st.sampled_from(
    ["", "\ud800", "\x00", "e\u0301\u2028", "\U0001f600", "(invalid)"]
)
times = st.datetimes(
    datetime(1950, 1, 1),  # noqa: DTZ001 - the zone is added
    datetime(2150, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda one: timezone(timedelta(minutes=one))),
)
seconds = times.map(lambda one: one.replace(microsecond=0))
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
).filter(lambda one: "inf" not in repr(one))
bodies = st.fixed_dictionaries({"Message": texts, "Details": plain, "New": plain}).map(
    ConnectorApiExceptionResult.from_dict
)
optional_times = st.none() | st.just(UNSET) | seconds


@st.composite
def errors(draw: st.DrawFn) -> MewsError:
    """Return an error of any class."""
    kind = draw(st.sampled_from(CLASSES))
    if issubclass(kind, ApiError):
        return kind(
            draw(texts),
            draw(st.integers(100, 999)),
            draw(st.none() | texts),
            request_id=draw(st.none() | texts),
            details=draw(plain),
            retry_after=draw(st.none() | st.floats(0, 1e9)),
            body=draw(st.none() | bodies),
        )
    # Any: the constructors of the other classes.
    arguments: dict[type, tuple[Any, ...]] = {
        InvalidItemError: (draw(texts), draw(st.integers(0)), draw(texts), draw(texts)),
        JournalError: (draw(texts), draw(texts)),
        ConnectionFailedError: (draw(texts), draw(texts)),
        OutcomeUnknownError: (draw(texts), draw(texts)),
        ResponseTooLargeError: (draw(texts), draw(texts)),
        RateLimitTimeoutError: (draw(texts), draw(st.floats(0, 1e9))),
        CircuitOpenError: (draw(texts), draw(st.floats(0, 1e6))),
    }
    found: MewsError = kind(*arguments.get(kind, (draw(texts),)))
    found.checkpoint = draw(st.none() | texts)
    return found


#: The items and the results of each operation.
KINDS: dict[str, tuple[st.SearchStrategy[Any], st.SearchStrategy[Any]]] = {
    "voucherCodes/add": (
        st.builds(VoucherCodeAddParameters, texts, texts, optional_times, optional_times),
        st.builds(
            lambda value: VoucherCode.from_dict(CODE | {"Value": value, "New": value}), texts
        ),
    ),
    "voucherCodes/delete": (texts, st.none()),
    "vouchers/add": (
        st.builds(
            VoucherAddParameters,
            texts,
            texts,
            st.sampled_from(VoucherTypeEnum),
            company_id=st.none() | texts,
            assigned_rate_ids=st.lists(texts, max_size=3, unique=True),
            occupiable_interval_start_utc=optional_times,
        ),
        st.builds(lambda name: Voucher.from_dict(VOUCHER | {"Name": name}), texts),
    ),
    "vouchers/update": (
        st.builds(
            VoucherUpdateParameters,
            texts,
            name=st.just(UNSET) | st.builds(StringUpdateValue, texts),
            company_id=st.just(UNSET) | st.builds(GuidNullableUpdateValue, st.none() | texts),
        ),
        st.builds(lambda name: Voucher.from_dict(VOUCHER | {"Name": name}), texts),
    ),
    "vouchers/delete": (texts, st.none()),
}


@st.composite
def batch_errors(draw: st.DrawFn) -> BatchError:
    """Return an error of any operation, with anything in it that can be kept."""
    operation = draw(st.sampled_from(sorted(KINDS)))
    items, results = KINDS[operation]
    known = draw(st.lists(errors(), max_size=3))
    an_error = st.sampled_from([None, *known])
    statuses = ("succeeded", "rejected", "unknown", "not_sent")
    outcomes: dict[str, list[Outcome]] = {status: [] for status in statuses}
    for position in range(draw(st.integers(0, 5))):
        status = draw(st.sampled_from(statuses))
        result = draw(results) if status == "succeeded" else None
        error = draw(an_error) if status != "succeeded" else None
        sent = draw(st.none() | times), draw(st.none() | times)
        outcomes[status].append(
            Outcome(position, draw(items), result, error, *sent, draw(st.none() | texts))
        )
    # Any: the arguments have values of several types.
    arguments: dict[str, Any] = {
        **outcomes,
        "enterprise_id": draw(st.none() | texts),
        "cause": draw(an_error),
        "items_read": draw(st.integers(5, 9)),
        "is_complete": draw(st.booleans()),
        "rejected_position": draw(st.none() | st.integers(0, 5)),
        "created_at": draw(times),
        "server_time": draw(st.none() | times),
    }
    return BatchError(operation, draw(texts), **arguments)


def shown(value: object) -> object:
    """Return all that can be read of a value, so that it can be compared."""
    if isinstance(value, Model):
        return type(value).__name__, repr(value.to_dict())
    if isinstance(value, BaseException):
        attributes = {name: shown(one) for name, one in vars(value).items()}
        attributes.pop("was_copied", None)
        return type(value), str(value), shown(value.__cause__), attributes
    if isinstance(value, Outcome):
        return [shown(getattr(value, name)) for name in Outcome.__slots__]
    if isinstance(value, tuple):
        return [shown(one) for one in value]
    return value


def kept(error: BatchError) -> BatchError:
    """Return what remains after the error was written as JSON."""
    return BatchError.from_json(error.to_json())


def codes_error(*items: Any, **rest: Any) -> BatchError:
    """Return an error of an `add` that did not send some items."""
    outcomes = [Outcome(position, item) for position, item in enumerate(items)]
    return BatchError(ADD, "reason", not_sent=outcomes, **rest)


#: The ways to copy an error.
COPIES: dict[str, Callable[[BatchError], BatchError]] = {
    "JSON": kept,
    "pickle": lambda error: pickle.loads(pickle.dumps(error)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}
