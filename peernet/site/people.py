"""People who asked for a public page, and nothing of theirs that is not public already under their name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from peernet import pages
from peernet.accounts import public_pages
from peernet.accounts.models import Person
from peernet.materials import library
from peernet.materials.contributors import access as contributors
from peernet.materials.library import Card
from peernet.materials.models import MaterialVersion
from peernet.materials.placement import listed
from peernet.prompts import access as prompts_access
from peernet.prompts.models import Prompt
from peernet.prompts.voices import AnyVoice
from peernet.site import reading

_MOST_MATERIALS = 60


@dataclass(frozen=True)
class PersonPage:
    """All that the page shows: the person's name and organisation, materials in whose credits they agreed to be named,
    and what they answered in public under their name, question by question."""

    person: Person
    materials: list[Card]
    answers: list[tuple[Prompt, list[AnyVoice]]]


def page(db: Session, person_id: int) -> PersonPage | None:
    """One person's; None where there is none. At most five queries."""
    person = db.scalar(public_pages.shown().where(Person.id == person_id))
    if person is None:
        return None
    # Whatever is answered in public touches "questions".
    pages.depend(f"person:{person.id}", listed("person", person.id), "questions")
    cards = library.cards_where(db, contributors.is_named(person.id), limit=_MOST_MATERIALS)
    pages.depend(*(f"material:{card.id}" for card in cards))
    said = prompts_access.public_voices_of(db, person)
    asked = db.scalars(reading.prompts().where(Prompt.id.in_(said))) if said else ()
    return PersonPage(person, cards, [(prompt, said[prompt.id]) for prompt in asked])


def of_version(db: Session, version: MaterialVersion) -> Mapping[tuple[str, str], str]:
    """Addresses of the pages of those whom a version's credits name, by credit and name. One query, none where nobody
    with an account is among them."""
    lines: list[dict[str, Any]] = [line for line in version.lines if line.get("person_id") is not None]
    if not lines:
        return {}
    pages.depend(*(f"person:{line['person_id']}" for line in lines))
    found = db.execute(contributors.with_pages(version.material_id))
    people = {person.id: (name, person.page) for name, person in found}
    return {
        (line["credit"], people[line["person_id"]][0]): people[line["person_id"]][1]
        for line in lines
        if line["person_id"] in people
    }
