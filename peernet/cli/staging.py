"""More of what the demonstration accounts do: agree to the rules, say what they can help with, sit at tables, have
learning partners, review a text."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.agreements import agreeing
from peernet.agreements.models import Kind
from peernet.agreements.words import to_begin_with
from peernet.cohorts.models import Cohort
from peernet.groups import access as groups_access
from peernet.groups import exchange, solving
from peernet.groups.wishes import Wishes
from peernet.materials import access, writing
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, Material, MaterialKind
from peernet.materials.reviews import access as reviews_access
from peernet.materials.reviews import commenting, passages, rounds
from peernet.materials.reviews.models import Reviewer
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.groupings import access as groupings_access
from peernet.roundtables.groupings import announcing, breakouts, drafting, people
from peernet.roundtables.models import Roundtable
from peernet.roundtables.partners import rhythm
from peernet.roundtables.partners.models import PartnersKind
from peernet.text.markdown import Rendered, render
from peernet.web.viewer import Viewer

Cast = Mapping[str, Person]


def texts(notice: str) -> dict[Kind, tuple[str, Rendered]]:
    """The network's texts as they are written and as they are shown: rendered before anything is locked."""
    sources = {kind: notice if kind is Kind.PRIVACY else to_begin_with(kind) for kind in Kind}
    return {kind: (text, render(text, prefix=f"{kind.value}-1-", top=3)) for kind, text in sources.items()}


def agree(db: Session, texts: Mapping[Kind, tuple[str, Rendered]], cast: Cast) -> None:
    """The network's texts are in force. Everybody agreed to the rules; the privacy notice still waits for those who are
    in no charge."""
    administrator = viewer_of(cast["administrator"])
    for kind, (source, rendered) in texts.items():
        made = agreeing.put_into_force(
            db, kind, None, actor=administrator, source=source, html=rendered.html, replaces=0, asks=True
        )
        for person in cast.values():
            if kind is not Kind.PRIVACY or person.is_admin:
                agreeing.accept(db, made, actor=viewer_of(person))


def exchange_offers(db: Session, said: Mapping[str, dict[str, Any]], cast: Cast) -> None:
    """What some can help with, and would like to learn about, for their cohorts to see."""
    topics = {topic.slug: topic.id for topic in db.scalars(groups_access.topics())}
    for name, one in said.items():
        exchange.edit(
            db,
            actor=viewer_of(cast[name]),
            offers=one["offers"],
            asks=one["asks"],
            offer_topics=[topics[slug] for slug in one["offer_topics"]],
            ask_topics=[topics[slug] for slug in one["ask_topics"]],
            is_shown=True,
            version=0,
        )


def begin_partners(db: Session, cohort: Cohort, plan: dict[str, Any], cast: Cast) -> None:
    """Pairs from today; the worker forms the first."""
    rhythm.begin(
        db,
        cohort,
        actor=viewer_of(cast["facilitator"]),
        kind=PartnersKind(plan["kind"]),
        weeks=plan["weeks"],
        starts_on=clock.today(cohort.zone),
        with_leaders=False,
        orgs_apart=True,
        prefer=True,
        version=0,
    )


def announce_groups(db: Session, cohort: Cohort, plan: dict[str, Any], cast: Cast) -> None:
    """Tables of the next roundtable and groups of its first step in groups, announced."""
    one = db.scalars(groupings_access.to_come(cohort.id).limit(1)).one()
    steps = list(db.scalars(agendas.steps_of(one.id)))
    step = next(each for each in steps if breakouts.is_grouped(each))
    comes = people.seated(db, one, people.attending(db, cohort.id))[0]
    _announce(db, one, Wishes(number=plan["at_a_table"]), None, viewer_of(cast["facilitator"]))
    wished = breakouts.wishes_for(step, steps, len(comes), ())
    _announce(db, one, wished, step.id, viewer_of(cast["facilitator"]))


def review(db: Session, cohort: Cohort, plan: dict[str, Any], cast: Cast, rendered: Rendered) -> None:
    """A text in review: one of two has said something of a passage, and had an answer."""
    editor = viewer_of(cast["facilitator"])
    material = writing.start(db, editor, title=plan["title"], cohort=cohort)
    manuscript = Manuscript(
        kind=MaterialKind.BLOGPOST,
        title=plan["title"],
        summary=plan["summary"],
        source=plan["text"],
        credits=(CreditLine(Credit.AUTHOR, name="The practice cohort"),),
    )
    writing.save(db, editor, _editable(db, editor, material), version=1, manuscript=manuscript)
    material = _editable(db, editor, material)
    opened = rounds.open_round(
        db,
        editor,
        material,
        draft_version=material.draft.version if material.draft else 0,
        rendered=rendered,
        passages=(),
        person_ids=[cast[name].id for name in plan["reviewers"]],
        wished_on=clock.today("UTC") + timedelta(days=rounds.USUAL_DAYS),
        note=plan["note"],
    )
    first = cast[plan["reviewers"][0]]
    reviewer = db.scalars(select(Reviewer).where(Reviewer.round_id == opened.id, Reviewer.person_id == first.id)).one()
    text = db.scalars(reviews_access.texts_of(opened.id)).one()
    about = next(each for each in passages.of_html(text.html) if each.excerpt.startswith(plan["comment"]["passage"]))
    said = plan["comment"]
    commenting.comment(db, reviewer, text_id=text.id, digest=about.digest, place=about.place, body=said["says"])
    (made,) = db.scalars(reviews_access.comments_of(opened.id)).unique()
    commenting.answer(db, made, body=said["answer"], person_id=editor.person_id)


def _announce(db: Session, one: Roundtable, wished: Wishes, step_id: int | None, actor: Viewer) -> None:
    db.refresh(one, ("cohort",))
    posed = drafting.pose(db, one, wished, step_id=step_id)
    found = solving.at_once(posed.problem)
    link = drafting.draft(db, one, actor=actor, wished=wished, found=found, inputs=posed.inputs, step_id=step_id)
    announcing.announce(db, link, posed, actor=actor, version=link.grouping.version)


def _editable(db: Session, editor: Viewer, material: Material) -> Material:
    return db.scalars(access.editable_by(editor).where(Material.id == material.id)).unique().one()
