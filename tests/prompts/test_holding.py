"""What a step lays down for answers: held until revealed together, without a name, read by so many at most."""

import pytest
from sqlalchemy.orm import Session

from peernet import search
from peernet.db import Refused
from peernet.prompts import access, asking, holding, responses
from peernet.prompts.models import Asking, Attribution, Visibility
from tests.prompts.conftest import as_viewer, asked, give
from tests.world import World, make_asking

READERS = ("mate", "peer", "facilitator", "organiser")


def read_by(db: Session, world: World, of: Asking) -> list[int]:
    """How many answers of others each of the readers reads."""
    return [len(access.voices(db, as_viewer(getattr(world, who)), [of.id]).get(of.id, [])) for who in READERS]


def test_nobody_reads_what_is_held_and_all_read_it_once_it_is_revealed(db: Session, world: World) -> None:
    one = make_asking(db, world.cohort, "held", "What do we hold?")
    one.admits_unattributed = False
    assert holding.hold_back(db, asked(db, one.id))
    give(db, one, world.member, visibility=Visibility.PUBLIC, text="quokkas alone")
    assert read_by(db, world, one) == [0, 0, 0, 0]
    assert access.public_voices(db, [one.prompt_id]) == {}
    everybody = {"public", f"cohort:{world.cohort.id}", f"facilitators:{world.cohort.id}"}
    assert search.find(db, everybody, "quokkas").total == 0
    holding.reveal(db, asked(db, one.id), actor=as_viewer(world.facilitator))
    assert read_by(db, world, one) == [1, 1, 1, 1]
    assert search.find(db, everybody, "quokkas").total == 1
    assert len(access.public_voices(db, [one.prompt_id])[one.prompt_id]) == 1
    with pytest.raises(Refused):
        holding.reveal(db, asked(db, one.id), actor=as_viewer(world.facilitator))
    # What was revealed is not hidden again, and goes on taking answers.
    assert not holding.hold_back(db, asked(db, one.id))
    give(db, one, world.peer)
    assert read_by(db, world, one) == [2, 1, 2, 2]


@pytest.mark.parametrize(
    ("authors", "seen"), [(("member", "peer"), [0, 0, 0, 0]), (("member", "peer", "third"), [3, 2, 3, 3])]
)
def test_unattributed_ones_come_with_the_reveal_if_three_organisations_wrote_one(
    db: Session, world: World, authors: tuple[str, ...], seen: list[int]
) -> None:
    one = make_asking(db, world.cohort, "chatham", "What do we not say?")
    give(db, one, world.member)
    holding.bind(db, asked(db, one.id), unnamed=True, widest=Visibility.COHORT)
    assert holding.hold_back(db, asked(db, one.id))
    with pytest.raises(Refused, match="take no name"):
        give(db, one, world.peer, attribution=Attribution.ORGANISATION)
    with pytest.raises(Refused, match="read by fewer"):
        give(db, one, world.peer, visibility=Visibility.PUBLIC, attribution=Attribution.UNATTRIBUTED)
    for who in authors[1:]:
        give(db, one, getattr(world, who), attribution=Attribution.UNATTRIBUTED)
    assert read_by(db, world, one) == [0, 0, 0, 0]
    holding.reveal(db, asked(db, one.id), actor=as_viewer(world.facilitator))
    assert read_by(db, world, one) == seen
    assert asked(db, one.id).closed_at is not None
    mine = db.scalars(access.own_response(as_viewer(world.member), one.id)).one()
    for attribution in (Attribution.PERSON, Attribution.ORGANISATION):
        with pytest.raises(Refused):
            responses.let_read(
                db, mine, asking=asked(db, one.id), version=mine.version, visibility=Visibility.COHORT,
                attribution=attribution,
            )  # fmt: skip
    assert responses.choices(asked(db, one.id), mine)[1] == [Attribution.UNATTRIBUTED]


def test_the_stricter_holds_and_is_never_loosened(db: Session, world: World) -> None:
    one = make_asking(db, world.cohort, "strict", "How far?")
    for unnamed, widest in ((True, Visibility.FACILITATORS), (False, Visibility.PUBLIC)):
        holding.bind(db, asked(db, one.id), unnamed=unnamed, widest=widest)
    bound = asked(db, one.id)
    assert (bound.only_unattributed, bound.widest) == (True, Visibility.FACILITATORS)
    narrow = [Visibility.PRIVATE, Visibility.FACILITATORS]
    assert responses.choices(bound, None) == (narrow, [Attribution.UNATTRIBUTED])


def test_who_answered_under_other_rules_is_not_bound_by_new_ones(db: Session, world: World) -> None:
    one = make_asking(db, world.cohort, "named", "Who?")
    one.admits_unattributed = False
    give(db, one, world.member)
    with pytest.raises(Refused, match="under other rules"):
        holding.bind(db, asked(db, one.id), unnamed=True, widest=Visibility.COHORT)


def test_closing_by_the_clock_reveals_too(db: Session, world: World) -> None:
    one = make_asking(db, world.cohort, "due", "When?")
    holding.hold_back(db, asked(db, one.id))
    give(db, one, world.member)
    asking.close(db, asked(db, one.id), actor=as_viewer(world.organiser))
    assert (read_by(db, world, one), asked(db, one.id).is_held) == ([1, 1, 1, 1], False)
