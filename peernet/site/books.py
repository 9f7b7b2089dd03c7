"""A cohort's book as the public gets it."""

from sqlalchemy.orm import Session

from peernet import pages
from peernet.materials.taking.cohorts import Collected, collect
from peernet.site import reading


def of_cohort(db: Session, slug: str) -> Collected | None:
    """What a public cohort published; None where there is no such cohort, or nothing yet. At most four queries."""
    cohort = db.scalar(reading.cohort(slug))
    found = collect(db, cohort) if cohort is not None else None
    if found is not None:
        pages.depend(*found.depends)
    return found
