"""The mails of reviews. None holds a word of the text, or of what somebody said of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from peernet.accounts.emails import recipient_of
from peernet.accounts.models import Person
from peernet.mail.compose import Recipient, send
from peernet.materials.models import Material
from peernet.materials.reviews import links
from peernet.materials.reviews.models import Decision, Reviewer, Schedule
from peernet.settings import current
from peernet.tokens import tokens


def asked(db: Session, reviewer: Reviewer, *, is_again: bool = False) -> None:
    """That a text waits for a reviewer; ``is_again``: it was changed and sent once more."""
    _send(db, _recipient(reviewer), "review-asked", url=_page(db, reviewer), is_again=is_again, **_about(reviewer))


def reminder(db: Session, reviewer: Reviewer) -> None:
    """That it still waits, some days before the wished day."""
    _send(db, _recipient(reviewer), "review-reminder", url=_page(db, reviewer), **_about(reviewer))


def decided(db: Session, person: Person, material: Material, reviewer: Reviewer, decision: Decision) -> None:
    """To one who writes: what a reviewer decided. Written once for each decision."""
    url = _address(person.language, f"/write/{material.slug}/review")
    _send(
        db, recipient_of(person), "review-decided", key=f"review:{decision.id}:{person.id}", material=material.title,
        name=reviewer.called, verdict=decision.verdict.value, number=decision.draft_version, url=url,
    )  # fmt: skip


def not_published(db: Session, person: Person, material: Material, schedule: Schedule, why: Sequence[str]) -> None:
    """To an organiser: what was planned to be published is not, and why. Written once for each plan."""
    url = _address(person.language, f"/write/{material.slug}/publish")
    _send(
        db, recipient_of(person), "publication-failed", key=f"schedule:{schedule.id}:{person.id}",
        material=material.title, at=schedule.at, zone=schedule.zone, why=list(why), url=url,
    )  # fmt: skip


def _about(reviewer: Reviewer) -> dict[str, Any]:
    material = reviewer.round.material
    return {
        "material": material.title,
        "cohort": material.cohort.name if material.cohort else "",
        "wished_on": reviewer.round.wished_on,
        "has_account": reviewer.person is not None,
    }


def _recipient(reviewer: Reviewer) -> Recipient:
    if reviewer.person is not None:
        return recipient_of(reviewer.person)
    return Recipient(address=reviewer.email or "", name=reviewer.name, language=current().network.language)


def _page(db: Session, reviewer: Reviewer) -> str:
    if reviewer.person is not None:
        return _address(reviewer.person.language, f"/review/{reviewer.id}")
    return _address("", f"/v/{tokens.placeholder(links.token_for(db, reviewer))}")


def _address(language: str, path: str) -> str:
    settings = current()
    is_other = language in settings.network.languages and language != settings.network.language
    return f"{settings.public_url}{f'/{language}' if is_other else ''}{path}"


def _send(db: Session, to: Recipient, mail: str, *, key: str | None = None, **context: Any) -> None:
    send(db, to=to, template=f"materials/{mail}", context=context, key=key)
