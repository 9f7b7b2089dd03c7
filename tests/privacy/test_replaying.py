"""What was taken away since a backup is taken away from it again, and nothing is given back."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.privacy import replaying
from peernet.prompts.models import Attribution, Response, Visibility
from tests.prompts.conftest import give
from tests.world import World


def line(response: Response, what: str, **values: str) -> dict[str, object]:
    return {"what": what, "id": response.id, "given": response.given_at.isoformat(), **values}


@pytest.mark.parametrize(
    ("visibility", "attribution", "then"),
    [
        ("private", "person", (Visibility.PRIVATE, Attribution.PERSON)),
        ("cohort", "organisation", (Visibility.COHORT, Attribution.ORGANISATION)),
        ("public", "person", (Visibility.COHORT, Attribution.PERSON)),
    ],
)
def test_readers_become_fewer_only(
    db: Session, world: World, visibility: str, attribution: str, then: tuple[Visibility, Attribution]
) -> None:
    response = give(db, world.asking, world.member)
    replaying.replay(db, [line(response, "readers", visibility=visibility, attribution=attribution)])
    assert (response.visibility, response.attribution) == then


def test_a_deleted_answer_goes_again(db: Session, world: World) -> None:
    said = line(give(db, world.asking, world.member), "response")
    assert [replaying.replay(db, [said])["response"] for _time in range(2)] == [1, 0]
    assert db.scalars(select(Response)).all() == []


def test_another_of_the_same_number_is_left_alone(db: Session, world: World) -> None:
    response = give(db, world.asking, world.member)
    later = line(response, "response") | {"given": "2031-01-01T00:00:00+00:00"}
    somebody = {"what": "person", "id": world.member.id, "since": "2031-01-01T00:00:00+00:00", "choices": {}}
    assert replaying.replay(db, [later, somebody, {"what": "unknown"}]) == {}
