"""Word files in the editor and as the beginning of a material."""

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.materials.models import Material, MaterialDraft, MaterialFile
from peernet.media.models import MediaFile
from peernet.web.viewer import Viewer
from tests.materials.conftest import TEXT, reload
from tests.materials.test_pages import ROLES
from tests.materials.test_publishing import a_picture
from tests.text.foreign.documents import document, paragraph, picture, relation
from tests.world import World

SignIn = Callable[[Person], FlaskClient]


def _file(*, title: str = "Who &lt;keeps&gt; *it*") -> io.BytesIO:
    body = paragraph(title, style="Title") if title else ""
    body += (
        paragraph("In our words.")
        + paragraph("Part", style="Heading1")
        + picture("rIdA", "A [map]")
        + picture("rIdB")
        + picture("rIdC", "Broken")
    )
    keys = {"rIdA": "a", "rIdB": "b", "rIdC": "c"}
    relations = "".join(relation(key, "image", f"media/{name}.png") for key, name in keys.items())
    media = {"word/media/a.png": a_picture(), "word/media/b.png": a_picture(), "word/media/c.png": b"no picture"}
    return io.BytesIO(document(body, relations=relations, more=media))


def _source(db: Session, slug: str) -> str:
    return db.scalars(select(MaterialDraft.source).join(Material).where(Material.slug == slug)).one()


@pytest.mark.parametrize("role", ROLES)
def test_who_does_not_write_it_finds_nothing(sign_in: SignIn, world: World, draft: Material, role: str) -> None:
    client = sign_in(getattr(world, role))
    sent = {"word": (_file(), "a.docx")}
    assert client.post(f"/write/{draft.slug}/word", data=sent).status_code == 404
    more = {"kind": "report", "language": "en", "word": (_file(), "a.docx")}
    assert client.post("/c/practice-cohort/materials/new/word", data=more).status_code == 404


def test_its_text_comes_after_what_stands_there_with_images_and_a_report(
    db: Session, sign_in: SignIn, world: World, draft: Material
) -> None:
    client = sign_in(world.organiser)
    answer = client.post(f"/write/{draft.slug}/word", data={"word": (_file(), "From us.docx")})
    assert answer.status_code == 303
    db.expire_all()
    shown = "images/who-was-there-first/from-us"
    head = f"{TEXT}\n\n## Who <keeps> \\*it\\*\n\nIn our words.\n\n## Part\n\n"
    assert _source(db, draft.slug) == f"{head}![A \\[map\\]]({shown}-1.png)\n\n![]({shown}-2.png)\n"
    alts = list(db.scalars(select(MediaFile.alt).join(MaterialFile).order_by(MaterialFile.id)))
    assert alts == ["A [map]", "Image 2 of From us.docx"]
    page = client.get(answer.location).text
    for words in (
        "From us.docx is here: 5 words, 2 images. Look it over before you go on.",
        "Say in the text what each image shows: 1 of them say nothing yet.",
        "Image 3 was left out: This is not an image that can be shown here.",
    ):
        assert words in page


def test_a_material_begins_with_its_title_and_text(db: Session, sign_in: SignIn, world: World) -> None:
    client = sign_in(world.facilitator)
    address, sent = "/c/practice-cohort/materials/new/word", {"kind": "blogpost", "language": "en"}
    answer = client.post(address, data=sent | {"word": (_file(), "x.docx")})
    assert (answer.status_code, answer.location) == (303, "/write/who-keeps-it")
    material = reload(db, Viewer(person_id=world.facilitator.id), db.scalars(select(Material)).one())
    assert (material.title, material.draft.source[:27]) == ("Who <keeps> *it*", "In our words.\n\n## Part\n\n![A")
    untitled = client.post(address, data=sent | {"word": (_file(title=""), "What we say.docx")})
    assert untitled.location == "/write/what-we-say"


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.docx", "Choose a file."),
        (b"PK", "a.doc", "This is not a Word file."),
        (b"PK not quite", "a.docx", "This file is damaged"),
        (document("".join(paragraph("x " * 500) for _ in range(250))), "a.docx", "This text is too long"),
    ],
)
def test_what_is_refused_is_said_at_the_field_and_nothing_is_lost(
    db: Session, sign_in: SignIn, world: World, draft: Material, data: bytes, name: str, words: str
) -> None:
    client = sign_in(world.organiser)
    answer = client.post(f"/write/{draft.slug}/word", data={"word": (io.BytesIO(data), name)})
    assert (answer.status_code, words in answer.text, 'id="f-word-error"' in answer.text) == (422, True, True)
    new = {"kind": "report", "language": "en", "word": (io.BytesIO(data), name)}
    answer = client.post("/c/practice-cohort/materials/new/word", data=new)
    assert (answer.status_code, words in answer.text, 'id="f-word-error"' in answer.text) == (422, True, True)
    db.expire_all()
    assert _source(db, draft.slug) == TEXT
    assert db.scalars(select(Material.slug)).all() == [draft.slug]
