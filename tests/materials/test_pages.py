"""The pages on which materials are written, as each role meets them."""

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.materials import writing
from peernet.materials.earlier.models import EarlierDraft
from peernet.materials.models import Material, MaterialDraft, MaterialFile, MaterialState, MaterialVersion
from peernet.web.viewer import Viewer
from tests.materials.test_publishing import Publish, a_picture
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
ROLES = ("member", "mate", "observer", "outsider", "stranger", "admin")


@pytest.fixture
def fields(world: World) -> dict[str, object]:
    """What the editor's form sends of the complete draft."""
    return {
        "version": "2",
        "title": "Who was there first",
        "summary": "In short.",
        "text": "Words of mine.",
        "kind": "blogpost",
        "language": "en",
        "licence": "CC-BY-4.0",
        "topics": [str(world.topic.id)],
        "organisations": [str(world.river.id)],
        "questions": [str(world.prompt.id)],
        "credit": ["author", "contributor"],
        "credit_name": ["The editors", ""],
        "credit_organisation": ["", str(world.river.id)],
        "credit_role": ["", "host"],
    }


@pytest.fixture
def editor(sign_in: SignIn, world: World, draft: Material) -> FlaskClient:
    """The organiser's browser."""
    return sign_in(world.organiser)


def came(page: str) -> list[str]:
    """The words that a difference shows as new."""
    return [words.strip() for words in re.findall(r"<ins>(.*?)</ins>", page, re.DOTALL)]


GETS = ("", "/publish", "/versions")
POSTS = ("", "/autosave", "/preview", "/discard", "/images", "/images/drop", "/publish", "/withdraw")


@pytest.mark.parametrize("role", ROLES)
def test_who_does_not_write_it_finds_nothing(sign_in: SignIn, world: World, draft: Material, role: str) -> None:
    client = sign_in(getattr(world, role))
    form = {"version": "2", "title": "x", "kind": "blogpost", "language": "en", "licence": "CC-BY-4.0", "text": "x"}
    sent = {
        "": form,
        "/autosave": form,
        "/preview": {"text": "x"},
        "/images": {"alt": "x"},
        "/images/drop": {"alt": "x"},
    }
    sent |= {"/discard": {"version": "2"}, "/publish": {"version": "2"}, "/withdraw": {"why": "x"}}
    got = {path: client.get(f"/write/{draft.slug}{path}").status_code for path in GETS}
    posted = {path: client.post(f"/write/{draft.slug}{path}", data=sent[path]).status_code for path in POSTS}
    assert (got, posted) == (dict.fromkeys(GETS, 404), dict.fromkeys(POSTS, 404))
    assert client.get("/c/practice-cohort/materials").status_code == 404
    new = client.post("/c/practice-cohort/materials/new", data={"title": "x", "kind": "report", "language": "en"})
    assert new.status_code == 404


def test_nobody_is_sent_to_sign_in(client: FlaskClient, draft: Material) -> None:
    answer = client.get(f"/write/{draft.slug}")
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next=/write/{draft.slug}")


def test_a_facilitator_writes_and_does_not_publish(sign_in: SignIn, world: World, draft: Material) -> None:
    client = sign_in(world.facilitator)
    page = client.get(f"/write/{draft.slug}/publish")
    assert page.status_code == 200
    assert "An organiser of the cohort publishes it." in page.text
    assert "Publish now" not in page.text
    assert client.post(f"/write/{draft.slug}/publish", data={"version": "2"}).status_code == 404
    assert client.get(f"/write/{draft.slug}/withdraw").status_code == 404


def test_a_list_of_one_and_of_thirty_takes_the_same_queries(
    db: Session, editor: FlaskClient, world: World, facilitator: Viewer, count_queries: Callable[[], object]
) -> None:
    def queries() -> int:
        with count_queries() as seen:
            assert editor.get("/c/practice-cohort/materials").status_code == 200
        return len(seen)

    one = queries()
    for number in range(29):
        writing.start(db, facilitator, title=f"Number {number}", cohort=world.cohort)
    db.commit()
    assert queries() == one


def test_beginning(db: Session, editor: FlaskClient) -> None:
    sent = {"title": "A new one", "kind": "report", "language": "fr"}
    answer = editor.post("/c/practice-cohort/materials/new", data=sent)
    assert (answer.status_code, answer.location) == (303, "/write/a-new-one")
    assert editor.get("/write/a-new-one").status_code == 200
    refused = editor.post("/c/practice-cohort/materials/new", data=sent | {"kind": "poem"})
    assert (refused.status_code, "Please choose one of the options." in refused.text) == (422, True)
    assert "A new one" in refused.text


def test_saving_and_the_way_to_publishing(
    db: Session, editor: FlaskClient, draft: Material, fields: dict[str, object], world: World
) -> None:
    answer = editor.post(f"/write/{draft.slug}", data=fields | {"then": "publish"})
    assert (answer.status_code, answer.location) == (303, f"/write/{draft.slug}/publish")
    db.expire_all()
    saved = db.scalars(select(Material)).one()
    db.refresh(saved, ["draft"])
    assert (saved.draft.source, saved.draft.version) == ("Words of mine.", 3)
    assert saved.draft.credits == [
        {"credit": "author", "name": "The editors", "organisation_id": None, "role": ""},
        {"credit": "contributor", "name": "", "organisation_id": world.river.id, "role": "host"},
    ]


@pytest.mark.parametrize(
    ("then", "names"),
    [
        ("up-2", ["B", "A", "C"]),
        ("down-2", ["A", "C", "B"]),
        ("up-1", ["A", "B", "C"]),
        ("down-3", ["A", "B", "C"]),
        ("up-9", ["A", "B", "C"]),
        ("up-0", ["A", "B", "C"]),
    ],
)
def test_credits_are_put_in_order_with_buttons(
    db: Session, editor: FlaskClient, draft: Material, fields: dict[str, object], then: str, names: list[str]
) -> None:
    lines = {
        "credit": ["author", "illustrator", "facilitator"],
        "credit_name": ["A", "B", "C"],
        "credit_organisation": ["", "", ""],
        "credit_role": ["", "", ""],
    }
    answer = editor.post(f"/write/{draft.slug}", data=fields | lines | {"then": then})
    anchor = "" if then == "up-0" else "#credits"
    assert (answer.status_code, answer.location) == (303, f"/write/{draft.slug}{anchor}")
    db.expire_all()
    saved = db.get_one(Material, draft.id)
    db.refresh(saved, ["draft"])
    assert [line["name"] for line in saved.draft.credits] == names
    again = editor.post(f"/write/{draft.slug}", data=fields | lines | {"then": then})
    assert again.status_code == 303  # nothing moves twice
    other = editor.post(f"/write/{draft.slug}", data=fields | lines | {"then": then, "title": "Other"})
    assert other.status_code == 409
    db.expire_all()
    assert [line["name"] for line in db.get_one(MaterialDraft, draft.id).credits] == names


def test_a_line_that_was_emptied_does_not_shift_which_one_moves(
    db: Session, editor: FlaskClient, draft: Material, fields: dict[str, object]
) -> None:
    lines = {
        "credit": ["author"] * 4,
        "credit_name": ["A", "", "C", "D"],
        "credit_organisation": [""] * 4,
        "credit_role": [""] * 4,
    }
    editor.post(f"/write/{draft.slug}", data=fields | lines | {"then": "down-3"})
    db.expire_all()
    saved = db.get_one(Material, draft.id)
    db.refresh(saved, ["draft"])
    assert [line["name"] for line in saved.draft.credits] == ["A", "D", "C"]


def test_the_list_of_what_must_be_right_leads_to_the_place(
    db: Session, editor: FlaskClient, draft: Material, fields: dict[str, object]
) -> None:
    editor.post(f"/write/{draft.slug}", data=fields | {"text": "# Again", "summary": ""})
    page = editor.get(f"/write/{draft.slug}/publish").text
    assert f'<a href="/write/{draft.slug}#f-summary" aria-label="Go there: It has no summary yet.">' in page
    assert f'<a href="/write/{draft.slug}#f-text" aria-label="Go there: The headings are not in order.">' in page
    assert page.count("Go there</a>") == 2


def test_autosave_gives_the_new_version(editor: FlaskClient, draft: Material, fields: dict[str, object]) -> None:
    answer = editor.post(f"/write/{draft.slug}/autosave", data=fields, headers={"X-Autosave": "1"})
    assert (answer.status_code, answer.headers["X-Version"]) == (204, "3")
    again = editor.post(f"/write/{draft.slug}/autosave", data=fields | {"version": "3"}, headers={"X-Autosave": "1"})
    assert (again.status_code, again.headers["X-Version"]) == (204, "3")


def test_a_lost_race_shows_both_texts_and_lets_one_go_on(
    sign_in: SignIn, world: World, editor: FlaskClient, draft: Material, fields: dict[str, object]
) -> None:
    sign_in(world.facilitator).post(f"/write/{draft.slug}", data=fields | {"text": "Words of theirs."})
    answer = editor.post(f"/write/{draft.slug}", data=fields)
    assert answer.status_code == 409
    assert f"{world.facilitator.name} changed this text since you opened it." in answer.text
    assert [
        f'<p class="as-typed" lang="en">{words}</p>' in answer.text for words in ("Words of theirs.", "Words of mine.")
    ] == [
        True,
        True,
    ]
    assert "Words of theirs. Words of mine.</textarea>" in answer.text
    assert '<input type="hidden" name="version" value="3">' in answer.text
    assert editor.post(f"/write/{draft.slug}", data=fields | {"version": "3"}).status_code == 303


def test_changes_in_different_places_are_brought_together_and_what_was_typed_is_set_aside(
    db: Session, sign_in: SignIn, world: World, editor: FlaskClient, draft: Material, fields: dict[str, object]
) -> None:
    first = fields | {"text": "One. Two.\n\nThree.", "topics": []}
    editor.post(f"/write/{draft.slug}", data=first)
    theirs = first | {"version": "3", "text": "One, and more. Two.\n\nThree.", "title": "Of theirs", "questions": []}
    assert sign_in(world.facilitator).post(f"/write/{draft.slug}/autosave", data=theirs).status_code == 204
    mine = first | {"version": "3", "text": "One. Two.\n\nThree, at last.", "topics": [str(world.topic.id)]}
    answer = editor.post(f"/write/{draft.slug}/autosave", data=mine, headers={"X-Autosave": "1"})
    told = f"{world.facilitator.name} changed this text since you opened it. Yours is kept."
    assert (answer.status_code, answer.json["title"]) == (409, f"{told} Save the draft to bring both together.")
    page = editor.post(f"/write/{draft.slug}", data=mine).text
    assert "You changed different places, so both changes stand below." in page
    assert "One, and more. Two.\n\nThree, at last.</textarea>" in page
    assert 'name="title" value="Of theirs"' in page
    ticked = [
        f'name="{name}" value="{one.id}" checked' in page
        for name, one in (("topics", world.topic), ("questions", world.prompt))
    ]
    assert ticked == [True, False]
    aside = db.scalars(select(EarlierDraft).where(EarlierDraft.is_aside)).all()
    assert [(row.source, row.version, row.saved_by_id) for row in aside] == [
        ("One. Two.\n\nThree, at last.", 3, world.organiser.id)
    ]
    assert "set aside" in editor.get(f"/write/{draft.slug}/earlier").text


def test_bad_input_comes_back_to_its_field(editor: FlaskClient, draft: Material, fields: dict[str, object]) -> None:
    bad = fields | {"video_url": "javascript:alert(1)", "licence": "MINE", "colour": "red", "topics": ["9999"]}
    answer = editor.post(f"/write/{draft.slug}", data=bad)
    assert (answer.status_code, "Words of mine.</textarea>" in answer.text) == (422, True)
    unknown = editor.post(f"/write/{draft.slug}", data=fields | {"topics": ["9999"]})
    assert unknown.status_code == 422


def test_a_text_too_long_for_a_page_is_refused_and_kept(
    editor: FlaskClient, draft: Material, fields: dict[str, object]
) -> None:
    answer = editor.post(f"/write/{draft.slug}", data=fields | {"text": "x" * 200_001})
    assert (answer.status_code, "x" * 200_001 in answer.text) == (422, True)


def test_the_preview_is_what_will_stand(editor: FlaskClient, draft: Material) -> None:
    answer = editor.post(f"/write/{draft.slug}/preview", data={"text": "# One\n\n<b>raw</b> [x](gone.md)"})
    assert (answer.status_code, " ".join(answer.text.split())) == (
        200,
        '<div class="notice"> <ul> <li>Line 3: HTML is shown as text: &lt;b&gt;</li> <li>Line 3: HTML is shown as text:'
        " &lt;/b&gt;</li> <li>Line 3: the link leads nowhere: gone.md</li> </ul> </div> "
        '<h2 id="c-one">One</h2> <p>&lt;b&gt;raw&lt;/b&gt; <span>x</span></p>',
    )
    assert editor.post(f"/write/{draft.slug}/preview", data={}).status_code == 200
    heavy = editor.post(f"/write/{draft.slug}/preview", data={"text": ">" * 50 + "x"})
    assert heavy.status_code == 422


def test_a_double_click_publishes_once(db: Session, editor: FlaskClient, draft: Material) -> None:
    page = editor.get(f"/write/{draft.slug}/publish").text
    key = page.split('name="_once" value="')[-1].split('"')[0]
    answers = [
        editor.post(f"/write/{draft.slug}/publish", data={"version": "2", "_once": key}).status_code for _ in range(2)
    ]
    assert answers == [303, 303]
    assert db.scalar(select(func.count()).select_from(MaterialVersion)) == 1
    other = editor.post(f"/write/{draft.slug}/publish", data={"version": "2"})
    assert other.status_code == 409


def test_publishing_a_stale_page_is_refused(
    db: Session, editor: FlaskClient, draft: Material, fields: dict[str, object]
) -> None:
    editor.post(f"/write/{draft.slug}", data=fields)
    answer = editor.post(f"/write/{draft.slug}/publish", data={"version": "2"})
    assert (answer.status_code, db.scalar(select(func.count()).select_from(MaterialVersion))) == (409, 0)


def test_publish_correct_compare_withdraw(
    db: Session, editor: FlaskClient, draft: Material, fields: dict[str, object]
) -> None:
    assert editor.post(f"/write/{draft.slug}/publish", data={"version": "2"}).status_code == 303
    assert "Everything that was written is public already." in editor.get(f"/write/{draft.slug}/publish").text
    editor.post(f"/write/{draft.slug}", data=fields | {"version": "0"})
    assert came(editor.get(f"/write/{draft.slug}/changes").text) == ["In short.", "Words of mine."]
    silent = editor.post(f"/write/{draft.slug}/publish", data={"version": "1"})
    assert (silent.status_code, "Say in a sentence what is changed." in silent.text) == (422, True)
    told = editor.post(f"/write/{draft.slug}/publish", data={"version": "1", "note": "Shorter."})
    assert told.status_code == 303
    assert "Shorter." in editor.get(f"/write/{draft.slug}/versions").text
    assert came(editor.get(f"/write/{draft.slug}/versions/2").text) == ["In short.", "Words of mine."]
    assert editor.get(f"/write/{draft.slug}/versions/3").status_code == 404
    assert editor.get(f"/write/{draft.slug}/withdraw").status_code == 200
    assert editor.post(f"/write/{draft.slug}/withdraw", data={}).status_code == 422
    assert editor.post(f"/write/{draft.slug}/withdraw", data={"why": "A mistake."}).status_code == 303
    assert "A mistake." in editor.get(f"/write/{draft.slug}").text
    assert db.scalar(select(Material.state)) == MaterialState.WITHDRAWN


def test_an_image_comes_with_its_line_and_goes_again(db: Session, editor: FlaskClient, draft: Material) -> None:
    sent = {"alt": "A map", "image": (io.BytesIO(a_picture()), "map.png")}
    assert editor.post(f"/write/{draft.slug}/images", data=sent).status_code == 303
    page = editor.get(f"/write/{draft.slug}").text
    assert '![A map](images/who-was-there-first/map.png "")' in page
    row = db.scalars(select(MaterialFile)).one()
    assert editor.post(f"/write/{draft.slug}/images/{row.id}/remove").status_code == 303
    assert db.scalars(select(MaterialFile)).all() == []


def test_an_image_that_is_dropped_gives_its_line_or_says_in_words_why_not(editor: FlaskClient, draft: Material) -> None:
    address, wanted = f"/write/{draft.slug}/images/drop", {"Accept": "application/json"}
    answer = editor.post(address, data={"alt": "A [map]", "image": (io.BytesIO(a_picture()), "The Map.png")})
    assert (answer.status_code, answer.text) == (201, "![A \\[map\\]](images/who-was-there-first/the-map.png)")
    refused = editor.post(address, data={"alt": "x", "image": (io.BytesIO(b"No image"), "map.png")}, headers=wanted)
    words = "This is not an image that can be shown here. Use JPEG, PNG, WebP, AVIF or GIF."
    assert (refused.status_code, refused.json["title"]) == (422, words)
    assert editor.post(address, data={"image": (io.BytesIO(a_picture()), "map.png")}, headers=wanted).status_code == 422


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", a_picture()[:60]])
def test_a_broken_image_is_refused_at_its_field(db: Session, editor: FlaskClient, draft: Material, data: bytes) -> None:
    sent = {"alt": "A map", "image": (io.BytesIO(data), "map.png")}
    answer = editor.post(f"/write/{draft.slug}/images", data=sent)
    assert (answer.status_code, 'id="f-image-error"' in answer.text) == (422, True)
    assert "We asked who decides." in answer.text


def test_a_published_image_stays(db: Session, editor: FlaskClient, draft: Material, fields: dict[str, object]) -> None:
    editor.post(f"/write/{draft.slug}/images", data={"alt": "A map", "image": (io.BytesIO(a_picture()), "map.png")})
    row = db.scalars(select(MaterialFile)).one()
    editor.post(f"/write/{draft.slug}", data=fields | {"text": f"![A map]({row.path})"})
    editor.post(f"/write/{draft.slug}/publish", data={"version": "3"})
    assert editor.post(f"/write/{draft.slug}/images/{row.id}/remove").status_code == 422
    assert "A published version shows it." in editor.get(f"/write/{draft.slug}").text


def test_the_image_of_another_material_is_not_reached(
    db: Session, editor: FlaskClient, draft: Material, world: World, facilitator: Viewer
) -> None:
    other = writing.start(db, facilitator, title="Other", cohort=world.cohort)
    db.commit()
    editor.post(f"/write/{draft.slug}/images", data={"alt": "A map", "image": (io.BytesIO(a_picture()), "map.png")})
    row = db.scalars(select(MaterialFile)).one()
    assert editor.post(f"/write/{other.slug}/images/{row.id}/remove").status_code == 404


def test_throwing_away_is_confirmed_with_the_version_that_was_seen(
    db: Session, editor: FlaskClient, draft: Material, publish: Publish
) -> None:
    assert editor.post(f"/write/{draft.slug}/discard", data={"version": "1"}).status_code == 409
    answer = editor.post(f"/write/{draft.slug}/discard", data={"version": "2"})
    assert (answer.status_code, answer.location) == (303, "/c/practice-cohort/materials")
    assert db.scalars(select(Material)).all() == []
