"""Where somebody sits, in the daily mail and in the reminders: for themselves, and only where it is new."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.desk import contents, emails
from peernet.groups.wishes import Wishes
from peernet.mail.models import Mail
from peernet.roundtables import reminders
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.models import Answer, Roundtable
from tests.roundtables.groupings.conftest import answer, tables
from tests.world import World

Outbox = Callable[[], list[Mail]]
Form = Callable[..., RoundtableGrouping]
THREES = Wishes(number=3, orgs_apart=False, duties=False, host=True)


def told(db: Session, person: Person) -> dict[str, list[str]]:
    """What the next daily mail says of tables."""
    later = clock.now() + timedelta(minutes=1)
    found = contents.gather(db, person, [], clock.now() - timedelta(minutes=1), later).tables
    return {one.title: [own.sentence for own in own_tables] for one, own_tables in found}


def test_the_daily_mail_says_where_one_sits_and_then_to_whom_it_is_new(
    announce: Form, repair: Form, db: Session, world: World, everybody: list[Person], outbox: Outbox
) -> None:
    answer(db, world.roundtable, everybody[:-1])
    link = announce(world.roundtable, THREES)
    (before,) = tables(db, link)
    (mine,) = [table for table in before if "Member" in table]
    others = ", ".join(name for name in mine if name != "Member")
    (sentence,) = told(db, world.member)["First table"]
    assert sentence.startswith(f"You are at table {before.index(mine) + 1} with {others}.")
    assert told(db, world.organiser) == {}  # Who announced it knows it.
    assert told(db, world.observer) == {}
    world.member.mail_news = False
    assert told(db, world.member) == {}
    world.member.mail_news = True
    found = contents.gather(db, world.member, [], clock.now() - timedelta(minutes=1), clock.now())
    emails.digest(db, world.member, found, day=clock.now().date())
    mail = outbox()[-1]
    assert "Your tables:\n- First table\n  Tuesday 1 December 2026, 15:00 London\n" in mail.text
    assert sentence in mail.text
    assert sentence in mail.html
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        answer(db, world.roundtable, everybody[-1:])
        repair(link)
        (after,) = tables(db, link)
        joined = next(table for table in after if everybody[-1].name in table)
        assert {each.name for each in everybody if told(db, each)} == {*joined} - {"Organiser"}


def test_the_reminder_says_it_to_who_comes(
    plan: Callable[[], Roundtable], announce: Form, db: Session, everybody: list[Person], outbox: Outbox, world: World
) -> None:
    one = plan()
    answer(db, one, everybody)
    announce(one, Wishes(number=3, rounds=2, orgs_apart=False, duties=False))
    answer(db, one, [world.third], Answer.TENTATIVE)
    with time_machine.travel(one.starts_at - timedelta(hours=20), tick=False):
        reminders.send_due(db)
        mails = {mail.to_address: mail for mail in outbox() if mail.kind == "roundtables/reminder"}
    mail = mails["member@example.org"]
    lines = [line for line in mail.text.splitlines() if "You are at table" in line]
    assert [line.partition(":")[0] for line in lines] == ["Round 1", "Round 2"]
    assert all(line in mail.html for line in lines)
