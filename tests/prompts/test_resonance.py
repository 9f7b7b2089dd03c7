"""What somebody said resonates: a count for whoever may read it, and never who."""

from dataclasses import fields

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.models import Membership
from peernet.prompts import asking as verbs
from peernet.prompts import threads, threads_access
from peernet.prompts.models import Attribution, Resonance, Visibility
from peernet.prompts.voices import Around
from peernet.web.viewer import NOBODY
from tests.prompts.conftest import PLAIN, as_viewer, asked, give, key_for, resonate
from tests.world import World

INSIDE = ("mate", "peer", "third", "observer", "facilitator", "organiser")


def _seen(db: Session, world: World, *, to: str = PLAIN) -> dict[str, tuple[int, bool]]:
    """For each who hears a voice: with how many it resonates, and whether with them."""
    seen = {}
    for who in (*INSIDE, "outsider", "stranger", "admin"):
        person = getattr(world, who)
        stands = threads_access.around(db, as_viewer(person), [world.asking.id])
        if stands:
            found = stands[key_for(db, world.asking, person, to)]
            seen[who] = (found.resonance, found.is_felt)
    public = list(threads_access.around_in_public(db, [world.prompt.id]).values())
    if public:
        seen["reader"] = (sum(each.resonance for each in public), any(each.is_felt for each in public))
    return seen


@pytest.mark.parametrize(
    ("visibility", "who"),
    [
        (Visibility.FACILITATORS, {"facilitator", "organiser"}),
        (Visibility.COHORT, set(INSIDE)),
        (Visibility.PUBLIC, {*INSIDE, "reader"}),
    ],
)
def test_the_count_is_for_those_who_may_read(db: Session, world: World, visibility: Visibility, who: set[str]) -> None:
    give(db, world.asking, world.member, visibility=visibility)
    resonate(db, world.asking, world.organiser)
    assert _seen(db, world) == {each: (1, each == "organiser") for each in who}
    assert threads_access.resonance_of_own(db, as_viewer(world.member)) == {world.asking.id: 1}
    assert threads_access.resonance_of_own(db, as_viewer(world.organiser)) == {}


def test_what_stands_around_a_voice_has_no_place_for_who_tapped() -> None:
    assert [item.name for item in fields(Around)] == ["resonance", "is_felt", "readers", "asked"]
    assert {column.name for column in Resonance.__table__.columns} == {"response_id", "person_id"}


def test_tapping_twice_is_tapping_once_and_so_is_taking_it_back(db: Session, world: World) -> None:
    give(db, world.asking, world.member)
    for resonates, count in ((True, 1), (True, 1), (False, 0), (False, 0), (True, 1)):
        resonate(db, world.asking, world.peer, resonates=resonates)
        assert db.scalar(select(func.count()).select_from(Resonance)) == count


def _release(db: Session, world: World) -> None:
    for person, text in ((world.member, PLAIN), (world.peer, "Other"), (world.third, "Third")):
        give(db, world.asking, person, attribution=Attribution.UNATTRIBUTED, text=text)
    verbs.close(db, asked(db, world.asking.id), actor=NOBODY)


def test_an_unattributed_voice_tells_a_count_and_nothing_more(db: Session, world: World) -> None:
    _release(db, world)
    for person in (world.peer, world.mate, world.facilitator):
        resonate(db, world.asking, person)
    assert _seen(db, world) == {who: (3, who in ("peer", "mate", "facilitator")) for who in INSIDE}
    assert threads_access.resonance_of_own(db, as_viewer(world.member)) == {world.asking.id: 3}


@pytest.mark.parametrize("attribution", list(Attribution))
def test_nobody_can_say_it_of_their_own_and_the_refusal_tells_nothing(
    db: Session, world: World, attribution: Attribution
) -> None:
    """Their own is no voice of theirs, so under any key it is as what does not exist."""
    give(db, world.asking, world.member, attribution=attribution)
    for person, text in ((world.peer, "Other"), (world.third, "Third")):
        give(db, world.asking, person, attribution=attribution, text=text)
    verbs.close(db, asked(db, world.asking.id), actor=NOBODY)
    at, author = asked(db, world.asking.id), as_viewer(world.member)
    heard = threads_access.around(db, author, [world.asking.id])
    assert len(heard) == 2
    keys = [key_for(db, world.asking, getattr(world, who)) for who in ("mate", "peer", "organiser")]
    assert [threads.voice_at(db, at, actor=author, key=key) for key in [*keys, "nonsense"]] == [None] * 4


def test_who_leaves_takes_no_count_along(db: Session, world: World) -> None:
    """Otherwise the count before and after would tell what they had tapped, and so what they had not written."""
    _release(db, world)
    resonate(db, world.asking, world.mate)
    db.execute(update(Membership).where(Membership.person_id == world.mate.id).values(left_at=clock.now()))
    assert _seen(db, world)["organiser"] == (1, False)


def test_nothing_can_be_said_of_what_is_not_released(db: Session, world: World) -> None:
    response = give(db, world.asking, world.member, attribution=Attribution.UNATTRIBUTED)
    for who in INSIDE:
        viewer = as_viewer(getattr(world, who))
        assert threads_access.around(db, viewer, [world.asking.id]) == {}
        assert threads_access.behind(db, viewer, world.asking.id, str(response.id)) is None
