"""How a quotation can be attributed, in words."""

from peernet.i18n import gettext as _
from peernet.materials.quotations import quoting
from peernet.prompts.consequences import ATTRIBUTIONS
from peernet.prompts.models import Attribution


def attribution_options(most: Attribution) -> list[tuple[str, str, str]]:
    """What can be chosen for an answer that tells at most ``most`` of its author: value, label, and what follows."""
    hints = {
        Attribution.PERSON: _("Their name and their organisation’s. They are asked."),
        Attribution.ORGANISATION: _(
            "The organisation’s name alone. The author is asked, and whoever signs for the organisation."
        ),
        Attribution.UNATTRIBUTED: _("No name. The author is asked; nobody else learns who that is."),
    }
    labels = {
        Attribution.PERSON: _("With their name"),
        Attribution.ORGANISATION: _("As their organisation"),
        Attribution.UNATTRIBUTED: str(ATTRIBUTIONS[Attribution.UNATTRIBUTED]),
    }
    return [(each.value, labels[each], hints[each]) for each in quoting.attributions(most)]


def clip_attribution_options(most: Attribution) -> list[tuple[str, str, str]]:
    """The same for what is said in a clip."""
    hints = {
        Attribution.PERSON: _("The names of all who speak in it, and of their organisation if it is one."),
        Attribution.ORGANISATION: _(
            "The organisation’s name alone, if all who speak in it are of one. It is asked too."
        ),
        Attribution.UNATTRIBUTED: _("No name."),
    }
    return [(value, label, hints[Attribution(value)]) for value, label, _hint in attribution_options(most)]
