"""What others see of a response: a voice, built in one place and nowhere else.

An unattributed one is of a class that has no author, no organisation, no moment and no id to carry. Its key is another
one for each viewer, and orders the voices, so that neither two viewers nor two visits can be compared.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date

from peernet.organisations.models import Organisation
from peernet.prompts.models import Visibility
from peernet.settings import current

# Fewer organisations than this could be told apart by elimination.
FEWEST = 3

# Who may read a response of each visibility; a circle holds those after it.
CIRCLES: dict[Visibility, tuple[Visibility, ...]] = {
    Visibility.FACILITATORS: (Visibility.FACILITATORS, Visibility.COHORT, Visibility.PUBLIC),
    Visibility.COHORT: (Visibility.COHORT, Visibility.PUBLIC),
    Visibility.PUBLIC: (Visibility.PUBLIC,),
}


@dataclass(frozen=True, slots=True)
class Voice:
    """An attributed response: ``name`` is None where it speaks for its organisation only. ``page`` is the address of
    the public page of whoever is named, where they have one."""

    name: str | None
    organisation: Organisation | None
    html: str
    words: int
    day: date
    key: str
    is_example: bool
    page: str = ""


@dataclass(frozen=True, slots=True)
class UnattributedVoice:
    """A response of which neither person nor organisation can be inferred. ``day`` is that of the common release."""

    html: str
    day: date
    key: str
    is_example: bool


AnyVoice = Voice | UnattributedVoice


@dataclass(frozen=True, slots=True)
class AskedBack:
    """A question asked back to an attributed response, with the answer where there is one. ``name`` and
    ``organisation`` are of whoever asked; ``is_mine``: the viewer did."""

    key: str
    name: str
    organisation: Organisation | None
    day: date
    html: str
    answer_html: str | None
    answered_on: date | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a voice for one viewer: with how many it resonates, whether with them, and what was asked
    back. ``readers`` are those of the voice; None where it is unattributed and cannot be asked back."""

    resonance: int
    is_felt: bool
    readers: Visibility | None
    asked: list[AskedBack]


def narrower(one: Visibility, other: Visibility) -> Visibility:
    """Of two circles of readers, the one that the other holds."""
    return min(one, other, key=list(Visibility).index)


def key_of(response_id: int, whom: str) -> str:
    """The name of a response before one viewer (RFC 2104): it tells nothing to others, nor of when it was written."""
    secret = current().secret_key.get_secret_value().encode()
    return hmac.digest(secret, f"peernet.voice\n{whom}\n{response_id}".encode(), hashlib.sha256).hex()[:24]


def in_order(voices: list[AnyVoice]) -> list[AnyVoice]:
    """Round the table: named voices by name, then the unattributed, in an order that is each viewer's own."""
    return sorted(voices, key=_place)


def _place(voice: AnyVoice) -> tuple[int, str, str, str]:
    if isinstance(voice, UnattributedVoice):
        return 1, "", "", voice.key
    organisation = voice.organisation.name.casefold() if voice.organisation else ""
    return 0, organisation, (voice.name or "").casefold(), voice.key
