"""How these things are called in pages and mail, and the texts that a host can begin with."""

from pathlib import Path

from peernet.agreements.models import Kind
from peernet.i18n import language
from peernet.i18n import lazy_gettext as _l
from peernet.i18n.catalogue import SOURCE_LANGUAGE

KINDS = {
    Kind.GROUND_RULES: _l("Ground rules"),
    Kind.CHATHAM_HOUSE: _l("The Chatham House Rule"),
    Kind.PRIVACY: _l("Privacy notice"),
}
FOR_WHOM = {
    Kind.GROUND_RULES: _l("For every cohort that has no rules of its own"),
    Kind.CHATHAM_HOUSE: _l("For everybody in a cohort"),
    Kind.PRIVACY: _l("For everybody with an account, and on the public page"),
}

_TEXTS = Path(__file__).parent / "texts"


def to_begin_with(kind: Kind) -> str:
    """A text to begin with, in the language in use if there is one, else in English. It is in force nowhere until
    somebody puts it there."""
    path = _TEXTS / language() / f"{kind.value}.md"
    return (path if path.is_file() else _TEXTS / SOURCE_LANGUAGE / path.name).read_text("utf-8")
