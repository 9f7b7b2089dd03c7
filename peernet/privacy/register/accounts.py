"""Accounts and sessions."""

from peernet.i18n import lazy_gettext as _l
from peernet.privacy.register import words
from peernet.privacy.register.entries import Deed, Entry

ENTRIES = (
    Entry(
        table="person",
        deed=Deed.ACCOUNT,
        what=_l(
            "Your name, address, profile, time zone, languages, which mail you want, and whether you have a public page"
        ),
        purpose=_l("To let you in, and to let those in your cohorts know you"),
        readers=_l(
            "You and administrators; your name and profile also those in your cohorts; where you ask for a public page "
            "everybody your name and the organisation that you give there"
        ),
        retention=words.AS_LONG_AS_ACCOUNT,
        whose=("id",),
        goes="id email email_key new_email name about about_html zone language spoken has_page page_organisation "
        "password_hash is_admin is_demonstration mail_roundtables mail_reading mail_day mail_hour mail_prompts "
        "mail_news mail_digest mail_bounced_at seen_at created_at disabled_at version",
    ),
    Entry(
        table="sign_in",
        deed=Deed.ACCOUNT,
        what=_l("Where you are signed in: the browser, and when"),
        purpose=words.TO_RUN,
        readers=words.YOU,
        retention=words.SESSIONS,
        whose=("person_id",),
        goes="id person_id token_hash way agent created_at used_at expires_at revoked_at",
    ),
    Entry(
        table="erasure",
        deed=Deed.ACCOUNT,
        what=_l("That you asked to be forgotten, when that is due, and what you chose"),
        purpose=_l("To do what you asked for"),
        readers=words.YOU,
        retention=_l("Until it is done, or you changed your mind"),
        whose=("person_id",),
        goes="id person_id asked_at due_at choices",
    ),
    Entry(
        table="archive",
        deed=Deed.ACCOUNT,
        what=_l("That you asked to take everything along, and the file until you fetch it"),
        purpose=_l("To do what you asked for"),
        readers=words.YOU,
        retention=_l("Until you fetch it, at most some days"),
        whose=("person_id",),
        goes="id person_id asked_at name bytes made_at until",
        is_told=False,
    ),
)
