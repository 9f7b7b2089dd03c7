"""Agendas survive nothing on the way down, and everything else does."""

from sqlalchemy import inspect, text

from peernet.db import Database, migrations
from peernet.roundtables.agendas import building
from peernet.roundtables.agendas.inputs import Step
from tests.world import make_world

TABLES = {"agenda_step", "method"}


def test_agendas_go_down_and_up_with_data_around_them(own_database: Database) -> None:
    with own_database.writing() as db:
        world = make_world(db)
        building.add(db, world.roundtable, [Step(title="Round", minutes=20)], asking_id=world.asking.id)
        building.keep(db, world.roundtable, name="Ours", purpose="", language="en")
    migrations.downgrade(own_database, "0025")
    assert TABLES & set(inspect(own_database.engine).get_table_names()) == set()
    with own_database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM roundtable")).scalar_one() == 1
    migrations.upgrade(own_database)
    with own_database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM agenda_step")).scalar_one() == 0
