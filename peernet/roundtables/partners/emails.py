"""The mail about partners."""

from sqlalchemy.orm import Session

from peernet.accounts import links as stops
from peernet.accounts.emails import recipient_of
from peernet.accounts.models import Person
from peernet.mail.compose import send
from peernet.roundtables.partners import words
from peernet.roundtables.partners.models import PartnersPeriod
from peernet.roundtables.partners.showing import Own
from peernet.settings import current
from peernet.tokens import tokens


def told(db: Session, person: Person, period: PartnersPeriod, own: Own, *, version: int) -> None:
    """With whom they are until when, what for, and who begins. Once for each state of the groups."""
    stop = stops.stop_token(db, person, "roundtables")
    context = {
        "kind": words.KINDS[period.kind],
        "purpose": words.PURPOSES[period.kind],
        "steps": words.STEPS[period.kind],
        "others": own.others,
        "first": own.first,
        "ends_on": period.ends_on,
        "cohort": period.cohort.name,
        "url": f"{current().public_url}/c/{period.cohort.slug}/partners",
        "stop_token": tokens.placeholder(stop),
    }
    send(
        db,
        to=recipient_of(person),
        template="roundtables/partners",
        context=context,
        key=f"partners:{period.id}:{version}:{person.id}",
        stop_token_id=stop.id,
    )
