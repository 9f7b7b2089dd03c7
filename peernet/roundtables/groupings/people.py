"""Who is seated at a roundtable: whoever accepted or, while nobody has, whoever is expected. Those who observe, and
guests, who go from table to table, are left out."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy.orm import Session

from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Membership
from peernet.groups.posing import Sitter
from peernet.roundtables.access import ATTENDING
from peernet.roundtables.groupings import access
from peernet.roundtables.models import Answer, Roundtable


class Basis(StrEnum):
    """Whom a grouping seats. It stays with it, so that the first who accepts does not make all others missing."""

    ACCEPTED = "accepted"
    EXPECTED = "expected"
    HERE = "here"


def attending(db: Session, cohort_id: int) -> list[Membership]:
    """Everybody who attends a cohort, with person, seat and organisation, by name. One query."""
    found = db.scalars(cohorts.people_of(cohort_id).where(Membership.role.in_(ATTENDING)))
    here = [each for each in found if each.person.disabled_at is None]
    return sorted(here, key=lambda each: (each.person.name.casefold(), each.person_id))


def seated(
    db: Session, roundtable: Roundtable, people: Sequence[Membership], basis: Basis | None = None
) -> tuple[list[Sitter], Basis]:
    """Those of ``people`` who are to be seated, and on which basis, where none is given. One query."""
    if basis is Basis.HERE:
        here = set(db.scalars(access.here_at(roundtable.id)))
        return [sitter(each) for each in people if each.person_id in here], basis
    answers = {row.person_id: row.answer for row in db.execute(access.answers_of_people(roundtable.id))}
    coming = [each for each in people if answers.get(each.person_id) is Answer.ACCEPTED]
    if basis is None:
        basis = Basis.ACCEPTED if coming else Basis.EXPECTED
    if basis is Basis.EXPECTED:
        coming = [each for each in people if answers.get(each.person_id) not in access.AWAY]
    return [sitter(each) for each in coming], basis


def expected_at(db: Session, roundtable_ids: Sequence[int], people: Sequence[Membership]) -> dict[int, list[Sitter]]:
    """Those of ``people`` who may come to each roundtable: whoever did not say that they stay away. One query."""
    away = {row[:2] for row in db.execute(access.answers_at(roundtable_ids)) if row[2] in access.AWAY}
    return {each: [sitter(one) for one in people if (each, one.person_id) not in away] for each in roundtable_ids}


def sitter(membership: Membership) -> Sitter:
    """Somebody of the cohort as the solver has them."""
    organisation_id = membership.seat.organisation_id if membership.seat else None
    return Sitter(
        membership.person_id,
        organisation_id,
        membership.role in cohorts.LEADING,
        frozenset(membership.person.languages),
    )
