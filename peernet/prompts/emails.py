"""The mails of this room. None quotes an answer, and none tells by going to somebody what they wrote, or whether."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from peernet.accounts import links
from peernet.accounts.emails import recipient_of
from peernet.accounts.models import Person
from peernet.mail import compose
from peernet.prompts.finding import address
from peernet.prompts.models import Asking
from peernet.prompts.voices import FEWEST
from peernet.tokens import tokens


def asked(db: Session, person: Person, askings: Sequence[Asking]) -> None:
    """To a member: new prompts wait for an answer. All of one cohort."""
    _send(db, person, "asked", prompts=_in_words(askings), cohort=askings[0].cohort)


def closing_soon(db: Session, person: Person, askings: Sequence[Asking]) -> None:
    """To a member who is not done: these prompts close soon. Sent once for each prompt."""
    _send(db, person, "closing-soon", prompts=_in_words(askings))


def asked_again(db: Session, person: Person, asking: Asking) -> None:
    """To everybody who was asked, in the same words: too few organisations wrote an unattributed answer. Whoever did
    write one finds the question on the page."""
    _send(db, person, "asked-again", prompt=_in_words([asking])[0], fewest=FEWEST)


def _in_words(askings: Sequence[Asking]) -> list[dict[str, Any]]:
    return [
        {"text": asking.text, "path": address(asking), "closes_at": asking.closes_at, "zone": asking.cohort.zone}
        for asking in askings
    ]


def _send(db: Session, person: Person, name: str, **context: Any) -> None:
    stop = links.stop_token(db, person, "prompts")
    values = {**context, "stop_token": tokens.placeholder(stop)}
    compose.send(db, to=recipient_of(person), template=f"prompts/{name}", context=values, stop_token_id=stop.id)
