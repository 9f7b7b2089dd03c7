"""What administrators see: accounts, the outbox's outside, jobs that failed, and what everybody may read. Nothing else
that members write."""

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import defer

from peernet.accounts.models import Person
from peernet.admin.models import Trouble
from peernet.jobs.models import Job
from peernet.mail.models import Mail, MailState
from peernet.materials import access as materials
from peernet.materials.models import Material


def people(words: str = "") -> Select[Person]:
    """Accounts by name; with ``words``, those whose name or address holds them."""
    statement = select(Person).order_by(func.lower(Person.name), Person.id)
    return statement.where(_named(words)) if words else statement


def person(person_id: int) -> Select[Person]:
    """One account."""
    return select(Person).where(Person.id == person_id)


def mails(state: MailState) -> Select[Mail]:
    """Mails of a state, newest first. What stands in them is not read: lists do not show it."""
    inside = (defer(column, raiseload=True) for column in (Mail.text, Mail.html, Mail.attachments))
    return select(Mail).where(Mail.state == state).options(*inside).order_by(Mail.id.desc())


def mail(mail_id: int) -> Select[Mail]:
    """One mail."""
    return select(Mail).where(Mail.id == mail_id)


def dead_jobs() -> Select[Job]:
    """Jobs that were given up, newest first."""
    return select(Job).where(Job.dead_at.is_not(None), Job.done_at.is_(None)).order_by(Job.dead_at.desc(), Job.id)


def troubles() -> Select[Trouble]:
    """What was wrong with the installation at the last look, the oldest first."""
    return select(Trouble).order_by(Trouble.since, Trouble.id)


def public_material(slug: str) -> Select[Material]:
    """A published material."""
    return materials.published().where(Material.slug == slug)


def is_recommended() -> ColumnElement[bool]:
    """Of published materials, those on the home page."""
    return Material.recommended_at.is_not(None)


def not_recommended(words: str = "") -> list[ColumnElement[bool]]:
    """The others; with ``words``, those whose title holds them or whose address they are."""
    slug = words.rstrip("/").rsplit("/", 1)[-1]
    named = or_(Material.title.icontains(words, autoescape=True), Material.slug == slug)
    return [~is_recommended(), *([named] if words else [])]


def administrators() -> Select[Person]:
    """Who runs the installation, for the worker to write to."""
    return select(Person).where(Person.is_admin, Person.disabled_at.is_(None)).order_by(Person.id)


def dead_job(job_id: int) -> Select[Job]:
    """One job that was given up."""
    return dead_jobs().where(Job.id == job_id)


def _named(words: str) -> ColumnElement[bool]:
    return or_(
        Person.name.icontains(words, autoescape=True), Person.email_key.contains(words.casefold(), autoescape=True)
    )
