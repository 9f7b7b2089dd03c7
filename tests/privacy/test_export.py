"""The archive of everything that is held on a person: theirs whole, and nothing of others."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.materials.models import Material
from peernet.privacy import export
from peernet.prompts.models import FollowUp, Visibility
from peernet.roundtables.plans.models import SeriesPlan
from tests.prompts.conftest import give
from tests.world import World

OTHERS = "hours and words of others"


def _archive(db: Session, person: Person) -> dict[str, str]:
    out = BytesIO()
    export.write(db, person, out)
    with ZipFile(out) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def _tables(files: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    return {one["table"]: one["rows"] for one in json.loads(files["everything.json"])}


def test_of_a_plan_who_made_it_and_not_who_can_come(db: Session, world: World) -> None:
    plan = SeriesPlan(
        cohort_id=world.cohort.id, created_by_id=world.organiser.id, created_at=clock.now(),
        wishes={"note": OTHERS}, inputs={"members": OTHERS}, found={"balanced": OTHERS},
    )  # fmt: skip
    db.add(plan)
    db.commit()
    files = _archive(db, world.organiser)
    assert _tables(files)["series_plan"] == [{"id": plan.id, "created_by_id": world.organiser.id}]
    assert [name for name, text in files.items() if OTHERS in text] == []


def test_of_a_draft_who_saved_it_last_and_not_its_text(db: Session, world: World, draft: Material) -> None:
    draft.draft.source, draft.draft.passages = OTHERS, [{"words": OTHERS, "line": 1}]
    saved_by = draft.draft.saved_by_id
    db.commit()
    files = _archive(db, db.get_one(Person, saved_by))
    assert _tables(files)["material_draft"] == [{"material_id": draft.id, "saved_by_id": saved_by}]
    assert [name for name, text in files.items() if OTHERS in text] == []


def test_what_they_asked_back_and_not_what_was_said_to_it(db: Session, world: World) -> None:
    response = give(db, world.asking, world.peer, text="Of the peer")
    asked = clock.now() - timedelta(hours=1)
    db.add(
        FollowUp(
            response_id=response.id, person_id=world.member.id, audience=Visibility.COHORT, source="Why so?",
            html="<p>Why so?</p>", asked_at=asked, answer_source=OTHERS, answer_html=OTHERS, answered_at=clock.now(),
        )
    )  # fmt: skip
    db.commit()
    files = _archive(db, world.member)
    assert [row["source"] for row in _tables(files)["follow_up"]] == ["Why so?"]
    assert [name for name, text in files.items() if OTHERS in text] == []


def test_an_answer_of_theirs_is_in_it_three_times(db: Session, world: World) -> None:
    response = give(db, world.asking, world.member, text="Of the member")
    db.commit()
    files = _archive(db, world.member)
    answer = f"answers/{response.given_at:%Y-%m-%d}-{response.id}.md"
    assert [name for name, text in files.items() if "Of the member" in text] == [
        "everything.json", "everything.html", answer,
    ]  # fmt: skip
    assert _archive(db, world.peer).keys() == {"everything.json", "everything.html"}
