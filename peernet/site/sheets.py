"""Taken to a group of one's own: a question, what some say to it in public, and a timed way to talk about it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from peernet import pages
from peernet.i18n import language
from peernet.materials.quotations.showing import Place
from peernet.materials.reading import MaterialPage
from peernet.materials.taking import markup
from peernet.materials.taking.markup import Surroundings
from peernet.prompts import access as prompts_access
from peernet.prompts.models import Prompt
from peernet.prompts.voices import AnyVoice
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas.models import Method
from peernet.settings import current
from peernet.site import materials, reading
from peernet.site.materials import Reading
from peernet.site.turning import TODAY
from peernet.web import copying

_MOST_VOICES = 3


@dataclass(frozen=True)
class Said:
    """One answer: HTML that stands by itself, and whose it is, both empty where it has no name."""

    html: str
    name: str
    organisation: str
    is_example: bool


@dataclass(frozen=True)
class Sheet:
    """What is taken along. ``reading`` is the material it was taken from, ``question`` None where that answers none;
    ``url`` is the page here."""

    url: str
    slug: str
    question: Prompt | None
    reading: Reading | None
    said: list[Said]
    method: Method | None

    @property
    def title(self) -> str:
        """What it is called."""
        return self.reading.version.title if self.reading else self.question.text if self.question else ""


def of_question(db: Session, slug: str) -> Sheet | None:
    """For a question; None where there is none in public. Three queries."""
    prompt = db.scalar(reading.prompts().where(Prompt.slug == slug))
    if prompt is None:
        return None
    url = f"{current().public_url}/questions/{slug}"
    return Sheet(url, slug, prompt, None, _said(db, prompt), _method(db))


def of_material(db: Session, slug: str) -> Sheet | MaterialPage | None:
    """For a material and the first question that it answers; its bare page where it was withdrawn; None where there is
    nothing."""
    found = materials.page(db, slug)
    if not isinstance(found, Reading):
        return found
    named = found.page.questions[:1]
    # Its sheet and its file show it, in all languages.
    prompt, said = copying.once(("sheet", named[0].id), lambda: _asked(db, named[0].id)) if named else (None, [])
    return Sheet(f"{current().public_url}{found.page.material.address}", slug, prompt, found, said, _method(db))


def _asked(db: Session, prompt_id: int) -> tuple[Prompt | None, list[Said]]:
    prompt = db.scalar(reading.prompts().where(Prompt.id == prompt_id))
    return prompt, _said(db, prompt) if prompt else []


def _said(db: Session, prompt: Prompt) -> list[Said]:
    """The three shortest answers, so that they have room on one sheet, in the order of the page."""
    pages.depend(f"prompt:{prompt.id}", TODAY)
    voices = prompts_access.public_voices(db, [prompt.id]).get(prompt.id, [])
    shown = sorted(sorted(range(len(voices)), key=lambda place: len(voices[place].html))[:_MOST_VOICES])
    return [_one(voices[place]) for place in shown]


def _one(voice: AnyVoice) -> Said:
    organisation = getattr(voice, "organisation", None)
    if organisation is not None:
        pages.depend(f"organisation:{organisation.id}")
    around = Surroundings(current().public_url, pictures=lambda _src: None)
    html = markup.text([Place(voice.html, False, None)], around)
    return Said(html, getattr(voice, "name", ""), organisation.name if organisation else "", voice.is_example)


def _method(db: Session) -> Method | None:
    """The shortest that is written in the language of the page, else in any."""
    pages.depend("methods")
    known: Collection[Method] = copying.once("methods", lambda: db.scalars(agendas.library()).all())
    own = [one for one in known if one.language == language()] or known
    return min((one for one in own if _works(one)), key=lambda one: (one.minutes, one.name), default=None)


def _works(method: Method) -> bool:
    """Whether a small group can talk about a question in it: not only a beginning or an end."""
    return len(method.steps) > 2 and (method.people_least or 0) <= 6
