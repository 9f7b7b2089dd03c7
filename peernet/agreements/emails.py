"""The mails of this room."""

from sqlalchemy.orm import Session

from peernet.accounts.emails import recipient_of
from peernet.accounts.models import Person
from peernet.agreements.models import Terms
from peernet.agreements.words import KINDS
from peernet.i18n import use_language
from peernet.mail.compose import send
from peernet.settings import current


def asked(db: Session, person: Person, terms: Terms) -> None:
    """That a text waits for their yes. Once for each version."""
    settings = current()
    with use_language(person.language or settings.network.language):
        what = str(KINDS[terms.kind])
    context = {"what": what, "is_new": terms.number == 1, "url": f"{settings.public_url}/me/agreements"}
    key = f"terms:{terms.id}:{person.id}"
    send(db, to=recipient_of(person), template="agreements/asked", context=context, key=key)
