"""What XML can hold."""

import re
from xml.sax.saxutils import escape

# XML 1.0, section 2.2: no other character may stand in a document, escaped or not.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(document: str) -> str:
    """The document without characters that no XML may hold."""
    return _ILLEGAL.sub("", document)


def escaped(text: str) -> str:
    """Text as it may stand between tags and in an attribute's double quotes."""
    return escape(legal(text), {'"': "&quot;"})
