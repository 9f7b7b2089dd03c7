"""Memberships and invitations."""

from peernet.i18n import lazy_gettext as _l
from peernet.privacy.register import words
from peernet.privacy.register.entries import Deed, Entry, done_by

ENTRIES = (
    Entry(
        table="membership",
        deed=Deed.COHORTS,
        what=_l("Your role in each cohort, the seat you hold, and since when"),
        purpose=words.TO_LEARN,
        readers=words.COHORT,
        retention=words.AS_LONG_AS_ACCOUNT,
        whose=("person_id",),
        goes="id cohort_id person_id role seat_id is_deputy is_signatory joined_at left_at",
    ),
    Entry(
        table="invitation",
        deed=Deed.COHORTS,
        what=_l("Invitations to your address"),
        purpose=_l("To invite you into a cohort"),
        readers=words.LEADERS,
        retention=words.AS_SET_FOR_COHORT,
        whose=("email_key=address",),
        goes="id cohort_id email email_key name role seat_id is_deputy token_id created_at accepted_at revoked_at",
    ),
    done_by("invitation", "invited_by_id", what=_l("Whom you invited")),
    Entry(
        table="acceptance",
        deed=Deed.ACCOUNT,
        what=_l("Which rules and notices you agreed to, and when"),
        purpose=_l("To know that those who speak here know the rules"),
        readers=words.LEADERS,
        retention=words.FOR_GOOD,
        whose=("person_id",),
        emptied="person_id",
        stays="id terms_id at",
        why=words.RECORD,
    ),
    done_by(
        "terms",
        "made_by_id",
        stays="id kind cohort_id number asked_since source html digest made_at replaced_at",
    ),
    Entry(
        table="group_seat",
        deed=Deed.ROUNDTABLES,
        what=_l("With whom you sat at a table"),
        purpose=_l("To let you meet others than last time"),
        readers=words.COHORT,
        retention=words.AS_LONG_AS_COHORT,
        whose=("person_id",),
        goes="id grouping_id round table_number person_id duty",
    ),
    done_by(
        "grouping",
        "created_by_id",
        Deed.ROUNDTABLES,
        stays="id cohort_id created_at state progress wishes inputs found announced_at version",
    ),
    Entry(
        table="digest",
        deed=Deed.MAIL,
        what=_l("Until when you have had your daily mail"),
        purpose=words.TO_REACH,
        readers=words.NOBODY,
        retention=words.AS_LONG_AS_ACCOUNT,
        whose=("person_id",),
        goes="person_id day until",
    ),
)
