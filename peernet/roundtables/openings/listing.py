"""The guests of a roundtable as a table, for those who lead it."""

from sqlalchemy.orm import Session

from peernet.i18n import gettext as _
from peernet.roundtables import access, access_presence, words
from peernet.roundtables.models import Roundtable
from peernet.text import cells


def as_csv(db: Session, roundtable: Roundtable) -> bytes:
    """A line for each guest, invited or signed up, in the order of their coming. Two queries."""
    presences = db.scalars(access_presence.presences_at(roundtable.id))
    there = {each.guest_id: each.was_there for each in presences}
    said = {True: _("yes"), False: _("no"), None: ""}
    head = (
        _("Name"), _("Organisation"), _("Address for mail"), _("Signed up"), _("Listed"), _("Answer"), _("Needs"),
        _("Was there"),
    )  # fmt: skip
    rows = [
        (
            guest.name, guest.organisation, guest.email, said[guest.signed_up_at is not None], said[guest.is_listed],
            str(words.COMING[answer]), guest.needs, said[there.get(guest.id)],
        )
        for guest, answer in db.execute(access.invited_guests(roundtable))
    ]  # fmt: skip
    return cells.write([head, *rows])
