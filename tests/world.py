"""A small named world: a running cohort of three organisations, another cohort, and people of every role.

``member`` and ``mate`` sit for the same organisation; ``peer`` and ``third`` for two others; ``outsider`` is a member
of the other cohort; ``stranger`` has an account and no cohort; a public reader is a client that is not signed in.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import Cohort, CohortFormat, CohortState, Membership, Role, Seat
from peernet.organisations.models import Organisation
from peernet.prompts.models import Asking, Moment, Prompt, Topic
from peernet.roundtables.models import Roundtable, RoundtableKind


@dataclass
class World:
    """What make_world made."""

    river: Organisation
    library: Organisation
    museum: Organisation
    harbour: Organisation
    cohort: Cohort
    other_cohort: Cohort
    organiser: Person
    facilitator: Person
    member: Person
    mate: Person
    peer: Person
    third: Person
    observer: Person
    outsider: Person
    stranger: Person
    admin: Person
    topic: Topic
    prompt: Prompt
    asking: Asking
    roundtable: Roundtable


def make_person(db: Session, name: str, *, zone: str = "Europe/London", is_admin: bool = False) -> Person:
    """A person whose address follows from the name."""
    email = f"{name.lower().replace(' ', '.')}@example.org"
    since = clock.now() - timedelta(days=30)
    person = Person(
        email=email, email_key=email, name=name, zone=zone, language="en", is_admin=is_admin, created_at=since
    )
    db.add(person)
    db.flush()
    return person


def make_organisation(db: Session, slug: str) -> Organisation:
    """An organisation named after its slug."""
    made = Organisation(slug=slug, name=slug.replace("-", " ").title(), country="GB", created_at=clock.now())
    db.add(made)
    db.flush()
    return made


def make_cohort(db: Session, slug: str, organisations: list[Organisation]) -> tuple[Cohort, list[Seat]]:
    """A running cohort from October 2026 to March 2027, with a seat for each organisation."""
    cohort = Cohort(
        slug=slug,
        name=slug.replace("-", " ").capitalize(),
        theme="Open data",
        format=CohortFormat.ROUNDTABLES,
        state=CohortState.RUNNING,
        starts_on=date(2026, 10, 1),
        ends_on=date(2027, 3, 31),
        zone="Europe/London",
        created_at=clock.now(),
    )
    seats = [Seat(cohort=cohort, organisation=one, created_at=clock.now()) for one in organisations]
    db.add_all([cohort, *seats])
    db.flush()
    return cohort, seats


def join(
    db: Session, cohort: Cohort, person: Person, role: Role, seat: Seat | None = None, deputy: bool = False
) -> None:
    """Give a person a role in a cohort."""
    db.add(
        Membership(
            cohort_id=cohort.id,
            person_id=person.id,
            role=role,
            seat_id=seat.id if seat else None,
            is_deputy=deputy,
            joined_at=clock.now(),
        )
    )
    db.flush()


def make_asking(db: Session, cohort: Cohort, slug: str, text: str, topic: Topic | None = None) -> Asking:
    """A public prompt, asked in a cohort and open until 30 November 2026."""
    prompt = Prompt(
        slug=slug,
        text=text,
        topic_id=topic.id if topic else None,
        moment=Moment.OPENING,
        is_public=True,
        created_at=clock.now(),
    )
    db.add(prompt)
    db.flush()
    asking = Asking(
        prompt_id=prompt.id,
        cohort_id=cohort.id,
        text=text,
        is_focus=True,
        opens_at=clock.now() - timedelta(days=1),
        closes_at=datetime(2026, 11, 30, 12, 0, tzinfo=UTC),
        created_at=clock.now(),
    )
    db.add(asking)
    db.flush()
    return asking


def make_roundtable(db: Session, cohort: Cohort, title: str, wall: datetime, capacity: int | None = None) -> Roundtable:
    """A roundtable of 90 minutes in London."""
    starts = clock.to_utc(wall, "Europe/London")
    made = Roundtable(
        cohort_id=cohort.id,
        title=title,
        kind=RoundtableKind.ROUNDTABLE,
        wall_start=wall,
        zone="Europe/London",
        minutes=90,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=90),
        zone_rules="test",
        link="https://meet.example.org/table",
        capacity=capacity,
        uid=f"{title.lower().replace(' ', '-')}@localhost",
        created_at=clock.now(),
    )
    db.add(made)
    db.flush()
    return made


def make_world(db: Session) -> World:
    """Everything, flushed."""
    river, library, museum, harbour = (
        make_organisation(db, slug) for slug in ("river-trust", "city-library", "museum", "harbour")
    )
    cohort, (river_seat, library_seat, museum_seat) = make_cohort(db, "practice-cohort", [river, library, museum])
    other_cohort, (harbour_seat,) = make_cohort(db, "other-cohort", [harbour])
    people = {
        name: make_person(db, name.capitalize())
        for name in ("organiser", "facilitator", "member", "mate", "peer", "third", "observer", "outsider", "stranger")
    }
    people["peer"].zone = "Asia/Kolkata"
    join(db, cohort, people["organiser"], Role.ORGANISER)
    join(db, cohort, people["facilitator"], Role.FACILITATOR)
    join(db, cohort, people["member"], Role.MEMBER, river_seat)
    join(db, cohort, people["mate"], Role.MEMBER, river_seat, deputy=True)
    join(db, cohort, people["peer"], Role.MEMBER, library_seat)
    join(db, cohort, people["third"], Role.MEMBER, museum_seat)
    join(db, cohort, people["observer"], Role.OBSERVER)
    join(db, other_cohort, people["outsider"], Role.MEMBER, harbour_seat)
    topic = Topic(slug="governance", name="Governance", is_theme=True)
    db.add(topic)
    db.flush()
    asking = make_asking(db, cohort, "who-decides", "Who decides, and how does anybody notice?", topic)
    return World(
        river=river,
        library=library,
        museum=museum,
        harbour=harbour,
        cohort=cohort,
        other_cohort=other_cohort,
        admin=make_person(db, "Admin", is_admin=True),
        topic=topic,
        prompt=db.get_one(Prompt, asking.prompt_id),
        asking=asking,
        roundtable=make_roundtable(db, cohort, "First table", datetime(2026, 12, 1, 15, 0), capacity=12),
        **people,
    )
