"""Footnotes and endnotes of word processors, each of which names them in its own way."""

import re

from bs4 import BeautifulSoup

# Word, LibreOffice and mammoth; "e" marks the notes at the end.
_NOTE_LINK = re.compile(
    r"#(?:_(?P<w>ftn|edn)(?P<n1>\d{1,4})|sd(?P<s>foot|end)note(?P<n2>\d{1,4})sym|(?P<m>foot|end)note-(?P<n3>\d{1,4}))$"
)
_NOTE_BACK = re.compile(r"#(?:_(?:ftn|edn)ref\d{1,4}|sd(?:foot|end)note\d{1,4}anc|(?:foot|end)note-ref-\d{1,4})$")
_NOTE_ITSELF = re.compile(
    r"(?:(?P<w>ftn|edn)(?P<n1>\d{1,4})|sd(?P<s>foot|end)note(?P<n2>\d{1,4})|(?P<m>foot|end)note-(?P<n3>\d{1,4}))$"
)


def settle(soup: BeautifulSoup) -> None:
    """References to notes, and the notes themselves at the end, as elements that ``markdown`` knows."""
    for rule in soup.select('div[style*="note-list"] > hr'):
        rule.decompose()
    for link in soup.find_all("a", href=_NOTE_BACK):
        link.decompose()
    for link in soup.find_all("a", href=_NOTE_LINK):
        place = soup.new_tag("note-mark")
        place.string = _name_of_note(_NOTE_LINK, str(link["href"]))
        link.replace_with(place)
    for note in soup.find_all(["div", "p", "li"], id=_NOTE_ITSELF):
        note.name, note["name"] = "note-text", _name_of_note(_NOTE_ITSELF, str(note["id"]))
        soup.append(note.extract())


def _name_of_note(pattern: re.Pattern[str], said: str) -> str:
    found = pattern.match(said)
    parts = found.groupdict() if found else {}
    number = next(filter(None, (parts.get(name) for name in ("n1", "n2", "n3"))), "1")
    is_last = any(str(parts.get(name)).startswith("e") for name in "wsm")
    return f"e{number}" if is_last else number
