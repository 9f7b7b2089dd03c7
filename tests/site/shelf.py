"""Materials, answers and questions, made public or kept from the public, without the work of rendering."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import sessions
from peernet.accounts.models import Person
from peernet.cohorts.models import Cohort
from peernet.materials import publishing
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, Material, MaterialKind
from peernet.media.models import MediaFile
from peernet.prompts import access as prompts_access
from peernet.prompts import library as prompts_library
from peernet.prompts import responses
from peernet.prompts.models import Asking, Attribution, Moment, Prompt, Response, Visibility
from peernet.text.markdown import Rendered
from peernet.web.viewer import NOBODY


def rendered(text: str, headings: int = 0) -> Rendered:
    """A text as it is shown."""
    toc = [{"level": 2, "id": f"c-{number}", "text": f"Part {number}"} for number in range(headings)]
    return Rendered(html=f"<p>{text}</p>", toc=toc, words=len(text.split()), reading_minutes=4, problems=[])


def draft(db: Session, slug: str, *, cohort: Cohort | None = None, **facts: Any) -> Material:
    """A material that nobody has published."""
    now = clock.now()
    facts = {"title": slug.replace("-", " ").capitalize(), "kind": MaterialKind.BLOGPOST} | facts
    material = Material(slug=slug, cohort_id=cohort.id if cohort else None, created_at=now, changed_at=now, **facts)
    db.add(material)
    db.flush()
    return material


def issue(
    db: Session,
    material: Material,
    *,
    text: str = "Body",
    headings: int = 0,
    note: str = "",
    day: Any = None,
    **facts: Any,
) -> None:
    """The next version of a material."""
    credit = CreditLine(Credit.AUTHOR, "The editors")
    values = {"kind": material.kind, "title": material.title, "summary": f"Summary of {material.slug}"} | facts
    manuscript = Manuscript(source=text, credits=(credit,), **values)
    publishing.issue(db, material, manuscript, rendered(text, headings), note=note, actor_id=None, published_on=day)
    db.flush()


def publish(db: Session, slug: str, *, cohort: Cohort | None = None, day: date | None = None, **facts: Any) -> Material:
    """A published material."""
    material = draft(db, slug, cohort=cohort)
    issue(db, material, day=day, **facts)
    return material


def withdraw(db: Session, material: Material, person: Person) -> None:
    """Take a material back."""
    db.refresh(material, ["current"])
    publishing.withdraw(db, sessions.viewer_of(person), material, why="It named somebody.")
    db.flush()


def ask_nobody(db: Session, slug: str, text: str, **facts: Any) -> Prompt:
    """A question of the library that no cohort asked."""
    values = {"moment": Moment.OPENING, "is_public": True, "why": "", "why_html": ""} | facts
    return prompts_library.add(db, actor=NOBODY, slug=slug, text=text, **values)


def answer(
    db: Session,
    asking: Asking,
    person: Person,
    text: str,
    visibility: Visibility = Visibility.PUBLIC,
    attribution: Attribution = Attribution.PERSON,
) -> Response:
    """What somebody says."""
    loaded = db.scalars(prompts_access.all_asked(Asking.id == asking.id)).unique().one()
    return responses.give(
        db,
        loaded,
        actor=sessions.viewer_of(person),
        text=text,
        rendered=rendered(text),
        visibility=visibility,
        attribution=attribution,
    )


def image(db: Session, name: str, audience: str) -> MediaFile:
    """The row of a file, without its bytes."""
    row = MediaFile(
        name=name * 32, kind="image/png", filename=f"{name}.png", bytes=1, width=60, height=40,
        sha256=name * 64, audience=audience, alt="", created_at=clock.now(),
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row
