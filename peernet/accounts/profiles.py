"""What people say of themselves, which mail they want, and under which address they are reached."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet.accounts import access, emails, links, people, public_pages
from peernet.accounts.models import Person
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.i18n.formats import spoken_languages
from peernet.ledger import ledger
from peernet.settings import current
from peernet.text.markdown import Rendered
from peernet.tokens import tokens

_CONFIRM = timedelta(hours=24)


def edit(
    db: Session,
    person: Person,
    *,
    name: str,
    about: str,
    rendered: Rendered,
    zone: str,
    language: str,
    spoken: Sequence[str] = (),
    has_page: bool = False,
    page_organisation: str = "",
    version: int,
) -> None:
    """Change a profile; ``rendered`` is ``about`` as it is shown, ``spoken`` are codes of languages, the best first;
    ``has_page`` and ``page_organisation`` are as in :func:`public_pages.choose`. Raises Conflict when it was changed
    meanwhile, Refused for a language that there is not."""
    if person.version != version:
        raise Conflict(
            _("You changed your profile somewhere else meanwhile. Compare, and save again if this is right."),
            theirs=f"{person.name}\n\n{person.about}".strip(),
        )
    if language not in current().network.languages:
        raise Refused(_("Please choose one of the options."), field="language")
    if not {*spoken} <= spoken_languages().keys():
        raise Refused(_("Please choose one of the options."), field="spoken")
    person.spoken = " ".join(dict.fromkeys(spoken))
    person.name = people.clean_name(name)
    person.about, person.about_html = about, rendered.html
    person.zone, person.language = zone, language
    public_pages.choose(db, person, has_page=has_page, organisation=page_organisation)


def choose_mail(person: Person, *, kinds: frozenset[str], digest: bool) -> None:
    """Say which kinds of mail (of ``links.KINDS``) a person wants, and whether what can wait comes in one a day."""
    for kind in links.KINDS:
        setattr(person, f"mail_{kind}", kind in kinds)
    person.mail_digest = digest


def wants_mail(person: Person, kind: str) -> bool:
    """Whether a person wants a kind of mail, and can be reached at all."""
    wanted: bool = getattr(person, f"mail_{kind}")
    return wanted and person.disabled_at is None and person.mail_bounced_at is None


def stop_mail(person: Person, *, kind: str, everything: bool) -> None:
    """Stop one kind of mail, or all kinds; with the daily mail stops all that comes in it. Doing it twice changes
    nothing."""
    stopped = links.KINDS if everything else links.IN_DIGEST if kind == links.DIGEST else (kind,)
    for each in stopped:
        setattr(person, f"mail_{each}", False)


def ask_new_address(db: Session, person: Person, *, email: str) -> None:
    """Mail a link to the new address, and a notice to the present one. Nothing changes before the link is used.

    Whether the address has an account already shows only in the mail that goes there.
    """
    email = people.clean_email(email)
    if access.email_key(email) == person.email_key and email == person.email:
        raise Refused(_("This is your address already."), field="email")
    tokens.revoke(db, purpose=links.ADDRESS, subject=f"person:{person.id}")
    holder = db.scalar(access.by_email(email))
    _await(db, person, email)
    if holder is not None and holder.id != person.id:
        emails.address_taken(db, person, new_email=email)
    else:
        token = tokens.make(
            db, purpose=links.ADDRESS, subject=f"person:{person.id}", lasts=_CONFIRM, person_id=person.id
        )
        emails.confirm_address(db, person, new_email=email, token=token)
    emails.address_change_asked(db, person, new_email=email)
    ledger.record(db, "account.address_asked", actor_id=person.id, subject=f"person:{person.id}")


def forget_new_address(db: Session, person: Person) -> None:
    """Keep the present address after all."""
    tokens.revoke(db, purpose=links.ADDRESS, subject=f"person:{person.id}")
    _await(db, person, None)


def awaited(db: Session, text: str) -> Person | None:
    """Whose new address a link would confirm. Spends nothing."""
    token = tokens.look_up(db, text, purpose=links.ADDRESS)
    person = None if token is None else db.scalar(access.may_come_in_as(token.person_id, demonstration=True))
    return person if person is not None and person.new_email else None


def confirm_address(db: Session, text: str) -> Person | None:
    """Spend the link and use the new address. None for a link that is over. Raises Refused when it was taken since."""
    token = tokens.look_up(db, text, purpose=links.ADDRESS)
    person = awaited(db, text)
    if token is None or person is None or person.new_email is None or not tokens.spend(db, token):
        return None
    try:
        with db.begin_nested():
            person.email, person.email_key = person.new_email, access.email_key(person.new_email)
            person.new_email, person.mail_bounced_at = None, None
    except IntegrityError:
        raise Refused(_("This address already belongs to an account.")) from None
    links.revoke_all(db, person)
    ledger.record(db, "account.address_changed", actor_id=person.id, subject=f"person:{person.id}")
    return person


def _await(db: Session, person: Person, email: str | None) -> None:
    # Not through the row: waiting for a link is no edit, and must not make an open profile form stale.
    db.execute(update(Person).where(Person.id == person.id).values(new_email=email))
