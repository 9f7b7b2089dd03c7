"""Front matter: what is read, what is refused, and that nothing changes on the way."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peernet.text.front_matter import Document, Unreadable, read, write

CONTENT = Path(__file__).parents[2] / "content"

texts = st.text(st.characters(exclude_categories=["Cs"]))
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False)
    | st.dates()
    | st.datetimes(timezones=st.none() | st.just(UTC))
    | texts
    | st.sampled_from(["no", "NO", "15:00", "2026-01-01", "1_000", "0x1f", "010", "1e5", "~", "<<", "- a", "# x", ""])
)
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=8
)
bodies = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n")).map(lambda text: text.strip("\n"))


def depth(value):
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, parts), default=0)


@given(st.dictionaries(texts, trees, max_size=5).filter(lambda meta: depth(meta) < 10), bodies)
def test_yaml_comes_back_as_it_was_written(meta, body):
    document = Document(meta, body, "yaml")
    data = write(document)
    again = read(data)
    assert again == document
    assert [*map(type, again.meta.values())] == [*map(type, meta.values())]
    assert list(again.meta) == list(meta)
    assert write(again) == data


def without_none(value):
    if isinstance(value, dict):
        return {key: without_none(part) for key, part in value.items()}
    if isinstance(value, list):
        return [without_none(part) for part in value]
    return 0 if value is None else value


@given(st.dictionaries(texts, trees, max_size=5).map(without_none), bodies)
def test_toml_comes_back_as_it_was_written(meta, body):
    document = Document(meta, body, "toml")
    data = write(document)
    assert read(data) == document
    assert list(read(data).meta) == list(meta)
    assert write(read(data)) == data


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*/**/[!A-Z]*.md")), ids=lambda path: path.stem)
def test_what_ships_is_read_and_written_again(path):
    document = read(path.read_bytes())
    assert document.format == "yaml"
    assert read(write(document)) == document


def test_the_written_form_is_pleasant():
    meta = {
        "title": "One: two",
        "kind": "case-study",
        "published_on": date(2026, 9, 3),
        "zone": "Europe/London",
        "licence": "CC-BY-4.0",
        "topics": ["trust", "ethics"],
        "organisations": [],
        "authors": [{"name": "The network's editors"}],
        "roundtables": [{"title": "Arriving", "minutes": 90, "prompts": ["a", "b"]}],
        "note": None,
    }
    assert write(Document(meta, "Text.")) == (
        b"---\n"
        b'title: "One: two"\n'
        b"kind: case-study\n"
        b"published_on: 2026-09-03\n"
        b"zone: Europe/London\n"
        b"licence: CC-BY-4.0\n"
        b"topics: [trust, ethics]\n"
        b"organisations: []\n"
        b"authors:\n"
        b'  - {name: "The network\'s editors"}\n'
        b"roundtables:\n"
        b'  - title: "Arriving"\n'
        b"    minutes: 90\n"
        b"    prompts: [a, b]\n"
        b"note: null\n"
        b"---\n"
        b"\n"
        b"Text.\n"
    )


def test_yaml_is_read_as_people_mean_it():
    document = read(
        b"---\ncountry: NO\ntime: 15:00\ncode: 007\non: yes\nday: 2026-02-03\nat: 2026-02-03 10:00:00Z\nn: 1_0\n"
        b"empty:\nhalf: 0.5\nyes: true\nfolded: >\n  two\n  lines\nkept: |\n  two\n  lines\n---\nBody\n"
    )
    assert document.meta == {
        "country": "NO",
        "time": "15:00",
        "code": "007",
        "on": "yes",
        "day": date(2026, 2, 3),
        "at": datetime(2026, 2, 3, 10, tzinfo=UTC),
        "n": "1_0",
        "empty": None,
        "half": 0.5,
        "yes": True,
        "folded": "two lines\n",
        "kept": "two\nlines\n",
    }


def test_a_byte_order_mark_and_windows_lines_are_read():
    assert read(b"\xef\xbb\xbf---\r\na: b\r\n---\r\n\r\nx\r\ny\r\n") == Document({"a": "b"}, "x\ny")


def test_a_file_without_front_matter_is_all_body():
    assert read(b"# Title\n\n--- x\n") == Document({}, "# Title\n\n--- x", "none")
    assert write(Document({}, "# Title", "none")) == b"# Title\n"
    assert read(write(Document({}, "---\nrule", "none"))).body == "---\nrule"
    assert read(b"") == Document({}, "", "none")


def test_toml_is_read():
    assert read(b'+++\ntitle = "A"\ndate = 2026-01-02\n[extra]\nx = [1, 2]\n+++\nBody') == Document(
        {"title": "A", "date": date(2026, 1, 2), "extra": {"x": [1, 2]}}, "Body", "toml"
    )


@pytest.mark.parametrize(
    ("data", "line", "sentence"),
    [
        (b"---\na: b\n", 1, "The front matter begins with --- and is never closed."),
        (b"+++\na = 1\n", 1, "The front matter begins with +++ and is never closed."),
        (b"---\na: 1\nb: 2\na: 3\n---\n", 4, "Line 4 of the front matter: the key 'a' comes twice."),
        (b"---\n- a\n---\n", 2, "Line 2 of the front matter: keys and values are expected."),
        (b"---\njust words\n---\n", 2, "Line 2 of the front matter: keys and values are expected."),
        (b"---\na: 1\nd: 2026-02-30\n---\n", 3, "Line 3 of the front matter: there is no date 2026-02-30."),
        (b"---\na: &x [1]\nb: *x\n---\n", 3, "Line 3 of the front matter: aliases are not allowed."),
        (b"---\n<<: {a: *x}\n---\n", 2, "Line 2 of the front matter: aliases are not allowed."),
        (b"---\na: !!python/object/apply:os.system [x]\n---\n", 2, None),
        (b"---\na: b: c\n---\n", 2, "Line 2 of the front matter: mapping values are not allowed in this context."),
        (b"---\nx: 1\n? [a]\n: 1\n---\n", 3, "Line 3 of the front matter: a key must be a word."),
        (b"---\na: " + b"[" * 5000 + b"\n---\n", 2, "Line 2 of the front matter: this is nested too deeply."),
        (b"---\na: b\nc: " + b"[" * 13 + b"\n---\n", 3, "Line 3 of the front matter: this is nested too deeply."),
        (b"---\na: b\nc: " + b"{" * 60_000 + b"\n---\n", 3, "Line 3 of the front matter: this is nested too deeply."),
        (
            b"---\na: '" + b"[" * 5000 + b"'\nb: c: d\n---\n",
            3,
            "Line 3 of the front matter: mapping values are not allowed in this context.",
        ),
        (b"---\na: " + b"9" * 5000 + b"\n---\n", 2, "Line 2 of the front matter: a number is too long."),
        (b"+++\na = 1\na = 2\n+++\n", 3, None),
        (b"+++\na = 1\nb = \n+++\n", 3, None),
        (b"+++\na = " + b"[" * 5000 + b"\n+++\n", 2, "Line 2 of the front matter: too deep."),
        (b"---\na: \xe9\n---\n", 2, "Line 2 is not UTF-8; save the file as UTF-8."),
        ("---\na: é\n---\n".encode("utf-16"), 1, "The file is written in UTF-16; save it as UTF-8."),
        (b"---\na: b\n---\n\nx\x00y\n", 5, "Line 5 holds a control character."),
        (b"---\n" + b"a: b\n" * 20_000 + b"---\n", 1, "The front matter is longer than 64000 characters."),
        (b"x" * 1_000_001, 1, "The file is larger than 1000 kB."),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_line(data, line, sentence):
    with pytest.raises(Unreadable) as refused:
        read(data)
    assert refused.value.line == line
    if sentence:
        assert str(refused.value) == sentence


@given(st.binary(), st.sampled_from([b"%b", b"---\n%b\n---\n", b"+++\n%b\n+++\n"]))
def test_any_bytes_are_read_or_refused(data, file):
    try:
        read(file % data)
    except Unreadable as refused:
        assert refused.line >= 1  # noqa: PT017


@given(st.text("ab:-[]{}&*!|>'\"#%@,? \n\t~<=0123456789.", max_size=80))
def test_any_yaml_like_text_is_read_or_refused(text):
    try:
        document = read(f"---\n{text}\n---\n".encode())
    except Unreadable:
        return
    assert read(write(document)) == document


def test_a_value_that_a_format_cannot_hold_is_an_error():
    with pytest.raises(TypeError, match="TOML front matter cannot hold a NoneType"):
        write(Document({"a": None}, "", "toml"))
    with pytest.raises(TypeError, match="YAML front matter cannot hold a object"):
        write(Document({"a": object()}, ""))
