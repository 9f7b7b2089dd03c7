"""The quotations of somebody who is forgotten, each as they chose: without the name, withdrawn, or as it is.

What has no consent has no reason to stay: its words go. What others wrote with them stays with the others; of a
recording in which several speak the names of all go where one's does, since each stands with the others.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from peernet import clock
from peernet.accounts.models import Person
from peernet.materials import publishing
from peernet.materials.models import Material
from peernet.materials.quotations import access, deciding, marks, passages
from peernet.materials.quotations.models import Decision, Quotation, Stretch, Word, Wording
from peernet.privacy.choices import Left, of_quotation
from peernet.privacy.register.materials import ENTRIES
from peernet.privacy.rows import Subject, theirs
from peernet.prompts.models import Attribution
from peernet.web.viewer import Viewer

_ENTRY = next(entry for entry in ENTRIES if entry.table == "quotation")


def to_choose(db: Session, person: Person) -> list[Quotation]:
    """The quotations of their answers whose words have consent, with the wording and the material."""
    found = db.scalars(_of(person)).unique()
    return [each for each in found if each.withdrawn_at is None and each.current.consented_at is not None]


def leave(db: Session, person: Person, choices: Mapping[str, Any]) -> None:
    """Do with every quotation what was chosen, and let what the public reads follow."""
    for quotation in db.scalars(_of(person)).unique().all():
        chosen = of_quotation(choices, quotation.ref)
        others = {each.person_id for each in db.scalars(access.coauthors_of([quotation.id]))} | {quotation.author_id}
        if chosen is Left.WITHDRAWN or not others - {person.id, None}:
            _leave_one(db, person, quotation, chosen, is_alone=not others - {person.id, None})
        if quotation.author_id == person.id:
            quotation.author_id = None
        if quotation.author_id is None or quotation.stretch is not None:
            quotation.name = ""
        if quotation.stretch is not None:
            _leave_stretch(db, quotation, quotation.stretch, chosen, is_alone=not others - {person.id, None})
        db.flush()
        publishing.show_anew(db, db.get_one(Material, quotation.material_id))


def _leave_stretch(db: Session, quotation: Quotation, stretch: Stretch, chosen: Left, *, is_alone: bool) -> None:
    # Nobody plays it any more: with them the recording lost a yes.
    passages.forget(db, stretch)
    if quotation.withdrawn_at is not None or (is_alone and quotation.current.consented_at is None):
        stretch.captions = ""
    for wording in db.scalars(access.wordings_of([quotation.id])).all() if chosen is Left.NAMELESS else ():
        if wording.attribution is Attribution.PERSON:
            _take_name(db, quotation, wording)


def _leave_one(db: Session, person: Person, quotation: Quotation, chosen: Left, *, is_alone: bool) -> None:
    if chosen is Left.WITHDRAWN:
        _withdraw(db, person, quotation)
    if not is_alone:
        return
    for wording in db.scalars(access.wordings_of([quotation.id])).all():
        if quotation.withdrawn_at is not None or wording.consented_at is None:
            wording.source = wording.html = wording.name = ""
        elif chosen is Left.NAMELESS and wording.attribution is Attribution.PERSON:
            _take_name(db, quotation, wording)


def _withdraw(db: Session, person: Person, quotation: Quotation) -> None:
    if db.scalars(access.own_part(Viewer(person_id=person.id), [quotation.id])).first() is not None:
        deciding.withdraw(db, person, quotation)
    else:
        quotation.withdrawn_at = quotation.withdrawn_at or clock.now()


def _take_name(db: Session, quotation: Quotation, wording: Wording) -> None:
    """The same words of nobody: in the organisation's name alone, others would have to agree to them."""
    wording.attribution, wording.name, wording.organisation_id = Attribution.UNATTRIBUTED, "", None
    wording.digest = marks.digest(wording.source, wording.attribution, "", "")
    agreed = Decision(quotation_id=quotation.id, person_id=None, digest=wording.digest, word=Word.YES, at=clock.now())
    db.add(agreed)


def _of(person: Person) -> Any:
    whole = (
        joinedload(Quotation.current, innerjoin=True),
        joinedload(Quotation.material),
        joinedload(Quotation.stretch),
    )
    return select(Quotation).where(theirs(_ENTRY, Subject.of(person))).options(*whole).order_by(Quotation.id)
