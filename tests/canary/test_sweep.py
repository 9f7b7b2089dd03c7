"""Nobody whom its visibility does not admit meets a word, wherever they look; and those whom it admits do.

New addresses are walked by themselves. Where an address needs a thing that the walk does not know, the test says so.
"""

import io
import json
import logging
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.db import Database
from peernet.jobs.models import Job
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.materials.exchange import send_out
from peernet.materials.models import Material
from peernet.materials.quotations import marks
from peernet.materials.quotations.models import Quotation
from peernet.privacy import export
from peernet.settings import Settings
from peernet.site.exporting import exporting
from peernet.tokens import tokens
from peernet.web.rules import Rule
from tests.canary import marked
from tests.canary.marked import EVERYBODY, PEOPLE, Marked
from tests.canary.walking import MARK, Seen, ask, client_of, paths, values, walk
from tests.world import World

pytestmark = pytest.mark.lengthy
INSIDE_RULES = tuple(rule for rule in Rule if rule not in (Rule.READER, Rule.LINK))


@pytest.fixture
def made(db: Session, world: World) -> Marked:
    return marked.make(db, world)


def named(made: Marked, found: set[str]) -> list[str]:
    """What marks stand for."""
    return sorted(made.names[each] for each in found)


@pytest.mark.once
def test_everybody_meets_what_is_theirs_to_meet_and_nothing_else(
    app: Flask, db: Session, made: Marked, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    met: dict[str, dict[str, str]] = defaultdict(dict)
    for role, seen in _everything(app, db, made):
        for mark in seen.marks:
            met[mark].setdefault(role, seen.path)
    leaks = {
        f"{made.names[mark]} met by {role} at {path}"
        for mark, roles in met.items()
        for role, path in roles.items()
        if role not in made.may[mark]
    }
    unmet = {f"{made.names[mark]} not met by {role}" for mark, may in made.may.items() for role in may - set(met[mark])}
    assert "\n".join(sorted(leaks)) == ""
    assert "\n".join(sorted(unmet)) == ""
    assert MARK.findall(caplog.text) == []


def _everything(app: Flask, db: Session, made: Marked) -> Iterator[tuple[str, Seen]]:
    """Who meets what: people and nobody at each address of the app, those who hold a link at each that takes one."""
    found = values(db, made)
    picture = next(mark for mark, name in made.names.items() if name == "bytes of a picture")
    clients = {role: client_of(app, db, made.person(role)) for role in PEOPLE} | {"nobody": client_of(app, db, None)}
    for role, client in clients.items():
        for seen in walk(client, paths(app, found, *INSIDE_RULES, Rule.LINK)):
            is_picture = "/media/" in seen.path and seen.said.startswith("a picture")
            yield role, Seen(seen.path, seen.status, picture) if is_picture else seen
        yield from ((role, seen) for seen in _previews(client, db))
    for seen in walk(clients["nobody"], paths(app, found, Rule.READER)):
        assert seen.status in (200, 302, 404, 410), seen.path
        yield from ((role, seen) for role in EVERYBODY)
    for role, token in marked.tokens_of(db, made):
        held = (tokens.text_of(token), tokens.address_of(token))
        for seen in walk(client_of(app, db, None), paths(app, found, Rule.LINK, tokens=held)):
            yield role, seen


def _previews(client: object, db: Session) -> Iterator[Seen]:
    """A text that names every quotation there is, as it would stand in each material and in an answer."""
    text = "\n\n".join(marks.line_of(ref) for ref in db.scalars(select(Quotation.ref)))
    for path in ("/prompts/preview", *(f"/write/{slug}/preview" for slug in db.scalars(select(Material.slug)))):
        yield ask(client, path, text=text)


@pytest.mark.once
def test_public_pages_are_the_same_for_everybody(app: Flask, db: Session, made: Marked) -> None:
    found = values(db, made)
    mine, others = (
        list(walk(client_of(app, db, person), paths(app, found, Rule.READER))) for person in (made.world.member, None)
    )
    assert mine == others
    assert len(mine) > 90


def test_a_search_for_a_private_word_is_one_for_no_word(app: Flask, db: Session, made: Marked) -> None:
    client = client_of(app, db, None)

    def answered(word: str) -> str:
        return ask(client, f"/search?q={word}").said.replace(word, "WORD").replace(word.upper(), "WORD")

    nothing = {length: answered(f"zqm{length}") for length in ("xxz",)}["xxz"]
    differs = {mark for mark in made.may if _without_length(answered(mark)) != _without_length(nothing)}
    assert named(made, {mark for mark in differs if "nobody" not in made.may[mark]}) == []
    # The search finds words of texts and not the names of those who made them, which follow their wishes.
    assert named(made, {mark for mark, may in made.may.items() if "nobody" in may} - differs) == ["pen name"]
    assert {mark.lower() for mark in MARK.findall(ask(client, "/search?q=quokkas").said)} <= _public(made)


def _without_length(said: str) -> str:
    return "\n".join(line for line in said.splitlines() if not line.startswith(("Content-Length", "ETag")))


def _public(made: Marked) -> set[str]:
    return {mark for mark, may in made.may.items() if "nobody" in may}


def test_mail_holds_what_its_reader_may_meet_and_no_answer_of_another(db: Session, made: Marked) -> None:
    roles = {made.person(role).id: role for role in PEOPLE}
    wrong = []
    for mail in db.scalars(select(Mail)):
        role = roles.get(mail.person_id or 0) or ("guest" if mail.kind.startswith("roundtables/") else "reviewer")
        said = json.dumps([mail.subject, mail.text, mail.html, mail.attachments])
        # Its reader knows their own address, which a calendar file repeats.
        body = said.replace(mail.to_address, "")
        found = set(MARK.findall(body)) - {mark for mark, may in made.may.items() if role in may}
        wrong += [f"{name} to {role} in {mail.kind}" for name in named(made, found)]
    assert wrong == []


def test_what_is_kept_of_happenings_and_of_work_holds_no_words(db: Session, made: Marked) -> None:
    rows = [json.dumps([event.subject, event.scope, event.data]) for event in db.scalars(select(Event))]
    rows += [json.dumps([job.kind, job.key, job.payload, job.error]) for job in db.scalars(select(Job))]
    assert named(made, set(MARK.findall("\n".join(rows)))) == []
    assert len(rows) > 20


def test_an_export_holds_what_is_public(database: Database, made: Marked, tmp_path: Path) -> None:
    send_out(database, tmp_path)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    said = "\n".join(path.read_bytes().decode("utf-8", "replace") for path in written)
    assert set(MARK.findall(said)) <= _public(made)
    assert {"agreed wording", "published text"} <= set(named(made, set(MARK.findall(said))))


@pytest.mark.once
def test_a_copy_of_the_site_holds_what_is_public(
    app: Flask, database: Database, settings: Settings, made: Marked, tmp_path: Path
) -> None:
    own = settings.model_copy(update={"data": tmp_path / "data"})
    exporting.run(app, database, own, tmp_path / "site", stamp="1")
    written = [path for path in (tmp_path / "site").rglob("*") if path.is_file() and path.suffix != ".gz"]
    said = "\n".join([*map(str, written), *(path.read_bytes().decode("utf-8", "replace") for path in written)])
    assert {mark.lower() for mark in MARK.findall(said)} <= _public(made)
    assert {"agreed wording", "published text"} <= set(named(made, {mark.lower() for mark in MARK.findall(said)}))


def test_an_archive_of_a_person_holds_what_they_may_meet(db: Session, made: Marked) -> None:
    wrong = []
    for role in PEOPLE:
        out = io.BytesIO()
        export.write(db, made.person(role), out)
        with ZipFile(out) as archive:
            said = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
        found = {mark.lower() for mark in MARK.findall(said)}
        own = {mark for mark, whose in made.archived.items() if whose == role}
        wrong += [f"{made.names[mark]} to {role}" for mark in found - own if role not in made.may[mark]]
        wrong += [f"{made.names[mark]} not to {role}" for mark in own - found]
    assert wrong == []
