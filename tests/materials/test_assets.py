"""Whose pictures are: said, checked before they are public, shown to readers, carried along, and put right at once."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import MetaData, Table, select
from sqlalchemy.orm import Session

from peernet.db import Conflict, Database, Refused, migrations
from peernet.materials import access, assets, images, manuscripts, parts, rendering, writing
from peernet.materials.assets import Said
from peernet.materials.exchange import send_out
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material, MaterialAsset, MaterialFile
from peernet.media.images import prepare
from peernet.pages.models import PageTouch
from peernet.web.viewer import Viewer
from tests.materials.conftest import reload
from tests.materials.folders import Bring, counts, files, put
from tests.materials.test_pages import SignIn
from tests.materials.test_publishing import Publish, a_picture
from tests.roundtables.test_migration import _insert
from tests.world import World

MAP = "images/who-was-there-first/map.png"
FOUND = Said("A map", "Map makers", "https://example.org/map", "CC-BY-SA-4.0")


@pytest.fixture
def shown(db: Session, draft: Material, organiser: Viewer, complete: Manuscript) -> MaterialFile:
    """A picture that the draft shows."""
    row = images.bring(db, organiser, draft, image=prepare(a_picture()), filename="map.png", alt="A map")
    source = f"{complete.source}\n\n{images.markdown_line(row)}"
    writing.save(db, organiser, reload(db, organiser, draft), version=2, manuscript=replace(complete, source=source))
    db.commit()
    return _file(db, draft)


def _file(db: Session, material: Material) -> MaterialFile:
    db.expire_all()
    return db.scalars(access.files_of(material.id)).one()


def _checks(db: Session, draft: Material, organiser: Viewer) -> list[tuple[str, bool, list[str]]]:
    manuscript = manuscripts.of_draft(reload(db, organiser, draft).draft)
    html = rendering.render(manuscript.source, "en", rendering.surroundings(db, draft, manuscript.source)).html
    return [(one.name, one.passed, one.details) for one in parts.checks(db, draft, manuscript, html)]


def test_what_may_not_stand_in_the_text_blocks_until_it_is_permitted(
    db: Session, draft: Material, organiser: Viewer, shown: MaterialFile, publish: Publish
) -> None:
    assert _checks(db, draft, organiser) == [("parts", True, []), ("parts-unsaid", False, [MAP])]
    assets.state(db, draft, shown, replace(FOUND, changes="cropped"), version=0)
    wrong = (
        f"{MAP}: It was changed, so it goes on under CC BY-SA 4.0, and CC BY 4.0 is not that. Publish the text under "
        "CC BY-SA 4.0, show the picture as it came, or ask for a permission."
    )
    assert _checks(db, draft, organiser) == [("parts", False, [wrong])]
    with pytest.raises(Refused):
        publish(draft)
    db.rollback()
    assets.state(db, draft, _file(db, draft), replace(FOUND, changes="cropped", permission="By letter"), version=0)
    assert _checks(db, draft, organiser) == [("parts", True, [])]
    assert _file(db, draft).asset.permission_on == date(2026, 11, 23)


def test_saying_nothing_again_takes_it_away_and_a_lost_race_is_told(
    db: Session, draft: Material, shown: MaterialFile
) -> None:
    assets.state(db, draft, shown, FOUND, version=0)
    with pytest.raises(Conflict):
        assets.state(db, draft, _file(db, draft), Said(), version=0)
    assets.state(db, draft, _file(db, draft), Said(), version=1)
    assert (_file(db, draft).asset, db.scalars(select(MaterialAsset)).all()) == (None, [])


def test_a_licence_that_asks_for_a_name_gets_one(db: Session, draft: Material, shown: MaterialFile) -> None:
    with pytest.raises(Refused) as refusal:
        assets.state(db, draft, shown, Said(licence="CC-BY-4.0"), version=0)
    assert refusal.value.field == "creator"


def test_what_readers_see_is_put_right_at_once_but_never_into_what_may_not_stand(
    db: Session, draft: Material, organiser: Viewer, shown: MaterialFile, publish: Publish
) -> None:
    publish(draft)
    material = reload(db, organiser, draft)
    with pytest.raises(Refused) as refusal:
        assets.state(db, material, _file(db, draft), replace(FOUND, licence="CC-BY-NC-4.0"), version=0)
    assert refusal.value.field == "licence"
    db.rollback()
    before = len(db.scalars(select(PageTouch).where(PageTouch.key == f"material:{draft.id}")).all())
    assets.state(db, reload(db, organiser, draft), _file(db, draft), FOUND, version=0)
    db.flush()
    after = db.scalars(select(PageTouch).where(PageTouch.key == f"material:{draft.id}")).all()
    assert len(after) >= max(before, 1)


def test_pages_and_downloads_name_it(
    db: Session, draft: Material, shown: MaterialFile, publish: Publish, sign_in: SignIn, world: World,
    client: FlaskClient,
) -> None:  # fmt: skip
    address = f"/write/{draft.slug}/assets/{shown.id}"
    writer, sent = sign_in(world.facilitator), {"title": "A map", "creator": "Map makers", "licence": "CC-BY-SA-4.0"}
    assert writer.get(f"/write/{draft.slug}/assets").text.count("Made by the authors, for this text.") == 1
    assert writer.post(address, data=sent | {"licence": "MINE"}).status_code == 422
    assert writer.post(address, data=sent).status_code == 303
    publish(draft)
    reader = client.get(f"/library/{draft.slug}").text
    assert '“A map”</span>, by Map makers, <a href="https://creativecommons.org/licenses/by-sa/4.0/">' in reader
    assert "“Who was there first” by The editors, " in reader
    assert "Pictures that name another licence are under that one." in reader
    # What readers see is no longer for a facilitator to say, but for an organiser.
    assert writer.post(address, data=sent | {"version": "1"}).status_code == 404
    organiser = sign_in(world.organiser)
    assert organiser.post(address, data=sent | {"version": "1", "creator": "Other makers"}).status_code == 303
    assert "by Other makers" in client.get(f"/library/{draft.slug}").text


def test_a_file_says_it_and_a_round_trip_changes_nothing(
    db: Session, database: Database, bring: Bring, tmp_path: Path
) -> None:
    head = "---\ntitle: One\nlicence: https://creativecommons.org/licenses/by-sa/4.0/\npublished_on: 2026-01-02\n"
    said = (
        "assets:\n  - file: images/a.png\n    creator: Map makers\n    licence: https://creativecommons.org/licenses/by-sa/3.0/\n"
        "    changes: cropped\n    permission: By letter\n    permission_on: 2026-01-01\n"
    )
    put(tmp_path / "in", "materials/one.md", f"{head}{said}---\n\n![Map](images/a.png)")
    put(tmp_path / "in", "materials/images/a.png", a_picture())
    refused = said.replace("    permission: By letter\n", "").replace("permission_on: 2026-01-01", "title: River")
    put(tmp_path / "refused", "materials/one.md", f"{head.replace('-sa', '')}{refused}---\n\n![Map](images/a.png)")
    put(tmp_path / "refused", "materials/images/a.png", a_picture())
    assert [entry.reason.split(" and CC")[0] for entry in bring(tmp_path / "refused").entries] == [
        "Some pictures may not stand in a text under this licence. images/a.png: It was changed, so it goes on under "
        "CC BY-SA 3.0,"
    ]
    assert counts(bring(tmp_path / "in")) == (1, 0, 0, 0)
    asset = db.scalars(select(MaterialAsset)).one()
    assert (asset.creator, asset.changes, asset.permission_on) == ("Map makers", "cropped", date(2026, 1, 1))
    assert db.scalars(select(Material)).one().licence == "CC-BY-SA-4.0"
    send_out(database, tmp_path / "out")
    assert counts(bring(tmp_path / "out")) == (0, 0, 1, 0)
    send_out(database, tmp_path / "again")
    assert files(tmp_path / "again") == files(tmp_path / "out")
    put(tmp_path / "in", "materials/one.md", f"{head}{said.replace('a.png', 'b.png')}---\n\n![Map](images/a.png)")
    report = bring(tmp_path / "in")
    assert [str(entry) for entry in report.entries] == ["materials/one.md:5: assets: the text shows no images/b.png."]
    put(tmp_path / "in", "materials/one.md", f"{head}---\n\n![Map](images/a.png)")
    assert counts(bring(tmp_path / "in")) == (0, 1, 0, 0)
    assert db.scalars(select(MaterialAsset)).all() == []


def test_the_table_goes_up_and_down(own_database: Database) -> None:
    migrations.downgrade(own_database, "0023")
    with own_database.engine.begin() as connection:
        _insert(connection, "material", id=1, kind="blogpost", state="draft", extra={}, number=0)
        _insert(connection, "media_file", id=1, name="a")
    migrations.upgrade(own_database, "0024")
    with own_database.engine.begin() as connection:
        _insert(connection, "material_asset", id=1, material_id=1, media_id=1, creator="Map makers")
        table = Table("material_asset", MetaData(), autoload_with=connection)
        assert connection.scalars(select(table.c.creator)).all() == ["Map makers"]
    migrations.downgrade(own_database, "0023")
    with own_database.engine.begin() as connection:
        assert connection.scalars(select(Table("media_file", MetaData(), autoload_with=connection).c.name)).all() == [
            "a"
        ]
    migrations.upgrade(own_database)
    assert migrations.present(own_database) == migrations.head()
