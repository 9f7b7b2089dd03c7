"""Proposing times: a poll opened, changed, moved to another zone, and withdrawn."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from peernet import clock
from peernet.cohorts.models import Cohort, CohortState
from peernet.db import Conflict, Refused
from peernet.i18n import formats
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.roundtables import times as roundtable_times
from peernet.roundtables.models import Roundtable, RoundtableKind
from peernet.roundtables.polls import access, closing, telling, times
from peernet.roundtables.polls.answering import hold
from peernet.roundtables.polls.models import Poll, PollOption, PollState
from peernet.roundtables.polls.telling import News
from peernet.web.viewer import Viewer

# A day and a time by the clocks of the poll's zone; None for a whole day.
Proposal = tuple[date, time | None]
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Facts:
    """What a poll says beside what it proposes."""

    title: str
    kind: RoundtableKind
    summary: str
    minutes: int
    closes_at: datetime


def propose(
    db: Session,
    cohort: Cohort,
    *,
    actor: Viewer,
    facts: Facts,
    zone: str,
    proposals: Collection[Proposal],
    roundtable: Roundtable | None = None,
) -> Poll:
    """Open a poll; everybody who attends the cohort's roundtables is asked by mail. ``roundtable`` is one that another
    time is looked for. Raises Refused for a cohort that is not running, for times that do not exist, come twice or are
    over, for fewer than two, and for a deadline after the first of them. What is given twice is proposed once."""
    if cohort.state is not CohortState.RUNNING:
        raise Refused(_("Only a running cohort can be asked. Open it first."))
    if roundtable is not None:
        _refuse_over(roundtable, facts.closes_at)
    poll = Poll(
        cohort=cohort,
        roundtable=roundtable,
        created_by_id=actor.person_id,
        zone=zone,
        is_whole_days=all(start is None for _day, start in proposals),
        created_at=clock.now(),
        **_columns(facts),
    )
    options = _checked(poll, proposals)
    db.add(poll)
    db.flush()
    _add(db, poll, options)
    _record(db, poll, actor, "poll.proposed")
    telling.tell(db, poll, News.ASKED)
    return poll


def revise(
    db: Session, poll: Poll, *, actor: Viewer, version: int, facts: Facts, proposals: Collection[Proposal]
) -> bool:
    """Change what is given, and say whether anything changed. What stays keeps its answers; longer meetings keep none.
    A deadline that is still to come opens a closed poll again. Those who have something left to say are told.

    Raises Conflict for another version, Refused as above and for a poll that is decided or withdrawn."""
    _ready(db, poll, version)
    options = _checked(poll, proposals, closes_at=facts.closes_at)
    is_longer = facts.minutes > poll.minutes
    before = {(each.day, each.start): each for each in db.scalars(access.options_of(poll.id))}
    gone = list(before.values()) if is_longer else [each for key, each in before.items() if key not in options]
    new = options if is_longer else [each for each in options if each not in before]
    changed = [name for name, value in _columns(facts).items() if getattr(poll, name) != value]
    if not (changed or gone or new):
        return False
    is_reopened = poll.state_at(clock.now()) is PollState.CLOSED
    for name in changed:
        setattr(poll, name, getattr(facts, name))
    # What is proposed is part of the poll: whoever has seen it otherwise comes second.
    flag_modified(poll, "title")
    poll.closed_at = None
    if "closes_at" in changed and facts.closes_at - closing.AHEAD > clock.now():
        poll.reminded_at = None
    _replace(db, poll, gone, new)
    _record(db, poll, actor, "poll.revised")
    if new or is_reopened:
        telling.tell(db, poll, News.CHANGED)
    return True


def change_zone(
    db: Session, poll: Poll, *, actor: Viewer, version: int, zone: str, keep: Literal["moments", "times"]
) -> bool:
    """Give the times in another zone, and say whether that changed anything. ``keep`` "moments": the same moments, by
    other clocks, and answers stand. "times": the same times of day, which are other moments, so that those who answered
    are asked anew. Whole days are the same everywhere.

    Raises Conflict for another version, Refused for times that do not exist there, and as above."""
    _ready(db, poll, version)
    if poll.zone == zone:
        return False
    options = list(db.scalars(access.options_of(poll.id)))
    moved = [(each.day, each.start) for each in options]
    if keep == "moments":
        moved = [_wall(each, zone) for each in options]
        for each, (day, start) in zip(options, moved, strict=True):
            _refuse_ambiguous(each, day, start, zone)
    poll.zone = zone
    if keep == "moments" or poll.is_whole_days:
        _rewrite(db, options, moved)
    else:
        _replace(db, poll, options, _checked(poll, moved))
    _record(db, poll, actor, "poll.zone_changed", keep=keep)
    if keep == "times" and not poll.is_whole_days:
        telling.tell(db, poll, News.CHANGED)
    return True


def withdraw(db: Session, poll: Poll, *, actor: Viewer, note: str = "") -> None:
    """Look for no time any more, with a word of one's own to those who were asked. A second time nothing happens;
    raises Refused for one that is decided."""
    hold(db, poll)
    if poll.cancelled_at is not None:
        return
    _refuse_decided(poll)
    poll.cancelled_at = clock.now()
    db.flush()
    _record(db, poll, actor, "poll.withdrawn")
    telling.tell(db, poll, News.CANCELLED, note=note)


def close_now(db: Session, poll: Poll, *, actor: Viewer) -> None:
    """Take no more answers from now on. Raises Refused for one that is decided or withdrawn."""
    hold(db, poll)
    _refuse_decided(poll)
    if poll.state_at(clock.now()) is PollState.OPEN:
        poll.closes_at = clock.now()
        closing.close(db, poll)
        _record(db, poll, actor, "poll.closed_early")


def as_text(db: Session, poll: Poll) -> str:
    """A poll as it stands, for somebody whose change came second."""
    lines = [poll.title, poll.summary, formats.zone_city(poll.zone)]
    lines += [f"{each.day} {each.start:%H:%M}" if each.start else str(each.day) for each in _options(db, poll)]
    return "\n".join(filter(None, lines))


def _options(db: Session, poll: Poll) -> list[PollOption]:
    return list(db.scalars(access.options_of(poll.id)))


def _ready(db: Session, poll: Poll, version: int) -> None:
    hold(db, poll)
    _refuse_decided(poll)
    if poll.version != version:
        raise Conflict(_("Somebody else changed this poll meanwhile."), theirs=as_text(db, poll))


def _columns(facts: Facts) -> dict[str, object]:
    return {name: getattr(facts, name) for name in ("title", "kind", "summary", "minutes", "closes_at")}


def _checked(poll: Poll, proposals: Collection[Proposal], *, closes_at: datetime | None = None) -> list[Proposal]:
    """The proposals in order, each once. Raises Refused at the field that is wrong."""
    options = sorted(set(proposals), key=lambda each: (each[0], each[1] or time(0)))
    if len(options) < _FEWEST:
        raise Refused(_("Please propose two at least; with one there is nothing to choose."), field="days")
    if any((start is None) != poll.is_whole_days for _day, start in options):
        raise Refused(_("Please give either a time to each day, or none to any."), field="days")
    deadline = closes_at or poll.closes_at
    if deadline <= clock.now():
        raise Refused(_("This time is over already. Please check the date."), field="closes_day")
    for day, start in options:
        _check_one(poll, day, start, deadline)
    return options


def _check_one(poll: Poll, day: date, start: time | None, deadline: datetime) -> None:
    if start is not None:
        wall = datetime.combine(day, start)
        if not clock.exists(wall, poll.zone):
            raise Refused(roundtable_times.skipped(wall, poll.zone), field="days")
        if roundtable_times.comes_twice(wall, poll.zone):
            raise Refused(_twice(day, poll.zone), field="days")
    # Of a whole day it is enough if somewhere it has not begun.
    begins = times.moment_of(day, start or time(0), poll.zone if start else "Etc/GMT+12")
    assert begins is not None
    if begins <= clock.now():
        message = _("This is over already: %(day)s", day=formats.format_weekday(day))
        raise Refused(message, field="days")
    if begins <= deadline:
        raise Refused(_too_late(day), field="closes_day")


def _too_late(day: date) -> str:
    return _(
        "People could answer until after it begins: %(day)s. Please take an earlier deadline.",
        day=formats.format_weekday(day),
    )


def _refuse_ambiguous(option: PollOption, day: date, start: time | None, zone: str) -> None:
    """Of an hour that comes twice a wall time means the first; the second has none of its own."""
    if times.moment_of(day, start, zone) != option.starts_at:
        raise Refused(_twice(day, zone))


def _twice(day: date, zone: str) -> str:
    return _(
        "Clocks go back in %(city)s in the night of %(day)s, so this hour comes twice there, and nobody could tell "
        "which is meant. Take another time.",
        city=formats.zone_city(zone),
        day=formats.format_date(day),
    )


def _wall(option: PollOption, zone: str) -> Proposal:
    if option.starts_at is None:
        return option.day, None
    wall = clock.to_wall(option.starts_at, zone)
    return wall.date(), wall.time()


def _rewrite(db: Session, options: Sequence[PollOption], walls: Sequence[Proposal]) -> None:
    """Let options read otherwise, whatever the order in which the database writes them."""
    moments = [each.starts_at for each in options]
    for each in options:
        each.start = each.starts_at = None
    db.flush()
    for each, moment, (day, start) in zip(options, moments, walls, strict=True):
        each.day, each.start, each.starts_at = day, start, moment
    db.flush()


def _replace(db: Session, poll: Poll, gone: Sequence[PollOption], new: Sequence[Proposal]) -> None:
    for each in gone:
        db.delete(each)
    db.flush()
    _add(db, poll, new)


def _add(db: Session, poll: Poll, proposals: Sequence[Proposal]) -> None:
    db.add_all(
        PollOption(poll_id=poll.id, day=day, start=start, starts_at=times.moment_of(day, start, poll.zone))
        for day, start in proposals
    )
    db.flush()


def _refuse_decided(poll: Poll) -> None:
    if poll.decided_at is not None:
        raise Refused(_("A time is chosen already. Move the roundtable instead."))
    if poll.cancelled_at is not None:
        raise Refused(_("This poll was withdrawn."))


def _refuse_over(roundtable: Roundtable, closes_at: datetime) -> None:
    if roundtable.ends_at <= clock.now():
        raise Refused(_("This roundtable is over."))
    if roundtable.cancelled_at is not None:
        raise Refused(_("This roundtable was cancelled. Take it up again first."))
    if roundtable.starts_at <= closes_at:
        raise Refused(_too_late(clock.to_wall(roundtable.starts_at, roundtable.zone).date()), field="closes_day")


def _record(db: Session, poll: Poll, actor: Viewer, action: str, **data: object) -> None:
    ledger.record(
        db,
        action,
        subject=f"poll:{poll.id}",
        scope=f"cohort:{poll.cohort_id}",
        actor_id=actor.person_id,
        data=data,
    )
