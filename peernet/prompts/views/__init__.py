"""Pages and forms: what a cohort is asked, one asking, its answers and what is asked back, the library."""

from peernet.prompts.views import addresses, answers, asking, cohort, library, threads
from peernet.prompts.views.blueprint import blueprint

__all__ = ["addresses", "answers", "asking", "blueprint", "cohort", "library", "threads"]
