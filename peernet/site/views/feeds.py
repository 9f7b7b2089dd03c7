"""Atom feeds: all of the library, and by topic, cohort, organisation and question; calendars of public roundtables."""

from flask import Response, request

from peernet.materials.words import KINDS
from peernet.roundtables.feeds import entries, files
from peernet.site import calendars, feeds
from peernet.site.feeds import Feed
from peernet.site.making import ready_made
from peernet.site.views.blueprint import blueprint, existing
from peernet.text.xml import legal
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/feeds/all.atom")
@rule(Rule.READER)
@ready_made
def feed() -> Response:
    """All materials."""
    return _atom(feeds.everything(db()), "site.library")


@blueprint.get("/feeds/topic/<slug>.atom")
@rule(Rule.READER)
@ready_made
def topic_feed(slug: str) -> Response:
    """Materials on a topic."""
    return _atom(existing(feeds.of_topic(db(), slug)), "site.library", topic=slug)


@blueprint.get("/feeds/cohort/<slug>.atom")
@rule(Rule.READER)
@ready_made
def cohort_feed(slug: str) -> Response:
    """Materials of a cohort."""
    return _atom(existing(feeds.of_cohort(db(), slug)), "site.cohort", slug=slug)


@blueprint.get("/feeds/organisation/<slug>.atom")
@rule(Rule.READER)
@ready_made
def organisation_feed(slug: str) -> Response:
    """Materials by or about an organisation."""
    return _atom(existing(feeds.of_organisation(db(), slug)), "site.organisation", slug=slug)


@blueprint.get("/feeds/question/<slug>.atom")
@rule(Rule.READER)
@ready_made
def question_feed(slug: str) -> Response:
    """Materials that answer a question."""
    return _atom(existing(feeds.of_question(db(), slug)), "site.question", slug=slug)


@blueprint.get("/feeds/roundtables.ics")
@rule(Rule.READER)
@ready_made
def roundtables() -> Response:
    """Public roundtables of all cohorts, to subscribe to."""
    return _calendar(calendars.everything(db()))


@blueprint.get("/feeds/cohort/<slug>.ics")
@rule(Rule.READER)
@ready_made
def cohort_roundtables(slug: str) -> Response:
    """Those of one cohort."""
    return _calendar(existing(calendars.of_cohort(db(), slug)))


def _calendar(found: entries.Feed) -> Response:
    return Response(files.write(found), content_type="text/calendar; charset=utf-8")


def _atom(found: Feed, endpoint: str, **where: str) -> Response:
    # A feed is named by the address that it had first.
    folder = request.path.rpartition("/")[0]
    named = f"{request.root_path}{folder}/{found.first}.atom" if found.first else f"{request.root_path}{request.path}"
    document = render("site/feed.xml", feed=found, named=named, endpoint=endpoint, where=where, kinds=KINDS)
    return Response(legal(document), content_type="application/atom+xml; charset=utf-8")
