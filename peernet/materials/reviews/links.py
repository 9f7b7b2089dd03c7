"""The link of a reviewer without an account: it opens one text for one reader, until some time after the wished day.

It is worth nothing once it is revoked or the round is over. Looking at what is behind it spends and changes nothing.
"""

import re
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.materials.reviews import access
from peernet.materials.reviews.models import Reviewer
from peernet.tokens import tokens
from peernet.tokens.models import Token

PURPOSE = "review"
# Whoever is late can still say something.
_AFTER = timedelta(days=30)
_SUBJECT = re.compile(r"review:(\d{1,18})")


def token_for(db: Session, reviewer: Reviewer) -> Token:
    """The token of a reviewer's link, made if there is none; good until some time after the wished day."""
    until = datetime.combine(reviewer.round.wished_on, time(23, 59), UTC) + _AFTER
    live = (Token.purpose == PURPOSE, Token.subject == subject_of(reviewer.id), Token.revoked_at.is_(None))
    found = db.scalars(select(Token).where(*live).order_by(Token.id.desc())).first()
    if found is None:
        return tokens.make(db, purpose=PURPOSE, subject=subject_of(reviewer.id), lasts=until - clock.now())
    found.expires_at = until
    return found


def behind(db: Session, text: str) -> Reviewer | None:
    """Whom a live link is for, while they are asked and the round is open."""
    token = tokens.look_up(db, text, purpose=PURPOSE)
    named = _SUBJECT.fullmatch(token.subject) if token else None
    return db.scalar(access.behind_link(int(named[1]))) if named else None


def revoke(db: Session, reviewer: Reviewer) -> None:
    """Make a reviewer's link worthless."""
    tokens.revoke(db, purpose=PURPOSE, subject=subject_of(reviewer.id))


def subject_of(reviewer_id: int) -> str:
    """How the token names what it is for."""
    return f"review:{reviewer_id}"
