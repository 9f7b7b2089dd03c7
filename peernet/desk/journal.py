"""A person's journal: all that they ever answered, who can read it, and what came back. As a page, and as Markdown."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.models import CohortState
from peernet.i18n import formats, ngettext
from peernet.i18n import gettext as _
from peernet.prompts import access, consequences, threads_access
from peernet.prompts.models import Asking, Response
from peernet.prompts.threads_access import ToMe
from peernet.web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer: who can read it now and how its author is named, in words; with how many it resonates; and the
    questions that were asked back."""

    response: Response
    readers: str
    resonance: int
    asked: list[ToMe]

    @property
    def asking(self) -> Asking:
        """What was answered."""
        return self.response.asking


def entries(db: Session, viewer: Viewer) -> list[Entry]:
    """All that the viewer ever answered, newest first, wherever they are now. Four queries."""
    circles = access.circles_of_own(db, viewer)
    resonance = threads_access.resonance_of_own(db, viewer)
    asked: dict[int, list[ToMe]] = {}
    for one in threads_access.asked_of(db, viewer):
        asked.setdefault(one.asking.id, []).append(one)
    return [
        Entry(each, _readers(each, circles[each.asking_id]), resonance[each.asking_id], asked.get(each.asking_id, []))
        for each in db.scalars(access.own_responses(viewer)).unique()
    ]


def _readers(response: Response, circles: access.Circles) -> str:
    asking = response.asking
    way = consequences.way_of(asking)
    way = replace(way, has_page=way.has_page and asking.cohort.state is not CohortState.DRAFT)
    return consequences.now(response.visibility, response.attribution, circles=circles, of=way)


def as_markdown(found: list[Entry], viewer: Viewer) -> str:
    """The journal as one file, for whoever keeps it elsewhere. What they wrote stands in it as they typed it."""
    head = f"# {_('My journal')}\n\n{viewer.name}, {formats.format_date(clock.today(viewer.zone))}"
    return "\n\n".join([head, *(_entry_as_markdown(each) for each in found)]) + "\n"


def _entry_as_markdown(entry: Entry) -> str:
    day = formats.format_date(entry.response.given_at.date())
    lines = [f"## {entry.asking.text}", f"{entry.asking.cohort.name}, {day}. {entry.readers}", entry.response.source]
    if entry.resonance:
        lines.append(felt_by(entry.resonance))
    return "\n\n".join([*lines, *(_asked_as_markdown(one) for one in entry.asked)])


def _asked_as_markdown(one: ToMe) -> str:
    who = ", ".join(filter(None, (one.asked.name, one.asked.organisation.name if one.asked.organisation else "")))
    lines = [f"### {_('%(who)s asks back', who=who)}, {formats.format_date(one.asked.day)}", one.source]
    if one.answer_source is not None and one.asked.answered_on is not None:
        lines += [f"#### {_('You answer')}, {formats.format_date(one.asked.answered_on)}", one.answer_source]
    return "\n\n".join(lines)


def felt_by(count: int) -> str:
    """With how many something resonates, in words."""
    return ngettext("It resonates with one person.", "It resonates with %(num)s people.", count)
