"""Of which roundtables a recap is due, and what one viewer may see of a recording."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from peernet.cohorts.models import Cohort, CohortState
from peernet.roundtables.models import Roundtable
from peernet.roundtables.recordings import access as recordings
from peernet.roundtables.recordings.models import Recording
from peernet.web.viewer import Viewer


def untold(since: datetime, until: datetime) -> Select[Roundtable]:
    """For the worker: what ended between two moments, took place and has not been told, with its cohort."""
    return (
        select(Roundtable)
        .join(Roundtable.cohort)
        .where(Roundtable.over_at > since, Roundtable.over_at <= until)
        .where(Roundtable.cancelled_at.is_(None), Roundtable.recap_sent_at.is_(None), Cohort.state != CohortState.DRAFT)
        .options(contains_eager(Roundtable.cohort))
        .order_by(Roundtable.id)
    )


def recording_shown(viewer: Viewer, roundtable_id: int) -> Select[Recording]:
    """The recording of a roundtable, if the viewer may see it."""
    return recordings.shown_to(viewer).where(Recording.roundtable_id == roundtable_id)
