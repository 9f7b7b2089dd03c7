"""Groups survive nothing on the way down, and everything else does; on the way up their tables take rows."""

from sqlalchemy import inspect, text

from peernet.accounts.sessions import viewer_of
from peernet.db import Database, migrations
from peernet.roundtables.groupings import drafting
from tests.roundtables.groupings.conftest import PAIRS
from tests.world import make_world

TABLES = {"grouping", "group_seat", "roundtable_grouping"}


def _draft(database: Database) -> None:
    with database.writing() as db:
        world = make_world(db)
        drafting.draft(db, world.roundtable, actor=viewer_of(world.organiser), wished=PAIRS, found=None, inputs=None)


def test_groups_go_down_and_up_with_data_around_them(own_database: Database) -> None:
    _draft(own_database)
    migrations.downgrade(own_database, "0014")
    assert TABLES & set(inspect(own_database.engine).get_table_names()) == set()
    with own_database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM roundtable")).scalar_one() == 1
    migrations.upgrade(own_database)
    assert set(inspect(own_database.engine).get_table_names()) >= TABLES
    with own_database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM grouping")).scalar_one() == 0
