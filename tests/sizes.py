"""How large the large tests are: smaller each time, whole by ``make endurance``, which takes its time."""

import os

WHOLE = os.environ.get("PEERNET_TEST_WHOLE", "") != ""


def sized(whole: int, usual: int) -> int:
    """So many people, rounds or examples."""
    return whole if WHOLE else usual
