"""Organisations and people out of a CSV file: tried first, then carried out as it was shown."""

from flask import current_app, make_response, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from peernet.cohorts import inputs, roster, words
from peernet.cohorts.models import Cohort
from peernet.cohorts.roster import Plan, RosterLine
from peernet.cohorts.spreadsheet import MAX_BYTES
from peernet.cohorts.views.room import blueprint, run_by_me
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.i18n import ngettext
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, roll_back, viewer
from peernet.web.rules import Rule, rule

# Long enough to read a long table, short enough that the cohort is still known.
_SEAL_SECONDS = 24 * 3600


@blueprint.get("/c/<slug>/import")
@rule(Rule.PERSON)
def new_import(slug: str, form: Form | None = None) -> str:
    """The form that takes a file."""
    return render("cohorts/import.html", cohort=run_by_me(slug), form_state=form, columns=roster.COLUMNS, words=words)


@blueprint.post("/c/<slug>/import")
@rule(Rule.PERSON)
@redisplay(new_import)
def try_import(slug: str) -> ResponseReturnValue:
    """Show what each line would do. Nothing is stored; the table goes along in the page, sealed."""
    roll_back()
    cohort = run_by_me(slug)
    file = request.files.get("file")
    data = file.stream.read(MAX_BYTES + 1) if file else b""
    if not data:
        raise Refused(_("Choose a file that is not empty."), field="file")
    lines, problems = roster.read_lines(data)
    planned = roster.plan(db(), cohort, lines, actor=viewer())
    tried = Plan(planned.lines, problems)
    return make_response(_dry_run(cohort, tried), 422 if problems else 200)


@blueprint.post("/c/<slug>/import/confirm")
@rule(Rule.PERSON)
@redisplay(new_import)
def carry_out_import(slug: str) -> ResponseReturnValue:
    """Carry out what was shown, all of it or nothing."""
    given = read(inputs.ConfirmedImportInput)
    cohort = run_by_me(slug)
    lines, digest = _unseal(given.shown, cohort)
    try:
        changed = roster.carry_out(db(), cohort, lines, digest=digest, actor=viewer())
    except Conflict:
        roll_back()
        cohort = run_by_me(slug)
        return make_response(_dry_run(cohort, roster.plan(db(), cohort, lines, actor=viewer()), changed=True), 409)
    notice(ngettext("%(num)s line was carried out.", "%(num)s lines were carried out.", changed))
    return redirect_to(".people", slug=slug)


def _dry_run(cohort: Cohort, tried: Plan, *, changed: bool = False) -> str:
    return render(
        "cohorts/import_tried.html",
        cohort=cohort,
        plan=tried,
        act=roster.Act,
        shown="" if tried.problems else _seal(cohort, tried),
        changed=changed,
        words=words,
    )


def _seal(cohort: Cohort, tried: Plan) -> str:
    """The table and the digest of its plan, compressed and signed for this person and cohort."""
    lines = [[one.number, one.line.model_dump(mode="json", exclude_defaults=True)] for one in tried.lines]
    return _serializer(cohort).dumps([tried.digest, lines])


def _unseal(text: str, cohort: Cohort) -> tuple[list[tuple[int, RosterLine]], str]:
    try:
        digest, lines = _serializer(cohort).loads(text, max_age=_SEAL_SECONDS)
    except BadData:
        raise Refused(_("This page is too old or was changed on its way. Bring the file again.")) from None
    return [(number, RosterLine.model_validate(values)) for number, values in lines], digest


def _serializer(cohort: Cohort) -> URLSafeTimedSerializer:
    salt = f"peernet.roster:{cohort.id}:{viewer().person_id}"
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=salt)
