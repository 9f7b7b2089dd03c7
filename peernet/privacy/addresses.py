"""Who has no account, and is known by an address alone: guests, and who signed up on a public page."""

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from peernet.accounts.access import email_key
from peernet.privacy import traces
from peernet.privacy.rows import Subject
from peernet.roundtables import access
from peernet.roundtables.models import Guest
from peernet.roundtables.openings import forgetting, signing
from peernet.roundtables.openings.models import SignUp

# No account has it, so that nothing is found by it.
_NOBODY = 0


def subject_of(address: str) -> Subject:
    """An address as whose rows are looked for. What they called themselves is theirs to choose, and may be the name of
    somebody else, so nothing is looked for by it."""
    key = email_key(address)
    return Subject(_NOBODY, key, key)


def is_known(db: Session, address: str) -> bool:
    """Whether somebody is a guest by this address, or signed up with it."""
    guest, asked = exists().where(Guest.email_key == email_key(address)), _sign_ups(address).exists()
    return bool(db.scalar(select(or_(guest, asked))))


def forget(db: Session, address: str) -> int:
    """Forget a guest at every roundtable, and mails that came from them; at how many they were one."""
    guests = db.scalars(select(Guest).where(Guest.email_key == email_key(address)).order_by(Guest.id)).all()
    for guest in guests:
        forgetting.forget(db, db.scalars(access.behind_link(guest.roundtable_id)).one(), guest)
    signing.forget(db, db.scalars(_sign_ups(address)).all())
    traces.remove(db, subject_of(address))
    return len(guests)


def _sign_ups(address: str) -> Select[SignUp]:
    return select(SignUp).where(SignUp.email_key == email_key(address))
