"""Calendars for everybody: the roundtables that organisers show to the public, of all cohorts or of one."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from peernet import pages
from peernet.i18n import gettext as _
from peernet.roundtables import access as roundtables
from peernet.roundtables import places
from peernet.roundtables.feeds import entries
from peernet.roundtables.feeds.entries import Feed
from peernet.roundtables.models import Roundtable
from peernet.settings import current
from peernet.site import reading


def everything(db: Session) -> Feed:
    """The public roundtables of all cohorts. Two queries."""
    pages.depend("cohorts", "roundtables")
    name = _("%(network)s: public roundtables", network=current().network.name)
    return _feed(db, name, "/cohorts", db.scalars(roundtables.with_openings(roundtables.listed_publicly())).all())


def of_cohort(db: Session, slug: str) -> Feed | None:
    """Those of one cohort with a public page. Three queries."""
    cohort = db.scalar(reading.cohort(slug))
    if cohort is None:
        return None
    pages.depend(f"cohort:{cohort.id}")
    name = _("%(cohort)s: public roundtables", cohort=cohort.name)
    return _feed(db, name, f"/cohorts/{slug}", db.scalars(reading.roundtables_of([cohort.id])).all())


def _feed(db: Session, name: str, path: str, shown: Sequence[Roundtable]) -> Feed:
    pages.depend(*(places.key(one.id) for one in shown))
    return entries.public(db, name, f"{current().public_url}{path}", shown)
