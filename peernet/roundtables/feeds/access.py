"""What stands in whose calendar. Each statement narrows one that the pages load through as well."""

from datetime import timedelta

from sqlalchemy import Select, or_, select

from peernet import clock
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort, CohortState
from peernet.prompts import access as prompts
from peernet.prompts.models import Asking
from peernet.roundtables import access
from peernet.roundtables.models import Roundtable
from peernet.roundtables.polls import access as polls
from peernet.roundtables.polls.models import Poll
from peernet.tokens.models import Token
from peernet.web.viewer import Viewer

# How long what has been stays in a calendar.
_KEPT = timedelta(days=400)


def shown_to(viewer: Viewer) -> Select[Roundtable]:
    """Roundtables of the viewer's own calendar: what they may open, but of a draft only for those who lead it."""
    is_settled = or_(Cohort.state != CohortState.DRAFT, cohorts.present(viewer, cohorts.LEADING, Roundtable.cohort_id))
    return _recent(access.visible_to(viewer)).where(is_settled)


def of_cohort(viewer: Viewer, cohort_id: int) -> Select[Roundtable]:
    """The whole series of a cohort, for somebody who leads it."""
    return access.led_by(viewer).where(Roundtable.cohort_id == cohort_id)


def deadlines_of(viewer: Viewer) -> Select[Asking]:
    """What is asked of the viewer with a day on which answers stop."""
    return prompts.open_to(viewer).where(Asking.closes_at.is_not(None))


def polls_of(viewer: Viewer) -> Select[Poll]:
    """Polls that ask the viewer and are open."""
    return polls.open_to(viewer)


def deadlines_in(viewer: Viewer, cohort_id: int) -> Select[Asking]:
    """What a cohort is asked with such a day, whoever is done: for somebody who leads it."""
    is_led = cohorts.present(viewer, cohorts.LEADING, Asking.cohort_id)
    return prompts.asked_in(viewer, cohort_id).where(
        is_led, Asking.closes_at > clock.now() - _KEPT, Asking.closed_at.is_(None)
    )


def tokens_of(purpose: str, person_id: int) -> Select[Token]:
    """The live tokens of a purpose of one person, as they themselves may see them."""
    return select(Token).where(
        Token.person_id == person_id,
        Token.purpose == purpose,
        Token.revoked_at.is_(None),
        Token.expires_at > clock.now(),
    )


def _recent(roundtables: Select[Roundtable]) -> Select[Roundtable]:
    return roundtables.where(Roundtable.ends_at > clock.now() - _KEPT)
