"""Texts as other systems write them: in, published, out, in again, and through an empty network: nothing is changed."""

# ruff: noqa: E501 - one text a line, with all that is odd in it

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from peernet.db import Database
from peernet.materials.exchange import Report, Result, bring_in, send_out
from peernet.text import front_matter
from tests.materials.folders import counts, files, put

TEXTS: dict[str, str | bytes] = {
    "_posts/2024-03-05-a-bridge.md": (
        "---\nlayout: post\ntitle: \"A bridge: what it taught\"\ntags: [rivers, data]\npermalink: /bridge/\n---\n"
        "Text with {% include figure.html src=\"a.png\" %} and {{ site.baseurl }}.\n\n[Next](2024-04-01-second.md)\n"
    ),
    "_posts/2024-04-01-second.md": "---\ntitle: Second\ncategories: water flow\n---\n\n[Back][1] and [up][top]\n\n[1]: 2024-03-05-a-bridge.md\n[top]: ../index.md \"The top\"\n",
    "hugo/field.md": (
        "+++\ntitle = \"A field\"\ndate = 2024-05-01T10:00:00+02:00\nweight = 3\n[params]\n  mood = \"calm\"\n+++\n\n"
        "{{< figure src=\"field.png\" >}}\n\n{{% notice tip %}}\nMind the gap.\n{{% /notice %}}\n"
    ),
    "mkdocs/guide.md": (
        "---\ntitle: Guide\nhide:\n  - navigation\n---\n\n!!! warning \"Look out\"\n    Indented.\n\n    - a list in it\n\n"
        "=== \"Tab\"\n\n    Content\n\n??? note\n    Folded\n"
    ),
    "book/chapter.md": (
        "---\njupytext:\n  formats: md:myst\nkernelspec:\n  name: python3\n---\n\n(anchor)=\n# A chapter\n\n"
        "```{note}\nAn admonition.\n```\n\n```{code-cell} ipython3\n:tags: [hide-input]\nprint(1)\n```\n\nSee {ref}`anchor`.\n"
    ),
    "raw.md": "# Raw\n\n<div align=\"center\">\n  <img src=\"https://example.org/a.png\" onerror=\"x()\">\n</div>\n\n<!-- a remark -->\n\nA <br> and <script>alert(1)</script>.\n",
    "notes.md": "# Notes\n\nOne[^1], two[^long], one again[^1].\n\n[^1]: Short.\n[^long]: Long.\n\n    With more.\n\n    ```\n    code in it\n    ```\n",
    "windows.md": b"\xef\xbb\xbf# From Windows\r\n\r\nLine one  \r\nline two.\r\n\r\n* a\r\n\t* b\r\n\t\t* c\r\n",
    "old-mac.md": b"# Old\r\rOne line.\rAnother.\r",
    "tabs.md": "# Tabs\n\n1.\tone\n\n\tmore of one\n\n\t\tcode in it\n\n2.\ttwo\n\t- deep\n\t\t- deeper\n",
    "fences.md": "# Fences\n\n~~~~ python title=\"a.py\"\n# no heading\n```\n~~~\n~~~~\n\n````md\n```\ninner\n```\n````\n\n    # indented, no heading\n",
    "no-end.md": "# Open\n\n```\nnever closed\n",
    "setext.markdown": "A title below a line\n====================\n\nPart\n----\n\n***\n\n---\n",
    "emoji.md": "# 🌊 Water 👩‍🔬 & e\u0301 – “quotes”\n\n🏳️‍🌈 :smile: \u200bzero\u00a0width\n",
    "rtl.md": "---\ntitle: البحر\nlang: ar\n---\n\nنص عربي مع `code` و [رابط](https://example.org/?q=بحر).\n\n> اقتباس\n",
    "links.md": "# Links\n\n[a](notes.md#one) [b](./tabs.md?x=1) [c](../outside.md) [d](<with space.md>) <https://example.org> "
    "https://example.org/a_(b) ![pic](missing.png \"T\") [e]: x\n",
    "tables.md": "# Tables\n\n| a | b \\| c |\n|:--|--:|\n| `x|y` | 1 |\n\nTerm\n:   Definition\n\n- [ ] open\n- [x] done\n",
    "yaml-like.md": "# Rule\n\n---\n\nnot: front\n---\n\nmatter\n",
    "change_log-of-2024.md": "No heading at all, only words.\n",
    "trailing.md": "# Trailing   \n\nspaces   \n\n\n\nand lines\n\n\n",
    "quotation-like.md": "# Marks\n\n> A quotation\n> — Somebody\n",
    "entities.md": "# &amp; &lt;b&gt; \\*stars\\*\n\n&copy; &#x1F30A; \\\\ back\\_slash $a_b$ $$\nx\n$$\n",
}  # fmt: skip


def carry(folder: Path) -> None:
    """Write them all."""
    for path, text in TEXTS.items():
        put(folder, path, text)


def test_nothing_is_changed_on_the_way(
    own_database: Database,
    database: Database,
    db: Session,
    bring: Callable[..., Report],
    tmp_path: Path,
) -> None:
    carry(tmp_path / "in")
    first = bring(tmp_path / "in")
    assert [str(entry) for entry in first.entries if entry.result is Result.REFUSED] == []
    assert counts(bring(tmp_path / "in")) == (0, 0, len(TEXTS), 0)
    send_out(database, tmp_path / "out")
    assert counts(bring(tmp_path / "out")) == (0, 0, len(TEXTS), 0)
    assert counts(bring_in(own_database, tmp_path / "out")) == (len(TEXTS), 0, 0, 0)
    send_out(own_database, tmp_path / "second")
    assert files(tmp_path / "second") == files(tmp_path / "out")


@pytest.mark.parametrize("path", TEXTS)
def test_a_text_leaves_as_it_was_written(
    path: str,
    database: Database,
    db: Session,
    bring: Callable[..., Report],
    tmp_path: Path,
) -> None:
    put(tmp_path / "in", path, TEXTS[path])
    (entry,) = bring(tmp_path / "in").entries
    send_out(database, tmp_path / "out")
    before, after = (front_matter.read((tmp_path / at).read_bytes()) for at in (f"in/{path}", f"out/materials/{path}"))
    written, sent = ([line for line in one.body.split("\n") if line.strip()] for one in (before, after))
    # The first heading became the title, with its underline, unless the front matter has one.
    title = after.meta["title"]
    at = next((number for number, line in enumerate(written) if title in line), 0)
    heading = 2 if written[at + 1 :] and set(written[at + 1]) == {"="} else 1
    assert sent in (written, written[:at] + written[at + heading :])
    kept = {name: value for name, value in before.meta.items() if name in after.meta and name not in ("date", "tags")}
    assert {name: after.meta[name] for name in kept} == kept
    assert set(before.meta) - set(after.meta) <= {"date", "tags", "categories", "lang"}
    assert entry.result is Result.NEW


def test_a_text_without_a_title_is_called_after_its_file(
    bring: Callable[..., Report],
    tmp_path: Path,
) -> None:
    put(tmp_path, "change_log-of-2024.md", TEXTS["change_log-of-2024.md"])
    (entry,) = bring(tmp_path).entries
    assert [note.text for note in entry.notes] == [
        "It has no title and no heading, and is called “Change log of 2024” after its file."
    ]
