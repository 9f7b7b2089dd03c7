"""The network's texts: which hold, how many agreed, and putting new ones into force."""

from flask import abort
from flask.typing import ResponseReturnValue

from peernet.admin.views.blueprint import blueprint
from peernet.agreements import access, agreeing, inputs
from peernet.agreements.models import Kind
from peernet.agreements.words import FOR_WHOM, KINDS, to_begin_with
from peernet.i18n import gettext as _
from peernet.text import markdown
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/admin/agreements")
@rule(Rule.ADMIN)
def agreements() -> ResponseReturnValue:
    """The three of them."""
    holding = {each.kind: each for each in db().scalars(access.in_force())}
    agreed = dict(db().execute(access.how_many([each.id for each in holding.values()])).all())
    return render("admin/agreements.html", holding=holding, agreed=agreed, kinds=KINDS, for_whom=FOR_WHOM)


@blueprint.get("/admin/agreements/<terms>")
@rule(Rule.ADMIN)
def agreement(terms: str, form: Form | None = None) -> ResponseReturnValue:
    """One of them as it holds, the form, and how it was before."""
    kind = _kind(terms)
    versions = db().scalars(access.versions_of(kind)).all()
    beginning = versions[0].source if versions else to_begin_with(kind)
    return render(
        "admin/agreement.html",
        kind=kind,
        kinds=KINDS,
        for_whom=FOR_WHOM,
        versions=versions,
        form_state=form or Form({"source": beginning, "asks": "yes"}),
        replaces=inputs.replaced(form, versions),
    )


@blueprint.post("/admin/agreements/<terms>")
@rule(Rule.ADMIN)
@redisplay(agreement)
def write_agreement(terms: str) -> ResponseReturnValue:
    """Put a new version into force. Who writes it agrees to it, where it concerns them."""
    kind, sent = _kind(terms), read(inputs.TermsInput)
    html = markdown.render(sent.source, prefix=f"{kind.value}-{sent.replaces + 1}-", top=3, field="source").html
    made = agreeing.put_into_force(db(), kind, None, actor=viewer(), html=html, **sent.model_dump())
    if kind is Kind.PRIVACY:
        agreeing.accept(db(), made, actor=viewer())
    notice(_("This text holds from now on."))
    return redirect_to("admin.agreement", terms=terms)


def _kind(terms: str) -> Kind:
    return Kind(terms) if terms in set(Kind) else abort(404)
