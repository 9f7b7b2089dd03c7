"""How a quotation can be attributed, and whether it can be heard, in words."""

from peernet.i18n import gettext as _
from peernet.i18n import lazy_gettext as _l
from peernet.materials.quotations import quoting
from peernet.materials.quotations.passages import Plays
from peernet.media import stretches
from peernet.prompts.consequences import ATTRIBUTIONS
from peernet.prompts.models import Attribution

PLAYS = {
    Plays.YES: _l("The recording of this moment goes with the words: cut into a file of its own, for everybody."),
    Plays.WAITS: _l("The recording of this moment is being cut into a file of its own, which goes with the words."),
    Plays.UNNAMED: _l("It has words only: nobody is named here, and a voice tells whose it is."),
    Plays.NAMELESS: _l("It has words only as long as no names stand under it: a voice tells whose it is."),
    Plays.ELSEWHERE: _l("It has words only: the recording lies elsewhere, where nothing can be cut out of it."),
    Plays.LONG: _l("It has words only: what goes with them has an end, and is ten minutes long at most."),
    Plays.UNABLE: _l("It has words only: nothing that cuts recordings is installed here. Ask your operator for it."),
    Plays.FAILED: _l("It has words only: this recording could not be cut."),
    Plays.GONE: _l("It has words only: the recording is not there any more, or not everybody in it agrees to that."),
}


def will_play(*, is_unnamed: bool, is_here: bool) -> str:
    """Whether a clip that is taken can be heard."""
    if is_unnamed:
        return str(PLAYS[Plays.UNNAMED])
    if not is_here:
        return str(PLAYS[Plays.ELSEWHERE])
    if not stretches.is_able():
        return str(PLAYS[Plays.UNABLE])
    return _(
        "With names under it, the recording of this moment goes with the words: cut into a file of its own, for "
        "everybody. It needs an end, and ten minutes are the most."
    )


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
