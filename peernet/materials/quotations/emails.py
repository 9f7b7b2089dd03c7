"""The mails of quotations. None holds a word of one: whoever is asked reads it behind the link, after a code."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.emails import recipient_of
from peernet.accounts.models import Person
from peernet.mail.compose import send
from peernet.materials.models import Material
from peernet.materials.quotations.models import Decision, Speaker
from peernet.settings import current
from peernet.tokens import tokens
from peernet.tokens.models import Token

ASKED = "materials/consent-asked"


def asked(db: Session, person: Person, speakers: Sequence[Speaker], *, token: Token) -> None:
    """Everything that waits for a person's word."""
    _send(db, person, ASKED, materials=_materials(speakers), url=_link(token, person))


def reminder(db: Session, person: Person, speakers: Sequence[Speaker], *, token: Token) -> None:
    """What still waits, three days before silence counts as no."""
    _send(db, person, "materials/consent-reminder", materials=_materials(speakers), url=_link(token, person))


def kept(db: Session, person: Person, material: Material, decision: Decision, *, token: Token) -> None:
    """That a person's word was kept: of which wording, when, and the way back. Written once for each decision."""
    about = {
        "material": material.title,
        "word": decision.word.value,
        "at": decision.at,
        "digest": decision.digest,
    }
    key = f"quotation:{decision.quotation_id}:decision:{decision.id}"
    _send(db, person, "materials/consent-kept", key=key, about=about, url=_link(token, person))


def code(db: Session, person: Person, *, token: Token, minutes: int) -> None:
    """The code that opens a person's quotations."""
    _send(db, person, "materials/consent-code", code=tokens.code_placeholder(token), minutes=minutes)


def _materials(speakers: Sequence[Speaker]) -> list[dict[str, Any]]:
    """What is asked, material by material, with how many passages and until when."""
    found: dict[int, dict[str, Any]] = {}
    for speaker in speakers:
        wording, material = speaker.wording, speaker.wording.quotation.material
        line = found.setdefault(
            material.id,
            {
                "title": material.title,
                "cohort": material.cohort.name if material.cohort else "",
                "quotations": set(),
                "answer_by": wording.answer_by or clock.now(),
            },
        )
        line["quotations"].add(wording.quotation_id)
        line["answer_by"] = min(line["answer_by"], wording.answer_by or clock.now())
    return [line | {"count": len(line["quotations"])} for line in found.values()]


def _link(token: Token, person: Person) -> str:
    """The address of the page behind a person's link, in their language."""
    settings = current()
    is_other = person.language in settings.network.languages and person.language != settings.network.language
    return f"{settings.public_url}{f'/{person.language}' if is_other else ''}/q/{tokens.placeholder(token)}"


def _send(db: Session, person: Person, template: str, *, key: str | None = None, **context: Any) -> None:
    send(db, to=recipient_of(person), template=template, context=context, key=key)
