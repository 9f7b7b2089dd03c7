"""Forms are idempotent: each carries a one-time key; the second arrival is sent where the first one went.

The key is stored in the transaction that it stands for, so a form that failed may be sent again, and of two that race
the database's UNIQUE lets one win.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta

from flask import Response, g, request
from flask_login import current_user
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Conflict, Refused
from peernet.web.models import SentForm
from peernet.web.request import database, roll_back

FIELD = "_once"
# A form that rests longer in a window and is sent again is carried out again.
_KEPT = timedelta(days=30)


def new_key() -> str:
    """A key for the hidden field of one form."""
    return secrets.token_urlsafe(18)


def carry_out(view: Callable[[], Response]) -> Response:
    """Run ``view`` unless this very form was carried out already; answer as the first time."""
    key = _key()
    if key is None:
        return view()
    earlier = _earlier(key)
    if earlier is not None:
        return earlier
    try:
        response = view()
    except (IntegrityError, Conflict, Refused):
        roll_back()
        earlier = _earlier(key)
        if earlier is None:
            raise
        return earlier
    # Of two clicks the second may meet what the first did meanwhile, and is not refused for it.
    return (_earlier(key) or response) if response.status_code in (409, 422) else response


def remember(db: Session, response: Response) -> None:
    """Note in the request's transaction that its form is carried out. Only redirects can be answered again."""
    key = _key()
    if key is None or response.status_code not in (302, 303):
        return
    db.add(
        SentForm(
            key=key,
            person_id=current_user.person_id,
            status=response.status_code,
            location=response.headers["Location"],
            at=clock.now(),
        )
    )
    db.flush()


def prune(db: Session) -> int:
    """Forget forms that were sent a month ago; gives how many. By the clock."""
    old = delete(SentForm).where(SentForm.at < clock.now() - _KEPT)
    gone = db.execute(old, execution_options={"synchronize_session": False})
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _key() -> str | None:
    if "once" not in g:
        sent = request.form.get(FIELD)
        # The person and the address are part of the key: nobody can spend a key for somebody else.
        text = f"{current_user.person_id}\n{request.path}\n{sent}"
        g.once = hashlib.sha256(text.encode()).hexdigest() if sent else None
    key: str | None = g.once
    return key


def _earlier(key: str) -> Response | None:
    with database().reading() as db:
        row = db.scalar(select(SentForm).where(SentForm.key == key))
        return None if row is None else Response(status=row.status, headers={"Location": row.location})
