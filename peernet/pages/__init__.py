"""Ready-made public pages and downloads as compressed bytes, what each depends on, and what is stale.

A verb calls ``touch(db, key)``; whatever makes a page calls ``depend(key)`` for all that it reads, inside
``making(database)``. A copy made from what has since changed is never stored, and a stored one goes away with the
commit that makes it stale. Keys name things: "material:7", "cohort:3", "library".
"""

from peernet.pages.copies import Copy
from peernet.pages.making import Making, depend, making
from peernet.pages.store import Store
from peernet.pages.sweeper import Sweeper
from peernet.pages.touches import counted, last_touched, prune, since, touch, touched

__all__ = [
    "Copy",
    "Making",
    "Store",
    "Sweeper",
    "counted",
    "depend",
    "last_touched",
    "making",
    "prune",
    "since",
    "touch",
    "touched",
]
