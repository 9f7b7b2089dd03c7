"""Pages of groups: forming them, the draft, what is announced and its repair, and who has met whom."""

from peernet.roundtables.groupings.views import announced, drafts, met, repairing

__all__ = ["announced", "drafts", "met", "repairing"]
