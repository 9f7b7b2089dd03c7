"""Pages of polls: answering one, from the cohort or from a mail; and proposing, comparing and choosing."""

from peernet.roundtables.polls.views import answering, link, proposing, table

__all__ = ["answering", "link", "proposing", "table"]
