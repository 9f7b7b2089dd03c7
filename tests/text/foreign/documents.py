"""Word files for the tests, made of the parts that matter."""

import io
import zipfile
from xml.sax.saxutils import quoteattr

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    '<Default Extension="emf" ContentType="image/x-emf"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STYLES = (
    f"<w:styles {_NAMESPACES}>"
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in (("Title", "Title"), ("Heading1", "heading 1"), ("Sidebar", "Side bar"))
    )
    + "</w:styles>"
)


def paragraph(text: str, *, style: str = "", bold: bool = False) -> str:
    """A paragraph of one run."""
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}<w:r>{'<w:rPr><w:b/></w:rPr>' if bold else ''}<w:t>{text}</w:t></w:r></w:p>"


def picture(key: str, alt: str = "", *, is_linked: bool = False) -> str:
    """A paragraph with an image."""
    way = "r:link" if is_linked else "r:embed"
    return (
        f'<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr={quoteattr(alt)}/><a:graphic>'
        f'<a:graphicData><pic:pic><pic:blipFill><a:blip {way}="{key}"/></pic:blipFill></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def relation(key: str, kind: str, target: str, *, is_outside: bool = False) -> str:
    """Where a key of the text leads."""
    outside = ' TargetMode="External"' if is_outside else ""
    return f'<Relationship Id="{key}" Type="{_RELATED}/{kind}" Target="{target}"{outside}/>'


def document(
    body: str, *, relations: str = "", more: dict[str, bytes | str] | None = None, types: str = _TYPES
) -> bytes:
    """A Word file."""
    styles = relation("rIdStyles", "styles", "styles.xml")
    lists = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    main = relation("rId1", "officeDocument", "word/document.xml")
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": types,
        "_rels/.rels": f"<Relationships {lists}>{main}</Relationships>",
        "word/document.xml": f"<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": _STYLES,
        "word/_rels/document.xml.rels": f"<Relationships {lists}>{styles}{relations}</Relationships>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in (parts | (more or {})).items():
            target.writestr(name, data)
    return made.getvalue()


def types_with(old: str, new: str) -> str:
    """The list of content types with something else in it."""
    return _TYPES.replace(old, new)
