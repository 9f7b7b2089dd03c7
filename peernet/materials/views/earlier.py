"""Earlier states of a draft: listed, compared with each other and with now, restored."""

from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.materials import access as materials
from peernet.materials import inputs, manuscripts, versions, writing
from peernet.materials.earlier import access
from peernet.materials.earlier.models import EarlierDraft
from peernet.materials.kinds import listing
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material
from peernet.materials.quotations import resemblance
from peernet.materials.views.blueprint import blueprint, draft_version, manuscript_of, mine, peek
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/write/<slug>/earlier")
@rule(Rule.PERSON)
def earlier(slug: str) -> str:
    """What stood there before: who saved it, and when."""
    material = mine(slug)
    return render(
        "materials/earlier/listed.html",
        material=material,
        states=db().execute(access.of_material(material.id)).all(),
    )


@blueprint.get("/write/<slug>/earlier/difference")
@rule(Rule.PERSON)
def earlier_difference(slug: str) -> ResponseReturnValue:
    """What changed from one state to another, whichever way round they were chosen; without the second, to now."""
    material = mine(slug)
    chosen = [number for name in ("old", "new") if (number := request.args.get(name, 0, type=int))]
    found = sorted(db().scalars(access.some_of_material(material.id, chosen)), key=lambda row: row.id)
    if not chosen:
        return redirect_to(".earlier", slug=slug)
    if len(found) != len(set(chosen)):
        abort(404)
    return _compared(material, found[0], found[1] if len(found) > 1 else None)


@blueprint.get("/write/<slug>/earlier/<int:earlier_id>")
@rule(Rule.PERSON)
def earlier_state(slug: str, earlier_id: int, form: Form | None = None) -> str:
    """What changed since one state, and the way to restore it."""
    material = mine(slug)
    return _compared(material, load(access.some_of_material(material.id, [earlier_id])), None, form)


@blueprint.post("/write/<slug>/earlier/<int:earlier_id>/restore")
@rule(Rule.PERSON)
@redisplay(earlier_state)
def restore(slug: str, earlier_id: int) -> ResponseReturnValue:
    """Make the draft say what it said then; what it says now becomes an earlier state itself."""
    given = read(inputs.RestoreInput)
    with database().reading() as session:
        seen = peek(session, _editable(slug))
        row = session.scalars(access.some_of_material(seen.id, [earlier_id])).one_or_none()
        if row is None:
            abort(404)
        manuscript = manuscripts.of_draft(row)
        passages = resemblance.look(session, viewer(), resemblance.whole(manuscript))
    writing.save(db(), viewer(), mine(slug), version=given.version, manuscript=manuscript, passages=passages)
    notice(_("Restored. What stood there before is among the earlier states."))
    return redirect_to(".write", slug=slug)


def _editable(slug: str) -> Any:
    return materials.editable_by(viewer()).where(Material.slug == slug)


def _compared(material: Material, old: EarlierDraft, new: EarlierDraft | None, form: Form | None = None) -> str:
    now = manuscripts.of_draft(new) if new is not None else manuscript_of(db(), material)
    return render(
        "materials/earlier/difference.html",
        material=material,
        old=old,
        new=new,
        difference=versions.compare(_whole(manuscripts.of_draft(old)), _whole(now)),
        version=draft_version(material),
        form_state=form,
    )


def _whole(said: Manuscript) -> str:
    return versions.whole_text(said.title, said.summary, said.source, listing.in_lines(db(), said.particulars))
