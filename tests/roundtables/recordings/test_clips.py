"""Marks become clips, and a transcript is kept without the names that may not be in it."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas import building
from peernet.roundtables.agendas.inputs import Step
from peernet.roundtables.agendas.models import StepRule
from peernet.roundtables.recordings.models import Clip, Transcript
from tests.media.recordings import mp4
from tests.roundtables.recordings.test_recordings import ask, at, bring, found, say, there
from tests.roundtables.running.test_room import path
from tests.roundtables.test_pages import words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
VTT = """WEBVTT

00:00:05.000 --> 00:00:08.000
<v Ana>Good morning, river.

00:01:35.000 --> 00:01:40.000
Ana: We sold the river.
"""


def test_from_a_mark_in_the_room_to_a_transcript_that_names_nobody(db: Session, world: World, sign_in: SignIn) -> None:
    leads, member, outsider = sign_in(world.facilitator), sign_in(world.member), sign_in(world.outsider)
    building.add(db, world.roundtable, [Step(title="Arrive", minutes=5)])
    secret = Step(title="Candidly", minutes=5, attribution=StepRule.CHATHAM_HOUSE)
    building.add(db, world.roundtable, [secret], asking_id=world.asking.id)
    db.commit()
    first, second = [step.id for step in db.scalars(agendas.steps_of(world.roundtable.id))]
    with time_machine.travel(world.roundtable.starts_at + timedelta(minutes=1), tick=False) as clock:
        ask(leads, world)
        there(db, world, world.member)
        say(member, world, "yes")
        assert leads.post(at(world, "/mark")).status_code == 422
        leads.post(path(world, "/step"), data={"step": first})
        leads.post(at(world, "/running"), data={"on": "yes"})
        leads.post(at(world, "/mark"))
        clock.shift(90)
        leads.post(path(world, "/step"), data={"step": second})
        assert [leads.post(at(world, "/mark")).status_code for _twice in range(2)] == [303, 303]
        assert (member.post(at(world, "/mark")).status_code, member.get(at(world, "/clips")).status_code) == (404, 404)
        marks = [(clip.starts, clip.title, clip.asking_id, clip.is_unnamed) for clip in db.scalars(select(Clip))]
        assert marks == [(0, "Arrive", None, False), (90, world.asking.text, world.asking.id, True)]
        text = at(world, "/transcript")
        assert leads.post(text, data={"text": VTT}).status_code == 422  # there is no recording yet
        clock.shift(60)
        assert bring(leads, world, mp4()) == 303
        assert leads.post(text, data={"text": "No WebVTT"}).status_code == 422
        assert [leads.post(text, data={"text": VTT}).status_code for _twice in range(2)] == [303, 409]
        stored = db.scalars(select(Transcript)).one().source
        assert ("<v Ana>Good morning, river." in stored, "Ana: We" in stored) == (True, False)
        assert member.get(at(world, "/captions.vtt")).text == stored
        assert outsider.get(at(world, "/captions.vtt")).status_code == 404
        # Of what nobody said its language, the network's is taken.
        assert 'srclang="en"' in member.get(at(world)).text
        version = db.scalars(select(Transcript)).one().version
        sent = {"text": stored, "version": version}
        assert [leads.post(text, data=sent | {"language": code}).status_code for code in ("?", "fr")] == [422, 303]
        assert '<option value="fr" selected>' in leads.get(at(world, "/clips")).text
        spoken = member.get(at(world)).text
        assert ('srclang="fr"' in spoken, spoken.count('<span lang="fr">')) == (True, 2)
        page = words_of(member.get(at(world)))
        assert ("0:00 Arrive 0:05 Ana: Good morning, river." in page, "1:35 We sold the river." in page) == (True, True)
        sought = words_of(member.get(at(world, "?q=SOLD")))
        assert ("We sold" in sought, "Good morning" in sought) == (True, False)
        assert "file#t=95" in member.get(at(world, "?t=95")).text
        assert member.get(at(world, "?t=x&q=" + "y" * 99)).status_code == 200
        # Whoever builds a material from answers meets the clip first, and not what was said beside it.
        sheet = f"/c/practice-cohort/materials/assemble/sheet?asking={world.asking.id}"
        built = leads.get(sheet)
        assert ["We sold the river" in built.text, "Good morning" in built.text, "file#t=90" in built.text] == [
            True, False, True,
        ]  # fmt: skip
        # The first clip names nobody either: what stands there is taken out at once, and does not come back.
        clip = db.scalars(select(Clip).order_by(Clip.starts)).first()
        sent = {"title": "Arrive", "starts": "0:00", "ends": "1:30", "version": 1}
        change = at(world, f"/clips/{clip.id}")
        assert leads.post(change, data=sent | {"ends": "0"}).status_code == 422
        assert leads.post(change, data=sent | {"unnamed": "yes"}).status_code == 303
        assert leads.post(change, data=sent).status_code == 409
        db.expire_all()
        assert "Ana" not in db.scalars(select(Transcript)).one().source
        assert [leads.post(f"{change}/remove").status_code for _twice in range(2)] == [303, 404]
        # Whoever may not see the recording meets nothing of what was said in it.
        say(member, world, "no")
        assert (member.get(at(world, "/captions.vtt")).status_code, "river" in words_of(member.get(at(world)))) == (
            404, False,
        )  # fmt: skip
        assert "We sold the river" not in leads.get(sheet).text
        # Cut and brought again: what was said in the old one is gone with it.
        assert bring(leads, world, mp4(weight=65), cut="yes") == 303
    assert (db.scalars(select(Transcript)).all(), db.scalars(select(Clip)).all()) == ([], [])
    assert found(db).ran_seconds == 150
