"""A logo is decoded before it is shown; icons and share pictures are made from it."""

import re
from base64 import b64decode
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from peernet.admin import findings
from peernet.app import make_app
from peernet.brand import carrying, drawing, files, logo
from peernet.db import Database
from peernet.materials.taking import paper, single
from peernet.materials.taking.books import Book, Chapter
from peernet.server import stamp
from peernet.settings import Settings, SettingsError, load, use


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("logos")
    Image.new("RGBA", (600, 300), "#7a1f5c").save(made / "wide.png")
    Image.new("RGB", (80, 80), "#ffd500").save(made / "square.webp")
    (made / "drawing.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')
    (made / "drawing.png").write_bytes((made / "drawing.svg").read_bytes())
    (made / "broken.png").write_bytes((made / "wide.png").read_bytes()[:120])
    return made


def with_logo(settings: Settings, **values: object) -> Settings:
    given = {key: str(value) if isinstance(value, Path) else value for key, value in values.items()}
    return use(settings.model_copy(update={"network": settings.network.model_copy(update=given)}))


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def test_sizes(settings: Settings, folder: Path) -> None:
    own = logo.of(with_logo(settings, logo=folder / "wide.png", logo_dark=folder / "square.webp"))
    assert own is not None
    assert (own.width, own.height, own.has_dark, sorted(own.files)) == (
        80, 40, True, ["brand/logo-dark.webp", "brand/logo.webp"],
    )  # fmt: skip
    assert opened(own.files["brand/logo.webp"]).size == (240, 120)
    made = files.made()
    assert [opened(made[name]).size for name in ("favicon.png", "touch-icon.png")] == [(48, 48), (180, 180)]
    assert opened(made["favicon.png"]).convert("RGBA").getpixel((24, 2)) == (0, 0, 0, 0)
    assert opened(made["touch-icon.png"]).mode == "RGB"


def test_the_icon_may_be_another(settings: Settings, folder: Path) -> None:
    with_logo(settings, logo=folder / "wide.png", icon=folder / "square.webp")
    assert opened(files.made()["favicon.png"]).convert("RGBA").getpixel((24, 2))[3] == 255


def test_without_one_the_icon_has_the_accent(settings: Settings) -> None:
    use(settings)
    before = files.made()
    with_logo(settings, accent="#7a1f5c")
    after = files.made()
    assert 'fill="#7a1f5c"' in after["favicon.svg"].decode()
    assert [name for name in before if before[name] == after[name]] == []


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("drawing.svg", "SVG and EPS are not taken, since they can hold programs. Save the drawing as PNG or WebP."),
        ("drawing.png", "SVG and EPS are not taken, since they can hold programs. Save the drawing as PNG or WebP."),
        ("broken.png", "This image is damaged and cannot be read to its end. Save it again and bring the new file."),
        ("gone.png", "No such file or directory"),
    ],
)
def test_what_cannot_be_shown_is_told(file: str, said: str, settings: Settings, folder: Path) -> None:
    given = with_logo(settings, logo=folder / file)
    assert logo.of(given) is None
    assert findings.logo(given).wrong == f"network.logo {folder / file}: {said}"
    assert sorted(files.made()) == ["brand.css", "favicon.png", "favicon.svg", "touch-icon.png"]


def test_in_the_head_of_pages(settings: Settings, database: Database, folder: Path) -> None:
    given = with_logo(settings, logo=folder / "wide.png", name="Rivers & us")
    page = make_app(given, database).test_client().get("/sign-in").text
    (name,) = re.findall(r'<a class="masthead-name".*?</a>', page, re.DOTALL)
    assert re.findall(r'src="(/static/[0-9a-f]{12}/brand/logo.webp)" width="80" height="40" alt=""', name) != []
    assert "<span>Rivers &amp; us</span>" in name
    assert "favicon.svg" not in page
    named = with_logo(settings, logo=folder / "wide.png", name="Rivers & us", logo_has_name=True)
    client = make_app(named, database).test_client()
    (name,) = re.findall(r'<a class="masthead-name".*?</a>', client.get("/sign-in").text, re.DOTALL)
    assert (name.count("<span>"), 'alt="Rivers &amp; us"' in name) == (0, True)
    answer = client.get(re.findall(r'src="([^"]*)"', name)[0])
    assert (answer.content_type, answer.headers["Cache-Control"]) == (
        "image/webp", "public, max-age=31536000, immutable",
    )  # fmt: skip


def test_in_share_pictures(settings: Settings, folder: Path) -> None:
    with_logo(settings, logo=folder / "wide.png")
    picture = opened(drawing.draw("Guide", "Words")).convert("RGB")
    assert picture.getpixel((1050, 560)) == (0x7A, 0x1F, 0x5C)


def test_on_the_first_page_of_what_is_printed(settings: Settings, folder: Path) -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    text = Chapter("text", "Words", "<header><h1>Words</h1></header>", "en")
    book = Book("http://localhost/x", "Words", "en", ["The editors"], [], "Rivers & us", "CC BY 4.0", "", at, [text])
    assert 'class="logo"' not in paper.page(book)
    assert paper.page(book, has_logo=True).count('<img src="images/logo.png" alt="Rivers &amp; us">') == 1
    printed = logo.small_png(with_logo(settings, logo=folder / "wide.png"))
    assert (printed is not None and opened(printed).size, logo.small_png(use(settings))) == ((600, 300), None)


def _inside(html: str) -> list[bytes]:
    return [b64decode(data) for data in re.findall(r'"data:image/webp;base64,([^"]*)"', html)]


def test_at_the_head_of_files_that_load_nothing(settings: Settings, folder: Path) -> None:
    given = {"logo": folder / "wide.png", "logo_dark": folder / "square.webp", "name": "Rivers & us"}
    with_logo(settings, **given)
    at = datetime(2026, 11, 23, tzinfo=UTC)
    text = Chapter("text", "Words", "<header><h1>Words</h1></header>", "en")
    book = Book("http://localhost/x", "Words", "en", [], [], "Rivers & us", "CC BY 4.0", "", at, [text])
    page = single.write(book).decode()
    assert [opened(one).size for one in _inside(page)] == [(80, 80), (160, 80)]
    assert 'width="80" height="40" alt="Rivers &amp; us"' in page
    assert "img-src data:" in page
    assert [carrying.head(beside_name=True).count(alt) for alt in ('alt=""', 'alt="Rivers')] == [1, 0]
    with_logo(settings, logo_has_name=True, **given)
    assert 'alt="Rivers &amp; us"' in carrying.head(beside_name=True)
    use(settings)
    assert (carrying.head(), "<picture" in single.write(book).decode()) == ("", False)


def test_what_is_carried_is_small(settings: Settings, tmp_path: Path) -> None:
    Image.effect_noise((640, 160), 120).save(tmp_path / "noise.png")
    with_logo(settings, logo=tmp_path / "noise.png")
    (data,) = _inside(carrying.head())
    assert (opened(data).size, len(data) <= logo.CARRIED) == ((160, 40), True)


def test_another_file_makes_pages_anew(settings: Settings, folder: Path) -> None:
    given = with_logo(settings, logo=folder / "wide.png")
    before = stamp(given)
    Image.new("RGB", (90, 90), "#123456").save(folder / "wide.png")
    assert stamp(given) != before


def test_settings_name_the_file_that_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[network]\nlogo = "mine.png"\n')
    with pytest.raises(SettingsError) as refused:
        load(path, {})
    assert str(refused.value).splitlines()[1:] == [f"  network.logo: there is no file {tmp_path}/mine.png"]
    (tmp_path / "mine.png").write_bytes(b"")
    assert load(path, {}).network.logo == f"{tmp_path}/mine.png"
