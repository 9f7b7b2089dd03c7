"""Many small numbers side by side in one integer, so that one addition adds them all.

Each number has a lane of 16 or 32 bits whose highest bit stays free; adding ``guard`` sets that bit in every lane that
is above its limit. A plan of sixty people is so compared with a limit in a fraction of a microsecond.
"""

import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import Literal


class Lanes:
    """``count`` lanes for numbers from 0 to ``most``."""

    def __init__(self, count: int, most: int) -> None:
        self.bits = 16 if most < 1 << 15 else 32
        self.code: Literal["H", "I"] = "H" if self.bits == 16 else "I"
        if most >= 1 << (self.bits - 1):
            raise OverflowError(most)
        self.count = count
        self.length = count * self.bits // 8
        self.limit = (1 << (self.bits - 1)) - 1
        self.high = self.pack([1 << (self.bits - 1)] * count)

    def pack(self, numbers: Iterable[int]) -> int:
        """The numbers as one integer."""
        return int.from_bytes(array(self.code, numbers).tobytes(), sys.byteorder)

    def unpack(self, packed: int) -> Sequence[int]:
        """The numbers that ``pack`` put together."""
        return memoryview(packed.to_bytes(self.length, sys.byteorder)).cast(self.code)

    def guard(self, limits: Iterable[int]) -> int:
        """What to add so that ``& high`` shows which lanes are above their limit."""
        return self.pack(self.limit - limit for limit in limits)
