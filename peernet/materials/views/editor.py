"""Writing a material: the page, saving, saving while typing, the preview, throwing away."""

import re
from dataclasses import replace
from itertools import zip_longest
from typing import Annotated, Any

from flask import Response
from flask.typing import ResponseReturnValue
from pydantic import Field

from peernet.db import Conflict, settle
from peernet.i18n import choosing
from peernet.i18n import gettext as _
from peernet.materials import access, checks, choices, images, inputs, licences, rendering, words, writing
from peernet.materials.credits import moved
from peernet.materials.earlier import keeping, merging
from peernet.materials.earlier.merging import Merge
from peernet.materials.kinds import fields
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material
from peernet.materials.quotations import resemblance, showing
from peernet.materials.reviews import standing
from peernet.materials.views.blueprint import (
    blueprint,
    manuscript_of,
    may_publish,
    mine,
    peek,
    seen_version,
)
from peernet.settings import current
from peernet.web.inputs import Form, parse, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, roll_back, viewer
from peernet.web.rules import Rule, rule

_MOVE = re.compile(r"(up|down)-([1-9][0-9]{0,2})")
# Empty lines that wait for another name; saving brings new ones.
_BLANK_LINES = 2


@blueprint.get("/write/<slug>")
@rule(Rule.PERSON)
def write(slug: str, form: Form | None = None) -> str:
    """The editor."""
    material = mine(slug)
    manuscript = manuscript_of(db(), material)
    state = form if form and "title" in form.values else Form(_as_form(manuscript), form.errors if form else {})
    merge = _merged(material, manuscript, state)
    state = Form(_as_form(merge.manuscript), state.errors, state.theirs) if merge else state
    return render(
        "materials/write.html",
        material=material,
        form_state=state,
        version=seen_version(form, material),
        credit_lines=_credit_lines(state),
        blank_lines=_BLANK_LINES,
        choices=choices.of(db(), viewer(), material, manuscript),
        files=[
            (row, images.markdown_line(row)) for row in db().scalars(access.files_of(material.id)) if row.media.is_image
        ],
        licences=licences.LICENCES,
        languages=choosing.languages(*current().network.languages, manuscript.language),
        may_publish=may_publish(material),
        passages=resemblance.standing(db(), material, manuscript, ()),
        standing=standing.of(db(), material),
        words=words,
        of_kind=fields.of(db(), material, state),
        merge=merge,
        overtaken=form.values if merge and form else {},
        most_bytes=current().media.max_bytes,
    )


@blueprint.post("/write/<slug>")
@rule(Rule.PERSON)
@redisplay(write)
def save(slug: str) -> ResponseReturnValue:
    """Keep what was written, and go on: to the same page or to the publishing page."""
    _peek(slug)
    given = read(_SaveInput)
    _save(slug, fields.moved(given))
    if given.then.startswith("chapter"):
        return redirect_to(".write", slug=slug, anchor="chapters")
    if given.moves:
        notice(_("Saved, in the new order."))
        return redirect_to(".write", slug=slug, anchor="credits")
    if given.then == "publish":
        return redirect_to(".check", slug=slug)
    notice(_("Saved. Only those who write this material see the draft."))
    return redirect_to(".write", slug=slug)


@blueprint.post("/write/<slug>/autosave")
@rule(Rule.PERSON)
def autosave(slug: str) -> Response:
    """Keep what is being typed; the new version goes back in X-Version."""
    _peek(slug)
    try:
        version = _save(slug, read(_SaveInput))
    except Conflict as refusal:
        raise Conflict(_("%(what)s Save the draft to bring both together.", what=refusal.message)) from None
    return Response(status=204, headers={"X-Version": str(version)})


@blueprint.post("/write/<slug>/preview")
@rule(Rule.PERSON)
def preview(slug: str) -> str:
    """The text as it will stand, with what its author should know of it."""
    text = read(inputs.PreviewInput).text
    with database().reading() as session:
        material = peek(session, access.editable_by(viewer()).where(Material.slug == slug))
        around = rendering.surroundings(session, material, text)
    rendered = rendering.render(text, material.language, around)
    with database().reading() as session:
        places = showing.places(rendered.html, showing.of_draft(session, material.id, rendered.html))
    return render("materials/preview.html", rendered=rendered, places=places, in_words=checks.in_words)


@blueprint.post("/write/<slug>/discard")
@rule(Rule.PERSON)
@redisplay(write)
def discard(slug: str) -> ResponseReturnValue:
    """Throw the draft away."""
    given = read(inputs.DiscardInput)
    material = mine(slug)
    cohort = material.cohort
    if not writing.discard(db(), viewer(), material, version=given.version):
        notice(_("The draft is gone. What is public stands as it was."))
        return redirect_to(".write", slug=slug)
    notice(_("The draft is gone."))
    return redirect_to(".of_cohort", slug=cohort.slug) if cohort else redirect_to("desk.me")


class _SaveInput(inputs.ManuscriptInput):
    """The manuscript, and where its author wants to go: to the publishing page, or on with the chapters, of which one
    is moved (``chapter up 7``), taken out, or added; "up-2" and "down-2" move the second line of credits."""

    then: Annotated[str, Field(max_length=80)] = ""
    more: int | None = None

    @property
    def moves(self) -> tuple[int, int] | None:
        """Which line of credits is to move, from 0 among the lines of the form, and by how much."""
        found = _MOVE.fullmatch(self.then)
        return (int(found[2]) - 1, -1 if found[1] == "up" else 1) if found else None

    def manuscript(self) -> Manuscript:
        """The whole, with its credits in the new order."""
        made = super().manuscript()
        if self.moves is None:
            return made
        place, by = self.moves
        return replace(made, credits=moved(made.credits, self._among_named(place), by))

    def _among_named(self, place: int) -> int:
        """The same line counted without those before it that name nobody, which are not kept."""
        columns = (self.credit_name[:place], self.credit_organisation[:place], self.credit_person[:place])
        return sum(any(line) for line in zip_longest(*columns))


def _peek(slug: str) -> None:
    """404 for whoever may not write it."""
    with database().reading() as session:
        peek(session, access.editable_by(viewer()).where(Material.slug == slug))


def _save(slug: str, given: _SaveInput) -> int:
    """Comparing the text with answers takes time, so it is done before the lock; for who may write it only."""
    manuscript = given.manuscript()
    with database().reading() as session:
        passages = resemblance.look(session, viewer(), resemblance.whole(manuscript))
    try:
        return writing.save(db(), viewer(), mine(slug), version=given.version, manuscript=manuscript, passages=passages)
    except Conflict:
        roll_back()
        _set_aside(slug, given.version, manuscript)
        raise


def _set_aside(slug: str, version: int, manuscript: Manuscript) -> None:
    """What met somebody else's saving is kept in a short transaction of its own, since the request's leaves nothing."""
    with database().writing() as session:
        material = peek(session, access.editable_by(viewer()).where(Material.slug == slug))
        keeping.set_aside(session, material, viewer().person_id, version=version, manuscript=manuscript)
        settle(session)


def _merged(material: Material, theirs: Manuscript, state: Form) -> Merge | None:
    """After a lost race, what was typed brought together with what stands there now."""
    if state.theirs is None:
        return None
    given = parse(_SaveInput, state.values)
    typed = given.manuscript()
    base = keeping.common(db(), material, given.version)
    return merging.merge(base or Manuscript(kind=theirs.kind, title=theirs.title), typed, theirs)


def _as_form(manuscript: Manuscript) -> dict[str, Any]:
    return {
        "title": manuscript.title,
        "summary": manuscript.summary,
        "text": manuscript.source,
        "kind": manuscript.kind.value,
        "language": manuscript.language,
        "licence": manuscript.licence,
        "licence_url": "" if licences.is_listed(manuscript.licence) else manuscript.licence,
        "video_url": manuscript.video_url,
        "video_minutes": manuscript.video_minutes,
        "topics": list(manuscript.topics),
        "organisations": list(manuscript.organisations),
        "questions": list(manuscript.questions),
        **{
            name: getattr(manuscript.particulars, name)
            for name in ("captions", "film", "description", "dataset", "abstract")
        },
        "chapters": [each.material_id for each in manuscript.particulars.chapters],
        "credit": [line.credit.value for line in manuscript.credits],
        "credit_name": [line.name for line in manuscript.credits],
        "credit_organisation": [line.organisation_id or "" for line in manuscript.credits],
        "credit_role": [line.role for line in manuscript.credits],
        "credit_person": [line.person_id or "" for line in manuscript.credits],
    }


def _credit_lines(state: Form) -> list[dict[str, Any]]:
    """The lines of credits as they stand in the form, and empty ones after them."""
    names = ("credit", "credit_name", "credit_organisation", "credit_role", "credit_person")
    columns = [_as_list(state.value(name, [])) for name in names]
    lines = [dict(zip(names, line, strict=True)) for line in zip_longest(*columns, fillvalue="")]
    filled = [line for line in lines if line["credit_name"] or line["credit_organisation"] or line["credit_person"]]
    first = "author" if not filled else "contributor"
    blank = dict.fromkeys(names, "") | {"credit": first}
    return filled + [blank | ({"credit": "contributor"} if number else {}) for number in range(_BLANK_LINES)]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
