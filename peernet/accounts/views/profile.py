"""What the viewer says of themselves."""

from flask.typing import ResponseReturnValue

from peernet.accounts import access, inputs, profiles, zones
from peernet.accounts.views.blueprint import blueprint
from peernet.i18n import gettext as _
from peernet.i18n.formats import spoken_languages
from peernet.text import markdown
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule

_MOST_SPOKEN = 4
_SHOWN = ("name", "about", "zone", "language", "has_page", "page_organisation", "version")


@blueprint.get("/me/profile")
@rule(Rule.PERSON)
def profile(form: Form | None = None) -> ResponseReturnValue:
    """The profile's form."""
    person = load(access.myself(viewer()))
    state = form or Form({name: getattr(person, name) for name in _SHOWN} | {"spoken": list(person.languages)})
    # After a lost race, the text that stands there now is shown beside; saving again replaces it knowingly.
    version = person.version if state.theirs else state.value("version", person.version)
    offered = zones.grouped(str(state.value("zone")))
    return render(
        "accounts/profile.html",
        form_state=state,
        person=person,
        version=version,
        zone_groups=offered,
        spoken=_spoken(state),
        languages=[("", _("none")), *sorted(spoken_languages().items(), key=lambda each: each[1].casefold())],
    )


def _spoken(form: Form) -> list[str]:
    """What is chosen in each of the lists of languages."""
    held = form.value("spoken", [])
    return [*([held] if isinstance(held, str) else held), *[""] * _MOST_SPOKEN][:_MOST_SPOKEN]


@blueprint.post("/me/profile")
@rule(Rule.PERSON)
@redisplay(profile)
def edit_profile() -> ResponseReturnValue:
    """Store the profile."""
    sent = read(inputs.Profile)
    rendered = markdown.render(sent.about, prefix="about-", top=3, field="about")
    person = load(access.myself(viewer()))
    profiles.edit(
        db(),
        person,
        name=sent.name,
        about=sent.about,
        rendered=rendered,
        zone=sent.zone,
        language=sent.language,
        spoken=[code for code in sent.spoken if code],
        has_page=sent.has_page == "yes",
        page_organisation=sent.page_organisation,
        version=sent.version,
    )
    notice(_("Your profile is saved."))
    return redirect_to("accounts.profile")
