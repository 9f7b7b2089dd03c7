"""Two installations of one program do not look like one network."""

import re
from pathlib import Path

from PIL import Image

from peernet.app import make_app
from peernet.db import Database
from peernet.settings import Settings, use
from peernet.settings.tree import MenuEntry, Network
from tests.world import World


def home(settings: Settings, database: Database, network: Network) -> dict[str, object]:
    client = make_app(use(settings.model_copy(update={"network": network})), database).test_client()
    page = client.get("/").text
    (head,) = re.findall(r'<a class="masthead-name".*?</a>', page, re.DOTALL)
    (menu,) = re.findall(r'<ul class="masthead-nav">(.*?)</ul>', page, re.DOTALL)
    (foot,) = re.findall(r'<footer class="colophon">(.*?)</footer>', page, re.DOTALL)
    (sheet,) = re.findall(r'href="(/static/[0-9a-f]{12}/brand.css)"', page)
    return {
        "title": re.findall(r"<title>(.*?)</title>", page),
        "name": re.findall(r"<span>(.*?)</span>", head),
        "logo": re.findall(r'src="(.*?)"', head),
        "icon": re.findall(r'<link rel="icon" href="(.*?)"', page),
        "paper": re.findall(r'<meta name="theme-color" content="(.*?)"', page),
        "colours": client.get(sheet).text,
        "menu": re.findall(r">([^<>]+)</a>", menu),
        "foot": re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", foot)),
        "picture": client.get("/share.png").data,
    }


PUBLIC = ("/", "/questions", "/library", "/cohorts", "/organisations", "/search?q=water", "/privacy", "/what-we-hold")
OTHERS = ("/sign-in", "/library/nothing", "/feeds/all.atom", "/oai?verb=Identify")


def test_the_program_is_named_at_the_foot_and_under_about_alone(
    settings: Settings, database: Database, world: World
) -> None:
    network = settings.network.model_copy(update={"name": "Coast and rivers"})
    client = make_app(use(settings.model_copy(update={"network": network})), database).test_client()
    pages = {path: client.get(path).text for path in (*PUBLIC, *OTHERS, "/about")}
    words = {path: re.sub(r'<footer class="colophon">.*?</footer>|<[^>]*>', "", page, flags=re.DOTALL)
             for path, page in pages.items()}  # fmt: skip
    assert [path for path, said in words.items() if "Coast and rivers" not in said] == []
    assert [path for path, said in words.items() if "peernet" in said.lower()] == ["/about"]


def test_nothing_is_alike(settings: Settings, database: Database, world: World, tmp_path: Path) -> None:
    Image.new("RGB", (90, 90), "#b4531f").save(tmp_path / "logo.png")
    (tmp_path / "imprint.md").write_text("---\ntitle: Who we are\n---\nUs.\n")
    one = home(settings, database, settings.network)
    changed = {
        "name": "Coast and rivers",
        "tagline": "Those who watch water",
        "hosts": ("Example Coast Watch",),
        "accent": "#0a4d8c",
        "second_colour": "#b4531f",
        "ground": "#eef5fb",
        "logo": str(tmp_path / "logo.png"),
        "pages": str(tmp_path),
        "menu_replaces": True,
        "menu": (MenuEntry(label="What we ask", address="/questions"), MenuEntry(label="Texts", address="/library")),
    }
    other = home(settings, database, settings.network.model_copy(update=changed))
    assert [part for part in one if one[part] == other[part]] == []
    assert (one["name"], other["name"]) == (["Peer learning network"], ["Coast and rivers"])
    assert (one["logo"], len(other["logo"])) == ([], 1)
    assert other["menu"] == ["What we ask", "Texts"]
    assert ("Who we are" in other["foot"], "Who we are" in one["foot"]) == (True, False)
    assert other["paper"] == ["#eef5fb", "#12171b"]
