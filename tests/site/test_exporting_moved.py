"""Old addresses in a folder: each leads on, and a list tells nginx of all that lay below."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from peernet.accounts import sessions
from peernet.cohorts import cohorts
from peernet.db import settle
from peernet.materials import publishing
from peernet.settings import Settings
from tests.site.conftest import Shelves
from tests.site.test_exporting import Export, dead, export, target
from tests.world import World

__all__ = ["export", "target"]

pytestmark = pytest.mark.once


def test_what_has_moved_leads_on(
    export: Export, target: Path, db: Session, world: World, shelves: Shelves, settings: Settings
) -> None:
    export()
    actor = sessions.viewer_of(world.organiser)
    assert (target / "library/a-playbook/download/epub.epub").is_file()
    publishing.move(db, actor, shelves.playbook, slug="the-book")
    cohorts.move(db, world.cohort, actor=actor, slug="first-cohort")
    settle(db)
    assert not export().is_whole
    for place, address in (
        ("library/a-playbook", "/library/the-book"),
        ("fr/library/a-playbook", "/fr/library/the-book"),
        ("cohorts/practice-cohort", "/cohorts/first-cohort"),
    ):
        page = (target / place / "index.html").read_text()
        assert f'<meta http-equiv="refresh" content="0; url={address}">' in page, place
        assert f'<link rel="canonical" href="{settings.public_url}{address}">' in page, place
    assert not (target / "library/a-playbook/download").exists()
    assert (target / "library/the-book/download/epub.epub").is_file()
    assert "/library/a-playbook" not in (target / "sitemap.xml").read_text()
    assert list(dead(target, settings.public_url)) == []
    led = _as_nginx_does(target / ".peernet-moved.map")
    assert {path: led(path) for path in _PATHS} == _PATHS
    assert export().written == 0
    publishing.move(db, actor, shelves.playbook, slug="a-playbook")
    settle(db)
    export()
    assert "Summary of a-playbook" in (target / "library/a-playbook/index.html").read_text()
    assert "url=/library/a-playbook" in (target / "library/the-book/index.html").read_text()
    assert _as_nginx_does(target / ".peernet-moved.map")("/library/a-playbook") is None


_PATHS = {
    "/library/a-playbook": "/library/the-book",
    "/fr/library/a-playbook/v/1": "/fr/library/the-book/v/1",
    "/library/a-playbook/download/epub": "/library/the-book/download/epub",
    "/feeds/cohort/practice-cohort.atom": "/feeds/cohort/first-cohort.atom",
    "/library/a-playbook-2": None,
    "/library/a-case": None,
    "/xx/library/a-playbook": None,
}


def _as_nginx_does(file: Path) -> Callable[[str], str | None]:
    """A map of nginx: the first of its patterns that fits, with what it found."""
    lines = re.findall(r'^"~([^"]*)" "([^"]*)";$', file.read_text(), re.MULTILINE)

    def led(path: str) -> str | None:
        for pattern, value in lines:
            found = re.search(pattern.replace("(?<", "(?P<"), path)
            if found:
                return value.replace("$tongue", found["tongue"] or "").replace("$rest", found["rest"] or "")
        return None

    return led
