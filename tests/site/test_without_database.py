"""The whole public site while the database is stopped, locked, full, or may only be read: what somebody has read since
it changed is read on, pictures and files too; what nobody has asked for says so; all is well again by itself."""

import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import Client, TestResponse

from peernet.accounts import sessions
from peernet.accounts.models import Person
from peernet.addresses import moving
from peernet.app import make_app
from peernet.cohorts import showing
from peernet.db import Database
from peernet.materials.models import Material, MaterialFile, MaterialKind
from peernet.media import store
from peernet.server import open_pages
from peernet.server.front import Front
from peernet.settings import Settings, use
from peernet.site import keeping
from peernet.site.keeping import Keeper
from tests.server.test_unwell import _impatient, full, locked, read_only, stopped
from tests.site import shelf
from tests.worker.conftest import wait_until
from tests.world import make_world

_PAGES = (
    "/", "/fr", "/library", "/questions", "/cohorts", "/organisations", "/about", "/search", "/library/a-playbook",
    "/fr/library/a-playbook", "/library/a-playbook/v/1", "/questions/who-decides", "/cohorts/practice-cohort",
    "/organisations/river-trust", "/feeds/all.atom", "/feeds/topic/governance.atom", "/feeds/question/who-decides.atom",
    "/feeds/cohort/practice-cohort.atom", "/feeds/organisation/river-trust.atom", "/feeds/roundtables.ics",
    "/feeds/cohort/practice-cohort.ics", "/sitemap.xml", "/robots.txt", "/oai/lrmi.xsd", "/share.png",
    "/library/a-playbook/share.png", "/library/a-playbook/group", "/library/a-playbook/group.html",
    *(f"/library/a-playbook/download/{kind}" for kind in ("epub", "markdown", "html", "bibtex", "ris", "csl")),
    "/cohorts/practice-cohort/book", "/cohorts/practice-cohort/book/epub",
)  # fmt: skip
_NEVER_ASKED = (
    "/search?q=never+asked",
    "/library?kind=report&language=fr",
    "/oai?verb=ListRecords&metadataPrefix=lrmi",
)
_RECOVERED = 5


@pytest.fixture
def site(
    settings: Settings, own_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator["Site"]:
    """A site of its own behind its front, with its data in a folder that the database does not share."""
    database = _impatient(own_database, monkeypatch)
    at_home = use(settings.model_copy(update={"data": tmp_path / "data"}))
    sweeper = open_pages(at_home, database)
    sweeper.sweep()
    with database.writing() as db:
        picture, ticket = _fill(db)
    application = make_app(at_home, database, sweeper)
    front = Client(Front(application, settings=at_home, store=sweeper.store, headers=[]))
    monkeypatch.setattr(keeping, "_REST", 0.0)
    made = Site(database, front, picture, Keeper(application, sweeper, at_home))
    signer = application.session_interface.get_signing_serializer(application)
    made.cookie = f"peernet={signer.dumps({'_user_id': ticket})}"
    yield made
    database.dispose()
    use(settings)


class Site:
    """Readers of a site."""

    cookie = ""

    def __init__(self, database: Database, client: Client, picture: str, keeper: Keeper) -> None:
        self.database, self.picture, self._client, self.keeper = database, picture, client, keeper

    def get(self, path: str, **headers: str) -> TestResponse:
        """Ask for a page."""
        return self._client.get(path, headers={"Host": "localhost"} | headers)


def _fill(db: Session) -> tuple[str, str]:
    world = make_world(db)
    around = {"topics": (world.topic.id,), "questions": (world.prompt.id,), "organisations": (world.river.id,)}
    day = date(2026, 11, 3)
    made = shelf.publish(db, "a-playbook", cohort=world.cohort, day=day, kind=MaterialKind.PLAYBOOK, **around)
    drawn = io.BytesIO()
    Image.new("RGB", (1000, 200), "#336699").save(drawn, "PNG")
    kept = store.keep(db, data=drawn.getvalue(), filename="a map.png", audience="public", uploaded_by=None)
    db.add(MaterialFile(material_id=made.id, media=kept, path="images/map.png"))
    moving.move(db, made, to="the-playbook", is_public=True)
    moving.move(db, made, to="a-playbook", is_public=True)
    for cohort in (world.cohort, world.other_cohort):
        showing.renew_with_organisations(db, cohort)
    ticket = sessions.begin(db, world.member, way="test", agent="").ticket
    return f"/media/{kept.name}", ticket


def _all_is_well(site: Site) -> bool:
    return all(site.get(path).status_code == 200 for path in _NEVER_ASKED)


@pytest.mark.concurrency
@pytest.mark.parametrize("trouble", [stopped, locked, full, read_only])
def test_everything_that_was_read_is_read_on(site: Site, trouble: Callable[[Database], Iterator[None]]) -> None:
    if trouble is full and not site.database.is_sqlite:
        pytest.skip("The disk of a server of PostgreSQL is not ours to fill.")
    paths = (*_PAGES, site.picture, f"{site.picture}?w=480", f"{site.picture}/480")
    before = {path: site.get(path) for path in paths}
    assert {path: one.status_code for path, one in before.items() if one.status_code != 200} == {}
    assert site.get("/library/the-playbook").headers["Location"] == "/library/a-playbook"
    with trouble(site.database):
        during = {path: site.get(path, Cookie=site.cookie) for path in paths}
        assert {path: one.status_code for path, one in during.items() if one.status_code != 200} == {}
        assert [path for path in paths if during[path].data != before[path].data] == []
        assert site.get("/library/the-playbook").headers["Location"] == "/library/a-playbook"
        if trouble is stopped:
            for path in _NEVER_ASKED:
                answer = site.get(path)
                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30"), path
                assert "The database does not answer just now" in answer.text
    wait_until(lambda: _all_is_well(site), _RECOVERED)


@pytest.mark.concurrency
def test_what_has_just_changed_is_read_on_as_well(site: Site) -> None:
    paths = (*_PAGES, site.picture)
    for path in paths:
        site.get(path)
    with site.database.writing() as db:
        material = db.scalars(select(Material).where(Material.slug == "a-playbook")).one()
        shelf.issue(db, material, title="A better book", note="Better")
    assert site.keeper.make_again() > 0
    with stopped(site.database):
        assert {path: site.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
        assert "A better book" in site.get("/library").text
        site.keeper.make_again()


@pytest.mark.concurrency
def test_a_picture_that_was_taken_back_is_not_shown_then(site: Site) -> None:
    assert site.get(site.picture).status_code == 200
    with site.database.writing() as db:
        material = db.scalars(select(Material).where(Material.slug == "a-playbook")).one()
        shelf.withdraw(db, material, db.scalars(select(Person).where(Person.name == "Organiser")).one())
    with stopped(site.database):
        assert site.get(site.picture).status_code == 503
    assert site.get(site.picture).status_code == 404
