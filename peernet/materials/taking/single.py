"""A book as one HTML file that needs nothing beside it: pictures and style inside, no script, nothing loaded."""

import re
from base64 import b64encode
from collections.abc import Mapping

from peernet.brand import carrying
from peernet.i18n import gettext as _
from peernet.i18n import use_language, written_language
from peernet.materials.taking import style
from peernet.materials.taking.books import Book, Chapter, contents, in_language
from peernet.materials.taking.pictures import Picture
from peernet.text.xml import escaped

# Text and values are escaped, so that nothing but an element of ours reads so.
_SRC = re.compile(r'src="images/([0-9a-z.]+)"')
_INSIDE = re.compile(r'href="([a-z0-9]+)\.xhtml(#[^"]*)?"')
# Where the head of the first chapter ends, and contents belong.
_HEAD = "</header>\n"
_PAGE = """<!DOCTYPE html>
<html {attributes}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{title}</title>
<meta name="description" content="{description}">
<meta name="author" content="{authors}">
<link rel="canonical" href="{url}">
<style>{style}</style>
</head>
<body>
<main>
{logo}{articles}
</main>
</body>
</html>
"""


def write(book: Book) -> bytes:
    """The file, in UTF-8."""
    page = _PAGE.format(
        attributes=in_language(book.language),
        title=escaped(book.title),
        description=escaped(book.description),
        authors=escaped(", ".join(book.creators)),
        url=escaped(book.url),
        style=style.page(),
        logo=carrying.head(),
        articles="\n".join(_article(chapter, book) for chapter in book.chapters).replace(_HEAD, _HEAD + _nav(book), 1),
    )
    return _with_pictures(page, book.pictures).encode()


def _nav(book: Book) -> str:
    """A table of contents: of the chapters where there are many, else of the only one's headings."""
    if len(book.chapters) == 1:
        inside = contents(book.chapters[0].headings) if len(book.chapters[0].headings) > 2 else ""
    else:
        inside = f"<ol>{''.join(_entry(chapter) for chapter in book.chapters)}</ol>"
    with use_language(written_language(book.language)):
        label = escaped(_("Contents"))
    return f'<nav aria-label="{label}">{inside}</nav>\n' if inside else ""


def _entry(chapter: Chapter) -> str:
    return f'<li><a href="#{chapter.name}" {in_language(chapter.language)}>{escaped(chapter.title)}</a></li>'


def _article(chapter: Chapter, book: Book) -> str:
    foreign = f" {in_language(chapter.language)}" if chapter.language != book.language else ""
    return f'<article id="{chapter.name}"{foreign}>\n{inside_one_page(chapter.html)}\n</article>'


def inside_one_page(html: str) -> str:
    """A chapter's text whose links to other chapters lead to their places in the same file."""
    return _INSIDE.sub(lambda link: f'href="{link[2] or "#" + link[1]}"', html)


def _with_pictures(page: str, pictures: Mapping[str, Picture]) -> str:
    by_name = {picture.name: picture for picture in pictures.values()}

    def inlined(match: re.Match[str]) -> str:
        mime, data = by_name[match[1]].small()
        return f'src="data:{mime};base64,{b64encode(data).decode()}"'

    return _SRC.sub(inlined, page)
