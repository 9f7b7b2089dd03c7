"""What the public sees and finds of cohorts and of the organisations in them, kept true by every verb."""

from sqlalchemy.orm import Session

from peernet import pages, search
from peernet.cohorts import access
from peernet.cohorts.models import Cohort, CohortState
from peernet.organisations import organisations
from peernet.organisations.models import Organisation
from peernet.settings import current
from peernet.text import plain


def renew(db: Session, cohort: Cohort) -> None:
    """Bring the public page and the search row of a cohort up to date, and the pages that list it."""
    touch(db, cohort)
    if cohort.state is CohortState.DRAFT:
        search.remove(db, "cohort", cohort.id)
        return
    search.put(
        db,
        kind="cohort",
        ref=cohort.id,
        audience="public",
        title=cohort.name,
        text=" · ".join(filter(None, (cohort.theme, plain.of_html(cohort.description_html)))),
        language=current().network.language,
        url=f"/cohorts/{cohort.slug}",
    )


def renew_with_organisations(db: Session, cohort: Cohort) -> None:
    """The same, and of every organisation with a seat: their pages name the cohort, and may come or go with it."""
    renew(db, cohort)
    seated = [seat.organisation for seat in db.scalars(access.seats_of(cohort.id))]
    listed = set(db.scalars(access.organisations_listed().with_only_columns(Organisation.id).order_by(None)))
    for organisation in seated:
        organisations.renew(db, organisation, is_listed=organisation.id in listed)


def renew_organisation(db: Session, organisation: Organisation) -> None:
    """Bring one organisation up to date, after it took or left a seat."""
    organisations.renew(db, organisation, is_listed=access.is_listed(db, organisation))


def rebuild(db: Session) -> None:
    """Put every search row of cohorts and organisations anew, after all were cleared."""
    for cohort in db.scalars(access.all_cohorts()):
        renew(db, cohort)
    for organisation in db.scalars(access.organisations_listed()):
        organisations.renew(db, organisation, is_listed=True)


def touch(db: Session, cohort: Cohort) -> None:
    """Say that the public pages that show a cohort are stale."""
    for key in ("home", "cohorts", f"cohort:{cohort.id}"):
        pages.touch(db, key)
