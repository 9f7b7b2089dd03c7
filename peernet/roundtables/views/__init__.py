"""Pages of roundtables: the series, one of them, its planning and agenda, the link that answers from a mail, who was
there, the live room, what came of it and how it was, recordings, weekly hours, polls, and calendars to subscribe to."""

from peernet.roundtables.agendas import views as agendas
from peernet.roundtables.commitments import views as commitments
from peernet.roundtables.feedback import views as feedback
from peernet.roundtables.feeds import views as feeds
from peernet.roundtables.groupings import views as groupings
from peernet.roundtables.hours import views as hours
from peernet.roundtables.notes import views as notes
from peernet.roundtables.openings import own
from peernet.roundtables.openings import views as openings
from peernet.roundtables.partners import views as partners
from peernet.roundtables.plans import views as plans
from peernet.roundtables.polls import views as polls
from peernet.roundtables.questions import views as questions
from peernet.roundtables.recaps import views as recaps
from peernet.roundtables.recordings import marking
from peernet.roundtables.recordings import views as recordings
from peernet.roundtables.running import answering, breaking, streaming
from peernet.roundtables.running import views as running
from peernet.roundtables.tablenotes import views as tablenotes
from peernet.roundtables.views import changing, guests, link, outside, planning, presence, roundtable, series
from peernet.roundtables.views.room import blueprint

__all__ = [
    "agendas", "answering", "blueprint", "breaking", "changing", "commitments", "feedback", "feeds", "groupings",
    "guests", "hours", "link", "marking", "notes", "openings", "outside", "own", "partners", "planning", "plans",
    "polls", "presence", "questions", "recaps", "recordings", "roundtable", "running", "series", "streaming",
    "tablenotes",
]  # fmt: skip
