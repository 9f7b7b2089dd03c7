"""Pages and forms: what a cohort is asked, one asking with its answers, one's own answer, and the library."""

from peernet.prompts.views import answers, asking, cohort, library
from peernet.prompts.views.blueprint import blueprint

__all__ = ["answers", "asking", "blueprint", "cohort", "library"]
