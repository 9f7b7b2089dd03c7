"""Making: what is noted, what is refused, and what happens when the store or the database does not answer."""

import pytest
from sqlalchemy import text

from peernet.db import Database
from peernet.pages import Store, depend, making

HTML = "text/html; charset=utf-8"


def test_what_is_read_inside_the_block_is_noted(own, store):
    depend("before")
    with making(own) as made:
        depend("b", "a")
        depend("a")
        copy = made.keep(store, path="/", body=b"x", content_type=HTML, headers=(("Link", "</a>"),))
    depend("after")
    assert copy.depends == ("a", "b")
    assert store.look_up("/") == copy


@pytest.mark.parametrize("status", [201, 302, 304, 404, 500])
def test_only_a_page_for_everybody_is_kept(own, store, status):
    with making(own) as made, pytest.raises(ValueError, match=str(status)):
        made.keep(store, path="/", body=b"", content_type=HTML, status=status)


def test_a_full_disk_costs_the_copy_and_not_the_page(own, tmp_path, caplog):
    store = Store(tmp_path / "full")
    store.open()
    (tmp_path / "full" / "new").rmdir()
    (tmp_path / "full" / "new").write_bytes(b"in the way")
    with making(own) as made:
        assert made.keep(store, path="/", body=b"x", content_type=HTML).body == b"x"
    assert store.look_up("/") is None
    assert "could not be stored" in caplog.text


def test_a_database_that_goes_away_costs_the_copy_and_not_the_page(own, store, caplog):
    with making(own) as made:
        with own.engine.begin() as connection:
            connection.execute(text("DROP TABLE page_touch"))
        assert made.keep(store, path="/", body=b"x", content_type=HTML).body == b"x"
    assert store.look_up("/") is None
    assert "could not be stored" in caplog.text


def test_it_takes_two_queries_or_one(own: Database, store, count_queries_of):
    with count_queries_of(own) as seen, making(own) as made:
        made.keep(store, path="/", body=b"x", content_type=HTML)
    assert len(seen) == 2
    with count_queries_of(own) as seen, making(own, known=0) as made:
        made.keep(store, path="/", body=b"x", content_type=HTML)
    assert len(seen) == 1
