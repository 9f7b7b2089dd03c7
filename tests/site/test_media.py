"""Files: each fetch asks anew who may have it."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from peernet.media import incoming, store
from peernet.media.models import MediaFile
from tests.media.recordings import mp4, pdf
from tests.world import World


def _picture(db: Session, audience: str, width: int = 1000) -> MediaFile:
    data = io.BytesIO()
    Image.new("RGB", (width, 200), "#336699").save(data, "PNG")
    made = store.keep(db, data=data.getvalue(), filename="a picture.png", audience=audience, uploaded_by=None)
    db.commit()
    return made


def test_a_public_picture(client: FlaskClient, db: Session) -> None:
    row = _picture(db, "public")
    answer = client.get(f"/media/{row.name}")
    assert (answer.status_code, answer.content_type, answer.headers["Cache-Control"]) == (200, "image/png", "no-cache")
    policy = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox"
    assert answer.headers["Content-Security-Policy"] == policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")
    again = client.get(f"/media/{row.name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("ending", "width"), [("", 1000), ("/480", 480), ("/10", 480), ("?w=480", 480), ("/481", 1000), ("/99999999", 1000),
                          ("?w=x", 1000), ("?w=-5", 1000), ("?w=99999999999999999999", 1000)]
)  # fmt: skip
def test_widths(ending: str, width: int, client: FlaskClient, db: Session) -> None:
    answer = client.get(f"/media/{_picture(db, 'public').name}{ending}")
    assert Image.open(io.BytesIO(answer.data)).width == width


def test_only_those_who_may_have_it(
    client: FlaskClient, db: Session, world: World, sign_in: Callable[..., Any]
) -> None:
    row = _picture(db, f"facilitators:{world.cohort.id}")
    for path in (f"/media/{row.name}", f"/media/{row.name}/480"):
        assert client.get(path).status_code == 404
        assert sign_in(world.member).get(path).status_code == 404
        assert sign_in(world.admin).get(path).status_code == 404
        answer = sign_in(world.facilitator).get(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
        assert "Cookie" in answer.headers["Vary"]


def test_a_file_that_became_private_is_gone(client: FlaskClient, db: Session, world: World) -> None:
    row = _picture(db, "public")
    etag = client.get(f"/media/{row.name}").headers["ETag"]
    store.set_audience(db, row, f"facilitators:{world.cohort.id}")
    db.commit()
    assert client.get(f"/media/{row.name}", headers={"If-None-Match": etag}).status_code == 404


def test_a_file_whose_bytes_are_gone(client: FlaskClient, db: Session) -> None:
    row = _picture(db, "public")
    store.path_of(row).unlink()
    assert client.get(f"/media/{row.name}").status_code == 404


def _brought(db: Session, data: bytes, filename: str, audience: str = "public") -> MediaFile:
    with incoming.taken(io.BytesIO(data), filename=filename) as file:
        made = store.keep_brought(db, file=file, filename=filename, audience=audience, uploaded_by=None)
    db.commit()
    return made


def test_films_play_and_papers_are_taken_home(client: FlaskClient, db: Session) -> None:
    film, paper = _brought(db, mp4(), "Our talk.mp4"), _brought(db, pdf(), "Œuvre.pdf")
    told = client.get(f"/media/{film.name}")
    assert (told.data, told.content_type, told.headers["Accept-Ranges"]) == (mp4(), "video/mp4", "bytes")
    assert told.headers["Content-Disposition"] == 'inline; filename="Our talk.mp4"'
    taken = client.get(f"/media/{paper.name}")
    assert (taken.data, taken.content_type) == (pdf(), "application/pdf")
    assert taken.headers["Content-Disposition"] == "attachment; filename=\"uvre.pdf\"; filename*=UTF-8''%C5%92uvre.pdf"
    head = client.head(f"/media/{film.name}")
    assert (head.status_code, head.data, head.content_length) == (200, b"", len(mp4()))


def test_a_name_that_is_not_ascii(client: FlaskClient, db: Session) -> None:
    answer = client.get(f"/media/{_brought(db, mp4(), 'گفتگو.mp4').name}")
    whole = "filename*=UTF-8''%DA%AF%D9%81%D8%AA%DA%AF%D9%88.mp4"
    assert answer.headers["Content-Disposition"] == f'inline; filename="file.mp4"; {whole}'


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("0-0", 0, 1), ("10-19", 10, 20), ("100-", 100, None), ("-7", -7, None), ("150-99999", 150, None)],
)
def test_a_part_of_a_film(asked: str, start: int, stop: int | None, client: FlaskClient, db: Session) -> None:
    whole = mp4(weight=200)
    address = f"/media/{_brought(db, whole, 'a.mp4').name}"
    answer = client.get(address, headers={"Range": f"bytes={asked}"})
    part = whole[start:stop]
    first = whole.index(part) if start else 0
    assert (answer.status_code, answer.data, answer.content_length) == (206, part, len(part))
    told = f"bytes {len(whole) + start if start < 0 else first}-"
    assert answer.headers["Content-Range"].startswith(told)
    assert answer.headers["Content-Range"].endswith(f"/{len(whole)}")


def test_a_part_that_is_not_there_or_of_another_film(client: FlaskClient, db: Session) -> None:
    whole = mp4()
    address = f"/media/{_brought(db, whole, 'a.mp4').name}"
    beyond = client.get(address, headers={"Range": "bytes=999-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole)}")
    assert "This part of the file is not there: it is shorter." in beyond.text
    etag = client.get(address).headers["ETag"]
    same = client.get(address, headers={"Range": "bytes=1-2", "If-Range": etag})
    other = client.get(address, headers={"Range": "bytes=1-2", "If-Range": '"another"'})
    assert [(each.status_code, each.data) for each in (same, other)] == [(206, whole[1:3]), (200, whole)]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_a_long_film_is_read_as_it_goes_out(client: FlaskClient, db: Session) -> None:
    whole = mp4(weight=1_500_000)
    address = f"/media/{_brought(db, whole, 'a.mp4').name}"
    with client.get(address) as all_of_it, client.get(address, headers={"Range": "bytes=1400000-1400009"}) as part:
        assert (all_of_it.data, part.data) == (whole, whole[1_400_000:1_400_010])
        assert (part.status_code, part.headers["Content-Range"]) == (206, f"bytes 1400000-1400009/{len(whole)}")
    with client.head(address) as head, client.get(address, headers={"Range": "bytes=9999999-"}) as beyond:
        assert (head.content_length, head.data, beyond.status_code) == (len(whole), b"", 416)


def test_no_part_of_a_private_film(client: FlaskClient, db: Session, world: World, sign_in: Callable[..., Any]) -> None:
    address = f"/media/{_brought(db, mp4(), 'a.mp4', f'facilitators:{world.cohort.id}').name}"
    asked = {"Range": "bytes=0-3"}
    assert client.get(address, headers=asked).status_code == 404
    assert sign_in(world.member).get(address, headers=asked).status_code == 404
    answer = sign_in(world.facilitator).get(address, headers=asked)
    assert (answer.status_code, answer.data, answer.headers["Cache-Control"]) == (206, mp4()[:4], "private, no-store")


@pytest.mark.parametrize("name", ["..", "0" * 32, "x" * 500, "%2e%2e%2fsecret"])
def test_what_is_no_name(name: str, client: FlaskClient, db: Session) -> None:
    assert client.get(f"/media/{name}").status_code == 404
