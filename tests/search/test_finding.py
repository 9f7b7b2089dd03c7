"""Finding: by whom, what, in which order, and whatever is typed."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from peernet.search import Results, clear, find, finding, put, remove
from peernet.search.models import SearchRow

PUBLIC = frozenset({"public"})


def add(db, ref, title, text="", *, audience="public", kind="material"):
    put(db, kind=kind, ref=ref, audience=audience, title=title, text=text, url=f"/library/{ref}")


def refs(results: Results) -> list[str]:
    return [hit.ref for hit in results.hits]


def test_a_hit_says_where_and_why(db):
    put(
        db,
        kind="material",
        ref=7,
        audience="public",
        title="Écoles & rivers",
        text="Who <decides>\nabout the river?",
        language="fr",
        url="/library/rivers",
    )
    results = find(db, PUBLIC, "  RIVER, ecole ")
    assert (results.total, results.words) == (1, ("RIVER", "ecole"))
    (hit,) = results.hits
    assert (hit.kind, hit.ref, hit.title, hit.url, hit.language) == (
        "material",
        "7",
        "Écoles & rivers",
        "/library/rivers",
        "fr",
    )
    assert hit.heading == "<mark>Écoles</mark> &amp; <mark>rivers</mark>"
    assert hit.snippet == "Who &lt;decides&gt; about the <mark>river</mark>?"


def test_nothing_is_found_or_counted_beyond_the_audiences(db):
    add(db, "open", "Water stewardship")
    add(db, "inner", "Water notes", audience="cohort:3")
    add(db, "own", "Water diary", audience="person:9")
    assert refs(find(db, PUBLIC, "water")) == ["open"]
    assert find(db, PUBLIC, "water").total == 1
    assert find(db, PUBLIC, "notes") == Results((), 0, ("notes",))
    assert set(refs(find(db, {"public", "cohort:3"}, "water"))) == {"open", "inner"}
    assert find(db, frozenset(), "water") == Results((), 0, ("water",))
    assert find(db, {"cohort:33", "person:", "%"}, "water").total == 0


def test_a_thing_of_several_audiences_is_one_hit(db):
    add(db, "both", "Water", audience=["cohort:3", "organisers:3"])
    results = find(db, {"cohort:3", "organisers:3"}, "water")
    assert (refs(results), results.total) == (["both"], 1)


def test_putting_again_replaces_words_and_audiences(db):
    add(db, "a", "Water", "old words", audience=["public", "cohort:3"])
    add(db, "a", "Wind", "new words", audience="cohort:3")
    assert find(db, PUBLIC, "words").total == 0
    assert find(db, {"cohort:3"}, "old").total == find(db, {"cohort:3"}, "water").total == 0
    assert refs(find(db, {"cohort:3"}, "new wind")) == ["a"]
    assert len(db.scalars(select(SearchRow)).all()) == 1
    add(db, "a", "Wind", audience=())
    assert db.scalars(select(SearchRow)).all() == []


def test_removing_and_clearing(db):
    add(db, "a", "Water", audience=["public", "cohort:3"])
    add(db, "b", "Water")
    add(db, "a", "Water", kind="prompt")
    remove(db, "material", "a")
    assert [(hit.kind, hit.ref) for hit in find(db, {"public", "cohort:3"}, "water").hits] == [
        ("material", "b"),
        ("prompt", "a"),
    ]
    clear(db)
    assert find(db, PUBLIC, "water").total == 0
    add(db, "b", "Water")
    assert find(db, PUBLIC, "water").total == 1


def test_one_kind_alone(db):
    add(db, "a", "Water")
    add(db, "b", "Water", kind="prompt")
    results = find(db, PUBLIC, "water", kind="prompt")
    assert (refs(results), results.total) == (["b"], 1)


def test_the_title_weighs_more_than_the_text(db):
    filler = "about many other things that people do together in a year " * 3
    add(db, "text", "Something else", f"{filler} governance {filler}")
    add(db, "title", "Governance", filler)
    add(db, "neither", "Something", filler)
    assert refs(find(db, PUBLIC, "governance")) == ["title", "text"]


def test_all_words_must_be_there_in_any_order_and_place(db):
    add(db, "both", "Trust", "in data")
    add(db, "one", "Trust", "in people")
    assert refs(find(db, PUBLIC, "data trust")) == ["both"]
    assert find(db, PUBLIC, "trust trust TRUST").total == 2
    assert find(db, PUBLIC, "data people").total == 0


def test_words_are_found_by_their_beginning_from_three_letters(db):
    add(db, "a", "Stewardship of data")
    add(db, "b", "Aims and ideas")
    assert refs(find(db, PUBLIC, "steward")) == ["a"]
    assert refs(find(db, PUBLIC, "dat")) == ["a"]
    assert find(db, PUBLIC, "da").total == 0
    assert find(db, PUBLIC, "ship").total == 0


@pytest.mark.parametrize("typed", ["cafe", "CAFÉ", "cafe\u0301", "Café,", "(café)", '"café"'])
def test_accents_and_case_do_not_matter(db, typed):
    add(db, "a", "Café", "Le café du coin")
    add(db, "b", "CAFE")
    assert sorted(refs(find(db, PUBLIC, typed))) == ["a", "b"]


ARABIC = "حَوْكَمَةُ البيانات وأسئلة المسؤولين عن الميـــاه في ألمانيا عام ٢٠٢٦"


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("حوكمة", "حَوْكَمَةُ"),
        ("الحوكمه", "حَوْكَمَةُ"),
        ("حَوْكَمَة", "حَوْكَمَةُ"),
        ("بيانات", "البيانات"),
        ("والبيانات", "البيانات"),
        ("البيان", "البيانات"),
        ("اسئله", "وأسئلة"),
        ("مسوول", "المسؤولين"),
        ("مياه", "الميـــاه"),
        ("المان", "ألمانيا"),
        ("الما", "ألمانيا"),
        ("المانيا", "ألمانيا"),
        ("2026", "٢٠٢٦"),
        ("انات", None),
    ],
)
def test_arabic_is_found_however_it_is_written(db, typed, marked):
    add(db, "title", ARABIC)
    add(db, "text", "Other", f"Before {ARABIC} after")
    results = find(db, PUBLIC, typed)
    if marked is None:
        assert results.total == 0
        return
    assert sorted(refs(results)) == ["text", "title"]
    said = {hit.ref: hit for hit in results.hits}
    assert said["title"].heading == ARABIC.replace(marked, f"<mark>{marked}</mark>")
    assert f"<mark>{marked}</mark>" in said["text"].snippet


def test_what_is_spelled_otherwise_goes_with_its_row(db):
    add(db, "a", "حَوْكَمَةُ", "البيانات")
    add(db, "a", "Data", "الناس")
    assert [find(db, PUBLIC, word).total for word in ("حوكمة", "بيانات", "ناس", "data")] == [0, 0, 1, 1]
    add(db, "a", "Data", "people")
    assert [find(db, PUBLIC, word).total for word in ("ناس", "people")] == [0, 1]
    remove(db, "material", "a")
    assert find(db, PUBLIC, "people").total == 0


@pytest.mark.parametrize("typed", ["l’étude", "l'etude", "L’ÉTUDE", "études", "qu’étude", "« étude »"])
def test_french_is_found_with_and_without_what_is_elided(db, typed):
    add(db, "with", "L’étude", "à l’écoute : les études")
    add(db, "without", "Études", "une étude, des études")
    assert sorted(refs(find(db, PUBLIC, typed))) == ["with", "without"]


@pytest.mark.parametrize("typed", ["Москва", "москв", "λόγος", "日本", "حوكمة", "3.5", "foo/bar", "example.org", "a_b"])
def test_other_scripts_and_joined_words(db, typed):
    add(db, "a", "Москва Λόγος 日本語 حوكمة", "rose by 3.5 in foo/bar, see example.org/x and a_b")
    assert refs(find(db, PUBLIC, typed)) == ["a"]


def test_pages_of_hits(db):
    for number in range(25):
        add(db, f"{number:02}", "Water", "same words")
    pages = [find(db, PUBLIC, "water", limit=10, offset=offset) for offset in (0, 10, 20, 30)]
    assert [len(page.hits) for page in pages] == [10, 10, 5, 0]
    assert {page.total for page in pages} == {25}
    assert sorted(ref for page in pages for ref in refs(page)) == [f"{number:02}" for number in range(25)]
    assert len(find(db, PUBLIC, "water", limit=-3, offset=-1).hits) == 1
    assert find(db, PUBLIC, "absent", offset=10).total == 0


def test_the_order_does_not_tell_how_often_a_word_stands_in_what_is_hidden(db):
    add(db, "apple", "Apple apple apple", "and pear")
    add(db, "pear", "Pear pear pear", "and apple")
    before = refs(find(db, PUBLIC, "apple pear"))
    for number in range(50):
        add(db, f"hidden-{number}", "Pear", "pear", audience="person:1")
    assert refs(find(db, PUBLIC, "apple pear")) == before
    clear(db)
    add(db, "apple", "Apple apple apple", "and pear")
    add(db, "pear", "Pear pear pear", "and apple")
    for number in range(50):
        add(db, f"hidden-{number}", "Apple", "apple", audience="person:1")
    assert refs(find(db, PUBLIC, "apple pear")) == before


HOSTILE = [
    "",
    "   ",
    '"',
    '""""',
    "'",
    "' OR 1=1 --",
    "water AND",
    "NOT water",
    "NEAR(water, 2)",
    "title:water",
    "{title} : water",
    "^water",
    "water*",
    "-water",
    "*",
    "water & !x | (y <-> z):*ABCD",
    "\\",
    "%",
    "_",
    "\x00",
    "wa\x00ter",
    "\ud800",
    "🙂 🙂",
    "\u202ewater",
    "x" * 10_000,
    "word " * 2_000,
    '"(' * 5_000,
    ":word_0 :audiences {only}",
    "ﬁ ß İ ǆ 𝔘𝔫𝔦 ² ½ Ⅷ",
    "\u0301\u0301",
    "ꟾ 𞤀 𐐀 𑓗 ࢠ",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_typed_is_safe(db, typed):
    add(db, "a", "Water", "text")
    assert find(db, PUBLIC, typed).total in (0, 1)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_can_be_put_and_is_found_by_its_words(db, text):
    add(db, "a", text, f"{text} waterfall")
    assert refs(find(db, PUBLIC, "waterfall")) == ["a"]


@given(title=st.text(max_size=50), text=st.text(max_size=200), typed=st.text(max_size=30))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_everything_else_is_safe_too(db, title, text, typed):
    add(db, "a", title, text)
    assert find(db, PUBLIC, typed).total in (0, 1)


def test_very_long_texts_are_found_by_their_beginning(db):
    chance = random.Random(7)
    text = " ".join("".join(chance.choices("abcdefghijklmnopqrstuvwxyzäöü", k=5)) for _ in range(60_000))
    add(db, "a", "Long", f"opening {text} ending")
    assert find(db, PUBLIC, "opening").total == 1
    assert find(db, PUBLIC, "ending").total == 0
    add(db, "b", "Astral", " ".join(f"{chr(0x20000 + n)}" for n in range(40_000)))
    assert find(db, PUBLIC, chr(0x20005)).total == 1


@pytest.mark.parametrize("audiences", [PUBLIC, ("public", "cohort:1")])
def test_of_very_many_the_newest_and_those_named_so_are_ranked(db, monkeypatch, audiences):
    monkeypatch.setattr(finding, "RANKED", 3)
    add(db, "named", "Water", "old")
    for number in range(12):
        add(db, f"{number:02}", "Other", "water" + " filler" * (number + 1))
    add(db, "hidden", "Water", "water", audience="person:1")
    pages = [find(db, audiences, "water", limit=4, offset=offset) for offset in range(0, 16, 4)]
    assert [page.total for page in pages] == [13] * 4
    found = [ref for page in pages for ref in refs(page)]
    assert sorted(found) == sorted(["named", *(f"{number:02}" for number in range(12))])
    assert found[0] == "named"
    if db.get_bind().dialect.name == "sqlite":
        assert found[1:] == ["09", "10", "11", *(f"{number:02}" for number in range(8, -1, -1))]


def test_a_search_is_one_query(db, count_queries):
    for number in range(30):
        add(db, number, "Water", "text")
    with count_queries() as seen:
        find(db, PUBLIC, "water text", limit=30)
    assert len(seen) == 1


def test_a_reading_session_can_search(database):
    with database.reading() as db:
        assert find(db, PUBLIC, "water").total == 0
