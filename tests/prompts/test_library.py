"""The library: who reads it, who adds to it, where prompts were asked before."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from peernet import search
from peernet.cohorts.access import audiences
from peernet.cohorts.models import CohortState
from peernet.db import Conflict
from peernet.prompts import asking, library, library_access, topics
from peernet.prompts.models import Moment, Prompt
from peernet.web.viewer import NOBODY
from tests.prompts.conftest import as_viewer
from tests.world import World


def _add(db: Session, world: World, text: str, **facts: Any) -> Prompt:
    return library.add(db, actor=as_viewer(world.organiser), text=text, moment=Moment.DEEPENING, **facts)


def test_slugs_come_from_the_question_and_are_free(db: Session, world: World) -> None:
    assert [_add(db, world, text).slug for text in ("Who decides?", "Who decides?", "New")] == [
        "who-decides-2", "who-decides-3", "new-2"
    ]  # fmt: skip


def test_who_reads_what_of_the_library(db: Session, world: World) -> None:
    kept, own = _add(db, world, "Kept"), _add(db, world, "Own", cohort_id=world.cohort.id)
    names = ("organiser", "facilitator", "member", "outsider", "stranger", "admin")
    read = {
        name: {one.slug for one in db.scalars(library_access.readable_by(as_viewer(getattr(world, name)))).unique()}
        for name in names
    }
    public = {world.prompt.slug}
    everything = public | {kept.slug, own.slug}
    assert read == {name: everything if name in ("organiser", "facilitator") else public for name in names}
    assert {one.slug for one in db.scalars(library_access.readable_by(NOBODY)).unique()} == public


def test_organisers_alone_add_and_revise(db: Session, world: World) -> None:
    own = _add(db, world, "Own", cohort_id=world.other_cohort.id)
    names = ("organiser", "facilitator", "member", "admin")
    may = {
        name: (
            db.scalar(library_access.right_to_add(as_viewer(getattr(world, name)))) is not None,
            {one.slug for one in db.scalars(library_access.revisable_by(as_viewer(getattr(world, name)))).unique()},
        )
        for name in names
    }
    assert may == {name: (name == "organiser", {"who-decides"} if name == "organiser" else set()) for name in names}
    assert own.slug == "own"


def test_what_is_asked_or_anothers_is_not_offered(db: Session, world: World) -> None:
    other = _add(db, world, "Other", cohort_id=world.other_cohort.id)
    kept = _add(db, world, "Kept")
    viewer = as_viewer(world.organiser)
    assert [one.slug for one in db.scalars(library_access.choosable_for(viewer, world.cohort.id)).unique()] == ["kept"]
    made = asking.ask(db, kept, world.cohort, actor=viewer)
    assert db.scalars(library_access.choosable_for(viewer, world.cohort.id)).unique().all() == []
    asking.withdraw(db, made, actor=viewer)
    assert [one.slug for one in db.scalars(library_access.choosable_for(viewer, world.cohort.id)).unique()] == ["kept"]
    assert other.cohort_id == world.other_cohort.id


def test_where_a_prompt_was_asked_is_told_as_far_as_one_may_know(db: Session, world: World) -> None:
    kept = _add(db, world, "Kept", is_public=True)
    asking.ask(db, kept, world.cohort, actor=NOBODY)
    asking.ask(db, world.prompt, world.other_cohort, actor=NOBODY, is_focus=True)
    ids = [kept.id, world.prompt.id]

    def told(name: str) -> dict[int, list[str]]:
        found = library_access.where_asked(db, as_viewer(getattr(world, name)), ids)
        return {prompt_id: sorted(cohort.slug for cohort in cohorts) for prompt_id, cohorts in found.items()}

    both = ["other-cohort", "practice-cohort"]
    assert told("facilitator") == {kept.id: ["practice-cohort"], world.prompt.id: both}
    assert told("outsider") == {world.prompt.id: both}
    world.cohort.state = CohortState.DRAFT
    db.flush()
    assert told("facilitator") == {world.prompt.id: ["other-cohort"]}


def test_revising_is_found_and_refuses_a_stale_version(db: Session, world: World) -> None:
    prompt = _add(db, world, "Which otters do you count?", is_public=True, topic=world.topic)
    viewer = as_viewer(world.organiser)
    assert library.revise(db, prompt, actor=viewer, version=1, text="Which beavers do you count?") is True
    assert library.revise(db, prompt, actor=viewer, version=2, text="Which beavers do you count?") is False
    with pytest.raises(Conflict) as conflict:
        library.revise(db, prompt, actor=viewer, version=1, text="Mine")
    assert conflict.value.theirs == "Which beavers do you count?"
    keys = audiences(db, NOBODY)
    assert [search.find(db, keys, word).total for word in ("otters", "beavers")] == [0, 1]
    library.revise(db, prompt, actor=viewer, version=2, is_public=False)
    assert search.find(db, keys, "beavers").total == 0


def test_topics_are_added_and_revised(db: Session, world: World) -> None:
    topic = topics.add(db, actor=NOBODY, slug="trust", name="Trust", is_theme=True, position=2)
    assert topics.revise(db, topic, actor=NOBODY, name="Trust") is False
    assert topics.revise(db, topic, actor=NOBODY, name="Trust among peers") is True
    assert [one.slug for one in db.scalars(library_access.themes())] == ["governance", "trust"]
