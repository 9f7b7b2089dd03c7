"""The macros that pages are made of: what they write, with hostile words escaped."""

import re
from datetime import date
from typing import Any

import pytest

from tests.house.macros import ESCAPED, EVIL, Setting, write

SEATS = [{"name": "Example River Trust", "state": "coming", "note": "comes"}, {"name": EVIL}]
POINTS = [
    {"date": date(2026, 9, 1), "title": EVIL, "state": "held", "url": "/1"},
    {"date": date(2026, 9, 11), "title": "Two", "state": "cancelled"},
]
LEAVES = [{"date": date(2026, 9, 21), "title": "Leaf", "url": "/l"}]

TIMELINE = [
    {"when": date(2026, 9, 8), "title": EVIL, "state": "done", "url": "/t", "note": "n"},
    {"when": "Soon", "title": "T", "state": "cancelled"},
]

CASES: dict[str, tuple[str, dict[str, Any], str]] = {
    "page head": (
        "{{ page_head(evil, evil, evil) }}",
        {},
        f'<header class="page-head"><p class="kicker">{ESCAPED}</p><h1>{ESCAPED}</h1>'
        f'<p class="lead">{ESCAPED}</p></header>',
    ),
    "question": (
        '{{ question(evil, "/q?a&b", kicker="K") }}{{ question("Q", size="small") }}'
        '{{ question("Q", size="small", level=0) }}',
        {},
        '<div class="asked asked-large"><p class="kicker">K</p>'
        f'<h1 class="question question-large"><a href="/q?a&amp;b">{ESCAPED}</a></h1></div>'
        '<div class="asked asked-small"><h2 class="question question-small">Q</h2>'
        '</div><div class="asked asked-small"><p class="question question-small">Q</p>'
        "</div>",
    ),
    "empty": (
        '{{ empty(evil, evil, "/a") }}{{ empty("Nothing") }}',
        {},
        f'<div class="empty"><p>{ESCAPED}</p><p class="actions">'
        f'<a class="button quiet" href="/a">{ESCAPED}</a></p></div><div class="empty">'
        "<p>Nothing</p></div>",
    ),
    "time": (
        '{{ time(moment, "Europe/London") }}',
        {},
        '<time datetime="2026-12-08T15:00:00+00:00" data-zone="Europe/London" data-yours="yours">15:00 London</time>',
    ),
    "time for a viewer": (
        '{{ time(moment, "Europe/London", "Asia/Kolkata") }}',
        {},
        '<time datetime="2026-12-08T15:00:00+00:00" data-zone="Europe/London" data-yours="yours">15:00 '
        "London · 20:30 Kolkata, yours</time>",
    ),
    "when, same day": (
        '{{ when(moment, "Europe/London", "Asia/Kolkata") }}',
        {},
        '<time datetime="2026-12-08T15:00:00+00:00" data-zone="Europe/London" data-yours="yours">Tuesday '
        "8 December 2026, 15:00 London</time>"
        '<span class="muted">· 20:30 Kolkata, yours</span>',
    ),
    "when, other day": (
        '{{ when(moment, "Europe/London", "Pacific/Auckland") }}',
        {},
        '<time datetime="2026-12-08T15:00:00+00:00" data-zone="Europe/London" data-yours="yours">Tuesday '
        "8 December 2026, 15:00 London</time>"
        '<span class="muted">· Wednesday 9 December 2026, 04:00 Auckland, yours</span>',
    ),
    "when, same zone": (
        '{{ when(moment, "Europe/London", "Europe/London") }}',
        {},
        '<time datetime="2026-12-08T15:00:00+00:00" data-zone="Europe/London" data-yours="yours">Tuesday '
        "8 December 2026, 15:00 London</time>",
    ),
    "day": (
        "{{ day(moment) }}",
        {},
        '<time datetime="2026-12-08">8 December 2026</time>',
    ),
    "mark": (
        '{{ mark({"name": "example of <River> Trust Data"}) }}{{ mark({"name": "X", "logo_url": "/l.png"}, "large") }}',
        {},
        '<span class="mark mark-small" aria-hidden="true">ETD</span>'
        '<span class="mark mark-large" aria-hidden="true">'
        '<img src="/l.png" width="72" height="72" alt="" loading="lazy"></span>',
    ),
    "voice": (
        '{% call voice("N", {"name": evil}, note="W") %}<p>in</p>{% endcall %}',
        {},
        '<article class="voice"><header class="voice-who">'
        '<span class="mark mark-small" aria-hidden="true">&lt;</span><p>'
        f'<span class="voice-name">N</span><span class="voice-note">{ESCAPED}</span>'
        '<span class="voice-note">W</span></p></header><div class="prose"><p>in</p>'
        "</div></article>",
    ),
    "voice with what belongs to it": (
        '{% set after %}<p>{{ evil }}</p>{% endset %}{% call voice("N", after=after) %}in{% endcall %}',
        {},
        '<article class="voice"><header class="voice-who"><p><span class="voice-name">N</span></p></header>'
        f'<div class="prose"> in </div><div class="around"><p>{ESCAPED}</p></div></article>',
    ),
    "voice unattributed": (
        "{% call voice() %}in{% endcall %}",
        {},
        '<article class="voice"><header class="voice-who">'
        '<span class="mark mark-empty" aria-hidden="true">·</span><p>'
        '<span class="voice-name">Unattributed</span></p></header>'
        '<div class="prose"> in </div></article>',
    ),
    "status": (
        '{{ status(evil, "waits") }}',
        {},
        f'<span class="status status-waits">{ESCAPED}</span>',
    ),
    "timeline": (
        "{{ timeline(p) }}",
        {"p": TIMELINE},
        '<ol class="timeline"><li class="is-done"><p class="meta">'
        '<time datetime="2026-09-08">8 September 2026</time></p>'
        f'<p class="timeline-title"><a href="/t">{ESCAPED}</a></p><p class="muted small">n</p>'
        '</li><li class="is-cancelled"><p class="meta">Soon · cancelled</p>'
        '<p class="timeline-title">T</p></li></ol>',
    ),
    "table with caller": (
        '{% call table(["A", (evil, "number")], caption=evil) %}<tr></tr>{% endcall %}',
        {},
        f'<div class="scroll" tabindex="0" role="region" aria-label="{ESCAPED}">'
        f'<table class="grid"><caption>{ESCAPED}</caption><thead><tr><th scope="col">A</th>'
        f'<th scope="col" class="number">{ESCAPED}</th></tr></thead><tbody><tr></tr></tbody>'
        "</table></div>",
    ),
    "table with rows": (
        '{{ table(["A", ("B", "number")], [[evil, 1]]) }}',
        {},
        '<div class="scroll" tabindex="0" role="region" aria-label="Table">'
        '<table class="grid"><thead><tr><th scope="col">A</th>'
        '<th scope="col" class="number">B</th></tr></thead><tbody><tr>'
        f'<th scope="row">{ESCAPED}</th><td class="number">1</td></tr></tbody></table></div>',
    ),
    "pager": (
        '{{ pager({"number": 2, "pages": 3, "previous_url": "/1", "next_url": none}) }}'
        '{{ pager({"number": 1, "pages": 1}) }}',
        {},
        '<nav class="pager" aria-label="Pages"><a href="/1" rel="prev">Previous page</a><p>Page 2 of 3</p></nav>',
    ),
    "confirm": (
        '{% call confirm(evil, "C") %}in{% endcall %}{{ confirm("Sure") }}',
        {},
        f'<details class="confirm"><summary>{ESCAPED}</summary><p>C</p>in </details>'
        '<p class="choice"><input type="checkbox" id="confirm" required>'
        '<label for="confirm">Sure</label></p>',
    ),
    "definition": (
        '{{ definition([(evil, evil), ("B", ["1", "2"])]) }}',
        {},
        f'<dl class="facts"><div><dt>{ESCAPED}</dt><dd>{ESCAPED}</dd></div><div><dt>B</dt><dd>1</dd>'
        "<dd>2</dd></div></dl>",
    ),
    "notices": (
        "{{ notice_list() }}",
        {"setting": Setting(notices=(EVIL,))},
        f'<div role="status"><ul class="notices"><li>{ESCAPED}</li></ul></div>',
    ),
    "no notices": (
        "{{ notice_list() }}",
        {},
        "",
    ),
    "material card": (
        "{{ material_card(m) }}",
        {
            "m": {
                "slug": "s",
                "title": EVIL,
                "kind": "case-study",
                "question": "Q",
                "question_language": "fr",
                "summary": EVIL,
                "published_on": date(2026, 9, 8),
                "minutes": 7,
            }
        },
        '<article class="entry">'
        '<p class="meta">Case study · <time datetime="2026-09-08">8 September 2026</time> · 7 min</p>'
        f'<h3 class="entry-title"><a href="/site.material/s">{ESCAPED}</a></h3>'
        f'<p class="entry-question" lang="fr">Q</p><p>{ESCAPED}</p></article>',
    ),
    "material card without much": (
        "{{ material_card(m, level=2) }}",
        {"m": {"slug": "s", "title": "T", "kind": "x", "url": "/u", "published_on": None}},
        '<article class="entry"><p class="meta">x</p><h2 class="entry-title"><a href="/u">T</a></h2></article>',
    ),
    "material card in another language": (
        "{{ material_card(m) }}{{ material_card(own) }}",
        {
            "m": {"slug": "s", "title": "T", "kind": "x", "summary": "S", "language": "fr"},
            "own": {"slug": "s", "title": "T", "kind": "x", "summary": "S", "language": "en"},
        },
        '<article class="entry"><p class="meta">x · <bdi lang="fr">Français</bdi></p>'
        '<h3 class="entry-title" lang="fr"><a href="/site.material/s">T</a></h3><p lang="fr">S</p></article>'
        '<article class="entry"><p class="meta">x</p>'
        '<h3 class="entry-title"><a href="/site.material/s">T</a></h3><p>S</p></article>',
    ),
    "licence": (
        '{{ licence("CC-BY-4.0") }}{{ licence("CC0-1.0") }}{{ licence(evil) }}',
        {},
        '<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>'
        f'<a rel="license" href="https://creativecommons.org/publicdomain/zero/1.0/">CC0 1.0</a>{ESCAPED}',
    ),
    "byline": (
        '{{ byline(["A", {"name": evil, "url": "/o"}, {"name": "C"}]) }}',
        {},
        f'A, <a href="/o">{ESCAPED}</a> and C',
    ),
    "cite": (
        "{{ cite(evil) }}",
        {},
        f'<p class="cite">{ESCAPED}</p>',
    ),
    "roundtable": (
        "{{ roundtable_table(s, evil) }}",
        {"s": SEATS},
        '<figure class="picture picture-beside">'
        f'<svg class="table-drawing" viewBox="-150 -150 300 300" role="img" aria-label="{ESCAPED}">'
        '<circle class="top" r="82" fill="none" stroke="currentColor"></circle>'
        '<g class="seat seat-coming" transform="rotate(0.0) translate(0 -114) rotate(0.0)">'
        '<circle r="24" fill="none" stroke="currentColor"></circle>'
        '<text text-anchor="middle" dominant-baseline="central" font-size="14.4">ERT</text>'
        "</g>"
        '<g class="seat seat-plain" transform="rotate(180.0) translate(0 -114) rotate(-180.0)">'
        '<circle r="24" fill="none" stroke="currentColor"></circle>'
        '<text text-anchor="middle" dominant-baseline="central" font-size="14.4">&lt;</text>'
        f'</g></svg><figcaption><p><strong>{ESCAPED}</strong></p><ul class="seats">'
        f"<li>Example River Trust <span>· comes</span></li><li>{ESCAPED}</li></ul></figcaption>"
        "</figure>",
    ),
    "cohort line": (
        "{{ cohort_line(p[0].date, p[1].date, p, l, t) }}",
        {"p": POINTS, "l": LEAVES, "t": date(2026, 9, 6)},
        '<figure class="picture">'
        '<svg class="line-drawing" role="img" aria-label="1 September 2026 to 11 September 2026; '
        'roundtables: 2; publications: 1">'
        '<line class="after" x1="3.0%" x2="97.0%" y1="88" y2="88" stroke="currentColor">'
        "</line>"
        '<line class="span" x1="3.0%" x2="50.0%" y1="88" y2="88" stroke="currentColor">'
        "</line>"
        '<line class="past" x1="3.0%" x2="26.5%" y1="88" y2="88" stroke="currentColor">'
        '</line><svg class="leaf-place" x="97.0%" y="88" overflow="visible">'
        '<g transform="scale(-1 1)">'
        '<path class="stem" d="M0 0V-34" fill="none" stroke="currentColor"></path>'
        '<path class="leaf" d="M0 -26c-1 -13 6 -24 19 -27c2 13 -6 24 -19 27z" fill="currentColor">'
        "</path></g></svg>"
        '<circle class="point is-held" cx="3.0%" cy="88" r="10" fill="none" stroke="currentColor">'
        "</circle>"
        '<text class="on-point" x="3.0%" y="88" text-anchor="middle" dominant-baseline="central">1</text>'
        '<circle class="point is-cancelled" cx="50.0%" cy="88" r="10" fill="none" stroke="currentColor">'
        "</circle>"
        '<text class="on-point" x="50.0%" y="88" text-anchor="middle" '
        'dominant-baseline="central">2</text>'
        '<line class="today" x1="26.5%" x2="26.5%" y1="16" y2="106" stroke="currentColor">'
        '</line><text class="now" x="26.5%" y="10" text-anchor="start">Today</text>'
        '<text x="3.0%" y="126" text-anchor="start">1 September 2026</text>'
        '<text x="50.0%" y="126" text-anchor="end">11 September 2026</text></svg>'
        f'<figcaption><ol class="line-points"><li><a href="/1">{ESCAPED}</a><span class="meta">'
        '<time datetime="2026-09-01">1 September 2026</time></span></li>'
        '<li>Two <span class="meta">'
        '<time datetime="2026-09-11">11 September 2026</time> · cancelled</span></li>'
        '</ol><p class="line-title">Published</p><ul class="line-leaves"><li>'
        '<a href="/l">Leaf</a><span class="meta">'
        '<time datetime="2026-09-21">21 September 2026</time></span></li></ul>'
        "</figcaption></figure>",
    ),
    "cohort line, empty, from the right": (
        "{{ cohort_line(p[0].date, p[1].date, [], [], t, listed=False) }}",
        {"p": POINTS, "t": date(2026, 8, 6), "setting": Setting(direction="rtl")},
        '<figure class="picture">'
        '<svg class="line-drawing" role="img" aria-label="1 September 2026 to 11 September 2026; '
        'roundtables: 0; publications: 0">'
        '<line class="after" x1="97.0%" x2="3.0%" y1="88" y2="88" stroke="currentColor">'
        "</line>"
        '<line class="span" x1="97.0%" x2="3.0%" y1="88" y2="88" stroke="currentColor">'
        '</line><text x="97.0%" y="126" text-anchor="start">1 September 2026</text>'
        '<text x="3.0%" y="126" text-anchor="end">11 September 2026</text></svg>'
        '<figcaption class="visually-hidden"></figcaption></figure>',
    ),
    "rate": (
        "{{ rate(1, 2, evil) }}",
        {},
        f'<div class="rate"><p>{ESCAPED}: <strong>1 of 2</strong></p>'
        '<svg aria-hidden="true" focusable="false">'
        '<rect class="got" x="0.0%" width="49.2%" height="100%" fill="currentColor">'
        "</rect>"
        '<rect class="of" x="50.0%" width="49.2%" height="100%" fill="currentColor">'
        "</rect></svg></div>",
    ),
    "rate, many, from the right": (
        '{{ rate(30, 40, "R") }}{{ rate(0, 0, "Z") }}',
        {"setting": Setting(direction="rtl")},
        '<div class="rate"><p>R: <strong>30 of 40</strong></p>'
        '<svg aria-hidden="true" focusable="false">'
        '<rect class="of" width="100%" height="100%" fill="currentColor"></rect>'
        '<rect class="got" x="25.0%" width="75.0%" height="100%" fill="currentColor">'
        '</rect></svg></div><div class="rate"><p>Z: <strong>0 of 0</strong></p>'
        '<svg aria-hidden="true" focusable="false">'
        '<rect class="of" width="100%" height="100%" fill="currentColor"></rect>'
        '<rect class="got" x="100%" width="0%" height="100%" fill="currentColor">'
        "</rect></svg></div>",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_macro(name: str) -> None:
    source, values, expected = CASES[name]
    assert write(source, **values) == expected


def test_a_point_that_would_cover_the_one_before_hangs_under_the_line() -> None:
    days = [date(2026, 9, day) for day in (1, 2, 3, 20, 30)]
    points = [{"date": day, "title": str(day)} for day in days]
    html = write("{{ cohort_line(p[0].date, p[4].date, p, [], p[0].date) }}", p=points)
    assert re.findall(r'<circle class="point is-planned" cx="[^"]+" cy="(\d+)"', html) == [
        "88",
        "109",
        "88",
        "88",
        "88",
    ]
    assert re.findall(r'<text class="on-point" x="[^"]+" y="(\d+)"', html) == ["88", "109", "88", "88", "88"]
