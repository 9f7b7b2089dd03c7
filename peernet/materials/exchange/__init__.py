"""Content as files: brought in from a folder, sent out to one.

``bring_in(database, folder)`` takes a folder laid out as ``content/`` is, or any folder of Markdown written for another
system; ``send_out(database, folder)`` writes what is public back, so that bringing it in again changes nothing.
"""

from peernet.materials.exchange.bringing import bring_in
from peernet.materials.exchange.report import Entry, Note, Report, Result
from peernet.materials.exchange.sending import send_out

__all__ = ["Entry", "Note", "Report", "Result", "bring_in", "send_out"]
