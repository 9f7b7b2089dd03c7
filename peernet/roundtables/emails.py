"""The mails of this room. What changes a calendar carries the change (iTIP), addressed to one person each.

Addresses in them come from the public URL. The link that answers without signing in is a placeholder until delivery.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import links as stops
from peernet.mail import addresses, recalling
from peernet.mail.compose import Attachment, Recipient, send, written
from peernet.mail.letters import Letter
from peernet.roundtables import calendar, joining, links, markup, times, words
from peernet.roundtables.calendar import Method, Party
from peernet.roundtables.invitees import Invitee
from peernet.roundtables.models import Answer, Roundtable
from peernet.settings import current
from peernet.tokens import tokens
from peernet.tokens.models import Token

# Who took what on until which day.
StillOpen = Sequence[tuple[str, str, date]]


def invited(
    db: Session,
    roundtable: Roundtable,
    invitee: Invitee,
    *,
    token: Token,
    guest_of: str = "",
    still_open: StillOpen = (),
) -> None:
    """The invitation. ``guest_of`` names who invites a guest; ``still_open`` is what people of the cohort took on
    before and have not done, which no guest reads."""
    key, more = f"rsvp:{token.id}:invited", {"guest_of": guest_of, "still_open": still_open}
    _send(db, roundtable, invitee, "invited", key=key, token=token, method=Method.REQUEST, more=more)


def welcome(
    db: Session, roundtable: Roundtable, invitee: Invitee, *, token: Token, later: Sequence[Roundtable]
) -> None:
    """The invitation to somebody who joined a series under way, with the dates of what comes ``later``."""
    dates = [{"title": one.title, "starts_at": one.starts_at, "zone": one.zone} for one in later]
    more = {"later": dates, "calendar_url": f"{current().public_url}/me/calendar"}
    _send(
        db,
        roundtable,
        invitee,
        "welcome",
        key=f"rsvp:{token.id}:invited",
        token=token,
        method=Method.REQUEST,
        more=more,
    )


def moved(
    db: Session,
    roundtable: Roundtable,
    invitee: Invitee,
    *,
    answer: Answer | None,
    token: Token,
    was: tuple[datetime, str],
    by_rules: bool = False,
) -> None:
    """Another time. ``was`` is the old moment and its zone; ``by_rules``: nobody moved it, but a zone's clocks will."""
    name = "rules_moved" if by_rules else "moved"
    _send(db, roundtable, invitee, name, answer=answer, token=token, method=Method.REQUEST, more={"was": was})


def changed(db: Session, roundtable: Roundtable, invitee: Invitee, *, answer: Answer | None, token: Token) -> None:
    """Another place, or another way in."""
    _send(db, roundtable, invitee, "changed", answer=answer, token=token, method=Method.REQUEST)


def cancelled(db: Session, roundtable: Roundtable, invitee: Invitee, *, answer: Answer | None, note: str) -> None:
    """It does not take place. ``note`` is what its organiser says to that."""
    _send(db, roundtable, invitee, "cancelled", answer=answer, method=Method.CANCEL, more={"note": note})


def reinstated(db: Session, roundtable: Roundtable, invitee: Invitee, *, answer: Answer | None, token: Token) -> None:
    """It takes place after all."""
    _send(db, roundtable, invitee, "reinstated", answer=answer, token=token, method=Method.REQUEST)


def confirmed(db: Session, roundtable: Roundtable, invitee: Invitee, *, token: Token) -> None:
    """To who accepted: a place is theirs, and this is the way in."""
    key = _once(roundtable, "confirmed", invitee)
    _send(db, roundtable, invitee, "confirmed", key=key, answer=Answer.ACCEPTED, token=token, method=Method.REQUEST)


def withdrawn(db: Session, roundtable: Roundtable, invitee: Invitee) -> None:
    """To a guest, or one of the cohort, who is not expected any more: their calendar takes it out."""
    key = _once(roundtable, "withdrawn", invitee)
    _send(db, roundtable, invitee, "withdrawn", key=key, method=Method.CANCEL)


def given_back(db: Session, roundtable: Roundtable, invitee: Invitee, *, token: Token) -> None:
    """To one of the public who does not come after all: their calendar takes it out, and their link stays good."""
    key, more = _once(roundtable, "given_back", invitee), {"described": None}
    _send(
        db, roundtable, invitee, "given_back", key=key, answer=Answer.DECLINED, token=token, method=Method.CANCEL,
        more=more,
    )  # fmt: skip


def full(db: Session, roundtable: Roundtable, invitee: Invitee) -> None:
    """To one of those who lead: the last place is taken. Said once for each capacity."""
    key = f"roundtable:{roundtable.id}:full:{roundtable.capacity}:{invitee.label}"
    _send(db, roundtable, invitee, "full", key=key, stop="roundtables", more={"capacity": roundtable.capacity})


def waiting(db: Session, roundtable: Roundtable, invitee: Invitee, *, token: Token, ahead: int) -> None:
    """To who asked for a place at a full table: they stand in line, behind so many."""
    key = _once(roundtable, "waiting", invitee)
    _send(db, roundtable, invitee, "waiting", key=key, token=token, more={"ahead": ahead})


def offered(db: Session, roundtable: Roundtable, invitee: Invitee, *, token: Token, until: datetime) -> None:
    """To the next in line: a place is held for them until then."""
    key = _once(roundtable, "offered", invitee)
    _send(db, roundtable, invitee, "offered", key=key, token=token, more={"until": until})


def passed_on(db: Session, roundtable: Roundtable, invitee: Invitee, *, token: Token) -> None:
    """To who did not confirm in time: the place is not held for them any longer."""
    _send(db, roundtable, invitee, "passed_on", key=_once(roundtable, "passed_on", invitee), token=token)


def deputy_asked(
    db: Session, roundtable: Roundtable, invitee: Invitee, *, token: Token, until: datetime, name: str
) -> None:
    """To a deputy: ``name`` cannot come, and a place is held for the deputy until then."""
    key = _once(roundtable, "deputy_asked", invitee)
    _send(db, roundtable, invitee, "deputy_asked", key=key, token=token, more={"until": until, "name": name})


def deputy_answered(
    db: Session, roundtable: Roundtable, invitee: Invitee, *, token: Token, name: str, comes: bool
) -> None:
    """To who sends a deputy: what the deputy, ``name``, says."""
    key = _once(roundtable, "deputy_answered", invitee)
    _send(db, roundtable, invitee, "deputy_answered", key=key, token=token, more={"name": name, "comes": comes})


def taken_over(
    db: Session, roundtable: Roundtable, invitee: Invitee, *, token: Token, answer: Answer | None, name: str
) -> None:
    """To who had the place of their organisation: a colleague, ``name``, has it now."""
    key, more = _once(roundtable, "taken_over", invitee), {"name": name}
    _send(db, roundtable, invitee, "taken_over", key=key, answer=answer, token=token, method=Method.REQUEST, more=more)


def below_quorum(
    db: Session, roundtable: Roundtable, invitee: Invitee, *, coming: int, silent: Sequence[str], fell: bool
) -> None:
    """To one of those who lead: fewer have accepted than must. Said once for each time that was promised, and once
    more where it falls below later. ``silent`` names who has not answered."""
    how = "fell" if fell else "quorum"
    key = f"roundtable:{roundtable.id}:{how}:{roundtable.starts_at.timestamp():.0f}:{invitee.label}"
    more = {"coming": coming, "quorum": roundtable.quorum, "silent": silent, "fell": fell}
    _send(db, roundtable, invitee, "below_quorum", key=key, stop="roundtables", more=more)


def recording_withheld(db: Session, roundtable: Roundtable, invitee: Invitee) -> None:
    """To one of those who lead: somebody takes their consent to the recording back, so it is shown to nobody else."""
    key = _once(roundtable, "recording_withheld", invitee)
    _send(db, roundtable, invitee, "recording_withheld", key=key)


def recording_due(db: Session, roundtable: Roundtable, invitee: Invitee, *, until: date) -> None:
    """To one of those who lead: the recording is deleted after that day. Said once for each day that was agreed on."""
    key = f"roundtable:{roundtable.id}:recording_due:{until}:{invitee.label}"
    _send(db, roundtable, invitee, "recording_due", key=key, stop="roundtables", more={"until": until})


def _once(roundtable: Roundtable, name: str, invitee: Invitee) -> str:
    """The key of a mail about something that can happen to somebody again later."""
    return f"roundtable:{roundtable.id}:{name}:{invitee.label}:{clock.now().timestamp()}"


# The reminders by the kind of their choice; the key of each ends with whom it is for.
REMINDERS = {"reading": "to_read", "day": "reminder", "hour": "soon"}


def recall_reminders(db: Session, roundtable: Roundtable, invitee: Invitee | None = None) -> None:
    """Call back the reminders of a roundtable that have not left yet: those of one invitee, or everybody's."""
    kinds = tuple(f"roundtables/{name}" for name in REMINDERS.values())
    whose = f":{invitee.label}" if invitee is not None else ""
    recalling.recall(db, kinds=kinds, key_start=f"roundtable:{roundtable.id}:", key_end=whose)


def reminder(
    db: Session,
    roundtable: Roundtable,
    invitee: Invitee,
    *,
    kind: str,
    key: str,
    answer: Answer | None,
    token: Token,
    readings: Sequence[tuple[str, str]],
    prompts: Sequence[str],
    tables: Sequence[Any],
    still_open: StillOpen = (),
) -> None:
    """One of the reminders: when, where, what to read as (title, address), what is asked, and the ``tables`` at which
    the reader sits, objects with ``round`` and ``sentence``; ``kind`` is "reading", "day" or "hour"; ``still_open``
    as in the invitation. A guest, who hears
    of this one roundtable only, declines instead of stopping such mails."""
    more = {"readings": readings, "prompts": prompts, "tables": tables, "still_open": still_open}
    _send(db, roundtable, invitee, REMINDERS[kind], key=key, answer=answer, token=token, stop=kind, more=more)


def standing(
    db: Session,
    roundtable: Roundtable,
    invitee: Invitee,
    *,
    answer: Answer | None,
    token: Token,
    reason: str,
    letter: Letter,
) -> None:
    """To whose calendar answered what cannot be: ``reason`` says why, and the calendar is put right."""
    is_over = roundtable.over_at <= clock.now()
    is_off = roundtable.cancelled_at is not None
    method = None if is_over else Method.CANCEL if is_off else Method.REQUEST
    open_token = None if is_over or is_off else token
    more = {"reason": reason, "is_off": is_off}
    key = f"roundtable:{roundtable.id}:standing:{letter.key}"
    _send(
        db, roundtable, invitee, "standing", key=key, answer=answer, token=open_token, method=method, more=more,
        in_reply_to=letter.message_id,
    )  # fmt: skip


def recap(
    db: Session, roundtable: Roundtable, invitee: Invitee, *, came: Mapping[str, Any], feedback: Token | None
) -> None:
    """What came of it, when it is over: see ``recaps``. ``feedback`` is the token of the link at which its reader is
    asked about it. Once for each."""
    key = f"roundtable:{roundtable.id}:recap:{invitee.label}"
    more = {**came, "feedback": f"{_link(feedback, invitee.language)}/feedback" if feedback else ""}
    _send(db, roundtable, invitee, "recap", key=key, stop="roundtables", more=more)


def recap_preview(roundtable: Roundtable, invitee: Invitee, *, came: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of the same, of which nothing is sent."""
    about = {"about": _about(roundtable, invitee, None), "stop_token": "", "feedback": ""}
    subject, text, _html = written(recipient_of(invitee), "roundtables/recap", {**about, **came})
    return subject, text


def page_of(roundtable: Roundtable) -> str:
    """The address of a roundtable's page, for those who sign in."""
    return f"{current().public_url}/c/{roundtable.cohort.slug}/roundtables/{roundtable.id}"


def _send(
    db: Session,
    roundtable: Roundtable,
    invitee: Invitee,
    name: str,
    *,
    key: str = "",
    answer: Answer | None = None,
    token: Token | None = None,
    method: Method | None = None,
    stop: str = "",
    more: Mapping[str, Any] | None = None,
    in_reply_to: str | None = None,
) -> None:
    """Put one in the outbox. ``stop`` is the kind of mail that its reader can stop by a link in it."""
    reply_token = links.reply_token(db, roundtable, invitee) if token or method else None
    to_stop = stops.stop_token_of(db, invitee.person_id, stop) if stop and invitee.person_id is not None else None
    is_coming = answer is Answer.ACCEPTED
    context = {
        "about": _about(roundtable, invitee, token),
        "stop_token": tokens.placeholder(to_stop) if to_stop else "",
        "link": joining.told(roundtable, page=_link(token, invitee.language)) if token and is_coming else "",
        "said": words.SAID.get(answer) if answer else None,
        "answers": _answers(token, invitee) if token else [],
        "accept": _link(token, invitee.language, Answer.ACCEPTED) if token else "",
        "decline": _link(token, invitee.language, Answer.DECLINED) if token else "",
        "described": markup.event(roundtable, invitee, _links(token, invitee.language)) if token else None,
        **(more or {}),
    }
    send(
        db,
        to=recipient_of(invitee),
        template=f"roundtables/{name}",
        context=context,
        key=key or f"roundtable:{roundtable.id}:{name}:{roundtable.sequence}:{invitee.label}",
        attachments=[_attachment(roundtable, invitee, answer, method, token, reply_token)] if method else [],
        stop_token_id=to_stop.id if to_stop else None,
        reply_token=reply_token,
        in_reply_to=in_reply_to,
    )


def _about(roundtable: Roundtable, invitee: Invitee, token: Token | None) -> dict[str, Any]:
    """A guest cannot sign in: all about it stands behind their link."""
    by_link = _link(token, invitee.language) if token else ""
    return {
        "title": roundtable.title,
        "kind": words.KINDS[roundtable.kind],
        "cohort": roundtable.cohort.name,
        "summary": roundtable.summary,
        "starts_at": roundtable.starts_at,
        "zone": roundtable.zone,
        "minutes": roundtable.minutes,
        "comes_twice": times.comes_twice(roundtable.wall_start, roundtable.zone),
        "place": roundtable.place,
        "url": by_link if invitee.is_guest else page_of(roundtable),
        "is_open": invitee.is_guest,
        "is_public": invitee.is_public,
        "opens_at": joining.opens_at(roundtable),
    }


def _answers(token: Token, invitee: Invitee) -> list[tuple[Any, str]]:
    """Each answer in words, with the address that offers it."""
    answers = words.CHOICES | (words.WITH_DEPUTY if invitee.has_deputy else {})
    return [(text, _link(token, invitee.language, answer)) for answer, text in answers.items()]


def _links(token: Token, language: str) -> dict[Answer, str]:
    return {answer: _link(token, language, answer) for answer in words.CHOICES}


def _link(token: Token, language: str, answer: Answer | None = None) -> str:
    """The address of the page behind an invitee's link, in their language; with an answer it offers that one first."""
    return f"{start_in(language)}/r/{tokens.placeholder(token)}{f'?answer={answer}' if answer else ''}"


def start_in(language: str) -> str:
    """What addresses in a language begin with."""
    settings = current()
    is_other = language in settings.network.languages and language != settings.network.language
    return f"{settings.public_url}{f'/{language}' if is_other else ''}"


def _attachment(
    roundtable: Roundtable,
    invitee: Invitee,
    answer: Answer | None,
    method: Method,
    token: Token | None,
    reply_token: Token | None,
) -> Attachment:
    """A guest's calendar leads to the page behind their link, everybody else's to where they sign in."""
    settings = current()
    own = _link(token, invitee.language) if token else settings.public_url
    url, page = (own, own) if invitee.is_guest else (page_of(roundtable), f"{page_of(roundtable)}/join")
    text = calendar.write(
        roundtable,
        stamp=clock.now(),
        url=url,
        way_in=joining.told(roundtable, page=page) if answer is Answer.ACCEPTED else "",
        method=method,
        organiser=Party(addresses.of(reply_token), settings.network.name),
        attendee=Party(invitee.address, invitee.name, answer),
        takes_answers=reply_token is not None,
    )
    return Attachment(name="roundtable.ics", type="text/calendar", text=text, method=method.value)


def recipient_of(invitee: Invitee) -> Recipient:
    """An invitee as somebody to write to."""
    return Recipient(
        address=invitee.address,
        name=invitee.name,
        person_id=invitee.person_id,
        language=invitee.language,
        zone=invitee.zone,
    )
