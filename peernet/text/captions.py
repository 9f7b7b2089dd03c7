"""Captions as WebVTT (https://www.w3.org/TR/webvtt1/), read strictly, and the transcript that they make. Pure.

Styles and regions are refused: they are for a player that is not ours, and a style can name addresses.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape, unescape

from peernet.text.messages import Message, worded

MOST_CUES = 5_000
_STAMP = r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"{_STAMP}[ \t]+-->[ \t]+{_STAMP}((?:[ \t]+[a-z]+:[^\s:]+)*)[ \t]*")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]*)>")
_TAG = re.compile(r"</?[^>]*>")
# A pause of so many seconds, or so many words up to the end of a sentence, begins another paragraph.
_PAUSE, _LONG = 2.5, 60


class Wrong(ValueError):
    """It is no WebVTT; ``sentence`` says what is wrong, and at which line."""

    def __init__(self, sentence: Message) -> None:
        super().__init__(sentence.msgid)
        self.sentence = sentence


@dataclass(frozen=True)
class Cue:
    """What is shown from one second to another; ``speaker`` where the file names who speaks, ``lines`` the text as it
    was broken."""

    start: float
    end: float
    text: str
    speaker: str = ""
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Said:
    """A paragraph of a transcript, and the second at which it begins."""

    start: int
    text: str
    speaker: str = ""

    @property
    def clock(self) -> str:
        """When it begins, as people write it: 1:02, or 1:00:02."""
        minutes, seconds = divmod(self.start, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def parse(text: str) -> list[Cue]:
    """The cues of a file, in their order. Raises Wrong."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise Wrong(worded("The first line of captions is WEBVTT."))
    if len(lines) > 1 and lines[1].strip():
        raise Wrong(worded("Line %(line)s: an empty line comes after the first one.", line=2))
    cues = [cue for number, block in _blocks(lines) if (cue := _cue(number, block)) is not None]
    if not cues:
        raise Wrong(worded("These captions say nothing yet."))
    if len(cues) > MOST_CUES:
        raise Wrong(worded("These are more than %(most)s captions.", most=MOST_CUES))
    return cues


def transcript(cues: Sequence[Cue]) -> list[Said]:
    """The captions as a text to be read: another paragraph where somebody else speaks, or after a pause."""
    found: list[list[Cue]] = []
    for cue in cues:
        if not found or _begins_another(found[-1], cue):
            found.append([])
        found[-1].append(cue)
    return [Said(int(some[0].start), " ".join(cue.text for cue in some), some[0].speaker) for some in found]


def read_as(text: str) -> list[Said]:
    """The transcript of captions that were accepted; nothing where there are none."""
    try:
        return transcript(parse(text)) if text else []
    except Wrong:
        return []


def _begins_another(some: Sequence[Cue], cue: Cue) -> bool:
    last = some[-1]
    words = sum(len(each.text.split()) for each in some)
    is_long = words >= _LONG and last.text.rstrip("\"'”’»").endswith((".", "?", "…", "。"))
    return cue.speaker != last.speaker or cue.start - last.end > _PAUSE or is_long


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Lines without an empty one between them, with the number of the first."""
    block: list[str] = []
    for number, line in enumerate([*lines[1:], ""], 2):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _cue(number: int, block: list[str]) -> Cue | None:
    if re.match(r"NOTE(?:[ \t]|$)", block[0]) and not any("-->" in line for line in block):
        return None
    if block[0].split()[0] in ("STYLE", "REGION"):
        raise Wrong(worded("Line %(line)s: styles and regions are not taken here. Leave them out.", line=number))
    if "-->" not in block[0] and len(block) > 1:
        number, block = number + 1, block[1:]  # the name of the cue
    match = _TIMING.fullmatch(block[0].strip())
    if match is None:
        raise Wrong(worded("Line %(line)s is not a time such as 00:01.000 --> 00:04.000.", line=number))
    start, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:8])
    if end <= start:
        raise Wrong(worded("Line %(line)s: a caption ends after it begins.", line=number))
    if any("-->" in line for line in block[1:]):
        raise Wrong(worded("Line %(line)s: an empty line comes before the next time.", line=number + 1))
    voice = _VOICE.search(" ".join(block[1:]))
    lines = tuple(" ".join(unescape(line).split()) for line in _TAG.sub("", "\n".join(block[1:])).split("\n"))
    text = " ".join(filter(None, lines))
    if not text:
        raise Wrong(worded("Line %(line)s: a caption has words.", line=number))
    return Cue(start, end, text, unescape(voice[1]).strip() if voice else "", lines)


def write(cues: Sequence[Cue]) -> str:
    """Cues as a file again."""
    blocks = [f"{_stamp(cue.start)} --> {_stamp(cue.end)}\n{_payload(cue)}" for cue in cues]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def _payload(cue: Cue) -> str:
    text = escape(cue.text, quote=False)
    return f"<v {escape(cue.speaker, quote=False)}>{text}" if cue.speaker else text


def _stamp(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000
