"""Every address is tried as each role, and compared with routes.txt, which a person can read.

``PEERNET_TEST_WRITE=1`` writes the table anew; its difference is then to be read as carefully as code. Every POST is
sent without fields, so "422" says that it would be carried out for that role if it were filled in.
"""

import os
from collections.abc import Iterator
from datetime import date, time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule as Route

from peernet import clock
from peernet.accounts import sessions
from peernet.agreements.models import Kind, Terms
from peernet.cohorts.models import Invitation, Membership, Role, Seat
from peernet.db import Database
from peernet.groups.models import Grouping, GroupingState, GroupSeat
from peernet.groups.wishes import Wishes as GroupWishes
from peernet.groups.wishes import as_json as groups_as_json
from peernet.jobs.models import Job
from peernet.mail.models import Mail
from peernet.materials.earlier import keeping
from peernet.materials.models import Material, MaterialDraft, MaterialKind
from peernet.materials.quotations.models import Capacity, Quotation, Speaker, Wording
from peernet.materials.reviews.models import Comment, Reviewer, Round, Text
from peernet.media import store
from peernet.prompts.models import Attribution, Visibility
from peernet.roundtables.agendas.models import AgendaStep, StepGrouping, StepKind, StepRule
from peernet.roundtables.commitments import taking
from peernet.roundtables.groupings.models import RoundtableGrouping, SeriesGrouping
from peernet.roundtables.hours.models import WeeklyHours
from peernet.roundtables.models import Guest, GuestRole, Opening, RoundtableKind
from peernet.roundtables.partners.models import PartnersKind, PartnersPeriod, PartnersRhythm
from peernet.roundtables.plans.models import PlanState, SeriesPlan
from peernet.roundtables.plans.wishes import Wishes, as_json
from peernet.roundtables.polls.models import Poll, PollOption
from peernet.roundtables.questions import collecting
from peernet.roundtables.recordings.models import Clip, Recording, Seen, Transcript
from peernet.web import limits
from peernet.web.rules import rule_of
from tests.world import World

TABLE = Path(__file__).with_name("routes.txt")
ROLES = ("nobody", "stranger", "outsider", "member", "observer", "facilitator", "organiser", "admin")
# What stands where an address needs something: by the beginning of the address, then by the argument's name.
SLUGS = {
    "/c/": "practice-cohort",
    "/cohorts/": "practice-cohort",
    "/feeds/cohort/": "practice-cohort",
    "/organisations/": "river-trust",
    "/feeds/organisation/": "river-trust",
    "/prompts/": "who-decides",
    "/questions/": "who-decides",
    "/feeds/topic/": "governance",
    "/feeds/question/": "who-decides",
    "/roundtables/": "open-table",
    "/write/": "a-draft",
    "/library/": "a-draft",
    "/pages/": "imprint",
}


def furnish(db: Session, world: World) -> dict[str, object]:
    """One of each thing that an address can name, all of the practice cohort."""
    seat = db.scalars(select(Seat).where(Seat.cohort_id == world.cohort.id).order_by(Seat.id)).first()
    membership = db.scalars(select(Membership).where(Membership.person_id == world.third.id)).one()
    invitation = Invitation(
        cohort_id=world.cohort.id,
        email="new@example.org",
        email_key="new@example.org",
        role=Role.OBSERVER,
        created_at=clock.now(),
    )
    material = Material(
        slug="a-draft",
        kind=MaterialKind.BLOGPOST,
        cohort_id=world.cohort.id,
        title="A draft",
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    mail = Mail(
        message_id="<1@localhost>",
        kind="mail/trial",
        to_address="member@example.org",
        subject="s",
        text="t",
        html="h",
        attachments=[],
        created_at=clock.now(),
        next_at=clock.now() + timedelta(days=1),
    )
    job = Job(kind="x", payload={}, run_at=clock.now(), created_at=clock.now(), dead_at=clock.now())
    drawn = BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "PNG")
    audience = f"organisers:{world.cohort.id}"
    file = store.keep(db, data=drawn.getvalue(), filename="notes.png", audience=audience, uploaded_by=None)
    guest = Guest(
        roundtable_id=world.roundtable.id,
        role=GuestRole.EXPERT,
        email="guest@example.org",
        email_key="guest@example.org",
        name="Guest",
        zone="UTC",
        language="en",
        invited_at=clock.now(),
    )
    hours = [
        WeeklyHours(
            person_id=person.id,
            zone="Europe/London",
            windows=[[0, 540, 1080, "yes"]],
            weekend=[5, 6],
            away=[],
            said_at=clock.now(),
        )
        for person in (world.member, world.peer, world.third)
    ]
    world.roundtable.is_public = True
    db.add(Opening(roundtable_id=world.roundtable.id, slug="open-table", language="en"))
    slots = [world.roundtable.starts_at.isoformat(), "2027-01-04T15:00:00+00:00"]
    plan = SeriesPlan(
        cohort_id=world.cohort.id,
        created_at=clock.now(),
        state=PlanState.READY,
        wishes=as_json(Wishes(date(2027, 1, 4), 1, 1, (0,), 600, 1080, 60, 60, "Europe/London")),
        inputs={"members": {}, "announced": []},
        found={"balanced": {"slots": slots, "attend": [[], []]}},
        slots=slots,
    )
    poll = Poll(
        cohort_id=world.cohort.id,
        title="When?",
        kind=RoundtableKind.ROUNDTABLE,
        zone="Europe/London",
        minutes=60,
        created_at=clock.now(),
        closes_at=clock.now() + timedelta(days=3),
    )
    db.add_all([*hours, plan, poll])
    db.flush()
    option = PollOption(
        poll_id=poll.id, day=date(2027, 1, 4), start=time(15), starts_at=clock.now() + timedelta(days=9)
    )
    db.add(option)
    db.add_all([invitation, material, mail, job, guest])
    assert seat is not None
    db.flush()
    quotation = quoted(db, world, material)
    grouping = grouped(db, world)
    db.refresh(material, ["draft"])
    earlier = keeping.keep(db, material.draft)
    db.flush()
    reviewer, comment = reviewed(db, world, material)
    period = partnered(db, world)
    step = AgendaStep(
        roundtable_id=world.roundtable.id, position=1, title="Round", minutes=20, kind=StepKind.ROUND,
        grouping=StepGrouping.ALL, attribution=StepRule.OPEN, visibility=Visibility.COHORT,
    )  # fmt: skip
    notice = Terms(
        kind=Kind.PRIVACY, number=1, asked_since=1, source="Notice", html="<p>Notice</p>", digest="x",
        made_at=clock.now(),
    )  # fmt: skip
    seen = f"facilitators:{world.cohort.id}"
    recorded = store.keep(db, data=drawn.getvalue(), filename="table.png", audience=seen, uploaded_by=None)
    recording = Recording(
        roundtable_id=world.roundtable.id, audience=Seen.COHORT, kept_until=date(2027, 3, 8), terms=1, ran_seconds=0,
        asked_at=clock.now(), brought_at=clock.now(), media_id=recorded.id, url="",
    )  # fmt: skip
    db.add_all([step, notice, recording])
    db.flush()
    clip = Clip(recording_id=recording.id, title="A clip", starts=0, is_unnamed=False)
    words = Transcript(recording_id=recording.id, source="WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nWords\n")
    db.add_all([clip, words])
    db.flush()
    commitment = taking.take_on(
        db, world.roundtable, who=world.member.id, what="Write it", due=world.roundtable.wall_start.date()
    )
    question = collecting.ask(db, world.roundtable, world.member.id, "Why?", unnamed=False)
    return {
        "by": "topic",
        "terms": Kind.PRIVACY.value,
        "terms_id": notice.id,
        "step_id": step.id,
        "clip_id": clip.id,
        "question_id": question.id,
        "commitment_id": commitment.id,
        "asking_id": world.asking.id,
        "roundtable_id": world.roundtable.id,
        "membership_id": membership.id,
        "seat_id": seat.id,
        "invitation_id": invitation.id,
        "person_id": world.third.id,
        "mail_id": mail.id,
        "job_id": job.id,
        "name": file.name,
        "guest_id": guest.id,
        "plan_id": plan.id,
        "grouping_id": grouping.id,
        "series_id": grouped_ahead(db, world).id,
        "period_id": period.id,
        "poll_id": poll.id,
        "option_id": option.id,
        "ref": quotation.ref,
        "earlier_id": earlier.id,
        "what": "answer",
        "reviewer_id": reviewer.id,
        "review_id": reviewer.id,
        "comment_id": comment.id,
    }


def grouped(db: Session, world: World) -> Grouping:
    """A draft of groups: the member and the peer at one table."""
    grouping = Grouping(
        cohort_id=world.cohort.id,
        created_at=clock.now(),
        state=GroupingState.READY,
        wishes=groups_as_json(GroupWishes(number=2)),
        inputs={"people": {}, "history": "", "basis": "expected"},
        found={"cost": 0, "bound": 0, "never_met": 0, "least_met": 1, "obstacles": [], "broken": []},
    )
    db.add(grouping)
    db.flush()
    seats = [
        GroupSeat(grouping_id=grouping.id, round=1, table_number=1, person_id=person.id)
        for person in (world.member, world.peer)
    ]
    db.add_all([*seats, RoundtableGrouping(roundtable_id=world.roundtable.id, grouping_id=grouping.id)])
    db.flush()
    return grouping


def grouped_ahead(db: Session, world: World) -> Grouping:
    """A draft of groups of a series to come."""
    grouping = Grouping(
        cohort_id=world.cohort.id,
        created_at=clock.now(),
        state=GroupingState.READY,
        wishes=groups_as_json(GroupWishes(number=2)),
        inputs={"people": {}, "history": "", "meetings": []},
        found={"cost": 0, "bound": 0, "never_met": 0, "least_met": 1, "obstacles": [], "broken": []},
    )
    db.add_all([grouping, SeriesGrouping(grouping=grouping)])
    db.flush()
    return grouping


def partnered(db: Session, world: World) -> PartnersPeriod:
    """Learning partners: the member and the peer."""
    grouping = Grouping(
        cohort_id=world.cohort.id,
        created_at=clock.now(),
        state=GroupingState.ANNOUNCED,
        wishes=groups_as_json(GroupWishes(number=1, by_size=False)),
        inputs={},
        found={"cost": 0, "bound": 0, "never_met": 0, "least_met": 1, "obstacles": [], "broken": []},
    )
    db.add(grouping)
    db.flush()
    for person in (world.member, world.peer):
        db.add(GroupSeat(grouping_id=grouping.id, round=1, table_number=1, person_id=person.id))
    period = PartnersPeriod(
        cohort_id=world.cohort.id,
        grouping_id=grouping.id,
        kind=PartnersKind.PAIR,
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=27),
    )
    rhythm = PartnersRhythm(cohort_id=world.cohort.id, kind=PartnersKind.PAIR, weeks=4, next_on=date(2026, 12, 21))
    db.add_all([period, rhythm])
    db.flush()
    return period


def quoted(db: Session, world: World, material: Material) -> Quotation:
    """A quotation of the member's, of which they are asked; and a draft, so that its material has pages."""
    draft = MaterialDraft(
        material_id=material.id,
        kind=MaterialKind.BLOGPOST,
        title="A draft",
        language="en",
        licence="CC-BY-4.0",
        saved_at=clock.now(),
    )
    quotation = Quotation(
        ref="abcd2345",
        material_id=material.id,
        asking_id=world.asking.id,
        author_id=world.member.id,
        most=Attribution.PERSON,
        name="Member",
        number=1,
        made_at=clock.now(),
    )
    db.add_all([draft, quotation])
    db.flush()
    wording = Wording(
        quotation_id=quotation.id,
        number=1,
        source="Words",
        html="<p>Words</p>",
        attribution=Attribution.PERSON,
        name="Member",
        digest="0" * 64,
        made_at=clock.now(),
        asked_at=clock.now(),
        answer_by=clock.now() + timedelta(days=14),
    )
    db.add(wording)
    db.flush()
    db.add(Speaker(wording_id=wording.id, person_id=world.member.id, capacity=Capacity.AUTHOR))
    db.flush()
    return quotation


def reviewed(db: Session, world: World, material: Material) -> tuple[Reviewer, Comment]:
    """A review of the draft, which the member is asked for and has commented."""
    one = Round(material_id=material.id, number=1, wished_on=date(2026, 12, 3), opened_at=clock.now())
    db.add(one)
    db.flush()
    text = Text(
        round_id=one.id,
        number=1,
        draft_version=1,
        title="A draft",
        summary="",
        source="Words",
        html="<p>Words</p>",
        language="en",
        licence="CC-BY-4.0",
        digest="0" * 64,
        sent_at=clock.now(),
    )
    reviewer = Reviewer(round_id=one.id, person_id=world.member.id, asked_at=clock.now())
    db.add_all([text, reviewer])
    db.flush()
    comment = Comment(
        round_id=one.id,
        reviewer_id=reviewer.id,
        text_id=text.id,
        digest="",
        place=0,
        body="Well",
        at=clock.now(),
    )
    db.add(comment)
    db.flush()
    return reviewer, comment


def arguments(route: Route, things: dict[str, object]) -> dict[str, object]:
    """What to fill into an address; 1 where nothing of the kind exists, so that all get 404 alike."""
    found: dict[str, object] = {}
    for name in route.arguments:
        if name == "slug":
            found[name] = next(slug for start, slug in SLUGS.items() if route.rule.startswith(start))
        elif name == "path":
            found[name] = "css/site.css"
        elif name in ("digest", "token"):
            found[name] = "0-none"
        else:
            found[name] = things.get(name, 1)
    return found


def answers(app: Flask, database: Database, cookies: dict[str, str], things: dict[str, object]) -> Iterator[str]:
    """A line for each method of each address."""
    adapter = app.url_map.bind("localhost")
    for route in sorted(app.url_map.iter_rules(), key=lambda route: (route.rule, route.endpoint)):
        for method in sorted(set(route.methods or ()) - {"HEAD", "OPTIONS"}):
            address = adapter.build(route.endpoint, arguments(route, things), method=method)
            seen = [try_it(app, database, cookies[role], method, address) for role in ROLES]
            yield f"{method:5}{route.rule:60} {rule_of(app, route.endpoint):9}" + "".join(f"{one:>12}" for one in seen)


def try_it(app: Flask, database: Database, ticket: str, method: str, address: str) -> str:
    """The status of one request, or "sign in"; whatever it did is undone, in the cookie and the limits as well."""
    connection = database._connection
    assert connection is not None
    limits.limiter.reset()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = ticket
    before = connection.begin_nested()
    answer = client.open(address, method=method)
    before.rollback()
    if answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in"):
        return "sign in"
    return str(answer.status_code)


@pytest.mark.lengthy
@pytest.mark.once
def test_every_address_as_each_role(app: Flask, db: Session, database: Database, world: World) -> None:
    things = furnish(db, world)
    people = {role: getattr(world, role) for role in ROLES if role != "nobody"}
    viewers = {role: sessions.begin(db, person, way="test", agent="") for role, person in people.items()}
    cookies = {"nobody": "nobody", **{role: viewer.ticket for role, viewer in viewers.items()}}
    things["sign_in_id"] = viewers["member"].sign_in_id
    db.commit()
    head = f"{'':5}{'address':60} {'rule':9}" + "".join(f"{role:>12}" for role in ROLES)
    table = "\n".join([head, *answers(app, database, cookies, things)]) + "\n"
    if os.environ.get("PEERNET_TEST_WRITE"):
        TABLE.write_text(table)
    assert table == TABLE.read_text()


def test_no_answer_is_an_error_of_ours() -> None:
    assert [line for line in TABLE.read_text().splitlines() if " 500" in line] == []


def test_who_does_not_belong_gets_nowhere() -> None:
    """A stranger and a member of another cohort get 404 for whatever is a cohort's, and nobody is asked to sign in."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if " /c/<slug>" in line]
    wrong = [
        line[1]
        for line in (text.replace("sign in", "sign-in").split() for text in map(" ".join, lines))
        if line[3:6] != ["sign-in", "404", "404"]
    ]
    assert wrong == []
