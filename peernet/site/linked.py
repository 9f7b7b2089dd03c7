"""What pages say, for machines: schema.org in JSON-LD. Nothing here that the page does not show.

A material is ``about`` its questions and organisations; their pages name it in turn as ``subjectOf``.
"""

from collections.abc import Iterable
from typing import Any

from peernet.materials.library import Card
from peernet.prompts.voices import AnyVoice
from peernet.settings import current
from peernet.site.cohorts import CohortPage, Point
from peernet.site.organisations import OrganisationPage
from peernet.site.people import PersonPage
from peernet.site.questions import QuestionPage
from peernet.site.roundtables import RoundtablePage
from peernet.text import plain

_CONTEXT = "https://schema.org"
_SECOND = "%Y-%m-%dT%H:%M:%SZ"
_STATES = {"cancelled": "EventCancelled", "next": "EventScheduled", "planned": "EventScheduled"}


def network() -> dict[str, Any]:
    """The installation itself: who publishes, and where its search is."""
    base, name = current().public_url, current().network.name
    return {
        "@context": _CONTEXT,
        "@type": "WebSite",
        "@id": f"{base}/",
        "url": f"{base}/",
        "name": name,
        "description": current().network.tagline,
        "publisher": {"@type": "Organization", "name": name},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{base}/search?q={{words}}"},
            "query-input": "required name=words",
        },
    }


def question(page: QuestionPage) -> dict[str, Any]:
    """A question, its answers as far as they are public and no examples, and the materials that answer it."""
    own = address("questions", page.prompt.slug)
    said = [_answer(one, own) for one in page.voices if not one.is_example]
    found = {
        "@context": _CONTEXT,
        "@type": "Question",
        "@id": address("questions", page.prompt.slug),
        "url": address("questions", page.prompt.slug),
        "name": page.prompt.text,
        "text": page.prompt.text,
        "inLanguage": page.prompt.language,
        "answerCount": len(said),
        "suggestedAnswer": said,
        "about": page.prompt.topic.name if page.prompt.topic else "",
        "subjectOf": _materials(page.materials),
    }
    return _filled(found)


def organisation(page: OrganisationPage) -> dict[str, Any]:
    """An organisation and the materials by or about it."""
    one = page.organisation
    found = {
        "@context": _CONTEXT,
        "@type": "Organization",
        "@id": address("organisations", one.slug),
        "name": one.name,
        "url": one.home_page or address("organisations", one.slug),
        "description": one.stewards,
        "logo": f"{current().public_url}{one.logo_url}" if one.logo_url else "",
        "subjectOf": _materials(page.materials),
    }
    return _filled(found)


def person(page: PersonPage) -> dict[str, Any]:
    """Somebody who asked for a page."""
    own = page.person
    url = f"{current().public_url}{own.page}"
    found = {
        "@context": _CONTEXT,
        "@type": "Person",
        "@id": url,
        "url": url,
        "name": own.name,
        "affiliation": {"@type": "Organization", "name": own.page_organisation} if own.page_organisation else {},
        "subjectOf": _materials(page.materials),
    }
    return _filled(found)


def cohort(page: CohortPage) -> list[dict[str, Any]]:
    """The public roundtables of a cohort."""
    return [_event(page, point) for point in page.points]


def roundtable(page: RoundtablePage) -> dict[str, Any]:
    """One roundtable that everybody can sign up for."""
    one = page.roundtable
    places = {"remainingAttendeeCapacity": page.left} if page.left is not None else {}
    found = {
        "@context": _CONTEXT,
        "@type": "EducationEvent",
        "@id": address("roundtables", page.opening.slug),
        "url": address("roundtables", page.opening.slug),
        "name": one.title,
        "description": one.summary,
        "startDate": one.starts_at.strftime(_SECOND),
        "endDate": one.ends_at.strftime(_SECOND),
        "eventStatus": f"https://schema.org/{'EventCancelled' if one.cancelled_at else 'EventScheduled'}",
        "inLanguage": page.opening.language,
        "isAccessibleForFree": True,
        "performer": {"@type": "Person", "name": page.opening.facilitator} if page.opening.facilitator else {},
        "organizer": {"@type": "Organization", "name": current().network.name, "url": f"{current().public_url}/"},
        **places,
    }
    return _filled(found)


def address(room: str, slug: str) -> str:
    """The page that stands for a thing, whatever the language of its reader."""
    return f"{current().public_url}/{room}/{slug}"


def _event(page: CohortPage, point: Point) -> dict[str, Any]:
    """What is over is shown with its day, what is to come with its hour."""
    comes = point.state in ("next", "planned")
    at = point.roundtable.starts_at.strftime(_SECOND) if comes else point.date.isoformat()
    state = _STATES.get(point.state)
    found = {
        "@context": _CONTEXT,
        "@type": "EducationEvent",
        "@id": _own_page_of(point),
        "name": point.title,
        "description": point.roundtable.summary,
        "startDate": at,
        "eventStatus": f"https://schema.org/{state}" if state else "",
        "url": _page_of(page, point),
        "organizer": {"@type": "Organization", "name": current().network.name, "url": f"{current().public_url}/"},
    }
    return _filled(found)


def _page_of(page: CohortPage, point: Point) -> str:
    return _own_page_of(point) or address("cohorts", page.cohort.slug)


def _own_page_of(point: Point) -> str:
    opening = point.roundtable.opening
    return address("roundtables", opening.slug) if opening is not None and opening.is_open else ""


def _answer(voice: AnyVoice, question_: str) -> dict[str, Any]:
    """What somebody said, under the name that stands beside it on the page, if any does. Only with a name it has a
    place of its own there: answers without one come and go together."""
    name, organisation_ = getattr(voice, "name", ""), getattr(voice, "organisation", None)
    author: dict[str, Any] = {"@type": "Person", "name": name} if name else {}
    if page := getattr(voice, "page", ""):
        author["@id"] = f"{current().public_url}{page}"
    if organisation_ is not None:
        own = {"@type": "Organization", "@id": address("organisations", organisation_.slug), "name": organisation_.name}
        author = author | {"affiliation": own} if author else own
    text = plain.words_of_html(voice.html)
    own_place = {"@id": f"{question_}#{anchor(voice)}"} if author else {}
    return _filled(
        {
            "@type": "Answer",
            **own_place,
            "text": text,
            "datePublished": voice.day.isoformat(),
            "author": author,
            "parentItem": {"@id": question_},
        }
    )


def anchor(voice: AnyVoice) -> str:
    """The place of a voice in the page of its question."""
    return f"answer-{voice.key}"


def _materials(cards: Iterable[Card]) -> list[dict[str, Any]]:
    return [
        {
            "@type": "LearningResource",
            "@id": address("library", card.slug),
            "name": card.title,
            "learningResourceType": card.kind,
        }
        for card in cards
    ]


def _filled(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value or value == 0}
