"""Pictures that open large."""

from peernet.text.larger import linked


def test_a_large_picture_leads_to_its_file() -> None:
    picture = '<img src="/media/a.webp" alt="A map" width="1600" srcset="/media/a.webp?w=480 480w">'
    words = '<span class="visually-hidden"> (See it &quot;large&quot;)</span>'
    link = f'<a class="large" href="/media/a.webp" data-close="Close">{picture}{words}</a>'
    assert linked(f"<p>{picture}</p>", 'See it "large"', "Close") == f"<p>{link}</p>"


def test_others_stay_as_they_are() -> None:
    for html in (
        '<p><a href="/library">\n<img src="/media/a.webp" alt="A map" width="1600"></a></p>',
        '<img src="/media/a.webp" alt="" width="399">',
        '<img src="https://example.org/a.webp" alt="">',
        "<p>No picture, but &lt;img&gt;</p>",
        '<abbr title="<img">x</abbr>',
    ):
        assert linked(html, "See it large", "Close") == html
    after = '<a href="/x">x</a><img src="/media/b.png">'
    assert linked(after, "L", "C").count('class="large"') == 1
