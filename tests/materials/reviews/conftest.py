"""What these tests share: a draft that is sent to review, and reviewers who decide."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.mail.models import Mail
from peernet.materials import manuscripts, rendering, writing
from peernet.materials.models import Material, MaterialDraft
from peernet.materials.quotations import resemblance
from peernet.materials.reviews import access, deciding, rounds, standing, texts
from peernet.materials.reviews.models import Decision, Reviewer, Round, Text, Verdict
from peernet.materials.reviews.standing import Standing
from peernet.text import plain
from peernet.text.markdown import Rendered
from peernet.tokens import tokens
from peernet.web.viewer import Viewer
from tests.materials.conftest import reload
from tests.materials.quotations.conftest import answer, quote, unattributed
from tests.materials.quotations.conftest import decide as consent
from tests.world import World

__all__ = ["answer", "consent", "quote", "unattributed"]

WISHED = date(2026, 12, 3)
GUEST = ("Reader from elsewhere", "reader@example.net")
Send = Callable[..., Round]


def version_of(db: Session, material: Material) -> int:
    """The version of the draft as a page shows it."""
    db.expire_all()
    return db.get_one(MaterialDraft, material.id).version


def page_of(db: Session, person: Person) -> str:
    """The address of a reviewer's page."""
    return f"/review/{part_of(db, person).id}"


def text_id(db: Session) -> int:
    """The id of the only text that was sent."""
    return db.scalars(select(Text.id)).one()


def prepared(db: Session, viewer: Viewer, material: Material) -> tuple[Rendered, list[resemblance.Passage]]:
    """The draft rendered, and its words that an answer has as well, as the pages prepare them."""
    manuscript = manuscripts.of_draft(material.draft)
    rendered = rendering.render(manuscript.source, "en", rendering.surroundings(db, material, manuscript.source))
    seen = (resemblance.whole(manuscript), plain.words_of_html(rendered.html))
    return rendered, resemblance.look(db, viewer, *seen)


@pytest.fixture
def send(db: Session, world: World, facilitator: Viewer, draft: Material) -> Send:
    """Send the draft to review, as the facilitator."""

    def carry_out(
        people: Sequence[Person] = (), guests: Sequence[tuple[str, str]] = (), wished_on: date = WISHED, note: str = ""
    ) -> Round:
        material = reload(db, facilitator, draft)
        rendered, passages = prepared(db, facilitator, material)
        made = rounds.open_round(
            db, facilitator, material, draft_version=material.draft.version, rendered=rendered, passages=passages,
            person_ids=[each.id for each in people], guests=guests, wished_on=wished_on, note=note,
        )  # fmt: skip
        db.commit()
        return made

    return carry_out


def send_again(db: Session, viewer: Viewer, material: Material, one: Round) -> bool:
    """Send what is written now; whether that was new."""
    found = reload(db, viewer, material)
    rendered, passages = prepared(db, viewer, found)
    made = rounds.send_again(
        db, viewer, found, one, draft_version=found.draft.version, rendered=rendered, passages=passages
    )
    db.commit()
    return made is not None


def change(db: Session, viewer: Viewer, material: Material, source: str) -> None:
    """Save another text."""
    found = reload(db, viewer, material)
    manuscript = replace(manuscripts.of_draft(found.draft), source=source)
    writing.save(db, viewer, found, version=found.draft.version, manuscript=manuscript)
    db.commit()


def part_of(db: Session, person: Person | None) -> Reviewer:
    """The row of a reviewer as their page loads it; of the one without an account for None."""
    db.expire_all()
    if person is not None:
        return db.scalars(access.asked_of(Viewer(person_id=person.id))).one()
    number = db.scalars(select(Reviewer.id).where(Reviewer.email_key.is_not(None))).one()
    return db.scalars(access.behind_link(number)).one()


def decide(
    db: Session, person: Person | None, verdict: Verdict = Verdict.APPROVED, reason: str = "Because"
) -> Decision | None:
    """Decide of the text as it is now, as a reviewer."""
    reviewer = part_of(db, person)
    text = db.scalars(access.texts_of(reviewer.round_id).limit(1)).one()
    digest = texts.of_text(db, reviewer.round.material_id, text).whole
    made = deciding.decide(db, reviewer, text_id=text.id, digest=digest, verdict=verdict, reason=reason)
    db.commit()
    return made


def stands(db: Session, viewer: Viewer, material: Material) -> Standing:
    """How the material stands."""
    return standing.of(db, reload(db, viewer, material))


def link_of(db: Session) -> str:
    """The path in the last mail that asks somebody without an account."""
    mails = select(Mail).where(Mail.kind == "materials/review-asked", Mail.person_id.is_(None)).order_by(Mail.id.desc())
    text = tokens.fill_in(db, db.scalars(mails).first().text)
    return next(line.removeprefix("http://localhost:8000") for line in text.splitlines() if "/v/" in line)
