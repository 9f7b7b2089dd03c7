"""The mail that asks whether it was the holder of an address who signed up. Nothing that was typed stands in it: it may
have been typed by somebody else."""

from sqlalchemy.orm import Session

from peernet.mail.compose import Recipient, send
from peernet.roundtables import emails, times
from peernet.roundtables.models import Roundtable
from peernet.roundtables.openings.models import SignUp
from peernet.tokens import tokens
from peernet.tokens.models import Token


def confirm(db: Session, roundtable: Roundtable, row: SignUp, token: Token) -> None:
    """The link behind which one button confirms it."""
    about = {
        "title": roundtable.title,
        "starts_at": roundtable.starts_at,
        "zone": roundtable.zone,
        "minutes": roundtable.minutes,
        "comes_twice": times.comes_twice(roundtable.wall_start, roundtable.zone),
        "place": "",
    }
    send(
        db,
        to=Recipient(address=row.email, language=row.language, zone=roundtable.zone),
        template="roundtables/sign_up",
        context={"about": about, "url": f"{emails.start_in(row.language)}/sign-up/{tokens.placeholder(token)}"},
        key=f"sign_up:{row.id}:{token.id}",
    )
