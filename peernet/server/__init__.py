"""The front, which answers ready-made pages before Flask does, and the server that runs it."""

from peernet.server.front import Front
from peernet.server.running import make_front, open_bus, open_pages, open_streams, serve, stamp

__all__ = ["Front", "make_front", "open_bus", "open_pages", "open_streams", "serve", "stamp"]
