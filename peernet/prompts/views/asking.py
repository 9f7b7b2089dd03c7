"""One asking: the question, one's own answer, the voices of others; and what its organisers do with it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from peernet import clock
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort, Membership, Role
from peernet.i18n import gettext as _
from peernet.prompts import (
    access,
    addressed_access,
    addressing,
    asking,
    consequences,
    drafts,
    inputs,
    responses,
    seats_access,
    threads_access,
    words,
)
from peernet.prompts.drafts import AnyDraft
from peernet.prompts.models import Asking, Attribution, Response, Visibility
from peernet.prompts.threads import takes_part
from peernet.prompts.threads_access import ToMe
from peernet.prompts.views.blueprint import blueprint
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/prompts/<int:asking_id>")
@rule(Rule.PERSON)
def page(slug: str, asking_id: int, form: Form | None = None, preview: str = "", at: str = "") -> ResponseReturnValue:
    """The question, the viewer's answer, and the voices of others. ``at``: the key of the voice, or of the question
    asked back, to which ``form`` belongs, if not to the answer."""
    standing = _standing(slug, asking_id)
    asked = standing.asking
    me = db().scalars(cohorts.my_membership(viewer(), asked.cohort_id)).one_or_none()
    mine = db().scalar(access.own_response(viewer(), asked.id))
    draft = drafts.find(db(), asked, actor=viewer())
    threads = _threads(asked, me, mine, form, at)
    of_seat = _for_a_seat(asked, mine)
    has_thread = bool(threads["to_me"] or threads["resonance"])
    return render(
        "prompts/page.html",
        asking=asked,
        standing=standing,
        mine=mine,
        draft=draft,
        voices=access.voices(db(), viewer(), [asked.id]).get(asked.id, []),
        rate=access.rates(db(), viewer(), [asked.cohort_id]).get(asked.id),
        members=access.who_is_done(db(), viewer(), asked),
        is_member=db().scalar(addressed_access.is_asked(viewer(), asked.id)) is not None,
        is_organiser=me is not None and me.role is Role.ORGANISER,
        form_state=form,
        preview=preview,
        moments=words.MOMENTS,
        put_to=addressed_access.put_to_whom(db(), asked),
        **of_seat,
        **_answering(asked, mine, draft, None if at else form, has_thread=has_thread, beside=of_seat["beside"]),
        **threads,
    )


@blueprint.get("/c/<slug>/prompts/<int:asking_id>/edit")
@rule(Rule.PERSON)
def revise(slug: str, asking_id: int, form: Form | None = None) -> ResponseReturnValue:
    """The form with which an organiser changes how a prompt is asked, closes it or withdraws it."""
    asked = load(named(access.run_by(viewer()), slug, asking_id))
    values = _as_asked(asked) | whom_as_form(asked)
    state = form if form and "text" in form.values else Form(values, form.errors if form else {})
    version = asked.version if state.theirs else state.value("version", asked.version)
    members = members_of(asked.cohort_id)
    return render("prompts/revise.html", asking=asked, form_state=state, version=version, **members)


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/edit")
@rule(Rule.PERSON)
@redisplay(revise)
def store(slug: str, asking_id: int) -> ResponseReturnValue:
    """Store how a prompt is asked."""
    sent = read(inputs.Revised)
    asked = load(named(access.run_by(viewer()), slug, asking_id))
    facts: Any = {"text": sent.text, **sent.how()}
    if asked.closed_at is None:
        facts["closes_at"] = sent.closes_at(asked.cohort.zone)
    asking.revise(db(), asked, actor=viewer(), version=sent.version, to=sent.to(), **facts)
    notice(_("The prompt is saved."))
    return redirect_to("prompts.page", slug=slug, asking_id=asking_id)


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/close")
@rule(Rule.PERSON)
@redisplay(revise)
def close(slug: str, asking_id: int) -> ResponseReturnValue:
    """Close it now."""
    asked = load(named(access.run_by(viewer()), slug, asking_id))
    asking.close(db(), asked, actor=viewer())
    notice(_("The prompt is closed."))
    return redirect_to("prompts.page", slug=slug, asking_id=asking_id)


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/reopen")
@rule(Rule.PERSON)
@redisplay(revise)
def reopen(slug: str, asking_id: int) -> ResponseReturnValue:
    """Take answers again."""
    sent = read(inputs.Closing)
    asked = load(named(access.run_by(viewer()), slug, asking_id))
    asking.reopen(db(), asked, actor=viewer(), closes_at=sent.closes_at(asked.cohort.zone))
    notice(_("The prompt takes answers again."))
    return redirect_to("prompts.page", slug=slug, asking_id=asking_id)


@blueprint.post("/c/<slug>/prompts/<int:asking_id>/withdraw")
@rule(Rule.PERSON)
@redisplay(revise)
def withdraw(slug: str, asking_id: int) -> ResponseReturnValue:
    """Ask no more."""
    asked = load(named(access.run_by(viewer()), slug, asking_id))
    asking.withdraw(db(), asked, actor=viewer())
    notice(_("The prompt is withdrawn. It can be chosen again."))
    return redirect_to("prompts.of_cohort", slug=slug)


def named(askings: Select[Asking], slug: str, asking_id: int) -> Select[Asking]:
    """Of the askings, the one that an address names."""
    return askings.where(Asking.id == asking_id, Cohort.slug == slug)


def members_of(cohort_id: int) -> dict[str, Any]:
    """Whom a form offers to ask: organisations with the people who hold their seats, and these by name."""
    members = list(db().scalars(addressed_access.choosable_in(cohort_id)))
    seats: dict[int, tuple[str, list[str]]] = {}
    for each in members:
        if each.seat is not None:
            seats.setdefault(each.seat.id, (each.seat.organisation.name, []))[1].append(each.person.name)
    named = sorted((name.casefold(), seat_id, name, ", ".join(people)) for seat_id, (name, people) in seats.items())
    return {
        "seats": [(seat_id, name, people) for _key, seat_id, name, people in named],
        "people": [
            (each.person_id, each.person.name, each.seat.organisation.name if each.seat else "") for each in members
        ],
    }


def whom_as_form(asked: Asking) -> dict[str, Any]:
    """To whom it is put now, as a form holds it."""
    whom = addressing.whom_of(db(), asked)
    chosen = {"seat": sorted(whom.seats), "person": sorted(whom.people)}
    return {"whom": "some" if whom.is_some else "all", **chosen, "is_per_seat": asked.is_per_seat}


def _standing(slug: str, asking_id: int) -> access.Standing:
    found = access.standings(db(), viewer(), named(access.asked_to(viewer()), slug, asking_id))
    if not found:
        abort(404)
    return found[0]


def _answering(
    asked: Asking,
    mine: Response | None,
    draft: AnyDraft | None,
    form: Form | None,
    *,
    has_thread: bool,
    beside: Sequence[str] = (),
) -> dict[str, Any]:
    """What the form for an answer needs: its state, its versions, and what would follow from each choice."""
    way = consequences.way_of(asked)
    said = consequences.visibilities(way)
    visibilities, attributions = responses.choices(asked, mine, is_with_others=bool(beside))
    state = form if form and "text" in form.values else Form(_as_typed(mine, draft))
    overtaken = state.theirs is not None
    is_bound = beside or attributions == [Attribution.UNATTRIBUTED] or asked.widest is not Visibility.PUBLIC
    shown = visibilities if is_bound else list(Visibility)
    stored = {"version": draft.version if draft else 0, "answered": mine.version if mine else 0}
    return {
        "answer_state": state,
        "is_typed": form is not None and "text" in form.values,
        "versions": stored if overtaken else {name: state.value(name, stored[name]) for name in stored},
        "readers_state": form if form and "text" not in form.values and form.values else Form(_as_typed(mine, None)),
        "is_asked_again": mine is not None and responses.is_asked_again(asked, mine),
        "visibilities": [(one.value, said[one], consequences.of_visibility(one, of=way)) for one in shown],
        "attributions": [
            (
                one.value,
                consequences.ATTRIBUTIONS[one],
                _with_losses(consequences.of_attribution(one), asked, mine, one, has_thread=has_thread),
            )
            for one in attributions
        ],
        "consequences": [
            (
                visibility,
                attribution,
                _with_losses(
                    _consequence(asked, visibility, attribution), asked, mine, attribution, has_thread=has_thread
                ),
            )
            for visibility in shown
            for attribution in attributions
        ],
        "follows": _consequence(asked, mine.visibility, mine.attribution) if mine else "",
    }


def _for_a_seat(asked: Asking, mine: Response | None) -> dict[str, Any]:
    """What those who hold a seat share, where it answers as one: who wrote with the viewer, whether the seat answered,
    and what the viewer wrote by mail, which is theirs alone."""
    if not asked.is_per_seat:
        return {"beside": [], "seat_done": None, "by_mail": None}
    return {
        "beside": list(db().scalars(seats_access.authors_beside(viewer(), mine.id))) if mine else [],
        "seat_done": db().scalar(seats_access.done_of_own_seat(viewer(), asked.id)),
        "by_mail": db().scalar(access.own_draft(viewer(), asked.id)),
    }


def _threads(asked: Asking, me: Membership | None, mine: Response | None, form: Form | None, at: str) -> dict[str, Any]:
    """What stands around the voices and under the viewer's own answer, and what was typed there."""
    to_me = threads_access.asked_of(db(), viewer(), Asking.id == asked.id) if mine else []
    refused = form if at else None
    is_there = at in {each.asked.key for each in to_me}
    return {
        "around": threads_access.around(db(), viewer(), [asked.id]),
        "to_me": [_with_form(each, refused if each.asked.key == at else None) for each in to_me],
        "resonance": threads_access.resonance_of_own(db(), viewer()).get(asked.id, 0) if mine else 0,
        "takes_part": takes_part(me, asked),
        "readers_of": partial(consequences.readers, of=consequences.way_of(asked)),
        "at": at,
        "typed_in_vain": refused.value("reply") if refused is not None and not is_there else "",
    }


def _with_form(each: ToMe, refused: Form | None) -> tuple[ToMe, Form, bool]:
    """A question with the state of the form that answers it, and whether that was refused."""
    if refused is not None and "reply" in refused.values:
        return each, refused, True
    return each, Form({"reply": each.answer_source or ""}), False


def _with_losses(
    sentence: str, asked: Asking, mine: Response | None, attribution: Attribution, *, has_thread: bool
) -> str:
    """What follows from a choice and, where it takes a name away that others could read, that they may remember it, and
    what goes with it."""
    standing = (mine.visibility, mine.attribution) if mine else None
    known = consequences.read_before(standing, attribution, of=consequences.way_of(asked))
    lost = consequences.thread_lost(mine.attribution, attribution) if mine and has_thread else ""
    return " ".join(filter(None, (sentence, known, lost)))


def _consequence(asked: Asking, visibility: Visibility, attribution: Attribution) -> str:
    released = None if asked.closed_at is None else asked.released_at is not None
    return consequences.consequence(visibility, attribution, released=released, of=consequences.way_of(asked))


def _as_typed(mine: Response | None, draft: AnyDraft | None) -> dict[str, Any]:
    """What stands in the form: what was typed last, else the answer."""
    latest = draft or mine
    if latest is None:
        return {}
    chosen = {"visibility": latest.visibility, "attribution": latest.attribution}
    return {"text": latest.source, **{name: value.value for name, value in chosen.items() if value is not None}}


def _as_asked(asked: Asking) -> dict[str, Any]:
    wall = clock.to_wall(asked.closes_at, asked.cohort.zone) if asked.closes_at else None
    return {
        "text": asked.text,
        "closes_on": wall.date().isoformat() if wall else "",
        "closes_time": wall.strftime("%H:%M") if wall else "",
        "is_focus": asked.is_focus,
        "admits_unattributed": asked.admits_unattributed,
    }
