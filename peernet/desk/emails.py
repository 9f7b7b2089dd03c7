"""The daily mail."""

from datetime import date

from sqlalchemy.orm import Session

from peernet.accounts import links
from peernet.accounts.emails import recipient_of
from peernet.accounts.models import Person
from peernet.desk.contents import Contents
from peernet.mail import compose
from peernet.prompts import emails as prompts
from peernet.prompts.finding import address
from peernet.roundtables import invitees
from peernet.roundtables import links as roundtables
from peernet.roundtables.emails import page_of
from peernet.tokens import tokens
from peernet.tokens.models import Token


def digest(db: Session, person: Person, contents: Contents, *, day: date) -> None:
    """What could wait until this morning. To stop it is to stop what comes in it: for who did not choose a daily mail
    that is the news or, where there are none, what they took on."""
    is_news = contents.news or contents.tables or not contents.taken_on
    stop = links.stop_token(db, person, links.DIGEST if person.mail_digest else "news" if is_news else "roundtables")
    context = {
        "day": day,
        "askings": [
            {"text": each.text, "path": address(each), "closes_at": each.closes_at, "zone": each.cohort.zone}
            for each in contents.askings
        ],
        "asked_back": [{"text": each.text, "path": address(each)} for each in contents.asked_back],
        "to_read": [
            {"title": each.roundtable.title, "url": page_of(each.roundtable), "starts_at": each.roundtable.starts_at,
             "zone": each.roundtable.zone, "readings": [(one.title, one.url) for one in each.readings]}
            for each in contents.to_read
        ],
        "taken_on": [(each.text, each.due_on, each.due_on < day) for each in contents.taken_on],
        "tables": [
            {"title": one.title, "url": page_of(one), "starts_at": one.starts_at, "zone": one.zone, "own": own}
            for one, own in contents.tables
        ],
        "news": contents.news,
        "stop_token": tokens.placeholder(stop),
    }  # fmt: skip
    key = f"digest:{person.id}:{day.isoformat()}"
    compose.send(
        db,
        to=recipient_of(person),
        template="desk/digest",
        context=context,
        key=key,
        stop_token_id=stop.id,
        reply_token=_reply_token(db, person, contents),
    )


def _reply_token(db: Session, person: Person, contents: Contents) -> Token | None:
    """Where an answer to it goes: to the first of what is asked in it. Without that it would lie in a mailbox that
    others may read."""
    if contents.askings:
        return prompts.reply_token(db, person, contents.askings[0])
    if contents.to_read:
        return roundtables.reply_token(db, contents.to_read[0].roundtable, invitees.of(person))
    return None
