"""Prompts put to some: what those who are asked have, and that the others of the cohort have nothing of it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peernet import clock, search
from peernet.accounts.models import Person
from peernet.cohorts.access import audiences
from peernet.cohorts.models import Membership, Role, Seat
from peernet.db import Refused
from peernet.desk import contents
from peernet.jobs import jobs
from peernet.jobs.models import Job
from peernet.mail.models import Held, Mail
from peernet.prompts import access, done, library, library_access, threads_access
from peernet.prompts import asking as verbs
from peernet.prompts.addressed_access import put_to_whom, waited_for
from peernet.prompts.addressing import ALL, Whom
from peernet.prompts.models import Addressee, Asking, Attribution, Moment, Prompt, Visibility
from peernet.roundtables import access as roundtables
from peernet.roundtables import prompting, reminders, telling
from peernet.roundtables.feeds import entries
from peernet.roundtables.models import When
from peernet.web.viewer import NOBODY, Viewer
from tests.conftest import NOW
from tests.prompts.conftest import as_viewer, ask_back, asked, give, seat_of
from tests.world import World, join, make_person

SignIn = Callable[[Person], FlaskClient]
QUESTION = "Which numbat would you not publish?"
CANARY = "Quetzals among ourselves"
EVERYBODY = ("member", "mate", "peer", "third", "observer", "facilitator", "organiser", "outsider", "stranger", "admin")
_FRESH = re.compile(r'name="(?:csrf_token|_once)" value="[^"]*"')
COHORT = "/c/practice-cohort/prompts"


@pytest.fixture
def prompt(db: Session, world: World) -> Prompt:
    """A prompt of the library without a public page."""
    return library.add(db, actor=NOBODY, text=QUESTION, moment=Moment.CLOSING, topic=world.topic)


def _to(*people: Person, seats: tuple[Seat, ...] = ()) -> Whom:
    return Whom(is_some=True, seats=frozenset(each.id for each in seats), people=frozenset(each.id for each in people))


def _seat(db: Session, world: World, person: Person) -> Seat:
    held = select(Seat).join(Membership, Membership.seat_id == Seat.id).where(Membership.person_id == person.id)
    return db.scalars(held.where(Seat.cohort_id == world.cohort.id)).one()


@pytest.fixture
def few(db: Session, world: World, prompt: Prompt) -> Asking:
    """Put to the member by name and to the museum's seat, which the third person holds."""
    to = _to(world.member, seats=(_seat(db, world, world.third),))
    closes_at = NOW + timedelta(days=4)
    made = verbs.ask(db, prompt, world.cohort, actor=NOBODY, to=to, admits_unattributed=False, closes_at=closes_at)
    db.commit()
    return asked(db, made.id)


def _among(names: tuple[str, ...], holds: Callable[[Viewer], bool], world: World) -> set[str]:
    return {name for name in names if holds(as_viewer(getattr(world, name)))}


def _loads(db: Session, world: World, few: Asking) -> dict[str, set[str]]:
    """By whom each statement loads the asking."""
    here = Asking.id == few.id
    statements: dict[str, Callable[[Viewer], bool]] = {
        "asked_to": lambda viewer: db.scalar(access.asked_to(viewer).where(here)) is not None,
        "asked_in": lambda viewer: db.scalar(access.asked_in(viewer, world.cohort.id).where(here)) is not None,
        "answerable": lambda viewer: db.scalar(access.answerable_by(viewer).where(here)) is not None,
        "open": lambda viewer: db.scalar(access.open_to(viewer).where(here)) is not None,
        "rates": lambda viewer: few.id in access.rates(db, viewer, [world.cohort.id]),
        "names": lambda viewer: bool(access.who_is_done(db, viewer, few)),
        "library": lambda viewer: bool(library_access.where_asked(db, viewer, [few.prompt_id])),
        "search": lambda viewer: search.find(db, audiences(db, viewer), "numbat").total > 0,
    }
    return {name: _among(EVERYBODY, holds, world) for name, holds in statements.items()}


ASKED, LEAD = {"member", "third"}, {"facilitator", "organiser"}


def test_those_who_are_asked_have_it_those_who_lead_see_it_and_nobody_else(
    db: Session, world: World, few: Asking
) -> None:
    assert _loads(db, world, few) == {
        "asked_to": ASKED | LEAD,
        "asked_in": ASKED | LEAD,
        "answerable": ASKED,
        "open": ASKED,
        "rates": LEAD,
        "names": {"organiser"},
        "library": ASKED | LEAD,
        "search": ASKED | LEAD,
    }
    assert access.rates(db, as_viewer(world.organiser), [world.cohort.id])[few.id] == access.Rate(0, 2)
    names = [tuple(row) for row in access.who_is_done(db, as_viewer(world.organiser), few)]
    assert names == [("Member", False), ("Third", False)]


def test_what_is_put_to_all_stays_put_to_all(db: Session, world: World, few: Asking) -> None:
    found = _loads(db, world, asked(db, world.asking.id))
    inside = {"member", "mate", "peer", "third", "observer"} | LEAD
    assert (found["asked_to"], found["answerable"]) == (inside, {"member", "mate", "peer", "third"})


def test_pages_of_others_do_not_change_by_a_byte(
    db: Session, world: World, sign_in: SignIn, prompt: Prompt, request: pytest.FixtureRequest
) -> None:
    paths = ("/me", "/c/practice-cohort", COHORT, "/prompts", f"/prompts/{prompt.slug}", "/search?q=numbat")
    paths += (f"/c/practice-cohort/roundtables/{world.roundtable.id}",)
    others = {name: sign_in(getattr(world, name)) for name in ("mate", "peer", "observer", "outsider")}

    def look() -> dict[tuple[str, str], str]:
        return {
            (name, path): _FRESH.sub("", client.get(path).text) for name, client in others.items() for path in paths
        }

    before = look()
    few: Asking = request.getfixturevalue("few")
    prompting.choose(db, world.roundtable, [(few, When.BEFORE)])
    give(db, few, world.member, text=CANARY)
    db.commit()
    assert look() == before
    there = f"{COHORT}/{few.id}"
    assert {client.get(there).status_code for client in others.values()} == {404}
    answer = {"text": "Mine", "visibility": "cohort", "attribution": "person", "version": "0", "answered": "0"}
    for rest, data in (("answer", answer), ("draft", {"text": "x"}), ("done", {}), ("look", {"text": "x"})):
        assert {client.post(f"{there}/{rest}", data=data).status_code for client in others.values()} == {404}, rest
    third = sign_in(world.third).get(there).text
    assert CANARY in third
    assert "Asked of: Museum, Member." in third


def test_answers_are_read_by_those_who_are_asked_and_those_who_lead(db: Session, world: World, few: Asking) -> None:
    give(db, few, world.member, text=CANARY)
    heard = _among(EVERYBODY, lambda viewer: few.id in access.voices(db, viewer, [few.id]), world)
    found = _among(EVERYBODY, lambda viewer: search.find(db, audiences(db, viewer), "quetzals").total > 0, world)
    assert (heard, found) == ({"third"} | LEAD, ASKED | LEAD)
    around = _among(EVERYBODY, lambda viewer: bool(threads_access.around(db, viewer, [few.id])), world)
    assert around == {"third"} | LEAD


def test_public_answers_are_public_by_their_question_only(db: Session, world: World) -> None:
    public = library.add(db, actor=NOBODY, text=QUESTION, moment=Moment.CLOSING, is_public=True)
    few = verbs.ask(
        db, public, world.cohort, actor=NOBODY, to=_to(world.member, world.third), admits_unattributed=False
    )
    give(db, few, world.member, text=CANARY, visibility=Visibility.PUBLIC)
    assert [CANARY in voice.html for voice in access.public_voices(db, [public.id])[public.id]] == [True]
    assert library_access.where_asked(db, NOBODY, [public.id]) == {}
    assert access.voices(db, as_viewer(world.mate), [few.id]) == {}
    assert db.scalars(access.focus_of([world.cohort.id])).unique().all() == [asked(db, world.asking.id)]


def test_who_leaves_or_takes_over_a_seat(db: Session, world: World, few: Asking) -> None:
    """An organisation is asked through its seat; a person is asked and nobody in their place."""
    give(db, few, world.member, text=CANARY)
    for person in (world.third, world.member):
        left = update(Membership).where(Membership.person_id == person.id)
        db.execute(left.values(left_at=clock.now()))
    heirs = {name: make_person(db, name) for name in ("New third", "New member")}
    join(db, world.cohort, heirs["New third"], Role.MEMBER, _seat(db, world, world.third))
    join(db, world.cohort, heirs["New member"], Role.MEMBER, _seat(db, world, world.mate))
    for holds in ("answerable_by", "asked_to"):
        statement = getattr(access, holds)
        may = {
            person.name
            for person in (world.third, world.member, *heirs.values())
            if db.scalar(statement(as_viewer(person)).where(Asking.id == few.id)) is not None
        }
        assert may == ({"New third"} if holds == "answerable_by" else {"New third", "Member"})
    found = {
        person.name: search.find(db, audiences(db, as_viewer(person)), "quetzals numbat").total
        for person in (world.third, world.member, *heirs.values())
    }
    assert found == {"Third": 0, "Member": 1, "New third": 1, "New member": 0}
    assert [one.name for one in db.scalars(waited_for(few))] == ["New third"]


def test_mails_go_to_those_who_are_asked(
    db: Session, world: World, few: Asking, outbox: Callable[[], list[Mail]]
) -> None:
    verbs.announce(db, [asked(db, world.asking.id), few])
    mails = outbox()
    assert {mail.to_address.split("@")[0]: QUESTION in mail.text for mail in mails} == {
        "member": True, "mate": False, "peer": False, "third": True
    }  # fmt: skip
    done.say(db, few, actor=as_viewer(world.member))
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        world.asking.reminded_at = clock.now()
        assert (verbs.remind_due(db), verbs.remind_due(db)) == (1, 0)
    assert [mail.to_address for mail in outbox()[len(mails) :]] == ["third@example.org"]


def test_a_daily_mail_tells_it_to_those_who_are_asked(db: Session, world: World, few: Asking) -> None:
    for name in ("member", "mate"):
        person = getattr(world, name)
        held = [Held(person_id=person.id, kind="prompts/asked", subject=f"asking:{few.id}", key=name)]
        told = contents.gather(db, person, held, NOW - timedelta(days=1), NOW + timedelta(days=1))
        assert [one.id for one in told.askings] == ([few.id] if name == "member" else [])


def test_calendars_and_roundtables_show_it_to_those_who_are_asked(
    db: Session, world: World, few: Asking, outbox: Callable[[], list[Mail]]
) -> None:
    prompting.choose(db, world.roundtable, [(few, When.BEFORE)])

    def in_calendar(viewer: Viewer) -> bool:
        return any(QUESTION in entry.title for entry in entries.own(db, viewer).entries)

    def at_table(viewer: Viewer) -> bool:
        return db.scalars(roundtables.prompts_of(viewer, [world.roundtable.id])).first() is not None

    assert _among(EVERYBODY, in_calendar, world) == ASKED
    assert _among(EVERYBODY, at_table, world) == ASKED | LEAD
    assert db.scalars(roundtables.prompts_of(NOBODY, [world.roundtable.id])).all() == []
    prompting.choose(db, world.roundtable, [(asked(db, world.asking.id), When.BEFORE), (few, When.BEFORE)])

    def tell() -> None:
        while job := db.scalars(select(Job).where(Job.kind == telling.JOB, Job.done_at.is_(None))).first():
            telling.carry_on(db, job.payload)
            jobs.finish(db, job)
            db.flush()

    telling.tell(db, world.roundtable, telling.News.INVITED)
    tell()
    with time_machine.travel(world.roundtable.starts_at - timedelta(days=3), tick=False):
        reminders.send_due(db)
        tell()
    told = {mail.to_address.split("@")[0]: QUESTION in mail.text for mail in outbox()}
    assert {name for name, is_told in told.items() if is_told} == ASKED | LEAD
    assert {"mate", "peer"} <= set(told)


def test_what_is_asked_back_goes_to_nobody_of_the_seat_who_is_not_asked(
    db: Session, world: World, few: Asking, outbox: Callable[[], list[Mail]]
) -> None:
    give(db, few, world.member, text=CANARY, attribution=Attribution.ORGANISATION)
    ask_back(db, few, world.third, to=CANARY)
    assert [mail.to_address for mail in outbox()] == ["member@example.org"]
    for name, waits in (("member", [few.id]), ("mate", [])):
        viewer = as_viewer(getattr(world, name))
        assert [one.id for one in db.scalars(threads_access.asked_back_in(viewer, [few.id])).unique()] == waits


@pytest.mark.parametrize("number", [4, 5])
def test_unattributed_answers_need_people_of_five_organisations(
    db: Session, world: World, fourth: Person, prompt: Prompt, number: int
) -> None:
    """Among three or four, the release of three answers would say of nearly each that it wrote one."""
    fifth = make_person(db, "Fifth")
    join(db, world.cohort, fifth, Role.MEMBER, seat_of(db, world, "fifth-house"))
    # Two people of one organisation are one.
    people = [world.member, world.mate, world.peer, world.third, fourth, fifth][: number + 1]
    facts = {"actor": NOBODY, "to": _to(*people), "admits_unattributed": True}
    if number < 5:
        with pytest.raises(Refused) as refusal:
            verbs.ask(db, prompt, world.cohort, **facts)
        assert refusal.value.field == "admits_unattributed"
    else:
        made = verbs.ask(db, prompt, world.cohort, **facts)
        with pytest.raises(Refused) as refusal:
            verbs.revise(db, made, actor=NOBODY, version=made.version, to=_to(*people[:-1]))
        assert refusal.value.field == "admits_unattributed"


def test_a_seat_that_nobody_holds_is_no_organisation_of_the_five(
    db: Session, world: World, fourth: Person, prompt: Prompt
) -> None:
    empty = seat_of(db, world, "empty-house")
    seats = [_seat(db, world, person) for person in (world.member, world.peer, world.third, fourth)]
    with pytest.raises(Refused, match="no seat"):
        verbs.ask(db, prompt, world.cohort, actor=NOBODY, to=_to(seats=(*seats, empty)))


def test_what_cannot_be_put_to_some_is_refused_at_its_field(db: Session, world: World, few: Asking) -> None:
    other = library.add(db, actor=NOBODY, text="Another?", moment=Moment.OPENING)
    member, seat = _to(world.member), _to(seats=(_seat(db, world, world.member),))
    refused = [
        ("seat", {"to": _to()}),
        ("seat", {"to": _to(world.outsider)}),
        ("seat", {"to": _to(world.observer)}),
        ("is_focus", {"to": member, "is_focus": True}),
        ("person", {"to": member, "is_per_seat": True}),
    ]
    for field, facts in refused:
        with pytest.raises(Refused) as refusal, db.begin_nested():
            verbs.ask(db, other, world.cohort, actor=NOBODY, **{"admits_unattributed": False} | facts)
        assert refusal.value.field == field
    made = verbs.ask(db, other, world.cohort, actor=NOBODY, to=seat, admits_unattributed=False, is_per_seat=True)
    for field, facts in (("is_focus", {"is_focus": True}), ("admits_unattributed", {"admits_unattributed": True})):
        with pytest.raises(Refused) as refusal, db.begin_nested():
            verbs.revise(db, asked(db, made.id), actor=NOBODY, version=1, **facts)
        assert refusal.value.field == field


def test_to_whom_it_is_put_can_change_until_somebody_is_done(db: Session, world: World, few: Asking) -> None:
    actor = as_viewer(world.organiser)
    assert verbs.revise(db, few, actor=actor, version=few.version, to=_to(world.peer)) is True
    assert verbs.revise(db, few, actor=actor, version=few.version, to=_to(world.peer)) is False
    assert _loads(db, world, few)["asked_to"] == {"peer"} | LEAD
    assert _loads(db, world, few)["search"] == {"peer"} | LEAD
    done.say(db, few, actor=as_viewer(world.peer))
    for to in (_to(world.peer, world.mate), ALL):
        with pytest.raises(Refused) as refusal, db.begin_nested():
            verbs.revise(db, asked(db, few.id), actor=actor, version=few.version, to=to)
        assert refusal.value.field == "whom"
    few = asked(db, few.id)
    assert verbs.revise(db, few, actor=actor, version=few.version, text="Which numbats?", to=_to(world.peer)) is True


def test_asked_again_it_is_put_to_whom_it_is_put_then(
    db: Session, world: World, few: Asking, rows: Callable[[type], list[Addressee]]
) -> None:
    verbs.withdraw(db, few, actor=NOBODY)
    again = verbs.ask(db, few.prompt, world.cohort, actor=NOBODY)
    assert (again.id, again.is_to_some, rows(Addressee)) == (few.id, False, [])
    assert put_to_whom(db, again) is None
    assert "mate" in _loads(db, world, again)["answerable"]


def test_who_is_named_and_sits_on_a_chosen_seat_is_asked_once(db: Session, world: World, prompt: Prompt) -> None:
    to = _to(world.member, world.peer, seats=(_seat(db, world, world.mate),))
    made = verbs.ask(db, prompt, world.cohort, actor=NOBODY, to=to, admits_unattributed=False)
    put = put_to_whom(db, made)
    assert put is not None
    assert (put.organisations, put.people) == (["River Trust"], ["Peer"])
    assert access.rates(db, as_viewer(world.organiser), [world.cohort.id])[made.id] == access.Rate(0, 3)


def test_an_answer_that_comes_after_the_choice_has_changed_is_refused(db: Session, world: World, few: Asking) -> None:
    verbs.revise(db, few, actor=NOBODY, version=few.version, to=_to(world.peer))
    with pytest.raises(Refused, match="not asked of you"):
        give(db, few, world.member)


def test_an_organiser_chooses_whom_to_ask_in_the_form(
    db: Session, world: World, sign_in: SignIn, prompt: Prompt, outbox: Callable[[], list[Mail]]
) -> None:
    organiser = sign_in(world.organiser)
    form = organiser.get(f"{COHORT}/choose").text
    assert "River Trust" in form
    seat = _seat(db, world, world.third).id
    sent = {"prompt": str(prompt.id), "whom": "some", "seat": str(seat), "person": str(world.member.id), "tell": "yes"}
    refused = organiser.post(f"{COHORT}/ask", data=sent | {"admits_unattributed": "yes"})
    assert (refused.status_code, "at least 5 organisations" in refused.text) == (422, True)
    assert f'value="{seat}" checked' in refused.text
    for _click in range(2):
        assert organiser.post(f"{COHORT}/ask", data=sent | {"_once": "one-key"}).status_code == 303
    assert [mail.to_address for mail in outbox()] == ["member@example.org", "third@example.org"]
    (made,) = db.scalars(access.all_asked(Asking.prompt_id == prompt.id)).unique()
    edit = organiser.get(f"{COHORT}/{made.id}/edit").text
    assert (f'value="{seat}" checked' in edit, 'value="some" checked' in edit) == (True, True)
    page = sign_in(world.facilitator).get(COHORT).text
    assert "Asked of some" in page


def test_queries_do_not_grow_with_those_who_are_asked(
    db: Session, world: World, few: Asking, sign_in: SignIn, count_queries: Callable[..., list[str]]
) -> None:
    organiser = sign_in(world.organiser)
    there = (COHORT, f"{COHORT}/{few.id}")

    def count() -> list[int]:
        found = []
        for path in there:
            with count_queries() as statements:
                organiser.get(path)
            found.append(len(statements))
        return found

    count()
    before = count()
    for number in range(10):
        person = make_person(db, f"Further {number}")
        seat = seat_of(db, world, f"further-{number}")
        join(db, world.cohort, person, Role.MEMBER, seat)
        db.add(Addressee(asking_id=few.id, seat_id=seat.id))
    db.commit()
    assert count() == before
