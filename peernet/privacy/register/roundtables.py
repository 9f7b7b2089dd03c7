"""Answers to invitations, presence, guests, weekly hours, polls and plans."""

from peernet.i18n import lazy_gettext as _l
from peernet.privacy.register import words
from peernet.privacy.register.entries import Deed, Entry, done_by

_D = Deed.ROUNDTABLES

ENTRIES = (
    Entry(
        table="attendance",
        deed=_D,
        what=_l("What you answered to each invitation"),
        purpose=words.TO_MEET,
        readers=words.COHORT,
        retention=words.AS_LONG_AS_COHORT,
        whose=("person_id", "guest_id>guest.email_key=address"),
        goes="id roundtable_id person_id guest_id answer answered_at held_until seat_id",
        by_verb=True,
    ),
    Entry(
        table="told",
        deed=_D,
        what=_l("Which time of a roundtable you were told last"),
        purpose=words.TO_REACH,
        readers=words.NOBODY,
        retention=words.AS_LONG_AS_COHORT,
        whose=("person_id", "guest_id>guest.email_key=address"),
        goes="id roundtable_id person_id guest_id starts_at zone minutes is_invited",
    ),
    Entry(
        table="presence",
        deed=_D,
        what=_l("Whether you were at a roundtable"),
        purpose=words.TO_MEET,
        readers=words.LEADERS,
        retention=words.AS_LONG_AS_COHORT,
        whose=("person_id", "guest_id>guest.email_key=address"),
        goes="id roundtable_id person_id guest_id was_there source recorded_at version",
    ),
    done_by("presence", "recorded_by_id", _D, what=_l("Of whom you noted that they were there")),
    Entry(
        table="guest",
        deed=_D,
        what=_l("Your name, organisation and address where you are a guest without an account"),
        purpose=_l("To invite you to one roundtable"),
        readers=words.LEADERS,
        retention=_l("Your address until some weeks after the roundtable; your name as long as the cohort is kept"),
        whose=("email_key=address",),
        goes="id roundtable_id role email email_key name organisation zone language invited_at withdrawn_at "
        "mail_bounced_at",
    ),
    Entry(
        table="weekly_hours",
        deed=_D,
        what=_l("The hours of a week at which you can come"),
        purpose=_l("To find times that are fair to everybody"),
        readers=_l("You and the planner; organisers see counts only"),
        retention=words.UNTIL_DELETED,
        whose=("person_id",),
        goes="id person_id zone windows weekend away said_at version",
    ),
    Entry(
        table="poll_answer",
        deed=_D,
        what=_l("That you answered a poll on times"),
        purpose=words.TO_MEET,
        readers=words.COHORT,
        retention=words.AS_LONG_AS_COHORT,
        whose=("person_id",),
        goes="id poll_id person_id answered_at",
    ),
    Entry(
        table="poll_vote",
        deed=_D,
        what=_l("At which of the proposed times you can come"),
        purpose=words.TO_MEET,
        readers=words.COHORT,
        retention=words.AS_LONG_AS_COHORT,
        whose=("answer_id>poll_answer.person_id",),
        goes="id answer_id option_id vote",
    ),
    done_by(
        "poll",
        "created_by_id",
        _D,
        stays="id cohort_id roundtable_id title kind summary zone minutes is_whole_days created_at closes_at "
        "reminded_at closed_at decided_at cancelled_at version",
    ),
    done_by(
        "series_plan",
        "created_by_id",
        _D,
        stays="id cohort_id created_at state progress wishes inputs found objective slots announced_at version",
    ),
)
