"""What a member writes in answer to a mail about a prompt: their own draft, which nobody else ever sees."""

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.access import myself
from peernet.accounts.emails import recipient_of
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import CohortState
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.i18n import use_language
from peernet.mail import answering, quoting
from peernet.mail.letters import Letter, Nature
from peernet.mail.models import Outcome
from peernet.prompts import access, drafts, emails
from peernet.prompts.finding import address
from peernet.prompts.models import Asking
from peernet.settings import current
from peernet.tokens.models import Token
from peernet.web.viewer import Viewer


def receive(db: Session, token: Token, letter: Letter) -> Outcome:
    """Take a mail to the address that a person has for one asking. Only their own address is believed."""
    person = db.scalar(myself(Viewer(person_id=token.person_id)))
    if person is None or not letter.is_from(person.email):
        return Outcome.STRANGER
    if letter.nature is not Nature.PERSONAL:
        return Outcome.AUTOMATIC
    asking_id = int(token.subject.partition(":")[2])
    asking = db.scalars(access.answerable_by(viewer_of(person)).where(Asking.id == asking_id)).one_or_none()
    if asking is None or asking.withdrawn_at is not None:
        with use_language(person.language or current().network.language):
            reason = _("This prompt is not asked of you any more.")
            about, url = current().network.name, current().public_url
            answering.give_back(db, to=recipient_of(person), letter=letter, about=about, reason=reason, url=url)
        return Outcome.RETURNED
    return keep(db, asking, person, letter)


def keep(db: Session, asking: Asking, person: Person, letter: Letter) -> Outcome:
    """Put what a person wrote into their draft and tell them where it is, or say why it cannot be kept."""
    words, viewer = quoting.own_words(letter.text), viewer_of(person)
    with use_language(person.language or current().network.language):
        below = _has_typed(db, asking, viewer)
        try:
            _require_words(words, letter)
            drafts.append(db, asking, actor=viewer, text=words)
        except Refused as refusal:
            about, reason, url = asking.text, refusal.message, f"{current().public_url}{address(asking)}"
            answering.give_back(db, to=recipient_of(person), letter=letter, about=about, reason=reason, url=url)
            return Outcome.RETURNED
    is_open = asking.takes_answers(clock.now()) and asking.cohort.state is not CohortState.CLOSED
    emails.draft_kept(db, person, asking, letter=letter, is_open=is_open, below=below)
    return Outcome.TAKEN


def _has_typed(db: Session, asking: Asking, viewer: Viewer) -> bool:
    found = (db.scalar(load(viewer, asking.id)) for load in (access.own_draft, access.own_response))
    return any(each is not None and each.source.strip() for each in found)


def _require_words(words: str, letter: Letter) -> None:
    """Raises Refused for a mail that is too large, or says nothing."""
    if letter.is_cut or len(words) > drafts.MOST:
        raise Refused(
            _("Your mail is too large. Files are not taken, and the text of one mail has to fit into an answer.")
        )
    if not words and letter.has_attachments:
        raise Refused(_("Files are not taken by mail, and your mail held nothing else. Please write the text itself."))
    if not words:
        raise Refused(_("Your mail held no words of your own. Please write above or below what it quotes."))
