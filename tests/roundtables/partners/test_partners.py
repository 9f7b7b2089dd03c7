"""Partners: formed by the clock, odd numbers, who passes, repair, who met, mail, and who may see them."""

import os
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import Membership
from peernet.db import Conflict, Database, Refused
from peernet.jobs.models import Job
from peernet.mail.models import Mail
from peernet.roundtables.groupings import memory
from peernet.roundtables.partners import access, forming, meeting, rhythm, showing, telling
from peernet.roundtables.partners.models import PartnersKind, PartnersMet, PartnersPeriod, PartnersRhythm
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
PAGE = "/c/practice-cohort/partners"
EXPECTED = Path(__file__).parents[2] / "emails" / "roundtables" / "partners.txt"


def begin(db: Session, world: World, kind: PartnersKind = PartnersKind.PAIR, **more: object) -> PartnersRhythm:
    wished: dict[str, object] = {
        "weeks": 4,
        "starts_on": clock.today(),
        "with_leaders": True,
        "orgs_apart": True,
        "prefer": False,
    }
    wished["version"] = 0
    row = rhythm.begin(db, world.cohort, actor=viewer_of(world.organiser), kind=kind, **(wished | more))  # type: ignore[arg-type]
    db.commit()
    return row


def work(db: Session, database: Database) -> None:
    """Do what the worker does, until nothing is left."""
    handlers = {rhythm.FORM: forming.work_out, rhythm.REPAIR: forming.work_out_repair}
    while jobs := list(db.scalars(select(Job).where(Job.kind.in_([*handlers, telling.JOB]), Job.done_at.is_(None)))):
        for job in jobs:
            job.done_at = clock.now()
            db.commit()
            if job.kind == telling.JOB:
                telling.carry_on(db, job.payload)
            else:
                handlers[job.kind](database, job.payload)(db)
            db.commit()


def partners_of(db: Session, who: Person) -> list[str] | None:
    found = showing.own_now(db, viewer_of(who))
    return sorted(found[0].others) if found else None


def mailed(db: Session) -> list[str]:
    return sorted(db.scalars(select(Mail.to_address).where(Mail.kind == "roundtables/partners")))


def everybody(world: World) -> list[Person]:
    return [world.organiser, world.facilitator, world.member, world.mate, world.peer, world.third]


def test_pairs_of_all_who_take_part_are_told_once(db: Session, database: Database, world: World) -> None:
    row = begin(db, world)
    work(db, database)
    assert [len(partners_of(db, each) or []) for each in everybody(world)] == [1] * 6
    assert partners_of(db, world.observer) is None
    assert partners_of(db, world.member) != ["Mate"]
    assert mailed(db) == sorted(each.email for each in everybody(world))
    assert row.next_on == date(2026, 12, 21)
    rhythm.leave_due(db)
    work(db, database)
    assert len(mailed(db)) == 6


def test_an_odd_number_makes_one_trio_and_members_alone_may_take_part(
    db: Session, database: Database, world: World
) -> None:
    rhythm.leave_out(db, world.cohort, actor=viewer_of(world.third))
    begin(db, world, with_leaders=True)
    work(db, database)
    sizes = [len(partners_of(db, each) or []) for each in everybody(world)]
    assert sorted(sizes) == [0, 1, 1, 2, 2, 2]
    assert partners_of(db, world.third) is None


def test_the_next_time_others_are_met_if_it_was_said(db: Session, database: Database, world: World) -> None:
    begin(db, world, with_leaders=False)
    work(db, database)
    first = partners_of(db, world.peer)
    (period,) = db.scalars(select(PartnersPeriod))
    assert memory.of_cohort(db, world.cohort.id).held == ()
    for _click in range(2):
        meeting.say_met(db, db.scalars(access.period(period.id)).one(), actor=viewer_of(world.peer))
    db.commit()
    assert db.query(PartnersMet).count() == 1
    assert len(memory.of_cohort(db, world.cohort.id).meetings()) == 1
    with time_machine.travel(clock.now() + timedelta(weeks=4), tick=False):
        rhythm.leave_due(db)
        work(db, database)
        assert partners_of(db, world.peer) != first


def test_who_leaves_is_replaced_and_only_those_concerned_hear_of_it(
    db: Session, database: Database, world: World
) -> None:
    begin(db, world)
    work(db, database)
    (before,) = [each for each in everybody(world) if partners_of(db, each) == ["Third"]]
    others = {each.email for each in everybody(world)} - {world.third.email, before.email}
    db.scalars(select(Membership).where(Membership.person_id == world.third.id)).one().left_at = clock.now()
    db.commit()
    forming.leave_repairs(db)
    work(db, database)
    assert partners_of(db, world.third) is None
    assert len(partners_of(db, before) or []) == 2
    again = [address for address in set(mailed(db)) if mailed(db).count(address) == 2]
    assert len(again) == 3
    assert before.email in again
    assert len(set(again) & others) == 2
    forming.leave_repairs(db)
    work(db, database)
    assert len(mailed(db)) == 9


def test_who_passes_joins_and_passes_again_is_replaced_all_the_same(
    db: Session, database: Database, world: World
) -> None:
    begin(db, world)
    work(db, database)
    third = viewer_of(world.third)
    rhythm.leave_out(db, world.cohort, actor=third)
    assert forming.leave_repairs(db) == 1
    rhythm.take_in(db, world.cohort, actor=third)
    db.commit()
    work(db, database)
    assert partners_of(db, world.third) is not None
    rhythm.leave_out(db, world.cohort, actor=third)
    assert forming.leave_repairs(db) == 0  # the job of this hour is done
    db.commit()
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        assert forming.leave_repairs(db) == 1
        db.commit()
        work(db, database)
    assert partners_of(db, world.third) is None


def test_trios_know_who_begins(db: Session, database: Database, world: World) -> None:
    begin(db, world, PartnersKind.TRIO, orgs_apart=False)
    work(db, database)
    firsts = [showing.own_now(db, viewer_of(each))[0].first for each in everybody(world)]
    assert firsts.count("") == 2
    mail = db.scalars(select(Mail).where(Mail.person_id == world.member.id, Mail.kind == "roundtables/partners")).one()
    text = re.sub(r"\{\{.*?\}\}", "{{token}}", f"To: {mail.to_address}\nSubject: {mail.subject}\n\n{mail.text}")
    if os.environ.get("PEERNET_TEST_WRITE"):
        EXPECTED.write_text(text)
    assert text == EXPECTED.read_text()


def test_buddies_stay_until_the_cohort_ends(db: Session, database: Database, world: World) -> None:
    row = begin(db, world, PartnersKind.BUDDY)
    work(db, database)
    assert row.next_on is None
    assert [each.ends_on for each in db.scalars(select(PartnersPeriod))] == [world.cohort.ends_on]


def test_who_wants_no_such_mail_gets_none(db: Session, database: Database, world: World) -> None:
    world.peer.mail_roundtables = False
    begin(db, world)
    work(db, database)
    assert world.peer.email not in mailed(db)


def test_another_version_and_another_day_are_refused(db: Session, world: World) -> None:
    begin(db, world, starts_on=date(2026, 12, 1))
    with pytest.raises(Conflict):
        begin(db, world)
    with pytest.raises(Refused):
        begin(db, world, starts_on=date(2027, 4, 1), version=1)
    with pytest.raises(Refused):
        begin(db, world, starts_on=date(2026, 11, 1), version=1)


def test_stopping_forms_no_more_and_keeps_what_is(db: Session, database: Database, world: World) -> None:
    row = begin(db, world)
    work(db, database)
    for _click in range(2):
        rhythm.stop(db, db.scalars(access.rhythm_of(row.cohort_id)).one(), actor=viewer_of(world.organiser))
    db.commit()
    assert len(partners_of(db, world.member) or []) == 1
    with time_machine.travel(clock.now() + timedelta(weeks=4), tick=False):
        assert rhythm.leave_due(db) == 0
        assert partners_of(db, world.member) is None


def test_members_see_their_own_and_those_who_lead_all(
    db: Session, database: Database, world: World, sign_in: SignIn
) -> None:
    begin(db, world, with_leaders=False)
    work(db, database)
    assert [sign_in(each).get(PAGE).status_code for each in (world.observer, world.outsider, world.stranger)] == [
        404
    ] * 3
    mine = sign_in(world.peer).get(PAGE).get_data(as_text=True)
    assert "You are with" in mine
    stranger_to_me = next(
        each for each in (world.member, world.mate, world.third) if each.name not in (partners_of(db, world.peer) or [])
    )
    assert f">{stranger_to_me.name}" not in mine
    assert "Together until" in sign_in(world.organiser).get(PAGE).get_data(as_text=True)
    period = db.scalars(select(PartnersPeriod)).one()
    assert sign_in(world.outsider).post(f"{PAGE}/{period.id}/met").status_code == 404
    assert sign_in(world.organiser).post(f"{PAGE}/{period.id}/met").status_code == 404
    assert sign_in(world.peer).post(f"{PAGE}/{period.id}/met").status_code == 303


def test_the_pages_begin_pass_and_join(db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.organiser)
    form = {"kind": "trio", "weeks": "4", "starts_on": "2026-12-01", "orgs_apart": "yes", "version": "0"}
    assert client.get(f"{PAGE}/rhythm").status_code == 200
    assert [client.post(f"{PAGE}/rhythm", data=form).status_code for _click in range(2)] == [303, 409]
    assert client.post(f"{PAGE}/rhythm", data=form | {"weeks": "0", "version": "1"}).status_code == 422
    assert sign_in(world.member).post(f"{PAGE}/rhythm", data=form).status_code == 404
    member = sign_in(world.member)
    assert [member.post(f"{PAGE}/pass").status_code, member.post(f"{PAGE}/pass").status_code] == [303, 303]
    assert "You pass" in member.get(PAGE).get_data(as_text=True)
    assert "They pass: Member" in client.get(PAGE).get_data(as_text=True)
    assert member.post(f"{PAGE}/join").status_code == 303
    assert client.post(f"{PAGE}/stop").status_code == 303
