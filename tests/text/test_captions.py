"""WebVTT is read strictly, and what is wrong is said with its line."""

import pytest

from peernet.text import captions
from peernet.text.captions import Cue, Said

GOOD = """WEBVTT Roundtable

NOTE Nobody hears this.

1
00:01.000 --> 00:04.000 line:0 align:start
<v Facilitator>What do you <i>steward</i>,
and for whom?

00:04.500 --> 00:06.000
<v Facilitator>Take your time.

00:10.000 --> 01:00:12.250
&lt;A promise&gt;, I think."""


def test_cues_are_read_with_their_speakers() -> None:
    assert captions.parse(GOOD) == [
        Cue(1.0, 4.0, "What do you steward, and for whom?", "Facilitator"),
        Cue(4.5, 6.0, "Take your time.", "Facilitator"),
        Cue(10.0, 3612.25, "<A promise>, I think."),
    ]


def test_captions_are_a_transcript_in_paragraphs() -> None:
    assert captions.read_as(GOOD) == [
        Said(1, "What do you steward, and for whom? Take your time.", "Facilitator"),
        Said(10, "<A promise>, I think.", ""),
    ]
    assert (captions.read_as(""), captions.read_as("no captions")) == ([], [])


def test_a_long_speech_is_parted_at_the_end_of_a_sentence() -> None:
    cues = [Cue(n, n + 1, "Ten words make one caption and this is the last.") for n in range(8)]
    assert [len(each.text.split()) for each in captions.transcript(cues)] == [60, 20]


@pytest.mark.parametrize(("seconds", "clock"), [(0, "0:00"), (62, "1:02"), (3602, "1:00:02")])
def test_moments_are_written_as_people_write_them(seconds: int, clock: str) -> None:
    assert Said(seconds, "").clock == clock


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The first line of captions is WEBVTT."),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\nA", "The first line of captions is WEBVTT."),
        ("1\n00:00:01,000 --> 00:00:02,000\nA", "The first line of captions is WEBVTT."),
        ("WEBVTT\n00:01.000 --> 00:02.000\nA", "Line 2: an empty line comes after the first one."),
        ("WEBVTT\n\n", "These captions say nothing yet."),
        ("WEBVTT\n\nNOTE only", "These captions say nothing yet."),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\nA", "Line 3 is not a time such as 00:01.000 --> 00:04.000."),
        ("WEBVTT\n\n00:61.000 --> 00:62.000\nA", "Line 3 is not a time such as 00:01.000 --> 00:04.000."),
        ("WEBVTT\n\nname\nA", "Line 4 is not a time such as 00:01.000 --> 00:04.000."),
        ("WEBVTT\n\n00:02.000 --> 00:02.000\nA", "Line 3: a caption ends after it begins."),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<i></i>", "Line 3: a caption has words."),
        ("WEBVTT\n\n00:01.000 --> 00:02.000", "Line 3: a caption has words."),
        (
            "WEBVTT\n\n00:01.000 --> 00:02.000\nA\n00:03.000 --> 00:04.000\nB",
            "Line 4: an empty line comes before the next time.",
        ),
        (
            "WEBVTT\n\nSTYLE\n::cue { background: url(//example.org) }",
            "Line 3: styles and regions are not taken here. Leave them out.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(captions.Wrong) as wrong:
        captions.parse(text)
    assert wrong.value.sentence.msgid % wrong.value.sentence.values == sentence


def test_there_is_an_end_to_them() -> None:
    many = "\n\n".join(f"00:{n % 59:02}.000 --> 00:{n % 59 + 1:02}.000\nA" for n in range(captions.MOST_CUES + 1))
    with pytest.raises(captions.Wrong):
        captions.parse(f"WEBVTT\n\n{many}")
