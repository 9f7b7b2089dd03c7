"""The copy and its file."""

import pytest

from peernet.pages import Copy
from peernet.pages.copies import Damaged


def test_a_copy_survives_its_file():
    copy = Copy.of(
        "Fünf\n".encode() * 1000,
        path="/bibliothèque",
        content_type="text/html; charset=utf-8",
        status=410,
        made_at=12,
        depends=("a", "b"),
        headers=(("Content-Disposition", "attachment"),),
    )
    again = Copy.from_bytes(copy.to_bytes())
    assert again == copy
    assert again.body == "Fünf\n".encode() * 1000
    assert again.length == len(again.body) > len(again.compressed)


def test_the_same_bytes_have_the_same_etag():
    one, two = (
        Copy.of(b"same", path=path, content_type="text/plain", made_at=at) for path, at in (("/a", 1), ("/b", 2))
    )
    assert (one.etag, one.compressed) == (two.etag, two.compressed)
    assert one.etag != Copy.of(b"other", path="/a", content_type="text/plain").etag


def test_a_cookie_is_never_kept():
    with pytest.raises(ValueError, match="cookie"):
        Copy.of(b"", path="/", content_type="text/plain", headers=(("set-cookie", "a=b"),))


@pytest.mark.parametrize(
    "data", [b"", b"{}\n", b"nonsense", b'{"path": 1', b"[1]\n", b'{"depends": 3, "headers": 4}\n']
)
def test_a_damaged_file_is_known_as_such(data):
    with pytest.raises(Damaged):
        Copy.from_bytes(data)
