"""The demonstration network, served for real, and browsers of those who come to it."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.furnishing import Furnished, furnish
from tests.journeys.site import Site, made_once, prepare, serving

# Milliseconds that a page may take on a machine with much else to do.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all processes of this run."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def prepared(shared: Path) -> Path:
    """A folder with the demonstration network, made once for all processes."""
    return made_once(shared / "prepared", prepare)


@pytest.fixture(scope="session")
def site(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration network. Each story has people and things of its own there, so that none disturbs another."""
    with serving(prepared, tmp_path_factory.mktemp("site") / "network") as running:
        yield running


@pytest.fixture
def open_browser(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """``open_browser(site, …)`` is a person's browser of its own, closed at the end; options are those of a context."""
    contexts = []

    def make(site: Site, **options: Any) -> Page:
        context = chromium.new_context(base_url=site.address, locale="en-GB", **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def furnished(
    shared: Path, prepared: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> Iterator[Furnished]:
    """A network of its own, with one of each thing that a page can show, which is put there once for all processes."""
    made = made_once(shared / "furnished", lambda folder: _furnish(prepared, folder, chromium))
    with serving(made / "network", tmp_path_factory.mktemp("furnished") / "network") as running:
        yield Furnished(running, json.loads((made / "links.json").read_text()))


def _furnish(prepared: Path, folder: Path, chromium: Browser) -> None:
    with serving(prepared, folder / "network") as site, ExitStack() as contexts:

        def make(of: Site) -> Page:
            context = contexts.enter_context(chromium.new_context(base_url=of.address, locale="en-GB"))
            context.set_default_timeout(PATIENCE)
            return context.new_page()

        (folder / "links.json").write_text(json.dumps(furnish(site, make)))
