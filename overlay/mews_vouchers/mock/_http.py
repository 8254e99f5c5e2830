"""From a request to its answer: the rules that hold for all operations. No I/O.

The order of the checks is part of the mock's behaviour: address, form of the body, tokens, schema,
and only then what the operation itself demands.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from typing import cast

from . import _code_operations, _voucher_reads, _voucher_writes
from ._answers import Answer, JsonObject, Refusal, failure, success
from ._call import Call, State
from ._contract import PREFIX
from ._ids import Ids
from ._request_log import RecordedRequest, RequestLog
from ._times import Clock, to_wire

_OPERATIONS: dict[str, Callable[[State, Call], JsonObject]] = {
    "voucherCodes/add": _code_operations.add,
    "voucherCodes/delete": _code_operations.delete,
    "voucherCodes/getAll": _code_operations.get_all,
    "vouchers/add": _voucher_writes.add,
    "vouchers/delete": _voucher_writes.delete,
    "vouchers/getAll": _voucher_reads.get_all,
    "vouchers/update": _voucher_writes.update,
}
_TOKENS = {"ClientToken", "AccessToken"}
_MAX_OPERATION = 200
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Api:
    """The whole mock as one function, `handle`; safe to call from several threads."""

    def __init__(self, state: State, ids: Ids, clock: Clock) -> None:
        self._state = state
        self._ids = ids
        self._clock = clock
        self._log = RequestLog()
        # Reentrant, because the clock is a function of the caller, and may look at the mock.
        self._lock = threading.RLock()

    def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer a request."""
        # A query is no part of the address, and is ignored (our choice).
        operation = path.partition("?")[0].removeprefix(PREFIX)
        known = {name.lower(): value for name, value in headers.items()}
        content: JsonObject = {}
        with self._lock:
            request_id, now = self._ids.new(), to_wire(self._clock())
            try:
                _check_address(method, path, operation)
                _check_content_type(known.get("content-type", ""))
                sent = _read_object(body)
                content = {name: value for name, value in sent.items() if name not in _TOKENS}
                result = self._carry_out(operation, sent, content, now)
                answer = success(request_id, result, minimal=_is_minimal(known.get("prefer", "")))
            except Refusal as refusal:
                answer = failure(request_id, refusal)
            self._log.add(
                RecordedRequest(operation[:_MAX_OPERATION], content, answer.status), len(body)
            )
        return answer

    def refuse(self, status: int, message: str) -> Answer:
        """Return the answer to something that is no request; it is not recorded."""
        with self._lock:
            return failure(self._ids.new(), Refusal(status, message))

    def requests(self) -> list[RecordedRequest]:
        """Return the last requests, from old to new."""
        with self._lock:
            return self._log.requests()

    def _carry_out(
        self, operation: str, sent: JsonObject, content: JsonObject, now: str
    ) -> JsonObject:
        state = self._state
        state.world.check_tokens(sent)
        state.contract.check(operation, sent)
        call = Call(content, state.world.access(sent["AccessToken"]), now)
        return _OPERATIONS[operation](state, call)


def _check_address(method: str, path: str, operation: str) -> None:
    if method != "POST" or not path.startswith(PREFIX) or operation not in _OPERATIONS:
        raise Refusal(404, "Not found")


def _check_content_type(value: str) -> None:
    # The vendor asks for this type; that anything else is a 400 is our choice.
    if value.partition(";")[0].strip().lower() != "application/json":
        raise Refusal(400, "Invalid Content-Type: it must be application/json")


def _is_minimal(prefer: str) -> bool:
    wishes = (wish.partition(";")[0] for wish in prefer.lower().split(","))
    return any(wish.replace(" ", "").replace('"', "") == "return=minimal" for wish in wishes)


def _read_object(body: bytes) -> JsonObject:
    """Read a body: strictly, so that it is refused here and not halfway through an operation."""
    try:
        text = body.decode()
        value: object = json.loads(text, parse_constant=_refuse_constant)
        if _SURROGATE.search(text):
            # Half a surrogate pair is no text: nothing behind this line could encode it.
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise Refusal(400, "Invalid JSON: nested too deeply") from None
    except ValueError:
        raise Refusal(400, "Invalid JSON") from None
    if not isinstance(value, dict):
        raise Refusal(400, "Invalid JSON: not an object")
    return cast("JsonObject", value)


def _refuse_constant(name: str) -> object:
    raise ValueError(name)
