"""What the clock does to askings. For the worker only: nothing of what these load is shown to anybody."""

from datetime import datetime, timedelta

from sqlalchemy import Select

from peernet import clock
from peernet.prompts.access import all_asked, takes_answers
from peernet.prompts.models import Asking


def to_close() -> Select[Asking]:
    """Askings whose time is over and that nobody has closed."""
    return all_asked(Asking.closes_at <= clock.now(), Asking.closed_at.is_(None), Asking.withdrawn_at.is_(None))


def to_remind(until: datetime) -> Select[Asking]:
    """Open askings, asked a day ago or longer, that close before ``until`` and of which nobody was reminded."""
    known = Asking.opens_at <= clock.now() - timedelta(days=1)
    return all_asked(takes_answers(), known, Asking.closes_at <= until, Asking.reminded_at.is_(None))
