"""A request as a harvester writes it: its verb and arguments, or the errors of section 3.6."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from werkzeug.datastructures import MultiDict

from peernet.site.harvesting import tokens
from peernet.site.harvesting.tokens import Place

# The formats: namespace, and where its schema is (None: here).
FORMATS: Mapping[str, tuple[str, str | None]] = {
    "oai_dc": ("http://www.openarchives.org/OAI/2.0/oai_dc/", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"),
    "lrmi": ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", None),
}
# For each verb what it must have, what it may have, and what may only stand alone.
_VERBS: Mapping[str, tuple[set[str], set[str], str]] = {
    "Identify": (set(), set(), ""),
    "ListMetadataFormats": (set(), {"identifier"}, ""),
    "ListSets": (set(), set(), "resumptionToken"),
    "GetRecord": ({"identifier", "metadataPrefix"}, set(), ""),
    "ListIdentifiers": ({"metadataPrefix"}, {"from", "until", "set"}, "resumptionToken"),
    "ListRecords": ({"metadataPrefix"}, {"from", "until", "set"}, "resumptionToken"),
}
_DAY, _SECOND = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class Wrong(Exception):
    """A request that cannot be answered; ``code`` is one of section 3.6."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class Asked:
    """What is asked for. ``before`` is the moment before which a record was told, ``after`` the place to go on from."""

    verb: str
    prefix: str = ""
    identifier: str = ""
    since: datetime | None = None
    before: datetime | None = None
    chosen: str = ""
    after: Place | None = None
    written: Mapping[str, str] | None = None


def read(arguments: MultiDict[str, str]) -> Asked:
    """The request. Raises Wrong."""
    verb = arguments.getlist("verb")
    if len(verb) != 1 or verb[0] not in _VERBS:
        raise Wrong("badVerb", "The verb is missing, repeated, or none of the protocol.")
    values = {name: arguments[name] for name in arguments if name != "verb"}
    required, optional, alone = _VERBS[verb[0]]
    if any(len(arguments.getlist(name)) > 1 for name in values):
        raise Wrong("badArgument", "An argument is repeated.")
    if alone in values:
        return _resumed(verb[0], values, alone)
    if set(values) - required - optional or required - set(values):
        raise Wrong("badArgument", f"{verb[0]} takes {', '.join(sorted(required | optional)) or 'no arguments'}.")
    return _plain(verb[0], values)


def _resumed(verb: str, values: Mapping[str, str], alone: str) -> Asked:
    if len(values) > 1:
        raise Wrong("badArgument", "A resumptionToken stands alone.")
    place = tokens.read(values[alone]) if verb != "ListSets" else None
    if place is None or place.prefix not in FORMATS:
        raise Wrong("badResumptionToken", "This token was not given here.")
    since, before = _span(place.since, place.until)
    return Asked(verb, place.prefix, since=since, before=before, chosen=place.chosen, after=place)


def _plain(verb: str, values: Mapping[str, str]) -> Asked:
    prefix = values.get("metadataPrefix", "")
    since, before = _span(values.get("from", ""), values.get("until", ""))
    if "metadataPrefix" in values and prefix not in FORMATS:
        raise Wrong("cannotDisseminateFormat", f"There are {', '.join(FORMATS)}.")
    return Asked(verb, prefix, values.get("identifier", ""), since, before, values.get("set", ""), written=values)


def _span(since: str, until: str) -> tuple[datetime | None, datetime | None]:
    """From which moment on, and before which (section 2.7.1: both ends belong to the span)."""
    start, last = _moment(since), _moment(until)
    if since and until and len(since) != len(until):
        raise Wrong("badArgument", "from and until have different granularities.")
    if start and last and start > last:
        raise Wrong("badArgument", "from is later than until.")
    unit = timedelta(days=1) if len(until) == len("2026-01-01") else timedelta(seconds=1)
    return start, last + unit if last else None


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        if _DAY.fullmatch(text) or _SECOND.fullmatch(text):
            found = datetime.fromisoformat(text).replace(tzinfo=UTC)
            if found.year < 9999:
                return found
    except ValueError:
        pass
    raise Wrong("badArgument", "A date is written as 2026-01-31 or 2026-01-31T12:00:00Z.")
