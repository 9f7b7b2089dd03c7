"""Words of a text, folded: the same for what is indexed, what is typed and what is highlighted.

Folding keeps the length, so that a place in the folded text is the same place in the text: "É" becomes "e", as the
tokenizer unicode61 of SQLite has it with remove_diacritics=2. Words are runs of letters and digits. Languages written
without spaces (Chinese, Japanese, Thai) are found by the beginning of a run only.
"""

import re
import unicodedata
from contextlib import suppress

_WORD = re.compile(r"[^\W_]+")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\\s]+")
# Combining Diacritical Marks; those of other scripts are part of their words.
_FIRST_MARK, _LAST_MARK = "\u0300", "\u036f"
# Longer "words" (encoded data, long addresses) are known by their beginning.
LONGEST = 64
_SHORTEST_BEGINNING = 3
# From here on scripts whose signs are syllables or words, written without spaces.
_FIRST_IDEOGRAPH = "\u2e80"


class _Folding(dict[int, str]):
    def __missing__(self, code: int) -> str:
        parts = unicodedata.normalize("NFD", chr(code))
        base = parts[0] if all(_FIRST_MARK <= mark <= _LAST_MARK for mark in parts[1:]) else chr(code)
        folded = base.casefold()
        self[code] = folded if len(folded) == 1 else base.lower() if len(base.lower()) == 1 else base
        return self[code]


_folding = _Folding()

# Most texts in Latin letters fit into bytes, with quotation marks and dashes: these are folded ten times as quickly.
_ENCODING, _NO_LETTER_THERE = "cp1252", "µ"


def _byte(code: int) -> int:
    letter = bytes([code]).decode(_ENCODING, "replace")
    return code if letter in (_NO_LETTER_THERE, "\ufffd") else _folding[ord(letter)].encode(_ENCODING)[0]


_bytes = bytes(map(_byte, range(256)))


def tidy(text: str) -> str:
    """The text composed (NFC), without control characters and surrogates, white space as single spaces."""
    return unicodedata.normalize("NFC", _UNSEEN.sub(" ", text)).strip()


def fold(text: str) -> str:
    """Lower case without diacritics, character by character; give it tidied text."""
    if text.isascii():
        return text.lower()
    if _NO_LETTER_THERE not in text:
        with suppress(UnicodeEncodeError):
            return text.encode(_ENCODING).translate(_bytes).decode(_ENCODING)
    return text.translate(_folding)


def words(text: str) -> list[str]:
    """The words of a tidied text in their order, as they are written."""
    return [word[:LONGEST] for word in _WORD.findall(text)]


def is_beginning(word: str) -> bool:
    """Whether ``word`` also stands for longer words that begin with it: "AI" does not for "aims", "data" does."""
    return len(word) >= _SHORTEST_BEGINNING or word[0] >= _FIRST_IDEOGRAPH
