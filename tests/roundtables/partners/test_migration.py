"""Partners survive nothing on the way down, and everything else does; who had a new duty keeps their seat."""

from sqlalchemy import text

from peernet import clock
from peernet.db import Database, migrations
from peernet.groups.models import Duty, Grouping, GroupSeat
from peernet.roundtables.partners.models import PartnersKind, PartnersPeriod
from tests.world import make_world


def test_down_and_up_with_data(own_database: Database) -> None:
    with own_database.writing() as db:
        world = make_world(db)
        made = [
            Grouping(cohort_id=world.cohort.id, created_at=clock.now(), wishes={}, inputs={}, found={})
            for _ in range(2)
        ]
        db.add_all(made)
        db.flush()
        for each in made:
            db.add(GroupSeat(grouping_id=each.id, round=1, table_number=1, person_id=world.member.id, duty=Duty.CASE))
        db.add(
            PartnersPeriod(
                cohort_id=world.cohort.id, grouping_id=made[0].id, kind=PartnersKind.PAIR,
                starts_on=clock.today(), ends_on=clock.today(),
            )
        )  # fmt: skip
    migrations.downgrade(own_database, "0017")
    with own_database.engine.connect() as connection:
        assert connection.execute(text("SELECT duty FROM group_seat")).scalars().all() == [None]
        assert connection.execute(text("SELECT count(*) FROM grouping")).scalar_one() == 1
    migrations.upgrade(own_database)
    with own_database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM group_seat")).scalar_one() == 1
        assert connection.execute(text("SELECT count(*) FROM partners_period")).scalar_one() == 0
