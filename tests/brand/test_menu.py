"""The menu: more entries, or others in place of ours, in the reader's language."""

import re

import pytest
from flask.testing import FlaskClient

from peernet.settings import Settings, SettingsError, load, use
from peernet.settings.tree import MenuEntry

OURS = ["/questions", "/library", "/cohorts", "/organisations"]
EVENTS = MenuEntry(label={"en": "Events", "fr": "Agenda"}, address="https://example.org/events?a=1&b=2")


def with_menu(settings: Settings, *menu: MenuEntry, replaces: bool = False) -> None:
    network = settings.network.model_copy(update={"menu": menu, "menu_replaces": replaces})
    use(settings.model_copy(update={"network": network}))


def shown(page: str) -> list[tuple[str, str]]:
    found = re.search(r'<ul class="masthead-nav">.*?</ul>', page, re.DOTALL)
    assert found
    return re.findall(r'href="([^"]*)"[^>]*>(.*?)</a>', found[0])


def test_more_entries(settings: Settings, client: FlaskClient) -> None:
    with_menu(settings, EVENTS, MenuEntry(address="/library"))
    page = shown(client.get("/about").text)
    assert [address for address, _label in page] == [*OURS, "https://example.org/events?a=1&amp;b=2"]
    assert shown(client.get("/fr/about").text)[-1] == ("https://example.org/events?a=1&amp;b=2", "Agenda")


def test_others_instead(settings: Settings, client: FlaskClient) -> None:
    about = MenuEntry(label="Who <we> are", address="/about")
    with_menu(settings, MenuEntry(address="/library"), EVENTS, about, replaces=True)
    page = client.get("/fr/about").text
    assert shown(page) == [
        ("/fr/library", "Bibliothèque"), ("https://example.org/events?a=1&amp;b=2", "Agenda"),
        ("/fr/about", "Who &lt;we&gt; are"),
    ]  # fmt: skip
    assert re.findall(r'href="([^"]*)" aria-current="true">Who', page) == ["/fr/about"]
    assert re.findall(r'href="([^"]*)" aria-current="true">Lib', client.get("/library").text) == ["/library"]


def test_who_is_not_signed_in_has_it_on_every_page(settings: Settings, client: FlaskClient) -> None:
    with_menu(settings, MenuEntry(address="/library"), EVENTS, replaces=True)
    assert shown(client.get("/fr/sign-in").text) == shown(client.get("/fr/about").text)
    assert shown(client.get("/sign-in").text) == [
        ("/library", "Library"), ("https://example.org/events?a=1&amp;b=2", "Events")
    ]  # fmt: skip


def test_replacing_by_nothing_keeps_ours(settings: Settings, client: FlaskClient) -> None:
    with_menu(settings, replaces=True)
    assert [address for address, _label in shown(client.get("/about").text)] == OURS


@pytest.mark.parametrize("address", ["library", "//evil.example", "javascript:alert(1)", "/a b", "https://", "data:,x"])
def test_addresses_that_lead_nowhere(address: str, tmp_path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'[[network.menu]]\nlabel = "Mine"\naddress = "{address}"\n')
    with pytest.raises(SettingsError) as refused:
        load(path, {})
    assert str(refused.value).splitlines()[1:] == [
        f'  network.menu.0.address: Value error, "{address}" must be a path of this site like /library, or begin with '
        "https:// or mailto:"
    ]
