"""What those who are there say to being recorded: yes or no, each for themselves, at any time; the newest holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from peernet import clock, live, pages
from peernet.backups import afterwards
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.roundtables import access as roundtables
from peernet.roundtables import access_presence, emails, invitees
from peernet.roundtables.invitees import Key
from peernet.roundtables.models import Roundtable
from peernet.roundtables.recordings import access, asking
from peernet.roundtables.recordings.models import Recording, RecordingConsent, Says
from peernet.roundtables.running.listening import topic_of


@dataclass(frozen=True, slots=True)
class Answers:
    """What was said, by whom; ``there`` are those who are there, as far as it is noted."""

    said: Mapping[Key, RecordingConsent] = field(default_factory=dict)
    there: Sequence[Key] = ()

    @property
    def waiting(self) -> list[Key]:
        """Those who are there and have not answered."""
        return [key for key in self.there if key not in self.said]

    @property
    def refusing(self) -> list[Key]:
        """Those who said no, there or not."""
        return [key for key, given in self.said.items() if given.says is Says.NO]

    @property
    def agreed(self) -> int:
        """How many of those who are there said yes."""
        return sum(key in self.said and self.said[key].says is Says.YES for key in self.there)

    @property
    def may_run(self) -> bool:
        """Whether somebody is there, and all who are said yes."""
        return bool(self.there) and self.agreed == len(self.there)


def answers_of(db: Session, recording: Recording) -> Answers:
    """What was said to the present terms. Two queries."""
    given = {(each.person_id, each.guest_id): each for each in db.scalars(access.answers_to(recording))}
    presences = db.scalars(access_presence.presences_at(recording.roundtable_id))
    return Answers(given, [(each.person_id, each.guest_id) for each in presences if each.was_there])


def answer(
    db: Session, roundtable: Roundtable, key: Key, says: Says, *, terms: int, noted_by: int | None = None
) -> RecordingConsent:
    """Say yes or no to ``terms``, also as noted by one who leads for somebody who said it aloud: never a yes in the
    place of what they said themselves. A no to what is recorded already withholds it. Raises Refused where other terms
    are asked by now."""
    recording = asking.standing(db, roundtable)
    if recording.terms != terms:
        raise Refused(_("What is asked has changed meanwhile. Please read it again."))
    answers = answers_of(db, recording)
    before = answers.said.get(key)
    if before is not None and noted_by is not None and before.noted_by_id is None and says is Says.YES:
        raise Refused(_("They have answered themselves, and only they can change that to a yes."))
    is_again = before is not None and before.says is says and (before.noted_by_id is None or noted_by is not None)
    if before is None or not is_again:
        before = _say(db, recording, key, says, noted_by)
        pages.touch(db, recording.key)
    if says is Says.NO and recording.has_begun and (key in answers.there or key in answers.said):
        withhold(db, roundtable, recording)
    db.flush()
    live.happened(db, topic_of(roundtable.id), "recording")
    return before


def presence_changed(db: Session, roundtable_id: int) -> None:
    """Make anew what shows something of the recording, since others have to agree to it by now. One query."""
    recording = db.scalar(access.asked_at(roundtable_id))
    if recording is not None and recording.brought_at is not None:
        pages.touch(db, recording.key)


def withhold(db: Session, roundtable: Roundtable, recording: Recording) -> None:
    """Show it to nobody but those who lead, who are to remove somebody's passage, and tell them so; once."""
    if recording.withheld_at is not None:
        return
    recording.withheld_at = clock.now()
    pages.touch(db, recording.key)
    afterwards.note(db, "recording", id=recording.id, asked=recording.asked_at.isoformat(), gone=False)
    asking.record(db, roundtable, "recording.withheld", None)
    for leader in db.scalars(roundtables.leaders_of(roundtable.cohort_id)).all():
        if leader.mail_bounced_at is None:
            emails.recording_withheld(db, roundtable, invitees.of(leader))


def leave(db: Session, given: Iterable[RecordingConsent]) -> None:
    """For erasing: whoever is forgotten agrees to no recording any more."""
    _withhold_each(db, access.with_ids({each.recording_id for each in given}))


def leave_unanswered(db: Session, which: ColumnElement[bool]) -> None:
    """Before presences are deleted, which are ``which``: nobody's silence becomes a yes because it is not known any
    more that they were there."""
    _withhold_each(db, access.unanswered(which))


def _withhold_each(db: Session, which: Select[Recording]) -> None:
    for recording in db.scalars(which).all():
        found = roundtables.all_roundtables().where(Roundtable.id == recording.roundtable_id)
        if recording.is_asked and recording.has_begun:
            withhold(db, db.scalars(found).one(), recording)


def _say(db: Session, recording: Recording, key: Key, says: Says, noted_by: int | None) -> RecordingConsent:
    person_id, guest_id = key
    said = RecordingConsent(
        recording_id=recording.id, terms=recording.terms, person_id=person_id, guest_id=guest_id, says=says,
        said_at=clock.now(), noted_by_id=noted_by,
    )  # fmt: skip
    db.add(said)
    return said
