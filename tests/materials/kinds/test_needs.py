"""What each kind needs, said in words; the sections of a case study; what belongs to which kind."""

import pytest

from peernet.i18n import use_language
from peernet.materials.kinds import particulars, sections
from peernet.materials.kinds.needs import Finding, findings
from peernet.materials.kinds.particulars import NOTHING, Chapter, Particulars
from peernet.materials.kinds.reading import lowered
from peernet.materials.models import MaterialKind
from peernet.text import markdown
from tests.text.test_captions import GOOD

FULL = Particulars(GOOD, "A line that falls.", "a,b\n1,2", "We found it.", (Chapter(3, 1), Chapter(4, 2)))


@pytest.mark.parametrize(
    ("kind", "lacking", "is_enough"),
    [
        (MaterialKind.BLOGPOST, [], NOTHING),
        (
            MaterialKind.VIDEO,
            [Finding("captions", "Give its captions. They are its transcript as well.")],
            Particulars(captions=GOOD),
        ),
        (
            MaterialKind.GRAPHIC,
            [
                Finding("description", "Say at length what it shows, for those who do not see it."),
                Finding("dataset", "Give the data that it was drawn from, as a table."),
            ],
            Particulars(description="A line.", dataset="a,b\n1,2"),
        ),
        (
            MaterialKind.PLAYBOOK,
            [Finding("chapters", "Choose its chapters among what is published.")],
            Particulars(chapters=(Chapter(3, 1),)),
        ),
        (
            MaterialKind.REPORT,
            [Finding("abstract", "Write its summary: what it found, for those who read nothing else.")],
            Particulars(abstract="It rained."),
        ),
    ],
)
def test_each_kind_says_what_it_lacks(kind: MaterialKind, lacking: list[Finding], is_enough: Particulars) -> None:
    assert findings(kind, NOTHING, "<p>A</p>", "en") == lacking
    assert findings(kind, is_enough, "<p>A</p>", "en", open_chapters=[3]) == []


def test_what_is_there_and_wrong_is_said_too() -> None:
    wrong = Particulars(captions="none", dataset="a,b\n1", description="A", chapters=(Chapter(3, 1), Chapter(4, 1)))
    assert [
        findings(kind, wrong, "", "en", open_chapters=[3])
        for kind in (MaterialKind.VIDEO, MaterialKind.GRAPHIC, MaterialKind.PLAYBOOK)
    ] == [
        [Finding("captions", "The first line of captions is WEBVTT.")],
        [Finding("dataset", "Line 2 has 1 cells, and there are 2 columns.")],
        [Finding("chapters", "A chapter was withdrawn. Take it out.")],
    ]


def test_a_case_study_begins_with_its_sections_and_is_told_which_are_empty() -> None:
    text = sections.skeleton(MaterialKind.CASE_STUDY, "en")
    assert text == (
        "## Background {#background}\n\n## The challenge {#challenge}\n\n## What was done {#done}\n\n"
        "## What came of it {#outcome}\n\n## What we learnt {#learnt}\n"
    )
    assert sections.skeleton(MaterialKind.REPORT, "en") == ""
    assert sections.lacking(markdown.render(text).html, "en") == [str(name) for name in sections.SECTIONS.values()]
    filled = text.replace("}\n", "}\n\nWords.\n")
    html = markdown.render(filled).html
    assert sections.lacking(html, "en") == []
    assert findings(MaterialKind.CASE_STUDY, NOTHING, html, "en") == []


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("## Where it began {#background}\n\nA river.", False),
        ("## Background\n\nA river.", False),
        ("### BACKGROUND\n\n[quotation: abcd2345]", False),
        ("## Background\n\n### A river\n\nIt flows.", False),
        ("## Background\n\n## A river\n\nIt flows.", True),
        ("Background: a river.", True),
    ],
)
def test_a_section_is_known_by_its_id_or_its_usual_name(text: str, lacking: bool) -> None:
    assert ("Background" in sections.lacking(markdown.render(text).html, "en")) is lacking


def test_what_is_missing_is_named_in_the_language_in_use() -> None:
    with use_language("en"):
        found = findings(MaterialKind.CASE_STUDY, NOTHING, "<p>A</p>", "fr")
    assert found[0] == Finding("text", "The section “Background” is missing, or says nothing yet.")


def test_only_what_belongs_to_a_kind_is_published_with_it() -> None:
    assert {kind: particulars.fitting(FULL, kind) for kind in MaterialKind} == {
        MaterialKind.BLOGPOST: NOTHING,
        MaterialKind.VIDEO: Particulars(captions=GOOD, film=FULL.film),
        MaterialKind.GRAPHIC: Particulars(description=FULL.description, dataset=FULL.dataset),
        MaterialKind.CASE_STUDY: NOTHING,
        MaterialKind.PLAYBOOK: Particulars(chapters=FULL.chapters),
        MaterialKind.REPORT: Particulars(abstract=FULL.abstract),
    }


def test_rows_keep_what_there_is() -> None:
    assert particulars.as_json(NOTHING) == {}
    assert particulars.of_json(particulars.as_json(FULL)) == FULL
    assert particulars.as_json(FULL)["chapters"] == [[3, 1], [4, 2]]


def test_a_chapter_s_headings_and_ids_find_room_in_a_longer_page() -> None:
    html = (
        '<h2 id="c-a">One</h2><p><a href="#c-a">up</a> <a href="/library/x#c-a">out</a></p><h6>six</h6>'
        '<pre><code>&lt;h2 id="c-a"&gt; id="c-a" href="#x"</code></pre>'
    )
    assert lowered(html, "p-") == (
        '<h3 id="p-c-a">One</h3><p><a href="#p-c-a">up</a> <a href="/library/x#c-a">out</a></p><h6>six</h6>'
        '<pre><code>&lt;h2 id="c-a"&gt; id="c-a" href="#x"</code></pre>'
    )
