"""A cohort out of its file: seats taken, questions asked, roundtables planned, each by the verb of its room."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from peernet import clock
from peernet.cohorts import cohorts, seats
from peernet.cohorts.models import Cohort, CohortFormat, CohortState, Seat
from peernet.materials.exchange.kinds import Meaning, Work
from peernet.organisations.models import Organisation
from peernet.prompts import access as prompt_access
from peernet.prompts import asking as askings
from peernet.prompts.models import Asking, Prompt
from peernet.roundtables import planning, times
from peernet.roundtables.models import Roundtable, RoundtableKind, When
from peernet.settings import current

# A prompt of a roundtable is open from so long before it until so long after it.
_BEFORE, _AFTER = timedelta(days=21), timedelta(days=14)


def write_cohort(db: Session, work: Work) -> None:
    """Make the cohort what its file says. The file of a closed one may still be corrected."""
    cohort: Cohort | None = work.row
    facts = _facts(work)
    if cohort is None:
        cohort = cohorts.start(db, actor=work.actor, slug=work.found.slug, **facts)
    else:
        cohorts.revise(db, cohort, actor=work.actor, version=cohort.version, **facts)
    if cohort.state is CohortState.CLOSED:
        cohorts.reopen(db, cohort, actor=work.actor)
    _seat(db, cohort, work)
    cohorts.open(db, cohort, actor=work.actor)
    asked = _ask(db, cohort, work)
    _plan(db, cohort, work, asked)
    if work.meaning["state"] == CohortState.CLOSED.value:
        cohorts.close(db, cohort, actor=work.actor)
        cohort.closed_at = min(clock.now(), _end(cohort))


def _facts(work: Work) -> cohorts.Facts:
    said = work.meaning
    return {
        "name": said["name"],
        "theme": said["theme"],
        "format": CohortFormat(said["format"]),
        "starts_on": date.fromisoformat(said["starts_on"]),
        "ends_on": date.fromisoformat(said["ends_on"]),
        "zone": said["zone"],
        "is_example": said["example"],
        "description": said["body"],
        "description_html": work.rendered.html,
    }


def _seat(db: Session, cohort: Cohort, work: Work) -> None:
    """Give a seat to whoever the file names, and free those that an earlier file named and this one does not."""
    taken = select(Seat).where(Seat.cohort_id == cohort.id, Seat.left_at.is_(None))
    taken = taken.options(joinedload(Seat.organisation), joinedload(Seat.cohort))
    present = {seat.organisation_id: seat for seat in db.scalars(taken)}
    wanted = [work.ids["organisation"][slug] for slug in work.meaning["organisations"]]
    for organisation_id in dict.fromkeys(wanted):
        if organisation_id not in present:
            seats.give(db, cohort, db.get_one(Organisation, organisation_id), actor=work.actor)
    for organisation_id, seat in present.items():
        if organisation_id not in wanted and work.before is not None:
            seats.free(db, seat, actor=work.actor)


def _ask(db: Session, cohort: Cohort, work: Work) -> dict[str, Asking]:
    """Ask what the file asks; give the askings by the prompts' slugs."""
    focus = list(dict.fromkeys(work.meaning["focus_questions"]))
    wanted = list(dict.fromkeys([*focus, *_asked_at_roundtables(work.meaning)]))
    chosen = prompt_access.all_asked(Asking.cohort_id == cohort.id, Asking.withdrawn_at.is_(None))
    present = {row.prompt.slug: row for row in db.scalars(chosen)}
    for position, slug in enumerate(wanted, 1):
        row = present.get(slug)
        if row is None:
            prompt = db.get_one(Prompt, work.ids["prompt"][slug])
            row = present[slug] = askings.ask(db, prompt, cohort, actor=work.actor, is_focus=slug in focus)
            row.opens_at, row.closes_at, row.closed_at = _open_times(cohort, work.meaning, slug)
        askings.revise(db, row, actor=work.actor, version=row.version, is_focus=slug in focus)
        row.position = position
    _ask_no_more(db, work, wanted, present)
    db.flush()
    return present


def _ask_no_more(db: Session, work: Work, wanted: list[str], present: dict[str, Asking]) -> None:
    """What an earlier file asked and this one does not is closed; what was said to it stays."""
    before = work.before or {"focus_questions": [], "roundtables": []}
    for slug in {*before["focus_questions"], *_asked_at_roundtables(before)} - set(wanted):
        row = present.get(slug)
        if row is not None:
            askings.revise(db, row, actor=work.actor, version=row.version, is_focus=False)
            askings.close(db, row, actor=work.actor)


def _asked_at_roundtables(meaning: Meaning) -> Iterator[str]:
    return (one["prompt"] for each in meaning["roundtables"] for one in each["prompts"])


def _open_times(cohort: Cohort, meaning: Meaning, slug: str) -> tuple[datetime, datetime, datetime | None]:
    """When an asking opens, when it closes, and whether that is past already."""
    opens, closes = _moment(cohort.starts_on, "00:00", cohort.zone), _end(cohort)
    if meaning["state"] == CohortState.RUNNING.value and slug not in meaning["focus_questions"]:
        each = next(each for each in meaning["roundtables"] if slug in (one["prompt"] for one in each["prompts"]))
        at = _moment(date.fromisoformat(each["date"]), each["time"], each["zone"])
        opens, closes = max(opens, at - _BEFORE), at + timedelta(minutes=each["minutes"]) + _AFTER
    return opens, closes, closes if closes <= clock.now() else None


def _end(cohort: Cohort) -> datetime:
    return _moment(cohort.ends_on + timedelta(days=1), "00:00", cohort.zone)


def _moment(day: date, at: str, zone: str) -> datetime:
    return clock.to_utc(datetime.combine(day, time.fromisoformat(at)), zone)


def _plan(db: Session, cohort: Cohort, work: Work, asked: dict[str, Asking]) -> None:
    chosen = select(Roundtable).where(Roundtable.cohort_id == cohort.id, Roundtable.cancelled_at.is_(None))
    chosen = chosen.options(joinedload(Roundtable.cohort)).order_by(Roundtable.wall_start, Roundtable.id)
    left = list(db.scalars(chosen))
    for position, each in enumerate(work.meaning["roundtables"], 1):
        row = _matching(left, cohort, position, each)
        if row is None:
            _plan_new(db, cohort, work, position, each, asked)
        else:
            left.remove(row)
            _revise(db, row, work, each, asked)
    named = {each["title"] for each in (work.before or {"roundtables": []})["roundtables"]}
    for row in left:
        if row.title in named and row.over_at > clock.now():
            planning.cancel(db, row, actor=work.actor)


def _matching(left: list[Roundtable], cohort: Cohort, position: int, each: Meaning) -> Roundtable | None:
    """The same title, else the same place in the series as the file had it before."""
    place = f"{cohort.slug}-{position}-"
    titled = (row for row in left if row.title == each["title"])
    placed = (row for row in left if row.uid.startswith(place))
    return next(titled, None) or next(placed, None)


def _plan_new(db: Session, cohort: Cohort, work: Work, position: int, each: Meaning, asked: dict[str, Asking]) -> None:
    wall = _wall(each)
    planning.plan(
        db,
        cohort,
        actor=work.actor,
        wall_start=wall,
        zone=each["zone"],
        minutes=each["minutes"],
        reading=_reading(each),
        asked=_asked(each, asked),
        held=clock.to_utc(wall, each["zone"]) <= clock.now(),
        uid=_uid(cohort, position, each),
        **_table_facts(each),
    )


def _revise(db: Session, row: Roundtable, work: Work, each: Meaning, asked: dict[str, Asking]) -> None:
    """A roundtable to come is moved and its people are told; of one on record the record is put right."""
    wall, zone, minutes = _wall(each), each["zone"], each["minutes"]
    starts_at, ends_at = times.span(wall, zone, minutes)
    if (row.wall_start, row.zone, row.minutes) != (wall, zone, minutes):
        if min(row.over_at, starts_at) > clock.now():
            planning.move(db, row, actor=work.actor, version=row.version, wall_start=wall, zone=zone, minutes=minutes)
        else:
            row.wall_start, row.zone, row.minutes, row.starts_at, row.ends_at = wall, zone, minutes, starts_at, ends_at
            db.flush()
    planning.revise(
        db,
        row,
        actor=work.actor,
        version=row.version,
        reading=_reading(each),
        asked=_asked(each, asked),
        **_table_facts(each),
    )


def _table_facts(each: Meaning) -> planning.Facts:
    return {
        "title": each["title"],
        "kind": RoundtableKind(each["kind"]),
        "summary": each["summary"],
        "place": each["place"],
        "is_public": each["public"],
    }


def _wall(each: Meaning) -> datetime:
    return datetime.fromisoformat(f"{each['date']}T{each['time']}")


def _reading(each: Meaning) -> list[tuple[str, str]]:
    return [(one["title"], one["url"]) for one in each["reading"]]


def _asked(each: Meaning, asked: dict[str, Asking]) -> list[tuple[Asking, When]]:
    return [(asked[one["prompt"]], When(one["when"])) for one in each["prompts"]]


def _uid(cohort: Cohort, position: int, each: Meaning) -> str:
    """The same wherever the same file is brought in under the same address."""
    said: Any = f"{cohort.slug}\n{position}\n{each['date']}T{each['time']}\n{each['zone']}"
    host = urlsplit(current().public_url).hostname
    return f"{cohort.slug[:60]}-{position}-{hashlib.sha256(said.encode()).hexdigest()[:16]}@{host}"[:120]
