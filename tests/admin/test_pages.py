"""The administration: for administrators only, and only about the running of the installation."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import peernet
from peernet import __version__, clock
from peernet.accounts import people, sessions
from peernet.accounts.models import Person
from peernet.accounts.models import SignIn as BegunSession
from peernet.agreements import agreeing
from peernet.agreements.models import Kind
from peernet.backups import keeping
from peernet.cohorts import access
from peernet.jobs import jobs
from peernet.jobs.models import Job
from peernet.ledger import ledger
from peernet.mail import delivery
from peernet.mail.models import Mail, MailState
from peernet.settings import Settings, use
from peernet.web.request import SAFE
from peernet.web.viewer import NOBODY
from tests.world import World, make_person

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def settings_with(settings: Settings) -> Iterator[Callable[..., Settings]]:
    """Use other settings for one test."""

    def change(**values: Any) -> Settings:
        return use(settings.model_copy(update=values))

    yield change
    use(settings)


@pytest.fixture
def admin(sign_in: SignIn, world: World) -> FlaskClient:
    """A browser in which an administrator is signed in."""
    return sign_in(world.admin)


def make_mail(db: Session, state: MailState, **values: Any) -> Mail:
    """A mail of a state, with a place for a link in its text."""
    given = {
        "message_id": f"<{secrets.token_hex(8)}@localhost>",
        "kind": "accounts/sign-in-link",
        "to_address": "somebody@example.org",
        "subject": "Sign in",
        "text": "Go on:\n\nhttp://localhost:8000/sign-in/link/{{token:7}}?next=/me\n",
        "html": "<p>Go on</p>",
        "attachments": [],
        "state": state,
        "created_at": clock.now(),
        "next_at": clock.now(),
        "attempts": 8,
        "error": "451 Greylisted",
    }
    mail = Mail(**{**given, **values})
    db.add(mail)
    db.flush()
    return mail


def make_dead_job(db: Session, kind: str = "materials.assemble") -> Job:
    """A job that was given up."""
    job = jobs.enqueue(db, kind)
    assert job is not None
    job.dead_at, job.attempts = clock.now(), 6
    job.error = "IntegrityError: UNIQUE failed\n[parameters: ('what a member wrote',)]"
    db.flush()
    return job


def test_pages_do_not_exist_for_others(client: FlaskClient, sign_in: SignIn, db: Session, world: World) -> None:
    mail, job = make_mail(db, MailState.DEAD), make_dead_job(db)
    db.commit()
    numbers = {"person_id": world.member.id, "mail_id": mail.id, "job_id": job.id, "terms": "privacy"}
    members = sign_in(world.organiser)
    seen = 0
    for route in client.application.url_map.iter_rules():
        if not route.endpoint.startswith("admin."):
            continue
        _domain, path = route.build({name: numbers[name] for name in route.arguments})  # type: ignore[misc]
        for method in (route.methods or set()) - {"OPTIONS"}:
            assert members.open(path, method=method).status_code == 404, (method, path)
            answer = client.open(path, method=method)
            following = f"?next={path}" if method in SAFE else ""
            assert (answer.status_code, answer.headers["Location"]) == (303, f"/sign-in{following}")
            seen += 1
    assert seen > 20
    db.refresh(world.member)
    assert (world.member.disabled_at, world.member.is_admin, mail.state) == (None, False, MailState.DEAD)


def test_health_at_a_glance(admin: FlaskClient, db: Session, count_queries: Callable[[], Any]) -> None:
    for state in MailState:
        make_mail(db, state)
    make_dead_job(db)
    ledger.record(db, "account.sign_in_failed", subject="sign-in")
    db.commit()
    with count_queries() as seen:
        page = admin.get("/admin").text
    words = " ".join(page.split())
    for counted in ("waiting</a>: 1", "given up</a>: 1", "came back</a>: 1", f"peernet {__version__}", " free of "):
        assert counted in words
    assert words.count("look at this") == 3
    assert "SQLite 3." in words or "PostgreSQL 1" in words
    assert len(seen) == 3


def test_what_is_not_yet_in_place_is_said(
    admin: FlaskClient, db: Session, settings_with: Callable[..., Settings], settings: Settings, tmp_path: Path
) -> None:
    write, none, late = "Write the privacy notice", "None are scheduled.", "The newest one is missing or too old."

    def said() -> list[bool]:
        page = admin.get("/admin").text
        return [words in page for words in (write, none, late)]

    assert said() == [True, True, False]
    assert "Put into force" in admin.get("/admin/agreements/privacy").text
    notice = {"kind": Kind.PRIVACY, "source": "What is held.", "html": "<p>What is held.</p>"}
    agreeing.put_into_force(db, cohort=None, actor=NOBODY, replaces=0, asks=False, **notice)
    db.commit()
    settings_with(backup=settings.backup.model_copy(update={"folder": str(tmp_path)}))
    assert said() == [False, False, True]
    (tmp_path / keeping.name_at(clock.now())).touch()
    assert said() == [False, False, False]


def test_nobody_becomes_somebody_else(admin: FlaskClient, db: Session, world: World) -> None:
    """Whatever an administrator does with an account, it gives them no session of it and no way in: there is one place
    that begins sessions, for whoever has just shown who they are, and what is mailed goes to its owner alone."""
    source = Path(peernet.__file__).parent
    begun = {"sessions.begin(", "login_user("}
    files = [path for path in source.rglob("*.py") if begun & {one for one in begun if one in path.read_text("utf-8")}]
    assert [str(path.relative_to(source)) for path in files] == ["accounts/views/entering.py"]
    db.execute(delete(BegunSession).where(BegunSession.person_id == world.member.id))
    db.commit()
    routes = [each for each in admin.application.url_map.iter_rules() if each.endpoint.startswith("admin.")]
    of_people = [each for each in routes if "POST" in each.methods and "person_id" in each.arguments]
    assert len(of_people) > 0
    for each in of_people:
        admin.post(each.rule.replace("<int:person_id>", str(world.member.id)))
    assert db.scalars(select(BegunSession).where(BegunSession.person_id == world.member.id)).all() == []
    # And they are still who they were: for the member there is no such page.
    assert admin.get("/admin").status_code == 200


def test_people_are_found(admin: FlaskClient, db: Session, world: World) -> None:
    make_person(db, "Zo\u00eb 100%")
    db.commit()
    for words, found in (("zo\u00eb", 1), ("0%", 1), ("_", 0), ("MEMBER@", 1), ("", 11), ("%", 1), ("' OR 1=1 --", 0)):
        page = admin.get("/admin/people", query_string={"q": words}).text
        assert page.count('<th scope="row">') == found, words


def test_lists_are_paged(admin: FlaskClient, db: Session, world: World, count_queries: Callable[[], Any]) -> None:
    with count_queries() as few:
        admin.get("/admin/people")
    for number in range(60):
        make_person(db, f"Person {number:02}")
    db.commit()
    with count_queries() as many:
        first = admin.get("/admin/people").text
    assert many == few
    assert first.count('<th scope="row">') == 30
    assert "Page 1 of 3" in first
    second = admin.get("/admin/people?q=Person&page=2&endpoint=x&_external=1").text
    assert "Page 2 of 2" in second
    assert 'href="/admin/people?q=Person&amp;page=1"' in second
    for page in ("0", "-1", "99", "x"):
        assert admin.get(f"/admin/people?page={page}").status_code == 200


@pytest.mark.parametrize("path", ["/admin/mail?state=dead", "/admin/jobs"])
def test_lists_run_the_same_queries_however_long(
    admin: FlaskClient, db: Session, world: World, count_queries: Callable[[], Any], path: str
) -> None:
    make_mail(db, MailState.DEAD), make_dead_job(db)
    db.commit()
    with count_queries() as one:
        assert admin.get(path).text.count('class="entry"') == 1
    for _number in range(29):
        make_mail(db, MailState.DEAD), make_dead_job(db)
    db.commit()
    with count_queries() as thirty:
        assert admin.get(path).text.count('class="entry"') == 30
    assert thirty == one


def test_a_person_is_added_and_welcomed(admin: FlaskClient, db: Session, outbox: Callable[[], list[Mail]]) -> None:
    data = {"name": "New Person", "email": "new@example.org", "zone": "Asia/Kolkata", "language": "en"}
    answer = admin.post("/admin/people/add", data=data, follow_redirects=True)
    assert "New Person has an account." in answer.text
    assert [(mail.kind, mail.to_address) for mail in outbox()] == [("accounts/welcome", "new@example.org")]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "Member@example.org"}, "email"),
        ({"email": "a@b\r\nBcc: c@example.org"}, "email"),
        ({"name": " "}, "name"),
        ({"zone": "Nowhere/City"}, "zone"),
        ({"language": "xx"}, "language"),
    ],
)
def test_bad_people_are_refused_with_what_was_typed(
    admin: FlaskClient, outbox: Callable[[], list[Mail]], values: dict[str, str], field: str
) -> None:
    data = {"name": "New Person", "email": "new@example.org", "zone": "Asia/Kolkata", "language": "en", **values}
    answer = admin.post("/admin/people/add", data=data)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert ('value="New Person"' in answer.text) is (field != "name")
    assert outbox() == []


def test_an_account_is_disabled_and_enabled(admin: FlaskClient, sign_in: SignIn, db: Session, world: World) -> None:
    browser = sign_in(world.member)
    answer = admin.post(f"/admin/people/{world.member.id}/disable", follow_redirects=True)
    assert "Member cannot sign in any more." in answer.text
    assert browser.get("/me/profile").status_code == 303
    admin.post(f"/admin/people/{world.member.id}/enable")
    db.refresh(world.member)
    assert world.member.disabled_at is None


def test_administrators_are_made_and_unmade(admin: FlaskClient, sign_in: SignIn, db: Session, world: World) -> None:
    mine = world.admin.id
    for act in ("disable", "end-administrator"):
        assert admin.post(f"/admin/people/{mine}/{act}").status_code == 422
    admin.post(f"/admin/people/{world.member.id}/make-administrator")
    assert sign_in(world.member).get("/admin").status_code == 200
    assert admin.post(f"/admin/people/{mine}/disable").status_code == 422
    answer = admin.post(f"/admin/people/{mine}/end-administrator")
    assert answer.headers["Location"] == "/me/profile"
    assert admin.get("/admin").status_code == 404


def test_a_person_who_is_not_there(admin: FlaskClient) -> None:
    assert admin.get("/admin/people/999999").status_code == 404
    assert admin.post("/admin/people/999999/disable").status_code == 404


def test_the_outbox_is_seen_from_outside(
    admin: FlaskClient, db: Session, settings: Settings, settings_with: Callable[..., Settings]
) -> None:
    settings_with(mail=settings.mail.model_copy(update={"host": "smtp.example.org"}))
    dead = make_mail(db, MailState.DEAD, subject="Your link {{token:7}}")
    sent = make_mail(db, MailState.SENT, subject="Long gone")
    db.commit()
    page = admin.get("/admin/mail?state=dead").text
    assert "Your link (link)" in page
    assert "451 Greylisted" in page
    assert "Go on" not in page
    assert "Long gone" not in admin.get("/admin/mail?state=sent").text
    for mail in (dead, sent):
        assert admin.get(f"/admin/mail/{mail.id}").status_code == 404
        assert admin.get(f"/admin/mail/{mail.id}/delivered").status_code == 404


@pytest.mark.parametrize("state", [MailState.DEAD, MailState.BOUNCED])
def test_a_mail_is_tried_again(admin: FlaskClient, db: Session, state: MailState) -> None:
    mail = make_mail(db, state)
    db.commit()
    answer = admin.post(f"/admin/mail/{mail.id}/retry", follow_redirects=True)
    assert "The mail to somebody@example.org is tried again." in answer.text
    db.refresh(mail)
    assert (mail.state, mail.attempts, mail.lease_until) == (MailState.WAITING, 0, None)
    assert admin.post(f"/admin/mail/{mail.id}/retry").status_code == 404


def test_a_demonstration_shows_its_mail(admin: FlaskClient, db: Session, world: World) -> None:
    """On this machine, without a mail server: the text without its link, and the delivered file with it."""
    made = people.create(db, email="new@example.org", name="New", zone="Europe/London", language="en")
    data = {"email": made.email, "next": "/me/profile"}
    db.commit()
    admin.post("/sign-in/link", data=data)
    mail = db.query(Mail).one()
    page = admin.get(f"/admin/mail/{mail.id}").text
    assert "(link)" in page
    assert "/sign-in/link/" not in page
    assert "Its file is not in the mail folder" in admin.get(f"/admin/mail/{mail.id}/delivered").text
    assert delivery.deliver(admin.application.database, mail.id)  # type: ignore[attr-defined]
    assert "Open as delivered" in admin.get(f"/admin/mail/{mail.id}").text
    delivered = admin.get(f"/admin/mail/{mail.id}/delivered").text
    assert '<a href="http://localhost:8000/sign-in/link/' in delivered
    assert "?next=/me/profile" in delivered
    assert "Sign in" in admin.get("/admin/mail?state=sent").text


@pytest.mark.parametrize(
    "values", [{"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}}, {"headers": {"X-Forwarded-For": "127.0.0.1"}}]
)
def test_mail_is_not_opened_from_outside(admin: FlaskClient, db: Session, values: dict[str, Any]) -> None:
    mail = make_mail(db, MailState.SENT)
    db.commit()
    for path in (f"/admin/mail/{mail.id}", f"/admin/mail/{mail.id}/delivered"):
        assert admin.get(path, **values).status_code == 404
    assert 'class="entry"' not in admin.get("/admin/mail?state=sent", **values).text


def test_mail_is_not_opened_on_a_public_site(
    admin: FlaskClient, db: Session, settings_with: Callable[..., Settings]
) -> None:
    mail = make_mail(db, MailState.SENT)
    db.commit()
    settings_with(public_url="https://network.example.org")
    assert admin.get(f"/admin/mail/{mail.id}/delivered").status_code == 404


def test_a_dead_job_is_revived(admin: FlaskClient, db: Session) -> None:
    job = make_dead_job(db)
    db.commit()
    page = admin.get("/admin/jobs").text
    assert "IntegrityError: UNIQUE failed" in page
    assert "what a member wrote" not in page
    assert "The job is tried again." in admin.post(f"/admin/jobs/{job.id}/revive", follow_redirects=True).text
    db.refresh(job)
    assert (job.dead_at, job.attempts) == (None, 0)
    assert jobs.due(db) == [job.id]
    assert admin.post(f"/admin/jobs/{job.id}/revive").status_code == 404


def test_empty_lists_say_so(admin: FlaskClient) -> None:
    assert "No mail in this state." in admin.get("/admin/mail?state=nonsense").text
    assert "No job was given up." in admin.get("/admin/jobs").text


def test_an_administrator_who_is_no_member_reads_no_cohort(db: Session, world: World) -> None:
    viewer = sessions.viewer_of(world.admin)
    assert viewer.is_admin
    assert db.scalars(access.visible_to(viewer)).all() == []
    assert access.audiences(db, viewer) == {"public", f"person:{world.admin.id}"}
