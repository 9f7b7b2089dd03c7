"""Whatever colours the settings name, words in them can be read, by day and in the dark."""

import pytest
from flask.testing import FlaskClient

from peernet.admin import findings
from peernet.brand import drawing, palette
from peernet.brand.colours import Shade, colour, contrast, mixed, nearest, shade
from peernet.materials.taking import style
from peernet.settings import Settings, SettingsError, load, use
from peernet.settings.tree import Network
from peernet.web import assets

BRANDS = [
    ("#0b6e6e", "", ""),
    ("#ffd500", "#ff5a36", "#eef4ff"),
    ("#000000", "#ffffff", "#303030"),
    ("#ffffff", "#00ff00", "#ffffff"),
    ("#808080", "#7f7f7f", "#000000"),
]


def other(settings: Settings, **values: object) -> Settings:
    return use(settings.model_copy(update={"network": settings.network.model_copy(update=values)}))


def test_contrast_is_that_of_wcag() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
    assert contrast("#0b6e6e", "#0b6e6e") == 1.0


def test_oklch_there_and_back() -> None:
    found = shade("#ff0000")
    assert (round(found.lightness, 3), round(found.chroma, 3), round(found.hue, 1)) == (0.628, 0.258, 29.2)
    assert [colour(shade(one)) for one in ("#ff0000", "#0b6e6e", "#fbf8f1", "#000000")] == [
        "#ff0000", "#0b6e6e", "#fbf8f1", "#000000",
    ]  # fmt: skip
    assert colour(Shade(0.7, 0.4, 150.0)) == colour(shade(colour(Shade(0.7, 0.4, 150.0))))
    assert mixed("#000000", "#ffffff", 0.5) == "#636363"


def test_nearest() -> None:
    assert nearest("#ffd500", lambda one: True) == "#ffd500"
    found = nearest("#ffd500", lambda one: contrast(one, "#ffffff") >= 4.5)
    assert (found, abs(shade(found).hue - shade("#ffd500").hue) < 1) == ("#8c7400", True)
    with pytest.raises(ValueError, match="No shade of #ffd500"):
        nearest("#ffd500", lambda one: False)


@pytest.mark.parametrize(("accent", "second", "ground"), BRANDS)
def test_all_can_be_read(accent: str, second: str, ground: str) -> None:
    made = palette.of(Network(accent=accent, second_colour=second, ground=ground))
    for found, least in ((made.day, 4.5), (made.dark, 6.0)):
        grounds = [found[name] for name in ("paper", "paper-deep", "field")]
        inks = [found[name] for name in ("ink", "ink-soft", "done", "waits", "warn")]
        assert [(ink, on) for ink in inks for on in grounds if contrast(ink, on) < 4.5] == []
        brand = [found["accent"], found["second"]]
        on = [*grounds, found["accent-wash"], found["on-accent"]]
        assert [(one, each) for one in brand for each in on if contrast(one, each) < least and each not in brand] == []
        assert [one for one in grounds if contrast(found["rule-strong"], one) < 3] == []


def test_what_can_be_read_stays() -> None:
    made = palette.of(Network(accent="#7a1f5c", second_colour="#1f5c3a", ground="#f4f7fb"))
    assert (made.day["accent"], made.day["second"], made.day["paper"]) == ("#7a1f5c", "#1f5c3a", "#f4f7fb")
    assert [change.split(" is shown as ")[0] for change in made.changes] == [
        "network.accent #7a1f5c", "network.second_colour #1f5c3a",
    ]  # fmt: skip


def test_the_sheet_leaves_colours_of_the_system_alone() -> None:
    sheet = palette.of(Network(ground="#ffffff")).sheet
    assert sheet.startswith("@layer tokens{\n@media not all and (forced-colors: active){\n:root{--accent:#0b6e6e;")
    assert sheet.count("@media not all and (prefers-contrast: more)") == 1
    assert "--paper:" not in palette.of(Network()).sheet


def test_a_wrong_colour_names_key_and_value() -> None:
    with pytest.raises(SettingsError) as refused:
        load(environ={"PEERNET_NETWORK__ACCENT": "teal", "PEERNET_NETWORK__GROUND": "#fff"})
    lines = str(refused.value).splitlines()[1:]
    ending = "is not a colour; write it as six digits after a #, like #0b6e6e"
    assert lines == [
        f'  network.accent: Value error, "teal" {ending}',
        f'  network.ground: Value error, "#fff" {ending}',
    ]


def test_doctor_says_what_is_shown(settings: Settings) -> None:
    said = findings.colours(other(settings, accent="#ffd500"))
    expected = "network.accent #ffd500 is shown as #7b6500 by day, so that words in it can be read"
    assert (said.what, said.wrong) == (f"colours of the network; {expected}", "")


def test_two_networks_do_not_look_alike(settings: Settings, client: FlaskClient) -> None:
    before, page = assets.asset("brand.css"), style.page()
    picture = drawing.draw("Guide", "Words")
    answer = client.get(before)
    assert (answer.status_code, answer.content_type) == (200, "text/css; charset=utf-8")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(before, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    other(settings, accent="#7a1f5c", second_colour="#1f5c3a", ground="#f4f7fb")
    after = assets.asset("brand.css")
    assert before != after
    assert "--accent:#7a1f5c" in client.get(after).text
    assert client.get(before).headers["Cache-Control"] == "no-cache"
    assert ("#7a1f5c" in style.page(), style.page() == page) == (True, False)
    assert drawing.draw("Guide", "Words") != picture
    assert after in client.get("/").text
