"""How the recording of a roundtable stands, as one viewer is shown it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from peernet.roundtables import access_presence, invitees
from peernet.roundtables.access import Standing
from peernet.roundtables.invitees import Key
from peernet.roundtables.models import Roundtable
from peernet.roundtables.recordings import access, clipping, consenting
from peernet.roundtables.recordings.consenting import Answers
from peernet.roundtables.recordings.models import Clip, Recording, RecordingConsent, Says, Transcript
from peernet.settings import current
from peernet.text import captions
from peernet.text.captions import Cue, Said
from peernet.web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Stand:
    """``own`` is the viewer's answer, ``is_mine_to_give`` whether they are asked. ``names`` are those of everybody
    whom it may concern, for those who lead, who have to ask; by the name of a form's field."""

    recording: Recording
    answers: Answers
    own: RecordingConsent | None
    is_mine_to_give: bool
    names: dict[str, tuple[str, Key]] = field(default_factory=dict)

    @property
    def waiting(self) -> list[tuple[str, str]]:
        """Field and name of those who are there and have not answered."""
        return [(who, name) for who, (name, key) in self.names.items() if key in self.answers.waiting]

    @property
    def agreeing_guests(self) -> list[tuple[str, str]]:
        """Field and name of the guests who said yes: their link ends with the roundtable."""
        said = {key for key, given in self.answers.said.items() if given.says is Says.YES}
        return [(who, name) for who, (name, key) in self.names.items() if key[1] is not None and key in said]

    @property
    def refusing(self) -> list[str]:
        """Names of those who said no."""
        return [name for name, key in self.names.values() if key in self.answers.refusing]


def of(db: Session, viewer: Viewer, mine: Standing) -> Stand | None:
    """How it stands with a loaded roundtable; None where nobody was ever asked. At most seven queries."""
    one = mine.roundtable
    recording = db.scalar(access.asked_at(one.id))
    if recording is None:
        return None
    answers = consenting.answers_of(db, recording)
    me = invitees.invited_as(db, one, viewer.person_id) if mine.attends else None
    own = answers.said.get(me.key) if me else None
    return Stand(recording, answers, own, me is not None, _names(db, one) if mine.leads else {})


def behind_link(db: Session, one: Roundtable, key: Key) -> Stand | None:
    """The same for a guest behind their link; None where nothing is asked. Three queries."""
    recording = db.scalar(access.asked_at(one.id))
    if recording is None or not recording.is_asked:
        return None
    answers = consenting.answers_of(db, recording)
    return Stand(recording, answers, answers.said.get(key), True)


@dataclass(frozen=True, slots=True)
class Part:
    """A clip, and what is said in it; the last one is None for what is said outside of every clip."""

    clip: Clip | None
    said: list[Said]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A clip that answers a prompt, with its recording and what is said in it; ``end`` is None for the last of one.
    ``is_unnamed``: nobody is named in it, or in a clip that it overlaps with. ``language`` is that of the transcript,
    empty where nobody said which."""

    recording: Recording
    clip: Clip
    end: int | None
    said: list[Said]
    cues: list[Cue]
    is_unnamed: bool
    language: str

    @property
    def fragment(self) -> str:
        """What has a player begin and end with it (https://www.w3.org/TR/media-frags/)."""
        return f"#t={self.clip.starts}" + (f",{self.end}" if self.end is not None else "")


def spoken(db: Session, viewer: Viewer, asking_ids: Collection[int]) -> dict[int, list[Spoken]]:
    """The clips that answer each of these, as far as the viewer may see them, by roundtable and in their order. Three
    queries."""
    recordings = {each.id: each for each in db.scalars(access.shown_answering(viewer, asking_ids)).unique()}
    if not recordings:
        return {}
    clips: dict[int, list[Clip]] = defaultdict(list)
    for clip in db.scalars(access.clips_in(recordings)):
        clips[clip.recording_id].append(clip)
    written = {each.recording_id: each for each in db.scalars(access.transcripts_of(recordings))}
    words = {recording_id: captions.parse(each.source) for recording_id, each in written.items()}
    found: dict[int, list[Spoken]] = defaultdict(list)
    for number, recording in recordings.items():
        stretches = clipping.stretches(clips[number])
        for clip, end in stretches:
            if clip.asking_id is not None and clip.asking_id in asking_ids:
                cues = [cue for cue in words.get(number, []) if clip.starts <= cue.start < end]
                unnamed = any(one.is_unnamed and one.starts < end and clip.starts < after for one, after in stretches)
                last = None if end == clipping.END else int(end)
                language = written[number].language if number in written else ""
                found[clip.asking_id].append(Spoken(recording, clip, last, _said(cues, ""), cues, unnamed, language))
    return found


def language_of(transcript: Transcript | None) -> str:
    """The language that is spoken; the network's where nobody said which."""
    return (transcript.language if transcript else "") or current().network.language


def clock_of(second: int) -> str:
    """A second of a recording as people write it."""
    return Said(second, "").clock


def parts_of(db: Session, recording: Recording, words: str = "") -> list[Part]:
    """The clips of a recording that its viewer may see, with their transcript: of that only what holds ``words``, if
    some are given, and then only clips with such. Two queries."""
    transcript = db.scalar(access.transcript_of(recording.id))
    cues = captions.parse(transcript.source) if transcript else []
    clips = clipping.stretches(db.scalars(access.clips_of(recording.id)).all())
    parts = [Part(clip, _said([cue for cue in cues if clip.starts <= cue.start < end], words)) for clip, end in clips]
    outside = [cue for cue in cues if not any(clip.starts <= cue.start < end for clip, end in clips)]
    parts += [Part(None, _said(outside, words))]
    return [part for part in parts if part.said or (part.clip is not None and not words)]


def _said(cues: Sequence[Cue], words: str) -> list[Said]:
    wanted = words.casefold()
    return [each for each in captions.transcript(cues) if wanted in f"{each.speaker}: {each.text}".casefold()]


def key_of(who: str) -> Key:
    """Whom a form's field names."""
    return (None, int(who[1:])) if who.startswith("g") else (int(who), None)


def _names(db: Session, one: Roundtable) -> dict[str, tuple[str, Key]]:
    people = db.scalars(access_presence.people_to_record(one))
    guests = db.scalars(access_presence.guests_to_record(one.id))
    everybody = [invitees.of(each) for each in (*people, *guests)]
    return {f"g{each.guest_id}" if each.is_guest else str(each.person_id): (each.name, each.key) for each in everybody}
