"""The demonstration network, served for real, and browsers of those who come to it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.pages import Furnished, furnish
from tests.journeys.site import Site, prepare, serving

# Milliseconds that a page may take on a machine with much else to do.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demonstration network, made once for all processes of this run."""
    base = tmp_path_factory.getbasetemp()
    return prepare((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "prepared")


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
def furnished(site: Site, chromium: Browser) -> Furnished:
    """The same, with one of each thing that a page can show."""
    contexts = []

    def make(of: Site) -> Page:
        contexts.append(chromium.new_context(base_url=of.address, locale="en-GB"))
        contexts[-1].set_default_timeout(PATIENCE)
        return contexts[-1].new_page()

    made = furnish(site, make)
    for context in contexts:
        context.close()
    return made
