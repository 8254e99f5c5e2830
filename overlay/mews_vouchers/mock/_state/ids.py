"""Generates ids and tokens. It does not know what they are for."""

import random

_VERSION_AND_VARIANT = (4 << 76) | (2 << 62)
_RANDOM_BITS = (1 << 128) - 1 - (0xF << 76) - (3 << 62)


class IdGenerator:
    """Generates ids and tokens: reproducible with a seed, different in every run without one."""

    def __init__(self, seed: int | None) -> None:
        # S311: there is nothing to protect. The tokens are valid for this mock only.
        self._bits = random.Random(seed).getrandbits  # noqa: S311

    def new_id(self) -> str:
        """Return a new id in the form of a version 4 UUID."""
        # Formatted here: `str(uuid.UUID(...))` is several times slower, and there can be millions.
        digits = f"{self._bits(128) & _RANDOM_BITS | _VERSION_AND_VARIANT:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def new_token(self) -> str:
        """Return a new token in the form of a Mews token."""
        digits = f"{self._bits(252):063X}"
        return f"{digits[:32]}-{digits[32:]}"
