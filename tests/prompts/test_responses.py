"""Answers, drafts and being done: what is kept, what is refused, and what stays of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from peernet import search
from peernet.cohorts.models import CohortState
from peernet.db import Conflict, Refused
from peernet.pages import touched
from peernet.prompts import access, done, drafts, finding, responses
from peernet.prompts import asking as verbs
from peernet.prompts.models import Attribution, Done, Draft, Response, Visibility
from peernet.search.models import SearchRow
from peernet.web.viewer import NOBODY
from tests.prompts.conftest import as_viewer, asked, give, rendered
from tests.world import World

PERSON, ORGANISATION, UNATTRIBUTED = Attribution
PRIVATE, FACILITATORS, COHORT, PUBLIC = Visibility


def test_an_answer_speaks_for_the_organisation_of_the_seat_and_ends_the_draft(
    db: Session, world: World, rows: Callable[[Any], list[Any]]
) -> None:
    drafts.save(db, world.asking, actor=as_viewer(world.member), version=0, text="Half")
    response = give(db, world.asking, world.member)
    assert (response.organisation_id, response.words, response.version) == (world.river.id, 2, 1)
    assert [(said.asking_id, said.person_id) for said in rows(Done)] == [(world.asking.id, world.member.id)]
    assert rows(Draft) == []


def test_an_answer_is_given_once(db: Session, world: World) -> None:
    give(db, world.asking, world.member, text="First")
    with pytest.raises(Conflict) as conflict:
        give(db, world.asking, world.member, text="Second")
    assert (conflict.value.theirs, conflict.value.mine) == ("First", "Second")


@pytest.mark.parametrize("who", ["organiser", "facilitator", "observer", "outsider", "stranger", "admin"])
def test_only_those_who_hold_a_seat_answer(db: Session, world: World, who: str) -> None:
    with pytest.raises(Refused):
        give(db, world.asking, getattr(world, who))


def test_unattributed_is_refused_where_it_is_not_admitted(db: Session, world: World) -> None:
    world.asking.admits_unattributed = False
    with pytest.raises(Refused) as refusal:
        give(db, world.asking, world.member, attribution=UNATTRIBUTED)
    assert refusal.value.field == "attribution"


def test_answers_after_the_end_are_refused_also_before_the_worker_comes(db: Session, world: World) -> None:
    response = give(db, world.asking, world.peer)
    with time_machine.travel(datetime(2026, 11, 30, 12, 0, tzinfo=UTC), tick=False):
        with pytest.raises(Refused, match="draft"):
            give(db, world.asking, world.member)
        with pytest.raises(Refused, match="draft"):
            _change(db, world, response)
        with pytest.raises(Refused):
            done.say(db, asked(db, world.asking.id), actor=as_viewer(world.member))
        draft = drafts.save(db, world.asking, actor=as_viewer(world.member), version=0, text="Too late")
    assert draft.source == "Too late"


def test_a_closed_cohort_takes_no_answers(db: Session, world: World) -> None:
    world.cohort.state = CohortState.CLOSED
    with pytest.raises(Refused):
        give(db, world.asking, world.member)


def test_a_change_needs_the_version_that_it_changes(db: Session, world: World) -> None:
    response = give(db, world.asking, world.member, text="First")
    _change(db, world, response, who=world.member)
    with pytest.raises(Conflict) as conflict:
        _change(db, world, response, who=world.member, text="Third")
    assert (conflict.value.theirs, conflict.value.mine) == ("Second", "Third")


def _change(db: Session, world: World, response: Response, *, who: Any = None, text: str = "Second") -> None:
    responses.change(
        db,
        response,
        asking=asked(db, world.asking.id),
        actor=as_viewer(who or world.peer),
        version=1,
        text=text,
        rendered=rendered(text),
        visibility=COHORT,
        attribution=PERSON,
    )


OPEN, NOT_RELEASED, RELEASED = "open", "closed, not released", "released"


@pytest.mark.parametrize(
    ("when", "before", "after", "refused"),
    [
        (OPEN, (PRIVATE, UNATTRIBUTED), (PUBLIC, UNATTRIBUTED), None),
        (OPEN, (COHORT, PERSON), (COHORT, UNATTRIBUTED), None),
        (OPEN, (COHORT, UNATTRIBUTED), (COHORT, PERSON), None),
        (NOT_RELEASED, (COHORT, PERSON), (COHORT, UNATTRIBUTED), "attribution"),
        (NOT_RELEASED, (PRIVATE, PERSON), (PUBLIC, ORGANISATION), None),
        (NOT_RELEASED, (COHORT, UNATTRIBUTED), (PRIVATE, UNATTRIBUTED), None),
        (NOT_RELEASED, (COHORT, UNATTRIBUTED), (PUBLIC, UNATTRIBUTED), "visibility"),
        (NOT_RELEASED, (COHORT, UNATTRIBUTED), (PUBLIC, PERSON), None),
        (NOT_RELEASED, (COHORT, UNATTRIBUTED), (FACILITATORS, ORGANISATION), None),
        (RELEASED, (COHORT, PERSON), (PRIVATE, PERSON), None),
        (RELEASED, (PRIVATE, PERSON), (PUBLIC, PERSON), None),
        (RELEASED, (COHORT, PERSON), (COHORT, UNATTRIBUTED), "attribution"),
        (RELEASED, (COHORT, UNATTRIBUTED), (COHORT, PERSON), "attribution"),
        (RELEASED, (PRIVATE, UNATTRIBUTED), (COHORT, PERSON), "attribution"),
        (RELEASED, (COHORT, UNATTRIBUTED), (PUBLIC, UNATTRIBUTED), "visibility"),
        (RELEASED, (PRIVATE, UNATTRIBUTED), (COHORT, UNATTRIBUTED), "visibility"),
        (RELEASED, (PUBLIC, UNATTRIBUTED), (FACILITATORS, UNATTRIBUTED), None),
    ],
)
def test_who_may_read_it_changes_only_where_nobody_can_be_told_by_it(
    db: Session,
    world: World,
    fourth: Any,
    when: str,
    before: tuple[Visibility, Attribution],
    after: tuple[Visibility, Attribution],
    refused: str | None,
) -> None:
    for person in (world.peer, world.third, fourth) if when == RELEASED else ():
        give(db, world.asking, person, attribution=UNATTRIBUTED, visibility=PUBLIC)
    response = give(db, world.asking, world.member, visibility=before[0], attribution=before[1])
    asking = asked(db, world.asking.id)
    if when != OPEN:
        verbs.close(db, asking, actor=NOBODY)
    assert (asking.released_at is not None) == (when == RELEASED)
    facts: Any = {"version": 1, "visibility": after[0], "attribution": after[1]}
    if refused is None:
        responses.let_read(db, response, asking=asking, **facts)
        assert (response.visibility, response.attribution) == after
        return
    with pytest.raises(Refused) as refusal:
        responses.let_read(db, response, asking=asking, **facts)
    assert refusal.value.field == refused
    assert (response.visibility, response.attribution) == before


def test_narrowing_first_does_not_open_a_way_to_a_name(db: Session, world: World) -> None:
    response = give(db, world.asking, world.member, attribution=UNATTRIBUTED)
    for person in (world.peer, world.third):
        give(db, world.asking, person, attribution=UNATTRIBUTED)
    asking = asked(db, world.asking.id)
    verbs.close(db, asking, actor=NOBODY)
    responses.let_read(db, response, asking=asking, version=1, visibility=PRIVATE, attribution=UNATTRIBUTED)
    with pytest.raises(Refused):
        responses.let_read(db, response, asking=asking, version=2, visibility=COHORT, attribution=PERSON)


def test_the_author_is_asked_again_until_they_chose(db: Session, world: World) -> None:
    response = give(db, world.asking, world.member, attribution=UNATTRIBUTED)
    asking = asked(db, world.asking.id)
    assert responses.is_asked_again(asking, response) is False
    verbs.close(db, asking, actor=NOBODY)
    assert responses.is_asked_again(asking, response) is True
    responses.let_read(db, response, asking=asking, version=1, visibility=PRIVATE, attribution=UNATTRIBUTED)
    assert responses.is_asked_again(asking, response) is False


def test_deleting_takes_it_away_and_leaves_its_author_done(
    db: Session, world: World, rows: Callable[[Any], list[Any]]
) -> None:
    response = give(db, world.asking, world.member, visibility=PUBLIC)
    responses.erase(db, response, asking=asked(db, world.asking.id))
    assert (rows(Response), rows(SearchRow), len(rows(Done))) == ([], [], 1)


@pytest.mark.parametrize(
    ("visibility", "attribution", "is_touched"),
    [(PUBLIC, PERSON, True), (COHORT, PERSON, False), (PUBLIC, UNATTRIBUTED, False)],
)
def test_public_pages_are_made_anew_only_when_what_they_show_changed(
    db: Session, world: World, visibility: Visibility, attribution: Attribution, is_touched: bool
) -> None:
    give(db, world.asking, world.member, visibility=visibility, attribution=attribution)
    assert (f"prompt:{world.prompt.id}" in touched(db)) == is_touched


def test_narrowing_and_deleting_touch_the_public_page(db: Session, world: World) -> None:
    key = f"prompt:{world.prompt.id}"
    response = give(db, world.asking, world.member, visibility=PUBLIC)
    db.commit()
    assert key not in touched(db)
    facts: Any = {"asking": asked(db, world.asking.id), "attribution": PERSON}
    responses.let_read(db, response, version=1, visibility=COHORT, **facts)
    assert key in touched(db)
    responses.let_read(db, response, version=2, visibility=PUBLIC, **facts)
    db.commit()
    responses.erase(db, response, asking=asked(db, world.asking.id))
    assert key in touched(db)


def test_a_rebuilt_index_is_the_same(db: Session, world: World, rows: Callable[[Any], list[Any]]) -> None:
    for person in (world.member, world.peer, world.third):
        give(db, world.asking, person, attribution=UNATTRIBUTED)
    give(db, world.asking, world.mate, visibility=PUBLIC)
    verbs.close(db, asked(db, world.asking.id), actor=NOBODY)
    finding.rebuild(db)

    def everything() -> set[tuple[str, ...]]:
        return {(row.kind, row.ref, row.audience, row.title, row.text, row.url) for row in rows(SearchRow)}

    before = everything()
    search.clear(db)
    db.expire_all()
    finding.rebuild(db)
    assert everything() == before
    assert len(before) == 6  # the question, three unattributed, one of the mate's for the mate and for everybody


def test_a_draft_follows_the_one_before(db: Session, world: World) -> None:
    actor = as_viewer(world.member)
    first = drafts.save(db, world.asking, actor=actor, version=0, text="One")
    assert first.version == 1
    assert drafts.save(db, world.asking, actor=actor, version=1, text="Two", visibility=PUBLIC).version == 2
    with pytest.raises(Conflict) as conflict:
        drafts.save(db, world.asking, actor=actor, version=1, text="Three")
    assert (conflict.value.theirs, conflict.value.mine) == ("Two", "Three")
    assert db.scalar(access.own_draft(as_viewer(world.mate), world.asking.id)) is None
    drafts.discard(db, world.asking, actor=actor)
    drafts.discard(db, world.asking, actor=actor)
    assert db.scalar(access.own_draft(actor, world.asking.id)) is None


def test_done_is_said_once_and_taken_back_while_nothing_is_answered(
    db: Session, world: World, rows: Callable[[Any], list[Any]]
) -> None:
    asking, actor = asked(db, world.asking.id), as_viewer(world.member)
    done.say(db, asking, actor=actor)
    done.say(db, asking, actor=actor)
    assert len(rows(Done)) == 1
    done.take_back(db, asking, actor=actor)
    done.take_back(db, asking, actor=actor)
    assert rows(Done) == []
    give(db, world.asking, world.member)
    with pytest.raises(Refused):
        done.take_back(db, asking, actor=actor)


def test_a_journal_holds_all_that_one_answered_and_nothing_of_others(db: Session, world: World) -> None:
    mine = give(db, world.asking, world.member, visibility=PRIVATE)
    give(db, world.asking, world.peer, visibility=PUBLIC)
    found = db.scalars(access.own_responses(as_viewer(world.member))).all()
    assert [(one.id, one.asking.cohort.name, one.asking.prompt.slug) for one in found] == [
        (mine.id, "Practice cohort", "who-decides")
    ]
    assert db.scalars(access.own_responses(NOBODY)).all() == []
