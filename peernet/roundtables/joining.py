"""The way in to a meeting: for whom it is meant, from when it is shown, and what mails and calendars say instead. Pure.

Once an address has been mailed it is out, whoever reads the mail. So unless a roundtable shows its way in as soon as
somebody accepts, mails and calendars carry the address of a page, which shows it when it is time.
"""

from datetime import datetime, timedelta

from peernet.roundtables.models import Roundtable

# What is chosen for a new roundtable, unless somebody chooses otherwise.
MINUTES = 30


def opens_at(roundtable: Roundtable) -> datetime | None:
    """From when on the way in is shown to who accepted; None where that is at once."""
    if roundtable.link_minutes is None:
        return None
    return roundtable.starts_at - timedelta(minutes=roundtable.link_minutes)


def is_open(roundtable: Roundtable, moment: datetime) -> bool:
    """Whether who accepted is shown the way in at that moment."""
    opens = opens_at(roundtable)
    return (opens is None or opens <= moment) and moment < roundtable.over_at and roundtable.cancelled_at is None


def told(roundtable: Roundtable, *, page: str) -> str:
    """What a mail or a calendar gives somebody for whom the way in is meant: the address of the meeting itself, or of
    the ``page`` that shows it in time. Empty where there is no way in."""
    if not roundtable.link:
        return ""
    return roundtable.link if roundtable.link_minutes is None else page
