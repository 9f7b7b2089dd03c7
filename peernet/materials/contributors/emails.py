"""The mail to those who are asked how they wish to be named."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from peernet.accounts.emails import recipient_of
from peernet.accounts.models import Person
from peernet.mail.compose import send
from peernet.materials.contributors.models import Contributor
from peernet.settings import current


def asked(db: Session, person: Person, lines: Sequence[Contributor], *, is_again: bool = False) -> None:
    """Every material that waits for a person's wish; ``is_again``: for the second and last time."""
    settings = current()
    is_other = person.language in settings.network.languages and person.language != settings.network.language
    url = f"{settings.public_url}{f'/{person.language}' if is_other else ''}/me/credits"
    titles = [
        {"title": each.material.title, "cohort": each.material.cohort.name if each.material.cohort else ""}
        for each in lines
    ]
    context = {"materials": titles, "url": url, "is_again": is_again}
    send(db, to=recipient_of(person), template="materials/credit-asked", context=context)
