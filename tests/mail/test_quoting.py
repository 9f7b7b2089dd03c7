"""What somebody wrote, as the mail programs of the world hand it on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peernet.mail import markup, quoting

GMAIL = """\
I think the members decide.

Nobody notices.

On Mon, 23 Nov 2026 at 12:00, Peer learning network <peernet@example.org>
wrote:

> Hello Member,
>
> Who decides?
>
> --
> Peer learning network
"""
OUTLOOK = """\
I think the members decide.

Nobody notices.

________________________________
From: Peer learning network <peernet@example.org>
Sent: Monday, November 23, 2026 12:00 PM
To: Member <member@example.org>
Subject: You are asked: Who decides?

Hello Member,

Who decides?
"""
GERMAN = """\
I think the members decide.

Nobody notices.

Von: Peer learning network <peernet@example.org>
Gesendet: Montag, 23. November 2026 12:00
An: Member <member@example.org>
Betreff: You are asked: Who decides?

Hello Member,
"""
APPLE = """\
I think the members decide.

Nobody notices.

> Le 23 nov. 2026 à 12:00, Peer learning network <peernet@example.org> a écrit :
>
> Hello Member,
"""
SIGNED = """\
I think the members decide.

Nobody notices.
SIGNATURE
Member
Example River Trust

Am 23.11.2026 um 12:00 schrieb Peer learning network:
> Hello Member,
""".replace("SIGNATURE", "-- ")
BELOW = """\
Peer learning network <peernet@example.org> wrote on 23/11/2026:
> Hello Member,
>
> Who decides?

I think the members decide.

Nobody notices.
"""
OLD_OUTLOOK = """\
I think the members decide.

Nobody notices.

-----Original Message-----
From: Peer learning network [mailto:peernet@example.org]
Sent: Monday, November 23, 2026 12:00 PM
To: Member
Subject: You are asked

Hello
"""


@pytest.mark.parametrize("text", [GMAIL, OUTLOOK, GERMAN, APPLE, SIGNED, BELOW, OLD_OUTLOOK])
def test_what_programs_put_around_it_is_cut(text: str) -> None:
    assert quoting.own_words(text) == "I think the members decide.\n\nNobody notices."


@pytest.mark.parametrize(
    "text",
    [
        "> Who decides?\n\nThe members.\n\n> Who notices?\n\nNobody.",
        "As she said:\n\n> Trust is slow.\n\nAnd I agree.",
        "From: the river\nTo: the sea",
        "First.\n\n---\n\nSecond, after a line of Markdown.",
        "- one\n- two\n--\n" + "\n".join(f"line {number}" for number in range(20)),
        "On Monday we met. It went on:\nuntil noon.",
    ],
)
def test_when_in_doubt_everything_stays(text: str) -> None:
    assert quoting.own_words(text) == text


@pytest.mark.parametrize("text", ["", "\n \n", "> x", "-- \nMember", "On 1 May 2026, A <a@example.org> wrote:\n> x"])
def test_nothing_of_ones_own_is_nothing(text: str) -> None:
    assert quoting.own_words(text) == ""


@given(st.text(alphabet="ab>-: \n\r\tOn@wrote1", max_size=400))
def test_it_never_fails_and_adds_nothing(text: str) -> None:
    own = quoting.own_words(text)
    assert set(own.split()) <= set(text.split())


PAGE = """\
<html><head><style>p {color: red}</style></head><body><div>I think the <b>members</b> decide.</div><div><br></div>
<div>Nobody notices.</div><div class="gmail_quote"><div>On Mon, 23 Nov 2026 at 12:00, Network &lt;n@example.org&gt;
wrote:<br></div><blockquote><p>Hello Member,</p><p>Who decides?</p></blockquote></div></body></html>
"""
OUTLOOK_PAGE = """\
<p>I think the members decide.</p><p>&nbsp;</p><p>Nobody notices.</p><hr>
<div id="divRplyFwdMsg"><b>From:</b> Network &lt;n@example.org&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Member<br>
<b>Subject:</b> You are asked</div><div>Hello Member,</div>
"""


@pytest.mark.parametrize("page", [PAGE, OUTLOOK_PAGE])
def test_a_mail_that_is_only_a_page(page: str) -> None:
    assert quoting.own_words(markup.text_of(page)) == "I think the members decide.\n\nNobody notices."


def test_lists_and_scripts() -> None:
    assert markup.text_of("<script>x</script><ul><li>one</li><li>two</li></ul>") == "- one\n- two"
    assert markup.text_of("<div>" * 5_000 + "deep") == ""
