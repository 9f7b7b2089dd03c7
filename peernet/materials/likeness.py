"""Which published materials are alike by their words, found when one is published, so that readers wait for nothing.

Each has its commonest words in rows of their own. Two are compared only by words that few materials share, through the
index of these rows: a word that many have says nothing of a text (Spärck Jones 1972, inverse document frequency), and
nothing has to be known of the language. So the work is bounded however large the library is.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from sqlalchemy import TextClause, delete, func, insert, literal, or_, select, text
from sqlalchemy.orm import Session

from peernet.materials.models import Material, MaterialAlike, MaterialState, MaterialWord
from peernet.search.words import fold, tidy, words

# Shorter words are rarely what a text is about, but where a script writes words in few signs.
_SHORTEST, _FIRST_IDEOGRAPH = 4, "\u2e80"
# Of each material so many words are kept; a word is compared where at most so many materials have it, in a small
# library a part of them, but two.
_KEPT, _COMMON, _PART, _FEWEST = 60, 50, 3, 2
# A word of the title counts as if it stood so often in the text.
_IN_TITLE = 3
# Fewer shared words are chance. So many are remembered as alike, in so many steps: a sentence that changes must not
# change the pages of everything that is about as much like it as before.
_LEAST_SHARED, _MOST_ALIKE, _STEPS = 3, 12, 20

_PUT = text(
    "INSERT INTO material_alike (material_id, other_id, share) VALUES (:material_id, :other_id, :share)"
    " ON CONFLICT (material_id, other_id) DO UPDATE SET share = excluded.share"
)
_COUNT = (
    "SELECT {0} AS place,"
    " (SELECT count(*) FROM (SELECT 1 FROM material_word WHERE word = :word_{0} LIMIT :most) AS found) AS number"
)


def renew(db: Session, material: Material, *, title: str, body: str) -> None:
    """Find anew what a published material is like. ``title`` and ``body`` are its words as readers have them."""
    forget(db, material)
    own = weights(title, body)
    if own:
        rows = [{"material_id": material.id, "word": word, "weight": weight} for word, weight in own.items()]
        db.execute(insert(MaterialWord), rows)
    found = _alike(db, material.id, own)
    pairs = [
        pair for other, share in found.items() for pair in ((material.id, other, share), (other, material.id, share))
    ]
    if pairs:
        db.execute(
            _PUT, [{"material_id": one, "other_id": other, "share": share} for one, other, share in sorted(pairs)]
        )


def forget(db: Session, material: Material) -> None:
    """A withdrawn material is like nothing."""
    own, quietly = MaterialAlike.material_id == material.id, {"synchronize_session": False}
    either = or_(own, MaterialAlike.other_id == material.id)
    db.execute(delete(MaterialAlike).where(either), execution_options=quietly)
    db.execute(delete(MaterialWord).where(MaterialWord.material_id == material.id), execution_options=quietly)


def weights(title: str, body: str) -> dict[str, float]:
    """The words by which a text is compared, and how much each says of it."""
    counts = Counter(word for word in words(fold(tidy(body))) if _counts(word))
    for word in words(fold(tidy(title))):
        if _counts(word):
            counts[word] += _IN_TITLE
    commonest = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:_KEPT]
    return {word: 1 + math.log(number) for word, number in commonest}


def _counts(word: str) -> bool:
    return (len(word) >= _SHORTEST or word[0] >= _FIRST_IDEOGRAPH) and not word.isdecimal()


def _alike(db: Session, material_id: int, own: Mapping[str, float]) -> dict[int, float]:
    """The ids of what shares most of its telling words, each with the share, from 0 to 1."""
    said = _telling(db, own)
    if len(said) < _LEAST_SHARED:
        return {}
    shared: dict[int, list[float]] = defaultdict(list)
    rows = select(MaterialWord.material_id, MaterialWord.word, MaterialWord.weight)
    for other, word, weight in db.execute(
        rows.where(MaterialWord.word.in_(said), MaterialWord.material_id != material_id)
    ):
        shared[other].append(said[word] * own[word] * weight)
    whole = sum(rarity * own[word] ** 2 for word, rarity in said.items())
    shares = {
        other: round(_STEPS * min(1.0, sum(each) / whole)) / _STEPS
        for other, each in shared.items()
        if len(each) >= _LEAST_SHARED
    }
    best = sorted(shares.items(), key=lambda one: (-one[1], -one[0]))[:_MOST_ALIKE]
    return {other: share for other, share in best if share > 0}


def _telling(db: Session, own: Iterable[str]) -> dict[str, float]:
    """Of these words those that few have, each with how rare it is. No word is counted further than that."""
    said = sorted(own)
    if not said:
        return {}
    common = _common(db)
    numbers = db.execute(
        _counting(len(said)), {f"word_{place}": word for place, word in enumerate(said)} | {"most": common + 1}
    )
    counted = {said[place]: number for place, number in numbers.all() if 1 < number <= common}
    return {word: math.log(1 + common / number) for word, number in counted.items()}


@cache
def _counting(many: int) -> TextClause:
    """How many have each of so many words, by its place. As text, since to build it takes longer than to run it."""
    return text(" UNION ALL ".join(_COUNT.format(place) for place in range(many)))


def _common(db: Session) -> int:
    """How many materials may have a word that still tells one from the others."""
    public = select(literal(1)).where(Material.state == MaterialState.PUBLISHED).limit(_PART * _COMMON).subquery()
    return max(_FEWEST, (db.scalar(select(func.count()).select_from(public)) or 0) // _PART)
