"""The mail of this room."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from peernet.accounts.emails import recipient_of
from peernet.accounts.models import Person
from peernet.admin.models import Trouble
from peernet.mail.compose import send
from peernet.settings import current


def needs_you(db: Session, person: Person, troubles: Sequence[Trouble]) -> None:
    """Everything that is wrong with the installation, each with the command that mends it."""
    context = {"troubles": troubles, "url": f"{current().public_url}/admin"}
    send(db, to=recipient_of(person), template="admin/needs-you", context=context)
