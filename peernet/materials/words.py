"""Kinds, states and credits in words."""

from peernet.i18n import lazy_gettext as _l
from peernet.i18n import lazy_pgettext as _lp
from peernet.materials.models import Credit, MaterialKind, MaterialState

KINDS = {
    MaterialKind.BLOGPOST: _l("Blog post"),
    MaterialKind.VIDEO: _l("Video"),
    MaterialKind.GRAPHIC: _l("Graphic"),
    MaterialKind.CASE_STUDY: _l("Case study"),
    MaterialKind.PLAYBOOK: _l("Playbook"),
    MaterialKind.REPORT: _l("Report"),
}
STATES = {
    MaterialState.DRAFT: _l("Draft"),
    MaterialState.PUBLISHED: _lp("state of a material", "Published"),
    MaterialState.WITHDRAWN: _lp("state of a material", "Withdrawn"),
}
CREDITS = {
    Credit.AUTHOR: _l("Author"),
    Credit.CONTRIBUTOR: _l("Contributor"),
    Credit.EDITOR: _l("Editor"),
    Credit.REVIEWER: _l("Reviewer"),
    Credit.TRANSLATOR: _l("Translator"),
    Credit.INTERVIEWEE: _l("Interviewee"),
    Credit.ILLUSTRATOR: _l("Illustrator"),
    Credit.FACILITATOR: _lp("credit of a material", "Facilitator"),
}
