# Copied from openapi/runtime/decompression.py by `make generate`: do not edit.
"""Collects the body of a response: decompressed in pieces, and only up to a size.

Half a megabyte of gzip can become gigabytes. So nothing is decompressed at once: the size of each
piece is limited, and their sum is checked after each.
"""

import zlib
from collections.abc import Iterator, Sequence

__all__ = ["ENCODINGS", "Body", "BodyTooLargeError"]

#: For `Accept-Encoding`. Not `br` and `zstd`: no decoder limits the size of what it returns.
ENCODINGS = "gzip, deflate"
#: Bytes, the maximum size of one piece.
_PIECE = 256 * 1024
#: Of a body that is encoded more often, nothing is decoded.
_MAX_ENCODINGS = 4
#: Each member of a gzip body starts with these.
_GZIP = b"\x1f\x8b"


class BodyTooLargeError(Exception):
    """The body is larger than it may be."""


class Body:
    """The body of a response. Memory is limited by three times `max_size`."""

    def __init__(self, content_encoding: str, max_size: int) -> None:
        """Create an empty body.

        Args:
            content_encoding: The header of this name; empty if there is none.
            max_size: Bytes; it applies to the received, the decompressed and all bytes in between.
        """
        self._raw = _Collector(max_size)
        self._stages = _stages(content_encoding, max_size)
        self._decoded = _Collector(max_size)

    def add(self, chunk: bytes) -> None:
        """Add bytes as they were received.

        Raises:
            BodyTooLargeError: The body is larger than `max_size`.
        """
        self._raw.add(chunk)
        if self._stages:
            try:
                for piece in _decode(chunk, self._stages):
                    self._decoded.add(piece)
            except zlib.error:  # a server that does not send what it says
                self._stages = ()

    @property
    def content(self) -> bytes:
        """The decompressed body; the received one if it cannot be decompressed."""
        return b"".join((self._decoded if self._stages else self._raw).chunks)


class _Collector:
    """A list of bytes with a limited size."""

    def __init__(self, max_size: int) -> None:
        self.chunks: list[bytes] = []
        self._free = max_size

    def add(self, chunk: bytes) -> None:
        self._free -= len(chunk)
        if self._free < 0:
            raise BodyTooLargeError
        self.chunks.append(chunk)


class _Inflater:
    """Decompresses gzip or deflate in pieces. A gzip body may have several members."""

    def __init__(self, *, is_gzip: bool, max_size: int) -> None:
        self._is_gzip = is_gzip
        self._free = max_size
        self._zlib: zlib._Decompress | None = None
        #: The first bytes of a member, as long as they do not show what it is.
        self._start = b""
        self._members = 0
        self._is_over = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what these bytes are decompressed to."""
        while not self._is_over:
            if self._zlib is None:
                data, self._start = self._start + data, b""
                if len(data) < 2:
                    self._start = data
                    return
                self._zlib = self._decompressor(data)
                if self._zlib is None:
                    return
            piece = self._zlib.decompress(data, _PIECE)
            self._free -= len(piece)
            if self._free < 0:
                raise BodyTooLargeError
            if piece:
                yield piece
            data = self._zlib.unconsumed_tail
            if self._zlib.eof:
                data, self._zlib = self._zlib.unused_data, None
                self._is_over = not self._is_gzip
            elif not data and len(piece) < _PIECE:
                return

    def _decompressor(self, data: bytes) -> "zlib._Decompress | None":
        """Return what decompresses data that starts so; None for what follows the last member."""
        if not self._is_gzip:
            # Some servers send deflate without the header of zlib.
            has_header = data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0
            return zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
        self._members += 1
        self._is_over = self._members > 1 and not data.startswith(_GZIP)
        return None if self._is_over else zlib.decompressobj(zlib.MAX_WBITS | 16)


def _stages(content_encoding: str, max_size: int) -> Sequence[_Inflater]:
    """Return what decodes a body, step by step; nothing if it is not encoded, or unknown how."""
    names = [name.strip().lower() for name in content_encoding.split(",")]
    names = [name for name in reversed(names) if name not in {"", "identity"}]
    known = {"gzip": True, "x-gzip": True, "deflate": False}
    if len(names) > _MAX_ENCODINGS or not known.keys() >= set(names):
        return ()
    return [_Inflater(is_gzip=known[name], max_size=max_size) for name in names]


def _decode(data: bytes, stages: Sequence[_Inflater]) -> Iterator[bytes]:
    """Yield pieces of what all stages make of these bytes."""
    if not stages:
        yield data
        return
    for piece in stages[0].feed(data):
        yield from _decode(piece, stages[1:])
