"""Where ids and tokens come from. Nothing here knows what they are for."""

import random

_VERSION_AND_VARIANT = (4 << 76) | (2 << 62)
_RANDOM_BITS = (1 << 128) - 1 - (0xF << 76) - (3 << 62)


class Ids:
    """Makes ids and tokens: the same ones for the same seed, others every time without a seed."""

    def __init__(self, seed: int | None) -> None:
        # S311: there is nothing to protect. The tokens open this mock and nothing else.
        self._bits = random.Random(seed).getrandbits  # noqa: S311

    def new(self) -> str:
        """Return a new id, which looks like a version 4 UUID."""
        # By hand: `str(uuid.UUID(...))` takes several times as long, and ids come by the million.
        digits = f"{self._bits(128) & _RANDOM_BITS | _VERSION_AND_VARIANT:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def token(self) -> str:
        """Return a new token, which looks like one of Mews."""
        digits = f"{self._bits(252):063X}"
        return f"{digits[:32]}-{digits[32:]}"
