"""What is found of a roundtable, and which public pages show it: kept true by every verb."""

from sqlalchemy.orm import Session

from peernet import pages, search
from peernet.cohorts.models import CohortState
from peernet.roundtables import access, places
from peernet.roundtables.models import Roundtable
from peernet.roundtables.openings import access as openings
from peernet.settings import current
from peernet.text import plain


def renew(db: Session, roundtable: Roundtable, *, was_public: bool = False) -> None:
    """Bring the search row up to date and, if the public sees the roundtable or saw it, the pages that show it."""
    cohort = roundtable.cohort
    if roundtable.is_public or was_public:
        for key in ("home", "cohorts", "roundtables", f"cohort:{cohort.id}"):
            pages.touch(db, key)
        pages.touch(db, places.key(roundtable.id))
    if roundtable.is_public and cohort.state is not CohortState.DRAFT:
        slug = db.scalar(openings.slug_of(roundtable.id))
        url = f"/roundtables/{slug}" if slug else f"/cohorts/{cohort.slug}"
        _put(db, roundtable, "public", url, roundtable.summary)
    else:
        text = "\n".join(filter(None, (roundtable.summary, plain.of_html(roundtable.agenda_html))))
        _put(db, roundtable, f"cohort:{cohort.id}", f"/c/{cohort.slug}/roundtables/{roundtable.id}", text)


def rebuild(db: Session) -> None:
    """Put every search row of this room anew, after all were cleared."""
    for roundtable in db.scalars(access.all_roundtables()):
        renew(db, roundtable)


def _put(db: Session, roundtable: Roundtable, audience: str, url: str, text: str) -> None:
    language = current().network.language
    search.put(
        db,
        kind="roundtable",
        ref=roundtable.id,
        audience=audience,
        title=roundtable.title,
        text=text,
        language=language,
        url=url,
    )
