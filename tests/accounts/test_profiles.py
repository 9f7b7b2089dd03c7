"""Profiles, mail wishes, and the change of an address."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import links, profiles
from peernet.db import Conflict, Refused
from peernet.mail.models import Mail
from peernet.text.markdown import Rendered
from tests.world import World

_RENDERED = Rendered(html="<p>Rivers</p>", toc=[], words=1, reading_minutes=1, problems=[])


def _edit(db: Session, world: World, **values: object) -> None:
    given = {
        "name": "New Name", "about": "Rivers", "rendered": _RENDERED, "zone": "Asia/Kolkata", "language": "fr",
        "version": world.member.version,
    }  # fmt: skip
    profiles.edit(db, world.member, **{**given, **values})  # type: ignore[arg-type]


def test_a_profile_is_edited(db: Session, world: World) -> None:
    _edit(db, world)
    person = world.member
    assert (person.name, person.about, person.about_html, person.zone, person.language) == (
        "New Name", "Rivers", "<p>Rivers</p>", "Asia/Kolkata", "fr",
    )  # fmt: skip


def test_people_say_what_they_talk_in(db: Session, world: World) -> None:
    _edit(db, world, spoken=["pt", "en", "pt"])
    assert world.member.languages == ("pt", "en")
    with pytest.raises(Refused) as refusal:
        _edit(db, world, spoken=["xx"])
    assert refusal.value.field == "spoken"


def test_a_stale_profile_is_a_conflict_with_their_text(db: Session, world: World) -> None:
    stale = world.member.version
    _edit(db, world)
    db.flush()
    with pytest.raises(Conflict) as conflict:
        _edit(db, world, name="Mine", version=stale)
    assert conflict.value.theirs == "New Name\n\nRivers"


def test_a_language_that_is_not_offered_is_refused(db: Session, world: World) -> None:
    with pytest.raises(Refused) as refusal:
        _edit(db, world, language="xx")
    assert refusal.value.field == "language"


def test_mail_wishes(db: Session, world: World) -> None:
    profiles.choose_mail(world.member, kinds=frozenset({"prompts"}), digest=True)
    assert _wanted(world) == ["prompts"]
    assert world.member.mail_digest
    world.member.mail_bounced_at = clock.now()
    assert not profiles.wants_mail(world.member, "prompts")


def test_stopping_mail(db: Session, world: World) -> None:
    assert _wanted(world) == ["reading", "day", "roundtables", "prompts", "news"]
    profiles.stop_mail(world.member, kind="news", everything=False)
    assert _wanted(world) == ["reading", "day", "roundtables", "prompts"]
    profiles.stop_mail(world.member, kind="day", everything=False)
    assert _wanted(world) == ["reading", "roundtables", "prompts"]
    profiles.stop_mail(world.member, kind="news", everything=True)
    assert _wanted(world) == []


def test_stopping_the_daily_mail_stops_what_comes_in_it(db: Session, world: World) -> None:
    """Otherwise each would come by itself from now on."""
    world.member.mail_digest = True
    profiles.stop_mail(world.member, kind=links.DIGEST, everything=False)
    assert _wanted(world) == ["day", "roundtables"]


def _wanted(world: World) -> list[str]:
    return [kind for kind in links.KINDS if profiles.wants_mail(world.member, kind)]


def test_a_new_address_waits_for_its_link(
    db: Session, world: World, outbox: Callable[[], list[Mail]], link_in: Callable[[Mail], str]
) -> None:
    version = world.member.version
    profiles.ask_new_address(db, world.member, email="New@example.org")
    to_new, to_old = outbox()
    assert [(mail.kind, mail.to_address) for mail in (to_new, to_old)] == [
        ("accounts/confirm-address", "New@example.org"),
        ("accounts/address-change-asked", "member@example.org"),
    ]
    assert (world.member.email, world.member.new_email, world.member.version) == (
        "member@example.org", "New@example.org", version,
    )  # fmt: skip
    token = link_in(to_new).removeprefix("/me/address/")
    assert profiles.awaited(db, token) is world.member
    assert profiles.confirm_address(db, token) is world.member
    assert (world.member.email, world.member.email_key, world.member.new_email) == (
        "New@example.org", "new@example.org", None,
    )  # fmt: skip
    assert profiles.confirm_address(db, token) is None


def test_asking_again_makes_the_first_link_worthless(
    db: Session, world: World, outbox: Callable[[], list[Mail]], link_in: Callable[[Mail], str]
) -> None:
    profiles.ask_new_address(db, world.member, email="first@example.org")
    first = link_in(outbox()[0]).removeprefix("/me/address/")
    profiles.ask_new_address(db, world.member, email="second@example.org")
    assert profiles.confirm_address(db, first) is None
    second = link_in(outbox()[2]).removeprefix("/me/address/")
    profiles.forget_new_address(db, world.member)
    assert (profiles.confirm_address(db, second), world.member.email) == (None, "member@example.org")


def test_an_address_that_has_an_account_shows_only_in_its_own_mail(
    db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    profiles.ask_new_address(db, world.member, email="mate@example.org")
    assert [(mail.kind, mail.to_address) for mail in outbox()] == [
        ("accounts/address-taken", "mate@example.org"),
        ("accounts/address-change-asked", "member@example.org"),
    ]


def test_an_address_that_was_taken_meanwhile_is_refused(
    db: Session, world: World, outbox: Callable[[], list[Mail]], link_in: Callable[[Mail], str]
) -> None:
    profiles.ask_new_address(db, world.member, email="wanted@example.org")
    token = link_in(outbox()[0]).removeprefix("/me/address/")
    world.mate.email = world.mate.email_key = "wanted@example.org"
    db.flush()
    with pytest.raises(Refused):
        profiles.confirm_address(db, token)


@pytest.mark.parametrize("email", ["member@example.org", "x@y\r\nBcc: z@example.org", "nothing"])
def test_addresses_that_make_no_sense(db: Session, world: World, email: str) -> None:
    with pytest.raises(Refused) as refusal:
        profiles.ask_new_address(db, world.member, email=email)
    assert refusal.value.field == "email"
