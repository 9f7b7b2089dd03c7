"""The pages of one's own account."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import passwords, sessions
from peernet.accounts.models import Person
from peernet.mail.models import Mail
from tests.accounts.conftest import PASSWORD
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
PAGES = ("/me/profile", "/me/mail", "/me/address", "/me/password", "/me/sessions")


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_for_people(client: FlaskClient, sign_in: SignIn, world: World, page: str) -> None:
    assert client.get(page).headers["Location"] == f"/sign-in?next={page}"
    assert sign_in(world.member).get(page).status_code == 200


def _profile(world: World, **values: str) -> dict[str, str]:
    given = {"name": "Member", "about": "", "zone": "Europe/London", "language": "en"}
    return {**given, "version": str(world.member.version), **values}


def test_a_profile_is_saved(sign_in: SignIn, db: Session, world: World) -> None:
    browser = sign_in(world.member)
    data = _profile(world, name="Mo", about="**Rivers**\n<script>x</script>", zone="Asia/Kolkata")
    answer = browser.post("/me/profile", data=data, follow_redirects=True)
    assert "Your profile is saved." in answer.text
    assert '<option value="Asia/Kolkata" selected>' in answer.text
    db.refresh(world.member)
    assert (world.member.name, world.member.zone) == ("Mo", "Asia/Kolkata")
    assert "<strong>Rivers</strong>" in world.member.about_html
    assert "<script>" not in world.member.about_html


def test_a_zone_by_an_older_name_stays_chosen(sign_in: SignIn, world: World) -> None:
    world.member.zone = "Asia/Calcutta"
    page = sign_in(world.member).get("/me/profile").text
    assert re.findall(r'<option value="([^"]+)" selected>[^<]*\(UTC', page) == ["Asia/Calcutta"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"name": "two\nlines"}, "Please write this on one line."),
        ({"zone": "Mars/Olympus"}, "This time zone is not known."),
        ({"zone": "../../etc/passwd"}, "This time zone is not known."),
        ({"language": "xx"}, "Please choose one of the options."),
        ({"about": "x" * 5001}, "This is too long"),
        ({"about": ">" * 40 + " deep"}, ""),
        ({"is_admin": "yes"}, "This field is not known here."),
        ({"version": "x"}, "Please give a whole number."),
    ],
)
def test_bad_profiles_are_refused_with_what_was_typed(
    sign_in: SignIn, db: Session, world: World, values: dict[str, str], words: str
) -> None:
    answer = sign_in(world.member).post("/me/profile", data=_profile(world, name="Typed name") | values)
    assert answer.status_code == 422
    assert words in answer.text
    assert ("Typed name" in answer.text) is ("name" not in values)
    db.refresh(world.member)
    assert (world.member.name, world.member.is_admin) == ("Member", False)


def test_a_stale_profile_shows_both(sign_in: SignIn, world: World) -> None:
    browser = sign_in(world.member)
    stale = _profile(world, name="Mine")
    browser.post("/me/profile", data=_profile(world, name="Theirs"))
    answer = browser.post("/me/profile", data=stale)
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert 'value="Mine"' in answer.text
    version = re.search(r'name="version" value="(\d+)"', answer.text)
    assert version is not None
    assert browser.post("/me/profile", data={**stale, "version": version[1]}).status_code == 303


def test_a_form_that_is_sent_twice_is_carried_out_once(sign_in: SignIn, db: Session, world: World) -> None:
    browser = sign_in(world.member)
    data = _profile(world, name="Mo", _once="one-form")
    assert [browser.post("/me/profile", data=data).status_code for _time in range(2)] == [303, 303]
    db.refresh(world.member)
    assert world.member.name == "Mo"


def test_mail_wishes_are_saved(sign_in: SignIn, db: Session, world: World) -> None:
    browser = sign_in(world.member)
    assert browser.get("/me/mail").text.count(" checked") == 5
    sent = {"prompts": "yes", "hour": "yes", "digest": "yes"}
    answer = browser.post("/me/mail", data=sent, follow_redirects=True)
    assert answer.text.count(" checked") == 3
    db.refresh(world.member)
    kinds = ("reading", "day", "hour", "roundtables", "prompts", "news", "digest")
    assert {kind for kind in kinds if getattr(world.member, f"mail_{kind}")} == set(sent)


def test_a_new_address_is_asked_for_and_forgotten(
    sign_in: SignIn, db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    browser = sign_in(world.member)
    answer = browser.post("/me/address", data={"email": "new@example.org"}, follow_redirects=True)
    assert "Waits for its link" in answer.text
    assert len(outbox()) == 2
    assert "Waits for its link" not in browser.post("/me/address/forget", follow_redirects=True).text


def test_an_address_with_an_account_gets_the_same_answer(sign_in: SignIn, world: World) -> None:
    browser = sign_in(world.member)
    answers = []
    for email in ("free@example.org", "mate@example.org"):
        page = browser.post("/me/address", data={"email": email}, follow_redirects=True).text
        answers.append(re.sub(r'(name="(?:csrf_token|_once)" value=)"[^"]*"', r"\1", page).replace(email, ""))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("email", ["a@b\r\nBcc: c@example.org", "nobody", "", "member@example.org"])
def test_bad_addresses_are_refused(sign_in: SignIn, world: World, outbox: Callable[[], list[Mail]], email: str) -> None:
    assert sign_in(world.member).post("/me/address", data={"email": email}).status_code == 422
    assert outbox() == []


def test_a_password_is_changed(
    sign_in: SignIn, db: Session, world: World, with_password: Callable[[Person], Person],
    outbox: Callable[[], list[Mail]],
) -> None:  # fmt: skip
    with_password(world.member)
    here, there = sign_in(world.member), sign_in(world.member)
    answer = here.post("/me/password", data={"current": PASSWORD, "password": "another four words"})
    assert answer.status_code == 303
    assert (here.get("/me/sessions").status_code, there.get("/me/sessions").status_code) == (200, 303)
    db.refresh(world.member)
    assert passwords.matches(world.member.password_hash, "another four words")
    assert [mail.kind for mail in outbox()] == ["accounts/password-changed"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"current": "wrong", "password": "another four words"}, "current"),
        ({"password": "another four words"}, "current"),
        ({"current": PASSWORD, "password": "short"}, "password"),
        ({"current": PASSWORD, "password": "password1234"}, "password"),
        ({"current": PASSWORD, "password": "member@example"}, "password"),
        ({"current": PASSWORD}, "password"),
    ],
)
def test_a_password_is_not_changed(
    sign_in: SignIn, db: Session, world: World, with_password: Callable[[Person], Person],
    data: dict[str, str], field: str,
) -> None:  # fmt: skip
    before = with_password(world.member).password_hash
    answer = sign_in(world.member).post("/me/password", data=data)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert all(value not in answer.text for value in data.values() if len(value) > 8)
    db.refresh(world.member)
    assert world.member.password_hash == before


def test_who_has_no_password_sets_one_only_after_a_link(sign_in: SignIn, db: Session, world: World) -> None:
    browser = sign_in(world.member)
    assert "Mail me a link" in browser.get("/me/password").text
    assert browser.post("/me/password", data={"password": "another four words"}).status_code == 422
    db.refresh(world.member)
    assert world.member.password_hash is None


def test_tries_at_the_present_password_are_limited(
    sign_in: SignIn, world: World, with_password: Callable[[Person], Person]
) -> None:
    browser = sign_in(with_password(world.member))
    data = {"current": "wrong", "password": "another four words"}
    assert [browser.post("/me/password", data=data).status_code for _time in range(6)] == [422] * 5 + [429]


def test_sessions_are_listed_and_ended(sign_in: SignIn, db: Session, world: World) -> None:
    here, there = sign_in(world.member), sign_in(world.member)
    page = here.get("/me/sessions").text
    assert page.count('class="entry"') == 2
    assert page.count("This browser") == 1
    theirs = min(int(number) for number in re.findall(r"/me/sessions/(\d+)/end", page))
    other = here if _ends_itself(here, theirs) else there
    assert other.get("/me/sessions").status_code == 303


def _ends_itself(browser: FlaskClient, number: int) -> bool:
    assert browser.post(f"/me/sessions/{number}/end").status_code == 303
    return browser.get("/me/sessions").status_code == 303


def test_nobody_ends_the_sessions_of_others(sign_in: SignIn, db: Session, world: World) -> None:
    begun = sessions.begin(db, world.mate, way="link", agent="")
    db.commit()
    assert sign_in(world.member).post(f"/me/sessions/{begun.sign_in_id}/end").status_code == 404
    assert sessions.load(db, begun.ticket) is not None


def test_signing_out_everywhere(sign_in: SignIn, world: World) -> None:
    here, there, other = sign_in(world.member), sign_in(world.member), sign_in(world.mate)
    answer = here.post("/me/sessions/end", follow_redirects=True)
    assert "You are signed out everywhere." in answer.text
    assert [browser.get("/me/sessions").status_code for browser in (here, there, other)] == [303, 303, 200]


def test_the_list_of_sessions_runs_the_same_queries_however_long(
    sign_in: SignIn, db: Session, world: World, count_queries: Callable[[], Any]
) -> None:
    browser = sign_in(world.member)
    with count_queries() as one:
        browser.get("/me/sessions")
    for _number in range(29):
        sessions.begin(db, world.member, way="link", agent="Firefox/140 (X11; Linux)")
    db.commit()
    with count_queries() as thirty:
        page = browser.get("/me/sessions").text
    assert page.count("Firefox on Linux") >= 29
    assert thirty == one


@pytest.mark.parametrize("page", PAGES)
def test_pages_run_few_queries(sign_in: SignIn, world: World, count_queries: Callable[[], Any], page: str) -> None:
    browser = sign_in(world.member)
    with count_queries() as seen:
        browser.get(page)
    assert len(seen) <= 3


def test_a_bounced_address_is_said(sign_in: SignIn, db: Session, world: World) -> None:
    world.member.mail_bounced_at = clock.now()
    db.commit()
    assert "Mail to this address comes back" in sign_in(world.member).get("/me/mail").text
