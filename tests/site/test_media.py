"""Files: each fetch asks anew who may have it."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from peernet.media import store
from peernet.media.models import MediaFile
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
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
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


def test_what_is_no_picture_is_taken_home(client: FlaskClient, db: Session) -> None:
    row = _picture(db, "public")
    path = store.path_of(row)
    row.kind = "application/pdf"
    db.commit()
    with pytest.raises(KeyError):
        store.path_of(row)
    row.kind = "image/png"
    db.commit()
    path.unlink()
    assert client.get(f"/media/{row.name}").status_code == 404


@pytest.mark.parametrize("name", ["..", "0" * 32, "x" * 500, "%2e%2e%2fsecret"])
def test_what_is_no_name(name: str, client: FlaskClient, db: Session) -> None:
    assert client.get(f"/media/{name}").status_code == 404
