"""What a daily mail tells: loaded for its reader, at the moment at which it is told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.desk import changes
from peernet.desk.changes import Change
from peernet.mail.models import Held
from peernet.prompts import access as prompts
from peernet.prompts import threads_access
from peernet.prompts.emails import ASKED_BACK
from peernet.prompts.models import Asking
from peernet.roundtables import access as roundtables
from peernet.roundtables.commitments import access as commitments
from peernet.roundtables.commitments.models import Commitment
from peernet.roundtables.groupings import telling
from peernet.roundtables.groupings.showing import Own
from peernet.roundtables.models import Answer, Reading, Roundtable
from peernet.web.viewer import Viewer

_NEWS = frozenset(("material.published", "material.corrected", "cohort.closed"))
_NEWS_OF_LEADERS = frozenset(("membership.began",))
_AWAY = (Answer.DECLINED, Answer.DEPUTY)


@dataclass(frozen=True, slots=True)
class ToRead:
    """A roundtable and what is to be read before it."""

    roundtable: Roundtable
    readings: list[Reading]


@dataclass(frozen=True, slots=True)
class Contents:
    """What one daily mail tells."""

    askings: list[Asking]
    asked_back: list[Asking]
    to_read: list[ToRead]
    taken_on: list[Commitment]
    tables: list[tuple[Roundtable, list[Own]]]
    news: list[Change]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell, so that no mail is written."""
        return not (self.askings or self.asked_back or self.to_read or self.taken_on or self.tables or self.news)


def gather(db: Session, person: Person, held: Iterable[Held], since: datetime, until: datetime) -> Contents:
    """What there is to tell a person who has ``held`` waiting and heard the news until ``since``."""
    viewer = viewer_of(person)
    subjects: dict[str, list[int]] = {"asking": [], "roundtable": [], "commitment": [], ASKED_BACK: []}
    for row in held:
        kind, _colon, number = row.subject.partition(":")
        subjects[ASKED_BACK if row.kind == ASKED_BACK else kind].append(int(number))
    inside = {cohort.id: cohort for cohort in db.scalars(cohorts.visible_to(viewer))} if person.mail_news else {}
    return Contents(
        _askings(db, viewer, subjects["asking"]) if person.mail_prompts else [],
        _asked_back(db, viewer, subjects[ASKED_BACK]) if person.mail_prompts else [],
        _to_read(db, viewer, subjects["roundtable"]) if person.mail_reading else [],
        _taken_on(db, viewer, subjects["commitment"]) if person.mail_roundtables else [],
        telling.new_tables(db, viewer, inside.keys(), since, until) if person.mail_news else [],
        _news(db, viewer, inside, since, until) if person.mail_news else [],
    )


def _askings(db: Session, viewer: Viewer, ids: list[int]) -> list[Asking]:
    """Those that still wait for an answer."""
    if not ids:
        return []
    standings = prompts.standings(db, viewer, prompts.open_to(viewer).where(Asking.id.in_(ids)))
    return [each.asking for each in standings if not each.done]


def _asked_back(db: Session, viewer: Viewer, ids: list[int]) -> list[Asking]:
    """Those in which something still waits; where the answer names an organisation only, whoever speaks for it is told,
    as by a mail of its own."""
    return list(db.scalars(threads_access.asked_back_in(viewer, ids)).unique()) if ids else []


def _to_read(db: Session, viewer: Viewer, ids: list[int]) -> list[ToRead]:
    """Those that still take place and were not declined."""
    if not ids:
        return []
    coming = roundtables.upcoming_of(viewer).where(Roundtable.id.in_(ids), Roundtable.starts_at > clock.now())
    found = [each.roundtable for each in roundtables.standings(db, viewer, coming) if each.answer not in _AWAY]
    readings: dict[int, list[Reading]] = {}
    for reading in db.scalars(roundtables.readings_of([one.id for one in found])):
        readings.setdefault(reading.roundtable_id, []).append(reading)
    return [ToRead(one, readings.get(one.id, [])) for one in found]


def _taken_on(db: Session, viewer: Viewer, ids: list[int]) -> list[Commitment]:
    """Those that are still open, each once."""
    return list(db.scalars(commitments.open_of(viewer).where(Commitment.id.in_(ids)))) if ids else []


def _news(db: Session, viewer: Viewer, inside: Mapping[int, Cohort], since: datetime, until: datetime) -> list[Change]:
    led = set(db.scalars(cohorts.led_by(viewer).with_only_columns(Cohort.id)))
    to_leaders = [cohort for cohort_id, cohort in inside.items() if cohort_id in led]
    found = changes.since(db, viewer, list(inside.values()), since, until=until, actions=_NEWS)
    joined = changes.since(db, viewer, to_leaders, since, until=until, actions=_NEWS_OF_LEADERS)
    # Something that was published and corrected twice since is one line.
    latest = {(change.sentence, change.path): change for change in reversed([*found, *joined])}
    return sorted(latest.values(), key=lambda change: change.at)
