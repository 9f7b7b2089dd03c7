"""Texts are put into force in versions, asked of those whom they concern, and asked again when they change."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.agreements import agreeing, standing
from peernet.agreements.models import Acceptance, Kind, Terms
from peernet.cohorts.models import Cohort
from peernet.db import Conflict, Refused
from peernet.jobs.models import Job
from peernet.mail.models import Mail
from peernet.privacy import erasing
from peernet.web.viewer import Viewer
from tests.world import World

_EXPECTED = Path(__file__).parents[1] / "emails" / "agreements" / "asked.txt"
RULES, CHATHAM, PRIVACY = Kind.GROUND_RULES, Kind.CHATHAM_HOUSE, Kind.PRIVACY


@pytest.fixture
def force(db: Session, world: World) -> Callable[..., Terms]:
    """Put a text into force, as the administrator or the organiser does."""

    def do(kind: Kind, source: str, cohort: Cohort | None = None, *, replaces: int = 0, asks: bool = True) -> Terms:
        actor = Viewer(person_id=(world.organiser if cohort else world.admin).id)
        made = agreeing.put_into_force(
            db, kind, cohort, actor=actor, source=source, html=f"<p>{source}</p>", replaces=replaces, asks=asks
        )
        db.commit()
        return made

    return do


def waiting(db: Session, person: Person) -> list[str]:
    """The texts that wait for somebody's yes."""
    return [each.terms.source for each in standing.of_viewer(db, Viewer(person_id=person.id)) if each.waits]


def agree(db: Session, person: Person, terms: Terms) -> None:
    agreeing.accept(db, terms, actor=Viewer(person_id=person.id))
    db.commit()


def test_each_is_asked_what_concerns_them(db: Session, world: World, force: Callable[..., Terms]) -> None:
    force(PRIVACY, "notice")
    force(CHATHAM, "rule")
    force(RULES, "everywhere")
    force(RULES, "here", world.cohort)
    assert waiting(db, world.member) == ["here", "rule", "notice"]
    assert waiting(db, world.outsider) == ["everywhere", "rule", "notice"]
    assert waiting(db, world.stranger) == ["notice"]


def test_a_change_asks_again_and_a_spelling_mistake_does_not(
    db: Session, world: World, force: Callable[..., Terms]
) -> None:
    agree(db, world.member, force(RULES, "first", world.cohort))
    force(RULES, "First", world.cohort, replaces=1, asks=False)
    assert (waiting(db, world.member), waiting(db, world.peer)) == ([], ["First"])
    force(RULES, "second", world.cohort, replaces=2)
    assert waiting(db, world.member) == ["second"]
    assert not standing.never_agreed(db, Viewer(person_id=world.member.id), world.cohort)
    assert standing.never_agreed(db, Viewer(person_id=world.peer.id), world.cohort)


def test_whoever_is_second_is_told_and_nothing_is_replaced_by_itself(
    world: World, force: Callable[..., Terms], db: Session
) -> None:
    first = force(RULES, "first", world.cohort)
    force(RULES, "second", world.cohort, replaces=1)
    with pytest.raises(Conflict):
        force(RULES, "third", world.cohort, replaces=1)
    with pytest.raises(Refused):
        force(RULES, "second", world.cohort, replaces=2)
    with pytest.raises(Conflict):
        agree(db, world.member, first)


def test_each_of_them_gets_one_mail(
    db: Session, world: World, force: Callable[..., Terms], outbox: Callable[[], list[Mail]]
) -> None:
    made = force(RULES, "here", world.cohort)
    agree(db, world.member, made)
    job = db.scalars(select(Job).where(Job.kind == agreeing.JOB)).one()
    for _twice in range(2):
        agreeing.tell(db, job.payload)
        db.commit()
    inside = (world.mate, world.peer, world.third, world.observer, world.facilitator, world.organiser)
    assert {mail.person_id for mail in outbox()} == {each.id for each in inside}
    mail = next(mail for mail in outbox() if mail.person_id == world.mate.id)
    assert f"To: {mail.to_address}\nSubject: {mail.subject}\n\n{mail.text}" == _EXPECTED.read_text("utf-8")


def test_reading_others_waits_for_a_first_yes_and_nothing_else_does(
    db: Session, world: World, force: Callable[..., Terms], sign_in: Callable[..., FlaskClient]
) -> None:
    made = force(RULES, "here", world.cohort)
    browser, page = sign_in(world.member), f"/c/{world.cohort.slug}/prompts/{world.asking.id}"
    asked = f"/me/agreements?next={page}"
    assert browser.get(page).location == asked
    open_ones = ("/me", "/me/journal", "/me/take-along", "/me/forget-me", f"/c/{world.cohort.slug}/leave")
    assert [browser.get(path).status_code for path in open_ones] == [200] * 5
    assert "1 text waits for your yes" in browser.get("/me").text
    assert browser.post(f"{page}/answer", data={"text": "Mine", "visibility": "cohort"}).status_code != 302
    assert browser.post(f"/me/agreements/{made.id}", data={"next": page}).location == page
    assert browser.get(page).status_code == 200
    force(RULES, "anew", world.cohort, replaces=1)
    assert browser.get(page).status_code == 200


def test_nobody_agrees_to_what_does_not_concern_them(
    world: World, force: Callable[..., Terms], sign_in: Callable[..., FlaskClient]
) -> None:
    made = force(RULES, "here", world.cohort)
    assert sign_in(world.outsider).post(f"/me/agreements/{made.id}").status_code == 404


def test_organisers_write_them_and_see_who_agreed(
    db: Session, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    path = f"/c/{world.cohort.slug}/ground-rules"
    browser = sign_in(world.organiser)
    assert "Speak from experience" in browser.get(path).text
    assert browser.post(path, data={"source": "**Listen.**", "replaces": "0"}).location == path
    made = db.scalars(select(Terms)).one()
    assert (made.number, made.html) == (1, "<p><strong>Listen.</strong></p>")
    agree(db, world.member, made)
    page = browser.get(path).text
    assert (page.count("agreed</span>"), page.count("not yet</span>")) == (2, 5)
    stale = browser.post(path, data={"source": "Late", "replaces": "0"})
    assert (stale.status_code, "Late" in stale.text, 'name="replaces" value="1"' in stale.text) == (409, True, True)
    member = sign_in(world.member).get(path).text
    assert ("Listen." in member, "Who agreed" in member) == (True, False)
    assert sign_in(world.member).post(path, data={"source": "Mine", "replaces": "1"}).status_code == 404


def test_the_public_reads_the_notice_and_how_it_was(
    client: FlaskClient, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    assert "Not written yet" in client.get("/privacy").text
    browser = sign_in(world.admin)
    assert "Who answers for it" in browser.get("/admin/agreements/privacy").text
    for number, text in enumerate(("As first written", "As it holds")):
        browser.post("/admin/agreements/privacy", data={"source": text, "replaces": str(number), "asks": "yes"})
    assert "As it holds" in client.get("/privacy").text
    assert "As first written" in client.get("/privacy/version-1").text
    assert client.get("/privacy/version-2").location == "/privacy"
    assert client.get("/privacy/version-3").status_code == 404
    assert "1 person agreed" in browser.get("/admin/agreements").text


def test_who_is_forgotten_leaves_a_date(db: Session, world: World, force: Callable[..., Terms]) -> None:
    agree(db, world.stranger, force(PRIVACY, "notice"))
    erasing.erase(db, world.stranger, {})
    db.commit()
    left: list[Any] = [(each.person_id, each.at is not None) for each in db.scalars(select(Acceptance))]
    assert left == [(None, True)]
