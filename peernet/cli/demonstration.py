"""``peernet demo``: the demonstration network, ready to be looked at."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from importlib import resources
from typing import Any

import click
import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import access as accounts_access
from peernet.accounts import people
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cli import running, staging
from peernet.cli.content import bring_in
from peernet.cli.installation import Installation, pass_installation
from peernet.cohorts import access as cohorts_access
from peernet.cohorts import memberships
from peernet.cohorts.models import Cohort, Role
from peernet.db import Database, migrations
from peernet.jobs import jobs
from peernet.jobs.models import Job
from peernet.materials import access as materials_access
from peernet.materials import writing
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, Material, MaterialKind
from peernet.materials.quotations import asking as consent
from peernet.materials.quotations import deciding, marks, quoting
from peernet.materials.quotations.models import Word
from peernet.prompts import access as prompts_access
from peernet.prompts import asking as askings
from peernet.prompts import responses
from peernet.prompts.models import Asking, Attribution, Prompt, Visibility
from peernet.roundtables import access as roundtables_access
from peernet.roundtables import attendance, emails, invitees, links, planning
from peernet.roundtables.agendas import access as agendas_access
from peernet.roundtables.agendas import building
from peernet.roundtables.agendas.models import StepKind
from peernet.roundtables.hours import saying, week
from peernet.roundtables.models import Answer, Presence, Roundtable, RoundtableKind, Source
from peernet.roundtables.plans import drafting
from peernet.roundtables.plans.wishes import Wishes
from peernet.roundtables.polls import access as polls_access
from peernet.roundtables.polls import answering, proposing
from peernet.roundtables.polls import emails as poll_emails
from peernet.roundtables.polls import links as poll_links
from peernet.roundtables.polls import telling as poll_telling
from peernet.roundtables.polls.models import Vote
from peernet.server import open_pages
from peernet.settings import Settings, use
from peernet.text.markdown import Rendered, render
from peernet.upkeep.running import present
from peernet.web.viewer import NOBODY, Viewer
from peernet.worker import HANDLERS

_NETWORK = {
    "name": "Open data peer learning network",
    "tagline": "Organisations that look after data learn from each other",
    "hosts": ("Open Data Institute", "Microsoft"),
}


@click.command()
@click.option("--prepare", is_flag=True, help="Only load the network; do not start the server.")
@click.option("--port", type=running.PORT, help="Port to listen on, instead of the configured one.")
@pass_installation
def demo(installation: Installation, prepare: bool, port: int | None) -> None:
    """Load the demonstration network, if it is not there yet, and serve it on this machine."""
    settings = use(_for_demonstration(running.listening(installation.settings, None, port)))
    if not prepare:
        running.check_port(settings)
    database = installation.database
    click.echo(f"The data is kept in {settings.data}")
    migrations.upgrade(database)
    open_pages(settings, database)
    load(database)
    _say_how_to_sign_in(settings, database)
    database.dispose()
    if not prepare:
        with present():
            running.run(settings)


def load(database: Database) -> None:
    """Bring in the shipped content, and the demonstration accounts with what they do. Safe to repeat."""
    with database.reading() as db:
        known = db.scalar(select(Person.id).where(Person.is_demonstration).limit(1)) is not None
    if known:
        return
    bring_in(database, migrations.folder("content"), quiet=True)
    plan = yaml.safe_load(resources.files("peernet.cli").joinpath("demonstration.yaml").read_text("utf-8"))
    rendered = {
        (asked["prompt"], author): render(text) for asked in plan["responses"] for author, text in asked["by"].items()
    }
    reviewed = render(plan["review"]["text"])
    quoted = {author: render(one["text"], prefix="q-", top=4) for author, one in plan["material"]["quotations"].items()}
    texts = staging.texts(plan["notice"])
    with database.writing() as db:
        _announce(db)
        cohort = db.scalars(select(Cohort).where(Cohort.slug == plan["cohort"])).one()
        cast = _join(db, cohort, plan["people"])
        staging.agree(db, texts, cast)
        _say_hours(db, plan["hours"], cast)
        _answer(db, cohort, plan["responses"], cast, rendered)
        _say_who_was_there(db, cohort, plan["held"], cast)
        _say_who_comes(db, cohort, plan["answers"], cast)
        _fill_the_table(db, cohort, plan["full_table"], cast)
        _build_agenda(db, cohort, plan["agenda"], cast)
        _ask_when(db, cohort, plan["poll"], cast)
        _draft_a_series(db, cohort, plan["series"], cast)
        _write(db, cohort, plan["material"], cast, quoted)
        staging.exchange_offers(db, plan["exchange"], cast)
        staging.announce_groups(db, cohort, plan["groups"], cast)
        staging.begin_partners(db, cohort, plan["partners"], cast)
        staging.review(db, cohort, plan["review"], cast, reviewed)


def _for_demonstration(settings: Settings) -> Settings:
    """Mail stays in the data folder, whatever is configured: nobody has the addresses of the demonstration."""
    if not settings.is_local:
        raise click.ClickException("The demonstration runs on this machine only: public_url must be local.")
    network = settings.network
    if network.name == type(network)().name:
        network = network.model_copy(update=_NETWORK)
    if not network.pages:
        network = network.model_copy(update={"pages": str(migrations.folder("content") / "pages")})
    mail = settings.mail.model_copy(update={"host": ""})
    return settings.model_copy(update={"demonstration": True, "network": network, "mail": mail})


def _announce(db: Session) -> None:
    """Do what the import left to be told now, while nobody has joined who would hear of it."""
    for job_id in jobs.due(db):
        if (job := jobs.take(db, job_id)) is not None:
            HANDLERS[job.kind](db, job.payload)
            jobs.finish(db, job)


def _join(db: Session, cohort: Cohort, cast: list[dict[str, Any]]) -> dict[str, Person]:
    seats = {seat.organisation.slug: seat for seat in db.scalars(cohorts_access.seats_of(cohort.id))}
    found: dict[str, Person] = {}
    for one in cast:
        address = f"{one['address']}@example.org"
        person = people.create(
            db,
            email=address,
            name=one["name"],
            zone=one["zone"],
            language="en",
            is_admin=one.get("admin", False),
            is_demonstration=True,
        )
        found[one["address"]] = person
        if "role" in one:
            seat = seats[one["seat"]] if "seat" in one else None
            role, deputy = Role(one["role"]), one.get("deputy", False)
            memberships.add(db, cohort, person.id, actor=NOBODY, role=role, seat=seat, is_deputy=deputy)
    return found


def _answer(
    db: Session,
    cohort: Cohort,
    asked: list[dict[str, Any]],
    cast: Mapping[str, Person],
    rendered: Mapping[tuple[str, str], Rendered],
) -> None:
    for each in asked:
        asked_here = prompts_access.all_asked(Asking.cohort_id == cohort.id, Prompt.slug == each["prompt"])
        asking = db.scalars(asked_here).unique().one()
        closes_at = asking.closes_at
        if asking.closed_at is not None:
            askings.reopen(db, asking, actor=viewer_of(cast["organiser"]), closes_at=None)
        for author, text in each["by"].items():
            responses.give(
                db,
                asking,
                actor=viewer_of(cast[author]),
                text=text,
                rendered=rendered[each["prompt"], author],
                visibility=Visibility(each["visibility"]),
                attribution=Attribution.UNATTRIBUTED,
                is_example=True,
            )
        if each["close"]:
            askings.close(db, asking, actor=viewer_of(cast["organiser"]))
            asking.closes_at = closes_at


def _say_hours(db: Session, hours: dict[str, list[list[str]]], cast: Mapping[str, Person]) -> None:
    for name, windows in hours.items():
        said = week.EMPTY
        for days, start, end, word in windows:
            level = week.WORDS.index(word)
            said = week.painted(said, level, days=tuple(map(int, days)), start=_minute(start), end=_minute(end))
        saying.say(db, cast[name], hours=said, weekend=week.WEEKEND, away=(), version=0)


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _say_who_was_there(db: Session, cohort: Cohort, held: list[list[str]], cast: Mapping[str, Person]) -> None:
    """Recorded as those who lead record it, but of roundtables that were long ago."""
    over = roundtables_access.all_roundtables().where(Roundtable.cohort_id == cohort.id)
    for one, names in zip(db.scalars(over.where(Roundtable.over_at <= clock.now())), held, strict=False):
        for name in names:
            noted = {"source": Source.FACILITATOR, "recorded_at": one.ends_at, "recorded_by_id": cast["facilitator"].id}
            db.add(Presence(roundtable_id=one.id, person_id=cast[name].id, was_there=True, **noted))
    db.flush()


def _say_who_comes(db: Session, cohort: Cohort, answers: dict[str, list[str]], cast: Mapping[str, Person]) -> None:
    coming = roundtables_access.upcoming_of(viewer_of(cast["organiser"])).where(Roundtable.cohort_id == cohort.id)
    series = db.scalars(coming).unique().all()
    _invite(db, series, {cast[name].id for names in answers.values() for name in names})
    for answer, names in answers.items():
        for name in names:
            attendance.rsvp(db, series[0], cast[name], Answer(answer))


def _fill_the_table(db: Session, cohort: Cohort, plan: dict[str, Any], cast: Mapping[str, Person]) -> None:
    coming = roundtables_access.upcoming_of(viewer_of(cast["organiser"])).where(Roundtable.cohort_id == cohort.id)
    _first, table, *_later = db.scalars(coming).unique()
    facts = {name: plan[name] for name in ("capacity", "quorum", "one_each")}
    planning.revise(db, table, actor=viewer_of(cast["organiser"]), version=table.version, **facts)
    for answer in (Answer.ACCEPTED, Answer.WAITING):
        for name in plan[answer.value]:
            attendance.rsvp(db, table, cast[name], answer)


def _build_agenda(db: Session, cohort: Cohort, plan: list[str], cast: Mapping[str, Person]) -> None:
    """The next roundtable's agenda out of methods; a check-in stands first and its check-out last."""
    coming = roundtables_access.upcoming_of(viewer_of(cast["organiser"])).where(Roundtable.cohort_id == cohort.id)
    one = db.scalars(coming.limit(1)).unique().one()
    methods = {each.slug: each for each in db.scalars(agendas_access.methods_for(cohort))}
    for slug in plan:
        building.add_method(db, one, methods[slug])
    steps = list(db.scalars(agendas_access.steps_of(one.id)))
    out = next(step for step in steps if step.kind is StepKind.CHECK_OUT)
    building.move(db, one, out.id, to=len(steps), actor=NOBODY)


def _ask_when(db: Session, cohort: Cohort, plan: dict[str, Any], cast: Mapping[str, Person]) -> None:
    """A poll that some have answered; the others have the mail that asks them."""
    today = clock.today(cohort.zone)
    monday = _monday_after(cohort, 3)
    facts = proposing.Facts(
        title=plan["title"],
        kind=RoundtableKind.ROUNDTABLE,
        summary=plan["summary"],
        minutes=plan["minutes"],
        closes_at=clock.to_utc(datetime.combine(today + timedelta(days=plan["closes_in"]), time(18)), cohort.zone),
    )
    proposals = [(monday + timedelta(days=days), time.fromisoformat(start)) for days, start in plan["options"]]
    actor = viewer_of(cast["organiser"])
    poll = proposing.propose(db, cohort, actor=actor, facts=facts, zone=cohort.zone, proposals=proposals)
    options = list(db.scalars(polls_access.options_of(poll.id)))
    for name, votes in plan["votes"].items():
        said = {option.id: Vote(vote) for option, vote in zip(options, votes, strict=True)}
        answering.answer(db, poll, cast[name], said)
    for job in db.scalars(select(Job).where(Job.kind == poll_telling.JOB)).all():
        jobs.finish(db, job)
    for person, has_answered, _lacking in db.execute(polls_access.asked_after(poll, 0, len(cast))).all():
        if not has_answered:
            poll_emails.asked(db, poll, person, options=options, token=poll_links.token_for(db, poll, person))


def _draft_a_series(db: Session, cohort: Cohort, plan: dict[str, Any], cast: Mapping[str, Person]) -> None:
    """The wishes of a series, left for the worker: its first work is their draft."""
    wished = Wishes(
        first_on=_monday_after(cohort, plan["after_weeks"]),
        number=plan["number"],
        every=plan["every"],
        weekdays=(0, 1, 2, 3, 4),
        earliest=0,
        latest=24 * 60,
        step=60,
        minutes=plan["minutes"],
        zone=cohort.zone,
        quorum=plan["quorum"],
    )
    drafting.draft(db, cohort, actor=viewer_of(cast["organiser"]), wished=wished)


def _write(
    db: Session, cohort: Cohort, plan: dict[str, Any], cast: Mapping[str, Person], rendered: Mapping[str, Rendered]
) -> None:
    """A material that quotes answers; of those who speak for them some have agreed, the others have the mail."""
    editor = viewer_of(cast["facilitator"])
    material = writing.start(db, editor, title=plan["title"], cohort=cohort)
    asked_here = prompts_access.all_asked(Asking.cohort_id == cohort.id, Prompt.slug == plan["prompt"])
    asked = db.scalars(asked_here).unique().one()
    voices = {
        prompts_access.behind(db, editor, asked.id, voice.key).author_id: voice.key  # type: ignore[union-attr]
        for voice in prompts_access.voices(db, editor, [asked.id])[asked.id]
    }
    made = {
        author: quoting.quote(
            db, editor, material, asking=asked, key=voices[cast[author].id], text=one["text"],
            rendered=rendered[author], attribution=Attribution.UNATTRIBUTED,
        )
        for author, one in plan["quotations"].items()
    }  # fmt: skip
    text = plan["text"].format(**{author: marks.line_of(each.ref) for author, each in made.items()})
    _save(db, editor, material, plan, text)
    consent.ask(db, editor, material, answer_by=clock.today("UTC") + timedelta(days=consent.USUAL_DAYS))
    for author, one in plan["quotations"].items():
        if one["agreed"]:
            deciding.answer(db, cast[author], made[author], number=1, word=Word.YES)
    consent.tell_due(db)


def _save(db: Session, editor: Viewer, material: Material, plan: dict[str, Any], text: str) -> None:
    whole = Manuscript(
        kind=MaterialKind.BLOGPOST,
        title=plan["title"],
        summary=plan["summary"],
        source=text,
        credits=(CreditLine(Credit.AUTHOR, name="The practice cohort"),),
    )
    found = db.scalars(materials_access.editable_by(editor).where(Material.id == material.id)).unique().one()
    writing.save(db, editor, found, version=1, manuscript=whole)


def _monday_after(cohort: Cohort, weeks: int) -> date:
    today = clock.today(cohort.zone)
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def _invite(db: Session, series: Sequence[Roundtable], answering: set[int]) -> None:
    """Give everybody their links, as if the series had been announced long ago: the worker then invites nobody anew.
    Of all its mails only the last ones are left, to those who have not answered the next roundtable."""
    for roundtable in series:
        for invitee, _answer in invitees.everybody(db, roundtable):
            token = links.token_for(db, roundtable, invitee)
            if roundtable is series[0] and invitee.person_id not in answering:
                emails.invited(db, roundtable, invitee, token=token)


def _say_how_to_sign_in(settings: Settings, database: Database) -> None:
    with database.reading() as db:
        names = [person.name for person in db.scalars(accounts_access.demonstration_accounts())]
    click.echo(f"\nThe demonstration network: {settings.public_url}")
    click.echo(f"Sign in without a password at {settings.public_url}/sign-in, as")
    for name in names:
        click.echo(f"  {name}")
    click.echo("")
