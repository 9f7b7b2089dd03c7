"""Who sees what of the library, of what is asked, and of what is said to it.

A row of :class:`Response`, :class:`Draft` or :class:`Done` is loaded here and only for the person whose it is. Others
meet an answer as a voice (see ``voices``). Of who answered an asking that admits unattributed answers nothing is told;
of others, its organisers may see who is done.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from peernet import clock, pages
from peernet.accounts.models import Person
from peernet.cohorts.access import INSIDE, LEADING, ORGANISING, present
from peernet.cohorts.models import Cohort, CohortState, Membership, Role
from peernet.organisations.models import Organisation
from peernet.prompts.addressed_access import done_and_asked, people_asked, put_in, put_to, seen_inside
from peernet.prompts.models import Asking, Attribution, Done, Draft, Prompt, Response, SeatDone, Visibility
from peernet.prompts.seats_access import authors_of, is_done_for, seats_done, shares_draft, written_by
from peernet.prompts.voices import CIRCLES, FEWEST, AnyVoice, UnattributedVoice, Voice, in_order, key_of
from peernet.web.viewer import Viewer

MEMBERS = (Role.MEMBER,)
# Whoever asks back and says that something resonates; observers read.
TAKING_PART = (Role.MEMBER, Role.FACILITATOR, Role.ORGANISER)
# The circles of readers that read the unattributed answers to an asking now; None where it has not closed.
Circles = frozenset[Visibility] | None
_UNATTRIBUTED = Response.attribution == Attribution.UNATTRIBUTED
# What anybody but its authors reads, at all: not what was withdrawn, nor what is held to be revealed together.
_IS_OUT = (Asking.withdrawn_at.is_(None), Asking.is_held.is_(False))


# What is asked


@dataclass(frozen=True, slots=True)
class Standing:
    """An asking and where its one viewer stands with it. Nobody else is told."""

    asking: Asking
    is_open: bool
    is_to_open: bool
    answered: bool
    drafted: bool
    done: bool


def asked_to(viewer: Viewer) -> Select[Asking]:
    """Askings that the viewer may open, focus questions first: those of their cohorts, and wherever they left words of
    their own, so that who left still comes to these."""
    standing = and_(Asking.withdrawn_at.is_(None), seen_inside(viewer))
    return _askings().where(or_(standing, _answered(viewer), _drafted(viewer)))


def asked_in(viewer: Viewer, cohort_id: int) -> Select[Asking]:
    """What is asked in a cohort that the viewer sees from inside."""
    return _askings().where(Asking.cohort_id == cohort_id, Asking.withdrawn_at.is_(None), seen_inside(viewer))


def answerable_by(viewer: Viewer) -> Select[Asking]:
    """Askings, open or not, of cohorts in which the viewer holds a seat and that are put to them."""
    seated = present(viewer, MEMBERS, Asking.cohort_id)
    return _askings().where(seated, put_to(viewer), Asking.opens_at <= clock.now())


def open_to(viewer: Viewer) -> Select[Asking]:
    """What the viewer can answer now, over all cohorts, soonest to close first."""
    soonest = (Asking.closes_at.is_(None), Asking.closes_at, Asking.position, Asking.id)
    return answerable_by(viewer).where(takes_answers()).order_by(None).order_by(*soonest)


def run_by(viewer: Viewer) -> Select[Asking]:
    """Askings of the cohorts that the viewer organises."""
    return _askings().where(present(viewer, ORGANISING, Asking.cohort_id), Asking.withdrawn_at.is_(None))


def standings(db: Session, viewer: Viewer, askings: Select[Asking]) -> list[Standing]:
    """Run one of the statements above, with where the viewer stands in each. One query."""
    is_to_open = Asking.opens_at > clock.now()
    is_done = or_(_mine(viewer, Done), is_done_for(viewer))
    states = (takes_answers(), is_to_open, _answered(viewer), _drafted(viewer), is_done)
    return [Standing(*row) for row in db.execute(askings.add_columns(*states))]


def focus_of(cohort_ids: Collection[int]) -> Select[Asking]:
    """Focus questions of cohorts, which their public pages show."""
    shown = (Asking.is_focus, ~Asking.is_to_some, Asking.withdrawn_at.is_(None), Asking.opens_at <= clock.now())
    return _askings().where(Asking.cohort_id.in_(cohort_ids), *shown)


# For verbs and the worker only: nothing of what these load is shown to anybody.


def all_asked(*conditions: ColumnElement[bool]) -> Select[Asking]:
    """Askings whoever looks; withdrawn ones too."""
    return _askings().where(*conditions)


def unattributed_organisations(asking_id: int, circle: Visibility) -> Select[int]:
    """How many organisations wrote an unattributed answer for a circle of readers. Verbs only."""
    return select(_organisations(circle)).select_from(Asking).where(Asking.id == asking_id)


def someone_done(asking_id: int) -> Select[int]:
    """A row if anybody said "done". Verbs only."""
    said = or_(*(exists().where(kind.asking_id == Asking.id) for kind in (Done, SeatDone)))
    return select(Asking.id).where(Asking.id == asking_id, said)


def named_responses(asking_id: int) -> Select[Response]:
    """The answers that have a name. Verbs only."""
    return select(Response).where(Response.asking_id == asking_id, ~_UNATTRIBUTED).order_by(Response.id)


def copies_of(asking_id: int) -> Select[Any]:
    """What search rows of an asking are made of: plain columns, no names."""
    author = case((_UNATTRIBUTED, None), else_=Response.person_id).label("person_id")
    columns = (Response.id, Response.html, Response.visibility, Response.attribution, author)
    return select(*columns).where(Response.asking_id == asking_id)


# One's own words


def own_response(viewer: Viewer, asking_id: int) -> Select[Response]:
    """The viewer's own answer to an asking: one that they gave, or wrote with others."""
    return select(Response).where(Response.asking_id == asking_id, written_by(viewer)).order_by(Response.id).limit(1)


def all_answers_in(cohort_id: int) -> Select[Response]:
    """Every answer that was given in a cohort, oldest first: for its removal once it is kept no longer."""
    asked = select(Asking.id).where(Asking.cohort_id == cohort_id)
    return select(Response).where(Response.asking_id.in_(asked)).order_by(Response.id)


def numbered(response_id: int) -> Select[Response]:
    """A response whoever looks: for what is carried out again after a restore, and shown to nobody."""
    return select(Response).where(Response.id == response_id)


def own_draft(viewer: Viewer, asking_id: int) -> Select[Draft]:
    """What the viewer has typed so far."""
    return select(Draft).where(Draft.asking_id == asking_id, Draft.person_id == viewer.person_id)


def own_done(viewer: Viewer, asking_id: int) -> Select[Done]:
    """That the viewer said "done"."""
    return select(Done).where(Done.asking_id == asking_id, Done.person_id == viewer.person_id)


def own_responses(viewer: Viewer) -> Select[Response]:
    """All that the viewer ever answered, newest first, with what was asked and where."""
    asked = joinedload(Response.asking)
    return (
        select(Response)
        .where(written_by(viewer))
        .options(asked.joinedload(Asking.cohort), asked.joinedload(Asking.prompt).joinedload(Prompt.topic))
        .order_by(Response.given_at.desc(), Response.id.desc())
    )


def circles_of_own(db: Session, viewer: Viewer) -> dict[int, Circles]:
    """The circles of each asking that the viewer answered. One query."""
    released = (_released_to(circle) for circle in CIRCLES)
    rows = db.execute(select(Asking.id, Asking.closed_at, *released).where(_answered(viewer)))
    return {
        asking_id: None if closed_at is None else frozenset(compress(CIRCLES, told))
        for asking_id, closed_at, *told in rows
    }


# Who is done


@dataclass(frozen=True, slots=True)
class Rate:
    """How many said "done", of how many: organisations, where one answer is wanted for each. Never who."""

    done: int
    asked: int


def rates(db: Session, viewer: Viewer, cohort_ids: Collection[int]) -> dict[int, Rate]:
    """The rate of each asking of the cohorts that the viewer leads. Who leaves takes no "done" with them: otherwise the
    count before and after would tell what they had said."""
    led = (Asking.cohort_id.in_(cohort_ids), Asking.withdrawn_at.is_(None), present(viewer, LEADING, Asking.cohort_id))
    rows = db.execute(select(Asking.id, *done_and_asked()).where(*led))
    return {asking_id: Rate(done, max(done, members)) for asking_id, done, members in rows}


def who_is_done(db: Session, viewer: Viewer, asking: Asking) -> Sequence[Row[str, bool]]:
    """Names of those who are asked and whether each said "done", of organisations where one answer is wanted for each:
    for organisers, and only where nobody could answer unattributed; empty otherwise."""
    if asking.admits_unattributed or not db.scalar(select(present(viewer, ORGANISING, asking.cohort_id))):
        return []
    if asking.is_per_seat:
        seats = select(Membership.seat_id).where(Membership.left_at.is_(None), *put_in(asking))
        return seats_done(db, asking, seats)
    said = exists().where(Done.asking_id == asking.id, Done.person_id == Person.id)
    names = people_asked(asking).with_only_columns(Person.name, said).order_by(None).order_by(Person.name)
    return db.execute(names).all()


# The voices of others


def voices(db: Session, viewer: Viewer, asking_ids: Collection[int]) -> dict[int, list[AnyVoice]]:
    """What others say to each asking, as far as the viewer may read it; their own answer is not among it."""
    return _read(db, Asking.id, Asking.id.in_(asking_ids), heard_by(viewer), f"person:{viewer.person_id}")


def public_voices(db: Session, prompt_ids: Collection[int]) -> dict[int, list[AnyVoice]]:
    """What everybody may read in answer to each prompt of the library, from all the cohorts it was asked in."""
    return _read(db, Asking.prompt_id, Asking.prompt_id.in_(prompt_ids), heard_in_public(), "everybody")


def public_voices_of(db: Session, whose: Organisation | Person) -> dict[int, list[AnyVoice]]:
    """What an organisation, or somebody for it under their own name, says to everybody, by the prompt's id; of a person
    what they say under their own name."""
    own = and_(Response.person_id == whose.id, Response.attribution == Attribution.PERSON)
    said = own if isinstance(whose, Person) else Response.organisation_id == whose.id
    return _read(db, Asking.prompt_id, said, Heard(heard_in_public().named, false()), "everybody")


def voices_for_all(db: Session, viewer: Viewer, asking: Asking) -> list[AnyVoice]:
    """What everybody in the cohort of a loaded asking may read, the viewer's own answer with it: for a screen that all
    see. Nothing of what is put to some, and nothing that is for fewer."""
    if asking.is_to_some:
        return []
    circle = Visibility.COHORT
    out = and_(*_IS_OUT, seen_inside(viewer), _within(viewer, circle, INSIDE))
    heard = Heard(and_(out, ~_UNATTRIBUTED), and_(out, _UNATTRIBUTED, _released_to(circle)))
    return _read(db, Asking.id, Asking.id == asking.id, heard, f"screen:{viewer.person_id}").get(asking.id, [])


class Heard(NamedTuple):
    """Which responses somebody may read, of those that have a name and of those that have none: conditions on a
    response beside its asking and its cohort."""

    named: ColumnElement[bool]
    unattributed: ColumnElement[bool]


def heard_by(viewer: Viewer) -> Heard:
    """What the viewer may read of others inside their cohorts."""
    others = and_(~written_by(viewer), *_IS_OUT, seen_inside(viewer))
    circles = ((Visibility.COHORT, INSIDE), (Visibility.FACILITATORS, LEADING))
    within = {circle: _within(viewer, circle, roles) for circle, roles in circles}
    released = or_(*(and_(within[circle], _released_to(circle)) for circle in within))
    return Heard(and_(others, ~_UNATTRIBUTED, or_(*within.values())), and_(others, _UNATTRIBUTED, released))


@cache
def heard_in_public() -> Heard:
    """What everybody may read."""
    public = and_(Response.visibility == Visibility.PUBLIC, *_IS_OUT, Cohort.state != CohortState.DRAFT)
    return Heard(and_(public, ~_UNATTRIBUTED), and_(public, _UNATTRIBUTED, _released_to(Visibility.PUBLIC)))


def readable(db: Session, viewer: Viewer) -> list[tuple[str, AnyVoice]]:
    """Every answer of others that the viewer may read, in their cohorts and in public, each with what was asked."""
    asked = {asking.id: asking.text for asking in db.scalars(asked_to(viewer)).unique()}
    texts = dict(db.execute(select(Prompt.id, Prompt.text).where(Prompt.is_public)).all())
    inside = ((asked[of], some) for of, some in voices(db, viewer, list(asked)).items())
    public = ((texts[of], some) for of, some in public_voices(db, list(texts)).items())
    return [(text, voice) for each in (inside, public) for text, some in each for voice in some]


@dataclass(frozen=True, slots=True)
class Behind:
    """Whose a voice is, for verbs that ask its authors and show these to nobody. ``name`` and ``organisation_id`` are
    what the voice itself tells, and nothing where it tells nothing. ``author_ids`` are all who wrote it, ``author_id``
    is who gave it."""

    response_id: int
    author_id: int
    attribution: Attribution
    name: str
    organisation_id: int | None
    author_ids: tuple[int, ...]


def behind(db: Session, viewer: Viewer, asking_id: int, key: str) -> Behind | None:
    """Whose voice has this key before the viewer, if they may read it."""
    if key not in {voice.key for voice in voices(db, viewer, [asking_id]).get(asking_id, ())}:
        return None
    name = case((Response.attribution == Attribution.PERSON, Person.name), else_="")
    organisation_id = case((~_UNATTRIBUTED, Response.organisation_id))
    columns = (Response.id, Response.person_id, Response.attribution, name, organisation_id)
    found = db.execute(select(*columns).join(Response.person).where(Response.asking_id == asking_id))
    row = next((row for row in found if key_of(row[0], f"person:{viewer.person_id}") == key), None)
    if row is None:
        return None
    beside = (person_id for _response, person_id in db.execute(authors_of([row[0]])) if person_id != row[1])
    number, author_id, attribution, called, of = row
    return Behind(number, author_id, attribution, called, of, (author_id, *beside))


def circles_released(db: Session, asking_id: int) -> frozenset[Visibility]:
    """The circles of readers that read the unattributed answers to an asking now."""
    states = select(*(_released_to(circle) for circle in CIRCLES)).select_from(Asking).where(Asking.id == asking_id)
    row = db.execute(states).one()
    return frozenset(circle for circle, is_released in zip(CIRCLES, row, strict=True) if is_released)


def _read(db: Session, group: Any, chosen: ColumnElement[bool], heard: Heard, whom: str) -> dict[int, list[AnyVoice]]:
    found: dict[int, list[AnyVoice]] = {}
    own_name = Response.attribution == Attribution.PERSON
    name, person_id = case((own_name, Person.name)), case((own_name, Person.id))
    has_page = case((and_(own_name, *Person.is_shown()), True), else_=False)
    words = (group, Response.id, Response.html, Response.is_example)
    attributed = (
        select(*words, Response.words, Response.given_at, name, person_id, has_page, Organisation)
        .join(Response.asking)
        .join(Asking.cohort)
        .join(Response.person)
        .outerjoin(Response.organisation)
        .where(chosen, heard.named)
    )
    for of, number, html, example, count, given_at, called, who, is_open, organisation in db.execute(attributed):
        pages.depend(*shown(who, organisation))
        page = f"/people/{who}" if is_open else ""
        voice = Voice(called, organisation, html, count, given_at.date(), key_of(number, whom), example, page)
        found.setdefault(of, []).append(voice)
    # Nothing of an author is asked of the database, so nothing can be passed on.
    unattributed = select(*words, Asking.released_at).join(Response.asking).join(Asking.cohort)
    for of, number, html, example, at in db.execute(unattributed.where(chosen, heard.unattributed)):
        found.setdefault(of, []).append(UnattributedVoice(html, at.date(), key_of(number, whom), example))
    return {of: in_order(some) for of, some in found.items()}


def shown(person_id: int | None, organisation: Organisation | None) -> list[str]:
    """Keys of whom a page shows with a voice: it is stale when one of them is called otherwise."""
    keys = [] if person_id is None else [f"person:{person_id}"]
    return keys if organisation is None else [*keys, f"organisation:{organisation.id}"]


def _within(viewer: Viewer, circle: Visibility, roles: tuple[Role, ...]) -> ColumnElement[bool]:
    return and_(Response.visibility.in_(CIRCLES[circle]), present(viewer, roles, Asking.cohort_id))


@cache  # It knows neither a viewer nor an hour, and every statement about answers holds it several times.
def _released_to(circle: Visibility) -> ColumnElement[bool]:
    return and_(Asking.released_at.is_not(None), _organisations(circle) >= FEWEST)


def _organisations(circle: Visibility) -> Any:
    """How many organisations wrote an unattributed answer for a circle, beside the asking of the statement around."""
    written = Response.__table__.alias("written")
    return (
        select(func.count(written.c.organisation_id.distinct()))
        .where(
            written.c.asking_id == Asking.id,
            written.c.attribution == Attribution.UNATTRIBUTED,
            written.c.visibility.in_(CIRCLES[circle]),
        )
        .correlate(Asking)
        .scalar_subquery()
    )


def _askings() -> Select[Asking]:
    return (
        select(Asking)
        .join(Asking.cohort)
        .join(Asking.prompt)
        .options(contains_eager(Asking.cohort), contains_eager(Asking.prompt).joinedload(Prompt.topic))
        .order_by(Asking.is_focus.desc(), Asking.position, Asking.id)
    )


def takes_answers() -> ColumnElement[bool]:
    """Whether an asking is open, in a cohort that is not over."""
    moment = clock.now()
    return and_(
        Asking.opens_at <= moment,
        Asking.closed_at.is_(None),
        Asking.withdrawn_at.is_(None),
        or_(Asking.closes_at.is_(None), Asking.closes_at > moment),
        Cohort.state != CohortState.CLOSED,
    )


def _answered(viewer: Viewer) -> ColumnElement[bool]:
    return exists().where(Response.asking_id == Asking.id, written_by(viewer))


def _drafted(viewer: Viewer) -> ColumnElement[bool]:
    return or_(_mine(viewer, Draft), shares_draft(viewer))


def _mine(viewer: Viewer, kind: Any) -> ColumnElement[bool]:
    return exists().where(kind.asking_id == Asking.id, kind.person_id == viewer.person_id)
