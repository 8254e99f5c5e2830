"""Is a complete response followed by data that nobody asked for? Then its connection must go.

A later request would take the data for its own response. httpx sees what is left in the socket; not
what was already read from there: by h11, by TLS, or by the event loop. None of them publishes it.
Where one keeps it elsewhere one day, the data is not found: `test_unread_data.py` fails then.
"""

from collections.abc import Iterator

from .http_types import StreamedResponse

__all__ = ["abandon_connection", "has_unread_data"]

#: From the response of httpx or httpx2 to the state of h11.
_PATH = ("_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state")
#: From a stream to the one below it: of httpcore, anyio, trio.
_BELOW = ("_stream", "transport_stream", "_sock")
#: More streams are not on top of one another: TLS in the TLS of a proxy has five.
_MAX_DEPTH = 10


def has_unread_data(response: StreamedResponse) -> bool:
    """Return whether there is more than the response, after it was read to its end."""
    if not str(response.extensions.get("http_version", b""), "ascii").startswith("HTTP/1"):
        return False  # HTTP/2 knows whose data it is
    data, _ = getattr(_h11_state(response), "trailing_data", (b"", False))
    if data:
        return True
    stream: object = response.extensions.get("network_stream")
    return any(_has_data(one) for one in _streams(stream))


def abandon_connection(response: StreamedResponse) -> bool:
    """Let httpx close the connection when it closes the response; return whether it will.

    It would use a connection again that was only closed below it, and trio refuses to look whether
    a closed socket has data.
    """
    send_failed = getattr(_h11_state(response), "send_failed", None)
    if send_failed is None:
        return False
    send_failed()
    return True


def _h11_state(response: StreamedResponse) -> object:
    found: object = response.stream
    for name in _PATH:
        found = getattr(found, name, None)
    return found


def _streams(stream: object) -> Iterator[object]:
    """Yield a stream and all below it."""
    for _ in range(_MAX_DEPTH):
        if stream is None:
            return
        yield stream
        below = (getattr(stream, name, None) for name in _BELOW)
        stream = next((one for one in below if one is not None), None)


def _has_data(stream: object) -> bool:
    """Whether a stream has read more than it has returned."""
    for name in ("_read_bio", "_incoming"):  # encrypted: of anyio; of trio, and of httpcore
        if getattr(getattr(stream, name, None), "pending", 0):
            return True
    for name in ("_ssl_object", "ssl_obj"):  # decrypted
        pending = getattr(getattr(stream, name, None), "pending", None)
        if pending is not None and pending():
            return True
    protocol = getattr(stream, "_protocol", None)  # of anyio, on asyncio
    return bool(getattr(protocol, "read_queue", ()))
