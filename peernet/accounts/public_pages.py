"""The public page of a person who asks for one: found by its name, and by nothing once they do without it."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from peernet import pages, search
from peernet.accounts.models import Person
from peernet.backups import afterwards
from peernet.settings import current

# The key of the list of all of them.
KEY = "people"


def shown() -> Select[Person]:
    """Everybody who has one."""
    return select(Person).where(*Person.is_shown()).order_by(Person.id)


def choose(db: Session, person: Person, *, has_page: bool, organisation: str) -> None:
    """Give a person a page, or take it away; ``organisation`` is theirs as they wish it to be named there."""
    if person.has_page and not has_page:
        afterwards.note(db, "page", id=person.id, since=person.created_at.isoformat())
    person.has_page, person.page_organisation = has_page, organisation
    renew(db, person)


def renew(db: Session, person: Person) -> None:
    """Let everything that the public reads of a person follow what they say."""
    for key in (f"person:{person.id}", KEY):
        pages.touch(db, key)
    if person.has_page and person.disabled_at is None:
        _make_findable(db, person)
    else:
        search.remove(db, "person", person.id)


def rebuild(db: Session) -> None:
    """Put every search row of this room anew, after all were cleared."""
    for person in db.scalars(shown()):
        _make_findable(db, person)


def _make_findable(db: Session, person: Person) -> None:
    search.put(
        db,
        kind="person",
        ref=person.id,
        audience="public",
        title=person.name,
        text=person.page_organisation,
        language=current().network.language,
        url=person.page,
    )
