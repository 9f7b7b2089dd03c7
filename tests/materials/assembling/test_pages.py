"""The pages on which a draft is assembled: who finds them, the way through them, and a sheet that grew stale."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.materials.models import Material, MaterialDraft
from peernet.materials.quotations.models import Quotation
from peernet.prompts import responses
from peernet.prompts.models import Attribution, Response, Visibility
from peernet.roundtables.models import RoundtablePrompt, When
from peernet.web.viewer import Viewer
from tests.materials.quotations.conftest import WORDS, key_of
from tests.prompts.conftest import as_viewer, asked, give
from tests.roundtables.test_pages import words_of
from tests.world import World, make_asking

SignIn = Callable[[Person], FlaskClient]
HERE = "/c/practice-cohort/materials/assemble"
TITLE = "What we heard"


@pytest.fixture
def answer(db: Session, world: World) -> Response:
    """What the peer said to the cohort, with their name."""
    response = give(db, world.asking, world.peer, text=WORDS)
    db.commit()
    return response


@pytest.fixture
def editor(sign_in: SignIn, world: World, answer: Response) -> FlaskClient:
    """The facilitator's browser."""
    return sign_in(world.facilitator)


def fields(page: object) -> dict[str, list[str]]:
    """What the form of a sheet sends as it stands, nothing picked."""
    found: dict[str, list[str]] = {}
    pattern = r'<input type="hidden" name="(\w+)" value="([^"]*)"|<textarea[^>]*name="(\w+)"[^>]*>\n([^<]*)</textarea>'
    for name, value, area, text in re.findall(pattern, page.text):  # type: ignore[attr-defined]
        if (name or area) not in ("csrf_token", "_once"):
            found.setdefault(name or area, []).append(value if name else text)
    found["attribution"] = ["person"] * len(found.get("voice", []))
    return found | {"kind": ["blogpost"], "language": ["en"], "style": ["heading"]}


@pytest.mark.parametrize("who", ["member", "mate", "observer", "outsider", "stranger", "admin"])
def test_who_does_not_lead_finds_nothing(world: World, answer: Response, sign_in: SignIn, who: str) -> None:
    client = sign_in(getattr(world, who))
    paths = (HERE, f"{HERE}/sheet?asking={world.asking.id}")
    assert [client.get(path).status_code for path in paths] == [404, 404]
    data = {"part": [world.asking.id], "title": TITLE}
    assert [client.post(f"{HERE}/{name}", data=data).status_code for name in ("sheet", "order")] == [404, 404]


def test_it_is_found_from_the_cohort_the_roundtable_the_question_and_the_materials(
    db: Session, world: World, draft: Material, editor: FlaskClient
) -> None:
    db.add(RoundtablePrompt(roundtable_id=world.roundtable.id, asking_id=world.asking.id, when=When.DURING, position=0))
    db.commit()
    inside = f"{HERE}/sheet?asking={world.asking.id}"
    for path, link in [
        ("/c/practice-cohort", HERE),
        ("/c/practice-cohort/materials", HERE),
        ("/c/practice-cohort/materials/new", HERE),
        (f"/c/practice-cohort/roundtables/{world.roundtable.id}", inside),
        (f"/c/practice-cohort/prompts/{world.asking.id}", inside),
        ("/write/who-was-there-first/quotations", f"{HERE}?into=who-was-there-first"),
        (HERE, inside),
    ]:
        assert f'href="{link}"' in editor.get(path).text, path


def test_a_member_is_not_shown_the_way_there(world: World, answer: Response, sign_in: SignIn) -> None:
    client = sign_in(world.member)
    for path in ("/c/practice-cohort", f"/c/practice-cohort/prompts/{world.asking.id}"):
        assert "assemble" not in client.get(path).text


def test_from_the_questions_to_a_draft(db: Session, world: World, editor: FlaskClient) -> None:
    assert "Focus question · 1 answer to pick from" in words_of(editor.get(HERE))
    page = editor.get(f"{HERE}/sheet?asking={world.asking.id}")
    assert "Peer, City Library" in words_of(page)
    data = fields(page)
    data |= {"pick": data["voice"], "title": [TITLE], "lead": ["They said:"], "part_lead": ["We asked."]}
    answered = editor.post(f"{HERE}/sheet", data=data)
    assert answered.headers["Location"] == "/write/what-we-heard"
    made = db.scalars(select(Quotation)).one()
    draft = db.scalars(select(MaterialDraft)).one()
    assert draft.source == (f"## {world.asking.text}\n\nWe asked.\n\nThey said:\n\n[quotation: {made.ref}]\n")
    assert "The draft is built, with the place of 1 quotation." in editor.get("/write/what-we-heard").text
    assert "Nobody is asked yet" in words_of(editor.get("/write/what-we-heard/quotations"))


def test_a_second_click_builds_nothing_more(db: Session, world: World, editor: FlaskClient) -> None:
    page = editor.get(f"{HERE}/sheet?asking={world.asking.id}")
    data = fields(page) | {"title": [TITLE], "_once": ["the-same-key"]}
    places = [editor.post(f"{HERE}/sheet", data=data).headers["Location"] for _ in range(2)]
    assert places == ["/write/what-we-heard"] * 2
    assert len(db.scalars(select(Material)).all()) == 1


def test_up_and_down_keep_what_is_typed_and_store_nothing(db: Session, world: World, editor: FlaskClient) -> None:
    give(db, world.asking, world.member, text="The river decides.", attribution=Attribution.ORGANISATION)
    second = make_asking(db, world.cohort, "second", "And the second?")
    db.commit()
    page = editor.get(f"{HERE}/sheet?asking={world.asking.id}&asking={second.id}")
    data = fields(page)
    assert [words[:5] for words in data["text"]] == ["We on", "The r"]
    data |= {"lead": ["To the first", "To the river"], "pick": data["voice"][1:], "title": [TITLE]}
    moved = editor.post(f"{HERE}/order", data=data | {"move": [f"up line {data['voice'][1]}"]})
    assert moved.status_code == 200
    again = fields(moved)
    assert (again["voice"], again["lead"]) == (data["voice"][::-1], ["To the river", "To the first"])
    assert (moved.text.count(" checked"), f'value="{TITLE}"' in moved.text) == (2, True)  # the pick, and the style
    parts = editor.post(f"{HERE}/order", data=data | {"move": [f"down part {world.asking.id}"]})
    assert fields(parts)["part"] == [str(second.id), str(world.asking.id)]
    assert db.scalars(select(Material)).all() == []


def test_a_stale_sheet_says_so_keeps_ones_own_words_and_none_that_were_taken_back(
    db: Session, world: World, editor: FlaskClient, answer: Response
) -> None:
    data = fields(editor.get(f"{HERE}/sheet?asking={world.asking.id}"))
    data |= {"pick": data["voice"], "title": [TITLE], "lead": ["A library says this:"]}
    responses.let_read(
        db, answer, asking=asked(db, world.asking.id), actor=as_viewer(world.peer), version=answer.version,
        visibility=Visibility.PRIVATE, attribution=Attribution.PERSON,
    )  # fmt: skip
    db.commit()
    refused = editor.post(f"{HERE}/sheet", data=data)
    assert refused.status_code == 409
    assert "1 answer that you picked is not open to you any more." in words_of(refused)
    assert (WORDS in refused.text, "A library says this:" in refused.text, f'value="{TITLE}"' in refused.text) == (
        *(False, True, True),
    )
    assert db.scalars(select(Material)).all() == []


def test_what_is_typed_wrongly_comes_back_with_the_rest(db: Session, world: World, editor: FlaskClient) -> None:
    data = fields(editor.get(f"{HERE}/sheet?asking={world.asking.id}")) | {"lead": ["Typed before"]}
    for wrong in ({"title": ["x" * 301]}, {"style": ["sung"]}, {"of": ["x"]}, {"part": ["x"]}, {"title": []}):
        refused = editor.post(f"{HERE}/sheet", data=data | wrong)
        assert refused.status_code in (303, 422), wrong
        if "part" not in wrong and "of" not in wrong:
            assert "Typed before" in refused.text


def test_another_cohort_s_material_takes_nothing(
    db: Session, world: World, editor: FlaskClient, draft: Material
) -> None:
    draft.cohort_id = world.other_cohort.id
    db.commit()
    assert editor.get(f"{HERE}/sheet?asking={world.asking.id}&into={draft.slug}").status_code == 404
    data = {"part": [world.asking.id], "into": draft.slug}
    assert editor.post(f"{HERE}/sheet", data=data).status_code == 404


def test_what_is_quoted_already_says_so(
    db: Session, world: World, editor: FlaskClient, draft: Material, facilitator: Viewer
) -> None:
    address = f"{HERE}/sheet?asking={world.asking.id}&into={draft.slug}"
    page = editor.get(address)
    assert "Quoted in this material already" not in page.text
    data = fields(page) | {"pick": [key_of(db, facilitator, world)]}
    assert editor.post(f"{HERE}/sheet", data=data).headers["Location"] == f"/write/{draft.slug}"
    assert "Quoted in this material already" in editor.get(address).text


def test_sheets_with_more_answers_run_no_more_queries(
    db: Session, world: World, editor: FlaskClient, count_queries: Callable[[], list[str]]
) -> None:
    def run(path: str) -> int:
        with count_queries() as seen:  # type: ignore[attr-defined]
            assert editor.get(path).status_code == 200
        return len(seen)

    paths = [HERE, f"{HERE}/sheet?asking={world.asking.id}"]
    before = [run(path) for path in paths]
    for person in (world.member, world.third):
        give(db, world.asking, person, text=f"Words of {person.name}")
    more = [make_asking(db, world.cohort, f"more-{number}", f"And {number}?") for number in range(5)]
    for each in more:
        give(db, each, world.peer, text=f"To {each.text}")
    db.commit()
    paths[1] += "".join(f"&asking={each.id}" for each in more)
    assert [run(path) for path in paths] == before
