"""Asking people how they wish to be named: when whoever writes says so, in one mail for all that waits, and once again.
Silence agrees to nothing."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from peernet import clock
from peernet.ledger import ledger
from peernet.materials.contributors import access, emails
from peernet.materials.contributors.models import Contributor
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material
from peernet.web.viewer import Viewer

# Whoever had a mail within a day gets the next one when it is over; who is silent for a week is reminded.
_BETWEEN, _SILENCE = timedelta(days=1), timedelta(days=7)


def people_in(manuscript: Manuscript) -> list[int]:
    """Who is named as a person with an account, each once."""
    return list(dict.fromkeys(line.person_id for line in manuscript.credits if line.person_id is not None))


def ask(db: Session, viewer: Viewer, material: Material, manuscript: Manuscript) -> int:
    """Ask everybody in a manuscript who was not asked yet; give how many. Who names themselves is asked in the page
    alone."""
    asked = {each.person_id for each in db.scalars(access.of_material(material.id))}
    new = [person_id for person_id in people_in(manuscript) if person_id not in asked]
    moment = clock.now()
    db.add_all(
        Contributor(
            material_id=material.id,
            person_id=person_id,
            asked_at=moment,
            mailed_at=moment if person_id == viewer.person_id else None,
        )
        for person_id in new
    )
    if new:
        ledger.record(
            db, "credit.asked", subject=f"material:{material.id}", actor_id=viewer.person_id, data={"people": len(new)}
        )
    db.flush()
    return len(new)


def tell_due(db: Session) -> int:
    """Mail those who were asked and do not know it yet, each once for everything; gives how many. By the clock."""
    return _mail(db, db.scalars(access.to_tell()).all(), is_again=False)


def remind_due(db: Session) -> int:
    """Mail those once more who said nothing for a week. By the clock."""
    return _mail(db, db.scalars(access.to_remind(clock.now() - _SILENCE)).all(), is_again=True)


def _mail(db: Session, waiting: Iterable[Contributor], *, is_again: bool) -> int:
    found = list(waiting)
    ids, moment = [each.person_id for each in found], clock.now()
    recent = set(db.scalars(access.told_since(ids, moment - _BETWEEN))) if ids else set()
    mails = 0
    for person_id, group in groupby(found, key=lambda each: each.person_id):
        if person_id in recent:
            continue
        lines = list(group)
        emails.asked(db, lines[0].person, lines, is_again=is_again)
        for each in lines:
            each.mailed_at, each.reminded_at = each.mailed_at or moment, moment if is_again else None
        mails += 1
    db.flush()
    return mails
