"""What the viewer agreed to, and what waits for their yes."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from peernet.accounts.views.entering import go_on, local_page
from peernet.agreements import access, agreeing, inputs, standing
from peernet.agreements.models import Kind, Terms
from peernet.agreements.views.blueprint import blueprint
from peernet.agreements.words import KINDS
from peernet.i18n import gettext as _
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/me/agreements")
@rule(Rule.PERSON)
def own_agreements(form: Form | None = None, terms_id: int = 0) -> ResponseReturnValue:
    """Every text that concerns the viewer, with a button for each that waits."""
    return render(
        "agreements/own.html",
        form_state=form,
        standings=standing.of_viewer(db(), viewer()),
        agreed=db().scalars(access.accepted_by(viewer())).all()[::-1],
        following=local_page(request.values.get("next", "")),
        kinds=KINDS,
        zone=viewer().zone,
    )


@blueprint.post("/me/agreements/<int:terms_id>")
@rule(Rule.PERSON)
@redisplay(own_agreements)
def agree(terms_id: int) -> ResponseReturnValue:
    """Say yes to one of them; after the last of the rules go on where the viewer was going."""
    sent = read(inputs.Agree)
    terms: Terms = load(access.version(terms_id))
    if terms.lineage not in {each.terms.lineage for each in standing.of_viewer(db(), viewer())}:
        abort(404)
    agreeing.accept(db(), terms, actor=viewer())
    following = local_page(sent.next)
    rest = [each for each in standing.of_viewer(db(), viewer()) if each.waits and each.terms.kind is not Kind.PRIVACY]
    if following and not rest:
        return go_on(following)
    notice(_("Noted, with today’s date."))
    return redirect_to(".own_agreements", **({"next": following} if following else {}))
