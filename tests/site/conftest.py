"""Fixtures of this room's tests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import Client, TestResponse

from peernet.cohorts import showing
from peernet.db import Database, settle
from peernet.materials.models import Material, MaterialKind
from peernet.pages import Sweeper
from peernet.server import open_pages
from peernet.server.front import Front
from peernet.settings import Settings
from peernet.site import making
from peernet.web import security
from tests.site import shelf
from tests.world import World


@dataclass
class Shelves:
    """Three published materials, on the world's topic, cohort, organisation and question."""

    playbook: Material
    case: Material
    video: Material


@pytest.fixture
def shelves(db: Session, world: World) -> Shelves:
    """The library: a playbook of the cohort, a case study on the river trust, a video without ties."""
    playbook = shelf.publish(
        db,
        "a-playbook",
        cohort=world.cohort,
        day=date(2026, 11, 3),
        kind=MaterialKind.PLAYBOOK,
        topics=(world.topic.id,),
        questions=(world.prompt.id,),
        organisations=(world.river.id, world.library.id),
    )
    case = shelf.publish(
        db,
        "a-case",
        day=date(2026, 11, 2),
        kind=MaterialKind.CASE_STUDY,
        topics=(world.topic.id,),
        organisations=(world.river.id,),
    )
    video = shelf.publish(
        db,
        "a-video",
        day=date(2026, 11, 1),
        kind=MaterialKind.VIDEO,
        video_url="https://video.example.org/1",
        video_minutes=3,
    )
    for cohort in (world.cohort, world.other_cohort):
        showing.renew_with_organisations(db, cohort)
    settle(db)
    return Shelves(playbook, case, video)


@pytest.fixture
def sweeper(settings: Settings, database: Database, db: Session, tmp_path: Path) -> Iterator[Sweeper]:
    """A store of ready-made pages that follows the test's commits."""
    made = open_pages(settings.model_copy(update={"data": tmp_path}), database)
    made.sweep()
    yield made
    database.after_settle.remove(made.after_settle)


Ask = Callable[..., TestResponse]


@pytest.fixture
def ask(settings: Settings, app: Flask, sweeper: Sweeper) -> Iterator[Ask]:
    """Ask the front, behind which the whole application stands: ``ask("/library", If_None_Match="…")``."""
    making.install(app, sweeper)
    client = Client(Front(app, settings=settings, store=sweeper.store, headers=security.headers(settings)))

    def get(path: str, **headers: str) -> TestResponse:
        return client.get(path, headers={"Host": "localhost"} | {k.replace("_", "-"): v for k, v in headers.items()})

    yield get
    making.install(app, None)
