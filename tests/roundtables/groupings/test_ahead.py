"""Groups of all roundtables to come: formed at once by a job, taken over, announced one by one and repaired."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.db import Database
from peernet.groups.models import Grouping, GroupingState
from peernet.groups.wishes import of_json
from peernet.jobs.models import Job
from peernet.ledger.models import Event
from peernet.roundtables.groupings import ahead, drafting
from peernet.roundtables.groupings.models import RoundtableGrouping, SeriesGrouping
from peernet.roundtables.models import Answer, Roundtable
from tests.roundtables.groupings.conftest import answer, over, tables
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World, make_roundtable

SignIn = Callable[[Person], FlaskClient]
WISHED = {"by": "size", "number": "2", "rounds": "1", "orgs_apart": "yes"}


@pytest.fixture
def three(db: Session, world: World, everybody: list[Person]) -> list[Roundtable]:
    """Three roundtables to come; of one, a person declined."""
    more = [make_roundtable(db, world.cohort, f"Table {number}", datetime(2027, 3, number, 15)) for number in (1, 2)]
    answer(db, more[0], [world.peer], Answer.DECLINED)
    db.commit()
    return [world.roundtable, *more]


def formed(db: Session, database: Database, client: FlaskClient) -> str:
    """The address of groups of the series, formed as the worker forms them."""
    path = client.post(f"{SERIES}/groups", data=WISHED).headers["Location"]
    ahead.work_out(database, {"grouping_id": int(path.rpartition("/")[2])})(db)
    db.commit()
    return str(path)


def drafts(db: Session) -> list[RoundtableGrouping]:
    """What the roundtables were given, in the order of the series."""
    db.expire_all()
    return list(db.scalars(select(RoundtableGrouping).order_by(RoundtableGrouping.roundtable_id)))


def test_a_series_is_formed_taken_over_once_and_announced_one_by_one(
    db: Session, database: Database, world: World, sign_in: SignIn, three: list[Roundtable]
) -> None:
    client = sign_in(world.facilitator)
    page = words_of(client.get(f"{SERIES}/groups"))
    assert page.count("6 people may come") == 2
    assert page.count("5 people may come") == 1
    path = client.post(f"{SERIES}/groups", data=WISHED).headers["Location"]
    assert "0 % are done." in client.get(path).text
    assert [job.payload for job in db.scalars(select(Job).where(Job.kind == ahead.JOB))] == [
        {"grouping_id": int(path.rpartition("/")[2])}
    ]
    handler = ahead.work_out(database, {"grouping_id": int(path.rpartition("/")[2])})
    handler(db)
    db.commit()
    db.expire_all()
    series = db.scalars(select(SeriesGrouping)).one()
    grouping = db.get_one(Grouping, series.grouping_id)
    assert (grouping.state, grouping.found["cost"], grouping.found["broken"]) == (GroupingState.READY, 0, [])
    assert "Nobody is told" in client.get(path).text
    for _twice in range(2):
        assert client.post(f"{path}/take", data={"version": grouping.version}).status_code == 303
    links = drafts(db)
    assert [link.roundtable_id for link in links] == [each.id for each in three]
    assert [sum(map(len, tables(db, link)[0])) for link in links] == [6, 5, 6]
    met = [tuple(table) for link in links for table in tables(db, link)[0] if len(table) == 2]
    assert len(met) == len(set(met))
    assert [event.subject for event in db.scalars(select(Event).where(Event.action == "groups.series_taken"))] == [
        f"cohort:{world.cohort.id}"
    ]
    # The first is announced and held; what comes of it makes the others no drafts of yesterday.
    own = f"{SERIES}/{three[0].id}/groups/{links[0].grouping_id}"
    version = db.get_one(Grouping, links[0].grouping_id).version
    assert client.post(f"{own}/announce", data={"version": version}).status_code == 303
    over(db, db.get_one(Roundtable, three[0].id))
    db.commit()
    later = f"{SERIES}/{three[2].id}/groups/{links[2].grouping_id}"
    assert "Something changed" not in client.get(later).text
    # Who declines now is taken out in place, before anybody is told; the other roundtables still count.
    answer(db, db.get_one(Roundtable, three[2].id), [world.third], Answer.DECLINED)
    db.commit()
    stale = client.post(f"{later}/announce", data={"version": db.get_one(Grouping, links[2].grouping_id).version})
    assert (stale.status_code, "1 person comes no longer." in stale.text) == (409, True)
    repair = client.post(f"{later}/repair", data={"version": db.get_one(Grouping, links[2].grouping_id).version})
    assert repair.headers["Location"] == later
    assert sum(map(len, tables(db, drafts(db)[2])[0])) == 5
    assert client.post(f"{later}/announce", data={"version": db.get_one(Grouping, links[2].grouping_id).version})
    assert [link.is_announced for link in drafts(db)] == [True, False, True]


def test_a_series_that_does_not_follow_any_more_is_refused(
    db: Session, database: Database, world: World, sign_in: SignIn, three: list[Roundtable]
) -> None:
    client = sign_in(world.organiser)
    path = formed(db, database, client)
    version = db.scalars(select(Grouping.version)).one()
    answer(db, three[1], [world.member], Answer.DECLINED)
    three[2].cancelled_at = clock.now()
    db.commit()
    taken = client.post(f"{path}/take", data={"version": version})
    assert taken.status_code == 409
    assert "Roundtables were planned, moved, cancelled or given groups of their own." in taken.text
    assert drafts(db) == []
    assert client.post(f"{path}/discard").status_code == 303
    assert db.scalars(select(Grouping)).all() == []


def test_announced_groups_stay_and_count_as_met(
    db: Session, world: World, three: list[Roundtable], announce: Callable[..., RoundtableGrouping]
) -> None:
    kept = announce(three[0])
    posed = ahead.pose(db, world.cohort.id, of_json(kept.grouping.wishes))
    assert [each.roundtable.id for each in posed.meetings] == [each.id for each in three[1:]]
    assert [len(groups) for groups in posed.problem.history] == [3]


def test_only_those_who_lead_form_a_series(
    db: Session, database: Database, world: World, sign_in: SignIn, three: list[Roundtable]
) -> None:
    path = formed(db, database, sign_in(world.organiser))
    member = sign_in(world.member)
    assert [member.get(each).status_code for each in (f"{SERIES}/groups", path, f"{path}/wishes")] == [404] * 3


def test_drafts_of_roundtables_to_come_are_not_put_away(
    db: Session, database: Database, world: World, sign_in: SignIn, three: list[Roundtable]
) -> None:
    client = sign_in(world.organiser)
    path = formed(db, database, client)
    client.post(f"{path}/take", data={"version": db.scalars(select(Grouping.version)).one()})
    other = formed(db, database, client)
    for grouping in db.scalars(select(Grouping)):
        grouping.created_at = datetime(2026, 1, 1, tzinfo=clock.now().tzinfo)
    db.flush()
    assert drafting.prune(db) == 1
    db.expire_all()
    assert db.get(Grouping, int(other.rpartition("/")[2])) is None
    assert len(db.scalars(select(Grouping)).all()) == 4
