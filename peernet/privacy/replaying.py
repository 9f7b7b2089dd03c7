"""After a restore: take away again what was taken away since the backup was made, so that nobody comes back with it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts import public_pages
from peernet.accounts.models import Person
from peernet.materials.contributors import deciding as naming
from peernet.materials.contributors.models import Contributor, Wish
from peernet.materials.quotations import access as quotations
from peernet.materials.quotations import deciding
from peernet.materials.quotations.models import Quotation
from peernet.privacy import erasing
from peernet.prompts import access, finding, responses, threads
from peernet.prompts.consequences import names_less
from peernet.prompts.models import Asking, Attribution, Response, Visibility
from peernet.prompts.voices import narrower
from peernet.roundtables import access as roundtables
from peernet.roundtables.models import Guest, Roundtable
from peernet.roundtables.openings import forgetting
from peernet.roundtables.recordings import consenting, keeping
from peernet.roundtables.recordings.models import Recording


def replay(db: Session, lines: Iterable[dict[str, Any]]) -> Counter[str]:
    """Carry out lines of :mod:`peernet.backups.afterwards` in their order; how many of each kind changed something. A
    line of what is not there changes nothing."""
    verbs = {
        "person": _person, "response": _response, "readers": _readers, "quotation": _quotation, "credit": _credit,
        "recording": _recording, "guest": _guest,
        "page": _page,
    }  # fmt: skip
    done: Counter[str] = Counter()
    for line in lines:
        verb = verbs.get(line["what"])
        if verb is not None and verb(db, line):
            db.flush()
            done[line["what"]] += 1
    return done


def _person(db: Session, line: dict[str, Any]) -> bool:
    found = db.get(Person, line["id"])
    if found is None or found.created_at != datetime.fromisoformat(line["since"]):
        return False
    erasing.erase(db, found, line["choices"], again=True)
    return True


def _page(db: Session, line: dict[str, Any]) -> bool:
    found = db.get(Person, line["id"])
    if found is None or found.created_at != datetime.fromisoformat(line["since"]) or not found.has_page:
        return False
    public_pages.choose(db, found, has_page=False, organisation=found.page_organisation)
    return True


def _guest(db: Session, line: dict[str, Any]) -> bool:
    found = db.get(Guest, line["id"])
    if found is None or found.invited_at != datetime.fromisoformat(line["since"]):
        return False
    one = db.scalars(roundtables.behind_link(found.roundtable_id)).one()
    forgetting.forget(db, one, found)
    return True


def _answer(db: Session, line: dict[str, Any]) -> tuple[Response, Asking] | None:
    found = db.scalar(access.numbered(line["id"]))
    if found is None or found.given_at != datetime.fromisoformat(line["given"]):
        return None
    return found, db.scalars(access.all_asked(Asking.id == found.asking_id)).unique().one()


def _response(db: Session, line: dict[str, Any]) -> bool:
    found = _answer(db, line)
    if found is not None:
        responses.erase(db, found[0], asking=found[1])
    return found is not None


def _readers(db: Session, line: dict[str, Any]) -> bool:
    found = _answer(db, line)
    if found is None:
        return False
    response, asking = found
    # Never wider: what was let be read by more may have been other words than those in the backup.
    visibility, attribution = Visibility(line["visibility"]), Attribution(line["attribution"])
    keeps = not names_less(response.attribution, attribution)
    wanted = narrower(response.visibility, visibility), response.attribution if keeps else attribution
    if (response.visibility, response.attribution) == wanted:
        return False
    if names_less(response.attribution, wanted[1]):
        threads.clear(db, response)
    response.visibility, response.attribution = wanted
    db.flush()
    finding.renew_answers(db, asking)
    finding.touch(db, asking.prompt_id)
    return True


def _quotation(db: Session, line: dict[str, Any]) -> bool:
    person = db.get(Person, line["person"])
    found = db.scalar(select(Quotation).where(Quotation.ref == line["ref"]))
    if person is None or found is None or not db.scalars(quotations.speakers_of(found.id)).all():
        return False
    deciding.withdraw(db, person, found)
    return True


def _credit(db: Session, line: dict[str, Any]) -> bool:
    """Never more than the backup had: a name that was written later is not in the log."""
    own = Contributor.material_id == line["material"], Contributor.person_id == line["person"]
    found, wish = db.scalar(select(Contributor).where(*own)), Wish(line["wish"])
    if found is None or wish is Wish.NAME or found.wish is wish:
        return False
    found.wish, found.name = wish, ""
    db.flush()
    naming.follow(db, found.material_id)
    return True


def _recording(db: Session, line: dict[str, Any]) -> bool:
    """Delete it, or show it to nobody but those who lead, who then bring it again as they did before."""
    found = db.get(Recording, line["id"])
    if found is None or found.asked_at != datetime.fromisoformat(line["asked"]) or not found.is_asked:
        return False
    roundtable = db.scalars(roundtables.all_roundtables().where(Roundtable.id == found.roundtable_id)).one()
    if line["gone"]:
        keeping.remove(db, roundtable, actor=None)
    elif found.has_begun and found.withheld_at is None:
        consenting.withhold(db, roundtable, found)
    else:
        return False
    return True
