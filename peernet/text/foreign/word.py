"""A Word file as Markdown and images, with a report of what was not understood. Runs in the bounded child process only.

The package mammoth reads the text; before it sees a byte, ``archive`` has looked at the file as an archive.
"""

import io
import re
from collections import Counter
from typing import Any

import mammoth
from mammoth.docx.files import InvalidFileReferenceError

from peernet.text.foreign import archive, child, hidden, markdown
from peernet.text.messages import marked

# Styles of ordinary paragraphs. What is an item of a list by its numbering is that first.
_ORDINARY = ("Body Text", "Normal (Web)", "No Spacing", "List Paragraph")


def _lists(name: str) -> list[str]:
    made = []
    for level in range(1, 6):
        above = "ul|ol > li > " * (level - 1)
        for kind, tag in (("unordered", "ul"), ("ordered", "ol")):
            made.append(f"p[style-name='{name}']:{kind}-list({level}) => {above}{tag} > li:fresh")
    return made


_STYLES = "\n".join(
    (
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='Subtitle'] => p:fresh",
        # The page makes a table of contents of its own.
        *(f"p[style-name='toc {level}'] => !" for level in range(1, 10)),
        "p[style-name='TOC Heading'] => !",
        "p[style-name='Quote'] => blockquote > p:fresh",
        "p[style-name='Intense Quote'] => blockquote > p:fresh",
        "p[style-name='Caption'] => p:fresh",
        *(line for name in _ORDINARY for line in (*_lists(name), f"p[style-name='{name}'] => p:fresh")),
        "p[style-name='List Bullet 2'] => ul|ol > li > ul > li:fresh",
        "p[style-name='List Number 2'] => ul|ol > li > ol > li:fresh",
        "r[style-name='Emphasis'] => em",
        "r[style-name='Intense Emphasis'] => em",
        "strike => s",
        "u => ",
    )
)
_PICTURES = {"image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"}
_MOST_PICTURES = 60
# What the report says in other words.
_OURS = ("external image", "unlikely to display in web browsers", "oMath")
_STYLE = re.compile(r"Unrecognised (?:paragraph|run|table) style: '?([^'(]*)")
_ELEMENT = re.compile(r"An unrecognised element was ignored: (?:\{[^}]*\})?(.*)")
# What stands in a file and has no place in Markdown: what its presence looks like, and the sentence about it.
_LOST = (
    (rb"<m:oMath[ >]", marked("Formulas were left out: %(count)s.")),
    (rb"<c:chart |<dgm:relIds ", marked("Charts and diagrams were left out: %(count)s.")),
    (rb"<w:txbxContent>", marked("Text boxes may stand in another place: %(count)s.")),
    (rb"<o:OLEObject ", marked("Embedded objects were left out: %(count)s.")),
    (
        rb"<w:instrText[^>]*>\s*TOC ",
        marked("Tables of contents were left out; the page makes its own: %(count)s."),
    ),
    (rb"<w:del [^>]*w:id", marked("Tracked deletions were carried out: %(count)s.")),
)


def main() -> None:
    """Serve one order and end."""
    child.serve(_made)


def _made(_order: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    try:
        parts = archive.looked_at(data)
        shown, hidden_runs = hidden.left_out(data)
        return _read(shown, parts, hidden_runs)
    except archive.Refusal as refusal:
        return {"refused": str(refusal)}, []
    except (RecursionError, MemoryError):
        raise
    except Exception:  # readers of XML and archives raise all sorts on broken input
        return {"refused": "broken"}, []


def _read(data: bytes, parts: archive.Parts, hidden_runs: int) -> tuple[dict[str, Any], list[bytes]]:
    pictures = _Pictures()
    found = mammoth.convert_to_html(
        io.BytesIO(data),
        style_map=_STYLES,
        include_embedded_style_map=False,
        external_file_access=False,
        convert_image=mammoth.images.img_element(pictures.take),
    )
    html = re.sub(r'alt="[^"]*automatically generated[^"]*"', 'alt=""', found.value)
    report = [*_in_words(message.message for message in found.messages), *pictures.report(), *_lost(parts, hidden_runs)]
    head = {"markdown": markdown.of_html(html), "report": report, "sizes": [len(one) for one in pictures.files]}
    return head, pictures.files


class _Pictures:
    """The images of a file, in the order of the text; each is named ``image:N`` in the HTML."""

    def __init__(self) -> None:
        self.files: list[bytes] = []
        self.lost: Counter[str] = Counter()

    def take(self, image: Any) -> dict[str, str]:
        """Where the text will name it; nowhere for one that is not taken."""
        try:
            with image.open() as opened:
                data = opened.read()
        except (InvalidFileReferenceError, KeyError):
            return self._leave(marked("Images that are only linked from the file were left out: %(count)s."))
        if image.content_type not in _PICTURES:
            return self._leave(marked("Drawings of a kind that browsers do not show were left out: %(count)s."))
        if len(self.files) >= _MOST_PICTURES:
            return self._leave(marked("Images beyond the first sixty were left out: %(count)s."))
        self.files.append(data)
        return {"src": f"image:{len(self.files) - 1}"}

    def _leave(self, msgid: str) -> dict[str, str]:
        self.lost[msgid] += 1
        return {"src": ""}

    def report(self) -> list[tuple[str, dict[str, Any]]]:
        """What was not taken."""
        return [(msgid, {"count": count}) for msgid, count in self.lost.items()]


def _in_words(messages: Any) -> list[tuple[str, dict[str, Any]]]:
    """What mammoth did not understand, each thing once."""
    said: dict[tuple[str, str], None] = {}
    for message in messages:
        if any(known in message for known in _OURS):
            continue
        if style := _STYLE.match(message):
            msgid = marked("The style %(what)s is not known here; its text stands as ordinary text.")
            said[(msgid, style[1].strip() or "?")] = None
        elif element := _ELEMENT.match(message):
            said[(marked("Something that Word calls %(what)s was left out."), element[1])] = None
        else:
            said[(marked("This was not understood: %(what)s"), message)] = None
    return [(msgid, {"what": what[:80]}) for msgid, what in said]


def _lost(parts: archive.Parts, hidden_runs: int) -> list[tuple[str, dict[str, Any]]]:
    found = [(msgid, len(re.findall(pattern, parts.document))) for pattern, msgid in _LOST]
    found.append((marked("Pieces of hidden text were left out: %(count)s."), hidden_runs))
    found.append((marked("Remarks at the margin were left out: %(count)s."), parts.remarks))
    found.append((marked("Headers and footers of pages were left out: %(count)s."), parts.margins))
    found.append((marked("Things outside of the file were not fetched: %(count)s."), parts.outside))
    return [(msgid, {"count": count}) for msgid, count in found if count]
