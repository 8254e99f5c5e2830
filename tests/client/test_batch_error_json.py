"""`BatchError` is kept as JSON, and as a pickle: what is kept, and what can be read again."""

import json
import math
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import (
    ApiError,
    BadRequestError,
    BatchError,
    MewsError,
    Outcome,
    OutcomeUnknownError,
    ServerError,
)
from mews_vouchers_client.models import (
    ConnectorApiExceptionResult,
    VoucherCodeAddParameters,
    VoucherUpdateParameters,
)
from mews_vouchers_client.types import Model

from tests.support.batch_errors import COPIES, batch_errors, codes_error, kept, plain, shown
from tests.support.harness import ADD, sequences
from tests.support.hypothesis_profiles import examples

#: Written once by version 1. It must stay readable, so it is never changed.
VERSION_1 = """
{"format": "mews-vouchers/batch-error", "version": 1, "operation": "voucherCodes/add",
 "reason": "voucherCodes/add: 403 (request r-1): Sold out.",
 "enterprise_id": "9d9ee1f8-4c3f-4b77-9d3c-2f6dc1a0a001", "cause": 0, "items_read": 5,
 "is_complete": false, "rejected_position": 1, "id": "5f2b7a0c9d9e4f0f8a3e1b2c3d4e5f60",
 "created_at": "2026-03-01T10:00:00.250000+00:00", "server_time": "2026-03-01T10:00:07+00:00",
 "outcomes": [
  {"position": 0, "status": "succeeded",
   "item": {"VoucherId": "v-1", "Value": "SPRING"},
   "result": {"Id": "c-1", "VoucherId": "v-1", "Value": "SPRING", "ValidityStartUtc": null,
    "ValidityEndUtc": "2026-04-01T00:00:00Z", "CreatedUtc": "2026-03-01T09:59:59Z",
    "UpdatedUtc": "2026-03-01T09:59:59Z", "ActivityState": "Active", "IsActive": true},
   "sent_at": "2026-03-01T09:59:58+00:00"},
  {"position": 1, "status": "rejected", "error": 0,
   "item": {"VoucherId": "v-1", "Value": "\\u00c9T\\u00c9",
    "ValidityEndUtc": "2026-04-01T00:00:00Z"},
   "sent_at": "2026-03-01T10:00:00+00:00", "server_time": "2026-03-01T10:00:06+00:00"},
  {"position": 2, "status": "unknown", "error": 1, "item": {"VoucherId": "v-1", "Value": "SUMMER"}},
  {"position": 3, "status": "not_sent", "item": {"VoucherId": "v-1", "Value": "AUTUMN"}},
  {"position": 4, "status": "not_sent", "item": {"(invalid)": "a float"}}],
 "errors": [
  {"type": "ForbiddenError", "message": "voucherCodes/add: 403 (request r-1): Sold out.",
   "attributes": {"operation": "voucherCodes/add", "status_code": 403, "message": "Sold out.",
    "request_id": "r-1", "details": null, "retry_after": null, "body": {"Message": "Sold out."}}},
  {"type": "OutcomeUnknownError",
   "message": "voucherCodes/add: the outcome is unknown: ReadTimeout",
   "attributes": {"operation": "voucherCodes/add"}}]}
"""

# --- what is kept


@pytest.mark.parametrize("name", COPIES)
@settings(max_examples=examples(60))
@given(error=batch_errors())
def test_everything_that_can_be_read_is_kept(name: str, error: BatchError) -> None:
    """Every attribute and every outcome, with its errors, its times, and texts of any kind."""
    found = COPIES[name](error)
    assert type(found) is BatchError
    assert shown(found) == shown(error)
    assert found.to_json() == error.to_json()


@settings(max_examples=examples(30))
@given(batch_errors())
def test_errors_that_were_one_stay_one(error: BatchError) -> None:
    """An error that is that of many outcomes is written once; which are the same stays known."""

    def same(one: BatchError) -> list[int]:
        found = [one.cause, *(outcome.error for some in sequences(one) for outcome in some)]
        return [next(at for at, two in enumerate(found) if two is three) for three in found]

    assert same(kept(error)) == same(error)


def test_the_size_does_not_grow_with_the_error() -> None:
    """A thousand items that were rejected together cost the text of one error."""
    error = BadRequestError(ADD, 400, "x" * 900)
    items = [Outcome(at, VoucherCodeAddParameters("v", "a"), error=error) for at in range(1_000)]
    assert len(BatchError(ADD, "reason", rejected=items, cause=error).to_json()) < 150_000


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_known_to_be_one(name: str) -> None:
    """Both the error and its copy: another process may resume the other one."""
    error = codes_error()
    assert not error.was_copied
    assert COPIES[name](error).was_copied
    assert error.was_copied
    assert error.without([]).was_copied


ODD: list[object] = [
    5,
    None,
    1.5,
    b"x",
    {"Value": "x"},
    ["x"],
    "a text",
    object(),
    VoucherUpdateParameters("v"),
    VoucherCodeAddParameters("v", "a", datetime(2026, 1, 1)),  # noqa: DTZ001 - the mistake
    VoucherCodeAddParameters("v", "a", datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))),
    VoucherCodeAddParameters("v", math.nan),  # type: ignore[arg-type]
    VoucherCodeAddParameters("v", object()),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: type(odd).__name__)
def test_items_that_cannot_be_sent_do_not_prevent_it(odd: object) -> None:
    """Something takes their place that cannot be sent either; all others are kept."""
    good = VoucherCodeAddParameters("v", "a")
    for found in (kept(codes_error(good, odd, good)), kept(kept(codes_error(good, odd, good)))):
        first, middle, last = (one.item for one in found.not_sent)
        assert (first, last) == (good, good)
        assert not isinstance(middle, Model | str)
        assert type(odd).__name__ in repr(middle)


@pytest.mark.parametrize("odd", [5, None, VoucherUpdateParameters("v"), ["x"]])
def test_an_id_that_is_no_text_does_not_become_one(odd: object) -> None:
    """The same for ids to delete."""
    error = BatchError("vouchers/delete", "reason", not_sent=[Outcome(0, odd)])
    assert type(odd).__name__ in repr(kept(error).not_sent[0].item)


@pytest.mark.parametrize("details", [math.nan, [math.inf], 10**5_000], ids=["NaN", "inf", "large"])
def test_details_that_json_cannot_express_are_left_out(details: object) -> None:
    """All else of the error is kept, and each attribute is there."""
    body = ConnectorApiExceptionResult.from_dict({"Message": "No.", "Details": details})
    cause = ServerError(ADD, 500, "No.", request_id="r", details=details, body=body)
    found = kept(codes_error(cause=cause)).cause
    assert isinstance(found, ServerError)
    assert (found.details, found.body) == (None, None)
    assert (str(found), found.message, found.request_id) == (str(cause), "No.", "r")


def test_a_cause_that_is_not_ours_keeps_its_words() -> None:
    """An exception of the user's input, or of a callback, has a class that JSON cannot name."""
    found = kept(codes_error(cause=OSError("the file ends here")))
    assert type(found.cause) is MewsError
    assert str(found.cause) == "OSError: the file ends here"
    assert found.__cause__ is found.cause


# --- what is read


def test_what_version_1_wrote_is_readable_for_ever() -> None:
    """A stored text, with every kind of outcome."""
    error = BatchError.from_json(VERSION_1)
    assert str(error) == (
        "voucherCodes/add stopped: 1 succeeded, 1 rejected, 1 unknown, 2 not sent; the input was "
        "not read to its end; reason: voucherCodes/add: 403 (request r-1): Sold out."
    )
    assert [[one.position for one in some] for some in sequences(error)] == [[0], [1], [2], [3, 4]]
    (done,), (bad,), (unknown,) = error.succeeded, error.rejected, error.unknown
    april = datetime(2026, 4, 1, tzinfo=UTC)
    assert done.result is not None
    assert done.item == VoucherCodeAddParameters("v-1", "SPRING")
    assert (done.result.id, done.result.validity_end_utc) == ("c-1", april)
    assert bad.item == VoucherCodeAddParameters("v-1", "\u00c9T\u00c9", validity_end_utc=april)
    assert bad.error is error.cause
    assert bad.sent_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert bad.server_time == datetime(2026, 3, 1, 10, 0, 6, tzinfo=UTC)
    assert isinstance(unknown.error, OutcomeUnknownError)
    assert unknown.error.operation == "voucherCodes/add"
    assert repr(error.not_sent[1].item) == "<InvalidItem: a float>"
    assert (error.status_code, error.request_id, error.retry_after) == (403, "r-1", None)
    assert isinstance(error.cause, ApiError)
    assert error.cause.body == ConnectorApiExceptionResult(message="Sold out.")
    assert (error.items_read, error.is_complete, error.rejected_position) == (5, False, 1)
    assert error.id == "5f2b7a0c9d9e4f0f8a3e1b2c3d4e5f60"
    assert error.enterprise_id == "9d9ee1f8-4c3f-4b77-9d3c-2f6dc1a0a001"
    assert error.created_at == datetime(2026, 3, 1, 10, 0, 0, 250_000, UTC)
    assert error.server_time == datetime(2026, 3, 1, 10, 0, 7, tzinfo=UTC)
    assert error.was_copied


@pytest.mark.parametrize(
    ("operation", "written"), [(ADD, "a text"), (ADD, 5), ("vouchers/delete", {"Value": "x"})]
)
def test_an_item_of_a_wrong_kind_is_none_that_can_be_sent(operation: str, written: object) -> None:
    """Another release may have written it: all others are read."""
    document = json.loads(VERSION_1) | {"operation": operation}
    document["outcomes"][3]["item"] = written
    assert repr(BatchError.from_json(json.dumps(document)).not_sent[0].item) == (
        "<InvalidItem: of a wrong type>"
    )


def test_another_version_is_refused() -> None:
    """The message says so: it may be that of a newer release."""
    document = json.loads(VERSION_1) | {"version": 2}
    with pytest.raises(ValueError, match=r"batch-error', 2\): is there a newer mews-vouchers\?"):
        BatchError.from_json(json.dumps(document))


@pytest.mark.parametrize("text", ["null", "[]", "5", '"text"', "{}"])
def test_another_document_is_refused(text: str) -> None:
    """With a clear error."""
    with pytest.raises(ValueError, match="this is not the JSON of a BatchError"):
        BatchError.from_json(text)


@pytest.mark.parametrize("text", ["", "{", "stopped", "[" * 100_000, None])
def test_what_is_no_json_is_refused(text: Any) -> None:
    """The error says so: it may be another column of a database."""
    with pytest.raises(ValueError, match="this is not JSON, or it ends too early"):
        BatchError.from_json(text)


def damage(document: Any, data: st.DataObject) -> None:
    """Replace or remove a value anywhere in a JSON document."""
    while True:
        at = data.draw(
            st.sampled_from(
                sorted(document) if isinstance(document, dict) else range(len(document))
            )
        )
        inner = document[at]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            break
        document = inner
    if data.draw(st.booleans()):
        del document[at]
    else:
        document[at] = data.draw(plain | st.sampled_from([math.nan, math.inf]))


@settings(max_examples=examples(300))
@given(st.data())
def test_a_damaged_text_is_refused_or_read(data: st.DataObject) -> None:
    """Never another exception than a `ValueError`."""
    document = json.loads(VERSION_1)
    damage(document, data)
    with suppress(ValueError):
        BatchError.from_json(json.dumps(document))


@settings(max_examples=examples(30))
@given(st.integers(0, len(VERSION_1) - 3))
def test_a_text_that_ends_too_early_is_refused(length: int) -> None:
    """A file that was not written to its end."""
    with pytest.raises(ValueError, match="this is not JSON, or it ends too early"):
        BatchError.from_json(VERSION_1[:length])
