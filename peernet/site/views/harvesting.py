"""OAI-PMH: one address for catalogues, asked by GET or POST."""

import re
from collections.abc import Callable

from flask import Response, g, request
from flask.blueprints import BlueprintSetupState

from peernet import clock, pages
from peernet.i18n import use_language
from peernet.settings import current
from peernet.site.harvesting import asking, records
from peernet.site.harvesting.asking import FORMATS, Asked, Wrong
from peernet.site.making import ready_made
from peernet.site.views.blueprint import blueprint
from peernet.text.xml import legal
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule

_SCHEMA = "/oai/lrmi.xsd"
# What an answer may echo of these, as OAI-PMH.xsd has it.
_SIGNS = r"[A-Za-z0-9\-_.!~*'()]+"
_SHAPES = {"metadataPrefix": re.compile(_SIGNS), "set": re.compile(rf"{_SIGNS}(:{_SIGNS})*")}


@blueprint.get("/oai")
@rule(Rule.READER)
def oai() -> Response:
    """Answer a harvester; what is wrong with its request is an answer as well."""
    return _answer()


@blueprint.post("/oai")
@rule(Rule.READER)
def oai_by_form() -> Response:
    """The same, for one that sends its request as a form. Nothing changes by it."""
    g.only_reading = True
    return _answer()


@blueprint.record_once
def _exempt(state: BlueprintSetupState) -> None:
    """Harvesters have no key of a form."""
    state.app.extensions["csrf"].exempt(oai_by_form)


@blueprint.get(_SCHEMA)
@rule(Rule.READER)
@ready_made
def lrmi_schema() -> Response:
    """That a record in the format ``lrmi`` is RDF."""
    pages.depend("home")
    return Response(render("site/lrmi.xsd.xml"), content_type="text/xml; charset=utf-8")


def _answer() -> Response:
    with use_language("en"):
        try:
            asked = asking.read(request.values)
            body = _found(asked)
        except Wrong as wrong:
            is_known = wrong.code not in ("badVerb", "badArgument")
            echoed = {name: said for name, said in request.values.items() if _fits(name, said)} if is_known else {}
            body = render("site/oai.xml", **_around(echoed), verb="", wrong=wrong)
    return Response(legal(body), content_type="text/xml; charset=utf-8")


def _found(asked: Asked) -> str:
    answers: dict[str, Callable[[], dict[str, object]]] = {
        "Identify": lambda: {"earliest": records.earliest(db()), "host": records.host()},
        "ListMetadataFormats": lambda: {"record": records.one(db(), asked.identifier) if asked.identifier else None},
        "ListSets": lambda: {"sets": list(records.sets(db()))},
        "GetRecord": lambda: {"record": records.one(db(), asked.identifier)},
        "ListIdentifiers": lambda: {"listed": records.some(db(), asked)},
        "ListRecords": lambda: {"listed": records.some(db(), asked)},
    }
    said = {"verb": asked.verb, "prefix": asked.prefix} | answers[asked.verb]()
    return render("site/oai.xml", **_around(request.values.to_dict()), **said)


def _fits(name: str, said: str) -> bool:
    """Whether the schema of the protocol lets a value of the request stand in the answer."""
    return name not in _SHAPES or _SHAPES[name].fullmatch(said) is not None


def _around(echoed: dict[str, str]) -> dict[str, object]:
    base = current().public_url
    formats = [(name, space, schema or f"{base}{_SCHEMA}") for name, (space, schema) in FORMATS.items()]
    return {"now": clock.now(), "echoed": echoed, "base": f"{base}/oai", "formats": formats}
