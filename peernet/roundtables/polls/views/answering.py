"""A poll as those see it whom it asks."""

from typing import Any

from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import Cohort, CohortState
from peernet.i18n import gettext as _
from peernet.roundtables import words as roundtable_words
from peernet.roundtables.hours import access as hours
from peernet.roundtables.polls import access, answering, filling, inputs, links, times, words
from peernet.roundtables.polls.models import Poll, PollState, Vote
from peernet.roundtables.views.room import blueprint, me
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/polls/<int:poll_id>")
@rule(Rule.PERSON)
def poll(slug: str, poll_id: int, form: Form | None = None) -> str:
    """What is proposed, by the viewer's own clocks, and what they say to it."""
    one = _asked(slug, poll_id)
    leads = db().scalar(access.led_by(viewer()).where(Poll.id == one.id)) is not None
    return render("roundtables/polls/poll.html", leads=leads, **what_is_asked(one, me(), form))


@blueprint.post("/c/<slug>/polls/<int:poll_id>")
@rule(Rule.PERSON)
@redisplay(poll)
def answer_poll(slug: str, poll_id: int) -> ResponseReturnValue:
    """Answer it."""
    given = read(inputs.Votes)
    answering.answer(db(), _asked(slug, poll_id), me(), given.said, remember=given.remember)
    notice(thanks(given))
    return redirect_to(".poll", slug=slug, poll_id=poll_id)


@blueprint.post("/c/<slug>/polls/<int:poll_id>/link")
@rule(Rule.PERSON)
@redisplay(poll)
def revoke_poll_link(slug: str, poll_id: int) -> ResponseReturnValue:
    """Make the link in the viewer's own mail worthless."""
    read(inputs.Nothing)
    links.revoke(db(), _asked(slug, poll_id).id, me().id)
    notice(_("The link in your mail opens nothing any more. Here, signed in, you answer as before."))
    return redirect_to(".poll", slug=slug, poll_id=poll_id)


def what_is_asked(one: Poll, person: Person, form: Form | None) -> dict[str, Any]:
    """What both pages draw, the one for who is signed in and the one behind the link."""
    options = list(db().scalars(access.options_of(one.id)))
    said = dict(db().execute(access.own_votes(one.id, person.id)).all())
    kept = db().scalar(hours.of_person(person.id))
    weekend = frozenset(kept.weekend) if kept else frozenset((5, 6))
    own = filling.Hours(person.zone, kept.windows, kept.away) if kept else None
    # Who has answered sees their answer, and of what was added since nothing is taken for said.
    guesses = {} if said else filling.guesses(own, options, one.minutes)
    state = one.state_at(clock.now())
    return {
        "one": one,
        "person": person,
        "shown": [times.shown(one, option, person.zone, weekend) for option in options],
        "chosen": next((each for each in options if each.is_chosen), None),
        "said": said,
        "is_guessed": bool(guesses) and form is None,
        "is_open": state is PollState.OPEN and one.cohort.state is not CohortState.CLOSED,
        "state": state,
        "form_state": form or _as_form(said or guesses),
        "words": words,
        "kinds": roundtable_words.KINDS,
    }


def thanks(given: inputs.Votes) -> str:
    """What is said after an answer."""
    if given.remember:
        return _("Your answer is saved, and your weekly hours say the same.")
    return _("Your answer is saved. You can change it until the poll closes.")


def _as_form(votes: dict[int, Vote]) -> Form:
    return Form({f"o{option_id}": vote.value for option_id, vote in votes.items()})


def _asked(slug: str, poll_id: int) -> Poll:
    found: Poll = load(access.visible_to(viewer()).where(Poll.id == poll_id, Cohort.slug == slug))
    return found
