"""The daily mail: whom, when, once a day whatever the clocks do, and what stands in it for its reader alone."""

import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import Membership, Role
from peernet.db import Database
from peernet.desk import digests
from peernet.desk.models import Digest
from peernet.ledger import ledger
from peernet.mail import holding
from peernet.mail.message import build
from peernet.mail.models import Held, Mail
from peernet.prompts import asking
from peernet.prompts.models import Attribution, Done, Visibility
from peernet.roundtables import access as roundtables
from peernet.roundtables import attendance, planning
from peernet.roundtables.models import Answer, Reading, Roundtable
from peernet.tokens.models import Token
from tests.prompts.conftest import ask_back, give, reply
from tests.site import shelf
from tests.world import World, join, make_asking, make_person, make_world

Outbox = Callable[[], list[Mail]]
EXPECTED = Path(__file__).parents[1] / "emails" / "desk" / "digest.txt"
# The tests' clock stands at noon of the 23rd, UTC. In Kolkata it is seven in the morning at 01:30 UTC.
MORNING = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def send(db: Session, moment: datetime = MORNING) -> int:
    """Do what is due at a moment, until nothing is."""
    with time_machine.travel(moment, tick=False):
        count = 0
        while db.scalar(select(func.count()).select_from(digests._due(digests._mornings(db)).subquery())):
            count += digests.send_due(db)
        return count


def ask(db: Session, world: World, *slugs: str) -> None:
    """Ask prompts of the cohort, and tell its members."""
    asked = [make_asking(db, world.cohort, slug, f"What of {slug}?") for slug in slugs]
    from peernet.prompts import access

    asking.announce(db, db.scalars(access.all_asked(access.Asking.id.in_([one.id for one in asked]))).unique().all())


@pytest.fixture(autouse=True)
def _counted_from_today(db: Session, world: World) -> None:
    """Everybody had their first day, which tells nothing."""
    world.member.mail_digest = True
    assert send(db, clock.now()) == 0
    db.commit()


def test_what_can_wait_comes_together_in_the_morning(db: Session, world: World, outbox: Outbox) -> None:
    ask(db, world, "one", "two")
    asking.remind_due(db)
    assert [mail.to_address for mail in outbox()] == ["mate@example.org", "peer@example.org", "third@example.org"]
    assert send(db, MORNING - timedelta(minutes=1)) == 0
    assert send(db) == 1
    mail = outbox()[-1]
    assert (mail.kind, mail.to_address) == ("desk/digest", "member@example.org")
    assert [line for line in mail.text.splitlines() if line.startswith("- ")] == ["- What of one?", "- What of two?"]


def test_each_item_is_told_once_and_an_empty_day_in_silence(db: Session, world: World, outbox: Outbox) -> None:
    ask(db, world, "one")
    assert send(db) == 1
    before = len(outbox())
    assert [send(db, MORNING + timedelta(hours=hour)) for hour in (1, 12, 24, 48)] == [0, 0, 0, 0]
    assert len(outbox()) == before
    assert {row.told_at for row in db.scalars(select(Held))} == {MORNING}


def test_what_comes_after_the_morning_waits_for_the_next(db: Session, world: World, outbox: Outbox) -> None:
    assert send(db) == 0
    ask(db, world, "one")
    assert send(db, MORNING + timedelta(hours=3)) == 0
    assert send(db, MORNING + timedelta(hours=24)) == 1


def test_a_worker_that_was_away_tells_it_late(db: Session, world: World) -> None:
    ask(db, world, "one")
    assert send(db, MORNING + timedelta(hours=9)) == 1
    assert send(db, MORNING + timedelta(hours=24)) == 0


def test_invitations_moves_and_cancellations_do_not_wait(db: Session, world: World, outbox: Outbox) -> None:
    from peernet.roundtables import telling

    one = planning.plan(
        db, world.cohort, actor=viewer_of(world.organiser), title="A table", kind=world.roundtable.kind,
        wall_start=datetime(2026, 12, 8, 15, 0), zone="Europe/London", minutes=90,
    )  # fmt: skip
    for news in (telling.News.INVITED, telling.News.MOVED, telling.News.CANCELLED):
        if news is telling.News.MOVED:
            wall = datetime(2026, 12, 9, 15, 0)
            planning.move(
                db,
                one,
                actor=viewer_of(world.organiser),
                version=one.version,
                wall_start=wall,
                zone=one.zone,
                minutes=90,
            )
        if news is telling.News.CANCELLED:
            planning.cancel(db, one, actor=viewer_of(world.organiser))
        payload = {"roundtable_id": one.id, "news": news, "after": 0, "facts": {"note": ""}}
        telling.carry_on(db, payload)
    kinds = [mail.kind for mail in outbox() if mail.person_id == world.member.id]
    assert kinds == ["roundtables/invited", "roundtables/moved", "roundtables/cancelled"]


def test_who_chose_none_gets_single_mails_and_the_news_once_a_day(db: Session, world: World, outbox: Outbox) -> None:
    world.member.mail_digest = False
    shelf.publish(db, "a-playbook", cohort=world.cohort)
    ask(db, world, "one")
    # Seven in the morning in London; in Kolkata it is noon.
    assert send(db) == 7
    mail = next(mail for mail in outbox() if mail.kind == "desk/digest" and mail.person_id == world.member.id)
    assert "New material: " in mail.text
    assert "What of one?" not in mail.text
    assert "/library/a-playbook" in mail.text


def test_who_leads_hears_who_joined_and_members_do_not(db: Session, world: World, outbox: Outbox) -> None:
    join(db, world.cohort, world.stranger, Role.FACILITATOR)
    membership = db.scalars(select(Membership).where(Membership.person_id == world.stranger.id)).one()
    ledger.record(
        db, "membership.began", subject=f"membership:{membership.id}", scope=f"cohort:{world.cohort.id}",
        actor_id=world.stranger.id,
    )  # fmt: skip
    send(db)
    assert [mail.to_address for mail in outbox()] == ["organiser@example.org", "facilitator@example.org"]
    assert "- Joined the cohort: Stranger (Practice cohort)" in outbox()[0].text


def test_what_needs_no_telling_any_more_is_left_out(db: Session, world: World, outbox: Outbox) -> None:
    ask(db, world, "one", "two", "three")
    askings = {one.text: one for one in db.scalars(select(asking.Asking))}
    db.add(Done(asking_id=askings["What of one?"].id, person_id=world.member.id))
    askings["What of two?"].withdrawn_at = clock.now()
    askings["What of three?"].closed_at = clock.now()
    holding.hold(
        db, person_id=world.member.id, kind="roundtables/reading", subject=f"roundtable:{world.roundtable.id}", key="r"
    )
    one = db.scalars(roundtables.all_roundtables().where(Roundtable.id == world.roundtable.id)).one()
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    db.flush()
    assert send(db) == 0
    assert db.scalars(holding.waiting_for([world.member.id])).all() == []


def _digests(outbox: Outbox) -> list[str]:
    return [mail.to_address.partition("@")[0] for mail in outbox() if mail.kind == "desk/digest"]


@pytest.mark.parametrize(
    ("attribution", "told"), [(Attribution.PERSON, ["member"]), (Attribution.ORGANISATION, ["member", "mate"])]
)
def test_what_was_asked_back_is_told_alike_to_all_who_could_have_written_it(
    db: Session, world: World, outbox: Outbox, attribution: Attribution, told: list[str]
) -> None:
    world.member.mail_digest = world.mate.mail_digest = True
    give(db, world.asking, world.member, attribution=attribution)
    ask_back(db, world.asking, world.peer)
    ask_back(db, world.asking, world.third)
    assert outbox() == []
    send(db)
    assert _digests(outbox) == told
    assert {"Asked back about an answer of yours" in mail.text for mail in outbox()} == {True}
    assert not any("Quokka" in mail.text + mail.html for mail in outbox())
    assert len({re.sub(r"Hello \w+|token:[\w:-]+", "", mail.text) for mail in outbox()}) == 1


@pytest.mark.parametrize("how", ["answered", "taken back", "narrowed", "left"])
def test_what_was_asked_back_and_waits_no_more_is_left_out(db: Session, world: World, outbox: Outbox, how: str) -> None:
    world.member.mail_digest = True
    response = give(db, world.asking, world.member)
    row = ask_back(db, world.asking, world.peer)
    if how == "answered":
        reply(db, world.asking, world.member)
    elif how == "taken back":
        db.delete(row)
    elif how == "narrowed":
        response.visibility = Visibility.PRIVATE
    else:
        mine = Membership.person_id == world.member.id
        db.execute(update(Membership).where(mine).values(left_at=clock.now()))
    db.flush()
    send(db)
    assert _digests(outbox) == []


def test_who_left_reads_nothing_of_the_cohort(db: Session, world: World) -> None:
    ask(db, world, "one")
    db.scalars(select(Membership).where(Membership.person_id == world.member.id)).one().left_at = clock.now()
    db.flush()
    assert send(db) == 0


def test_who_stops_the_kind_or_the_whole_is_told_nothing_more(db: Session, world: World) -> None:
    ask(db, world, "one")
    world.member.mail_prompts = False
    db.flush()
    assert send(db) == 0


def test_what_was_held_is_still_told_to_who_wants_single_mails_from_now_on(db: Session, world: World) -> None:
    ask(db, world, "one")
    world.member.mail_digest = world.member.mail_news = False
    db.flush()
    assert send(db) == 1


@pytest.mark.parametrize("field", ["disabled_at", "mail_bounced_at"])
def test_nothing_goes_to_a_closed_account_or_a_dead_address(db: Session, world: World, field: str) -> None:
    ask(db, world, "one")
    setattr(world.member, field, clock.now())
    db.flush()
    assert send(db) == 0


def test_it_carries_a_link_that_stops_it_with_one_click(db: Session, world: World, outbox: Outbox) -> None:
    ask(db, world, "one")
    send(db)
    with time_machine.travel(MORNING, tick=False):
        message = build(db, outbox()[-1])
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/mail/stop/" in message["List-Unsubscribe"]


@pytest.mark.usefixtures("takes_answers")
def test_an_answer_to_it_is_a_draft_of_the_first_that_is_asked(db: Session, world: World, outbox: Outbox) -> None:
    ask(db, world, "one", "two")
    send(db)
    mail = outbox()[-1]
    first = next(line for line in mail.text.splitlines() if line.startswith("- "))
    asked = {f"- {one.text}": f"asking:{one.id}" for one in db.scalars(select(asking.Asking))}
    token = db.get_one(Token, mail.reply_token_id)
    assert (token.subject, token.person_id) == (asked[first], world.member.id)
    for text in (mail.text, mail.html):
        assert "your own draft for the first of them, which nobody else reads" in text


@pytest.mark.usefixtures("takes_answers")
def test_an_answer_to_one_of_what_to_read_only_goes_to_the_first_roundtable(
    db: Session, world: World, outbox: Outbox
) -> None:
    subject = f"roundtable:{world.roundtable.id}"
    holding.hold(db, person_id=world.member.id, kind="roundtables/reading", subject=subject, key="r")
    send(db)
    mail = outbox()[-1]
    assert db.get_one(Token, mail.reply_token_id).subject == f"{subject}:{world.member.id}"
    assert "answer this mail" not in mail.text + mail.html


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/London", datetime(2027, 3, 27, tzinfo=UTC)),  # Clocks go forward on the 28th,
        ("Europe/London", datetime(2027, 10, 30, tzinfo=UTC)),  # and back on the 31st.
        ("Australia/Lord_Howe", datetime(2027, 4, 2, tzinfo=UTC)),
        ("Africa/Casablanca", datetime(2027, 2, 6, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_there_is_exactly_one_on_each_day_of_its_readers_calendar(
    db: Session, world: World, outbox: Outbox, zone: str, first: datetime
) -> None:
    world.member.zone = zone
    for number in range(24 * 4):
        moment = first + timedelta(hours=number)
        holding.hold(
            db, person_id=world.member.id, kind="prompts/asked", subject=f"asking:{world.asking.id}", key=f"k{number}"
        )
        world.asking.closes_at = moment + timedelta(days=3)
        db.flush()
        with time_machine.travel(moment, tick=False):
            digests.send_due(db)
    sent = [mail.created_at for mail in outbox() if mail.person_id == world.member.id]
    days = [clock.to_wall(moment, zone).date() for moment in sent]
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    assert len(days) >= 4
    assert {clock.to_wall(moment, zone).hour for moment in sent[1:]} == {7}


def test_a_move_to_another_zone_brings_no_second_one_that_day(db: Session, world: World) -> None:
    ask(db, world, "one")
    assert send(db) == 1
    ask(db, world, "two")
    world.member.zone = "America/Los_Angeles"
    db.flush()
    assert send(db, datetime(2026, 11, 24, 18, 0, tzinfo=UTC)) == 0
    assert send(db, datetime(2026, 11, 25, 15, 0, tzinfo=UTC)) == 1


def test_it_reads_as_expected(db: Session, world: World, outbox: Outbox) -> None:
    world.member.mail_digest, world.facilitator.mail_digest = False, True
    facilitator = world.facilitator
    facilitator.zone = "Asia/Kolkata"
    other = make_asking(db, world.cohort, "other", "What would you stop doing?")
    for row in (
        ("prompts/asked", f"asking:{world.asking.id}"), ("prompts/asked-back", f"asking:{other.id}"),
        ("roundtables/reading", f"roundtable:{world.roundtable.id}")
    ):  # fmt: skip
        holding.hold(db, person_id=facilitator.id, kind=row[0], subject=row[1], key=row[0])
    db.add(
        Reading(roundtable_id=world.roundtable.id, position=1, title="The FAIR principles", url="https://go-fair.org")
    )
    membership = db.scalars(select(Membership).where(Membership.person_id == facilitator.id)).one()
    seat = db.scalars(select(Membership).where(Membership.person_id == world.member.id)).one().seat_id
    membership.role, membership.seat_id = Role.MEMBER, seat
    give(db, other, facilitator)
    ask_back(db, other, world.peer)
    shelf.publish(db, "a-playbook", cohort=world.cohort)
    db.flush()
    send(db)
    mail = next(mail for mail in outbox() if mail.person_id == facilitator.id)
    text = f"To: {mail.to_address}\nSubject: {mail.subject}\n\n{mail.text}"
    text = re.sub(r"\{\{token:[\w:-]+\}\}", "{{token}}", text)
    for number, was in (
        (7, f"roundtables/{world.roundtable.id}"),
        (7, f"prompts/{world.asking.id}"),
        (8, f"prompts/{other.id}"),
    ):
        text = re.sub(rf"/{was}\b", f"/{was.partition('/')[0]}/{number}", text)
    if os.environ.get("PEERNET_TEST_WRITE"):
        EXPECTED.write_text(text)
    assert text == EXPECTED.read_text()
    addresses = r"https?://[^\s\"<]+"
    assert set(re.findall(addresses, unescape(mail.html))) == set(re.findall(addresses, mail.text))


def test_as_many_queries_for_many_people_without_news(
    db: Session, world: World, count_queries: Callable[[], Any]
) -> None:
    def queries() -> int:
        with count_queries() as seen:
            digests.send_due(db)
        return len([statement for statement in seen if not statement.startswith(("INSERT", "UPDATE"))])

    with time_machine.travel(MORNING, tick=False):
        send(db)
        for number in range(3):
            make_person(db, f"Reader {number}")
        few = queries()
        for number in range(3, 20):
            make_person(db, f"Reader {number}")
        assert queries() == few


@pytest.mark.concurrency
def test_killed_in_the_middle_it_is_told_once(own_database: Database) -> None:
    """What a worker did before its transaction ended is undone with it, and done by the next one."""
    with own_database.writing() as db:
        world = make_world(db)
        world.member.mail_digest = True
        member_id = world.member.id
        db.add(Digest(person_id=member_id, day=date(2020, 1, 1), until=clock.now()))
        holding.hold(db, person_id=member_id, kind="prompts/asked", subject=f"asking:{world.asking.id}", key="k")
        world.asking.closes_at = None
        world.member.zone = next(
            zone for zone in ("Europe/London", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Auckland")
            if clock.to_wall(clock.now(), zone).hour >= digests.MORNING
        )  # fmt: skip

    def mails() -> int:
        with own_database.reading() as db:
            return db.scalar(select(func.count()).where(Mail.kind == "desk/digest", Mail.person_id == member_id)) or 0

    def killed() -> None:
        with own_database.writing() as db:
            assert digests.send_due(db) == 1
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert mails() == 0
    for _again in range(2):
        with own_database.writing() as db:
            digests.send_due(db)
        assert mails() == 1


def test_the_first_day_tells_nothing_old(db: Session, world: World) -> None:
    newcomer: Person = make_person(db, "Newcomer")
    newcomer.mail_digest = True
    ask(db, world, "one")
    holding.hold(db, person_id=newcomer.id, kind="prompts/asked", subject=f"asking:{world.asking.id}", key="n")
    send(db)
    assert db.get(Digest, newcomer.id).day == date(2026, 11, 24)
