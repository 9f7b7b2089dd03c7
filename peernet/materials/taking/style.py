"""The style sheet of what is taken away: a column of text, dark where the reader likes it, plain on paper."""

# What an EPUB has; reading systems set size, fonts and colours themselves.
TEXT = """
h1, h2, h3, h4 { line-height: 1.2; break-after: avoid; }
h1 { margin: 0 0 0.4em; }
img { max-width: 100%; height: auto; }
figure { margin: 1.5em 0; break-inside: avoid; }
figcaption { margin-top: 0.5em; font-size: 0.9em; }
blockquote { margin: 1em 0; padding-inline-start: 1em; border-inline-start: 3px solid #b4531f; }
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
PAGE = (
    """
:root { color-scheme: light dark; }
body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem; font: 1.125rem/1.6 Georgia, "Noto Serif", serif;
  color: #1d1b19; background: #fffdf9; overflow-wrap: break-word; }
.scroll { overflow-x: auto; }
article + article { margin-top: 6rem; border-top: 1px solid; padding-top: 2rem; }
a { color: #8a3c12; }
@media (prefers-color-scheme: dark) {
  body { color: #ece7df; background: #191714; }
  a { color: #f0a574; }
}
@media print {
  body { max-width: none; margin: 0; font-size: 11pt; color: #000; background: #fff; }
  a { color: inherit; }
  .about a[href^="http"]::after { content: " (" attr(href) ")"; font-size: 0.85em; }
  article + article { break-before: page; border: 0; margin: 0; }
  nav { display: none; }
}
"""
    + TEXT
)
