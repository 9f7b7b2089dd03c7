"""The style sheet of what is taken away: a column of text, dark where the reader likes it, plain on paper; all in the
colours of the network."""

from string import Template

from peernet.brand import palette
from peernet.settings import current

# What an EPUB has; reading systems set size, fonts and colours themselves.
_TEXT = """
h1, h2, h3, h4 { line-height: 1.2; break-after: avoid; }
h1 { margin: 0 0 0.4em; }
img { max-width: 100%; height: auto; }
figure { margin: 1.5em 0; break-inside: avoid; }
figcaption { margin-top: 0.5em; font-size: 0.9em; }
blockquote { margin: 1em 0; padding-inline-start: 1em; border-inline-start: 3px solid $second; }
.quotation blockquote { margin: 0; }
.gone, .missing { font-style: italic; }
.kicker, .byline, footer, .about { font-size: 0.9em; }
.lead { font-size: 1.15em; }
.about { margin-top: 3em; border-top: 1px solid; padding-top: 1em; }
table { border-collapse: collapse; }
th, td { border-bottom: 1px solid; padding: 0.3em 0.8em 0.3em 0; text-align: start; vertical-align: top; }
td.right, th.right { text-align: end; }
td.center, th.center { text-align: center; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
li.task { list-style: none; }
.admonition { margin: 1.5em 0; padding: 0.2em 1em; border: 1px solid; }
.admonition-title { font-weight: bold; }
dt { font-weight: bold; }
a { overflow-wrap: anywhere; }
"""

# What a page in a browser needs beside that.
_PAGE = (
    """
:root { color-scheme: light dark; }
body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem; font: 1.125rem/1.6 Georgia, "Noto Serif", serif;
  color: $ink; background: $paper; overflow-wrap: break-word; }
.logo { margin: 0 0 2rem; }
.logo img { display: block; }
.scroll { overflow-x: auto; }
article + article { margin-top: 6rem; border-top: 1px solid; padding-top: 2rem; }
a { color: $accent; }
@media (prefers-color-scheme: dark) {
  body { color: $dark_ink; background: $dark_paper; }
  a { color: $dark_accent; }
}
@media print {
  body { max-width: none; margin: 0; font-size: 11pt; color: #000; background: #fff; }
  a { color: inherit; }
  .about a[href^="http"]::after { content: " (" attr(href) ")"; font-size: 0.85em; }
  article + article { break-before: page; border: 0; margin: 0; }
  nav { display: none; }
}
"""
    + _TEXT
)

# What is printed (CSS Paged Media, CSS Generated Content for Paged Media).
_PAPER = (
    _TEXT
    + """
@page {
  size: A4; margin: 24mm 22mm 26mm;
  @top-left { content: element(running); vertical-align: bottom; padding-bottom: 4mm; }
  @top-right { content: string(chapter); font: italic 8.5pt Georgia, "Noto Serif", "DejaVu Serif", serif;
    color: $soft; vertical-align: bottom; padding-bottom: 4mm; max-width: 60%; text-align: end; }
  @bottom-center { content: counter(page) " / " counter(pages);
    font: 8.5pt Georgia, "Noto Serif", "DejaVu Serif", serif;
    color: $soft; }
  /* In whole pixels: with fractions WeasyPrint may find no room and put notes on a later page. */
  @footnote { border-top: 1px solid #b8b0a5; padding-top: 8px; margin-top: 16px; }
}
@page :first { @top-left { content: none; } @top-right { content: none; } }
html { font: 10.5pt/1.5 Georgia, "Noto Serif", "DejaVu Serif", serif; color: $ink; }
body { margin: 0; }
p, li, dd { orphans: 3; widows: 3; }
a { color: inherit; text-decoration: underline; text-decoration-color: $second; }
.logo { margin: 0 0 12mm; }
.logo img { max-width: 60mm; max-height: 18mm; }
.running { position: running(running); margin: 0; font-size: 8.5pt; color: $soft; font-style: italic; }
article + article { break-before: page; }
article + article h1 { string-set: chapter content(); }
h1 { font-size: 22pt; font-weight: normal; }
h2 { font-size: 14pt; margin: 1.6em 0 0.5em; }
h3 { font-size: 11.5pt; margin: 1.3em 0 0.4em; }
.kicker { color: $soft; margin-bottom: 0.6em; }
header { margin-bottom: 2em; }
img { max-height: 200mm; }
nav { margin: 2em 0 2.5em; }
nav h2 { font-size: 11pt; bookmark-level: none; }
nav ol { list-style: none; margin: 0; padding: 0; }
nav ol ol { padding-inline-start: 1.5em; }
nav li { margin: 0.25em 0; }
nav a { text-decoration: none; }
nav a::after { content: leader(". ") target-counter(attr(href), page); color: $soft; }
.at-foot { float: footnote; font-size: 8.5pt; line-height: 1.35; text-align: start; }
.at-foot::footnote-call { font-size: 0.7em; vertical-align: super; line-height: 0; }
.at-foot::footnote-marker { font-size: 1em; padding-inline-end: 0.4em; }
.about { break-inside: avoid; }
.about h2 { font-size: 12pt; margin-top: 0; }
.about h3 { font-size: 10pt; }
.about a, dl a { overflow-wrap: anywhere; }
dd { margin-inline-start: 0; margin-bottom: 0.4em; }
pre, code { font-family: "DejaVu Sans Mono", "Liberation Mono", monospace; font-size: 0.88em; }
table { width: 100%; font-size: 0.92em; }
tr { break-inside: avoid; }
"""
)


def text() -> str:
    """For an EPUB."""
    return _filled(_TEXT)


def page() -> str:
    """For one file that a browser shows."""
    return _filled(_PAGE)


def paper() -> str:
    """For what is printed."""
    return _filled(_PAPER)


def _filled(sheet: str) -> str:
    own = palette.of(current().network)
    day, dark = own.day, own.dark
    return Template(sheet).substitute(
        accent=day["accent"],
        second=day["second"],
        ink=day["ink"],
        soft=day["ink-soft"],
        paper=day["paper"],
        dark_accent=dark["accent"],
        dark_ink=dark["ink"],
        dark_paper=dark["paper"],
    )
