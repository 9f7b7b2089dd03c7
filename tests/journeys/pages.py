"""Every page of the demonstration network, by who opens it: each GET address of the application, filled in."""

from flask import Flask
from werkzeug.routing import Rule as Route

from peernet.web.rules import Rule, rule_of
from tests.journeys.furnishing import GUEST, NAMES, QUOTING, Furnished

# Answers that are not pages; other tests read them.
NOT_PAGES = {
    "desk.journal_file",
    "assets.static",
    "health.healthz",
    "health.readyz",
    "materials.new_clip_quotation",  # of a recording, and none is brought there
    "materials.earlier_difference",  # of two that are chosen: see _more
    "materials.review_image",
    "materials.review_link_image",
    "materials.sheet",
    "roundtables.calendar_by_link",
    "roundtables.calendar_file",
    "roundtables.notes_file",
    "roundtables.reached",
    "roundtables.recording_captions",
    "roundtables.recording_file",
    "roundtables.room_now",
    "roundtables.room_notes",
    "roundtables.screen_now",
    "roundtables.stream",
    "roundtables.subscribed",
    "site.book_download",
    "site.cohort_feed",
    "site.cohort_roundtables",
    "site.download",
    "site.earlier_privacy",  # leads to the notice itself while that is its only version
    "site.feed",
    "site.lrmi_schema",
    "site.media",
    "site.oai",
    "site.passage",
    "site.passage_captions",
    "site.organisation_feed",
    "site.material_sheet_file",
    "site.question_feed",
    "site.question_sheet_file",
    "site.record_of_processing",
    "site.robots",
    "site.roundtables",
    "site.security",
    "site.share",
    "site.share_material",
    "site.share_question",
    "site.sitemap",
    "site.sitemap_part",
    "site.topic_feed",
    "site.material_changes",  # of a second version; the organiser's story looks at it
    "site.version_download",
}
# What a member opens; the same pages stand in the organiser's list, where they show more.
MEMBERS = {
    "accounts.address",
    "accounts.mail_wishes",
    "accounts.my_sessions",
    "accounts.password",
    "accounts.profile",
    "cohorts.leaving",
    "cohorts.mine",
    "desk.own_journal",
    "desk.cohort",
    "desk.me",
    "materials.my_quotations",
    "materials.review",
    "prompts.confirm_erasing",
    "prompts.of_cohort",
    "prompts.page",
    "prompts.prompt",
    "prompts.shelf",
    "roundtables.burdens",
    "roundtables.my_hours",
    "roundtables.calendars",
    "roundtables.groups",
    "roundtables.join",
    "roundtables.met",
    "roundtables.page",
    "roundtables.recording",
    "roundtables.room",
    "roundtables.screen",
    "roundtables.poll",
    "roundtables.series",
}
# Of these the member's own are enough.
ONLY_MEMBERS = {"materials.review", "prompts.confirm_erasing", "roundtables.my_hours"} | {
    endpoint for endpoint in MEMBERS if endpoint.startswith("accounts.")
}
SLUGS = {
    "/c/": "practice-cohort",
    "/cohorts/": "practice-cohort",
    "/organisations/": "example-river-trust",
    "/roundtables/": "a-table-for-the-tests-of-pages",
    "/prompts/": "what-do-you-steward-and-for-whom",
    "/questions/": "what-do-you-steward-and-for-whom",
    "/write/": "draw-the-ecosystem-first",
    "/library/": "draw-the-ecosystem-first",
    "/pages/": "imprint",
}
# The pages about a material that quotes answers.
QUOTES = {"materials.quotations", "materials.answers_to_quote", "materials.wording"}


def addresses(app: Flask, furnished: Furnished) -> dict[str, list[str]]:
    """The addresses of every page, by the role that opens them."""
    found: dict[str, list[str]] = {role: [] for role in NAMES}
    numbers = _numbers(furnished)
    adapter = app.url_map.bind("localhost")
    for route in app.url_map.iter_rules():
        if "GET" in (route.methods or ()) and route.endpoint not in NOT_PAGES:
            link = furnished.links.get(route.endpoint)
            address = link or adapter.build(route.endpoint, _arguments(route, numbers), method="GET")
            for role in roles(app, route.endpoint):
                found[role].append(address)
    found["reader"].append(furnished.links["guest"])
    for role, more in _more(numbers).items():
        found[role] += more
    return {role: sorted(set(listed)) for role, listed in found.items()}


def roles(app: Flask, endpoint: str) -> set[str]:
    """Whose page an endpoint is."""
    rule = rule_of(app, endpoint)
    if rule in (Rule.READER, Rule.ANYBODY, Rule.LINK):
        return {"reader"}
    if rule is Rule.ADMIN:
        return {"administrator"}
    return ({"member"} if endpoint in MEMBERS else set()) | ({"organiser"} if endpoint not in ONLY_MEMBERS else set())


def _numbers(furnished: Furnished) -> dict[str, object]:
    number = furnished.site.value
    cohort = "cohort_id = (SELECT id FROM cohort WHERE slug = 'practice-cohort')"
    drawn = "material_id = (SELECT id FROM material WHERE slug = 'draw-the-ecosystem-first')"
    river = "(SELECT id FROM person WHERE email = 'river@example.org')"
    return {
        "asking_id": number(f"SELECT asking_id FROM response WHERE person_id = {river} ORDER BY id"),
        "open_asking_id": number(f"SELECT max(id) FROM asking WHERE {cohort} AND closed_at IS NULL"),
        "roundtable_id": number(f"SELECT max(id) FROM roundtable WHERE {cohort}"),
        "held_roundtable_id": number(f"SELECT min(id) FROM roundtable WHERE {cohort}"),
        "membership_id": number(f"SELECT id FROM membership WHERE {cohort} AND is_deputy"),
        "seat_id": number(f"SELECT min(id) FROM seat WHERE {cohort}"),
        "person_id": number(f"SELECT {river}"),
        "mail_id": number(f"SELECT min(id) FROM mail WHERE to_address = '{GUEST}'"),
        "file_id": number(f"SELECT min(id) FROM material_file WHERE {drawn}"),
        "step_id": number("SELECT min(id) FROM agenda_step"),
        "plan_id": number("SELECT max(id) FROM series_plan"),
        "grouping_id": number("SELECT max(grouping_id) FROM roundtable_grouping"),
        "series_id": number("SELECT max(grouping_id) FROM series_grouping"),
        "announced_id": number(
            "SELECT max(grouping.id) FROM grouping JOIN roundtable_grouping ON grouping_id = grouping.id"
            " WHERE state = 'announced'"
        ),
        "agenda_roundtable_id": number("SELECT roundtable_id FROM agenda_step ORDER BY id"),
        "poll_id": number(f"SELECT min(id) FROM poll WHERE {cohort}"),
        "option_id": number("SELECT min(id) FROM poll_option"),
        "ref": number("SELECT ref FROM quotation ORDER BY id"),
        "review_id": number(f"SELECT id FROM review_reviewer WHERE person_id = {river}"),
        "number": 1,
        "by": "organisation",
        "terms": "privacy",
        "earlier_id": number(f"SELECT min(id) FROM material_draft_earlier WHERE {drawn}"),
        "later_id": number(f"SELECT max(id) FROM material_draft_earlier WHERE {drawn}"),
    }


def _arguments(route: Route, numbers: dict[str, object]) -> dict[str, object]:
    found: dict[str, object] = {name: numbers[name] for name in route.arguments if name in numbers}
    if "slug" in route.arguments:
        found["slug"] = next(slug for start, slug in SLUGS.items() if route.rule.startswith(start))
    if route.endpoint == "roundtables.repairing_groups":
        found["grouping_id"] = numbers["announced_id"]
    if "step_id" in route.arguments:
        found["roundtable_id"] = numbers["agenda_roundtable_id"]
    if route.endpoint in QUOTES:
        found["slug"] = QUOTING
    return found


def _more(numbers: dict[str, object]) -> dict[str, list[str]]:
    """Pages that look otherwise in another state or in another language, and those of what is not there."""
    prompt = f"/c/practice-cohort/prompts/{numbers['open_asking_id']}"
    held = f"/c/practice-cohort/roundtables/{numbers['held_roundtable_id']}"
    plan = f"/c/practice-cohort/roundtables/plan-series/{numbers['plan_id']}"
    repair = f"/c/practice-cohort/roundtables/{numbers['roundtable_id']}/groups/{numbers['announced_id']}/repair"
    zone = f"/c/practice-cohort/polls/{numbers['poll_id']}/zone?zone=Asia/Kolkata"
    sheet = f"/c/practice-cohort/materials/assemble/sheet?asking={numbers['asking_id']}"
    return {
        "reader": [
            "/styleguide",
            "/fr/",
            "/fr/library",
            "/es/questions",
            "/es/organisations/wikirate",
            "/pt/cohorts/practice-cohort",
            "/pt/about",
            "/ar/",
            "/ar/library",
            "/ar/library/one-hour-eight-clocks",
            "/ar/questions/what-makes-data-worth-trusting",
            "/ar/search?q=river",
            "/library?kind=blogpost&topic=trust",
            "/library?topic=no-such-topic",
            "/library/how-a-roundtable-works",
            "/library/one-hour-eight-clocks",
            "/library/running-a-roundtable-series",
            "/cohorts/stewards-of-open-data",
            "/organisations/wikirate",
            "/search?q=river",
            "/search?q=nothing-is-called-so",
            "/questions/what-makes-data-worth-trusting",
        ],
        "member": [prompt, held, "/fr/me"],
        "organiser": [
            f"/write/draw-the-ecosystem-first/earlier/difference?old={numbers['earlier_id']}&new={numbers['later_id']}",
            f"/write/{QUOTING}",
            f"/write/{QUOTING}/publish",
            prompt,
            held,
            f"{held}/attendance",
            f"{plan}/2",
            repair,
            sheet,
            zone,
        ],
        "administrator": ["/me", "/c"],
    }
