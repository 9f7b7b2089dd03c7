"""The way up and down with data: drafts and people stay, quotations go, and their places stand empty."""

from datetime import datetime

from sqlalchemy import MetaData, Table, select

from peernet.db import Database, migrations
from tests.roundtables.test_migration import _insert

_MOMENT = datetime(2026, 11, 1)


def test_quotations_go_up_and_down_with_their_data(own_database: Database) -> None:
    migrations.downgrade(own_database, "0012")
    with own_database.engine.begin() as connection:
        _insert(connection, "cohort", id=1, format="mixed", state="running")
        _insert(connection, "person", id=1, email="a@example.org", email_key="a@example.org")
        _insert(connection, "membership", id=1, cohort_id=1, person_id=1, role="organiser")
        _insert(connection, "material", id=1, kind="blogpost", state="draft", extra={})
        lists = {"topics": [], "organisations": [], "questions": [], "credits": []}
        _insert(connection, "material_draft", material_id=1, kind="blogpost", source="As it was", **lists)
    migrations.upgrade(own_database, "0013")
    with own_database.engine.begin() as connection:
        draft, membership = (
            Table(name, MetaData(), autoload_with=connection) for name in ("material_draft", "membership")
        )
        assert connection.execute(select(draft.c.source, draft.c.passages)).all() == [("As it was", [])]
        assert connection.execute(select(membership.c.is_signatory)).all() == [(False,)]
        _insert(connection, "quotation", id=1, ref="abcd2345", material_id=1, author_id=1, most="person", number=1)
        _insert(connection, "quotation_wording", id=1, quotation_id=1, attribution="person", number=1)
        _insert(connection, "quotation_speaker", id=1, wording_id=1, person_id=1, capacity="author", proposal="")
        _insert(connection, "quotation_decision", id=1, quotation_id=1, person_id=1, word="yes")
    migrations.downgrade(own_database, "0012")
    with own_database.engine.begin() as connection:
        draft = Table("material_draft", MetaData(), autoload_with=connection)
        assert connection.execute(select(draft.c.source)).all() == [("As it was",)]
        assert "passages" not in draft.c
    migrations.upgrade(own_database)
    assert migrations.present(own_database) == migrations.head()
    with own_database.engine.begin() as connection:
        quotation = Table("quotation", MetaData(), autoload_with=connection)
        assert connection.execute(select(quotation.c.id)).all() == []


def test_what_is_quoted_of_a_clip_without_names_stays_so(own_database: Database) -> None:
    migrations.downgrade(own_database, "0052")
    with own_database.engine.begin() as connection:
        _insert(connection, "cohort", id=1, format="mixed", state="running")
        _insert(connection, "roundtable", id=1, cohort_id=1, kind="roundtable")
        _insert(connection, "recording", id=1, roundtable_id=1, audience="cohort")
        _insert(connection, "material", id=1, kind="blogpost", state="draft", extra={})
        for number, is_unnamed in ((1, True), (2, False)):
            _insert(connection, "recording_clip", id=number, recording_id=1, starts=0, ends=9, is_unnamed=is_unnamed)
            _insert(connection, "quotation", id=number, ref=f"abcd234{number}", material_id=1, most="person", number=1)
            _insert(connection, "quotation_stretch", quotation_id=number, recording_id=1, clip_id=number, starts=0,
                    was_unnamed=False)  # fmt: skip
    migrations.upgrade(own_database)
    with own_database.engine.begin() as connection:
        stretch = Table("quotation_stretch", MetaData(), autoload_with=connection)
        found = select(stretch.c.was_unnamed).order_by(stretch.c.quotation_id)
        assert connection.scalars(found).all() == [True, False]
