"""Partners who say that they met. From then on it counts as a meeting, as a table at which they sat would."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Refused
from peernet.groups.models import Duty
from peernet.i18n import gettext as _
from peernet.roundtables.partners import access
from peernet.roundtables.partners.models import PartnersMet, PartnersMetPerson, PartnersPeriod
from peernet.web.viewer import Viewer


def key_of(person_ids: list[int]) -> str:
    """The same people, in whatever order, have the same key."""
    return "-".join(map(str, sorted(person_ids)))


def say_met(db: Session, period: PartnersPeriod, *, actor: Viewer) -> None:
    """All who are together in the actor's group met. A second time, by whoever of them, nothing happens. Raises Refused
    where the actor is alone."""
    seats = list(db.scalars(access.own_seats(actor, [period.grouping_id])))
    if len(seats) < 2:
        raise Refused(_("You have no partner in this period."))
    row = PartnersMet(period_id=period.id, key=key_of([seat.person_id for seat in seats]), said_at=clock.now())
    try:
        with db.begin_nested():
            db.add(row)
            db.flush()
    except IntegrityError:
        return
    db.add_all(
        PartnersMetPerson(met_id=row.id, person_id=seat.person_id, gave_case=seat.duty is Duty.CASE) for seat in seats
    )
    db.flush()
