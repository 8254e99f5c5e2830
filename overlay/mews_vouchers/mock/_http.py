"""From a request to its answer: the rules that hold for all operations. No I/O.

The order of the checks is part of the mock's behaviour: faults, address, form of the body, tokens,
rate limit, schema, and only then what the operation itself demands.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from . import _code_operations, _voucher_reads, _voucher_writes
from ._answers import Answer, JsonObject, Refusal, failure, success
from ._call import Call, State
from ._contract import PREFIX
from ._ids import Ids
from ._rate_limit import SlidingWindow
from ._request_log import RecordedRequest, RequestLog
from ._script import Script
from ._times import Clock, to_wire

OPERATIONS: dict[str, Callable[[State, Call], JsonObject]] = {
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


@dataclass(slots=True)
class _Request:
    """A request as it came, read as far as it can be read."""

    method: str
    path: str
    operation: str
    headers: Mapping[str, str]
    #: The body, apart from the tokens; or why there is none.
    content: JsonObject | Refusal
    tokens: JsonObject = field(repr=False)
    carried_out: bool = False

    @property
    def body(self) -> JsonObject:
        """The body without the tokens; empty if it is no JSON object."""
        return {} if isinstance(self.content, Refusal) else self.content


class Api:
    """The whole mock as one function, `handle`; safe to call from several threads."""

    def __init__(
        self, state: State, ids: Ids, clock: Clock, window: SlidingWindow | None = None
    ) -> None:
        self.state = state
        self.faults = Script()
        #: Reentrant: the clock is a function of the caller's, and may look at the mock.
        self.lock = threading.RLock()
        self._ids = ids
        self._clock = clock
        self._window = window
        self._log = RequestLog()

    def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer a request.

        Raises:
            DroppedError: A fault breaks the connection.
        """
        request, size = _read(method, path, headers, body), len(body)
        # Faults are functions of the caller's: where one fails, no frame above it shows a token.
        del body
        with self.lock:
            carry_out = self.faults.meet(
                request.operation, size, lambda sent: self._do(request, sent)
            )
        status: int | None = None
        try:
            # Without the lock: a fault may wait for another call.
            answer = carry_out(request.body)
            status = answer.status
        finally:
            self._remember(request, status, size)
        return answer

    def refuse(self, status: int, message: str) -> Answer:
        """Return the answer to something that is no request; it is not recorded."""
        with self.lock:
            return failure(self._ids.new(), Refusal(status, message))

    def requests(self) -> list[RecordedRequest]:
        """Return the last requests, from old to new."""
        with self.lock:
            return self._log.requests()

    def now(self) -> str:
        """Return the time, as the wire has it."""
        return to_wire(self._clock())

    def _remember(self, request: _Request, status: int | None, size: int) -> None:
        operation = request.operation[:_MAX_OPERATION]
        recorded = RecordedRequest(operation, request.body, status, request.carried_out)
        with self.lock:
            self._log.add(recorded, size)

    def _do(self, request: _Request, body: JsonObject) -> Answer:
        with self.lock:
            request_id, now = self._ids.new(), self.now()
            try:
                _check_address(request)
                _check_content_type(request.headers.get("content-type", ""))
                if isinstance(request.content, Refusal):
                    raise request.content
                result = self._carry_out(request.operation, {**body, **request.tokens}, body, now)
            except Refusal as refusal:
                return failure(request_id, refusal)
            request.carried_out = True
        minimal = _is_minimal(request.headers.get("prefer", ""))
        return success(request_id, result, minimal=minimal)

    def _carry_out(
        self, operation: str, sent: JsonObject, content: JsonObject, now: str
    ) -> JsonObject:
        state = self.state
        state.world.check_tokens(sent)
        self._check_rate(sent.get("AccessToken"))
        state.contract.check(operation, sent)
        call = Call(content, state.world.access(sent["AccessToken"]), now)
        return OPERATIONS[operation](state, call)

    def _check_rate(self, access_token: object) -> None:
        # What is no text is left to the schema, and opens no window.
        if self._window is None or not isinstance(access_token, str):
            return
        wait = self._window.wait(access_token)
        if wait is not None:
            raise Refusal(429, "Too many requests", headers={"Retry-After": str(wait)})


def _read(method: str, path: str, headers: Mapping[str, str], body: bytes) -> _Request:
    # A query is no part of the address, and is ignored (our choice).
    operation = path.partition("?")[0].removeprefix(PREFIX)
    known = {name.lower(): value for name, value in headers.items()}
    try:
        sent = _read_object(body)
    except Refusal as refusal:
        return _Request(method, path, operation, known, refusal, {})
    content = {name: value for name, value in sent.items() if name not in _TOKENS}
    tokens = {name: value for name, value in sent.items() if name in _TOKENS}
    return _Request(method, path, operation, known, content, tokens)


def _check_address(request: _Request) -> None:
    known = request.path.startswith(PREFIX) and request.operation in OPERATIONS
    if request.method != "POST" or not known:
        reason = f"the addresses are POST {PREFIX} and one of: {', '.join(OPERATIONS)}"
        raise Refusal(404, "Not found", {"Reason": reason})


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
