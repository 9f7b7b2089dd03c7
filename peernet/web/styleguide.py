"""The style guide, for those who build: every part of a page, with plainly invented matter, in every state it has."""

from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint
from markupsafe import Markup

from peernet.web.inputs import Form
from peernet.web.pages import render
from peernet.web.rules import Rule, rule

blueprint = Blueprint("styleguide", __name__)


FILLED = Form(
    values={
        "title": "Who decides, and how does anybody notice?",
        "body": "We publish what we decide, with the reasons.\n\nWhat we decided *against*, we do not publish yet.",
        "place": "Europe/London",
        "visibility": "cohort",
        "days": ["tuesday", "thursday"],
        "digest": True,
    }
)
REFUSED = Form(
    values=dict(FILLED.values) | {"title": "", "visibility": "", "body": "Too short"},
    errors={
        "title": ["Give the roundtable a title."],
        "body": ["Write at least one sentence."],
        "place": ["Choose the zone in which the hour is meant."],
        "visibility": ["Choose who may read this."],
        "digest": ["Say yes to go on."],
        "image": ["This file is not a picture. PNG, JPEG and WebP are understood."],
    },
)
ORGANISATIONS = [
    {"name": name}
    for name in (
        "Example River Trust",
        "Example City Library",
        "Example Health Commons",
        "Example Seed Bank",
        "Example Transit Lab",
        "Example Tidewatch",
        "Example Schools Network",
        "Example Soil Archive",
    )
]
STATES = ("coming", "coming", "writing", "coming", "unknown", "away", "coming", "plain")
NOTES = {
    "coming": "comes",
    "writing": "answers in writing",
    "unknown": "has not answered",
    "away": "cannot come",
    "plain": "",
}
SEATS = [
    organisation | {"state": state, "note": NOTES[state]}
    for organisation, state in zip(ORGANISATIONS, STATES, strict=True)
]
POINTS = [
    {"date": date(2026, 9, 8), "title": "What do you steward, and for whom?", "state": "held", "url": "#pictures"},
    {"date": date(2026, 9, 29), "title": "Who decides?", "state": "held"},
    {"date": date(2026, 10, 20), "title": "What would you stop doing?", "state": "held"},
    {"date": date(2026, 11, 17), "title": "How is the work paid for?", "state": "cancelled"},
    {"date": date(2026, 12, 8), "title": "How do you know that it helps?", "state": "next"},
    {"date": date(2027, 1, 19), "title": "What do we owe those whom the data describe?", "state": "planned"},
]
LEAVES = [
    {"date": date(2026, 10, 12), "title": "Eight ways to decide", "url": "#pictures"},
    {"date": date(2026, 10, 30), "title": "What stewards say no to", "url": "#pictures"},
    {"date": date(2027, 3, 1), "title": "A playbook for small stewards", "url": "#pictures"},
]
MATERIALS = [
    {
        "slug": "who-decides",
        "title": "Eight ways to decide, and one to change your mind",
        "kind": "blogpost",
        "question": "Who decides about the data, and how does anybody notice?",
        "summary": "What eight organisations do when the people they serve disagree with them.",
        "published_on": date(2026, 10, 12),
        "minutes": 7,
    },
    {
        "slug": "small-stewards",
        "title": "A playbook for small stewards",
        "kind": "playbook",
        "summary": "What to do first, what to leave, and whom to ask, for teams of fewer than five.",
        "published_on": date(2026, 10, 30),
        "minutes": 21,
    },
    {"slug": "tide", "title": "Tides: a year of readings in one picture", "kind": "graphic"},
]
TIMELINE = [
    {"when": date(2026, 9, 8), "title": "What do you steward, and for whom?", "state": "done", "note": "7 of 8 came"},
    {"when": date(2026, 11, 17), "title": "How is the work paid for?", "state": "cancelled"},
    {"when": date(2026, 12, 8), "title": "How do you know that it helps?", "state": "next", "url": "#parts"},
    {"when": "Early 2027", "title": "What do we owe those whom the data describe?"},
]
PROSE = Markup(
    """<p>A paragraph with <strong>strong</strong> and <em>stressed</em> words, <code>code</code>,
<a href="https://example.org/">a link</a>, and a footnote.
<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup>
Nobody teaches here: facilitators convene, members ask and answer, and what they learn is published for others.</p>
<h2 id="p-a-heading">A heading of the second level</h2>
<ul><li>A list,</li><li>with a second entry<ul><li>and one below it.</li></ul></li></ul>
<ol><li>First this,</li><li>then that.</li></ol>
<ul><li class="task-list-item"><input type="checkbox" disabled checked aria-label="done"> Agree on the words</li>
<li class="task-list-item"><input type="checkbox" disabled aria-label="open"> Draw the map</li></ul>
<h3 id="p-a-smaller-heading">A heading of the third level</h3>
<blockquote><p>A block quote: what somebody said, at the length at which they said it.</p></blockquote>
<div class="admonition note"><p class="admonition-title">Note</p><p>Something to know before going on.</p></div>
<div class="admonition warning"><p class="admonition-title">Warning</p><p>Something that goes wrong easily.</p></div>
<dl><dt>Steward</dt><dd>Who looks after data for the good of others.</dd>
<dt>Seat</dt><dd>A place at the table.</dd></dl>
<div class="scroll" tabindex="0" role="region" aria-label="Readings of five stations"><table>
<thead><tr><th>Station</th><th>January</th><th>February</th><th>March</th><th>April</th><th>May</th></tr></thead>
<tbody><tr><td>Upper weir</td><td>12</td><td>14</td><td>19</td><td>23</td><td>21</td></tr>
<tr><td>Old bridge</td><td>11</td><td>15</td><td>18</td><td>24</td><td>20</td></tr></tbody></table></div>
<pre tabindex="0"><code>station,month,level
upper-weir,2026-01,12</code></pre>
<figure><img src="/static/-/touch-icon.png" width="180" height="180" alt="Six seats round a table">
<figcaption>A figure with its caption.</figcaption></figure>
<div class="footnote"><ol><li id="fn:1"><p>What stands at the foot.
<a class="footnote-backref" href="#fnref:1" aria-label="Back to the text">&#8617;</a></p></li></ol></div>"""
)
TOC = Markup(
    """<ul><li><a href="#p-a-heading">A heading of the second level</a>
<ul><li><a href="#p-a-smaller-heading">A heading of the third level</a></li></ul></li></ul>"""
)


def samples() -> dict[str, Any]:
    """The values that `web/styleguide.html` is rendered with."""
    return {
        "nothing": Form(),
        "filled": FILLED,
        "refused": REFUSED,
        "organisations": ORGANISATIONS,
        "seats": SEATS,
        "points": POINTS,
        "leaves": LEAVES,
        "today": date(2026, 11, 23),
        "moment": datetime(2026, 12, 8, 15, 0, tzinfo=UTC),
        "materials": MATERIALS,
        "timeline_points": TIMELINE,
        "prose": PROSE,
        "toc": TOC,
        "pages": [
            {"number": 1, "pages": 3, "previous_url": None, "next_url": "#pager"},
            {"number": 2, "pages": 3, "previous_url": "#pager", "next_url": "#pager"},
        ],
        "zones": [
            ("", "Choose a zone"),
            ("Europe/London", "London"),
            ("Asia/Kolkata", "Delhi"),
            ("Pacific/Auckland", "Auckland"),
        ],
        "visibilities": [
            ("private", "Only me", "A note to yourself. Nobody else reads it, and nobody is told."),
            ("facilitators", "The facilitators", "They and the organisers of this cohort read it."),
            ("cohort", "The cohort", "Everybody who holds a seat in this cohort reads it."),
            ("public", "Everyone", "It may be quoted in public once you have said yes to the exact wording."),
        ],
        "weekdays": [("tuesday", "Tuesday", ""), ("wednesday", "Wednesday", ""), ("thursday", "Thursday", "")],
        "colours": [
            "paper",
            "paper-deep",
            "ink",
            "ink-soft",
            "rule",
            "rule-strong",
            "accent",
            "second",
            "done",
            "waits",
            "warn",
        ],
    }


@blueprint.get("/styleguide")
@rule(Rule.ANYBODY)
def page() -> str:
    """Every part in every state. Registered in development only."""
    return render("web/styleguide.html", **samples())
