"""A book as EPUB 3.3 (https://www.w3.org/TR/epub-33/), written so that the same book has the same bytes.

The container is that of Open Container Format (section 4): ``mimetype`` comes first and is stored as it is.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from peernet.brand import drawing
from peernet.i18n import gettext as _
from peernet.i18n import use_language, written_language
from peernet.materials.taking import style
from peernet.materials.taking.books import Book, Chapter, contents, in_language, language_of
from peernet.text.xml import escaped

MIME = "application/epub+zip"
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_PACKAGE = """<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{language}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
{metadata}
</metadata>
<manifest>
{manifest}
</manifest>
<spine>
{spine}
</spine>
</package>
"""
_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" {attributes}>
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>
<body>
{body}
</body>
</html>
"""
_NAV = """<nav epub:type="toc" id="toc"><h1>{title}</h1><ol>{entries}</ol></nav>"""
# A moment that every ZIP can hold, so that bytes tell of the content alone.
_MOMENT = (1980, 1, 1, 0, 0, 0)


def write(book: Book) -> bytes:
    """The file."""
    return packed([("mimetype", MIME.encode()), *_files(book)], stored=("mimetype", ".jpg", ".png"))


def packed(files: Sequence[tuple[str, bytes]], *, stored: tuple[str, ...] = ()) -> bytes:
    """A ZIP archive of these files, in their order; those whose names end so are not compressed."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, data in files:
            entry = ZipInfo(name, _MOMENT)
            entry.external_attr = 0o644 << 16
            entry.compress_type = ZIP_STORED if name.endswith(stored) else ZIP_DEFLATED
            archive.writestr(entry, data)
    return made.getvalue()


def _files(book: Book) -> Iterator[tuple[str, bytes]]:
    yield "META-INF/container.xml", _CONTAINER.encode()
    yield "EPUB/package.opf", _package(book).encode()
    yield "EPUB/nav.xhtml", _nav(book).encode()
    yield "EPUB/style.css", style.text().encode()
    yield "EPUB/cover.png", drawing.draw(", ".join(book.creators), book.title, drawing.COVER)
    for chapter in book.chapters:
        yield f"EPUB/{chapter.name}.xhtml", _document(chapter.title, chapter.language, _body(chapter)).encode()
    for picture in book.pictures.values():
        yield f"EPUB/images/{picture.name}", picture.whole()


def _package(book: Book) -> str:
    items = [
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
        '<item id="style" href="style.css" media-type="text/css"/>',
        '<item id="cover" href="cover.png" media-type="image/png" properties="cover-image"/>',
    ]
    for each in book.chapters:
        items.append(f'<item id="{each.name}" href="{each.name}.xhtml" media-type="application/xhtml+xml"/>')
    for number, picture in enumerate(book.pictures.values(), 1):
        items.append(f'<item id="image-{number}" href="images/{picture.name}" media-type="{picture.mime}"/>')
    return _PACKAGE.format(
        language=language_of(book.language),
        metadata="\n".join(_metadata(book)),
        manifest="\n".join(items),
        spine="\n".join(f'<itemref idref="{chapter.name}"/>' for chapter in book.chapters),
    )


def _metadata(book: Book) -> Iterator[str]:
    """What the package says of itself (section 5.5)."""
    yield f'<dc:identifier id="id">{escaped(book.url)}</dc:identifier>'
    yield f"<dc:title>{escaped(book.title)}</dc:title>"
    yield f"<dc:language>{language_of(book.language)}</dc:language>"
    yield f'<meta property="dcterms:modified">{book.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</meta>'
    yield from (f"<dc:creator>{escaped(name)}</dc:creator>" for name in book.creators)
    yield from (f"<dc:contributor>{escaped(name)}</dc:contributor>" for name in book.contributors)
    yield f"<dc:publisher>{escaped(book.publisher)}</dc:publisher>"
    yield f"<dc:source>{escaped(book.url)}</dc:source>"
    yield f"<dc:rights>{escaped(book.rights)}</dc:rights>"
    if book.description:
        yield f"<dc:description>{escaped(book.description)}</dc:description>"


def _nav(book: Book) -> str:
    with use_language(written_language(book.language)):
        title = _("Contents")
    entries = "".join(_entry(chapter) for chapter in book.chapters)
    return _document(title, book.language, _NAV.format(title=escaped(title), entries=entries))


def _entry(chapter: Chapter) -> str:
    file = f"{chapter.name}.xhtml"
    return f'<li><a href="{file}">{escaped(chapter.title)}</a>{contents(chapter.headings, file)}</li>'


def _body(chapter: Chapter) -> str:
    return f'<article id="{chapter.name}">\n{chapter.html}\n</article>'


def _document(title: str, language: str, body: str) -> str:
    both = f'{in_language(language)} xml:lang="{language_of(language)}"'
    return _DOCUMENT.format(attributes=both, title=escaped(title), body=body)
