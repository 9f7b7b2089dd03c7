"""A material in another language: begun from what is public, linked both ways, and outdated when that moves on."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import MetaData, Table, select
from sqlalchemy.orm import Session

from peernet.db import Database, Refused, migrations, settle
from peernet.materials import access, images, manuscripts, publishing, reading, translations, writing
from peernet.materials.exchange import Result, bring_in, send_out
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, Material, MaterialAsset, MaterialKind, MaterialState
from peernet.media import folder, store
from peernet.media.images import prepare
from peernet.web.viewer import Viewer
from tests.materials.conftest import reload
from tests.materials.folders import HEAD, Bring, counts, files, put
from tests.materials.test_files import CAPTIONS
from tests.materials.test_pages import SignIn
from tests.materials.test_publishing import Publish, a_picture
from tests.media.recordings import mp3, mp4, pdf
from tests.roundtables.test_migration import _insert
from tests.world import World

BY = CreditLine(Credit.TRANSLATOR, "A translator")


@pytest.fixture
def begun(db: Session, draft: Material, organiser: Viewer, publish: Publish) -> Material:
    """A translation of the published draft into French, as it is begun."""
    publish(draft)
    made = translations.begin(db, organiser, reload(db, organiser, draft), language="fr", brought=())
    db.commit()
    return reload(db, organiser, made)


def _named(db: Session, viewer: Viewer, material: Material) -> None:
    found = reload(db, viewer, material)
    text = manuscripts.of_draft(found.draft)
    writing.save(db, viewer, found, version=found.draft.version, manuscript=replace(text, credits=(*text.credits, BY)))
    db.commit()


def test_it_begins_with_what_is_public_and_names_its_translator_before_it_is_out(
    db: Session, draft: Material, begun: Material, organiser: Viewer, publish: Publish, complete: Manuscript
) -> None:
    assert manuscripts.of_draft(begun.draft) == replace(complete, language="fr")
    standing = translations.standing(db, begun)
    assert (standing.original.id, standing.made_from, standing.is_outdated) == (draft.id, 1, False)
    with pytest.raises(Refused, match="Name who translated it"):
        publish(begun)
    db.rollback()
    _named(db, organiser, begun)
    assert publish(begun).number == 1


def test_pictures_come_along_with_whose_they_are_and_stay_when_those_of_the_original_go(
    db: Session, draft: Material, organiser: Viewer, publish: Publish, sign_in: SignIn, world: World
) -> None:
    found = reload(db, organiser, draft)
    row = images.bring(db, organiser, found, image=prepare(a_picture()), filename="river.png", alt="A river")
    db.add(MaterialAsset(material_id=draft.id, media_id=row.media_id, creator="A river trust", licence="CC-BY-4.0"))
    text = manuscripts.of_draft(found.draft)
    line = f"{text.source}\n\n![A river]({row.path})"
    writing.save(db, organiser, found, version=found.draft.version, manuscript=replace(text, source=line))
    db.commit()
    publish(draft)
    editor = sign_in(world.organiser)
    assert editor.post(f"/write/{draft.slug}/translations", data={"language": "fr"}).status_code == 303
    made = db.scalars(select(Material).where(Material.language == "fr")).one()
    db.expire_all()
    (mine,), (copy,) = (db.scalars(access.files_of(one.id)).all() for one in (draft, made))
    assert (copy.path, copy.media.alt, copy.asset.creator, copy.media_id == mine.media_id) == (
        *(mine.path, "A river", "A river trust"),
        False,
    )
    urls = mine.media.url, copy.media.url
    _named(db, organiser, made)
    publish(made)
    settle(db)
    assert urls[1] in reading.page(db, made.slug).version.html
    publishing.withdraw(db, organiser, reload(db, organiser, draft), why="A mistake.")
    settle(db)
    reader = sign_in(world.stranger)
    assert [reader.get(url).status_code for url in urls] == [404, 200]


def test_films_recordings_and_papers_come_along_and_captions_wait_for_their_translation(
    db: Session, draft: Material, organiser: Viewer, publish: Publish, sign_in: SignIn, world: World
) -> None:
    sent = {"talk.mp4": mp4(), "talk.mp3": mp3(), "report.pdf": pdf(), "later.pdf": pdf(b"% not yet")}
    editor = sign_in(world.organiser)
    for name, data in sent.items():
        form = {"title": f"Our {name}", "file": (io.BytesIO(data), name)}
        assert editor.post(f"/write/{draft.slug}/files", data=form).status_code == 303
    found = reload(db, organiser, draft)
    film, sound, paper, _unshown = db.scalars(access.files_of(draft.id)).all()
    db.add(MaterialAsset(material_id=draft.id, media_id=paper.media_id, creator="A trust", licence="CC-BY-4.0"))
    text = manuscripts.of_draft(found.draft)
    text = replace(
        text, kind=MaterialKind.VIDEO, source=f"{text.source}\n\n[Listen]({sound.path}), [read]({paper.path}).",
        particulars=replace(text.particulars, film=film.path, captions=CAPTIONS),
    )  # fmt: skip
    writing.save(db, organiser, found, version=found.draft.version, manuscript=text)
    db.commit()
    publish(draft)
    assert editor.post(f"/write/{draft.slug}/translations", data={"language": "fr"}).status_code == 303
    made = db.scalars(select(Material).where(Material.language == "fr")).one()
    db.expire_all()
    copies = {row.path: row for row in db.scalars(access.files_of(made.id))}
    assert {path: (row.media.alt, store.read(row.media), row.media.audience) for path, row in copies.items()} == {
        film.path: ("Our talk.mp4", mp4(), f"facilitators:{world.cohort.id}"),
        sound.path: ("Our talk.mp3", mp3(), f"facilitators:{world.cohort.id}"),
        paper.path: ("Our report.pdf", pdf(), f"facilitators:{world.cohort.id}"),
    }
    assert copies[paper.path].asset.creator == "A trust"
    theirs = {row.path: row for row in db.scalars(access.files_of(draft.id))}
    urls = [theirs[film.path].media.url, copies[film.path].media.url, copies[paper.path].media.url]
    assert {row.media.name for row in copies.values()} & {row.media.name for row in theirs.values()} == set()
    _named(db, organiser, made)
    with pytest.raises(Refused, match="Its captions are those of the original: translate them too"):
        publish(made)
    db.rollback()
    mine = reload(db, organiser, made)
    text = manuscripts.of_draft(mine.draft)
    text = replace(text, particulars=replace(text.particulars, captions=CAPTIONS.replace("We asked", "On demandait")))
    writing.save(db, organiser, mine, version=mine.draft.version, manuscript=text)
    db.commit()
    publish(made)
    publishing.withdraw(db, organiser, reload(db, organiser, draft), why="A mistake.")
    settle(db)
    reader = sign_in(world.stranger)
    assert [reader.get(url).status_code for url in urls] == [404, 200, 200]


def test_a_translation_that_is_refused_keeps_no_copy(
    db: Session, draft: Material, organiser: Viewer, publish: Publish, sign_in: SignIn, world: World
) -> None:
    editor = sign_in(world.organiser)
    form = {"title": "Report", "file": (io.BytesIO(pdf()), "a.pdf")}
    assert editor.post(f"/write/{draft.slug}/files", data=form).status_code == 303
    (paper,) = db.scalars(access.files_of(draft.id)).all()
    found = reload(db, organiser, draft)
    text = manuscripts.of_draft(found.draft)
    text = replace(text, source=f"{text.source}\n\n[Read]({paper.path}).")
    writing.save(db, organiser, found, version=found.draft.version, manuscript=text)
    db.commit()
    publish(draft)
    before = list(folder.names())
    assert editor.post(f"/write/{draft.slug}/translations", data={"language": "en"}).status_code == 422
    assert list(folder.names()) == before


def test_there_is_one_for_each_language_and_none_of_a_draft(
    db: Session, draft: Material, begun: Material, organiser: Viewer
) -> None:
    for language in ("fr", "en"):
        with pytest.raises(Refused):
            translations.begin(db, organiser, reload(db, organiser, draft), language=language, brought=())
    with pytest.raises(Refused):
        translations.begin(db, organiser, begun, language="es", brought=())


def test_readers_go_from_one_to_the_other_and_are_told_when_it_is_outdated(
    db: Session, draft: Material, begun: Material, organiser: Viewer, publish: Publish, complete: Manuscript,
    client: FlaskClient, sign_in: SignIn, world: World,
) -> None:  # fmt: skip
    here, there = f"/library/{draft.slug}", f"/library/{begun.slug}"
    assert there not in client.get(here).text  # nobody hears of a draft
    _named(db, organiser, begun)
    publish(begun)
    settle(db)
    assert client.get(here).text.count(f'href="{there}" hreflang="fr" lang="fr"') == 1
    page = client.get(there).text
    assert (page.count(f'href="{here}" hreflang="en" lang="en"'), page.count("the original is at version")) == (1, 0)
    said = re.search(r'<p class="in-languages" lang="en">(.*?)</p>', page)
    assert said is not None
    assert re.sub("<[^>]+>", "", said[1]) == f"Translated from {reload(db, organiser, draft).title} (English)"
    site, links = "http://localhost:8000", re.compile('rel="alternate" hreflang="(..)" href="([^"]+)"')
    both = [("en", f"{site}{here}"), ("fr", f"{site}/fr{there}")]
    entries = [entry for entry in client.get("/sitemap.xml").text.split("<url>") if f"{here}<" in entry]
    assert [sorted(links.findall(each)) for each in (page, client.get(here).text, *entries)] == [both] * 4
    assert reading.page(db, begun.slug).made_from == 1
    writing.save(
        db, organiser, reload(db, organiser, draft), version=0, manuscript=replace(complete, source="Other words.")
    )
    db.commit()
    publish(draft, note="Put right.")
    settle(db)
    told = "This translation was made from version 1; the original is at version 2 now."
    assert client.get(there).text.count(told) == 1
    editor = sign_in(world.facilitator)
    assert editor.get(f"/write/{begun.slug}/translations").text.count("Outdated") == 1
    assert editor.post(f"/write/{begun.slug}/translations/follows").status_code == 303
    assert client.get(there).text.count(told) == 0


def test_pages_begin_it_for_those_who_write(
    draft: Material, publish: Publish, db: Session, sign_in: SignIn, world: World
) -> None:
    publish(draft)
    address = f"/write/{draft.slug}/translations"
    stranger = sign_in(world.stranger)
    assert [stranger.get(address).status_code, stranger.post(address, data={"language": "fr"}).status_code] == [
        404,
        404,
    ]
    editor = sign_in(world.facilitator)
    assert editor.post(address, data={"language": "fr"}).status_code == 303
    assert editor.post(address, data={"language": "fr"}).status_code == 422
    made = db.scalars(select(Material).where(Material.language == "fr")).one()
    assert (made.state, made.cohort_id) == (MaterialState.DRAFT, draft.cohort_id)


def test_files_carry_the_link(own_database: Database, database: Database, bring: Bring, tmp_path: Path) -> None:
    more = "language: fr\ntranslation_of: two\nmade_from: 1\n---\n"
    put(tmp_path / "in", "materials/one.md", HEAD.format("One").replace("---\n\n", more, 1) + "Mots.")
    put(tmp_path / "in", "materials/two.md", HEAD.format("Two") + "Words.")
    assert counts(bring(tmp_path / "in")) == (2, 0, 0, 0)
    send_out(database, tmp_path / "out")
    written = files(tmp_path / "out")["materials/one.md"].decode()
    assert re.findall('^translation_of: two\nmade_from: 1\nmade_from_text: "?[0-9a-f]{16}"?$', written, re.M) != []
    assert counts(bring(tmp_path / "out")) == (0, 0, 2, 0)
    assert bring_in(own_database, tmp_path / "out").is_good
    send_out(own_database, tmp_path / "again")
    assert files(tmp_path / "again") == files(tmp_path / "out")


def _corrected(db: Session, viewer: Viewer, material: Material, words: str) -> None:
    found = reload(db, viewer, material)
    text = manuscripts.of_published(db, found, found.current)
    writing.save(db, viewer, found, version=0, manuscript=replace(text, source=f"{text.source}\n\n{words}"))
    db.commit()


@pytest.mark.parametrize("follows", [True, False])
def test_another_network_knows_whether_it_follows_its_original(
    db: Session, database: Database, own_database: Database, draft: Material, begun: Material, organiser: Viewer,
    publish: Publish, tmp_path: Path, follows: bool,
) -> None:  # fmt: skip
    """There the original is at version 1 and here at 3; there it was corrected once more than here."""
    _named(db, organiser, begun)
    publish(begun)
    for words in ("Once.", "Twice."):
        _corrected(db, organiser, draft, words)
        publish(draft, note="More.")
    if follows:
        translations.bring_up_to_date(db, translations.standing(db, reload(db, organiser, begun)))
        db.commit()
    send_out(database, tmp_path / "out")
    assert bring_in(own_database, tmp_path / "out").is_good
    with own_database.reading() as there:
        (page,) = (reading.page(there, begun.slug),)
        assert (page.original.number, page.made_from, page.is_outdated) == (1, 1 if follows else 0, not follows)
    assert bring_in(own_database, tmp_path / "out").count(Result.UNCHANGED) == len(files(tmp_path / "out"))
    send_out(own_database, tmp_path / "again")
    again = bring_in(own_database, tmp_path / "again")
    assert again.count(Result.UNCHANGED) == len(again.entries)
    home = bring_in(database, tmp_path / "out")
    assert home.count(Result.UNCHANGED) == len(home.entries)
    db.expire_all()
    assert reading.page(db, begun.slug).made_from == (3 if follows else 1)


def test_readers_are_told_of_an_earlier_version_that_is_not_here(
    bring: Bring, client: FlaskClient, tmp_path: Path
) -> None:
    more = "language: fr\ntranslation_of: two\nmade_from: 4\nmade_from_text: 0123456789abcdef\n---\n"
    put(tmp_path, "materials/one.md", HEAD.format("One").replace("---\n\n", more, 1) + "Mots.")
    put(tmp_path, "materials/two.md", HEAD.format("Two") + "Words.")
    assert counts(bring(tmp_path)) == (2, 0, 0, 0)
    assert client.get("/library/one").text.count("made from an earlier version of the original.") == 1


def test_the_table_goes_up_and_down(own_database: Database) -> None:
    migrations.downgrade(own_database, "0026")
    with own_database.engine.begin() as connection:
        for number in (1, 2):
            _insert(
                connection, "material", id=number, slug=f"m{number}", kind="blogpost", state="draft", extra={},
                number=0, corrections=[],
            )  # fmt: skip
    migrations.upgrade(own_database, "0027")
    with own_database.engine.begin() as connection:
        _insert(connection, "material_translation", material_id=2, original_id=1, made_from=1)
        table = Table("material_translation", MetaData(), autoload_with=connection)
        assert connection.execute(select(table)).all() == [(2, 1, 1)]
    migrations.downgrade(own_database, "0026")
    migrations.upgrade(own_database)
    assert migrations.present(own_database) == migrations.head()
