"""Giving a thing another address: what is refused, what can be taken back, and who comes second."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet.accounts import sessions
from peernet.addresses import moving
from peernet.addresses.models import FormerAddress
from peernet.cohorts import cohorts
from peernet.cohorts.models import Cohort
from peernet.db import Conflict, Database, Refused
from peernet.materials import access, publishing, writing
from peernet.materials.models import Material
from peernet.organisations import organisations
from peernet.organisations.models import Organisation
from peernet.prompts import library
from peernet.prompts.models import Prompt
from tests.world import World, make_organisation, make_world

_TAKEN = "This address belongs to something else, or did once."
_FORM = "An address is made of small letters, digits and hyphens, for example "


def test_an_address_is_left_and_taken_back(db: Session, world: World) -> None:
    actor = sessions.viewer_of(world.organiser)
    assert cohorts.move(db, world.cohort, actor=actor, slug="rivers")
    assert not cohorts.move(db, world.cohort, actor=actor, slug="rivers")
    assert cohorts.move(db, world.cohort, actor=actor, slug="streams")
    assert (world.cohort.slug, moving.former(db, world.cohort)) == ("streams", ["rivers", "practice-cohort"])
    assert moving.present(db, Cohort) == {"practice-cohort": "streams", "rivers": "streams"}
    assert db.scalar(select(moving.first(Cohort)).where(Cohort.id == world.cohort.id)) == "practice-cohort"
    assert cohorts.move(db, world.cohort, actor=actor, slug="practice-cohort")
    assert moving.present(db, Cohort) == {"rivers": "practice-cohort", "streams": "practice-cohort"}
    assert db.scalar(select(moving.first(Cohort)).where(Cohort.id == world.other_cohort.id)) == "other-cohort"


@pytest.mark.parametrize(
    ("slug", "reason"),
    [
        ("other-cohort", _TAKEN),
        ("once-other", _TAKEN),
        ("new", _TAKEN),
        ("Rivers and Seas", f"{_FORM}rivers-and-seas."),
        ("a/b", f"{_FORM}a-b."),
        ("..", "An address needs a letter or a digit."),
        ("", "An address needs a letter or a digit."),
        ("a\x00b", f"{_FORM}a-b."),
        ("x" * 121, f"{_FORM}{'x' * 120}."),
    ],
)
def test_what_is_no_address_here_is_refused(slug: str, reason: str, db: Session, world: World) -> None:
    actor = sessions.viewer_of(world.organiser)
    cohorts.move(db, world.other_cohort, actor=actor, slug="once-other")
    cohorts.move(db, world.other_cohort, actor=actor, slug="other-cohort")
    with pytest.raises(Refused) as refused:
        cohorts.move(db, world.cohort, actor=actor, slug=slug)
    assert (refused.value.message, refused.value.field) == (reason, "slug")
    assert world.cohort.slug == "practice-cohort"
    assert moving.former(db, world.cohort) == []


def test_nothing_else_is_given_an_address_that_was_left(db: Session, world: World) -> None:
    actor = sessions.viewer_of(world.organiser)
    organisations.move(db, world.river, actor=actor, slug="streams", is_listed=True)
    library.move(db, world.prompt, actor=actor, slug="who-says-no")
    cohorts.move(db, world.cohort, actor=actor, slug="seas")
    facts = {"theme": "", "format": world.cohort.format, "zone": "UTC"}
    days = {"starts_on": world.cohort.starts_on, "ends_on": world.cohort.ends_on}
    assert organisations.create(db, actor=actor, name="River trust").slug == "river-trust-2"
    assert [one.slug for one in organisations.create_many(db, [{"name": "River trust"}], actor=actor)] == [
        "river-trust-3"
    ]
    assert library.add(db, actor=actor, text="Who decides", moment=world.prompt.moment).slug == "who-decides-2"
    assert cohorts.start(db, actor=actor, name="Practice cohort", **facts, **days).slug == "practice-cohort-2"
    # The same words are free for another kind of thing.
    assert writing.start(db, actor, title="River trust", cohort=world.cohort).slug == "river-trust"


def test_what_was_seen_by_nobody_leaves_no_address(db: Session, world: World) -> None:
    actor = sessions.viewer_of(world.organiser)
    draft = writing.start(db, actor, title="A thought", cohort=world.cohort)
    publishing.move(db, actor, draft, slug="a-better-thought")
    assert writing.start(db, actor, title="A thought", cohort=world.cohort).slug == "a-thought-2"
    loaded = db.scalars(access.editable_by(actor).where(Material.id == draft.id)).one()
    assert loaded.draft is not None
    assert writing.discard(db, actor, loaded, version=loaded.draft.version)
    assert db.scalars(select(FormerAddress.slug)).all() == []


def test_a_form_that_somebody_holds_is_not_overtaken(db: Session, world: World) -> None:
    actor = sessions.viewer_of(world.organiser)
    before = world.prompt.version
    library.move(db, world.prompt, actor=actor, slug="who-says-no")
    assert library.revise(db, world.prompt, actor=actor, version=before, text="Who says no?")


def test_who_comes_second_is_told(db: Session, world: World) -> None:
    other = update(Prompt).where(Prompt.id == world.prompt.id).values(slug="who-says-no")
    db.execute(other, execution_options={"synchronize_session": False})
    with pytest.raises(Conflict):
        moving.move(db, world.prompt, to="who-says-yes", is_public=True)
    assert db.scalars(select(FormerAddress.slug)).all() == []


@pytest.mark.concurrency
def test_of_two_at_once_one_gets_it(own_database: Database) -> None:
    with own_database.writing() as db:
        make_world(db)

    def move(slug: str) -> str:
        try:
            with own_database.writing() as db:
                one = db.scalars(select(Organisation).where(Organisation.slug == slug)).one()
                moving.move(db, one, to="stream", is_public=True)
        except (Refused, Conflict, IntegrityError):
            return "refused"
        return slug

    with ThreadPoolExecutor(2) as threads:
        done = sorted(threads.map(move, ("river-trust", "museum")))
    with own_database.reading() as db:
        assert moving.present(db, Organisation) == {next(one for one in done if one != "refused"): "stream"}
    assert done.count("refused") == 1


def test_many_that_moved_are_found_in_one_query(db: Session, world: World, count_queries) -> None:
    for number in range(30):
        made = make_organisation(db, f"trust-{number}")
        moving.move(db, made, to=f"moved-{number}", is_public=True)
    with count_queries() as queries:
        found = moving.present(db, type(world.river), [f"trust-{number}" for number in range(30)])
    assert (len(found), found["trust-7"], len(queries)) == (30, "moved-7", 1)
    assert moving.present(db, Material) == {}
