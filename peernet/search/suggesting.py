"""Did you mean: what nobody wrote like this, spelled as it stands in what the same reader may find anyway."""

from collections.abc import Collection, Sequence
from difflib import get_close_matches

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet.search.finding import find
from peernet.search.models import SearchRow
from peernet.search.words import fold, tidy, without_silent, words

# Words come from the titles and first lines of so many rows, the newest first, so that a search for nonsense stays
# cheap however much there is; so many of the words asked for are looked at.
_ROWS, _LETTERS, _MOST_WORDS = 1_000, 200, 4
_SHORTEST, _ALIKE = 4, 0.75


def instead(db: Session, audiences: Collection[str], asked: Sequence[str]) -> str | None:
    """The words asked for with those put right that stand nowhere; None where nothing comes near, or where that would
    not find anything either. At most three queries."""
    known = _known(db, audiences)
    found = [_nearest(word, known) for word in asked[:_MOST_WORDS]] + list(asked[_MOST_WORDS:])
    put_right = " ".join(found)
    if put_right == " ".join(asked) or not find(db, audiences, put_right, limit=1).total:
        return None
    return put_right


def _known(db: Session, audiences: Collection[str]) -> dict[str, str]:
    """Each word as it is folded, and as it is written."""
    columns = (SearchRow.title, func.substr(SearchRow.text, 1, _LETTERS))
    rows = select(*columns).where(SearchRow.audience.in_(audiences)).order_by(SearchRow.id.desc()).limit(_ROWS)
    found: dict[str, str] = {}
    for title, beginning in db.execute(rows):
        # What the cut left of the last word is no word.
        for word in (*_words(title), *_words(beginning)[:-1]):
            if len(word) >= _SHORTEST and word.isalpha():
                found.setdefault(fold(word), word.lower())
    return found


def _words(text: str) -> list[str]:
    return words(without_silent(tidy(text)))


def _nearest(word: str, known: dict[str, str]) -> str:
    folded = fold(word)
    # A number or a code is not misspelt: it is another one.
    if len(folded) < _SHORTEST or not folded.isalpha() or any(other.startswith(folded) for other in known):
        return word
    near = [other for other in known if abs(len(other) - len(folded)) <= 2 and other[0] in folded[:2]]
    best = get_close_matches(folded, near, n=1, cutoff=_ALIKE)
    return known[best[0]] if best else word
