"""Agendas: built by those who lead, seen by whoever sees the roundtable, and the leaders' notes by nobody else."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.cohorts.models import Role
from peernet.ledger.models import Event
from peernet.roundtables.agendas import access, building
from peernet.roundtables.agendas.inputs import Step
from peernet.roundtables.agendas.models import AgendaStep, Method
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World, join, make_asking

SignIn = Callable[[Person], FlaskClient]
STEP = {
    "title": "Write", "minutes": "40", "kind": "silence", "grouping": "alone", "attribution": "chatham-house",
    "visibility": "cohort", "question": "Who decides?", "facilitator": "Keep silent.",
    "member": "Write what you think.", "case_giver": "Tell the case.", "host": "Stay.", "asking": "",
}  # fmt: skip


def path(world: World, more: str = "") -> str:
    """The address of the agenda of the world's roundtable."""
    return f"{SERIES}/{world.roundtable.id}/agenda{more}"


def titles(db: Session, world: World) -> list[str]:
    """The steps in order."""
    db.expire_all()
    return [step.title for step in db.scalars(access.steps_of(world.roundtable.id))]


def method(db: Session, **given: object) -> Method:
    """A method of the library with two steps."""
    steps = [Step(title=title, minutes=5).model_dump(mode="json") for title in ("Alone", "All")]
    made = Method(**{"slug": "two", "name": "Two", "language": "en", "steps": steps} | given)
    db.add(made)
    db.commit()
    return made


def test_an_agenda_is_built_from_a_method_and_steps_and_measured(db: Session, world: World, sign_in: SignIn) -> None:
    two = method(db)
    client = sign_in(world.facilitator)
    assert "There are no steps yet." in words_of(client.get(path(world)))
    for _click in range(2):
        client.post(path(world, "/method"), data={"method": two.id, "_once": "a"})
        client.post(path(world), data=STEP | {"asking": world.asking.id, "_once": "b"})
    assert titles(db, world) == ["Alone", "All", "Write"]
    minutes = world.roundtable.minutes
    assert f"50 of {minutes} minutes are filled. {minutes - 50} minutes are free." in words_of(client.get(path(world)))
    first, _second, third = db.scalars(access.steps_of(world.roundtable.id))
    assert third.asking_id == world.asking.id
    client.post(path(world, f"/{third.id}/move"), data={"to": "1"})
    assert titles(db, world) == ["Write", "Alone", "All"]
    client.post(path(world, f"/{third.id}/move"), data={"to": "60"})
    assert titles(db, world) == ["Alone", "All", "Write"]
    sent = client.post(path(world, f"/{third.id}/move"), data={"to": "0"})
    assert (sent.status_code, 'value="Write"' in sent.text) == (422, True)
    client.post(path(world, f"/{first.id}/remove"))
    assert client.post(path(world, f"/{first.id}/remove")).status_code == 404
    # Two that were added, two that were put elsewhere, one that was taken out: each by whom.
    done = select(Event.actor_id).where(Event.action == "roundtable.agenda_changed")
    assert list(db.scalars(done)) == [world.facilitator.id] * 5
    assert titles(db, world) == ["All", "Write"]


def test_a_lost_race_shows_both_texts(db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.facilitator)
    client.post(path(world), data=STEP)
    step = db.scalars(access.steps_of(world.roundtable.id)).one()
    at = path(world, f"/{step.id}")
    assert client.post(at, data=STEP | {"title": "First", "version": "1"}).status_code == 303
    second = client.post(at, data=STEP | {"title": "Second", "version": "1"})
    assert (second.status_code, "First (40)" in second.text, 'value="Second"' in second.text) == (409, True, True)
    assert titles(db, world) == ["First"]


def test_members_see_steps_and_not_what_those_who_lead_are_told(db: Session, world: World, sign_in: SignIn) -> None:
    sign_in(world.facilitator).post(path(world), data=STEP)
    join(db, world.cohort, world.stranger, Role.OBSERVER)
    db.commit()
    for person in (world.member, world.stranger):
        page = words_of(sign_in(person).get(f"{SERIES}/{world.roundtable.id}"))
        assert "Write 40 minutes · Writing in silence · Each alone · Chatham House Write what you think." in page
        assert [word in page for word in ("Keep silent.", "Who decides?", "Tell the case.")] == [False] * 3


def test_a_kept_agenda_is_of_its_cohort_and_leaves_the_prompts_behind(
    db: Session, world: World, sign_in: SignIn
) -> None:
    client = sign_in(world.facilitator)
    assert client.post(path(world, "/keep"), data={"name": "Ours"}).status_code == 422
    client.post(path(world), data=STEP | {"asking": world.asking.id})
    assert client.post(path(world, "/keep"), data={"name": "Ours"}).status_code == 303
    assert client.post(path(world, "/keep"), data={"name": "Ours"}).status_code == 422
    kept = db.scalars(select(Method)).one()
    wanted = {key: value for key, value in STEP.items() if key != "asking"} | {"minutes": 40}
    assert (kept.cohort_id, kept.steps) == (world.cohort.id, [wanted])
    join(db, world.other_cohort, world.third, Role.FACILITATOR)
    assert list(db.scalars(access.methods_for(world.other_cohort))) == []
    kept.cohort_id = world.other_cohort.id
    db.commit()
    assert client.post(path(world, "/method"), data={"method": kept.id}).status_code == 404


def test_a_kept_method_is_renamed_and_deleted_by_those_who_lead(db: Session, world: World, sign_in: SignIn) -> None:
    client, member = sign_in(world.facilitator), sign_in(world.member)
    client.post(path(world), data=STEP)
    for name in ("Ours", "Other"):
        client.post(path(world, "/keep"), data={"name": name})
    ours = db.scalars(select(Method).where(Method.name == "Ours")).one()
    library = Method(slug="circle", name="Circle", language="en", steps=ours.steps)
    db.add(library)
    db.commit()
    wanted = {"method": ours.id, "name": "Ours, shorter", "purpose": "To begin", "version": 1}
    rename, delete = path(world, "/method/rename"), path(world, "/method/delete")
    of_members = [member.post(at, data=sent) for at, sent in ((rename, wanted), (delete, {"method": ours.id}))]
    assert [each.status_code for each in of_members] == [404, 404]
    assert client.post(rename, data=wanted | {"name": "Other"}).status_code == 422
    assert client.post(rename, data=wanted).status_code == 303
    lost = client.post(rename, data=wanted | {"name": "Late"})
    assert (lost.status_code, "Ours, shorter" in lost.text, 'value="Late"' in lost.text) == (409, True, True)
    # Those of the library are everybody's.
    assert client.post(delete, data={"method": library.id}).status_code == 404
    assert client.post(delete, data={"method": ours.id}).status_code == 303
    assert set(db.scalars(select(Method.name))) == {"Other", "Circle"}


def test_no_prompt_of_another_cohort_and_no_endless_agenda(db: Session, world: World, sign_in: SignIn) -> None:
    elsewhere = make_asking(db, world.other_cohort, "elsewhere", "What is asked elsewhere?", world.topic)
    many = [Step(title=str(number), minutes=1) for number in range(60)]
    building.add(db, world.roundtable, many)
    db.commit()
    client = sign_in(world.facilitator)
    assert "An agenda has at most 60 steps." in client.post(path(world), data=STEP).text
    step = db.scalars(access.steps_of(world.roundtable.id)).first()
    assert step is not None
    sent = client.post(path(world, f"/{step.id}"), data=STEP | {"asking": elsewhere.id, "version": step.version})
    assert "This prompt is not asked in this cohort." in sent.text
    assert db.scalars(select(AgendaStep.asking_id).distinct()).all() == [None]
