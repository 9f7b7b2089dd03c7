"""Pages of quotations: for those who write, and for those who speak for one."""

from peernet.materials.quotations.views import boards, link, making, speaking, spoken

__all__ = ["boards", "link", "making", "speaking", "spoken"]
