"""Who joins a cohort while a poll is open is asked as well, once."""

from sqlalchemy.orm import Session

from peernet.roundtables.polls import access, emails, links


def ask_late_joiners(db: Session) -> int:
    """Ask those who joined since an open poll was opened and have no link to it yet; how many. By the clock."""
    lacking = db.execute(access.late_joiners()).all()
    for poll, person in lacking:
        options = list(db.scalars(access.options_of(poll.id)))
        emails.asked(db, poll, person, options=options, token=links.token_for(db, poll, person))
    return len(lacking)
