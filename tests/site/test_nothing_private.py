"""Nothing that is not public stands on any public page: a world full of private words, and every address there is."""

import re
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet.cohorts import showing
from peernet.cohorts.models import CohortState, Role, Seat
from peernet.db import settle
from peernet.materials.models import MaterialFile
from peernet.prompts.models import Attribution, Prompt, Visibility
from peernet.site import reading
from tests.prompts.conftest import ask_back, reply
from tests.site import shelf
from tests.site.conftest import Shelves
from tests.world import World, join, make_asking, make_cohort, make_organisation, make_person, make_roundtable

# Each of these words is said somewhere, and nowhere in public.
MORE = [
    "/search", "/search?q=zz", "/search?q=zz&kind=response", "/search?q=Zztheme", "/feeds/all.atom",
    "/feeds/topic/governance.atom", "/feeds/cohort/practice-cohort.atom", "/feeds/organisation/river-trust.atom",
    "/sitemap.xml", "/robots.txt", "/library/was-public", "/library/was-public/v/1", "/library/a-playbook/v/1",
    "/library?topic=governance", "/library?cohort=practice-cohort", "/library?organisation=river-trust",
    "/library?cohort=zzcohort", "/library?organisation=zzorganisation", "/library?question=zzdraftquestion",
]  # fmt: skip
SECRET = re.compile(r"zz[a-z]+", re.IGNORECASE)


@dataclass
class Hidden:
    """What must not be found, and where one might look for it."""

    paths: list[str]


@pytest.fixture
def hidden(db: Session, world: World, shelves: Shelves) -> Hidden:
    """Drafts, private words, closed rooms, images that nobody published."""
    _materials(db, world)
    _questions(db, world)
    _answers(db, world)
    draft_cohort = _cohort(db, world)
    settle(db)
    paths = ["/library/zzdraft", "/library/zzdraft/v/1", "/questions/zzdraftquestion", "/cohorts/zzcohort",
             "/organisations/zzorganisation", "/feeds/cohort/zzcohort.atom",
             "/feeds/organisation/zzorganisation.atom", f"/media/{'d' * 32}", f"/media/{'d' * 32}/480"]  # fmt: skip
    assert draft_cohort.state is CohortState.DRAFT
    return Hidden(paths)


def _materials(db: Session, world: World) -> None:
    draft = shelf.draft(db, "zzdraft", cohort=world.cohort, title="Zzdrafttitle", summary="Zzdraftsummary")
    db.add(MaterialFile(material_id=draft.id, media_id=shelf.image(db, "d", "facilitators:1").id, path="a.png"))
    gone = shelf.publish(db, "was-public", text="Zzwithdrawntext", title="Zzwithdrawntitle", summary="Zzgone")
    shelf.withdraw(db, gone, world.organiser)


def _questions(db: Session, world: World) -> None:
    shelf.ask_nobody(db, "zzdraftquestion", "Zzdraftquestion?", why_html="<p>Zzwhy</p>", is_public=False)
    mine = make_asking(db, world.cohort, "zzofcohort", "Zzofcohort?")
    own = db.get_one(Prompt, mine.prompt_id)
    mine.is_focus, own.is_public, own.cohort_id = False, False, world.cohort.id
    later = make_asking(db, world.cohort, "asked-later", "Asked later?")
    later.opens_at, later.text = datetime.fromisoformat("2026-12-24T12:00:00+00:00"), "Zzlaterwording?"


def _answers(db: Session, world: World) -> None:
    say = (Visibility.PRIVATE, Visibility.FACILITATORS, Visibility.COHORT)
    people = (world.member, world.peer, world.third)
    for visibility, person in zip(say, people, strict=True):
        shelf.answer(db, world.asking, person, f"Zzanswer{visibility.value}", visibility)
    db.flush()
    other = make_asking(db, world.cohort, "unattributed", "Said without a name?")
    for person in (world.member, world.peer):
        shelf.answer(db, other, person, "Zztoofew", Visibility.PUBLIC, Attribution.UNATTRIBUTED)
    db.flush()
    ask_back(db, world.asking, world.peer, "Zzaskedback", to="Zzanswercohort")
    reply(db, world.asking, world.third, "Zzreply")
    # To words that everybody reads, when fewer could.
    public = make_asking(db, world.cohort, "read-by-everybody", "Read by everybody?")
    shelf.answer(db, public, world.member, "For everybody", Visibility.PUBLIC)
    db.flush()
    ask_back(db, public, world.peer, "Zznarrowquestion", to="For everybody", audience=Visibility.COHORT)
    reply(db, public, world.member, "Zznarrowreply")


def _cohort(db: Session, world: World):
    organisation = make_organisation(db, "zzorganisation")
    cohort, (seat,) = make_cohort(db, "zzcohort", [organisation])
    cohort.state, cohort.theme, cohort.description_html = CohortState.DRAFT, "Zztheme", "<p>Zzdescription</p>"
    db.add(Seat(cohort=cohort, organisation=world.river, created_at=cohort.created_at))
    asking = make_asking(db, cohort, "asked-in-secret", "Asked in secret?")
    asking.text = "Zzwordingindraft?"
    person = make_person(db, "Zzperson")
    join(db, cohort, person, Role.MEMBER, seat)
    shelf.answer(db, asking, person, "Zzanswerindraft", Visibility.PUBLIC)
    shelf.publish(db, "from-a-draft-cohort", cohort=cohort)
    table = make_roundtable(db, world.cohort, "Zzroundtable", datetime(2026, 11, 2, 15, 0))
    table.summary, table.link = "Zzsummary", "https://zzlink.example.org"
    inside = make_roundtable(db, cohort, "Zzinside", datetime(2026, 11, 3, 15, 0))
    inside.is_public = True
    world.roundtable.link, world.roundtable.is_public = "https://zzway.example.org", True
    world.roundtable.agenda_html, world.roundtable.place = "<p>Zzagenda</p>", "Zzplace"
    showing.renew_with_organisations(db, cohort)
    return cohort


def _addresses(client: FlaskClient) -> list[str]:
    """Every address of the sitemap, in every language, and what is not in it."""
    tree = ElementTree.fromstring(client.get("/sitemap.xml").data)
    found = [element.text for element in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert all(address and address.startswith("http://localhost:8000/") for address in found)
    paths = [address.removeprefix("http://localhost:8000") for address in found if address]
    return paths + MORE


# What a reader typed, or an address said, comes back to them.
_ECHOED = {"zz", "zztheme", "zzcohort", "zzorganisation", "zzdraftquestion"}


def test_no_page_holds_a_private_word(client: FlaskClient, hidden: Hidden) -> None:
    addresses = _addresses(client)
    assert {"/", "/library/a-playbook", "/questions/who-decides", "/cohorts/practice-cohort",
            "/organisations/river-trust", "/fr/about"} <= set(addresses)  # fmt: skip
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == (410 if "was-public" in address else 200), address
        said = {word.lower() for word in SECRET.findall(answer.text)}
        echoed = _ECHOED if "?" in address else {"zz"}
        assert said - echoed == set(), address


def test_what_is_hidden_is_not_there(client: FlaskClient, hidden: Hidden) -> None:
    for path in hidden.paths:
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "private, no-store"), path
        assert set(SECRET.findall(answer.text)) <= set(SECRET.findall(path)), path


def test_the_draft_cohort_is_not_named_with_what_came_of_it(client: FlaskClient, hidden: Hidden) -> None:
    page = client.get("/library/from-a-draft-cohort").text
    assert "From a draft cohort" in page
    assert "Zzcohort" not in page


def test_search_counts_nothing_private(client: FlaskClient, hidden: Hidden) -> None:
    for words in ("zzanswercohort", "zzanswerprivate", "zztoofew", "zzroundtable", "zzofcohort", "zzwithdrawntext"):
        assert "Nothing public holds all of these words" in client.get(f"/search?q={words}").text


def test_the_sitemap_lists_what_is_public(db: Session, client: FlaskClient, hidden: Hidden) -> None:
    paths = {path for path in _addresses(client) if not path.startswith("/fr") and "?" not in path}
    assert paths >= {f"/questions/{prompt.slug}" for prompt in db.scalars(reading.prompts())}
    assert {path for path in paths if path.startswith("/cohorts/")} == {
        "/cohorts/practice-cohort", "/cohorts/other-cohort"
    }  # fmt: skip


def test_no_page_asks_another_site(client: FlaskClient, hidden: Hidden) -> None:
    loading = re.compile(r"""<(?:link|script|img|source|iframe|video|audio)\b[^>]*?(?:src|href|srcset)="([^"]*)""")
    kept = ("stylesheet", "icon")
    for address in [path for path in _addresses(client) if "." not in path]:
        html = client.get(address).text
        for tag in re.finditer(r"<(?:link|script|img|source|iframe|video|audio)\b[^>]*>", html):
            if "rel=" in tag[0] and not any(word in tag[0] for word in kept):
                continue
            for target in loading.findall(tag[0]):
                assert target.startswith("/"), (address, tag[0])
