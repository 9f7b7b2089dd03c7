"""Links to this site's own pages: to what everybody may read, or nothing is published."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from peernet.cohorts.models import CohortState
from peernet.db import Refused
from peernet.materials import manuscripts, writing
from peernet.materials.checklist import links
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material, MaterialVersion
from peernet.web.viewer import Viewer
from tests.materials.conftest import reload
from tests.world import World

Publish = Callable[..., MaterialVersion]


def linking(*targets: str) -> str:
    """HTML with links."""
    return "".join(f'<p><a class="x" href="{target}">there</a></p>' for target in targets)


def said(db: Session, material: Material, *targets: str) -> list[tuple[str, bool, list[str]]]:
    """The checks of a draft with these links: name, whether it blocks, details."""
    manuscript = manuscripts.of_draft(material.draft)
    found = links.checks(db, material, manuscript, linking(*targets))
    return [(one.name, one.blocks, one.details) for one in found]


def test_only_paths_of_this_site_are_looked_at_and_without_their_language() -> None:
    html = linking("https://example.net/library/x", "#c-a", "mailto:a@example.org", "//[", "/fr/library/a?b#c")
    html += linking(
        "http://Here.example/peers/questions/b", "https://here.example/other", "https://here.example/peers/"
    )
    assert list(links.own_paths(html, "https://here.example/peers", ["en", "fr"])) == ["/questions/b", "/"]
    assert list(links.own_paths(html, "https://other.example", ["en", "fr"])) == ["/library/a"]


def test_a_text_without_links_to_this_site_says_nothing(db: Session, draft: Material) -> None:
    assert said(db, draft, "https://example.net/") == []


def test_what_everybody_may_read_is_right(
    db: Session, world: World, draft: Material, publish: Publish, facilitator: Viewer, complete: Manuscript
) -> None:
    publish(draft)
    writing.save(db, facilitator, reload(db, facilitator, draft), version=0, manuscript=replace(complete, source="New"))
    material = reload(db, facilitator, draft)
    assert world.cohort.state is not CohortState.DRAFT
    slugs = (f"/cohorts/{world.cohort.slug}", f"/organisations/{world.river.slug}", "/library?topic=x", "/", "/fr")
    assert said(db, material, *slugs, "/library/who-was-there-first/v/1", "/feeds/all.atom") == [
        ("own-links", False, [])
    ]


def test_what_is_no_page_or_not_public_blocks(db: Session, world: World, draft: Material, facilitator: Viewer) -> None:
    other = writing.start(db, facilitator, title="Still secret", cohort=world.cohort)
    dead = [
        other.address,
        "/questions/none",
        "/cohorts/none",
        "/organisations/none",
        "/library/who-was-there-first/v/1",
    ]
    assert said(db, draft, *dead, "/library/who-was-there-first") == [("own-links", True, dead)]


def test_an_address_of_which_it_cannot_be_said_is_worth_a_look(db: Session, draft: Material) -> None:
    assert said(db, draft, "/roundtables/7") == [("own-links", False, []), ("other-links", False, ["/roundtables/7"])]


def test_the_number_of_queries_does_not_grow(db: Session, draft: Material, count_queries: Any) -> None:
    with count_queries() as few:
        said(db, draft, "/library/a", "/cohorts/a")
    with count_queries() as many:
        said(db, draft, *(f"/{room}/{number}" for room in ("library", "cohorts") for number in range(30)))
    # Of each kind one for what stands there, and one for what once stood there.
    assert (len(few), len(many)) == (4, 4)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("See [this](/library/none).", "Links to pages of this site lead to what is not public."),
        ("# Again", "The headings are not in order."),
    ],
)
def test_nothing_is_published_with_a_line_that_blocks(
    db: Session, draft: Material, publish: Publish, facilitator: Viewer, complete: Manuscript, source: str, why: str
) -> None:
    writing.save(
        db, facilitator, reload(db, facilitator, draft), version=2, manuscript=replace(complete, source=source)
    )
    db.commit()
    with pytest.raises(Refused) as refusal:
        publish(draft)
    assert refusal.value.args == (why,)
