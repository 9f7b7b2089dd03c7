"""What the search finds of the network's own pages: rows that follow the files, for a changed file calls no verb."""

import hashlib

from sqlalchemy.orm import Session

from peernet import search
from peernet.brand import texts
from peernet.brand.texts import Text
from peernet.search import Row
from peernet.settings import current
from peernet.text import plain

KIND = "page"


def renew(db: Session) -> bool:
    """Let everybody find each text that stands in a file, and no other; says whether that changed anything."""
    return search.put_all(db, KIND, [_row(text) for text in texts.written()], audience="public")


def rebuild(db: Session) -> None:
    """Put every search row of this room anew, after all were cleared."""
    renew(db)


def _row(text: Text) -> Row:
    # A name may be longer than a reference.
    ref = hashlib.sha256(f"{text.slug}.{text.language}".encode()).hexdigest()[:40]
    words = " · ".join(filter(None, (text.summary, plain.words_of_html(text.html))))
    return Row(KIND, ref, text.title, words, text.language, _address(text))


def _address(text: Text) -> str:
    """Where the page is read in the language of this text, whatever language it is found in."""
    network = current().network
    is_spoken = text.language != network.language and text.language in network.languages
    prefix = f"/{text.language}" if is_spoken else ""
    return f"{prefix}/about" if text.slug == texts.ABOUT else f"{prefix}/pages/{text.slug}"
