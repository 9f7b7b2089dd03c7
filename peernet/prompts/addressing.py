"""To whom a prompt is put: all who hold a seat, or some, chosen by name or through the seats of organisations.

Unattributed answers among few would be told by elimination. They are shown once three organisations wrote one; were
only three or four asked, that would say of nearly each that it did. So some are asked for them only if they are people
of five organisations at least.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from peernet.cohorts.models import Membership
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.prompts import addressed_access as access
from peernet.prompts.models import Addressee, Asking

# Among people of fewer organisations, an unattributed answer could be told by elimination.
FEWEST_ASKED = 5


@dataclass(frozen=True, slots=True)
class Whom:
    """To whom a prompt is put: to all, or to those who hold ``seats`` and to ``people``, by their ids."""

    is_some: bool = False
    seats: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()


ALL = Whom()


def whom_of(db: Session, asking: Asking) -> Whom:
    """To whom an asking is put now."""
    if not asking.is_to_some:
        return ALL
    found = list(db.scalars(access.addressees_of(asking.id)))
    return Whom(
        is_some=True,
        seats=frozenset(each.seat_id for each in found if each.seat_id is not None),
        people=frozenset(each.person_id for each in found if each.person_id is not None),
    )


def put(db: Session, asking: Asking, whom: Whom) -> bool:
    """Put an asking to these and to nobody else, and say whether that changed anything. Raises Refused for nobody, for
    somebody who holds no seat in its cohort, and for what cannot be asked of some."""
    members = list(db.scalars(access.choosable_in(asking.cohort_id)))
    before, whom = whom_of(db, asking), _without_twice(whom, members)
    if whom.is_some:
        _require_known(asking, whom, members, before)
        _require_possible(db, asking, whom)
    if before == whom and whom.is_some:
        return False
    asking.is_to_some = whom.is_some
    db.execute(delete(Addressee).where(Addressee.asking_id == asking.id))
    db.add_all(Addressee(asking_id=asking.id, seat_id=seat_id) for seat_id in sorted(whom.seats))
    db.add_all(Addressee(asking_id=asking.id, person_id=person_id) for person_id in sorted(whom.people))
    db.flush()
    return before != whom


def _without_twice(whom: Whom, members: Collection[Membership]) -> Whom:
    """Who holds a chosen seat need not be named as well."""
    if not whom.is_some:
        return ALL
    held = {each.person_id for each in members if each.seat_id in whom.seats}
    return Whom(is_some=True, seats=whom.seats, people=whom.people - held)


def _require_known(asking: Asking, whom: Whom, members: Collection[Membership], before: Whom) -> None:
    if not whom.seats | whom.people:
        raise Refused(_("Choose at least one organisation or member, or ask all."), field="seat")
    seats = {each.seat_id for each in members} | before.seats
    if whom.seats - seats or whom.people - {each.person_id for each in members} - before.people:
        raise Refused(_("Somebody you chose holds no seat in this cohort any more."), field="seat")
    if asking.is_per_seat and whom.people:
        message = _("One answer for each organisation is asked of organisations: choose these, not their people.")
        raise Refused(message, field="person")


def _require_possible(db: Session, asking: Asking, whom: Whom) -> None:
    if asking.is_focus:
        message = _("A focus question stands on the cohort’s public page, so it is asked of all.")
        raise Refused(message, field="is_focus")
    organisations = db.scalar(access.organisations_with_people(asking.cohort_id, whom.seats, whom.people)) or 0
    if asking.admits_unattributed and organisations < FEWEST_ASKED:
        message = _(
            "Unattributed answers need people of at least %(fewest)s organisations who are asked. Among fewer it could "
            "be told by elimination who wrote which.",
            fewest=FEWEST_ASKED,
        )
        raise Refused(message, field="admits_unattributed")
