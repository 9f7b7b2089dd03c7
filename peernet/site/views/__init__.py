"""The pages, one module for each noun."""

from peernet.site.views import (
    cohorts,
    feeds,
    harvesting,
    home,
    library,
    machines,
    media,
    organisations,
    own,
    people,
    privacy,
    questions,
    roundtables,
    search,
    sharing,
    sheets,
    taking,
)
from peernet.site.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "cohorts",
    "feeds",
    "harvesting",
    "home",
    "library",
    "machines",
    "media",
    "organisations",
    "own",
    "people",
    "privacy",
    "questions",
    "roundtables",
    "search",
    "sharing",
    "sheets",
    "taking",
]
