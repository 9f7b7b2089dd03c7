"""Kinds, states and credits in words."""

from peernet.i18n import lazy_gettext as _l
from peernet.i18n import lazy_pgettext as _lp
from peernet.i18n import native_name
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
# Languages that materials are commonly written in, beside those of the network.
_COMMON = ("en", "fr", "es", "pt", "ar", "de", "hi", "id", "it", "ja", "nl", "no", "ru", "sw", "tr", "uk", "zh")


def languages(*also: str) -> list[tuple[str, str]]:
    """Codes and own names of the languages to choose from, those in ``also`` among them."""
    codes = dict.fromkeys([*also, *_COMMON])
    return sorted(((code, native_name(code)) for code in codes if code), key=lambda pair: pair[1].casefold())
