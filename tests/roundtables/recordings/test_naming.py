"""Names of speakers are taken out of what is said under the Chatham House rule, and nothing else is."""

import pytest

from peernet.roundtables.recordings.naming import Stretch, without_names
from peernet.text.captions import Cue, parse, write

WEBVTT = """WEBVTT

00:01.000 --> 00:02.000
<v Ana Ruiz>We keep it open.</v>

00:11.000 --> 00:12.000
<v.loud Ana Ruiz>We sell it.</v>

00:21.000 --> 00:22.000
Ana Ruiz: We & they
Bo: No < yes
"""


def said(cues: list[Cue]) -> list[tuple[str, str]]:
    return [(cue.speaker, cue.text) for cue in cues]


def test_names_go_in_the_stretch_that_names_nobody_and_stay_gone_in_the_file() -> None:
    cues = parse(WEBVTT)
    open_first = [Stretch(0, 10, False), Stretch(10, 30, True)]
    left = without_names(cues, open_first, unless_said=False)
    assert said(left) == [("Ana Ruiz", "We keep it open."), ("", "We sell it."), ("", "We & they No < yes")]
    assert said(parse(write(left))) == said(left)
    # Of a roundtable with such steps only what is said to be open names who speaks.
    assert said(without_names(cues, [Stretch(0, 1.5, False)], unless_said=True))[0] == ("", "We keep it open.")
    assert said(without_names(cues, [], unless_said=False)) == said(cues)
    # A cue that reaches into it is in it.
    assert said(without_names(cues[:1], [Stretch(1.9, 5, True)], unless_said=False)) == [("", "We keep it open.")]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("MARIA: It depends.", "It depends."),
        ("- Maria van der Berg (River Trust): It depends.", "It depends."),
        ("Speaker 2: It depends.", "It depends."),
        ("[Émile O’Neil]: Bo: It depends.", "It depends."),
        ("张伟：It depends.", "It depends."),
        ("What we want to know: who decides?", "What we want to know: who decides?"),
        ("We meet At 10:30 then.", "We meet At 10:30 then."),
        ("https://example.org holds it", "https://example.org holds it"),
        ("Maria:", ""),
    ],
)
def test_what_looks_like_a_name_before_a_colon_goes(line: str, left: str) -> None:
    found = without_names([Cue(0, 1, line)], [Stretch(0, 9, True)], unless_said=False)
    assert [cue.text for cue in found] == ([left] if left else [])
