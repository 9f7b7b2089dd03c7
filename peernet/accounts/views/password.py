"""Setting and changing the password. A forgotten one: sign in with a link, then set a new one."""

from datetime import timedelta

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import access, inputs, passwords
from peernet.accounts.models import Person
from peernet.accounts.views.blueprint import blueprint
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.settings import current
from peernet.web import limits
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import database, db, load, viewer
from peernet.web.rules import Rule, rule

# Who came in by one of these has just shown that the address is theirs.
_BY_MAIL = ("link", "invitation")


@blueprint.get("/me/password")
@rule(Rule.PERSON)
def password(form: Form | None = None) -> ResponseReturnValue:
    """Set or change the password."""
    person = load(access.myself(viewer()))
    return render(
        "accounts/password.html",
        form_state=form,
        person=person,
        asks_current=not _came_by_mail(db()),
        shortest=passwords.SHORTEST,
    )


@blueprint.post("/me/password")
@rule(Rule.PERSON)
@limits.per_person(lambda settings: settings.account, "password")
@redisplay(password)
def change_password() -> ResponseReturnValue:
    """Check the old one, hash the new one, and only then write."""
    sent = read(inputs.ChangePassword)
    with database().reading() as reading:
        person: Person = reading.scalars(access.myself(viewer())).one()
        known_hash, came_by_mail = person.password_hash, _came_by_mail(reading)
    if not came_by_mail and not passwords.matches(known_hash, sent.current):
        raise Refused(_("This is not your present password."), field="current")
    passwords.refuse_weak(sent.password, name=person.name, email=person.email)
    hashed = passwords.hash_of(sent.password)
    person = load(access.myself(viewer()))
    passwords.set_password(db(), person, password_hash=hashed, replaces=known_hash, keep_sign_in_id=viewer().sign_in_id)
    notice(_("Your password is set. Other browsers are signed out."))
    return redirect_to("accounts.profile")


def _came_by_mail(reading: Session) -> bool:
    here = reading.scalar(access.my_sign_in(viewer(), viewer().sign_in_id))
    lately = clock.now() - timedelta(minutes=current().sessions.link_minutes)
    return here is not None and here.way in _BY_MAIL and here.created_at > lately
