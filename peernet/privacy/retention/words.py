"""The kinds in words."""

from peernet.i18n import lazy_gettext as _l
from peernet.privacy.retention.models import Kind

KINDS = {
    Kind.ANSWERS: _l("Answers to prompts"),
    Kind.DRAFTS: _l("Drafts of answers that were never given"),
    Kind.NOTES: _l("Notes of roundtables, and those that people made for themselves there"),
    Kind.HOURS: _l("Weekly hours, of those who are in no other cohort"),
    Kind.INVITATIONS: _l("Invitations, with the addresses they went to"),
}
