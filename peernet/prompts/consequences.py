"""What follows from a choice of visibility and attribution, in words. Pure: no database, no request."""

from collections.abc import Collection
from dataclasses import dataclass

from peernet.i18n import gettext as _
from peernet.i18n import lazy_gettext as _l
from peernet.prompts.models import Asking, Attribution, Visibility
from peernet.prompts.voices import CIRCLES, FEWEST

VISIBILITIES = {
    Visibility.PRIVATE: _l("Only me"),
    Visibility.FACILITATORS: _l("The facilitators"),
    Visibility.COHORT: _l("The cohort"),
    Visibility.PUBLIC: _l("Everyone"),
}
ATTRIBUTIONS = {
    Attribution.PERSON: _l("With my name"),
    Attribution.ORGANISATION: _l("As my organisation"),
    Attribution.UNATTRIBUTED: _l("Unattributed"),
}
_READERS = {
    Visibility.FACILITATORS: _l("the facilitators and organisers of this cohort"),
    Visibility.COHORT: _l("everybody in this cohort: members, observers, facilitators and organisers"),
    Visibility.PUBLIC: _l("everyone, on the question’s public page, and everybody in this cohort"),
}
# Where a question has no public page, there is nowhere for everyone to read it.
_READERS_UNTIL_PAGE = _l("everybody in this cohort and, as soon as the question has a public page, everyone")
# What is put to some.
_READERS_AMONG_SOME = {
    Visibility.FACILITATORS: _READERS[Visibility.FACILITATORS],
    Visibility.COHORT: _l("those who are asked this, and the facilitators and organisers of this cohort"),
    Visibility.PUBLIC: _l("everyone, on the question’s public page, and those who are asked this"),
}
_READERS_AMONG_SOME_UNTIL_PAGE = _l(
    "those who are asked this, the facilitators and organisers and, as soon as the question has a public page, everyone"
)


@dataclass(frozen=True, slots=True)
class Way:
    """How something is asked, as far as what follows depends on it: whether the question has a public page, whether it
    is put to some only, and whether one answer is wanted for each organisation."""

    has_page: bool = True
    to_some: bool = False
    per_seat: bool = False


USUAL = Way()


def way_of(asking: Asking) -> Way:
    """How a loaded asking is asked."""
    return Way(asking.prompt.is_public, asking.is_to_some, asking.is_per_seat)


def visibilities(of: Way = USUAL) -> dict[Visibility, str]:
    """The visibilities in words."""
    if not of.per_seat and not of.to_some:
        return {one: str(said) for one, said in VISIBILITIES.items()}
    said = {one: str(words) for one, words in VISIBILITIES.items()}
    if of.per_seat:
        said[Visibility.PRIVATE] = _("Only those who wrote it")
    if of.to_some:
        said[Visibility.COHORT] = _("Those who are asked")
    return said


def readers(visibility: Visibility, *, of: Way = USUAL) -> str:
    """Who may read an answer, as the object or the subject of a sentence. Not for ``private``."""
    if visibility is Visibility.PUBLIC and not of.has_page:
        return str(_READERS_AMONG_SOME_UNTIL_PAGE if of.to_some else _READERS_UNTIL_PAGE)
    return str((_READERS_AMONG_SOME if of.to_some else _READERS)[visibility])


def of_visibility(visibility: Visibility, *, of: Way = USUAL) -> str:
    """The hint under one choice of visibility, whatever the attribution."""
    if visibility is Visibility.PRIVATE and of.per_seat:
        return _("A note to yourselves. Nobody but those who wrote it reads it, and nobody is told.")
    if visibility is Visibility.PRIVATE:
        return _("A note to yourself. Nobody else reads it, and nobody is told.")
    return _("Read by %(readers)s.", readers=readers(visibility, of=of))


def of_attribution(attribution: Attribution) -> str:
    """The hint under one choice of attribution, whatever the visibility."""
    if attribution is Attribution.PERSON:
        return _("Your name and your organisation’s stand beside your words.")
    if attribution is Attribution.ORGANISATION:
        return _("Only your organisation’s name stands beside your words.")
    return _(
        "Neither your name nor your organisation’s. Shown only after the prompt has closed, together with those of at "
        "least %(others)s other organisations.",
        others=FEWEST - 1,
    )


def consequence(
    visibility: Visibility, attribution: Attribution, *, released: bool | None = None, of: Way = USUAL
) -> str:
    """Who will be able to read an answer and what they will see, in full. ``released``: None while the prompt is open;
    once it has closed, whether its unattributed answers could be shown together."""
    if visibility is Visibility.PRIVATE and of.per_seat:
        return _("Only those of you who wrote this can read it. Nobody is told that you wrote it.")
    if visibility is Visibility.PRIVATE:
        return _("Only you can read this. Nobody is told that you wrote it.")
    whom = readers(visibility, of=of)
    if attribution is Attribution.PERSON:
        return _(
            "From now on this can be read by %(readers)s. They see your name and your organisation’s.", readers=whom
        )
    if attribution is Attribution.ORGANISATION:
        return _(
            "From now on this can be read by %(readers)s. They see your organisation’s name, not yours.", readers=whom
        )
    return _unattributed(whom, released)


def now(visibility: Visibility, attribution: Attribution, *, circles: Collection[Visibility] | None, of: Way) -> str:
    """Who can read an answer as it stands and what they see, in full. ``circles``: None while the prompt is open; once
    it has closed, those to which its unattributed answers are shown."""
    if visibility is Visibility.PRIVATE or (attribution is Attribution.UNATTRIBUTED and circles is None):
        return consequence(visibility, attribution, of=of)
    if attribution is Attribution.UNATTRIBUTED:
        reached = [one for one in CIRCLES if one in (circles or ()) and visibility in CIRCLES[one]]
        if not reached:
            return _unattributed("", released=False)
        return _(
            "Can be read by %(readers)s, among other unattributed answers. They see neither who wrote it, nor which "
            "organisation, nor when.",
            readers=readers(reached[-1], of=of),
        )
    whom = readers(visibility, of=of)
    if attribution is Attribution.PERSON:
        return _("Can be read by %(readers)s. They see your name and your organisation’s.", readers=whom)
    return _("Can be read by %(readers)s. They see your organisation’s name, not yours.", readers=whom)


def read_before(standing: tuple[Visibility, Attribution] | None, attribution: Attribution, *, of: Way = USUAL) -> str:
    """What no choice takes back: others may have read the answer as it is ``standing``, with a name that it loses now.
    Empty where nobody could, or where the name stays. An answer that was unattributed all along was never named."""
    if standing is None or not names_less(standing[1], attribution) or standing[0] is Visibility.PRIVATE:
        return ""
    whom = readers(standing[0], of=of)
    if standing[1] is Attribution.PERSON:
        return _(
            "Until now it could be read with your name by %(readers)s. Whoever did may know it again, and whose it is.",
            readers=whom,
        )
    return _(
        "Until now it could be read with your organisation’s name by %(readers)s. Whoever did may know it again, and "
        "where it comes from.",
        readers=whom,
    )


def thread_lost(before: Attribution, after: Attribution) -> str:
    """What goes with a name, of an answer that was asked back or resonated. Empty where the name stays."""
    if not names_less(before, after):
        return ""
    return _("What was asked back, what you said to that, and with how many it resonated is deleted with the name.")


def names_less(before: Attribution, after: Attribution) -> bool:
    """Whether an answer loses a name between two attributions."""
    order = list(Attribution)
    return order.index(after) > order.index(before)


def _unattributed(whom: str, released: bool | None) -> str:
    if released is None:
        return _(
            "Nobody reads this until the prompt closes. Then it can be read by %(readers)s, mixed with the other "
            "unattributed answers: they see neither who wrote it, nor which organisation, nor when. If fewer than "
            "%(fewest)s organisations wrote one for these readers, it is not shown to them; if none can be shown at "
            "all, you are asked again.",
            readers=whom,
            fewest=FEWEST,
        )
    if released:
        return _(
            "It can be read by %(readers)s, wherever unattributed answers of at least %(fewest)s organisations stand "
            "together. They see neither who wrote it, nor which organisation, nor when.",
            readers=whom,
            fewest=FEWEST,
        )
    return _(
        "Nobody reads this: the prompt has closed, and fewer than %(fewest)s organisations wrote an unattributed "
        "answer.",
        fewest=FEWEST,
    )
