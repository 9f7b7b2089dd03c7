"""Two who assemble at the same moment: what each picked is whole in the draft, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from peernet.accounts import sessions
from peernet.app import make_app
from peernet.db import Database
from peernet.materials import writing
from peernet.materials.models import Material, MaterialDraft
from peernet.materials.quotations import marks
from peernet.materials.quotations.models import Quotation
from peernet.settings import Settings
from tests.materials.assembling.test_pages import HERE, TITLE, fields
from tests.materials.quotations.conftest import WORDS
from tests.prompts.conftest import as_viewer, give
from tests.world import make_world

pytestmark = pytest.mark.concurrency


@pytest.fixture
def editors(settings: Settings, own_database: Database) -> list[FlaskClient]:
    """The browsers of the facilitator and the organiser; there is an answer, and a draft called "shared"."""
    app = make_app(settings, own_database)
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    with own_database.writing() as db:
        world = make_world(db)
        give(db, world.asking, world.peer, text=WORDS)
        writing.start(db, as_viewer(world.organiser), title="Shared", cohort=world.cohort)
        tickets = [
            sessions.begin(db, one, way="test", agent="t").ticket for one in (world.facilitator, world.organiser)
        ]
        asking = world.asking.id
    clients = [app.test_client() for _ticket in tickets]
    for client, ticket in zip(clients, tickets, strict=True):
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = ticket, True
        client.environ_base["ASKED"] = f"{HERE}/sheet?asking={asking}"
    return clients


def _both(clients: list[FlaskClient], **more: list[str]) -> list[TestResponse]:
    """Each sends a sheet with all that can be picked, and a line of its own before it."""
    gate = Barrier(len(clients))

    def send(number: int) -> TestResponse:
        client = clients[number]
        data = fields(client.get(client.environ_base["ASKED"]))
        data |= {"pick": data["voice"], "lead": [f"Line of editor {number}."]} | more
        gate.wait()
        return client.post(f"{HERE}/sheet", data=data)

    with ThreadPoolExecutor(len(clients)) as threads:
        return list(threads.map(send, range(len(clients))))


def _is_whole(db: Session, material: Material, number: int) -> bool:
    """Whether the line of one stands in a draft with the place of their quotation after it."""
    source = db.get_one(MaterialDraft, material.id).source
    refs = db.scalars(select(Quotation.ref).where(Quotation.material_id == material.id))
    return any(f"Line of editor {number}.\n\n{marks.line_of(ref)}" in source for ref in refs)


def test_into_two_new_drafts_of_one_title(editors: list[FlaskClient], own_database: Database) -> None:
    answers = _both(editors, title=[TITLE])
    assert [each.status_code for each in answers] == [303, 303]
    assert {each.location for each in answers} == {"/write/what-we-heard", "/write/what-we-heard-2"}
    with own_database.reading() as db:
        for number, answer in enumerate(answers):
            made = db.scalars(select(Material).where(Material.slug == answer.location.rpartition("/")[2])).one()
            assert _is_whole(db, made, number)


def test_into_one_draft_both_one_after_the_other(editors: list[FlaskClient], own_database: Database) -> None:
    answers = _both(editors, into=["shared"])
    assert [each.status_code for each in answers] == [303, 303]
    with own_database.reading() as db:
        shared = db.scalars(select(Material).where(Material.slug == "shared")).one()
        assert [_is_whole(db, shared, number) for number in range(2)] == [True, True]
        assert len(db.scalars(select(Quotation.id)).all()) == 2
