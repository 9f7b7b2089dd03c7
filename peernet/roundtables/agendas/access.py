"""Who sees what of agendas: whoever sees a roundtable its steps, those who lead it also how to lead them; methods are
seen by those who lead a cohort, the library's by all of them, a cohort's own by its leaders."""

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager

from peernet.cohorts.access import LEADING, present
from peernet.cohorts.models import Cohort
from peernet.roundtables.agendas.models import AgendaStep, Method
from peernet.roundtables.models import Roundtable
from peernet.web.viewer import Viewer


def steps_of(roundtable_id: int) -> Select[AgendaStep]:
    """The steps of a loaded roundtable, in order."""
    return (
        select(AgendaStep).where(AgendaStep.roundtable_id == roundtable_id).order_by(AgendaStep.position, AgendaStep.id)
    )


def steps_led_by(viewer: Viewer) -> Select[AgendaStep]:
    """Steps of the roundtables that the viewer leads, with roundtable and cohort."""
    return (
        select(AgendaStep)
        .join(AgendaStep.roundtable)
        .join(Roundtable.cohort)
        .options(contains_eager(AgendaStep.roundtable).contains_eager(Roundtable.cohort))
        .where(present(viewer, LEADING, Roundtable.cohort_id))
    )


def library() -> Select[Method]:
    """The methods of the library, which everybody may read, by name."""
    return select(Method).where(Method.cohort_id.is_(None)).order_by(func.lower(Method.name), Method.id)


def methods_for(cohort: Cohort) -> Select[Method]:
    """The methods that those who lead a loaded cohort choose from: the library's by name, then its own."""
    known = or_(Method.cohort_id.is_(None), Method.cohort_id == cohort.id)
    return select(Method).where(known).order_by(Method.cohort_id.is_not(None), func.lower(Method.name), Method.id)


def own_methods(cohort: Cohort) -> Select[Method]:
    """The methods that a loaded cohort keeps: those who lead it rename and delete them."""
    return select(Method).where(Method.cohort_id == cohort.id)
