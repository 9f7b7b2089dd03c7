"""Kinds in pages: their fields in the editor, what blocks publishing, what readers find, what they take along."""

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import search
from peernet.accounts.models import Person
from peernet.materials import manuscripts, publishing, rendering, writing
from peernet.materials.kinds.particulars import Chapter, Particulars
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material, MaterialDraft, MaterialKind, MaterialVersion
from peernet.materials.quotations import resemblance
from peernet.materials.reviews import texts
from peernet.pages import touched
from peernet.prompts.models import Response
from peernet.web.viewer import Viewer
from tests.materials.conftest import reload
from tests.materials.quotations.conftest import WORDS, answer  # noqa: F401 - a fixture
from tests.roundtables.test_pages import words_of
from tests.text.test_captions import GOOD
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
Publish = Callable[..., MaterialVersion]
HERE, PUBLIC = "/write/who-was-there-first", "/library/who-was-there-first"
DATA = "City,Hours\nDelhi,5.5\nLima,-5"


@pytest.fixture
def editor(sign_in: SignIn, world: World, draft: Material) -> FlaskClient:
    """The organiser's browser."""
    return sign_in(world.organiser)


@pytest.fixture
def fields(world: World) -> dict[str, object]:
    """What the editor's form sends of the complete draft."""
    return {
        "version": "2", "title": "Who was there first", "summary": "In short.", "text": "Words of mine.",
        "kind": "blogpost", "language": "en", "licence": "CC-BY-4.0", "credit": ["author"],
        "credit_name": ["The editors"], "credit_organisation": [""], "credit_role": [""],
    }  # fmt: skip


def kept(db: Session) -> MaterialDraft:
    """The draft as it stands."""
    db.expire_all()
    return db.scalars(select(MaterialDraft)).one()


@pytest.fixture
def keep(db: Session, draft: Material, facilitator: Viewer, complete: Manuscript) -> Callable[..., Material]:
    """Save the draft as a kind with what it needs."""

    def carry_out(kind: MaterialKind, **beside: object) -> Material:
        material = reload(db, facilitator, draft)
        version = material.draft.version if material.draft else 0
        address = "https://video.example.org/1" if kind is MaterialKind.VIDEO else ""
        manuscript = replace(complete, kind=kind, video_url=address, particulars=Particulars(**beside))  # type: ignore[arg-type]
        writing.save(db, facilitator, material, version=version, manuscript=manuscript)
        db.commit()
        return reload(db, facilitator, draft)

    return carry_out


def publish_other(
    db: Session, organiser: Viewer, world: World, title: str, text: str = "## A part\n\nWords."
) -> Material:
    """Another published material of the cohort."""
    made = writing.start(db, organiser, title=title, cohort=world.cohort)
    db.commit()
    found = reload(db, organiser, made)
    assert found.draft is not None
    found.draft.source = text
    db.flush()
    rendered = rendering.render(text, "en", rendering.Surroundings())
    publishing.issue(db, found, manuscripts.of_draft(found.draft), rendered, note="", actor_id=None)
    db.delete(found.draft)
    db.commit()
    return reload(db, organiser, made)


# Writing


def test_the_fields_of_a_kind_are_shown_and_those_of_others_kept_out_of_sight(
    db: Session, editor: FlaskClient, fields: dict[str, object]
) -> None:
    def shown() -> list[str]:
        page = editor.get(HERE).text
        return re.findall(r'<fieldset class="group" data-of-kind="([a-z-]+)">', page)

    assert shown() == []
    data = fields | {
        "kind": "graphic",
        "description": "A line.",
        "dataset": "City\tHours\nDelhi\t5.5",
        "abstract": "Kept.",
    }
    assert editor.post(HERE, data=data).status_code == 303
    assert shown() == ["graphic"]
    assert (kept(db).kind, kept(db).particulars) == (
        MaterialKind.GRAPHIC,
        {"description": "A line.", "dataset": "City,Hours\nDelhi,5.5", "abstract": "Kept."},
    )
    assert "Kept.</textarea>" in editor.get(HERE).text


def test_what_is_no_captions_yet_is_kept_and_said(db: Session, editor: FlaskClient, fields: dict[str, object]) -> None:
    data = fields | {"kind": "video", "video_url": "https://example.org/v", "captions": "WEBVTT\n\nnot yet"}
    assert editor.post(HERE, data=data).status_code == 303
    assert "Line 3 is not a time such as 00:01.000 --> 00:04.000." in words_of(editor.get(HERE))
    check = words_of(editor.get(f"{HERE}/publish"))
    assert "Something that its kind needs is missing. Line 3 is not a time" in check
    refused = editor.post(f"{HERE}/publish", data={"version": kept(db).version})
    assert refused.status_code == 422
    assert editor.get(PUBLIC).status_code == 404


def test_captions_and_data_come_as_files(db: Session, editor: FlaskClient) -> None:
    for path, field, text in (("captions", "captions_file", GOOD), ("data", "data_file", DATA)):
        data = {"version": kept(db).version, field: (BytesIO(b"\xef\xbb\xbf" + text.encode()), "a.txt")}
        assert editor.post(f"{HERE}/{path}", data=data).status_code == 303
    assert kept(db).particulars == {"captions": GOOD, "dataset": DATA}


@pytest.mark.parametrize(
    ("path", "field", "data", "said"),
    [
        ("captions", "captions_file", b"", "Choose a file."),
        ("captions", "captions_file", b"\xff\xfe\x00", "The file is not UTF-8. Save it as UTF-8."),
        ("captions", "captions_file", b"WEBVTT\x00", "This text holds a control character; please remove it."),
        ("captions", "captions_file", b"1\n00:01", "The first line of captions is WEBVTT."),
        ("captions", "captions_file", b"x" * 400_001, "The file is larger than 400 kB."),
        ("data", "data_file", b"a,b\n1", "Line 2 has 1 cells, and there are 2 columns."),
    ],
)
def test_a_wrong_file_is_refused_in_words(
    db: Session, editor: FlaskClient, path: str, field: str, data: bytes, said: str
) -> None:
    refused = editor.post(f"{HERE}/{path}", data={"version": 2, field: (BytesIO(data), "a.txt")})
    assert (refused.status_code, said in words_of(refused)) == (422, True)
    assert kept(db).particulars == {}


def test_a_file_for_a_draft_that_moved_on_is_refused(db: Session, editor: FlaskClient) -> None:
    answered = editor.post(f"{HERE}/captions", data={"version": 1, "captions_file": (BytesIO(GOOD.encode()), "a.vtt")})
    assert (answered.status_code, kept(db).particulars) == (409, {})


@pytest.mark.parametrize("who", ["member", "observer", "outsider", "stranger", "admin"])
def test_who_does_not_write_it_brings_nothing(world: World, draft: Material, sign_in: SignIn, who: str) -> None:
    client = sign_in(getattr(world, who))
    answers = [client.post(f"{HERE}/{path}", data={"version": 2}) for path in ("captions", "data")]
    assert [each.status_code for each in answers] in ([404, 404], [422, 422])
    for path, field in (("captions", "captions_file"), ("data", "data_file")):
        data = {"version": 2, field: (BytesIO(GOOD.encode() if path == "captions" else DATA.encode()), "a")}
        assert client.post(f"{HERE}/{path}", data=data).status_code == 404


def test_chapters_are_added_moved_and_taken_out_without_a_script(
    db: Session, world: World, organiser: Viewer, editor: FlaskClient, fields: dict[str, object]
) -> None:
    first, second = (publish_other(db, organiser, world, title) for title in ("First part", "Second part"))

    def send(**more: object) -> list[list[int]]:
        held = [one for one, _number in kept_chapters()]
        data = fields | {"kind": "playbook", "version": version(), "chapters": held} | more
        assert editor.post(HERE, data=data).headers["Location"] == f"{HERE}#chapters"
        return kept_chapters()

    def draft() -> MaterialDraft:
        db.expire_all()
        return db.scalars(select(MaterialDraft).where(MaterialDraft.base == 0)).one()

    def version() -> int:
        return draft().version

    def kept_chapters() -> list[list[int]]:
        return draft().particulars.get("chapters", [])

    assert send(then="chapter add", more=first.id) == [[first.id, 1]]
    assert send(then="chapter add", more=second.id) == [[first.id, 1], [second.id, 1]]
    page = words_of(editor.get(HERE))
    assert "First part Up Down Take out Second part Up Down Take out" in page
    assert send(then=f"chapter up {second.id}") == [[second.id, 1], [first.id, 1]]
    assert send(then=f"chapter down {first.id}") == [[second.id, 1], [first.id, 1]]
    assert send(then=f"chapter out {second.id}") == [[first.id, 1]]
    assert send(then="chapter nowhere") == [[first.id, 1]]


def test_what_is_not_published_is_no_chapter(
    db: Session, world: World, organiser: Viewer, editor: FlaskClient, fields: dict[str, object], draft: Material
) -> None:
    unpublished = writing.start(db, organiser, title="Not out", cohort=world.other_cohort)
    db.commit()
    for number in (unpublished.id, draft.id, 99_999):
        refused = editor.post(HERE, data=fields | {"kind": "playbook", "chapters": [number]})
        assert (refused.status_code, "Please choose one of the options." in refused.text) == (422, True)


def test_words_of_an_answer_in_captions_are_found_although_times_stand_between(
    db: Session,
    draft: Material,
    answer: Response,  # noqa: F811
    facilitator: Viewer,
    complete: Manuscript,
) -> None:
    half = WORDS.split(" ")
    said = f"WEBVTT\n\n00:01.000 --> 00:02.000\n{' '.join(half[:6])}\n\n00:02.000 --> 00:03.000\n{' '.join(half[6:])}"
    manuscript = replace(complete, particulars=Particulars(captions=said))
    found = resemblance.look(db, facilitator, resemblance.whole(manuscript))
    assert [each.words for each in found] == [WORDS[:-1]]


def test_what_a_reviewer_approves_includes_it(complete: Manuscript) -> None:
    video = replace(complete, kind=MaterialKind.VIDEO)
    with_captions = replace(video, particulars=Particulars(captions=GOOD))
    assert texts.digest_of(video) != texts.digest_of(with_captions)
    assert texts.digest_of(complete) == texts.digest_of(replace(complete, particulars=Particulars(captions=GOOD)))


def test_what_changed_beside_the_text_is_in_the_difference(
    db: Session, editor: FlaskClient, keep: Callable[..., Material], publish: Publish
) -> None:
    publish(keep(MaterialKind.REPORT, abstract="It rained."))
    keep(MaterialKind.REPORT, abstract="It snowed.")
    page = editor.get(f"{HERE}/changes")
    assert re.findall(r"<(?:ins|del)>(.*?)</", page.text) == ["rained", "snowed"]


# Reading


def test_a_video_has_a_transcript_that_is_found_and_captions_to_take(
    db: Session, editor: FlaskClient, keep: Callable[..., Material], publish: Publish, client: FlaskClient
) -> None:
    publish(keep(MaterialKind.VIDEO, captions=GOOD))
    page = client.get(PUBLIC)
    said = "Find in the transcript 0:01 Facilitator: What do you steward, and for whom? Take your time."
    assert f"Transcript {said}" in words_of(page)
    assert page.text.count("js/transcript") == 1
    hits = search.find(db, ["public"], "whom take your time").hits
    assert [hit.url for hit in hits] == [PUBLIC]
    taken = client.get(f"{PUBLIC}/download/captions")
    assert (taken.content_type, taken.get_data(as_text=True)) == ("text/vtt; charset=utf-8", f"{GOOD}\n")
    for kind in ("html", "epub", "markdown"):
        assert client.get(f"{PUBLIC}/download/{kind}").status_code == 200
    assert "Take your time." in client.get(f"{PUBLIC}/download/html").text
    assert client.get(f"{PUBLIC}/download/data").status_code == 404


def test_a_graphic_has_a_description_and_data_to_take(
    db: Session, keep: Callable[..., Material], publish: Publish, client: FlaskClient
) -> None:
    publish(keep(MaterialKind.GRAPHIC, description="Two bars.\n\nOne is longer.", dataset=DATA))
    page = client.get(PUBLIC)
    assert (
        "What the graphic shows Two bars. One is longer. The data City Hours Delhi 5.5 Lima -5 Data (CSV)"
        in words_of(page)
    )
    assert client.get(f"{PUBLIC}/download/data").data == b"City,Hours\r\nDelhi,5.5\r\nLima,-5\r\n"
    assert "<td>Lima</td>" in client.get(f"{PUBLIC}/download/html").text
    assert [hit.url for hit in search.find(db, ["public"], "Lima").hits] == [PUBLIC]


def test_a_report_has_its_summary_before_the_text(
    keep: Callable[..., Material], publish: Publish, client: FlaskClient
) -> None:
    publish(keep(MaterialKind.REPORT, abstract="It rained.", captions=GOOD))
    page = words_of(client.get(PUBLIC))
    assert page.index("Summary It rained.") < page.index("We asked who decides.")
    assert "Transcript" not in page


def test_a_playbook_is_read_as_one_and_a_withdrawn_chapter_leaves_a_neutral_note(
    db: Session, world: World, organiser: Viewer, keep: Callable[..., Material], publish: Publish, client: FlaskClient
) -> None:
    first, second = (
        publish_other(db, organiser, world, title, f"## A part\n\nWords of {title}.")
        for title in ("First part", "Second part")
    )
    publish(keep(MaterialKind.PLAYBOOK, chapters=(Chapter(second.id), Chapter(first.id))))
    page = client.get(PUBLIC)
    words = words_of(page)
    assert "Chapters Second part First part" in words
    assert words.index("Words of Second part.") < words.index("Words of First part.")
    ids = re.findall(r'id="([^"]+)"', page.text)
    assert len(ids) == len(set(ids))
    assert {"chapter-1-c-a-part", "chapter-2-c-a-part"} <= set(ids)
    book = client.get(f"{PUBLIC}/download/html").text
    assert book.index("Words of Second part.") < book.index("Words of First part.")
    assert client.get(f"{PUBLIC}/download/epub").status_code == 200
    whole = client.get("/cohorts/practice-cohort/book/html").text
    assert re.findall(r'<li><a href="[^"]+">(.+? part)</a>', whole.partition("<h2>Chapters</h2>")[2]) == [
        "Second part", "First part"
    ]  # fmt: skip
    publishing.withdraw(db, organiser, reload(db, organiser, second), why="A mistake.")
    assert f"material:{second.id}" in touched(db)
    db.commit()
    for path in (PUBLIC, f"{PUBLIC}/v/1", f"{PUBLIC}/download/html", "/cohorts/practice-cohort/book/html"):
        answered = client.get(path).text
        assert ("Words of Second part" in answered, "Second part" in answered) == (False, False), path
        assert "A chapter was withdrawn." in answered, path
    assert "A mistake" not in client.get(PUBLIC).text


def test_a_version_keeps_its_chapters_in_the_versions_that_it_took(
    db: Session, world: World, organiser: Viewer, keep: Callable[..., Material], publish: Publish, client: FlaskClient
) -> None:
    first = publish_other(db, organiser, world, "First part")
    publish(keep(MaterialKind.PLAYBOOK, chapters=(Chapter(first.id),)))
    html = rendering.render("Newer words.", "en", rendering.Surroundings())
    manuscript = Manuscript(kind=MaterialKind.BLOGPOST, title="First part", source="Newer words.")
    publishing.issue(db, reload(db, organiser, first), manuscript, html, note="New", actor_id=None)
    db.commit()
    page = words_of(client.get(PUBLIC))
    assert "This is its version 1; there is a newer one on its own page." in page
    assert "Newer words." not in page
    publish(keep(MaterialKind.PLAYBOOK, chapters=(Chapter(first.id),)), note="With the newer chapter")
    assert "Newer words." in words_of(client.get(PUBLIC))
    assert "Newer words." not in words_of(client.get(f"{PUBLIC}/v/1"))


def test_a_playbook_runs_no_more_queries_with_more_chapters(
    db: Session, world: World, organiser: Viewer, keep: Callable[..., Material], publish: Publish, client: FlaskClient,
    count_queries: Callable[[], list[str]],
) -> None:  # fmt: skip
    made = [publish_other(db, organiser, world, f"Part {number}") for number in range(4)]

    def run(*chapters: Material) -> int:
        publish(keep(MaterialKind.PLAYBOOK, chapters=tuple(Chapter(each.id) for each in chapters)), note="More")
        with count_queries() as seen:  # type: ignore[attr-defined]
            assert client.get(PUBLIC).status_code == 200
        return len(seen)

    assert run(made[0]) == run(*made)
