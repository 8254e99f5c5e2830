"""How far is an attempt, by what httpx reports? Before the first byte, nothing can be applied."""

from collections.abc import Callable, Mapping
from typing import get_args

from mews_vouchers_client.http_library import HttpLibraryName, is_instance
from mews_vouchers_client.http_types import AsyncHttpClient, HttpClient

from .attempt_time import AttemptTime
from .transports import transports_of

#: How the names of events begin that come before a connection is there: also through proxies.
_CONNECTING = frozenset({"connection", "proxy", "socks"})


def is_traced(client: HttpClient | AsyncHttpClient) -> bool:
    """Return whether the transports of a client report what they do, by the extension `trace`."""
    return all(_is_traced(one) for one in transports_of(client))


def _is_traced(transport: object) -> bool:
    """Return whether it is one of httpx or httpx2. Others may not report what they do.

    Others are those of mocks, and wrappers; subclasses may be such.
    """
    is_network = is_instance(transport, "HTTPTransport", "AsyncHTTPTransport")
    return is_network and type(transport).__module__ in get_args(HttpLibraryName)


class AttemptTrace:
    """Follows the events of httpcore for one attempt.

    Args:
        attempt: Its time. That of the `CONNECT` to a proxy counts as connecting.
        begin: Called just before the first byte of the request is sent.
    """

    def __init__(self, attempt: AttemptTime, begin: Callable[[], None]) -> None:
        self._attempt = attempt
        self._begin = begin
        #: Whether it has begun to connect, and not to send the request. Events that are unknown
        #: end it: whether it was sent is unknown then.
        self.is_connecting = False
        self._has_begun = False

    def on_event(self, event: str, info: Mapping[str, object]) -> None:
        """Take in an event, such as `http11.send_request_headers.started`."""
        name, _, phase = event.rpartition(".")
        prefix, _, step = name.partition(".")
        method: object = getattr(info.get("request"), "method", None)
        if self._has_begun or phase != "started":
            return
        if prefix in _CONNECTING or step == "send_connection_init":
            self.is_connecting = True
        elif method == b"CONNECT":
            self.is_connecting = True
            if step == "send_request_headers":
                self._attempt.note_tunnel()
        elif method is not None:
            self.is_connecting = False
            if step == "send_request_headers":
                self._has_begun = True
                self._begin()
