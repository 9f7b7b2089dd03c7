"""Pages of reviews cost the same queries for one and for many."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.materials import writing
from peernet.materials.models import Material
from peernet.materials.reviews import commenting
from peernet.materials.reviews.models import Answer, Reviewer, Round
from peernet.prompts.models import Response
from peernet.web.viewer import Viewer
from tests.conftest import NOW
from tests.materials.quotations.conftest import Quote
from tests.materials.reviews.conftest import GUEST, Send, page_of, part_of, text_id
from tests.roundtables.test_pages import words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
WRITE = "/write/who-was-there-first"
HERE = f"{WRITE}/review"


def test_pages_cost_the_same_queries_for_one_comment_and_for_thirty(
    db: Session, world: World, draft: Material, answer: Response, quote: Quote, send: Send, sign_in: SignIn,
    count_queries: Callable[[], list[str]],
) -> None:  # fmt: skip
    quote()
    send([world.third], [GUEST])
    writer, third, path = sign_in(world.facilitator), sign_in(world.third), page_of(db, world.third)
    numbers = []
    for more in (1, 29):
        for number in range(more):
            reviewer = part_of(db, world.third)
            made = commenting.comment(
                db, reviewer, text_id=text_id(db), digest="", place=0, body=f"Comment {more} {number}"
            )
            db.add(Answer(comment_id=made.id, person_id=world.organiser.id, body="Yes", at=NOW))
        db.commit()
        for client, address in ((writer, HERE), (third, path), (third, "/me"), (writer, f"{WRITE}/publish")):
            with count_queries() as counted:
                assert client.get(address).status_code == 200
            numbers.append(len(counted))
    assert numbers[:4] == numbers[4:]


def test_the_list_of_materials_costs_the_same_queries_for_one_and_for_many_in_review(
    db: Session, world: World, draft: Material, send: Send, sign_in: SignIn, count_queries: Callable[[], list[str]]
) -> None:
    one = send([world.peer])
    writer = sign_in(world.facilitator)
    with count_queries() as few:
        assert words_of(writer.get("/c/practice-cohort/materials")).count("In review") == 1
    for number in range(9):
        viewer = Viewer(person_id=world.facilitator.id)
        made = writing.start(db, viewer, title=f"Draft {number}", cohort=world.cohort)
        other = Round(material_id=made.id, number=1, wished_on=one.wished_on, opened_at=NOW)
        db.add(other)
        db.flush()
        db.add(Reviewer(round_id=other.id, person_id=world.third.id, asked_at=NOW))
    db.commit()
    with count_queries() as many:
        assert words_of(writer.get("/c/practice-cohort/materials")).count("In review") == 10
    assert len(many) == len(few)
