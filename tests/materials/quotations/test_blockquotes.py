"""Quotations leave as blockquotes and come home as references: never as words that nobody could take back."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.db import Database
from peernet.materials.exchange import Result, bring_in, send_out
from peernet.materials.models import Material, MaterialVersion
from peernet.materials.quotations import blockquotes
from peernet.materials.quotations.models import Quotation, Word
from peernet.materials.quotations.showing import Question, Quoted
from peernet.organisations.models import Organisation
from peernet.prompts.models import Attribution, Response
from peernet.text import markdown
from peernet.web.viewer import Viewer
from tests.materials.quotations.conftest import WORDS, Decide, Quote, ask
from tests.world import World

AT = "http://localhost:8000/library/who-was-there-first"
ASKED = Question("Who decides?", "who-decides", date(2026, 11, 1))
PEER = Quoted("Words.\r\n\r\n- a *list*", "", "Peer", Organisation(name="A_B [Trust] &amp; Co"), ASKED)
OUT = rf"""Before.

> Words.
>
> - a *list*
>
> — Peer, A\_B \[Trust\] &amp;amp; Co, in answer to “Who decides?”, November 2026 ([quotation aaaaaaaa]({AT}))

After.

> A contribution was withdrawn. ([quotation bbbbbbbb]({AT}))"""


def test_words_or_that_they_were_withdrawn_stand_in_the_place() -> None:
    source = "Before.\n\n[quotation: aaaaaaaa]\n\nAfter.\n\n[quotation: bbbbbbbb]"
    written = blockquotes.written_out(source, ["aaaaaaaa", "bbbbbbbb"], {"aaaaaaaa": PEER}, AT)
    assert written == OUT
    assert blockquotes.refs_in(written) == {"aaaaaaaa", "bbbbbbbb"}
    assert blockquotes.taken_back(written, ["aaaaaaaa", "bbbbbbbb"]) == source
    assert blockquotes.taken_back(written, ["cccccccc"]) == written


def test_the_mark_reads_well_elsewhere_and_loses_no_letter() -> None:
    html = markdown.render(blockquotes.written_out("[quotation: aaaaaaaa]", ["aaaaaaaa"], {"aaaaaaaa": PEER}, AT)).html
    assert html.startswith(
        "<blockquote>\n<p>Words.</p>\n<ul>\n<li>a <em>list</em></li>\n</ul>\n<p>— Peer, A_B [Trust] "
    )
    assert html.endswith(
        "&amp;amp; Co, in answer to “Who decides?”, November 2026 "
        f'(<a href="{AT}" rel="noopener nofollow">quotation aaaaaaaa</a>)</p>\n</blockquote>'
    )


def test_it_keeps_the_spelling_here_and_is_known_where_somebody_wrapped_its_lines() -> None:
    wrapped = f"Text\n\n>  Words\n> — Peer ([quotation\n> aaaaaaaa]({AT}))\n\nMore"
    assert blockquotes.taken_back(wrapped, ["aaaaaaaa"], "  [quotation:aaaaaaaa] ") == (
        "Text\n\n  [quotation:aaaaaaaa] \n\nMore"
    )
    assert [blockquotes.line_before(wrapped, ["aaaaaaaa"], number) for number in (1, 2, 3, 4, 5, 9)] == [
        1,
        2,
        3,
        6,
        7,
        7,
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"> Words ([quotation aaaaaaaa]({AT})) and more.",
        f"Words ([quotation aaaaaaaa]({AT}))",
        f"    > Words ([quotation aaaaaaaa]({AT}))",
        "> Words ([quotation aaaaaaaa])",
        f"> Words ([quotation AAAAAAAA]({AT}))",
    ],
)
def test_nothing_else_is_taken_for_one(text: str) -> None:
    assert blockquotes.refs_in(text) == set()
    assert blockquotes.taken_back(text, ["aaaaaaaa"]) == text


def test_an_own_blockquote_right_below_stays_apart() -> None:
    written = blockquotes.written_out("[quotation: aaaaaaaa]\n> Own", ["aaaaaaaa"], {}, AT)
    assert blockquotes.taken_back(written, ["aaaaaaaa"]) == "[quotation: aaaaaaaa]\n\n> Own"


@settings(deadline=None)
@given(words=st.text(), name=st.text(max_size=40), asked=st.text(max_size=40))
def test_whatever_was_said_comes_home(words: str, name: str, asked: str) -> None:
    said = Quoted(words, "", name, None, Question(asked, "", date(2026, 11, 1)))
    source = "# Head\n[quotation: aaaaaaaa]\n\nText"
    written = blockquotes.written_out(source, ["aaaaaaaa"], {"aaaaaaaa": said}, AT)
    assert blockquotes.taken_back(written, ["aaaaaaaa"]) == source


Publish = Callable[..., MaterialVersion]


@pytest.fixture
def published(
    db: Session, draft: Material, answer: Response, facilitator: Viewer, world: World, quote: Quote, decide: Decide,
    publish: Publish,
) -> Quotation:  # fmt: skip
    """The draft with a quotation that its author agreed to, published."""
    made = quote(attribution=Attribution.PERSON)
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    return made


def exported(database: Database, folder: Path) -> str:
    """The file of the material in an export."""
    send_out(database, folder)
    return (folder / "materials/who-was-there-first.md").read_text()


def sources(db: Session) -> list[str]:
    """What the versions hold, the first one first."""
    db.expire_all()
    return list(db.scalars(select(MaterialVersion.source).order_by(MaterialVersion.number)))


def test_out_and_in_and_out_again_is_the_same(
    database: Database, db: Session, published: Quotation, world: World, tmp_path: Path
) -> None:
    first = exported(database, tmp_path / "first")
    assert first.endswith(
        f"\n\n> {WORDS}\n>\n> — Peer, City Library, in answer to “{world.asking.text}”, November 2026 "
        f"([quotation {published.ref}]({AT}))\n"
    )
    report = bring_in(database, tmp_path / "first")
    assert [str(each) for each in report.entries if each.result is not Result.UNCHANGED] == []
    assert exported(database, tmp_path / "second") == first
    assert [WORDS in source for source in sources(db)] == [False]


def test_a_file_that_was_changed_elsewhere_keeps_the_reference_and_its_lines(
    database: Database, db: Session, published: Quotation, tmp_path: Path
) -> None:
    first = exported(database, tmp_path)
    changed = first.replace("Mostly those", "Only those").replace(WORDS, "Words that nobody agreed to.")
    (tmp_path / "materials/who-was-there-first.md").write_text(f"{changed}\n[lost](nowhere.md)\n")
    [entry] = bring_in(database, tmp_path).of(Result.CHANGED)
    assert [(note.line, note.text) for note in entry.notes] == [
        (changed.count("\n") + 2, f"Line {changed.count(chr(10)) + 2}: the link leads nowhere: nowhere.md")
    ]
    assert sources(db)[1].endswith(
        f"Only those who were there first.\n\n[quotation: {published.ref}]\n\n[lost](nowhere.md)"
    )
    assert WORDS in exported(database, tmp_path / "again")


def test_what_was_withdrawn_leaves_no_words_and_can_come_back(
    database: Database, db: Session, published: Quotation, world: World, decide: Decide, tmp_path: Path
) -> None:
    before = exported(database, tmp_path / "before")
    decide(published, world.peer, Word.WITHDRAWN)
    after = exported(database, tmp_path / "after")
    assert after.endswith(f"\n\n> A contribution was withdrawn. ([quotation {published.ref}]({AT}))\n")
    for folder in ("before", "after"):
        assert bring_in(database, tmp_path / folder).of(Result.CHANGED) == []
        assert exported(database, tmp_path / f"{folder}-2") == after
    decide(published, world.peer, Word.AGAIN)
    assert exported(database, tmp_path / "again") == before


def test_another_material_with_these_words_gets_none_of_them(
    database: Database, db: Session, published: Quotation, tmp_path: Path
) -> None:
    exported(database, tmp_path)
    (tmp_path / "materials/who-was-there-first.md").rename(tmp_path / "materials/another.md")
    assert [each.slug for each in bring_in(database, tmp_path).of(Result.NEW)] == ["another"]
    assert [WORDS in source for source in sources(db)] == [False, False]
    exported(database, tmp_path / "out")
    assert "A contribution was withdrawn." in (tmp_path / "out/materials/another.md").read_text()


def test_another_site_keeps_the_blockquote_and_sends_the_same_out(
    database: Database, own_database: Database, db: Session, published: Quotation, tmp_path: Path
) -> None:
    first = exported(database, tmp_path / "first")
    assert bring_in(own_database, tmp_path / "first").of(Result.REFUSED) == []
    assert exported(own_database, tmp_path / "second") == first
    with own_database.reading() as other:
        assert WORDS in sources(other)[0]
