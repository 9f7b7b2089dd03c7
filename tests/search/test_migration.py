"""The index comes and goes with its migration, and rows that are there already are found."""

from sqlalchemy import inspect

from peernet.db import migrations
from peernet.search import find, put

BEFORE_SPELLINGS = "0060"


def test_down_and_up_again_with_rows(own_database):
    with own_database.writing() as db:
        put(db, kind="material", ref=1, audience="public", title="Water", text="and wind", url="/")
    migrations.downgrade(own_database, "0001")
    assert [name for name in inspect(own_database.engine).get_table_names() if name.startswith("search_t")] == []
    with own_database.writing() as db:
        assert db.connection().exec_driver_sql("SELECT count(*) FROM search_row").scalar() == 1
    migrations.upgrade(own_database)
    with own_database.reading() as db:
        assert find(db, {"public"}, "water wind", kind="material").total == 1
    with own_database.writing() as db:
        put(db, kind="material", ref=1, audience="public", title="Fire", text="", url="/")
    with own_database.reading() as db:
        assert [find(db, {"public"}, word).total for word in ("water", "fire")] == [0, 1]


def test_what_is_spelled_otherwise_before_and_after(own_database):
    with own_database.writing() as db:
        put(db, kind="material", ref=1, audience="public", title="Water", text="حَوْكَمَة المياه", url="/")
    with own_database.reading() as db:
        assert [find(db, {"public"}, word).total for word in ("حوكمة", "water مياه")] == [1, 1]
    migrations.downgrade(own_database, BEFORE_SPELLINGS)
    with own_database.reading() as db:
        assert find(db, {"public"}, "water").total == 1
    migrations.upgrade(own_database)
    with own_database.writing() as db:
        assert find(db, {"public"}, "water").total == 1
        put(db, kind="material", ref=1, audience="public", title="Fire", text="حَوْكَمَة المياه", url="/")
    with own_database.reading() as db:
        assert [find(db, {"public"}, word).total for word in ("water", "حوكمة", "fire مياه")] == [0, 1, 1]
