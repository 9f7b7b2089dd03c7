"""Quotations of one's own words, and of one's organisation: to agree to, to refuse, and to take back at any time."""

from typing import Any

from flask.typing import ResponseReturnValue

from peernet.accounts import access as accounts
from peernet.accounts.models import Person
from peernet.i18n import gettext as _
from peernet.materials.quotations import access, deciding, inputs, mine
from peernet.materials.quotations.models import Quotation, RepairWish, Word
from peernet.materials.views.blueprint import blueprint
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/me/quotations")
@rule(Rule.PERSON)
def my_quotations(form: Form | None = None, refused: str = "") -> str:
    """Every passage that the person speaks for; ``refused`` is the one that a form was about."""
    person: Person = load(accounts.myself(viewer()))
    agrees = db().get(RepairWish, person.id) is not None
    state = form or Form({"agrees": "yes" if agrees else ""})
    return render("materials/quotations/mine.html", form_state=state, refused=refused, **shown_to(person))


def _again(ref: str, form: Form | None = None) -> str:
    return my_quotations(form, ref)


@blueprint.post("/me/quotations/<ref>/answer")
@rule(Rule.PERSON)
@redisplay(_again)
def answer_quotation(ref: str) -> ResponseReturnValue:
    """Say yes, yes with a change, or no."""
    person, quotation = _asked(ref)
    given = read(inputs.Answered)
    deciding.answer(db(), person, quotation, number=given.number, word=given.word, proposal=given.proposal)
    notice(thanks(given.word))
    return redirect_to(".my_quotations")


@blueprint.post("/me/quotations/<ref>/withdraw")
@rule(Rule.PERSON)
@redisplay(_again)
def withdraw_quotation(ref: str) -> ResponseReturnValue:
    """Take it back, from every version."""
    read(inputs.Nothing)
    deciding.withdraw(db(), *_asked(ref))
    notice(_("It is taken back: no page here shows it any more."))
    return redirect_to(".my_quotations")


@blueprint.post("/me/quotations/<ref>/again")
@rule(Rule.PERSON)
@redisplay(_again)
def agree_again(ref: str) -> ResponseReturnValue:
    """Let it stand again."""
    read(inputs.Nothing)
    deciding.agree_again(db(), *_asked(ref))
    notice(_("You agree again."))
    return redirect_to(".my_quotations")


@blueprint.post("/me/quotations/repairs")
@rule(Rule.PERSON)
@redisplay(my_quotations)
def choose_repairs() -> ResponseReturnValue:
    """Choose whether small repairs need a yes."""
    given = read(inputs.Repairs)
    deciding.choose_repairs(db(), load(accounts.myself(viewer())), agrees=given.agrees)
    notice(_("Saved."))
    return redirect_to(".my_quotations")


def shown_to(person: Person) -> dict[str, Any]:
    """What the list of a person's quotations shows."""
    return {"person": person, "items": mine.everything(db(), person), "Word": Word}


def thanks(word: Word) -> str:
    """What somebody reads after their word is kept."""
    if word is Word.YES:
        return _("Thank you. Your yes is kept, for these words only. You can take it back at any time.")
    if word is Word.CHANGE:
        return _("Thank you. Your wording is proposed; if it is taken over word by word, it has your yes.")
    return _("It is kept that you do not agree. These words are not published.")


def _asked(ref: str) -> tuple[Person, Quotation]:
    person: Person = load(accounts.myself(viewer()))
    quotation: Quotation = load(access.spoken_by(viewer()).where(Quotation.ref == ref))
    return person, quotation
