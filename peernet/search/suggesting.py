"""Did you mean: what nobody wrote like this, spelled as it stands in what the same reader may find anyway."""

from collections.abc import Collection, Sequence
from difflib import get_close_matches

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet.search.finding import find, texts_with
from peernet.search.models import SearchRow
from peernet.search.words import alike, beginning_with, fold, tidy, without_silent, words

# Words come from the titles and first lines of so many rows, the newest first, so that a search for nonsense stays
# cheap however much there is; then from the texts of so many that hold a word which begins alike. So many of the words
# asked for are looked at.
_ROWS, _LETTERS, _TEXTS, _MOST_WORDS = 1_000, 200, 20, 4
_SHORTEST, _ALIKE, _BEGINNING = 4, 0.75, 3
# From so many letters on two errors are small.
_LONG = 8


def instead(db: Session, audiences: Collection[str], asked: Sequence[str]) -> str | None:
    """The words asked for with those put right that stand nowhere; None where nothing comes near, or where that would
    not find anything either. A few queries, as many as there are words at most twice."""
    known = _known(db, audiences)
    found = [_put_right(db, audiences, word, known, alone=len(asked) == 1) for word in asked[:_MOST_WORDS]]
    put_right = " ".join([*found, *asked[_MOST_WORDS:]])
    if put_right == " ".join(asked) or not find(db, audiences, put_right, limit=1).total:
        return None
    return put_right


def _put_right(db: Session, audiences: Collection[str], word: str, known: dict[str, str], *, alone: bool) -> str:
    folded = fold(alike(word))
    # A number or a code is not misspelt: it is another one.
    if len(folded) < _SHORTEST or not folded.isalpha() or any(other.startswith(folded) for other in known):
        return word
    if not alone and find(db, audiences, word, limit=1).total:
        return word
    return _nearest(folded, known) or _nearest(folded, _beginning_alike(db, audiences, folded)) or word


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


def _beginning_alike(db: Session, audiences: Collection[str], folded: str) -> dict[str, str]:
    """The words that begin with the same letters, of some texts, as they are folded and as they are written."""
    beginning = folded[:_BEGINNING]
    same = beginning_with(beginning)
    found: dict[str, str] = {}
    for text in texts_with(db, audiences, beginning, _TEXTS):
        written = without_silent(text)
        for match in same.finditer(fold(written)):
            found.setdefault(match[1], written[match.start(1) : match.end(1)].lower())
    return found


def _words(text: str) -> list[str]:
    return words(without_silent(tidy(text)))


def _nearest(folded: str, known: dict[str, str]) -> str | None:
    near = [other for other in known if abs(len(other) - len(folded)) <= 2 and other[0] in folded[:2]]
    best = get_close_matches(folded, near, n=5, cutoff=_ALIKE)
    most = 1 if len(folded) < _LONG else 2
    return next((known[other] for other in best if _errors(folded, other) <= most), None)


def _errors(typed: str, meant: str) -> int:
    """How many letters are missing, too many, other ones, or in the place of their neighbour."""
    before, last = [0] * (len(meant) + 1), list(range(len(meant) + 1))
    for row, letter in enumerate(typed, 1):
        line = [row]
        for place, other in enumerate(meant, 1):
            least = min(last[place] + 1, line[place - 1] + 1, last[place - 1] + (letter != other))
            if row > 1 and place > 1 and letter == meant[place - 2] and typed[row - 2] == other:
                least = min(least, before[place - 2] + 1)
            line.append(least)
        before, last = last, line
    return last[-1]
