"""Who was there: recorded by those who lead, in one table; and over the series, quietly, for them alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask.typing import ResponseReturnValue

from peernet import clock
from peernet.i18n import gettext as _
from peernet.roundtables import access, access_presence, checkins, inputs, invitees, words
from peernet.roundtables.checkins import Mark
from peernet.roundtables.invitees import Invitee, Key
from peernet.roundtables.models import Answer, Presence, Roundtable
from peernet.roundtables.views.room import blueprint, led, led_cohort
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule

_STATES = {None: "none", True: "there", False: "absent"}
_MEANT = {word: state for state, word in _STATES.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``name`` of the field is "12" for a person and "g5" for a guest."""

    field: str
    invitee: Invitee
    answer: Answer | None
    presence: Presence | None

    @property
    def seen(self) -> str:
        """What the reader of the table sees, to be sent along with what they choose."""
        version = self.presence.version if self.presence else 0
        return f"{self.field}:{self.state}:{version}"

    @property
    def state(self) -> str:
        """What is recorded."""
        return _STATES[self.presence.was_there if self.presence else None]


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/attendance")
@rule(Rule.PERSON)
def presence(slug: str, roundtable_id: int, form: Form | None = None) -> str:
    """Everybody who was invited, with what is recorded of them."""
    one = led(slug, roundtable_id)
    return render(
        "roundtables/presence.html",
        one=one,
        cohort=one.cohort,
        rows=_rows(one),
        chosen=_chosen(form),
        takes_marks=checkins.takes_marks(one),
        begins_at=checkins.begins_at(one),
        is_over=one.over_at <= clock.now(),
        words=words,
        form_state=form,
    )


@blueprint.post("/c/<slug>/roundtables/<int:roundtable_id>/attendance")
@rule(Rule.PERSON)
@redisplay(presence)
def record_presence(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """Save the whole table at once."""
    one = led(slug, roundtable_id)
    given = read(inputs.Marks)
    known = {row.invitee.key for row in _rows(one)}
    if given.confirm:
        rows = [mark for mark in _marks(given.seen, given.mark, all_rows=True) if mark.key in known]
        checkins.confirm(db(), one, rows, actor=viewer())
        notice(_("It is confirmed who was there, and changes no more."))
    else:
        marks = [mark for mark in _marks(given.seen, given.mark) if mark.key in known]
        changed = checkins.record(db(), one, marks, actor=viewer())
        notice(_("It is recorded who was there.") if changed else _("Nothing changed."))
    return redirect_to(".presence", slug=slug, roundtable_id=roundtable_id)


@blueprint.get("/c/<slug>/attendance")
@rule(Rule.PERSON)
def attendance_over_series(slug: str) -> str:
    """How often each was there over the series, by name."""
    cohort = led_cohort(slug)
    records = access_presence.records_in(db(), cohort.id)
    return render("roundtables/attendance.html", cohort=cohort, records=records)


def _rows(one: Roundtable) -> list[Row]:
    """People by name, then guests. Four queries."""
    answers = {invitees.key_of(given): given.answer for given in db().scalars(access.answers_to(one.id))}
    known = {(each.person_id, each.guest_id): each for each in db().scalars(access_presence.presences_at(one.id))}
    people = db().scalars(access_presence.people_to_record(one))
    guests = db().scalars(access_presence.guests_to_record(one.id))
    everybody = [invitees.of(each) for each in (*people, *guests)]
    return [Row(_field(each.key), each, answers.get(each.key), known.get(each.key)) for each in everybody]


def _field(key: Key) -> str:
    person_id, guest_id = key
    return f"g{guest_id}" if guest_id is not None else str(person_id)


def _key(field: str) -> Key:
    return (None, int(field[1:])) if field.startswith("g") else (int(field), None)


def _marks(seen: Sequence[str], chosen: Iterable[str], *, all_rows: bool = False) -> list[Mark]:
    """What was changed. A row that was left as it was seen says nothing, whatever stands there by now, unless
    ``all_rows`` are vouched for."""
    wanted = dict(each.split(":") for each in chosen)
    rows = [(name, wanted.get(name, state), state, int(version)) for name, state, version in map(_parted, seen)]
    return [Mark(_key(name), _MEANT[new], version) for name, new, state, version in rows if all_rows or new != state]


def _parted(row: str) -> list[str]:
    return row.split(":")


def _chosen(form: Form | None) -> dict[str, str]:
    """What was changed and could not be saved, by the field's name."""
    if form is None:
        return {}
    seen = dict(each.split(":")[:2] for each in _listed(form, "seen"))
    chosen = dict(each.split(":")[:2] for each in _listed(form, "mark"))
    return {name: state for name, state in chosen.items() if seen.get(name) != state}


def _listed(form: Form, name: str) -> list[str]:
    held = form.value(name, [])
    return [each for each in ([held] if isinstance(held, str) else held) if ":" in each]
