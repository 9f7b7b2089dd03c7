"""How long mails are kept: what stands in one is a copy of what somebody was told, and old copies help nobody."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import and_, delete, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.mail import transport
from peernet.mail.models import Mail, MailState
from peernet.settings import current

# A mail with a key must not be written again: of it the key alone stays longer.
_KEY_KEPT = timedelta(days=400)


def prune(db: Session) -> int:
    """Remove mails that left or were given up some months ago, and empty those whose key is still needed; how many
    rows were removed. By the clock."""
    moment = clock.now()
    kept_since = moment - timedelta(days=current().retention.mail_days)
    over = Mail.state != MailState.WAITING, Mail.created_at < kept_since
    is_needed = and_(Mail.state == MailState.SENT, Mail.key.is_not(None), Mail.created_at >= moment - _KEY_KEPT)
    quietly = {"synchronize_session": False}
    gone = db.execute(delete(Mail).where(*over, ~is_needed), execution_options=quietly)
    emptied = {"to_address": "", "subject": "", "text": "", "html": "", "attachments": [], "error": ""}
    db.execute(update(Mail).where(*over, Mail.text != "").values(emptied), execution_options=quietly)
    _remove_files(transport.folder(current()), kept_since.timestamp())
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _remove_files(folder: Path, before: float) -> None:
    """Files of mails, which are written where there is no mail server; also what a crash left half written."""
    for path in [*folder.glob("*.eml"), *folder.glob("*.part")]:
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
