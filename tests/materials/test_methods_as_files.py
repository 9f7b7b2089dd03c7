"""Methods as files: those that are shipped come in, and go out as they came; a cohort's own stays."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.db import Database
from peernet.materials.exchange import send_out
from peernet.roundtables.agendas import building
from peernet.roundtables.agendas.inputs import Step
from peernet.roundtables.agendas.models import Method
from tests.materials.folders import Bring, counts, put
from tests.world import World

METHODS = Path(__file__).parents[2] / "content" / "methods"


def test_methods_make_the_round_trip_and_a_cohorts_own_stays(
    db: Session, database: Database, world: World, bring: Bring, tmp_path: Path
) -> None:
    files = {f"methods/{file.name}": file.read_bytes() for file in METHODS.iterdir()}
    folder = tmp_path / "in"
    (folder / "materials").mkdir(parents=True)  # makes it a folder of our own layout
    for name, data in files.items():
        put(folder, name, data)
    assert counts(bring(folder)) == (9, 0, 0, 0)
    building.add(db, world.roundtable, [Step(title="Round", minutes=20)])
    building.keep(db, world.roundtable, name="Ours", purpose="", language="en")
    db.commit()
    send_out(database, tmp_path / "out")
    sent = {f"methods/{file.name}": file.read_bytes() for file in (tmp_path / "out/methods").iterdir()}
    assert sent == files
    for source in db.scalars(select(Method.source).where(Method.cohort_id.is_(None))):
        assert source != ""


def test_a_method_without_steps_is_refused(bring: Bring, tmp_path: Path) -> None:
    (tmp_path / "materials").mkdir()
    put(tmp_path, "methods/none.md", "---\nname: None\nsteps: []\n---\n")
    report = bring(tmp_path)
    assert counts(report) == (0, 0, 0, 1)
