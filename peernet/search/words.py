"""Words of a text, folded: the same for what is indexed, what is typed and what is highlighted.

Folding keeps the length, so that a place in the folded text is the same place in the text: "É" becomes "e", as the
tokenizer unicode61 of SQLite has it with remove_diacritics=2. Words are runs of letters and digits. Languages written
without spaces (Chinese, Japanese, Thai) are found by the beginning of a run only.

Arabic is written with and without vowels, hamza and lengthened lines, and joins "the" and "and" to its words: texts are
looked up by one spelling, which takes these away, and by the word without what is joined to it as well. What nobody
sees, such as soft hyphens, is no part of a word in any language.
"""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\\s]+")
# Combining Diacritical Marks; those of other scripts are part of their words.
_FIRST_MARK, _LAST_MARK = "\u0300", "\u036f"
# Longer "words" (encoded data, long addresses) are known by their beginning.
LONGEST = 64
_SHORTEST_BEGINNING = 3
# From here on scripts whose signs are syllables or words, written without spaces.
_FIRST_IDEOGRAPH = "\u2e80"


# Lines that lengthen, vowels, marks of recitation; then what breaks or joins words or turns their direction, unseen.
_SILENT = re.compile(
    "[\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
_ALIKE = str.maketrans("أإآٱىیئؤةک٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "اااايييوهك01234567890123456789")
# What is joined to a word: "the", after "and", "so", "by", "like" and "for"; "and" alone, with which words begin too.
_THE = "(?:[\u0648\u0641\u0628\u0643]?\u0627\u0644|\u0644\u0644)"
_STEM = "([\u0621-\u064a]{3,})"
_JOINED = re.compile(rf"(?<![^\W_])(?:{_THE}|\u0648){_STEM}")
_ARTICLE = re.compile(rf"{_THE}{_STEM}")
# A short word that loses its vowel before another one: "l’étude", "d’eau", "qu’elle".
_ELIDED = re.compile(r"(?<![^\W_])[^\W\d_]{1,2}['’ʼ](?=[^\W_]{3})")


class _Folding(dict[int, str]):
    def __missing__(self, code: int) -> str:
        if code in _ALIKE:
            self[code] = chr(_ALIKE[code])
            return self[code]
        parts = unicodedata.normalize("NFD", chr(code))
        base = parts[0] if all(_FIRST_MARK <= mark <= _LAST_MARK for mark in parts[1:]) else chr(code)
        folded = base.casefold()
        self[code] = folded if len(folded) == 1 else base.lower() if len(base.lower()) == 1 else base
        return self[code]


_folding = _Folding()

# Most texts in Latin letters fit into bytes, with quotation marks and dashes: these are folded ten times as quickly.
_ENCODING, _NO_LETTER_THERE, _SOFT_HYPHEN = "cp1252", "µ", "\xad"


def _byte(code: int) -> int:
    letter = bytes([code]).decode(_ENCODING, "replace")
    return code if letter in (_NO_LETTER_THERE, "\ufffd") else _folding[ord(letter)].encode(_ENCODING)[0]


_bytes = bytes(map(_byte, range(256)))


def _in_bytes(text: str) -> bytes | None:
    try:
        return text.encode(_ENCODING)
    except UnicodeEncodeError:
        return None


def tidy(text: str) -> str:
    """The text composed (NFC), without control characters and surrogates, white space as single spaces."""
    return unicodedata.normalize("NFC", _UNSEEN.sub(" ", text)).strip()


def fold(text: str) -> str:
    """Lower case without diacritics, character by character; give it tidied text."""
    if text.isascii():
        return text.lower()
    if _NO_LETTER_THERE not in text and (known := _in_bytes(text)) is not None:
        return known.translate(_bytes).decode(_ENCODING)
    return text.translate(_folding)


def spelled(text: str) -> str:
    """A tidied text as its words are looked up, as it is in most languages."""
    if _is_heard(text):
        return text
    return _JOINED.sub(r"\g<0> \1", alike(without_silent(text)))


def alike(text: str) -> str:
    """The text with one letter for those that are written for each other."""
    return text if text.isascii() else text.translate(_ALIKE)


def without_silent(text: str) -> str:
    """The text without what is no part of a word."""
    return text if _is_heard(text) else _SILENT.sub("", text)


def _is_heard(text: str) -> bool:
    """Whether there is at a glance nothing in it that is no part of a word, as in most languages."""
    return text.isascii() or (_SOFT_HYPHEN not in text and _in_bytes(text) is not None)


def is_silent(letter: str) -> bool:
    """Whether it is no part of a word."""
    return _SILENT.match(letter) is not None


def is_joined(letters: str) -> bool:
    """Whether these letters, folded, may be joined to the beginning of a word."""
    return letters == "\u0648" or re.fullmatch(_THE, letters) is not None


def beginning_with(letters: str) -> re.Pattern[str]:
    """What finds words (its first group) that begin with these letters, in a folded text without what is silent."""
    return re.compile(rf"(?<![^\W_])(?:{_THE}|\u0648)?({re.escape(letters)}[^\W_]*)")


def asked_for(text: str) -> list[str]:
    """The words that somebody means who types a text: without what is joined or elided, where enough is left."""
    text = _ELIDED.sub(" ", tidy(text))
    return words(text) if text.isascii() else [_without_article(word) for word in words(without_silent(text))]


def _without_article(word: str) -> str:
    found = _ARTICLE.fullmatch(alike(word))
    return word[-len(found[1]) :] if found else word


def words(text: str) -> list[str]:
    """The words of a tidied text in their order, as they are written."""
    return [word[:LONGEST] for word in _WORD.findall(text)]


def is_beginning(word: str) -> bool:
    """Whether ``word`` also stands for longer words that begin with it: "AI" does not for "aims", "data" does."""
    return len(word) >= _SHORTEST_BEGINNING or word[0] >= _FIRST_IDEOGRAPH
