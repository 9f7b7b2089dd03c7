"""Pages and forms of this room."""

from peernet.agreements.views import cohort, own
from peernet.agreements.views.blueprint import blueprint

__all__ = ["blueprint", "cohort", "own"]
