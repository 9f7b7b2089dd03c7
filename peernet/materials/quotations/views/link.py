"""The link in a mail: it says whom it is for, and a code mailed to the same address opens what waits there."""

from flask import make_response
from flask.typing import ResponseReturnValue

from peernet.accounts.models import Person
from peernet.i18n import gettext as _
from peernet.materials.quotations import access, deciding, inputs, links
from peernet.materials.quotations.models import Quotation
from peernet.materials.quotations.views.speaking import shown_to, thanks
from peernet.materials.views.blueprint import blueprint
from peernet.web import limits
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule
from peernet.web.viewer import Viewer


@blueprint.get("/q/<token>")
@rule(Rule.LINK)
def quotation_link(token: str, form: Form | None = None) -> ResponseReturnValue:
    """Whom it is for. Shows no word of what waits there, and changes nothing."""
    person = links.behind(db(), token)
    if person is None:
        return _over()
    if viewer().person_id == person.id:
        return redirect_to(".my_quotations")
    return make_response(_locked(token, person, form, is_mailed=form is not None))


@blueprint.post("/q/<token>/code")
@rule(Rule.LINK)
@limits.per_network(lambda settings: settings.mail, "consent-code")
@limits.per_link(lambda settings: settings.mail, "consent-code", methods=("POST",))
def mail_code(token: str) -> ResponseReturnValue:
    """Mail the code to the address that the link went to."""
    read(inputs.Nothing)
    person = links.behind(db(), token)
    if person is None:
        return _over()
    links.mail_code(db(), person)
    return make_response(_locked(token, person, None, is_mailed=True))


@blueprint.post("/q/<token>")
@rule(Rule.LINK)
@limits.per_network(lambda settings: settings.sign_in, "consent")
@limits.per_link(lambda settings: settings.account, "consent", methods=("POST",))
@redisplay(quotation_link)
def open_quotations(token: str) -> ResponseReturnValue:
    """Show what waits to whoever has the code."""
    given = read(inputs.Code)
    person = links.behind(db(), token)
    if person is None:
        return _over()
    proof = links.prove(db(), person, given.code)
    if proof is None:
        form = Form({}, {"code": [_("This is not the code, or it is over. You can have another one mailed.")]})
        return make_response(_locked(token, person, form, is_mailed=True), 422)
    return make_response(_opened(token, person, proof))


@blueprint.post("/q/<token>/<ref>/<any(answer, withdraw, again):what>")
@rule(Rule.LINK)
def decide_behind_link(token: str, ref: str, what: str) -> ResponseReturnValue:
    """Say yes or no, take back, or agree again, with the proof that the code gave."""
    given = read(inputs.Answered) if what == "answer" else read(inputs.Proved)
    person = links.behind(db(), token)
    if person is None:
        return _over()
    if not links.is_proved(db(), person, given.proof):
        form = Form({}, {"": [_("Too much time has passed. Have another code mailed, please.")]})
        return make_response(_locked(token, person, form, is_mailed=False), 403)
    return _decided(token, person, ref, what, given)


def _decided(
    token: str, person: Person, ref: str, what: str, given: inputs.Answered | inputs.Proved
) -> ResponseReturnValue:
    def again(token: str, form: Form) -> str:
        return _opened(token, person, given.proof, form, ref)

    @redisplay(again)
    def decide(token: str) -> ResponseReturnValue:
        quotation: Quotation = load(access.spoken_by(Viewer(person_id=person.id)).where(Quotation.ref == ref))
        if isinstance(given, inputs.Answered):
            deciding.answer(db(), person, quotation, number=given.number, word=given.word, proposal=given.proposal)
            notice(thanks(given.word))
        elif what == "withdraw":
            deciding.withdraw(db(), person, quotation)
            notice(_("It is taken back: no page here shows it any more."))
        else:
            deciding.agree_again(db(), person, quotation)
            notice(_("You agree again."))
        return make_response(_opened(token, person, given.proof))

    answer: ResponseReturnValue = decide(token=token)
    return answer


def _locked(token: str, person: Person, form: Form | None, *, is_mailed: bool) -> str:
    return render(
        "materials/quotations/link.html", token=token, person=person, form_state=form, is_mailed=is_mailed,
        hidden_address=_hidden(person.email),
    )  # fmt: skip


def _opened(token: str, person: Person, proof: str, form: Form | None = None, refused: str = "") -> str:
    return render(
        "materials/quotations/opened.html", token=token, proof=proof, form_state=form, refused=refused,
        **shown_to(person),
    )  # fmt: skip


def _hidden(address: str) -> str:
    """An address that its owner knows again and nobody else learns."""
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}…@{host}"


def _over() -> ResponseReturnValue:
    return make_response(render("materials/quotations/over.html"), 410)
