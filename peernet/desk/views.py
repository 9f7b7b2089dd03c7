"""My page, and the inner page of a cohort."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from sqlalchemy import update

from peernet import clock
from peernet.accounts import access as accounts_access
from peernet.accounts.models import Person
from peernet.agreements import standing as agreements
from peernet.cohorts import access as cohorts_access
from peernet.cohorts.models import Cohort, CohortState
from peernet.cohorts.words import ROLES
from peernet.desk import changes, cohort_page, journal, waiting
from peernet.materials.contributors import access as contributors
from peernet.materials.quotations import access as quotations
from peernet.materials.reviews import access as reviews_access
from peernet.prompts import access as prompts_access
from peernet.roundtables import access as roundtables_access
from peernet.roundtables import access_upcoming, choosing, words
from peernet.roundtables.commitments import access as commitments
from peernet.roundtables.groupings import showing as groupings
from peernet.roundtables.hours import access as hours_access
from peernet.roundtables.partners import showing as partners
from peernet.roundtables.partners import words as partners_words
from peernet.roundtables.polls import access as polls_access
from peernet.web.pages import redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule

blueprint = Blueprint("desk", __name__)


@blueprint.get("/me")
@rule(Rule.PERSON)
def me() -> ResponseReturnValue:
    """What one person must see out of all their cohorts."""
    person = load(accounts_access.myself(viewer()))
    memberships = list(db().scalars(cohorts_access.memberships_of(viewer())))
    inside = [each.cohort for each in memberships if each.role in cohorts_access.INSIDE]
    polls = [
        *polls_access.standings(db(), viewer(), polls_access.open_to(viewer())),
        *polls_access.standings(db(), viewer(), polls_access.to_choose(viewer())),
    ]
    roundtables = access_upcoming.upcoming(db(), viewer())
    return render(
        "desk/me.html",
        person=person,
        memberships=memberships,
        inside=cohorts_access.INSIDE,
        roles=ROLES,
        hours=db().scalar(hours_access.mine(viewer())),
        attends=any(each.role in roundtables_access.ATTENDING for each in memberships),
        roundtables=roundtables,
        tables=groupings.own(db(), viewer(), [each.roundtable.id for each in roundtables]),
        partners=partners.own_now(db(), viewer()),
        partners_words=partners_words,
        questions=prompts_access.standings(db(), viewer(), prompts_access.open_to(viewer())),
        asked_back=waiting.asked_back(db(), viewer()),
        polls=polls,
        commitments=db().scalars(commitments.open_of(viewer())).all(),
        to_agree=sum(each.waits for each in agreements.of_cohorts(db(), viewer(), _open(inside))),
        to_decide=len(db().scalars(quotations.waiting_for(viewer())).all()),
        to_be_named=len(db().scalars(contributors.waiting_for(viewer())).all()),
        to_choose={each.poll.id for each in polls if not each.is_open},
        reviews=db().scalars(reviews_access.waiting_for(viewer())).all(),
        changes=changes.since(db(), viewer(), inside, person.seen_at or person.created_at),
        now=clock.now(),
        words=words,
        choices_of=choosing.of_standing,
    )


@blueprint.post("/me/seen")
@rule(Rule.PERSON)
def seen() -> ResponseReturnValue:
    """The person has read what changed: from now on, only what is newer is shown."""
    # Not through the row: raising its version would take a profile that is being edited for overtaken.
    db().execute(update(Person).where(Person.id == viewer().person_id).values(seen_at=clock.now()))
    return redirect_to("desk.me")


@blueprint.get("/me/journal")
@rule(Rule.PERSON)
def own_journal() -> ResponseReturnValue:
    """All that the person ever answered, who can read it, and what came back. It stays theirs when they leave."""
    return render("desk/journal.html", entries=journal.entries(db(), viewer()))


@blueprint.get("/me/journal.md")
@rule(Rule.PERSON)
def journal_file() -> ResponseReturnValue:
    """The journal as a file of Markdown."""
    text = journal.as_markdown(journal.entries(db(), viewer()), viewer())
    response = Response(text, mimetype="text/markdown")
    response.headers["Content-Disposition"] = 'attachment; filename="journal.md"'
    return response


@blueprint.get("/c/<slug>")
@rule(Rule.PERSON)
def cohort(slug: str) -> ResponseReturnValue:
    """A cohort as those inside see it: the line of its roundtables, its questions, its people, what it published."""
    found = load(cohorts_access.visible_to(viewer()).where(Cohort.slug == slug))
    page = cohort_page.gather(db(), viewer(), found)
    waits = waiting.in_cohort(db(), viewer(), found, page.next_one) if page.leads else None
    return render("desk/cohort.html", cohort=found, page=page, waits=waits, roles=ROLES)


def _open(cohorts: list[Cohort]) -> list[Cohort]:
    return [each for each in cohorts if each.state is not CohortState.CLOSED]
