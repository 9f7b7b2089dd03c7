"""Who sees what of the library, and where its prompts were asked. What is said to them is in ``access``."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager

from peernet import clock
from peernet.cohorts.access import INSIDE, LEADING, ORGANISING, present
from peernet.cohorts.models import Cohort, CohortState, Membership, Role
from peernet.prompts.access import Rate
from peernet.prompts.addressed_access import done_and_asked, seen_inside
from peernet.prompts.models import Asking, KeptPrompt, Prompt, Response, Topic, Visibility
from peernet.web.viewer import Viewer


def themes() -> Select[Topic]:
    """The themes of the library, in their order."""
    return select(Topic).where(Topic.is_theme).order_by(Topic.position, Topic.name)


def readable_by(viewer: Viewer) -> Select[Prompt]:
    """Prompts that the viewer may read in the library: the public ones; all that the network keeps, for those who lead
    a cohort; and a cohort's own, for those who lead that one."""
    shared = and_(Prompt.cohort_id.is_(None), or_(Prompt.is_public, _somewhere(viewer, LEADING)))
    return _prompts().where(or_(shared, present(viewer, LEADING, Prompt.cohort_id)))


def choosable_for(viewer: Viewer, cohort_id: int) -> Select[Prompt]:
    """Prompts of the library that can still be asked in a cohort."""
    asked = exists().where(Asking.prompt_id == Prompt.id, Asking.cohort_id == cohort_id, Asking.withdrawn_at.is_(None))
    offered = or_(Prompt.cohort_id.is_(None), Prompt.cohort_id == cohort_id)
    return readable_by(viewer).where(offered, ~asked)


def revisable_by(viewer: Viewer) -> Select[Prompt]:
    """Prompts that the viewer may revise: the network's, for whoever organises a cohort; a cohort's own, for its
    organisers."""
    shared = and_(Prompt.cohort_id.is_(None), _somewhere(viewer, ORGANISING))
    return _prompts().where(or_(shared, present(viewer, ORGANISING, Prompt.cohort_id)))


def right_to_add(viewer: Viewer) -> Select[bool]:
    """A row where the viewer may add to the library: whoever organises a cohort."""
    return select(true()).where(_somewhere(viewer, ORGANISING))


def where_asked(db: Session, viewer: Viewer, prompt_ids: Collection[int]) -> dict[int, list[Cohort]]:
    """The cohorts in which each prompt was asked, newest first, as far as the viewer may know: those who lead anywhere
    know of all that have a public page, others of their own and of focus questions. What was put to some is known to
    these, and to those who lead there."""
    begun = and_(Asking.is_focus, Asking.opens_at <= clock.now())
    known = or_(begun, _somewhere(viewer, LEADING), present(viewer, INSIDE, Asking.cohort_id))
    put = or_(~Asking.is_to_some, seen_inside(viewer))
    rows = db.execute(
        select(Asking.prompt_id, Cohort)
        .join(Asking.cohort)
        .where(
            Asking.prompt_id.in_(prompt_ids),
            Asking.withdrawn_at.is_(None),
            Cohort.state != CohortState.DRAFT,
            known,
            put,
        )
        .order_by(Cohort.starts_on.desc(), Cohort.id)
    )
    found: dict[int, list[Cohort]] = {}
    for prompt_id, cohort in rows:
        found.setdefault(prompt_id, []).append(cohort)
    return found


@dataclass(frozen=True, slots=True)
class Use:
    """Where a prompt was asked, as an organiser may know: ``rate`` of those who were done, and how many ``answered`` so
    that those who lead read it. None where that is told to nobody, or not yet."""

    cohort: str
    starts_on: date
    rate: Rate | None
    answered: int | None


def uses_of(db: Session, viewer: Viewer, prompt_ids: Collection[int]) -> dict[int, list[Use]]:
    """Where each prompt was asked and how many took part, newest first, for those who organise a cohort. One query.

    How many answered is a count of answers, so it is told of one's own cohorts only, and never where unattributed
    answers are admitted; of all others the rate of done is, once they have closed. What was put to some is known to
    those who lead there.
    """
    own = present(viewer, ORGANISING, Asking.cohort_id)
    read = (Response.asking_id == Asking.id, Response.visibility != Visibility.PRIVATE)
    answered = select(func.count()).where(*read).correlate(Asking).scalar_subquery()
    is_counted = and_(own, ~Asking.admits_unattributed)
    is_rated = or_(Asking.closed_at.is_not(None), is_counted)
    shown = (or_(Cohort.state != CohortState.DRAFT, own), or_(~Asking.is_to_some, seen_inside(viewer)))
    columns = (
        Asking.prompt_id,
        Cohort.name,
        Cohort.starts_on,
        is_rated,
        *done_and_asked(),
        case((is_counted, answered)),
    )
    rows = db.execute(
        select(*columns)
        .join(Asking.cohort)
        .where(Asking.prompt_id.in_(prompt_ids), Asking.withdrawn_at.is_(None), *shown, _somewhere(viewer, ORGANISING))
        .order_by(Cohort.starts_on.desc(), Cohort.id)
    )
    found: dict[int, list[Use]] = {}
    for prompt_id, name, starts_on, is_told, done, asked, number in rows:
        rate = Rate(done, max(done, asked)) if is_told else None
        found.setdefault(prompt_id, []).append(Use(name, starts_on, rate, number))
    return found


def carried_by(prompt_ids: Collection[int]) -> Select[int, int]:
    """In how many cohorts with a public page each prompt was a focus question, as these pages show."""
    shown = (Asking.is_focus, Asking.withdrawn_at.is_(None), Asking.opens_at <= clock.now())
    return (
        select(Asking.prompt_id, func.count())
        .join(Asking.cohort)
        .where(Asking.prompt_id.in_(prompt_ids), Cohort.state != CohortState.DRAFT, ~Asking.is_to_some, *shown)
        .group_by(Asking.prompt_id)
    )


def languages_of(viewer: Viewer) -> Select[str]:
    """The languages of the prompts that the viewer may read."""
    return readable_by(viewer).with_only_columns(Prompt.language).order_by(None).order_by(Prompt.language).distinct()


def kept_by(viewer: Viewer, prompts: Select[Prompt]) -> Select[Prompt]:
    """Of prompts, those in the viewer's own set."""
    kept = exists().where(KeptPrompt.prompt_id == Prompt.id, KeptPrompt.person_id == viewer.person_id)
    return prompts.where(kept)


def own_kept(viewer: Viewer, prompt_id: int) -> Select[KeptPrompt]:
    """That a prompt is in the viewer's own set."""
    return select(KeptPrompt).where(KeptPrompt.prompt_id == prompt_id, KeptPrompt.person_id == viewer.person_id)


def all_prompts() -> Select[Prompt]:
    """Every prompt of every library."""
    return _prompts()


def _prompts() -> Select[Prompt]:
    by_theme = (Topic.position, Topic.name, Prompt.moment, Prompt.slug)
    return select(Prompt).outerjoin(Prompt.topic).options(contains_eager(Prompt.topic)).order_by(*by_theme)


def _somewhere(viewer: Viewer, roles: tuple[Role, ...]) -> ColumnElement[bool]:
    held = (Membership.person_id == viewer.person_id, Membership.role.in_(roles), Membership.left_at.is_(None))
    return exists().where(*held)
