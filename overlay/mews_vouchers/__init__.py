"""A client for the voucher endpoints of the Mews Connector API. Not an official Mews product.

`VoucherClient` is the sync client, `AsyncVoucherClient` the async one. Both paginate listings,
batch writes, respect the rate limit, retry what is safe to retry, and report the outcome of every
item of a failed write.

The models, such as `VoucherCode`, are in `mews_vouchers_client.models`; the mock for tests is in
`mews_vouchers.mock`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._public import *  # noqa: F403 - all of them
    from ._public import __all__ as __all__

    #: The version of the installed package, such as "0.2.0"; "unknown" for a copy of its sources.
    __version__: str
else:  # not for type checkers: every misspelled name would be one of type `Any`

    def __getattr__(name: str) -> object:
        """Return what is loaded when it is first used: the version, or a public name."""
        if name == "__version__":
            from ._settings.version import version  # noqa: PLC0415 - it reads the metadata

            return version()
        if name.startswith("_") and name != "__all__":  # what Python and its tools look for
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from . import _public  # noqa: PLC0415 - see above

        names = {one: getattr(_public, one) for one in _public.__all__}
        globals().update(names, __all__=_public.__all__)
        try:
            return globals()[name]
        except KeyError:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None

    def __dir__() -> list[str]:
        return sorted({*globals(), *__getattr__("__all__"), "__version__"})
