"""One roundtable that everybody can sign up for, as the public sees it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from peernet import pages
from peernet.i18n import native_name
from peernet.roundtables import places, times
from peernet.roundtables.models import Guest, Opening, Roundtable
from peernet.roundtables.openings import access, opening
from peernet.roundtables.openings.opening import Stage
from peernet.site.turning import TODAY


@dataclass(frozen=True)
class RoundtablePage:
    """All that its page shows. ``left`` is None where nothing limits the places; ``listed`` are those who asked to be
    named, where its organiser shows them."""

    opening: Opening
    stage: Stage
    left: int | None
    asked: list[str]
    listed: list[Guest]

    @property
    def roundtable(self) -> Roundtable:
        """What it opens, with its cohort."""
        return self.opening.roundtable

    @property
    def closes_at(self) -> datetime:
        """Until when one can sign up."""
        return opening.closes_at(self.opening)

    @property
    def language(self) -> str:
        """The language in which it is held, by its own name."""
        return native_name(self.opening.language)

    @property
    def comes_twice(self) -> bool:
        """Whether its hour comes twice that night."""
        return times.comes_twice(self.roundtable.wall_start, self.roundtable.zone)


def known(db: Session, slug: str) -> Opening | None:
    """What has this address, whether it is still open to the public or not; None where the public never knew it."""
    found = db.scalar(access.known().where(Opening.slug == slug))
    if found is not None:
        pages.depend(places.key(found.roundtable_id), f"cohort:{found.roundtable.cohort_id}", "roundtables", TODAY)
    return found


def is_shown(found: Opening) -> bool:
    """Whether its page says more than that it is not open any more."""
    return found.is_open and found.roundtable.is_public


def page(db: Session, found: Opening) -> RoundtablePage:
    """Put it together, in at most three queries."""
    number = found.roundtable_id
    asked = [row.asking.text for row in db.scalars(access.asked_at(number))] if found.shows_asked else []
    coming = db.scalars(access.coming_by_it(number).where(Guest.is_listed)).all() if found.shows_list else ()
    return RoundtablePage(found, opening.stage(found), opening.left(db, found), asked, list(coming))
