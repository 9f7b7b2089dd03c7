"""Films, recordings and papers of a material: brought, played where the material is public, and by nobody else."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from peernet.accounts.models import Person
from peernet.db import Database
from peernet.i18n.formats import filesize as format_size
from peernet.materials import access, assets, manuscripts, publishing, reading, writing
from peernet.materials.exchange import Result, bring_in, send_out
from peernet.materials.models import Material, MaterialFile, MaterialKind
from peernet.materials.taking import markdown
from peernet.media import store
from peernet.settings import Settings, use
from peernet.web.viewer import Viewer
from tests.materials.conftest import reload
from tests.materials.folders import files
from tests.materials.test_publishing import Publish, a_picture
from tests.media.recordings import mp3, mp4, pdf
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:02.000\nWe asked who decides."


@pytest.fixture
def editor(sign_in: SignIn, world: World, draft: Material) -> FlaskClient:
    """The organiser's browser."""
    return sign_in(world.organiser)


def bring(client: FlaskClient, draft: Material, data: bytes, name: str, title: str = "Our talk") -> str:
    answer = client.post(
        f"/write/{draft.slug}/files", data={"title": title, "file": (io.BytesIO(data), name)}
    )  # fmt: skip
    assert (answer.status_code, answer.location) == (303, f"/write/{draft.slug}/files"), answer.text
    return answer.location


def rows(db: Session, draft: Material) -> list[MaterialFile]:
    db.expire_all()
    return list(db.scalars(access.files_of(draft.id)))


def test_a_film_from_the_upload_to_the_page_and_away(
    db: Session, client: FlaskClient, editor: FlaskClient, sign_in: SignIn, world: World, draft: Material,
    organiser: Viewer, publish: Publish,
) -> None:  # fmt: skip
    bring(editor, draft, mp4(), "The talk.mp4")
    bring(editor, draft, mp3(), "Interview.mp3", "An interview")
    bring(editor, draft, pdf(), "report.PDF", "The report [as printed]")
    film, sound, paper = rows(db, draft)
    assert [row.path for row in (film, sound, paper)] == [
        f"files/{draft.slug}/the-talk.mp4", f"files/{draft.slug}/interview.mp3", f"files/{draft.slug}/report.pdf",
    ]  # fmt: skip
    urls = [row.media.url for row in (film, sound, paper)]
    page = editor.get(f"/write/{draft.slug}/files").text
    assert f"<code>[The report \\[as printed\\]]({paper.path})</code>" in page
    assert editor.get(f"/write/{draft.slug}").text.count(film.media.url) == 0  # no image
    version = reload(db, organiser, draft).draft.version
    answer = editor.post(f"/write/{draft.slug}/files/film", data={"version": version, "film": film.id})
    assert answer.status_code == 303
    found = reload(db, organiser, draft)
    before = manuscripts.of_draft(found.draft)
    text = f"{before.source}\n\n[Listen]({sound.path}) or [read]({paper.path})."
    particulars = replace(before.particulars, captions=CAPTIONS)
    said = replace(before, kind=MaterialKind.VIDEO, source=text, particulars=particulars)
    writing.save(db, organiser, found, version=found.draft.version, manuscript=said)
    db.commit()

    assert [client.get(url).status_code for url in urls] == [404, 404, 404]
    assert [sign_in(world.member).get(url).status_code for url in urls] == [404, 404, 404]
    assert [editor.get(url).status_code for url in urls] == [200, 200, 200]

    publish(draft)
    public = client.get(f"/library/{draft.slug}").text
    track = (
        f'<track kind="captions" default srclang="en" label="Captions" src="/library/{draft.slug}/download/captions">'
    )
    assert f'<source src="{urls[0]}" type="video/mp4">\n{track}</video>' in public
    assert f'<source src="{urls[1]}" type="audio/mpeg">' in public
    assert f'<a href="{urls[2]}" download>The report [as printed]</a> <span class="meta">PDF, ' in public
    assert [client.get(url).status_code for url in urls] == [200, 200, 200]
    part = client.get(urls[0], headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.data) == (206, b"ftyp")
    book = client.get(f"/library/{draft.slug}/download/html").text
    assert (urls[0] in book, "<video" in book, f'{urls[2]}">read</a>' in book) == (False, False, True)
    assert "Watch the video" in book
    kept = editor.post(f"/write/{draft.slug}/files/{paper.id}/remove")
    assert (kept.status_code, "A published version has this file. Its readers keep it." in kept.text) == (422, True)

    publishing.withdraw(db, organiser, reload(db, organiser, draft), why="A mistake.")
    db.commit()
    assert [client.get(url).status_code for url in urls] == [404, 404, 404]
    assert client.get(urls[0], headers={"Range": "bytes=4-7"}).status_code == 404


def test_the_draft_keeps_its_film_and_lets_go_of_it(
    db: Session, editor: FlaskClient, draft: Material, organiser: Viewer
) -> None:
    bring(editor, draft, mp4(), "a.mp4")
    bring(editor, draft, mp4(), "a.mp4", "The same again")
    film, again = rows(db, draft)
    assert again.path == f"files/{draft.slug}/a-2.mp4"
    version = reload(db, organiser, draft).draft.version
    form = {"version": version, "film": film.id}
    assert editor.post(f"/write/{draft.slug}/files/film", data=form).status_code == 303
    assert editor.post(f"/write/{draft.slug}/files/film", data=form).status_code == 303  # the same once more
    other = form | {"film": again.id}
    assert editor.post(f"/write/{draft.slug}/files/film", data=other).status_code == 409  # somebody else was first
    assert f'name="film" value="{film.path}"' in editor.get(f"/write/{draft.slug}").text
    refused = editor.post(f"/write/{draft.slug}/files/{film.id}/remove")
    assert (refused.status_code, "This is the material’s own film." in refused.text) == (422, True)
    version = reload(db, organiser, draft).draft.version
    assert editor.post(f"/write/{draft.slug}/files/film", data={"version": version}).status_code == 303
    assert [editor.post(f"/write/{draft.slug}/files/{row.id}/remove").status_code for row in (film, again)] == [303] * 2
    assert rows(db, draft) == []


@pytest.mark.parametrize("role", ["member", "observer", "outsider", "stranger", "admin"])
def test_who_does_not_write_it_brings_nothing(
    db: Session, sign_in: SignIn, world: World, draft: Material, role: str
) -> None:
    client, address = sign_in(getattr(world, role)), f"/write/{draft.slug}/files"
    sent = client.post(address, data={"title": "x", "file": (io.BytesIO(mp4()), "a.mp4")})
    film = client.post(f"{address}/film", data={"version": 2})
    assert [each.status_code for each in (client.get(address), sent, film)] == [404, 404, 404]
    assert rows(db, draft) == []


def test_a_file_of_another_material_is_not_found(
    db: Session, editor: FlaskClient, draft: Material, organiser: Viewer, world: World
) -> None:
    other = writing.start(db, organiser, title="Another", cohort=world.cohort)
    db.commit()
    bring(editor, other, mp4(), "a.mp4")
    row = rows(db, other)[0]
    assert editor.post(f"/write/{draft.slug}/files/film", data={"version": 2, "film": row.id}).status_code == 404
    assert editor.post(f"/write/{draft.slug}/files/{row.id}/remove").status_code == 404


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (mp4()[:-20], "a.mp4", "This file is damaged, or was cut off before its end."),
        (b"<html>", "a.mp4", "This is no file that can be brought here."),
        (b"", "", "Choose a file."),
    ],
)
def test_what_is_refused_leaves_nothing(
    db: Session, editor: FlaskClient, draft: Material, data: bytes, name: str, sentence: str
) -> None:
    answer = editor.post(f"/write/{draft.slug}/files", data={"title": "Mine", "file": (io.BytesIO(data), name)})
    assert (answer.status_code, sentence in answer.text, 'value="Mine"' in answer.text) == (422, True, True)
    assert db.scalars(select(MaterialFile)).all() == []


def test_a_cohort_has_a_quota(db: Session, editor: FlaskClient, draft: Material, settings: Settings) -> None:
    media = settings.media.model_copy(update={"cohort_quota_bytes": 2 * len(pdf())})
    use(settings.model_copy(update={"media": media}))
    for name in ("a.pdf", "b.pdf"):
        bring(editor, draft, pdf(), name)
    sent = {"title": "x", "file": (io.BytesIO(pdf()), "c.pdf")}
    refused = editor.post(f"/write/{draft.slug}/files", data=sent)
    assert (refused.status_code, "The files of this cohort would take more than" in refused.text) == (422, True)
    used = format_size(2 * len(pdf()))
    assert f"The files of this cohort take {used} of {used}." in refused.text
    sent = {"alt": "x", "image": (io.BytesIO(a_picture()), "c.png")}
    assert editor.post(f"/write/{draft.slug}/images", data=sent).status_code == 422
    assert len(rows(db, draft)) == 2


def test_only_here_may_more_be_sent_than_an_image(
    client: FlaskClient, editor: FlaskClient, draft: Material, settings: Settings, world: World,
    sign_in: Callable[[Person], FlaskClient],
) -> None:  # fmt: skip
    """The limit of all forms is the application's; this address has one of its own, for those who may write it."""
    address = f"/write/{draft.slug}"
    sent = {"title": "x", "file": FileStorage(io.BytesIO(b"\0" * 12_000_000), "a.mp4")}
    boundary, body = encode_multipart(sent)

    def status(browser: FlaskClient, path: str) -> int:
        answer = browser.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")
        return answer.status_code

    assert (status(editor, f"{address}/images"), status(editor, f"{address}/files")) == (413, 422)
    assert status(sign_in(world.member), f"{address}/files") == 413
    assert status(client, f"{address}/files") == 303  # to sign in, before a byte of it is read
    media = settings.media.model_copy(update={"max_film_bytes": 2_000_000, "max_document_bytes": 2_000_000})
    use(settings.model_copy(update={"media": media}))
    assert status(editor, f"{address}/files") == 413


@pytest.fixture
def filmed(
    db: Session, editor: FlaskClient, draft: Material, organiser: Viewer, publish: Publish
) -> list[MaterialFile]:
    """A published video with its film, a recording and a paper; and an image and a paper that only a draft has."""
    bring(editor, draft, mp4(), "Our talk, März.mp4")
    bring(editor, draft, mp3(), "b.mp3", "An interview")
    bring(editor, draft, pdf(), "c.pdf", "The report")
    bring(editor, draft, pdf(b"% not yet"), "later.pdf", "Not yet")
    editor.post(f"/write/{draft.slug}/images", data={"alt": "Not yet", "image": (io.BytesIO(a_picture()), "later.png")})
    film, sound, paper, *_others = [row.path for row in rows(db, draft)]
    before = manuscripts.of_draft(reload(db, organiser, draft).draft)
    said = replace(
        before,
        kind=MaterialKind.VIDEO,
        source=f"{before.source}\n\n[Listen]({sound}), or [read it]({paper}).",
        video_minutes=4,
        particulars=replace(before.particulars, captions=CAPTIONS, film=film),
    )
    found = reload(db, organiser, draft)
    writing.save(db, organiser, found, version=found.draft.version, manuscript=said)
    said_of_paper = assets.Said(title="Report", creator="A river trust", licence="CC-BY-4.0")
    assets.state(db, draft, rows(db, draft)[2], said_of_paper, version=0)
    db.commit()
    publish(draft)
    return rows(db, draft)


def test_an_export_holds_films_recordings_and_papers_and_fills_an_empty_network_with_them(
    db: Session, database: Database, own_database: Database, client: FlaskClient, draft: Material,
    filmed: list[MaterialFile], tmp_path: Path,
) -> None:  # fmt: skip
    film, sound, paper, *_others = filmed
    send_out(database, tmp_path / "out")
    out = files(tmp_path / "out")
    home = f"materials/{draft.slug}"
    held = {path: data for path, data in out.items() if path.startswith("materials/")}
    assert {path: data for path, data in held.items() if not path.endswith((".md", ".vtt"))} == {
        f"materials/{film.path}": mp4(), f"materials/{sound.path}": mp3(), f"materials/{paper.path}": pdf(),
    }  # fmt: skip
    assert (out[f"{home}.vtt"].decode(), "http" in out[f"{home}.md"].decode().split("\n---\n")[0]) == (
        *(f"{CAPTIONS}\n", False),
    )
    again = bring_in(database, tmp_path / "out")
    assert {entry.result for entry in again.entries} == {Result.UNCHANGED}, again.entries
    assert bring_in(own_database, tmp_path / "out").is_good
    send_out(own_database, tmp_path / "again")
    assert files(tmp_path / "again") == out
    with own_database.reading() as there:
        made = there.scalars(access.files_of(there.scalars(select(Material.id)).one())).all()
        told = [(row.path, row.media.alt, row.media.filename, row.media.audience) for row in made]
        page = reading.page(there, draft.slug)
        assert (page.version.video_url, page.version.video_minutes, page.particulars.film) == ("", 4, film.path)
        assert f'<a href="{made[2].media.url}">read it</a>' in page.version.html
    assert told == [
        (film.path, "Our talk", "Our talk, März.mp4", "public"),
        (sound.path, "An interview", "b.mp3", "public"),
        (paper.path, "The report", "c.pdf", "public"),
    ]


def test_a_folder_without_the_files_takes_none_away_and_another_film_takes_its_place(
    db: Session, database: Database, draft: Material, filmed: list[MaterialFile], tmp_path: Path
) -> None:
    film, _sound, paper, *_others = filmed
    send_out(database, tmp_path)
    text = tmp_path / f"materials/{draft.slug}.md"
    whole = text.read_text()
    head = re.sub(r"^(files|assets):\n(  - .*\n)+", "", whole, flags=re.MULTILINE)  # as earlier exports had it
    text.write_text(head.replace(f'film: "{film.path}"', f'url: "http://localhost:8000/library/{draft.slug}"'))
    for path in tmp_path.glob("materials/files/*/*"):
        path.unlink()
    report = bring_in(database, tmp_path)
    assert {entry.result for entry in report.entries} == {Result.UNCHANGED}, report.entries
    send_out(database, tmp_path)
    assert (text.read_text(), (tmp_path / f"materials/{film.path}").read_bytes()) == (whole, mp4())
    (tmp_path / f"materials/{film.path}").write_bytes(mp4(weight=99))
    (tmp_path / f"materials/{paper.path}").write_bytes(b"%PDF-1.7 cut off")
    (entry,) = bring_in(database, tmp_path).of(Result.REFUSED)
    assert entry.reason.startswith(f"{paper.path}: This file is damaged, or was cut off before its end.")
    (tmp_path / f"materials/{paper.path}").write_bytes(pdf())
    assert bring_in(database, tmp_path).count(Result.CHANGED) == 1
    db.expire_all()
    now = {row.path: row.media for row in db.scalars(access.files_of(draft.id))}
    assert (now[film.path].bytes, now[paper.path].bytes) == (len(mp4(weight=99)), len(pdf()))
    assert len(list(store.orphans(db))) == 0


def _taken(client: FlaskClient, draft: Material) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(client.get(f"/library/{draft.slug}/download/markdown").data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_download_as_markdown_holds_the_files_as_an_export_does(
    database: Database, client: FlaskClient, draft: Material, filmed: list[MaterialFile], tmp_path: Path
) -> None:
    send_out(database, tmp_path)
    written = {path: data for path, data in files(tmp_path).items() if path.startswith("materials/")}
    assert _taken(client, draft) == written
    page = client.get(f"/library/{draft.slug}").text
    size = len(client.get(f"/library/{draft.slug}/download/markdown").data)
    assert f'Markdown with its files (ZIP)</a> <span class="meta">{format_size(size)}</span>' in page


def test_what_is_too_large_for_a_download_is_a_link_to_this_site(
    client: FlaskClient, draft: Material, filmed: list[MaterialFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    film, sound, paper, *_others = filmed
    small = min(film, sound, paper, key=lambda row: row.media.bytes)
    monkeypatch.setattr(markdown, "_MOST", small.media.bytes)
    taken = _taken(client, draft)
    text = taken[f"materials/{draft.slug}.md"].decode()
    assert {path for path in taken if "/files/" in path} == {f"materials/{small.path}"}
    for words, row in (("Listen", sound), ("read it", paper)):
        target = row.path if row is small else f"http://localhost:8000{row.media.url}"
        assert f"[{words}]({target})" in text
    assert (f'film: "{film.path}"' in text, f'url: "http://localhost:8000/library/{draft.slug}"' in text) == (
        *(film is small, film is not small),
    )
