"""The home page: what the network is, what it asks, what is new, its cohorts, and who takes part."""

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet import pages
from peernet.brand import texts
from peernet.cohorts import access as cohorts_access
from peernet.materials import library, recommending
from peernet.materials.library import Card, Filters
from peernet.materials.models import Material
from peernet.organisations.models import Organisation
from peernet.roundtables import access as roundtables
from peernet.roundtables.models import Roundtable
from peernet.settings import current
from peernet.site import cohorts, questions, reading
from peernet.site.cohorts import Entry
from peernet.site.questions import Focus
from peernet.site.turning import TODAY
from peernet.text.markdown import render

# What stands on one screen each; the rest is a page away.
_QUESTIONS, _MATERIALS, _ROUNDTABLES, _COHORTS, _ORGANISATIONS = 5, 6, 3, 12, 39


@dataclass(frozen=True)
class Numbers:
    """How much there is to read."""

    materials: int
    questions: int
    cohorts: int


@dataclass(frozen=True)
class HomePage:
    """All that the home page shows. ``questions`` are at most five, those that are open first."""

    numbers: Numbers
    questions: list[Focus]
    recommended: list[Card]
    materials: list[Card]
    open_roundtables: list[Roundtable]
    cohorts: list[Entry]
    organisations: list[Organisation]
    organisation_count: int


def page(db: Session) -> HomePage:
    """Put it together, in eight queries."""
    pages.depend("home", "library", "organisations", "roundtables", TODAY)
    entries = cohorts.entries(db, limit=_COHORTS)
    present = cohorts_access.organisations_listed().order_by(None)
    by_name = (Organisation.is_host.desc(), Organisation.is_example, func.lower(Organisation.name), Organisation.id)
    counted = select(func.count()).select_from(present.subquery())
    return HomePage(
        numbers=Numbers(*db.execute(reading.numbers()).one()),
        questions=questions.focus(db, [entry.cohort.id for entry in entries])[:_QUESTIONS],
        recommended=library.cards_where(db, Material.recommended_at.is_not(None), limit=recommending.MOST),
        materials=library.cards(db, Filters(), limit=_MATERIALS),
        open_roundtables=list(db.scalars(roundtables.open_to_everybody().limit(_ROUNDTABLES))),
        cohorts=entries,
        organisations=list(db.scalars(present.order_by(*by_name).limit(_ORGANISATIONS))),
        organisation_count=db.scalar(counted) or 0,
    )


def about() -> str:
    """The short text on the network that the settings hold, as HTML."""
    return _rendered(current().network.about)


def about_at_length() -> tuple[str, str]:
    """The text on it among its own pages, else the short one, as HTML; and its language."""
    text = texts.about()
    return (text.html, text.language) if text else (about(), current().network.language)


@lru_cache(maxsize=4)
def _rendered(source: str) -> str:
    return render(source, trusted=True).html if source.strip() else ""
