"""Questions: those that cohorts ask, all of the library by theme, and one with the voices round it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from peernet import clock, pages
from peernet.cohorts.models import Cohort, CohortState
from peernet.materials import library
from peernet.materials.library import Card, Filters
from peernet.materials.placement import listed
from peernet.prompts import access as prompts_access
from peernet.prompts import library_access, threads_access
from peernet.prompts.models import Asking, Prompt, Topic
from peernet.prompts.voices import AnyVoice, Around
from peernet.site import reading
from peernet.site.turning import TODAY
from peernet.web.viewer import NOBODY

_MOST_MATERIALS = 60


@dataclass(frozen=True)
class Focus:
    """A focus question and the cohorts that ask it, newest first. ``prompt`` is None where it has no page of its own.

    ``closes_at`` is when answers stop in the cohort that asks it now, if that is known.
    """

    text: str
    prompt: Prompt | None
    cohorts: list[Cohort]
    is_open: bool
    closes_at: datetime | None


@dataclass(frozen=True)
class Theme:
    """A theme of the library with its questions, each with the number of materials that answer it."""

    topic: Topic | None
    questions: list[tuple[Prompt, int]] = field(default_factory=list)


@dataclass(frozen=True)
class QuestionPage:
    """One question: who asked it, what is said to it in public with what stands around it by the voice's key, and the
    materials that answer it."""

    prompt: Prompt
    cohorts: list[Cohort]
    voices: Sequence[AnyVoice]
    around: Mapping[str, Around]
    materials: list[Card]
    others: list[Prompt]


def focus(db: Session, cohort_ids: Collection[int]) -> list[Focus]:
    """The focus questions of cohorts, each once: those that are open first, then those asked last. One query."""
    pages.depend("questions", "cohorts", TODAY)
    now = clock.now()
    found: dict[int, Focus] = {}
    asked = sorted(db.scalars(prompts_access.focus_of(cohort_ids)), key=lambda one: -one.opens_at.timestamp())
    for asking in sorted(asked, key=lambda one: not _takes_answers(one, now)):
        prompt = asking.prompt if asking.prompt.is_public else None
        text = prompt.text if prompt else asking.text
        is_open = _takes_answers(asking, now)
        first = Focus(text, prompt, [], is_open, asking.closes_at if is_open else None)
        found.setdefault(asking.prompt_id, first).cohorts.append(asking.cohort)
    return list(found.values())


def themes(db: Session) -> list[Theme]:
    """The library by theme; what has none comes last. Two queries."""
    pages.depend("questions", "library")
    answered = dict[int, int](iter(db.execute(reading.materials_by_question())))
    found: dict[int | None, Theme] = {}
    for prompt in db.scalars(reading.prompts()):
        theme = found.setdefault(prompt.topic_id, Theme(prompt.topic))
        theme.questions.append((prompt, answered.get(prompt.id, 0)))
    return sorted(found.values(), key=lambda theme: theme.topic is None)


def page(db: Session, slug: str) -> QuestionPage | None:
    """One question with all that its page shows; None where there is none in public."""
    prompt = db.scalar(reading.prompts().where(Prompt.slug == slug))
    if prompt is None:
        return None
    pages.depend(f"prompt:{prompt.id}", listed("prompt", prompt.id), TODAY)
    cohorts = library_access.where_asked(db, NOBODY, [prompt.id]).get(prompt.id, [])
    pages.depend(*(f"cohort:{cohort.id}" for cohort in cohorts))
    voices = prompts_access.public_voices(db, [prompt.id]).get(prompt.id, [])
    around = threads_access.around_in_public(db, [prompt.id])
    materials = library.cards(db, Filters(question=slug), limit=_MOST_MATERIALS)
    pages.depend(*(f"material:{card.id}" for card in materials))
    others = _others(db, prompt)
    return QuestionPage(prompt, cohorts, voices, around, materials, others)


def _others(db: Session, prompt: Prompt) -> list[Prompt]:
    """Three more questions of its theme."""
    if prompt.topic_id is None:
        return []
    pages.depend(f"topic:{prompt.topic_id}")
    others = reading.prompts().where(Prompt.topic_id == prompt.topic_id, Prompt.id != prompt.id)
    found = list(db.scalars(others.limit(3)))
    pages.depend(*(f"prompt:{other.id}" for other in found))
    return found


def _takes_answers(asking: Asking, now: datetime) -> bool:
    return asking.takes_answers(now) and asking.cohort.state is not CohortState.CLOSED
