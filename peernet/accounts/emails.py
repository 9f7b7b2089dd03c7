"""The mails of this room. Addresses in them come from the public URL, in the language of their reader."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.mail.compose import Recipient, send
from peernet.settings import current
from peernet.tokens import tokens
from peernet.tokens.models import Token


def recipient_of(person: Person) -> Recipient:
    """A person as somebody to write to."""
    return Recipient(
        address=person.email, name=person.name, person_id=person.id, language=person.language, zone=person.zone
    )


def sign_in_link(db: Session, *, to: Recipient, token: Token, following: str) -> None:
    """The link that signs somebody in."""
    url = _url(to.language, f"/sign-in/link/{tokens.placeholder(token)}")
    if following:
        url += f"?next={quote(following, safe='/')}"
    send(db, to=to, template="accounts/sign-in-link", context={"url": url, "minutes": _minutes(token)})


def welcome(db: Session, person: Person, *, token: Token) -> None:
    """To somebody whose account an administrator made."""
    url = _url(person.language, f"/sign-in/link/{tokens.placeholder(token)}?next=/me/profile")
    _send(db, person, "welcome", url=url, until=token.expires_at)


def password_changed(db: Session, person: Person) -> None:
    """A notice, so that a change that somebody else made does not stay unseen."""
    _send(db, person, "password-changed", url=_url(person.language, "/sign-in"))


def confirm_address(db: Session, person: Person, *, new_email: str, token: Token) -> None:
    """To a new address: the link that makes it the account's."""
    to = Recipient(address=new_email, name=person.name, language=person.language, zone=person.zone)
    url = _url(person.language, f"/me/address/{tokens.placeholder(token)}")
    send(db, to=to, template="accounts/confirm-address", context={"url": url})


def address_taken(db: Session, person: Person, *, new_email: str) -> None:
    """To an address that somebody else wants to use and that has an account already."""
    to = Recipient(address=new_email, language=person.language)
    send(db, to=to, template="accounts/address-taken", context={"url": _url(person.language, "/sign-in")})


def address_change_asked(db: Session, person: Person, *, new_email: str) -> None:
    """To the present address: a notice of what is about to change."""
    url = _url(person.language, "/me/address")
    _send(db, person, "address-change-asked", new_email=new_email, url=url)


def _send(db: Session, person: Person, name: str, **context: Any) -> None:
    send(db, to=recipient_of(person), template=f"accounts/{name}", context=context)


def _url(language: str, path: str) -> str:
    settings = current()
    is_other = language in settings.network.languages and language != settings.network.language
    return f"{settings.public_url}{f'/{language}' if is_other else ''}{path}"


def _minutes(token: Token) -> int:
    return (token.expires_at - token.created_at) // timedelta(minutes=1)
