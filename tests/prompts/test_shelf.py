"""The library as its pages have it: narrowed, used before, kept for later, suggested."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.cohorts.models import Role
from peernet.prompts import asking, library, library_access
from peernet.prompts.addressing import Whom
from peernet.prompts.library_access import Use
from peernet.prompts.models import Attribution, KeptPrompt, Moment, Prompt, Visibility
from peernet.web.viewer import NOBODY
from tests.prompts.conftest import as_viewer, asked, give
from tests.world import World, join, make_asking, make_person

SignIn = Callable[[Person], FlaskClient]
NAMES = ("organiser", "facilitator", "member", "observer", "outsider", "stranger", "admin")
COHORT = "/c/practice-cohort/prompts"


def _add(db: Session, text: str, **facts: Any) -> Prompt:
    return library.add(db, actor=NOBODY, text=text, moment=Moment.DEEPENING, **facts)


@pytest.fixture
def elsewhere(db: Session, world: World) -> Person:
    """An organiser of the other cohort."""
    person = make_person(db, "Elsewhere")
    join(db, world.other_cohort, person, Role.ORGANISER)
    db.commit()
    return person


def _uses(db: Session, world: World, person: Person) -> list[tuple[int | None, int | None, int | None]]:
    found: list[Use] = library_access.uses_of(db, as_viewer(person), [world.prompt.id]).get(world.prompt.id, [])
    return [(one.answered, one.rate.done if one.rate else None, one.rate.asked if one.rate else None) for one in found]


def test_where_unattributed_is_admitted_the_rate_of_done_is_told_after_closing(
    db: Session, world: World, elsewhere: Person
) -> None:
    give(db, world.asking, world.member, attribution=Attribution.UNATTRIBUTED)
    for person in (world.organiser, elsewhere):
        assert _uses(db, world, person) == [(None, None, None)]
    asking.close(db, asked(db, world.asking.id), actor=NOBODY)
    for person in (world.organiser, elsewhere):
        assert _uses(db, world, person) == [(None, 1, 4)]


def test_how_many_answered_is_told_where_one_may_read_them(db: Session, world: World, elsewhere: Person) -> None:
    """A note to oneself is not counted; in others' cohorts no answer is, for none of them may be read there."""
    world.asking.admits_unattributed = False
    give(db, world.asking, world.member, visibility=Visibility.FACILITATORS)
    give(db, world.asking, world.peer, visibility=Visibility.PRIVATE)
    assert (_uses(db, world, world.organiser), _uses(db, world, elsewhere)) == ([(1, 2, 4)], [(None, None, None)])
    asking.close(db, asked(db, world.asking.id), actor=NOBODY)
    assert (_uses(db, world, world.organiser), _uses(db, world, elsewhere)) == ([(1, 2, 4)], [(None, 2, 4)])


def test_it_is_told_to_organisers_and_what_was_put_to_some_to_those_who_lead_there(
    db: Session, world: World, elsewhere: Person
) -> None:
    assert {name for name in NAMES if _uses(db, world, getattr(world, name))} == {"organiser"}
    world.asking.is_focus = False
    to = Whom(is_some=True, people=frozenset({world.member.id}))
    asking.revise(db, asked(db, world.asking.id), actor=NOBODY, version=2, to=to, admits_unattributed=False)
    assert (_uses(db, world, world.organiser), _uses(db, world, elsewhere)) == ([(0, 0, 1)], [])


def test_it_stands_in_the_pages(db: Session, world: World, sign_in: SignIn) -> None:
    world.asking.admits_unattributed = False
    give(db, world.asking, world.member, text="Never shown here")
    db.commit()
    for path in ("/prompts", "/prompts/who-decides"):
        page = sign_in(world.organiser).get(path).text
        assert "One answer · 1 of 4 done" in " ".join(page.split())
        assert "Never shown here" not in page
        for person in (world.member, world.facilitator):
            assert "1 of 4" not in sign_in(person).get(path).text


def test_the_shelf_is_narrowed_by_addresses_that_say_no_more_than_they_must(
    db: Session, world: World, sign_in: SignIn
) -> None:
    _add(db, "Qui décide ?", language="fr", is_public=True)
    _add(db, "Wovon lebt ihr?", language="xx-nowhere", is_public=True, topic=world.topic)
    db.commit()
    client = sign_in(world.member)
    shown = {
        query: set(re.findall(r'href="/prompts/([\w-]+)"', client.get(f"/prompts?{query}").text))
        for query in ("", "language=fr", "theme=governance", "theme=governance&moment=opening", "language=zz")
    }
    assert shown == {
        "": {"who-decides", "qui-decide", "wovon-lebt-ihr"},
        "language=fr": {"qui-decide"},
        "theme=governance": {"who-decides", "wovon-lebt-ihr"},
        "theme=governance&moment=opening": {"who-decides"},
        "language=zz": set(),
    }
    page = client.get("/prompts").text
    assert ('<option value="fr">Français</option>' in page, ">xx-nowhere</option>" in page) == (True, True)
    sent = client.get("/prompts?q=&theme=governance&moment=&language=")
    assert (sent.status_code, sent.location) == (303, "/prompts?theme=governance")


def test_an_organiser_keeps_a_set_that_nobody_else_has(
    db: Session, world: World, sign_in: SignIn, elsewhere: Person, rows: Callable[[Any], list[Any]]
) -> None:
    organiser, other = sign_in(world.organiser), sign_in(elsewhere)
    for _click in range(2):
        assert organiser.post("/prompts/who-decides/keep").status_code == 303
    assert [(row.person_id, row.prompt_id) for row in rows(KeptPrompt)] == [(world.organiser.id, world.prompt.id)]
    path = 'href="/prompts/who-decides"'
    assert [path in client.get("/prompts/mine").text for client in (organiser, other)] == [True, False]
    assert [path in client.get("/prompts?set=mine").text for client in (organiser, other)] == [True, False]
    assert other.post("/prompts/who-decides/let-go").status_code == 303
    assert len(rows(KeptPrompt)) == 1
    for _click in range(2):
        assert organiser.post("/prompts/who-decides/let-go").location == "/prompts/mine"
    assert rows(KeptPrompt) == []
    assert "Nothing is in your set yet" in organiser.get("/prompts/mine").text


def test_who_organises_nothing_has_no_set_and_what_one_may_not_read_cannot_be_kept(
    db: Session, world: World, sign_in: SignIn
) -> None:
    own = _add(db, "Another's own", cohort_id=world.other_cohort.id)
    db.commit()
    for name in ("facilitator", "member", "admin"):
        client = sign_in(getattr(world, name))
        assert [client.get("/prompts/mine").status_code, client.post("/prompts/who-decides/keep").status_code] == [
            404, 404
        ]  # fmt: skip
    assert sign_in(world.organiser).post(f"/prompts/{own.slug}/keep").status_code == 404


def test_a_prompt_that_is_no_longer_read_leaves_the_set(db: Session, world: World) -> None:
    own = _add(db, "Our own", cohort_id=world.cohort.id)
    viewer = as_viewer(world.organiser)
    library.keep(db, own, actor=viewer)
    kept = library_access.kept_by(viewer, library_access.readable_by(viewer))
    assert db.scalars(kept).unique().all() == [own]
    own.cohort_id = world.other_cohort.id
    db.flush()
    assert db.scalars(kept).unique().all() == []


def test_a_prompt_called_mine_has_another_address(db: Session, world: World) -> None:
    assert _add(db, "Mine").slug == "mine-2"


def test_suggestions_say_why_and_are_asked_as_focus_questions(db: Session, world: World, sign_in: SignIn) -> None:
    suited = _add(db, "Who mends open data?", topic=world.topic, is_public=True)
    _add(db, "What would you stop?", is_public=True)
    asking.ask(db, suited, world.other_cohort, actor=NOBODY, is_focus=True)
    db.commit()
    organiser = sign_in(world.organiser)
    page = " ".join(organiser.get(f"{COHORT}/suggestions").text.split())
    assert "Others of its theme are asked here." in page
    assert "It carried one cohort as a focus question." in page
    assert "It takes up: data, open." in page
    assert "What would you stop?" not in page
    assert "One focus question carries this cohort. Three to five do: fewer leave much unasked." in page
    sent = {"prompt": str(suited.id), "is_focus": "yes", "admits_unattributed": "yes"}
    assert organiser.post(f"{COHORT}/ask", data=sent).status_code == 303
    assert "2 focus questions carry this cohort." in organiser.get(COHORT).text
    for name in ("facilitator", "member"):
        assert sign_in(getattr(world, name)).get(f"{COHORT}/suggestions").status_code == 404
    assert "focus questions carry" not in sign_in(world.member).get(COHORT).text


def test_too_many_focus_questions_are_said(db: Session, world: World, sign_in: SignIn) -> None:
    for number in range(5):
        make_asking(db, world.cohort, f"focus-{number}", f"Focus {number}?")
    db.commit()
    page = sign_in(world.facilitator).get(COHORT).text
    assert "6 focus questions carry this cohort. Three to five do: more leave little time for each." in page


@pytest.mark.parametrize("path", ["/prompts", "/prompts/mine", f"{COHORT}/suggestions", f"{COHORT}/choose"])
def test_queries_do_not_grow_with_the_library(
    db: Session, world: World, sign_in: SignIn, count_queries: Callable[..., Any], path: str
) -> None:
    organiser = sign_in(world.organiser)

    def count() -> int:
        with count_queries() as statements:
            assert organiser.get(path).status_code == 200
        return len(statements)

    library.keep(db, world.prompt, actor=as_viewer(world.organiser))
    _add(db, "Open data, first?", is_public=True)
    db.commit()
    count()
    before = count()
    for number in range(20):
        made = _add(db, f"Open data {number}?", topic=world.topic, is_public=True)
        library.keep(db, made, actor=as_viewer(world.organiser))
        asking.ask(db, made, world.other_cohort, actor=NOBODY)
    db.commit()
    assert count() == before
