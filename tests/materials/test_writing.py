"""Writing: drafts, their versions, and who may touch them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet.db import Conflict, Refused
from peernet.materials import access, manuscripts, writing
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, Material, MaterialDraft, MaterialState, MaterialVersion
from peernet.organisations.models import Organisation
from peernet.pages import touched
from peernet.web.viewer import NOBODY, Viewer
from tests.materials.conftest import reload
from tests.world import World, make_cohort, make_organisation


def test_begins_as_an_empty_draft_with_a_free_slug(db: Session, world: World, facilitator: Viewer) -> None:
    first = writing.start(db, facilitator, title="A day at the river", cohort=world.cohort)
    second = writing.start(db, facilitator, title="A day at the river!", cohort=world.cohort)
    assert (first.slug, second.slug) == ("a-day-at-the-river", "a-day-at-the-river-2")
    assert (first.state, first.number, first.cohort_id) == (MaterialState.DRAFT, 0, world.cohort.id)
    assert manuscripts.of_draft(reload(db, facilitator, first).draft) == Manuscript(
        kind=first.kind, title="A day at the river"
    )


def test_saving_raises_the_version_and_names_the_draft_in_lists(
    db: Session, draft: Material, facilitator: Viewer, complete: Manuscript
) -> None:
    assert draft.draft.version == 2
    changed = replace(complete, title="Who came later")
    assert writing.save(db, facilitator, draft, version=2, manuscript=changed) == 3
    found = reload(db, facilitator, draft)
    assert (found.title, manuscripts.of_draft(found.draft)) == ("Who came later", changed)


def test_saving_the_same_again_changes_nothing(
    db: Session, draft: Material, facilitator: Viewer, complete: Manuscript
) -> None:
    before = draft.changed_at
    assert writing.save(db, facilitator, draft, version=2, manuscript=complete) == 2
    assert reload(db, facilitator, draft).changed_at == before


def test_a_stale_version_is_refused_with_both_texts(
    db: Session, draft: Material, organiser: Viewer, facilitator: Viewer, complete: Manuscript
) -> None:
    writing.save(db, organiser, draft, version=2, manuscript=replace(complete, source="Theirs"))
    with pytest.raises(Conflict) as refusal:
        writing.save(
            db, facilitator, reload(db, facilitator, draft), version=2, manuscript=replace(complete, source="Mine")
        )
    assert (refusal.value.theirs, refusal.value.mine) == ("Theirs", "Mine")


def test_saving_touches_no_public_page(db: Session, draft: Material, facilitator: Viewer, complete: Manuscript) -> None:
    writing.save(db, facilitator, draft, version=2, manuscript=replace(complete, source="Other"))
    assert touched(db) == frozenset()


def test_a_published_material_gets_a_draft_only_when_something_differs(
    db: Session, draft: Material, publish: Callable[..., MaterialVersion], facilitator: Viewer, complete: Manuscript
) -> None:
    publish(draft)
    found = reload(db, facilitator, draft)
    assert found.draft is None
    assert writing.save(db, facilitator, found, version=0, manuscript=complete) == 0
    assert writing.save(db, facilitator, found, version=0, manuscript=replace(complete, title="Other")) == 1
    found = reload(db, facilitator, draft)
    assert (found.title, found.draft.title, found.draft.base) == (complete.title, "Other", 1)


def test_two_who_begin_a_correction_at_once_do_not_overwrite_each_other(
    db: Session, draft: Material, publish: Callable[..., MaterialVersion], facilitator: Viewer, complete: Manuscript
) -> None:
    publish(draft)
    found = reload(db, facilitator, draft)
    writing.save(db, facilitator, found, version=0, manuscript=replace(complete, source="First"))
    with pytest.raises(Conflict) as refusal:
        writing.save(
            db, facilitator, reload(db, facilitator, draft), version=0, manuscript=replace(complete, source="Second")
        )
    assert refusal.value.theirs == "First"


def test_the_same_words_a_second_time_are_no_conflict(
    db: Session, draft: Material, facilitator: Viewer, complete: Manuscript
) -> None:
    """The button was pressed while the page was saving by itself: both have the version that was before."""
    changed = replace(complete, source="Quicker than the button")
    assert writing.save(db, facilitator, draft, version=2, manuscript=changed) == 3
    assert writing.save(db, facilitator, reload(db, facilitator, draft), version=2, manuscript=changed) == 3
    with pytest.raises(Conflict):
        writing.save(db, facilitator, reload(db, facilitator, draft), version=2, manuscript=complete)


def test_a_draft_that_was_never_public_goes_altogether(db: Session, draft: Material, facilitator: Viewer) -> None:
    assert writing.discard(db, facilitator, draft, version=2)
    assert db.scalar(select(func.count()).select_from(Material)) == 0
    assert db.scalar(select(func.count()).select_from(MaterialDraft)) == 0


def test_discarding_a_correction_leaves_what_is_public(
    db: Session, draft: Material, publish: Callable[..., MaterialVersion], facilitator: Viewer, complete: Manuscript
) -> None:
    publish(draft)
    writing.save(
        db, facilitator, reload(db, facilitator, draft), version=0, manuscript=replace(complete, title="Other")
    )
    assert not writing.discard(db, facilitator, reload(db, facilitator, draft), version=1)
    found = reload(db, facilitator, draft)
    assert (found.state, found.title, found.draft) == (MaterialState.PUBLISHED, complete.title, None)


def test_a_stale_discard_is_refused(db: Session, draft: Material, facilitator: Viewer) -> None:
    with pytest.raises(Conflict):
        writing.discard(db, facilitator, draft, version=1)


def test_who_may_write_and_who_may_publish(db: Session, world: World, draft: Material) -> None:
    people = ("organiser", "facilitator", "member", "mate", "peer", "observer", "outsider", "stranger", "admin")
    viewers = {name: Viewer(person_id=getattr(world, name).id, is_admin=name == "admin") for name in people}
    viewers["nobody"] = NOBODY

    def reached(statement: Callable[[Viewer], object]) -> set[str]:
        return {name for name, viewer in viewers.items() if db.scalars(statement(viewer)).unique().all()}

    assert reached(access.editable_by) == {"organiser", "facilitator"}
    assert reached(access.publishable_by) == {"organiser"}


def test_without_a_cohort_a_draft_is_its_authors_and_a_public_one_every_organisers(
    db: Session, world: World, complete: Manuscript, organiser: Viewer
) -> None:
    stranger, other = Viewer(person_id=world.stranger.id), Viewer(person_id=world.member.id)
    material = writing.start(db, stranger, title="Alone")

    def reached(statement: Callable[[Viewer], object]) -> list[bool]:
        return [bool(db.scalars(statement(viewer)).unique().all()) for viewer in (stranger, organiser, other)]

    assert (reached(access.editable_by), reached(access.publishable_by)) == ([True, False, False], [False] * 3)
    material.state = MaterialState.PUBLISHED
    db.flush()
    assert reached(access.editable_by) == [True, True, False]
    assert reached(access.publishable_by) == [False, True, False]


def test_nobody_reaches_a_material_that_has_no_creator(db: Session, world: World) -> None:
    writing.start(db, NOBODY, title="Brought in")
    assert db.scalars(access.editable_by(NOBODY)).unique().all() == []


def test_an_organisation_in_somebody_elses_draft_cohort_cannot_be_named(
    db: Session, world: World, draft: Material, facilitator: Viewer, complete: Manuscript
) -> None:
    hidden: Organisation = make_organisation(db, "hidden")
    cohort, _ = make_cohort(db, "secret", [hidden])
    cohort.state = "draft"
    db.flush()
    for changed in (
        replace(complete, organisations=(hidden.id,)),
        replace(complete, credits=(CreditLine(Credit.AUTHOR, "", hidden.id),)),
    ):
        with pytest.raises(Refused) as refusal:
            writing.save(db, facilitator, draft, version=2, manuscript=changed)
        assert refusal.value.field == "organisations"


def test_a_question_that_is_not_public_cannot_be_answered_in_public(
    db: Session, world: World, draft: Material, facilitator: Viewer, complete: Manuscript
) -> None:
    world.prompt.is_public = False
    other = replace(complete, questions=(world.prompt.id, 999))
    db.flush()
    with pytest.raises(Refused) as refusal:
        writing.save(db, facilitator, draft, version=2, manuscript=other)
    assert refusal.value.field == "questions"
