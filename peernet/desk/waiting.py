"""What waits: for whom in a cohort, for those who lead it, within the promises on unattributed responses; and for one
person, what others ask back.

Of questions that admit unattributed answers only the rate of "done" is known here, never who.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts import access as cohorts_access
from peernet.cohorts.models import Cohort, Invitation, Membership, Seat
from peernet.materials import access as materials_access
from peernet.materials.models import Material, MaterialState
from peernet.materials.quotations import access as quotations_access
from peernet.materials.reviews import standing
from peernet.materials.reviews.standing import Standing
from peernet.prompts import access as prompts_access
from peernet.prompts import threads_access
from peernet.prompts.access import Rate
from peernet.prompts.models import Asking
from peernet.prompts.threads_access import ToMe
from peernet.roundtables import access as roundtables_access
from peernet.roundtables import invitees
from peernet.roundtables.models import Answer, Roundtable
from peernet.roundtables.polls import access as polls_access
from peernet.roundtables.polls.models import Poll
from peernet.web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Answers:
    """The next roundtable, how many accepted it, and who has not said whether they come."""

    roundtable: Roundtable
    coming: int
    answered: int
    invited: int
    missing: list[str]

    @property
    def is_below_quorum(self) -> bool:
        """Whether fewer have accepted than must."""
        return self.coming < (self.roundtable.quorum or 0)

    @property
    def waits(self) -> bool:
        """Whether it waits for somebody."""
        return bool(self.missing) or self.is_below_quorum


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question and how many are done with it."""

    asking: Asking
    rate: Rate


@dataclass(frozen=True, slots=True)
class Polled:
    """A poll of which nothing is chosen yet: who has not answered it."""

    poll: Poll
    asked: int
    missing: list[str]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that waits in one cohort."""

    answers: Answers | None
    polls: list[Polled]
    asked: list[Asked]
    invitations: list[Invitation]
    empty_seats: list[Seat]
    drafts: list[tuple[Material, Standing]]
    quotations: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits for anybody."""
        silent = self.answers is not None and self.answers.waits
        undone = any(each.rate.done < each.rate.asked for each in self.asked)
        unasked = self.invitations or self.empty_seats or self.drafts or self.quotations
        return not (silent or undone or self.polls or unasked)


def in_cohort(db: Session, viewer: Viewer, cohort: Cohort, next_one: Roundtable | None) -> Waiting:
    """What waits in a cohort that ``viewer`` leads (it was loaded so). A constant number of queries."""
    people = list(db.scalars(cohorts_access.people_of(cohort.id)))
    seated = {each.seat_id for each in people}
    invitations = list(db.scalars(cohorts_access.open_invitations(cohort.id)))
    invited = {each.seat_id for each in invitations}
    seats = list(db.scalars(cohorts_access.seats_of(cohort.id)))
    return Waiting(
        answers=_answers(db, next_one) if next_one else None,
        polls=_polls(db, viewer, cohort, people),
        asked=_asked(db, viewer, cohort),
        invitations=invitations,
        empty_seats=[seat for seat in seats if seat.id not in seated | invited],
        drafts=_drafts(db, viewer, cohort),
        quotations=db.scalar(quotations_access.number_waiting(viewer, cohort.id)) or 0,
    )


def asked_back(db: Session, viewer: Viewer) -> list[ToMe]:
    """What was asked back to the viewer's own answers and waits for them. One query."""
    return threads_access.waiting_for(db, viewer)


def _answers(db: Session, roundtable: Roundtable) -> Answers:
    rows = invitees.everybody(db, roundtable)
    missing = [invitee.name for invitee, answer in rows if answer is None]
    coming = sum(answer is Answer.ACCEPTED for _invitee, answer in rows)
    return Answers(roundtable, coming, len(rows) - len(missing), len(rows), missing)


def _polls(db: Session, viewer: Viewer, cohort: Cohort, people: Sequence[Membership]) -> list[Polled]:
    polls = polls_access.standings(db, viewer, polls_access.undecided_in(viewer, cohort.id))
    answered = set(db.execute(polls_access.answered_in(viewer, cohort.id)).all())
    attending = [each.person for each in people if each.role in roundtables_access.ATTENDING]
    return [
        Polled(
            each.poll,
            len(attending),
            sorted(one.name for one in attending if (each.poll.id, one.id) not in answered),
            each.is_open,
        )
        for each in polls
    ]


def _asked(db: Session, viewer: Viewer, cohort: Cohort) -> list[Asked]:
    rates = prompts_access.rates(db, viewer, [cohort.id])
    askings = db.scalars(prompts_access.asked_in(viewer, cohort.id)).unique()
    return [Asked(each, rates[each.id]) for each in askings if each.takes_answers(clock.now()) and each.id in rates]


def _drafts(db: Session, viewer: Viewer, cohort: Cohort) -> list[tuple[Material, Standing]]:
    """What was never public, and what is in review as a correction, each with how it stands."""
    found = list(db.scalars(materials_access.of_cohort(viewer, cohort.id)).unique())
    stands = standing.of_many(db, found)
    pairs = [(each, stands.get(each.id, standing.NOTHING)) for each in found]
    return [(each, its) for each, its in pairs if each.state is MaterialState.DRAFT or its.round is not None]
