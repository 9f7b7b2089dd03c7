"""Pages of groups: forming them for one roundtable or for all to come, the draft, what is announced and its repair, and
who has met whom."""

from peernet.roundtables.groupings.views import ahead, announced, drafts, met, repairing, steps

__all__ = ["ahead", "announced", "drafts", "met", "repairing", "steps"]
