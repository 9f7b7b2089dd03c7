"""Clips of recordings that can be quoted: what is said in each, and who was there and can be asked. For those who lead
the cohort only, as long as everybody who is in the recording agrees to it."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort, Membership, Seat
from peernet.prompts.models import Attribution
from peernet.roundtables.models import Presence, Roundtable
from peernet.roundtables.recordings import showing as recordings
from peernet.roundtables.recordings.showing import Spoken
from peernet.text import captions
from peernet.web.viewer import Viewer

_KEY = "clip-"


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who was there, and for whom they were."""

    id: int
    name: str
    organisation_id: int | None


@dataclass(frozen=True, slots=True)
class Heard:
    """A clip that answers a prompt, with those who may speak in it. ``is_unnamed``: nobody is named in it, or in one
    that it overlaps with. ``is_quoted``: the material quotes it already."""

    asking_id: int
    spoken: Spoken
    people: Sequence[Present]
    is_unnamed: bool
    is_quoted: bool = False

    @property
    def key(self) -> str:
        """What names it in a form, beside answers."""
        return f"{_KEY}{self.spoken.clip.id}"

    @property
    def text(self) -> str:
        """What is said in it, to be worded."""
        return "\n\n".join(said.text for said in self.spoken.said)

    @property
    def captions(self) -> str:
        """The same as WebVTT from its first second on, without who speaks; empty without a transcript."""
        start = self.spoken.clip.starts
        cues = [
            replace(cue, start=cue.start - start, end=min(cue.end, self.spoken.end or cue.end) - start, speaker="")
            for cue in self.spoken.cues
        ]
        return captions.write(cues) if cues else ""

    @property
    def most(self) -> Attribution:
        """The most that it can tell of those who speak in it."""
        return Attribution.UNATTRIBUTED if self.is_unnamed else Attribution.PERSON

    @property
    def digest(self) -> str:
        """What tells the clip, as it is read, from the same one after a change."""
        one = self.spoken
        said = (one.recording.media_id, one.recording.url, one.clip.starts, one.end, self.is_unnamed, self.text)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:24]

    def chosen(self, ids: Collection[int]) -> list[Present]:
        """Those of these who were there, in their order."""
        return [each for each in self.people if each.id in ids]


def is_key(key: str) -> bool:
    """Whether this names a clip, and no answer."""
    return key.startswith(_KEY)


def quotable(
    db: Session, viewer: Viewer, cohort_id: int, asking_ids: Collection[int], quoted: Collection[int] = ()
) -> dict[str, Heard]:
    """The clips of a cohort that answer these and that the viewer may quote, by their key; ``quoted`` are the ids of
    those that are quoted already. At most six queries."""
    if db.scalar(cohorts.led_by(viewer).where(Cohort.id == cohort_id)) is None:
        return {}
    spoken = [
        (asking_id, one)
        for asking_id, some in recordings.spoken(db, viewer, asking_ids).items()
        for one in some
        if one.recording.roundtable.cohort_id == cohort_id
    ]
    people = _people(db, {one.recording.roundtable_id for _asked, one in spoken})
    found = (
        Heard(asking_id, one, people[one.recording.roundtable_id], one.is_unnamed, one.clip.id in quoted)
        for asking_id, one in spoken
    )
    return {each.key: each for each in found}


def _people(db: Session, roundtable_ids: Collection[int]) -> dict[int, list[Present]]:
    found: dict[int, list[Present]] = defaultdict(list)
    rows = db.execute(_there(roundtable_ids)) if roundtable_ids else ()
    for roundtable_id, person_id, name, organisation_id in rows:
        found[roundtable_id].append(Present(person_id, name, organisation_id))
    return found


def _there(roundtable_ids: Collection[int]) -> Select[int, int, str, int | None]:
    """Who was there and has an account, by name. Guests have none, and can be asked nothing here."""
    member = and_(
        Membership.person_id == Person.id, Membership.cohort_id == Roundtable.cohort_id, Membership.left_at.is_(None)
    )
    return (
        select(Presence.roundtable_id, Person.id, Person.name, Seat.organisation_id)
        .join(Person, Person.id == Presence.person_id)
        .join(Roundtable, Roundtable.id == Presence.roundtable_id)
        .outerjoin(Membership, member)
        .outerjoin(Seat, Seat.id == Membership.seat_id)
        .where(Presence.roundtable_id.in_(roundtable_ids), Presence.was_there.is_(True), Person.disabled_at.is_(None))
        .order_by(Person.name, Person.id)
    )
