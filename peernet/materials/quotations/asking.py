"""Asking those who speak for a quotation: when an editor says so, in one mail for all that waits, and once again.

A wording is asked of its author, of each of them where several wrote the answer together, and, in the name of an
organisation, of whom that named to sign for it as well. Silence is no: after the day by which an answer was asked for,
the wording still has no consent.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.materials.models import Material
from peernet.materials.quotations import access, emails, links
from peernet.materials.quotations.models import (
    AGREED,
    Capacity,
    Decision,
    Quotation,
    RepairWish,
    Speaker,
    Word,
    Wording,
)
from peernet.prompts.models import Attribution
from peernet.web.viewer import Viewer

# Days that people have at least, and at most, to answer; a reminder goes three days before the end.
FEWEST_DAYS, USUAL_DAYS, MOST_DAYS = 3, 14, 90
_REMINDED = timedelta(days=3)
# Whoever had a mail within a day gets the next one, for all that came since, when it is over.
_BETWEEN = timedelta(days=1)

# To a small repair, for those who chose to agree by not objecting.
_TO_OBJECT = timedelta(days=7)

# A person, and why they speak for a quotation.
_Part = tuple[int, Capacity]


def ask(db: Session, viewer: Viewer, material: Material, *, answer_by: date) -> int:
    """Ask everybody about all wordings of a material that have no consent and are not being asked; give how many there
    were. Raises Refused for a day too near or too far, where nobody signs for an organisation, and for an author who
    has no account any more."""
    until = _end_of(answer_by)
    waiting = [each for each in db.scalars(access.of_material(material.id)) if _is_to_ask(each, clock.now())]
    speakers = _speakers(db, material, waiting)
    for quotation in waiting:
        _ask(db, quotation, speakers[quotation.id], until)
    if waiting:
        ledger.record(
            db, "quotation.asked", subject=f"material:{material.id}", scope=f"cohort:{material.cohort_id}",
            actor_id=viewer.person_id, data={"wordings": len(waiting)},
        )  # fmt: skip
    return len(waiting)


def tell_due(db: Session) -> int:
    """Mail those who were asked and do not know it yet, each once for everything; gives how many. By the clock."""
    return _mail(db, db.scalars(access.to_tell()).all(), emails.asked)


def agree_due(db: Session) -> int:
    """Take the silence of those who chose so for a yes to a small repair, a week after they were told. By the clock."""
    due = db.scalars(access.to_agree(clock.now())).all()
    for speaker in due:
        speaker.said = Word.TACIT
        quotation = speaker.wording.quotation
        db.add(_decision(quotation.id, speaker.person_id, speaker.wording, Word.TACIT))
    db.flush()
    for quotation_id in {each.wording.quotation_id for each in due}:
        settle(db, db.scalars(access.held(quotation_id)).one())
    return len(due)


def remind_due(db: Session) -> int:
    """Mail those once more who have said nothing, three days before their answer counts as no. By the clock."""
    moment = clock.now()
    due = db.scalars(access.to_remind(moment - _REMINDED, moment + _REMINDED)).all()
    for wording in {speaker.wording for speaker in due}:
        wording.reminded_at = moment
    return _mail(db, [each for each in due if _until(each) > moment], emails.reminder, is_first=False)


def _is_to_ask(quotation: Quotation, moment: datetime) -> bool:
    wording = quotation.current
    is_open = wording.answer_by is not None and wording.answer_by > moment
    return wording.consented_at is None and quotation.withdrawn_at is None and not is_open


def _end_of(day: date) -> datetime:
    days = (day - clock.today("UTC")).days
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        message = _("Give people %(fewest)s days at least and %(most)s at most.", fewest=FEWEST_DAYS, most=MOST_DAYS)
        raise Refused(message, field="answer_by")
    return datetime.combine(day, time(23, 59), UTC)


def _speakers(db: Session, material: Material, waiting: Sequence[Quotation]) -> dict[int, list[_Part]]:
    """Who speaks for each quotation, as it would be attributed now. Raises Refused where somebody is missing."""
    organisations = set(filter(None, (_signed_by(each.current) for each in waiting)))
    signing: dict[int | None, int] = {}
    if material.cohort_id is not None and organisations:
        signing = dict(db.execute(access.signatories(material.cohort_id, organisations)).all())
    _refuse_unsigned([each.current for each in waiting], signing)
    authors = {each.id: [each.author_id] for each in waiting}
    for beside in db.scalars(access.coauthors_of(list(authors))):
        authors[beside.quotation_id].append(beside.person_id)
    if any(None in some for some in authors.values()):
        raise Refused(_("The author of one of these answers has no account any more, so nobody can agree to it."))
    return {each.id: _parts(each, authors[each.id], signing) for each in waiting}


def _parts(quotation: Quotation, authors: Sequence[int | None], signing: Mapping[int | None, int]) -> list[_Part]:
    signatory = signing.get(_signed_by(quotation.current))
    found: list[_Part] = [(author, Capacity.AUTHOR) for author in authors if author is not None]
    return found if signatory is None else [*found, (signatory, Capacity.SIGNATORY)]


def _refuse_unsigned(wordings: Sequence[Wording], signing: Mapping[int | None, int]) -> None:
    signed = [each for each in wordings if _signed_by(each) is not None]
    missing = {each.organisation.name for each in signed if each.organisation and each.organisation_id not in signing}
    if missing:
        message = _(
            "Nobody is named yet who signs for: %(names)s. Ask them whom they name, and say so under People.",
            names=", ".join(sorted(missing)),
        )
        raise Refused(message)


def _signed_by(wording: Wording) -> int | None:
    """The organisation in whose name alone it would stand."""
    return wording.organisation_id if wording.attribution is Attribution.ORGANISATION else None


def _ask(db: Session, quotation: Quotation, parts: Sequence[_Part], until: datetime) -> None:
    """Ask for one wording. Who was asked for it before and said something is not asked again."""
    wording = quotation.current
    known = {(each.person_id, each.capacity): each for each in db.scalars(access.speakers_of(quotation.id))}
    wording.asked_at, wording.answer_by, wording.reminded_at = clock.now(), until, None
    for part in parts:
        before = known.get(part)
        if before is None or before.wording_id != wording.id:
            _add(db, quotation, part, before)
        elif before.said is None:
            before.mailed_at = None
    db.flush()
    settle(db, quotation)


def _add(db: Session, quotation: Quotation, part: _Part, before: Speaker | None) -> None:
    """One who speaks for the wording; whoever proposed these very words said yes to them already."""
    wording, (person_id, capacity) = quotation.current, part
    speaker = Speaker(wording_id=wording.id, person_id=person_id, capacity=capacity)
    if wording.is_repair and before is not None and before.said in AGREED and db.get(RepairWish, person_id) is not None:
        speaker.agrees_at = clock.now() + _TO_OBJECT
    if before is not None and _is_as_proposed(wording, before):
        speaker.said, speaker.mailed_at = Word.YES, clock.now()
        db.add(_decision(quotation.id, person_id, wording, Word.YES))
    db.add(speaker)


def _decision(quotation_id: int, person_id: int | None, wording: Wording, word: Word) -> Decision:
    return Decision(quotation_id=quotation_id, person_id=person_id, digest=wording.digest, word=word, at=clock.now())


def _is_as_proposed(wording: Wording, before: Speaker) -> bool:
    said = (before.said, before.proposal, before.wording.attribution)
    return said == (Word.CHANGE, wording.source, wording.attribution)


def settle(db: Session, quotation: Quotation) -> None:
    """Let the rows say what follows from what everybody said: whether the wordings have consent, and whether the
    quotation is withdrawn."""
    everybody = list(db.scalars(access.speakers_of(quotation.id)))
    of_wording: dict[int, list[Speaker]] = {}
    for speaker in everybody:
        of_wording.setdefault(speaker.wording_id, []).append(speaker)
    for speakers in of_wording.values():
        wording, agreed = speakers[0].wording, all(each.said in AGREED for each in speakers)
        wording.consented_at = (wording.consented_at or clock.now()) if agreed else None
    withdrawn = [each.withdrawn_at for each in everybody if each.withdrawn_at is not None]
    quotation.withdrawn_at = min(withdrawn) if withdrawn else None
    db.flush()


def _until(speaker: Speaker) -> datetime:
    return speaker.wording.answer_by or clock.now()


def _mail(
    db: Session,
    speakers: Sequence[Speaker],
    write: Callable[..., None],
    *,
    is_first: bool = True,
) -> int:
    mails = 0
    for _person_id, group in groupby(speakers, key=lambda each: each.person_id):
        own = list(group)
        person = own[0].person
        if person is None or (is_first and links.had_mail_since(db, person.id, clock.now() - _BETWEEN)):
            continue
        write(db, person, own, token=links.renew(db, person.id, max(map(_until, own))))
        for speaker in own if is_first else ():
            speaker.mailed_at = clock.now()
        mails += 1
    db.flush()
    return mails
