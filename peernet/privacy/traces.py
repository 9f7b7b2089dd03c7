"""What is left of somebody where it stands beside others: their name in mails to these, files, jobs, the ledger."""

import json
import re
from collections.abc import Iterable
from email import message_from_bytes, policy
from functools import partial
from html import escape
from typing import Any

from sqlalchemy import Text, cast, delete, event, or_, select, update
from sqlalchemy.orm import Session

from peernet.i18n import gettext as _
from peernet.jobs.models import Job
from peernet.ledger.models import Event
from peernet.mail import transport
from peernet.mail.models import IncomingMail, Mail
from peernet.materials.models import MaterialFile
from peernet.media import store
from peernet.media.models import MediaFile
from peernet.organisations.models import Organisation
from peernet.privacy import taking
from peernet.privacy.rows import Subject
from peernet.roundtables.recordings.models import Recording
from peernet.settings import current

_QUIETLY = {"synchronize_session": False}


def remove(db: Session, subject: Subject) -> None:
    """Take them out of all of it."""
    taking.throw_away(db, subject.id)
    _mails(db, subject)
    _arrived(db, subject)
    _jobs(db, subject)
    _files(db, subject)
    _events(db, subject)
    db.flush()
    event.listen(db, "after_commit", partial(_drop_written, subject), once=True)


def _mails(db: Session, subject: Subject) -> None:
    """In mails to others their name gives way to words. Those to them go by the register."""
    columns = (Mail.subject, Mail.text, Mail.html, cast(Mail.attachments, Text))
    seen = [
        column.icontains(form, autoescape=True)
        for column in columns
        for mark in (subject.name, subject.address)
        for form in _forms(mark)
    ]
    for mail in db.scalars(select(Mail).where(or_(*seen))).all():
        mail.subject, mail.text, mail.html = (_without(said, subject) for said in (mail.subject, mail.text, mail.html))
        mail.attachments = [one | {"text": _without(one["text"], subject)} for one in mail.attachments]


def _forms(mark: str) -> set[str]:
    """How a text may stand in a column: as it is, in HTML, in JSON."""
    return {mark, escape(mark), json.dumps(mark)[1:-1]}


def _named(subject: Subject) -> re.Pattern[str]:
    """Their name as it is written, since many names are words as well, or their address in any case."""
    names = "|".join(re.escape(form) for form in sorted({subject.name, escape(subject.name)}))
    addresses = "|".join(re.escape(form) for form in sorted({subject.address, escape(subject.address)}))
    return re.compile(rf"(?<!\w)(?:{names}|(?i:{addresses}))(?!\w)")


def _without(text: str, subject: Subject) -> str:
    return _named(subject).sub(lambda _found: _("somebody"), text)


def _arrived(db: Session, subject: Subject) -> None:
    waiting = select(IncomingMail).where(IncomingMail.letter.is_not(None))
    for row in db.scalars(waiting).all():
        if str((row.letter or {}).get("sender", "")).lower() == subject.address:
            db.delete(row)


def _jobs(db: Session, subject: Subject) -> None:
    own = or_(Job.payload["person_id"].as_integer() == subject.id, cast(Job.payload, Text).contains(subject.address))
    db.execute(delete(Job).where(own), execution_options=_QUIETLY)


def _files(db: Session, subject: Subject) -> None:
    """What nothing shows goes, its bytes as soon as this is committed."""
    used = (
        select(MaterialFile.media_id),
        select(Organisation.logo_id).where(Organisation.logo_id.is_not(None)),
        select(Recording.media_id).where(Recording.media_id.is_not(None)),
    )
    own = or_(MediaFile.uploaded_by_id == subject.id, MediaFile.audience == subject.key)
    gone = []
    for file in db.scalars(select(MediaFile).where(own, *(MediaFile.id.not_in(some) for some in used))).all():
        gone.append(file.name)
        store.remove(db, file)
    kept = update(MediaFile).where(MediaFile.uploaded_by_id == subject.id)
    db.execute(kept.values(uploaded_by_id=None, filename="image"), execution_options=_QUIETLY)
    if gone:
        event.listen(db, "after_commit", partial(_drop, gone), once=True)


def _drop(names: Iterable[str], _db: Session) -> None:
    for name in names:
        store.drop(name)


def _drop_written(subject: Subject, _db: Session) -> None:
    """Mails are files where there is no mail server: those to them go, and those that name them."""
    named = _named(subject)
    for path in transport.folder(current()).glob("*.eml"):
        if named.search(_read(path.read_bytes())):
            path.unlink(missing_ok=True)


def _read(letter: bytes) -> str:
    """A mail as people read it: its headers and every text in it."""
    message = message_from_bytes(letter, policy=policy.default)
    texts = (part.get_content() for part in message.walk() if part.get_content_maintype() == "text")
    return "\n".join([*map(str, message.values()), *texts])


def _events(db: Session, subject: Subject) -> None:
    of_them = update(Event).where(Event.subject == subject.key).values(subject="person:-")
    db.execute(of_them, execution_options=_QUIETLY)
    db.execute(update(Event).where(Event.actor_id == subject.id).values(actor_id=None), execution_options=_QUIETLY)
    for row in db.scalars(select(Event).where(Event.data["person_id"].as_integer() == subject.id)).all():
        data: dict[str, Any] = row.data
        row.data = data | {"person_id": None}
