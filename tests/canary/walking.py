"""Walking every address as somebody: built from the map of addresses and from what stands in the database."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from zipfile import ZipFile

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from peernet.accounts import sessions
from peernet.accounts.models import Person, SignIn
from peernet.materials.contributors.models import Contributor
from peernet.materials.earlier.models import EarlierDraft
from peernet.materials.models import Material, MaterialFile
from peernet.materials.quotations.models import Quotation
from peernet.materials.reviews.models import Comment, Reviewer
from peernet.media.models import MediaFile
from peernet.prompts.models import Asking, Prompt
from peernet.roundtables.groupings.models import SeriesGrouping
from peernet.roundtables.models import Guest, Opening, Roundtable
from peernet.roundtables.recordings.models import Clip
from peernet.web.limits import limiter
from peernet.web.rules import Rule, rule_of
from tests.canary.marked import Marked
from tests.house.test_routes import SLUGS

MARK = re.compile(r"zqm\d\dz", re.IGNORECASE)
# What stands in an address and is no thing of the database.
FIXED: dict[str, Sequence[object]] = {
    "kind": ("html", "epub", "markdown", "bibtex", "ris", "csl"),
    "number": (1,),
    "width": (480,),
    "what": ("answer", "question"),
    "by": ("topic", "cohort", "organisation", "language"),
    "terms": ("privacy",),
    "token": ("0-none",),
    "key": ("0-none",),
}
# The same for everybody, whatever was said: styles and scripts.
SKIPPED = {"assets.static"}


@dataclass(frozen=True)
class Seen:
    """What somebody met at an address."""

    path: str
    status: int
    said: str

    @property
    def marks(self) -> set[str]:
        """The marks in it, its headers included."""
        return {mark.lower() for mark in MARK.findall(self.said)}


def values(db: Session, made: Marked) -> dict[str, Sequence[object]]:
    """What can stand for each argument of an address: every row there is; and of things of materials, which belong to
    which (see ``_combined``)."""
    everything = {
        "asking_id": Asking.id, "roundtable_id": Roundtable.id, "ref": Quotation.ref, "name": MediaFile.name,
        "comment_id": Comment.id, "guest_id": Guest.id, "review_id": Reviewer.id, "reviewer_id": Reviewer.id,
        "person_id": Person.id, "clip_id": Clip.id, "series_id": SeriesGrouping.grouping_id,
        "earlier_id": EarlierDraft.id, "file_id": MaterialFile.id, "contributor_id": Contributor.id,
        "sign_in_id": SignIn.id,
        "/write/": Material.slug, "/library/": Material.slug,
        "/roundtables/": Opening.slug, "/prompts/": Prompt.slug, "/questions/": Prompt.slug,
    }  # fmt: skip
    rows = {name: list(db.scalars(select(column))) for name, column in everything.items()}
    together = {
        name: list(db.execute(select(column, Material.slug).join(Material, Material.id == owner)))
        for name, column, owner in (
            ("earlier_id slug", EarlierDraft.id, EarlierDraft.material_id),
            ("ref slug", Quotation.ref, Quotation.material_id),
        )
    }
    return {**{name: (thing,) for name, thing in made.things.items()}, **FIXED, **rows, **together}


def paths(
    app: Flask, found: Mapping[str, Sequence[object]], *rules: Rule, tokens: Sequence[str] = (), method: str = "GET"
) -> Iterator[str]:
    """Every address that answers GET under one of these rules. Fails for an argument that nothing stands for."""
    for some in addresses(app, found, *rules, tokens=tokens, method=method):
        yield from some


def addresses(
    app: Flask, found: Mapping[str, Sequence[object]], *rules: Rule, tokens: Sequence[str] = (), method: str = "GET"
) -> Iterator[list[str]]:
    """The same with those of one route together."""
    adapter = app.url_map.bind("localhost")
    for route in sorted(app.url_map.iter_rules(), key=lambda route: (route.rule, route.endpoint)):
        if method in (route.methods or ()) and route.endpoint not in SKIPPED and rule_of(app, route.endpoint) in rules:
            names = sorted(route.arguments)
            choices = [tokens if name == "token" and tokens else _choices(route, name, found) for name in names]
            yield [
                adapter.build(route.endpoint, dict(zip(names, chosen, strict=True)), method=method)
                for chosen in _combined(names, choices, found)
            ]


def _combined(
    names: Sequence[str], choices: Sequence[Sequence[object]], found: Mapping[str, Sequence[object]]
) -> list[tuple[object, ...]]:
    """All combinations; of a material and its things those that belong together, and one that does not."""
    together = found.get(" ".join(names), ())
    if len(names) < 2 or not together:
        return list(product(*choices))
    mine = {tuple(one) for one in together}  # type: ignore[arg-type]
    return [*sorted(mine, key=str), next(one for one in product(*choices) if one not in mine)]


def _choices(route: Route, name: str, found: Mapping[str, Sequence[object]]) -> Sequence[object]:
    if name == "slug":
        start = next((start for start in found if start.startswith("/") and route.rule.startswith(start)), None)
        return found[start] if start else (next(slug for at, slug in SLUGS.items() if route.rule.startswith(at)),)
    assert name in found, (
        f"The walk does not know what stands for <{name}> in {route.rule}: see tests/canary/walking.py"
    )
    return found[name]


def client_of(app: Flask, db: Session, person: Person | None) -> FlaskClient:
    """A browser of somebody's; of nobody's for None."""
    client = app.test_client()
    if person is not None:
        ticket = sessions.begin(db, person, way="test", agent="test").ticket
        db.commit()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = ticket, True
    return client


def walk(client: FlaskClient, addresses: Iterator[str]) -> Iterator[Seen]:
    """What is met at each of these."""
    for path in addresses:
        yield ask(client, path)


def ask(client: FlaskClient, path: str, **data: str) -> Seen:
    """One request; with ``data`` it posts them."""
    limiter.reset()
    answer = client.post(path, data=data) if data else client.get(path)
    assert answer.status_code < 500, path
    return Seen(path, answer.status_code, f"{_text(answer)}\n{answer.headers}")


def _text(answer: TestResponse) -> str:
    """All that it says, unpacked; a picture says only that it is there."""
    if answer.data[:2] == b"PK":
        with ZipFile(io.BytesIO(answer.data)) as archive:
            return "\n".join(
                [*archive.namelist(), *(archive.read(name).decode(errors="replace") for name in archive.namelist())]
            )
    if answer.mimetype.startswith("image/") and answer.status_code == 200:
        return "a picture"
    return answer.data.decode()
