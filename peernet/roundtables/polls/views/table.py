"""What everybody said, and choosing, for those who lead the cohort."""

from flask import abort
from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.i18n import gettext as _
from peernet.roundtables import words as roundtable_words
from peernet.roundtables.polls import access, deciding, inputs, words
from peernet.roundtables.polls.models import Poll, PollOption, PollState
from peernet.roundtables.polls.table import Table, table_of
from peernet.roundtables.polls.views.proposing import led_poll
from peernet.roundtables.views.room import blueprint
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/polls/<int:poll_id>/table")
@rule(Rule.PERSON)
def poll_table(slug: str, poll_id: int) -> str:
    """People and options: what each said, and the hour it is for them."""
    poll = led_poll(slug, poll_id)
    state = poll.state_at(clock.now())
    return render(
        "roundtables/polls/table.html",
        one=poll,
        cohort=poll.cohort,
        table=_table(poll),
        state=state,
        can_choose=state in (PollState.OPEN, PollState.CLOSED),
        words=words,
        kinds=roundtable_words.KINDS,
    )


@blueprint.get("/c/<slug>/polls/<int:poll_id>/choose/<int:option_id>")
@rule(Rule.PERSON)
def choose_time(slug: str, poll_id: int, option_id: int, form: Form | None = None) -> str:
    """What choosing an option means: who could come and who could not, by name."""
    poll, option = _option(slug, poll_id, option_id)
    table = _table(poll)
    place = [column.option.id for column in table.columns].index(option.id)
    return render(
        "roundtables/polls/choose.html",
        one=poll,
        cohort=poll.cohort,
        option=option,
        column=table.columns[place],
        said=[(person, cells[place]) for person, cells in table.rows],
        can_choose=poll.state_at(clock.now()) in (PollState.OPEN, PollState.CLOSED),
        form_state=form,
        words=words,
    )


@blueprint.post("/c/<slug>/polls/<int:poll_id>/choose/<int:option_id>")
@rule(Rule.PERSON)
@redisplay(choose_time)
def decide_poll(slug: str, poll_id: int, option_id: int) -> ResponseReturnValue:
    """Choose it."""
    given = read(inputs.Choice)
    poll, option = _option(slug, poll_id, option_id)
    is_move = poll.roundtable_id is not None
    found = deciding.decide(db(), poll, option, actor=viewer(), start=given.time)
    notice(
        _("The roundtable is moved, and everybody invited is told.")
        if is_move
        else _("The roundtable is planned, and everybody is invited by mail.")
    )
    return redirect_to(".page", slug=slug, roundtable_id=found.id)


def _table(poll: Poll) -> Table:
    options = list(db().scalars(access.options_of(poll.id)))
    return table_of(poll, options, access.asked_in(db(), viewer(), poll))


def _option(slug: str, poll_id: int, option_id: int) -> tuple[Poll, PollOption]:
    poll = led_poll(slug, poll_id)
    option = db().scalar(access.options_by_ids(poll.id, [option_id]))
    if option is None:
        abort(404)
    return poll, option
