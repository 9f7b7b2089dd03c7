"""What happens now, told to those who watch: topics with a counter each, and streams that say only that something
changed.

A verb calls ``happened(db, topic, kind)``. An event holds no words of anybody: a page that hears of one fetches what it
may see, through access. Who may hear is asked while a stream is open, again and again, and not when it begins.
"""

from peernet.live.events import happened, prune, reached
from peernet.live.hub import Admit, Hub
from peernet.live.streams import Streams

__all__ = ["Admit", "Hub", "Streams", "happened", "prune", "reached"]
