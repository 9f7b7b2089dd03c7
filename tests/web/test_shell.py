"""The shell: default deny, one transaction a request, forms that happen once, errors that leave nothing."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask, request, session
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet.app import make_app
from peernet.db import Conflict, Database, ReadOnly, Refused, settle
from peernet.ledger import ledger
from peernet.ledger.models import Event
from peernet.settings import Settings
from peernet.web.inputs import Form, Input, Line, read, redisplay
from peernet.web.pages import redirect_to
from peernet.web.request import db as own_session
from peernet.web.request import roll_back, viewer
from peernet.web.rules import NoRule, Rule, require_rules, rule
from tests.world import World


class NoteInput(Input):
    """A form of two fields."""

    title: Line
    count: int = 0


def a_blueprint() -> Blueprint:
    """Views that use the shell in each of its ways."""
    made = Blueprint("trial", __name__, url_prefix="/trial")
    _add_readers(made)
    _add_forms(made)
    return made


def _add_readers(made: Blueprint) -> None:

    @made.get("/reader")
    @rule(Rule.READER)
    def reader() -> str:
        return "read"

    @made.get("/peeping")
    @rule(Rule.READER)
    def peeping() -> str:
        return str(session.get("_user_id"))

    @made.get("/person")
    @rule(Rule.PERSON)
    def person() -> str:
        return viewer().name

    @made.get("/admin")
    @rule(Rule.ADMIN)
    def admin() -> str:
        return "admin"

    @made.get("/write-by-get")
    @rule(Rule.ANYBODY)
    def write_by_get() -> str:
        ledger.record(own_session(), "trial.get", subject="trial:1")
        own_session().flush()
        return "written"


def _add_forms(made: Blueprint) -> None:
    @made.get("/note")
    @rule(Rule.ANYBODY)
    def note(form: Form | None = None) -> str:
        form = form or Form()
        return f"{form.value('title')}|{sorted(form.errors.items())}|{form.theirs}"

    @made.post("/note")
    @rule(Rule.ANYBODY)
    @redisplay(note)
    def send_note() -> Any:
        sent = read(NoteInput)
        ledger.record(own_session(), "trial.note", subject="trial:1", data={"title": sent.title})
        own_session().flush()
        if sent.title == "refuse":
            raise Refused("Not that title.", field="title")
        if sent.title == "conflict":
            raise Conflict("Somebody was first.", theirs="their text")
        if sent.title == "break":
            raise ZeroDivisionError
        if sent.title == "400":
            return "bad", 400
        return redirect_to("trial.note")


@pytest.fixture(scope="module")
def trial(settings: Settings, database: Database) -> Flask:
    """An application with the views above."""
    app = make_app(settings, database)
    app.config.update(WTF_CSRF_ENABLED=False)
    app.register_blueprint(a_blueprint())
    return app


@pytest.fixture
def visitor(trial: Flask, db: Session) -> FlaskClient:
    return trial.test_client()


def events(db: Session) -> int:
    db.expire_all()
    return db.scalar(select(func.count()).select_from(Event)) or 0


def test_a_route_without_a_rule_stops_the_start(settings: Settings, database: Database) -> None:
    app = make_app(settings, database)
    app.add_url_rule("/bare", "bare", lambda: "bare")
    with pytest.raises(NoRule, match="The route bare has no access rule"):
        require_rules(app)


def test_a_person_page_sends_a_stranger_to_sign_in(visitor: FlaskClient) -> None:
    answer = visitor.get("/trial/person")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/trial/person")


def test_an_admin_page_does_not_exist_for_others(
    trial: Flask, world: World, sign_in: Callable[..., FlaskClient], db: Session
) -> None:
    seen = []
    for person in (world.organiser, world.admin):
        client = trial.test_client()
        with sign_in(person).session_transaction() as theirs, client.session_transaction() as mine:
            mine.update(theirs)
        seen.append(client.get("/trial/admin").status_code)
    assert seen == [404, 200]


def test_a_get_cannot_write(visitor: FlaskClient, db: Session, trial: Flask) -> None:
    assert visitor.get("/trial/write-by-get").status_code == 500
    assert events(db) == 0
    with trial.test_request_context("/trial/note"), pytest.raises(ReadOnly):
        trial.view_functions["trial.write_by_get"]()


@pytest.mark.parametrize(
    ("title", "status", "kept"),
    [("fine", 303, 1), ("refuse", 422, 0), ("conflict", 409, 0), ("break", 500, 0), ("400", 400, 0)],
)
def test_only_success_is_kept(visitor: FlaskClient, db: Session, title: str, status: int, kept: int) -> None:
    answer = visitor.post("/trial/note", data={"title": title})
    assert (answer.status_code, events(db)) == (status, kept)


def test_what_was_typed_stays_with_the_error_at_its_field(visitor: FlaskClient) -> None:
    refused = visitor.post("/trial/note", data={"title": "refuse"})
    assert refused.text == "refuse|[('title', ['Not that title.'])]|None"
    overtaken = visitor.post("/trial/note", data={"title": "conflict"})
    assert overtaken.text == "conflict|[('', ['Somebody was first.'])]|their text"
    wrong = visitor.post("/trial/note", data={"title": "x", "count": "many", "extra": "1"})
    assert (wrong.status_code, wrong.text) == (
        422,
        "x|[('', ['extra: This field is not known here.']), ('count', ['Please give a whole number.'])]|None",
    )


@pytest.mark.parametrize("title", ["", "  ", "a\x00b", "a\nb", "x" * 301])
def test_bad_lines_are_refused(visitor: FlaskClient, db: Session, title: str) -> None:
    assert visitor.post("/trial/note", data={"title": title}).status_code == 422
    assert events(db) == 0


def test_a_form_sent_twice_happens_once(visitor: FlaskClient, db: Session) -> None:
    answers = [visitor.post("/trial/note", data={"title": "fine", "_once": "k1"}) for _ in range(2)]
    assert [(one.status_code, one.headers["Location"]) for one in answers] == [(303, "/trial/note")] * 2
    assert events(db) == 1
    visitor.post("/trial/note", data={"title": "fine", "_once": "k2"})
    assert events(db) == 2


def test_a_refused_form_may_be_sent_again(visitor: FlaskClient, db: Session) -> None:
    assert visitor.post("/trial/note", data={"title": "refuse", "_once": "k"}).status_code == 422
    assert visitor.post("/trial/note", data={"title": "fine", "_once": "k"}).status_code == 303
    assert events(db) == 1


@pytest.mark.concurrency
@pytest.mark.parametrize("is_shown_again", [True, False])
def test_the_second_click_is_not_refused_for_what_the_first_did(
    settings: Settings, own_database: Database, is_shown_again: bool
) -> None:
    app, made = make_app(settings, own_database), a_blueprint()
    app.config.update(WTF_CSRF_ENABLED=False)
    form = {"title": "fine", "_once": "same"}

    def first() -> None:
        app.test_client().post("/trial/late", data=form, headers={"X-First": "yes"})

    def late(form: Form | None = None) -> str:
        return "again"

    def send_late() -> Any:
        if "X-First" not in request.headers:
            click = threading.Thread(target=first)
            click.start()
            click.join()
            raise Conflict("Somebody was first.")
        ledger.record(own_session(), "trial.late", subject="trial:1")
        return redirect_to("trial.note")

    made.post("/late")(rule(Rule.ANYBODY)(redisplay(late)(send_late) if is_shown_again else send_late))
    app.register_blueprint(made)
    answer = app.test_client().post("/trial/late", data=form)
    assert (answer.status_code, answer.headers.get("Location")) == (303, "/trial/note")
    # Where what was done meanwhile is another form, it is refused as ever.
    assert app.test_client().post("/trial/late", data={**form, "_once": "another"}).status_code == 409


@pytest.mark.concurrency
def test_a_double_click_on_two_threads_happens_once(settings: Settings, own_database: Database) -> None:
    app = make_app(settings, own_database)
    app.config.update(WTF_CSRF_ENABLED=False)
    app.register_blueprint(a_blueprint())
    answers: list[tuple[int, str | None]] = []
    start = threading.Barrier(8)

    def click() -> None:
        client = app.test_client()
        start.wait()
        answer = client.post("/trial/note", data={"title": "fine", "_once": "same"})
        answers.append((answer.status_code, answer.headers.get("Location")))

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(303, "/trial/note")] * 8
    with own_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 1


def test_csrf_is_demanded(trial: Flask, visitor: FlaskClient, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(trial.config, "WTF_CSRF_ENABLED", True)
    answer = visitor.post("/trial/note", data={"title": "fine"})
    assert answer.status_code == 400
    assert "This form stood open for too long" in answer.text
    assert events(db) == 0


@pytest.mark.parametrize(("origin", "status"), [("http://localhost", 303), ("http://evil.example", 400), ("null", 400)])
def test_a_form_of_another_site_is_refused(visitor: FlaskClient, origin: str, status: int) -> None:
    answer = visitor.post("/trial/note", data={"title": "fine"}, headers={"Origin": origin})
    assert answer.status_code == status


def test_another_host_is_refused(visitor: FlaskClient) -> None:
    assert visitor.get("/trial/reader", headers={"Host": "evil.example"}).status_code == 400


def test_headers_of_public_and_private_pages(visitor: FlaskClient) -> None:
    reader, note = visitor.get("/trial/reader"), visitor.get("/trial/person")
    assert reader.headers["Cache-Control"] == "no-cache"
    assert "Cookie" not in reader.headers.get("Vary", "")
    assert "Set-Cookie" not in reader.headers
    assert note.headers["Cache-Control"] == "private, no-store"
    assert note.headers["Vary"] == "Cookie"
    for answer in (reader, note):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")


def test_a_form_of_five_megabytes_is_refused_in_words(visitor: FlaskClient, db: Session) -> None:
    long = "x" * 5_000_000
    answer = visitor.post("/trial/note", data={"title": long})
    assert answer.status_code == 422
    assert "This is too long: at most 300 characters." in answer.text
    parts = f'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n{long}\r\n--x--\r\n'
    answer = visitor.post("/trial/note", data=parts, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "too large" in answer.text
    assert events(db) == 0


def test_bad_bytes_get_a_clear_answer(visitor: FlaskClient) -> None:
    answer = visitor.post(
        "/trial/note", data=b"title=%ff%fe&count=\xff", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 422
    assert visitor.get("/trial/%ff%fe").status_code == 404
    assert visitor.get("/trial/note%00").status_code == 404
    asked = visitor.get("/trial/note?title=a%00b")
    assert (asked.status_code, "This text holds a control character; please remove it." in asked.text) == (400, True)
    assert visitor.post("/trial/note", data=b"\x00", content_type="multipart/form-data; boundary=x").status_code == 422


def test_the_session_of_a_reader_is_never_opened(visitor: FlaskClient) -> None:
    kept = [visitor.get(path).headers["Cache-Control"] for path in ("/trial/reader", "/trial/peeping")]
    assert kept == ["no-cache", "private, no-store"]


def test_an_address_in_another_language(visitor: FlaskClient) -> None:
    answer = visitor.get("/fr/trial/person")
    assert answer.headers["Location"] == "/fr/sign-in?next=/trial/person"


def test_roll_back_lets_the_page_read(trial: Flask, database: Database, db: Session) -> None:
    with trial.test_request_context("/trial/note", method="POST"):
        assert events(own_session()) == 0
        roll_back()
        ledger.record(own_session(), "x", subject="y")
        with pytest.raises(ReadOnly):
            settle(own_session())
