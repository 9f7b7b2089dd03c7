"""How often a change for the worse is accepted, as tables of whole numbers.

A table has 4,096 entries; one drawn at random says by how much the cost may rise. A rise by d is allowed in about
4096 q^d of them, which is the rule of Metropolis (1953) with q = exp(-1/temperature). Cooling goes through LEVELS
tables, in equal steps of the temperature's logarithm (Kirkpatrick, Gelatt and Vecchi, 1983). The q are written down
rather than computed, because the last bit of an exponential differs between machines.
"""

ENTRIES = 4096
# 65,536 q for temperatures from 0.50 down to 0.15, each about four hundredths below the one before.
_RATES = (
    8869, 8194, 7546, 6927, 6337, 5777, 5248, 4748, 4279, 3841, 3433, 3055, 2705, 2384, 2091, 1825,
    1583, 1366, 1172, 999, 847, 713, 596, 495, 408, 333, 271, 218, 174, 137, 108, 83,
)  # fmt: skip
LEVELS = len(_RATES)


def _table(rate: int) -> list[int]:
    """How much the cost may rise, for each of the entries."""
    found, rise = [0] * ENTRIES, 1
    share = ENTRIES * rate
    while share >> 16:
        for entry in range(share >> 16):
            found[entry] = rise
        share, rise = share * rate >> 16, rise + 1
    return found


TABLES = [_table(rate) for rate in _RATES]
